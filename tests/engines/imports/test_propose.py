"""A spreadsheet's columns become fields: what is guessed, what it rests on, and what is left to the person."""

from __future__ import annotations

from typing import Any

import pytest

from queti.engines.imports.propose import Column, propose_fields
from queti.engines.imports.sources import read_source


def proposed(*rows: str) -> dict[str, Column]:
    """The columns of a csv file, by heading."""
    table = read_source([("machines.csv", "\n".join(rows).encode())]).table("")
    return {column.heading: column for column in propose_fields(table)}


def one(*cells: str) -> Column:
    return proposed("Cell", *(f'"{cell}"' for cell in cells))["Cell"]


class TestTypes:
    @pytest.mark.parametrize(
        ("cells", "field"),
        [
            (("2026-03-04", "2026-03-05"), {"type": "date"}),
            (("2026-03-04 15:20:00", "2026-03-05 08:00:00"), {"type": "moment"}),
            (("yes", "no", "yes"), {"type": "boolean"}),
            (("12", "7"), {"type": "number", "decimals": 0}),
            (("12.50", "7.125"), {"type": "number", "decimals": 3}),
            (("¥12.50", "¥7.00"), {"type": "money"}),
            (("12%", "7 %"), {"type": "percent"}),
            (("mei@harbour.example", "tomas@harbour.example"), {"type": "email"}),
            (("+86 21 5555 0199", "021-5555-0188"), {"type": "phone"}),
            (("https://queti.example", "https://queti.example/a"), {"type": "url"}),
            (("Drill", "Press"), {"type": "text", "search": True}),
            (("x" * 100, "y"), {"type": "long_text"}),
        ],
    )
    def test_each_is_the_narrowest_that_reads_the_cells(self, cells: tuple[str, ...], field: dict[str, Any]) -> None:
        assert one(*cells).field == field

    @pytest.mark.parametrize("cells", [("00123", "00124"), ("6222021234567890", "6222021234567891")])
    def test_codes_stay_text_though_they_read_as_numbers(self, cells: tuple[str, ...]) -> None:
        assert one(*cells).field["type"] == "text"

    def test_words_that_come_again_and_again_are_choices(self) -> None:
        field = one(*("合格", "不合格") * 4).field
        assert field["type"] == "choice"
        assert [choice["label"] for choice in field["choices"].values()] == [{"zh": "合格"}, {"zh": "不合格"}]
        assert list(field["choices"]) == ["he_ge", "bu_he_ge"]

    def test_words_that_hardly_come_again_may_become_choices_and_are_not_proposed_so(self) -> None:
        column = one("Drill", "Press", "Drill")
        assert (column.field["type"], column.problems["choice"]) == ("text", 0)


class TestCellsThatDoNotFit:
    def test_a_few_are_counted_and_the_type_is_proposed_all_the_same(self) -> None:
        column = one(*["2026-03-04"] * 9, "soon")
        assert (column.field["type"], column.problems["date"], column.problems["text"]) == ("date", 1, 0)

    def test_many_make_it_text(self) -> None:
        assert one("2026-03-04", "soon", "later").field["type"] == "text"

    def test_an_empty_column_is_there_with_nothing_filled(self) -> None:
        column = proposed("Code,Note", "A1,", "A2,")["Note"]
        assert (column.filled, column.field["type"]) == (0, "text")


class TestNames:
    def test_chinese_headings_are_spelled_out_and_none_comes_twice(self) -> None:
        columns = proposed("设备名称,Bought on,Bought on!,2nd,id", "冲床,a,b,c,d")
        names = [column.name for column in columns.values()]
        assert names == ["she_bei_ming_cheng", "bought_on", "bought_on_2", "field_2nd", "id_2"]
