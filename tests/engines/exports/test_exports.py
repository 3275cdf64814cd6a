"""Exports: all records from one snapshot, guarded as lists are, and readable elsewhere."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
from python_calamine import CalamineWorkbook

from queti.engines import exports
from queti.engines.exports import TooManyToExport, write_export
from queti.engines.imports import service
from queti.kernel.definitions import ImportDef
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.reading import streaming
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.kernel.shop import ORDER, PARTY, ROLE, install, with_fields

Format = Literal["csv", "xlsx"]
FORMULAS = ("=1+1", "+1", "-1-1", "@SUM(A1)", "=cmd|'/c calc'!A0", "it's = fine")
KINDS: dict[str, Any] = {
    "on": {"type": "date"},
    "at": {"type": "moment"},
    "took": {"type": "duration"},
    "is_gift": {"type": "boolean"},
    "way": {"type": "choice", "choices": {"by_sea": {"label": {"en": "By sea", "zh": "海运"}}}},
    "extras": {"type": "choices", "choices": {"box": {"label": {"en": "Box"}}, "card": {"label": {"en": "Card"}}}},
    "share": {"type": "percent"},
    "weight": {"type": "number", "decimals": 3},
    "phone": {"type": "phone"},
    "note": {"type": "long_text"},
    "days": {"type": "date_range"},
    "more": {"type": "json"},
}
VALUES: dict[str, Any] = {
    "number": "=1+1",
    "on": "2026-03-04",
    "at": "2026-03-04T15:20:00Z",
    "took": "PT1H30M",
    "is_gift": True,
    "way": "by_sea",
    "extras": ["box", "card"],
    "share": "12.5",
    "weight": "-1.125",
    "phone": "+86 138 0000 0000",
    "note": "two\nlines",
    "days": {"from": "2026-03-04", "to": "2026-03-06"},
    "more": {"a": [1, 2]},
    "freight": "1234.50",
}


class Desk:
    """Somebody who exports from the shop."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def run(self, act: Callable[[Work], Any], who: Person = SYSTEM) -> Any:
        return self.platform.run("test", who, act)

    def create(self, *rows: dict[str, Any]) -> None:
        self.run(lambda work: work.create("shop.order", rows) and None)

    def export(self, format: Format = "csv", who: Person = SYSTEM, **asked: Any) -> list[list[Any]]:
        """Rows, the headings first."""
        out = io.BytesIO()
        self.run(lambda work: write_export(work, "shop.order", out, format=format, **asked) and None, who)
        if format == "csv":
            return list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
        return CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()


@pytest.fixture
def desk(database: Database, workspace: Workspace) -> Desk:
    order = with_fields(ORDER, **KINDS)
    party = with_fields(PARTY, code={"type": "text", "unique": True, "required": True})
    role = {**ROLE, "objects": {"order": {"see": 'region = "north"', "export": True}, "party": {"see": True}}}
    known, _ = install(database, workspace, order=order, party=party, role=role)
    return Desk(Platform(database, known))


