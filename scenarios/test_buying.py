"""What is bought comes in, is billed, and goes back where it must; the books follow to the cent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from queti.apps.purchase.refusals import NothingToBill
from queti.kernel.errors import WrongInput
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


def arrives(harbour: Harbour, order: Thing, *lines: dict[str, Any], **inputs: Any) -> Thing:
    return harbour.tomas.does("purchase.receive_goods", order, **({"lines": list(lines)} if lines else {}), **inputs)


def bills(harbour: Harbour, number: str, *lines: dict[str, Any], **inputs: Any) -> Thing:
    given = {"lines": list(lines)} if lines else {}
    supplier = harbour.thing("base.party", SUPPLIER)
    return harbour.ada.does("purchase.record_bill", supplier, bill_number=number, **given, **inputs)


def test_a_part_delivery_with_a_price_difference(harbour: Harbour) -> None:
    before = harbour.balances()
    order = buys(harbour, "10 Office chair @ 300.00", "4 Desk lamp @ 50.00")
    assert (order.state, order.total) == ("placed", Decimal("3616.00"))

    arrives(harbour, order, part(order, 0, "6"), delivery_note="DN-1")
    assert (order.state, [line.open_quantity for line in order.lines]) == ("partly_received", [4, 4])
    assert harbour.stock("Office chair") == "66 on hand, 0 reserved, 66 available"
    assert booked(harbour, before) == {"1405": Decimal("1800.00"), "220201": Decimal("-1800.00")}

    bill = bills(harbour, "FP-77", part(order, 0, "6", unit_cost="310.00"))
    assert (bill.price_difference, bill.difference_in_stock, bill.difference_in_cost) == (60, 60, 0)
    assert (bill.net_amount, bill.tax, bill.total) == (1860, Decimal("241.80"), Decimal("2101.80"))
    assert "220201" not in booked(harbour, before)
    assert booked(harbour, before)["1405"] == Decimal("1860.00")

    arrives(harbour, order, delivery_note="DN-2")
    assert order.state == "received"
    bills(harbour, "FP-78")
    assert order.state == "done"
    assert "220201" not in booked(harbour, before)
    assert harbour.run(broken_promises) == {}


def test_a_difference_on_goods_that_left_is_their_cost(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    order = buys(harbour, "10 Office chair @ 300.00")
    arrives(harbour, order)
    harbour.tomas.does(
        "stock.issue", lines=[{**harbour.line("4 Office chair"), "location": harbour.id_of("stock.location", "A-01")}]
    )

    bill = bills(harbour, "FP-1", part(order, 0, "10", unit_cost="310.00"))

    assert (bill.difference_in_stock, bill.difference_in_cost) == (60, 40)
    assert harbour.run(broken_promises) == {}


def test_more_than_ordered_comes(harbour: Harbour) -> None:
    """Two percent may come too much; beyond that a person decides."""
    order = buys(harbour, "100 Desk lamp @ 50.00")
    refused = harbour.tomas.cannot("purchase.receive_goods", order, lines=[part(order, 0, "103")])
    assert refused.says("102 more may come, 103 did")
    assert refused.says("最多还可收 102")
    assert harbour.stock("Desk lamp") == "60 on hand, 0 reserved, 60 available"

    arrives(harbour, order, part(order, 0, "102"))
    assert (order.state, order.open_quantity) == ("received", 0)
    assert harbour.tomas.cannot("purchase.receive_goods", order).code == "nothing_left_to_come"


def test_papers_of_a_supplier_are_taken_once(harbour: Harbour) -> None:
    order = buys(harbour, "10 Desk lamp @ 50.00")
    receipt = arrives(harbour, order, part(order, 0, "4"), delivery_note="DN-9")
    again = harbour.tomas.cannot("purchase.receive_goods", order, delivery_note="DN-9")
    assert (again.code, again.says(receipt.number)) == ("delivery_note_twice", True)

    both = [{"order": order.id, "delivery_note": "DN-10", "lines": [part(order, 0, "1")]}] * 2
    with pytest.raises(WrongInput, match="named more than once"):
        harbour.run(lambda work: work.perform("purchase.receive_goods", both))

    bill = bills(harbour, "FP-9")
    supplier = harbour.thing("base.party", SUPPLIER)
    twice = harbour.ada.cannot("purchase.record_bill", supplier, bill_number="FP-9", lines=[part(order, 0, "1")])
    assert (twice.code, twice.says(bill.number)) == ("bill_twice", True)
    assert harbour.ada.cannot("purchase.record_bill", supplier, bill_number="FP-10").code == "nothing_to_bill"


def test_a_bill_before_the_goods(harbour: Harbour) -> None:
    """Shown as such; the goods are then worth what was billed, and nothing is left between."""
    before = harbour.balances()
    order = buys(harbour, "10 Office chair @ 300.00")
    bill = bills(harbour, "FP-1", part(order, 0, "10", unit_cost="290.00"))
    assert (bill.ahead_quantity, order.state) == (10, "placed")
    assert booked(harbour, before)["220201"] == Decimal("2900.00")
    too_much = harbour.ada.cannot(
        "purchase.record_bill", harbour.thing("base.party", SUPPLIER), bill_number="FP-2", lines=[part(order, 0, "1")]
    )
    assert too_much.code == "billed_more_than_ordered"

    receipt = arrives(harbour, order)
    assert (receipt.value, order.state) == (2900, "done")
    assert "220201" not in booked(harbour, before)
    assert harbour.run(broken_promises) == {}


def test_a_receipt_into_a_closed_month_brings_nothing_in(harbour: Harbour) -> None:
    """Refused whole, with the way out; dated into the next month it comes in."""
    order = buys(harbour, "10 Office chair @ 300.00")
    today = harbour.run(lambda work: work.today)
    last_month = today.replace(day=1) - timedelta(days=1)
    harbour.ada.does("finance.open_periods", first=last_month, last=last_month)
    [period] = harbour.all("finance.period", "ends_on = $day", day=last_month)
    harbour.ada.does("finance.close_period", period)

    late = harbour.tomas.cannot("purchase.receive_goods", order, received_at=f"{last_month}T10:00:00+08:00")
    assert (late.code, late.offers) == ("period_closed", ("finance.reopen_period",))
    assert late.says(f"{last_month:%Y-%m}")
    assert (order.state, harbour.all("purchase.receipt")) == ("placed", [])
    assert harbour.stock("Office chair") == "60 on hand, 0 reserved, 60 available"

    arrives(harbour, order)
    assert order.state == "received"
    assert harbour.run(broken_promises) == {}


def test_a_bill_in_another_currency(harbour: Harbour) -> None:
    before = harbour.balances()
    dollar = harbour.thing("base.currency", "USD")
    no_rate = buys(harbour, "10 Office chair @ 40.00", currency=dollar)
    assert harbour.tomas.cannot("purchase.receive_goods", no_rate).code == "exchange_rate_missing"

    harbour.ada.changes(dollar, rate="7.10")
    arrives(harbour, no_rate)
    bill = bills(harbour, "INV-1", part(no_rate, 0, "10", tax_rate="0"), rate="7.20")

    assert (bill.total, bill.received_value, bill.price_difference) == (400, 2840, 0)
    assert bill.difference_in_stock + bill.difference_in_cost == 40
    assert booked(harbour, before)["1405"] == 2880
    assert "220201" not in booked(harbour, before)


def test_a_bill_is_of_its_own_day(harbour: Harbour) -> None:
    """Recorded days later, its difference is in stock and books from the day of the bill on."""
    today, now = harbour.run(lambda work: (work.today, work.now))
    order = buys(harbour, "10 Office chair @ 300.00")
    arrives(harbour, order, received_at=now - timedelta(days=10))
    bills(harbour, "FP-1", part(order, 0, "10", unit_cost="310.00"), billed_on=today - timedelta(days=5))

    for days in (0, 4, 5, 6, 11):
        checked = harbour.ada.does("finance.sub_ledger_check", on=today - timedelta(days=days))
        assert (days, checked["differences"]) == (days, [])


def test_the_companys_own_currency_is_worth_one(harbour: Harbour) -> None:
    before = harbour.balances()
    order = buys(harbour, "10 Office chair @ 300.00")
    arrives(harbour, order)
    bill = bills(harbour, "FP-1", rate="2")
    assert (bill.rate, bill.difference_in_stock) == (1, 0)
    assert booked(harbour, before)["1405"] == 3000


def test_two_bills_of_one_list_bill_what_came_once(harbour: Harbour) -> None:
    order = buys(harbour, "10 Office chair @ 300.00")
    arrives(harbour, order, part(order, 0, "4"))
    supplier = harbour.id_of("base.party", SUPPLIER)
    calls = [{"supplier": supplier, "bill_number": number} for number in ("FP-1", "FP-2")]

    with pytest.raises(NothingToBill):
        harbour.run(lambda work: work.perform("purchase.record_bill", calls))
    harbour.run(lambda work: work.perform("purchase.record_bill", calls[:1]))
    assert order.lines[0].billed_quantity == 4


def test_goods_go_back_with_a_credit_note_for_what_was_billed(harbour: Harbour) -> None:
    before = harbour.balances()
    order = buys(harbour, "10 Office chair @ 288.00")
    arrives(harbour, order)
    bills(harbour, "FP-1", part(order, 0, "8"))

    harbour.tomas.does("purchase.return_goods", order, reason="Scratched", lines=[part(order, 0, "3")])

    note = harbour.all("purchase.bill", 'kind = "credit_note"')[0]
    assert (note.total, note.received_value) == (Decimal("-325.44"), -288)  # two were not billed yet, one was
    assert (order.received_quantity, order.open_quantity, order.to_bill_quantity) == (7, 0, 0)
    assert "220201" not in booked(harbour, before)
    assert (
        harbour.tomas.cannot("purchase.return_goods", order, lines=[part(order, 0, "8")]).code == "more_than_received"
    )

    harbour.tomas.does("purchase.return_goods", order, is_replaced=True, lines=[part(order, 0, "1")])
    assert (order.open_quantity, order.state) == (1, "partly_received")
    assert harbour.run(broken_promises) == {}


def test_lots_and_their_days_are_said_where_the_product_has_them(harbour: Harbour) -> None:
    harbour.owner.changes(harbour.thing("base.product", "Hand soap"), tracking="expiry")
    order = buys(harbour, "10 Hand soap @ 20.00")
    assert harbour.tomas.cannot("purchase.receive_goods", order).code == "lot_missing"
    assert (
        harbour.tomas.cannot("purchase.receive_goods", order, lines=[part(order, 0, "4", lot="S-1")]).code
        == "expiry_missing"
    )

    arrives(harbour, order, part(order, 0, "4", lot="S-1", expires_on="2027-06-30"))
    arrives(harbour, order, part(order, 0, "6", lot="S-1"))

    [lot] = harbour.all("stock.lot")
    assert (lot.number, str(lot.expires_on)) == ("S-1", "2027-06-30")
    assert {balance.lot for balance in harbour.all("stock.balance", "on_hand = 10")} == {lot.id}


def test_what_runs_short_is_proposed_by_supplier_and_placed_with_one_click(harbour: Harbour) -> None:
    harbour.owner.changes(harbour.thing("base.product", "Office chair"), order_multiple="12")
    harbour.has("5 Office chair at A-01")
    waiting = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 480.00")

    [row] = [row for row in harbour.pia.does("purchase.reorder_list")["rows"] if row["sku"] == "CH-101"]
    assert all(row["_labels"].values()), "who buys reads names, not numbers"
    assert (row["available"], row["demand"], row["safety_stock"], row["quantity"]) == (5, 8, 20, 24)
    orders = harbour.pia.does("purchase.propose_orders")
    chair = harbour.id_of("base.product", "Office chair")
    [proposed] = [order for order in orders if chair in {line.product for line in order.lines}]
    assert (proposed.state, proposed.supplier) == ("draft", harbour.id_of("base.party", SUPPLIER))
    assert harbour.pia.cannot("purchase.propose_orders").code == "nothing_to_reorder"

    harbour.pia.does("purchase.place_draft", proposed)
    assert proposed.state == "placed"
    harbour.lin.does("oms.confirm_order", waiting, backorder=True)
    assert waiting.promised_on == proposed.promised_on


def test_who_may_buy_receive_and_bill(harbour: Harbour) -> None:
    order = buys(harbour, "10 Desk lamp @ 50.00")
    assert harbour.mei.cannot("purchase.receive_goods", order).code
    assert harbour.tomas.cannot("purchase.place_order", harbour.id_of("base.party", SUPPLIER), lines=[]).code
    assert not {"total", "net_amount"} & harbour.tomas.reads(order).keys()
    assert "unit_cost" not in harbour.tomas.reads(order)["lines"][0]


def test_a_buyer_sees_what_buying_needs(harbour: Harbour) -> None:
    chair = harbour.pia.reads(harbour.thing("base.product", "Office chair"))
    assert (chair["sku"], chair["lead_days"]) == ("CH-101", 7)
    assert harbour.pia.sees("base.party", "is_customer and not is_supplier") == []
    cards = {card["name"].rpartition(".")[2] for card in harbour.pia.home()["cards"]}
    assert {"to_place", "late", "this_week", "below_safety_stock"} <= cards
