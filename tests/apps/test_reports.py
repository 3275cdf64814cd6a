"""Reports: links have names for who sees the record behind, and for nobody else; what they offer is there and fits."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from queti.engines.exports.reports import write_report
from queti.kernel.work import Work
from tests.fixtures.harbour import Actor, Harbour
from tests.fixtures.harbour import harbour as harbour

SHORT = "CH-101"


@pytest.fixture
def short(harbour: Harbour) -> Harbour:
    """More chairs are wanted than there are."""
    harbour.has("5 Office chair at A-01")
    harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 480.00")
    return harbour


def asked(reader: Actor) -> dict[str, Any]:
    rows = reader.does("purchase.reorder_list")["rows"]
    return next(row for row in rows if row["sku"] == SHORT)


def test_who_buys_reads_names_and_not_numbers(short: Harbour) -> None:
    chair = short.thing("base.product", "Office chair")
    supplier = short.run(lambda work: work.fetch("base.party", [chair.supplier])[0].name)
    assert asked(short.pia)["_labels"] == {"product": chair.name, "supplier": supplier}


def test_who_is_no_supplier_any_more_is_out_of_the_buyers_sight(short: Harbour) -> None:
    chair = short.thing("base.product", "Office chair")
    short.run(lambda work: work.change("base.party", [(chair.supplier, {"is_supplier": False})]))
    assert asked(short.pia)["_labels"] == {"product": chair.name}
    assert "supplier" in asked(short.owner)["_labels"]


def kept(reader: Actor, operation: str, format: Any, **inputs: Any) -> bytes:
    """A report as the file that its reader keeps."""

    def act(work: Work) -> bytes:
        out = io.BytesIO()
        answer = work.as_person.perform(operation, inputs)
        write_report(work, work.model.operation(operation), answer, out, format=format)
        return out.getvalue()

    return reader.harbour.run(act, reader.person, reads_only=True)


def test_a_kept_report_has_the_names_of_the_screen(short: Harbour) -> None:
    supplier = short.run(lambda work: work.fetch("base.party", [short.thing("base.product", "Office chair").supplier]))
    heading, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(kept(short.pia, "purchase.reorder_list", "xlsx")))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert heading[:4] == ["Usual supplier", "Product", "SKU", "Available"]
    [row] = [row for row in rows if row[2] == SHORT]
    assert row[:1] + row[2:4] == [supplier[0].name, SHORT, 5.0]


def test_a_name_out_of_sight_is_out_of_the_file_too(short: Harbour) -> None:
    chair = short.thing("base.product", "Office chair")
    name = short.run(lambda work: work.fetch("base.party", [chair.supplier])[0].name)
    short.run(lambda work: work.change("base.party", [(chair.supplier, {"is_supplier": False})]))
    assert name not in kept(short.pia, "purchase.reorder_list", "csv").decode()
    assert name in kept(short.owner, "purchase.reorder_list", "csv").decode()


def test_documents_are_told_by_number_and_sums_stand_below(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "2 Desk lamp @ 100.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.tomas.does("oms.ship_order", order, carrier="SF", tracking_number="1")
    [item] = harbour.all("finance.receivable")

    hotel, total = lines_of(kept(harbour.ada, "finance.ageing", "csv"))
    assert hotel["Business partner"].startswith("Grand Hotel")
    assert (total["Business partner"], total["Open"]) == ("Total", str(item.open_amount))
    account = harbour.id_of("finance.account", "1122")
    assert item.source in {
        row["Document"] for row in lines_of(kept(harbour.ada, "finance.ledger", "csv", account=account))
    }


def lines_of(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