class TestAllOfThem:
    def test_in_their_order_over_many_parts(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(streaming, "AT_ONCE", 7)
        desk.create(*({"number": f"{at:04}", "freight": at} for at in range(100)))
        rows = desk.export(fields=("number", "freight"), sort="-number", where="freight >= 10")
        assert rows[1:] == [[f"{at:04}", f"{at}.00"] for at in reversed(range(10, 100))]

    def test_by_one_statement_however_many(self, desk: Desk) -> None:
        def statements(work: Work) -> int:
            work.as_person.seen("shop.order")
            before = work.statements
            write_export(work, "shop.order", io.BytesIO(), format="csv", fields=("number", "party._label"))
            return work.statements - before

        desk.create(*({"number": f"{at:04}"} for at in range(3 * streaming.AT_ONCE)))
        assert desk.run(statements) == 2  # the cursor, and that all of it is wanted

    def test_with_their_lines_where_they_are_asked_for(self, desk: Desk) -> None:
        desk.create({"number": "A", "lines": [{"quantity": 2, "price": 3}, {"quantity": 1, "price": 1}]})
        fields = ("number", "lines.quantity")
        assert desk.export(fields=fields)[1:] == [["A", "2, 1"]]
        assert desk.export("xlsx", fields=fields)[1:] == [["A", "2, 1"]]

    def test_more_than_a_file_holds_is_refused(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(exports, "MOST_ROWS", 2)
        desk.create(*({"number": str(at)} for at in range(3)))
        with pytest.raises(TooManyToExport):
            desk.export()

    def test_no_more_than_the_person_sees(self, desk: Desk) -> None:
        def parties(work: Work) -> Sequence[int]:
            rows = [{"name": name, "code": name, "region": region} for name, region in (("N", "north"), ("S", "south"))]
            return [party.id for party in work.create("shop.party", rows)]

        north, south = desk.run(parties)
        desk.create({"number": "1", "party": north}, {"number": "2", "party": south})
        clerk = Person(7, "cleo", "Cleo", ("clerk",))
        assert desk.export(who=clerk, fields=("number", "party._label"))[1:] == [["1", "N"]]


class TestCellsThatLookLikeFormulas:
    @pytest.fixture
    def told(self, desk: Desk) -> Desk:
        desk.create(*({"number": text} for text in FORMULAS))
        return desk

    @pytest.mark.parametrize("headings", ["labels", "names"])
    def test_are_marked_as_text_in_csv(self, told: Desk, headings: str) -> None:
        cells = {row[0] for row in told.export("csv", fields=("number",), headings=headings)[1:]}
        assert cells == {f"'{text}" if text[0] in "=+-@" else text for text in FORMULAS}

    @pytest.mark.parametrize("headings", ["labels", "names"])
    def test_are_text_in_xlsx(self, told: Desk, headings: str) -> None:
        out = io.BytesIO()
        told.run(lambda work: write_export(work, "shop.order", out, format="xlsx", headings=headings) and None)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
        assert {*FORMULAS} <= {cell for row in sheet.to_python() for cell in row}
        assert b"<f>" not in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")


class TestForAnotherImport:
    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    def test_what_is_exported_by_name_is_imported_as_it_was(self, desk: Desk, format: Format) -> None:
        def prepare(work: Work) -> None:
            [inn, other] = work.create("shop.party", [{"name": "Inn", "code": "P-1"}, {"name": "Inn", "code": "P-2"}])
            work.create("shop.order", [{**VALUES, "party": inn.id}, {"number": "B", "party": other.id}])

        desk.run(prepare)
        before = self.orders(desk)
        out = io.BytesIO()
        asked = {"format": format, "headings": "names"}
        desk.run(lambda work: write_export(work, "shop.order", out, **asked) and None)
        desk.run(lambda work: work.trash("shop.order", work.find("shop.order")) and None)
        door = service.Door(desk.platform, "test", SYSTEM, "zh")
        started = service.start(door, [(f"orders.{format}", out.getvalue())], target="shop.order")
        assert started["report"]["problems"] == []
        service.run(door, started["id"])
        assert self.orders(desk) == before

    def orders(self, desk: Desk) -> list[dict[str, Any]]:
        names = [*VALUES, "party._label", "total"]
        return desk.run(lambda work: work.as_person.query("shop.order", fields=names, sort="number").records)

    def test_headings_and_choices_are_names(self, desk: Desk) -> None:
        desk.create({"number": "A", "way": "by_sea"})
        assert desk.export(fields=("number", "way"), headings="names") == [["number", "way"], ["A", "by_sea"]]
        assert desk.export(fields=("number", "way"))[1] == ["A", "By sea"]

    def test_the_companys_moments_come_back_from_a_spreadsheet(self, desk: Desk) -> None:
        door = service.Door(desk.platform, "test", SYSTEM)
        mapping = ImportDef("own", "shop.order", each={"number": "number", "at": "at"})
        content = b"number,at\nA,2026-03-04 15:20\nB,2026/3/4 15:20:07\nC,2026-03-04\nD,4.3.2026\n"
        started = service.start(door, [("orders.csv", content)], mapping=mapping)
        assert [(each["row"], each["code"]) for each in started["report"]["problems"]] == [(5, "moment")]
        service.run(door, started["id"], "good")
        found = desk.run(lambda work: [each.at.isoformat() for each in work.find("shop.order", sort="number")])
        assert found == ["2026-03-04T15:20:00+00:00", "2026-03-04T15:20:07+00:00", "2026-03-04T00:00:00+00:00"]
