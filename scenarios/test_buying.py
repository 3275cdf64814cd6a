"""What is bought comes in, is billed, and goes back where it must; the books follow to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour, Thing

SUPPLIER = "Anji Furniture"


def buys(harbour: Harbour, *lines: str, **inputs: Any) -> Thing:
    """An order of Pia's: `10 Office chair @ 300.00 on 2026-12-01`."""
    supplier = harbour.id_of("base.party", SUPPLIER)
    rows = [bought(harbour, line) for line in lines]
    return harbour.pia.does("purchase.place_order", supplier, lines=rows, **inputs)


def bought(harbour: Harbour, text: str) -> dict[str, Any]:
    text, _, promised_on = text.partition(" on ")
    line = harbour.line(text)
    line["unit_cost"] = line.pop("unit_price", None)
    return {name: value for name, value in {**line, "promised_on": promised_on}.items() if value}


def part(order: Thing, place: int, quantity: str, **more: Any) -> dict[str, Any]:
    return {"line": order.lines[place].id, "quantity": quantity, **more}


def booked(harbour: Harbour, before: dict[str, Decimal]) -> dict[str, Decimal]:
    """What changed on the accounts since."""
    now = harbour.balances()
    changed = {code: now.get(code, Decimal(0)) - before.get(code, Decimal(0)) for code in now.keys() | before.keys()}
    return {code: amount for code, amount in changed.items() if amount}


def test_a_part_delivery_with_a_price_difference(harbour: Harbour) -> None:
    before = harbour.balances()
    order = buys(
        harbour, "10 Office chair @ 300.00", "4 Desk lamp @ 50.00", location=harbour.id_of("stock.location", "A-02")
    )
    assert (order.state, order.total) == ("placed", Decimal("3616.00"))

    harbour.tomas.does("purchase.receive_goods", order, delivery_note="DN-1", lines=[part(order, 0, "6")])
    assert (order.state, [line.open_quantity for line in order.lines]) == ("partly_received", [4, 4])
    assert harbour.stock("Office chair") == "66 on hand, 0 reserved, 66 available"
    assert booked(harbour, before) == {"1405": Decimal("1800.00"), "220201": Decimal("-1800.00")}

    bill = harbour.ada.does(
        "purchase.record_bill",
        harbour.thing("base.party", SUPPLIER),
        bill_number="FP-77",
        lines=[part(order, 0, "6", unit_cost="310.00")],
    )
    assert (bill.price_difference, bill.difference_in_stock, bill.difference_in_cost) == (60, 60, 0)
    assert (bill.net_amount, bill.tax, bill.total) == (1860, Decimal("241.80"), Decimal("2101.80"))

    harbour.tomas.does("purchase.receive_goods", order, delivery_note="DN-2")
    assert order.state == "received"
    harbour.ada.does("purchase.record_bill", harbour.thing("base.party", SUPPLIER), bill_number="FP-78")
    assert order.state == "done"
    assert harbour.run(broken_promises) == {}
