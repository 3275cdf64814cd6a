"""Spreadsheets as people really send them: merged cells, formulas, dates as text, a million blank rows, `=cmd()`.

That no cell of an export starts a formula is told in tests/engines/exports.
"""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from queti.engines.exports import write_export
from queti.engines.imports import service, sources, unfolding
from queti.engines.imports.refusals import DocumentTooLarge, UnreadableFile
from queti.engines.imports.sources import Source, read_source
from tests.engines.imports.conftest import Shop

Row = list[object]


def book(rows: list[Row], merged: list[tuple[int, int, int, int, str]] = [], **options: object) -> bytes:  # noqa: B006
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd", **options}) as made:
        sheet = made.add_worksheet("Orders")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
        for first, left, last, right, text in merged:
            sheet.merge_range(first, left, last, right, text)
    return stream.getvalue()


@pytest.fixture(params=["in memory", "on the disk", "apart"])
def read(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Reads a workbook in each of the three ways."""

    def read(content: bytes) -> Source:
        if request.param == "in memory":
            return read_source([("orders.xlsx", content)])
        if request.param == "apart":
            monkeypatch.setattr("queti.engines.imports.sources.LARGE_BOOK", 0)
        (tmp_path / "0").write_bytes(content)
        return read_source([("orders.xlsx", tmp_path / "0")])

    return read


class TestWorkbooks:
    def test_merged_cells_hold_for_all_their_rows(self, read) -> None:
        content = book([["Customer", "SKU"], ["", "A"], ["", "B"], ["Inn", "C"]], merged=[(1, 0, 2, 0, "Grand Hotel")])
        rows = read(content).table().rows
        assert [row["customer"] for row in rows] == ["Grand Hotel", "Grand Hotel", "Inn"]

    def test_ranges_merged_far_below_the_rows_cost_nothing(self, read) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as made:
            sheet = made.add_worksheet()
            sheet.write_column(0, 0, ["code", "A"])
            sheet.merge += [[2, 0, 1_048_575, 1]] * 100
        assert read(stream.getvalue()).table().rows == [{"code": "A"}]

    def test_formulas_are_their_values(self, read) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as made:
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, ["price"])
            sheet.write_formula(1, 0, "=1+1.5", None, 2.5)
        assert read(stream.getvalue()).table().rows == [{"price": "2.5"}]

    @pytest.mark.parametrize("since_1904", [False, True])
    def test_dates_mean_the_same_in_both_calendars(self, read, since_1904: bool) -> None:
        content = book([["on"], [date(2026, 3, 1)]], date_1904=since_1904)
        assert read(content).table().rows == [{"on": "2026-03-01"}]

    def test_a_command_in_a_cell_is_only_text(self, read) -> None:
        content = book([["name"], ["=cmd|'/c calc'!A0"]], strings_to_formulas=False)
        assert read(content).table().rows == [{"name": "=cmd|'/c calc'!A0"}]

    def test_dates_as_text_are_days_where_only_one_day_can_be_meant(self, read, shop: Shop) -> None:
        days = ["2026-03-04", "2026/3/4", "2026.3.4", "2026年3月4日", "2026-03-04 00:00:00", " 2026-03-04 "]
        unclear = ["3/4/2026", "4.3.2026", "tomorrow", "2026-02-30"]
        content = book([["number", "ordered_on"], *([f"{at}", text] for at, text in enumerate([*days, *unclear]))])
        assert len(read(content).table().rows) == len(days) + len(unclear)
        started = service.start(shop.door, [("orders.xlsx", content)], target="shop.order")
        assert [each["value"] for each in started["report"]["problems"]] == unclear
        service.run(shop.door, started["id"], "good")
        assert set(shop.find("shop.order", "ordered_on")) == {(date(2026, 3, 4),)}

    def test_a_command_in_a_cell_goes_in_and_out_as_text(self, shop: Shop) -> None:
        command = "=cmd|'/c calc'!A0"
        content = book([["number"], [command]], strings_to_formulas=False)
        service.run(shop.door, service.start(shop.door, [("orders.xlsx", content)], target="shop.order")["id"])
        assert shop.find("shop.order", "number") == [(command,)]
        out = io.BytesIO()
        shop.run(lambda work: write_export(work, "shop.order", out, format="csv", fields=["number"]) and None)
        assert out.getvalue().decode("utf-8-sig").splitlines()[1] == f"'{command}"

    def test_hidden_sheets_stay_hidden(self, read) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as made:
            made.add_worksheet("Shown").write_column(0, 0, ["code", "A"])
            secret = made.add_worksheet("Secret")
            secret.write_column(0, 0, ["code", "B"])
            secret.hide()
        assert list(read(stream.getvalue()).tables) == ["Shown"]

    def test_blank_rows_between_keep_the_numbers(self, read) -> None:
        rows: list[Row] = [["code"], ["A"], *([[""]] * 3000), ["B"]]
        assert read(book(rows)).table().numbers == [2, 3003]

    def test_a_million_blank_rows_are_no_rows(self, read) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as made:
            sheet = made.add_worksheet()
            sheet.write_column(0, 0, ["code", "A"])
            sheet.write_blank(1_048_575, 0, None, made.add_format({"bold": True}))
        assert read(stream.getvalue()).table().rows == [{"code": "A"}]

    def test_headings_that_come_twice_are_told_apart(self, read) -> None:
        table = read(book([["Name", "Name", ""], ["a", "b", "c"]])).table()
        assert table.rows == [{"name": "a", "name_2": "b"}]

    def test_a_heading_further_down_is_found(self, read) -> None:
        assert read(book([[], [], ["code"], ["A"]])).table().numbers == [4]


class TestReadingApart:
    def test_a_small_file_that_is_large_unpacked_is_read_apart(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        apart: list[Path] = []
        unfold = unfolding.unfold_apart
        monkeypatch.setattr(unfolding, "unfold_apart", lambda book, folder: (apart.append(book), unfold(book, folder)))
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"constant_memory": True}) as made:
            sheet = made.add_worksheet()
            for row in range(20_000):
                sheet.write_row(row, 0, ["the same text again and again"] * 15)
        (tmp_path / "0").write_bytes(stream.getvalue())
        assert len(stream.getvalue()) < 2 * 1024 * 1024
        assert read_source([("orders.xlsx", tmp_path / "0")]).table().count == 19_999
        assert apart == [tmp_path / "0"]

    def test_endless_merged_ranges_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unfolding, "MOST_MERGED", 3)
        content = book([["a", "b"], ["1", "2"]], merged=[(0, 0, 1, 0, "x"), (0, 1, 1, 1, "y")])
        with pytest.raises(UnreadableFile):
            read_source([("orders.xlsx", content)])

    def test_a_broken_book_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "0").write_bytes(b"PK\x03\x04 not a workbook")
        with pytest.raises(unfolding.Unreadable):
            unfolding.unfold_apart(tmp_path / "0", tmp_path / "sheets")

    @pytest.mark.parametrize(("limit", "value"), [("LONGEST", 0), ("MOST_MEMORY", 1024 * 1024)])
    def test_a_book_that_eats_time_or_memory_is_given_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
    ) -> None:
        (tmp_path / "0").write_bytes(book([["code"], ["A"]]))
        monkeypatch.setattr(unfolding, "LONGEST", 20)  # a process without memory may also hang
        monkeypatch.setattr(unfolding, limit, value)
        with pytest.raises(unfolding.Unreadable):
            unfolding.unfold_apart(tmp_path / "0", tmp_path / "sheets")

    def test_a_large_json_document_is_refused_before_it_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sources, "MOST_JSON", 10)
        (tmp_path / "0").write_bytes(b"[1, 2, 3, 4, 5, not read]")
        with pytest.raises(DocumentTooLarge):
            read_source([("orders.json", tmp_path / "0")])

    def test_a_file_on_the_disk_is_read_as_often_as_wanted(self, tmp_path: Path) -> None:
        (tmp_path / "0").write_bytes("编码,名称\nK1,上海\n".encode("gb18030"))
        table = read_source([("客户.csv", tmp_path / "0")]).table()
        assert list(table.cells()) == list(table.cells()) == [(2, ["K1", "上海"])]
        assert table.count == 1
