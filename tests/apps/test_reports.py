"""Reports: links have names for who sees the record behind, and for nobody else; what they offer is there and fits."""

from __future__ import annotations

from typing import Any

import pytest

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
