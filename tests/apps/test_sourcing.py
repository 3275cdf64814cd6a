"""Which warehouse an order leaves from: by the company's rule, told on the order, one parcel a warehouse.

Tomas keeps goods in Shanghai and Shenzhen, and a third warehouse in Wuhan. What Shanghai has goes from there, as the
shop asks. A hotel's order that no warehouse has alone leaves in two parcels, unless it wants everything at once.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from queti.engines.rules.why import decisions
from queti.kernel.errors import Refusal
from queti.kernel.publishing.canonical import body_of
from tests.apps.invariants import broken_promises
from tests.apps.test_concurrency import at_once, place
from tests.apps.test_decisions import publishes
from tests.fixtures.harbour import Harbour, Thing


@pytest.fixture
def three(harbour: Harbour) -> Harbour:
    harbour.owner.writes("stock.location", code="WH", name="Wuhan", kind="warehouse", handling_cost="3")
    for location in ("SH", "SZ"):
        harbour.owner.changes(harbour.thing("stock.location", location), handling_cost="5")
    harbour.has("10 Office chair at A-01", "6 Office chair at C-01", "4 Office chair at WH")
    harbour.has("5 Desk lamp at A-01", "8 Desk lamp at C-01", "9 Desk lamp at WH")
    return harbour


def ordered(company: Harbour, *lines: str, **inputs: Any) -> Thing:
    return company.mei.writes_order("Grand Hotel", *lines, **inputs)


def confirmed(company: Harbour, *lines: str, **inputs: Any) -> Thing:
    order = ordered(company, *lines, **inputs)
    company.lin.does("oms.confirm_order", order)
    return order


def code(company: Harbour, id: int | None) -> str | None:
    return None if id is None else company.run(lambda work: work.fetch("stock.location", [id])[0].code)


def parcels(company: Harbour, order: Thing) -> list[tuple[str | None, dict[str, int]]]:
    """Where each left from, and what was in it."""
    told: list[tuple[str | None, dict[str, int]]] = []
    for parcel in company.all("oms.parcel", "order = $order", order=order.id):
        names = {line.id: line.product for line in parcel.lines}
        records = company.run(lambda work, names=names: work.fetch("base.product", sorted(set(names.values()))))
        called = {record.id: record.name.split(" ")[0] for record in records}
        told.append(
            (code(company, parcel.warehouse), {called[line.product]: int(line.quantity) for line in parcel.lines})
        )
    return told


def test_the_least_that_a_parcel_costs_decides_and_the_order_tells_why(three: Harbour) -> None:
    order = confirmed(three, "3 Office chair @ 100.00")
    assert (code(three, order.warehouse), order.is_split) == ("WH", False)

    told = three.run(lambda work: decisions(work, "oms.sales_order", order.id), three.lin.person)
    of_rule = [each for each in told if each["rule"] == "oms.sourcing"]
    assert len(of_rule) == 3, "each warehouse that had some was asked for"
    assert "Wuhan" in str(of_rule)
    larger = confirmed(three, "14 Office chair @ 100.00")
    why = three.run(lambda work: decisions(work, "oms.sales_order", larger.id), three.lin.person)
    assert "Wuhan: Office chair" in str([each["reasons"] for each in why if each["rule"] == "oms.sourcing"])


def test_the_warehouse_that_the_order_names_goes_first_as_long_as_it_has_all(three: Harbour) -> None:
    shanghai = three.id_of("stock.location", "SH")
    mine = ordered(three, "3 Office chair @ 100.00")
    three.lin.changes(mine, warehouse=shanghai)
    three.lin.does("oms.confirm_order", mine)
    assert code(three, mine.warehouse) == "SH"

    larger = ordered(three, "5 Desk lamp @ 20.00", "6 Office chair @ 100.00")
    three.lin.changes(larger, warehouse=three.id_of("stock.location", "WH"))
    three.lin.does("oms.confirm_order", larger)
    assert code(three, larger.warehouse) == "SH", "nothing is split that one warehouse has"


def test_a_row_of_the_company_keeps_a_warehouse_out(three: Harbour) -> None:
    rule = three.run(lambda work: body_of(work.model.rules["oms.sourcing"]))
    own = {"when": {"warehouse": '"Wuhan"', "total": "> 250"}, "then": {"eligible": "false"}, "note": "Too dear"}
    inputs = {**rule["inputs"], "total": {"label": {"en": "Total"}, "order": 5}}
    tests = {n: {**t, "given": {**t["given"], "total": "1"}} for n, t in rule["tests"].items()}
    publishes(three.owner, "oms.sourcing", inputs=inputs, rows=[own, *rule["rows"]], tests=tests)

    assert code(three, confirmed(three, "1 Office chair @ 100.00").warehouse) == "WH"
    assert code(three, confirmed(three, "3 Office chair @ 100.00").warehouse) in ("SH", "SZ")

    three.has("0 Desk lamp at A-01", "0 Desk lamp at C-01")
    lamps = ordered(three, "9 Desk lamp @ 100.00")
    refused = three.lin.cannot("oms.confirm_order", lamps)
    assert refused.code == "not_enough_stock"
    assert refused.says("by the sourcing rule not from Wuhan")
    assert refused.says("按发货规则不从Wuhan发货")
    three.lin.does("oms.confirm_order", lamps, backorder=True)
    three.receives("9 Desk lamp at WH", unit_cost="5.00")
    three.catches_up()
    assert (lamps.waiting_quantity, lamps.warehouse) == (9, None), "nor what comes there later"


def test_what_no_warehouse_has_alone_leaves_in_two_parcels(three: Harbour) -> None:
    order = confirmed(three, "14 Office chair @ 100.00", "9 Desk lamp @ 20.00")
    assert order.is_split
    assert {code(three, line.warehouse) for line in order.lines} == {"SH", "WH"}

    first = three.lin.does("oms.ship_order", order)
    assert (order.state, order.is_shipped) == ("partly_shipped", False)
    elsewhere = three.lin.cannot("oms.ship_order", order, warehouse="SZ")
    assert elsewhere.code == "ships_from_elsewhere"
    three.lin.does("oms.ship_order", order)

    assert order.is_shipped
    assert parcels(three, order) == [("WH", {"Office": 4, "Desk": 9}), ("SH", {"Office": 10})]
    assert three.run(broken_promises) == {}
    moved = three.all("stock.move", 'source = $number and kind = "issue"', number=order.number)
    assert Counter(code(three, each.warehouse) for each in moved) == {"SH": 1, "WH": 2}
    assert first.total + three.all("oms.parcel", "order = $order", order=order.id)[1].total == order.total


def test_a_packer_ships_what_lies_in_their_own_warehouse(three: Harbour) -> None:
    order = confirmed(three, "14 Office chair @ 100.00")
    [line] = order.lines
    three.tomas.does("oms.ship_order", order, warehouse="wuhan")
    assert parcels(three, order) == [("WH", {"Office": 4})]
    apart = three.lin.cannot("oms.ship_order", order, warehouse="SH", lines=[{"line": line.id, "quantity": 11}])
    assert apart.code == "more_than_left_to_ship"
    three.lin.does("oms.ship_order", order, lines=[{"line": line.id}])
    assert parcels(three, order)[1:] == [("SH", {"Office": 10})]


def test_lines_that_lie_apart_are_not_one_parcel(three: Harbour) -> None:
    three.has("0 Desk lamp at A-01", "0 Desk lamp at C-01", "0 Office chair at WH", "0 Office chair at C-01")
    order = confirmed(three, "2 Office chair @ 100.00", "3 Desk lamp @ 20.00")
    named = [{"line": line.id, "quantity": line.quantity} for line in order.lines]
    apart = three.lin.cannot("oms.ship_order", order, lines=named)
    assert apart.code == "lines_lie_apart"
    assert apart.says("ship a parcel from each")
    for row in named:
        three.lin.does("oms.ship_order", order, lines=[row])
    assert parcels(three, order) == [("SH", {"Office": 2}), ("WH", {"Desk": 3})]


def test_who_wants_everything_at_once_gets_it_from_one_warehouse_or_is_told(three: Harbour) -> None:
    order = ordered(three, "12 Office chair @ 100.00")
    three.lin.changes(order, ship_complete=True)
    refused = three.lin.cannot("oms.confirm_order", order)
    assert refused.says("Only 10 of Office chair")
    assert refused.says("from one warehouse")
    three.lin.changes(order, ship_complete=False)
    three.lin.does("oms.confirm_order", order)
    assert order.is_split


def test_a_shop_ships_complete_for_all_its_orders(three: Harbour) -> None:
    shop = three.thing("oms.channel", "web")
    three.lin.changes(shop, ship_complete=True)
    order = ordered(three, "12 Office chair @ 100.00", channel=shop.id)
    assert three.lin.cannot("oms.confirm_order", order).code == "not_enough_stock"
    three.lin.does("oms.confirm_order", order, backorder=True)
    assert (order.is_split, code(three, order.warehouse), order.waiting_quantity) == (False, "SH", 2)

    three.receives("2 Office chair at WH", unit_cost="50.00")
    three.catches_up()
    assert (order.waiting_quantity, order.is_split) == (2, False), "what came elsewhere is not for it"
    assert three.lin.cannot("oms.ship_order", order).code == "goods_still_waiting"
    three.receives("2 Office chair at A-01", unit_cost="50.00")
    three.catches_up()
    three.lin.does("oms.ship_order", order)
    assert parcels(three, order) == [("SH", {"Office": 12})]


def test_goods_that_come_to_another_warehouse_leave_from_there(three: Harbour) -> None:
    for location in ("A-01", "C-01", "WH"):
        three.has(f"0 Office chair at {location}")
    order = ordered(three, "4 Office chair @ 100.00", "1 Desk lamp @ 20.00")
    three.lin.does("oms.confirm_order", order, backorder=True)
    assert code(three, order.warehouse) == "WH"
    three.receives("4 Office chair at C-01", unit_cost="50.00")
    three.catches_up()
    assert (order.is_split, order.waiting_quantity) == (True, 0)
    three.lin.does("oms.ship_order", order)
    three.lin.does("oms.ship_order", order)
    assert parcels(three, order) == [("WH", {"Desk": 1}), ("SZ", {"Office": 4})]


def test_an_order_that_found_nothing_leaves_from_where_its_goods_came(three: Harbour) -> None:
    for location in ("A-01", "C-01", "WH"):
        three.has(f"0 Office chair at {location}")
    order = ordered(three, "4 Office chair @ 100.00")
    three.lin.changes(order, warehouse=three.id_of("stock.location", "SH"))
    three.lin.does("oms.confirm_order", order, backorder=True)
    three.receives("4 Office chair at WH", unit_cost="50.00")
    three.catches_up()
    assert (code(three, order.warehouse), order.is_split) == ("WH", False)
    three.lin.does("oms.ship_order", order, warehouse="WH")
    assert parcels(three, order) == [("WH", {"Office": 4})]


def test_cancelling_gives_back_to_each_warehouse(three: Harbour) -> None:
    order = confirmed(three, "14 Office chair @ 100.00")
    three.lin.does("oms.ship_order", order, warehouse="WH")
    three.lin.does("oms.cancel_order", order)
    assert three.stock("Office chair") == "16 on hand, 0 reserved, 16 available"


def test_the_last_pieces_in_three_warehouses_are_promised_once(three: Harbour) -> None:
    orders = place(three, 12, "3 Office chair @ 100.00")
    answers = at_once(
        lambda order: three.run(lambda work: work.perform("oms.confirm_order", {"order": order})), orders, 6
    )
    outcome = Counter(answer.code if isinstance(answer, Refusal) else "confirmed" for answer in answers)
    assert outcome == {"confirmed": 6, "not_enough_stock": 6}
    assert three.stock("Office chair") == "20 on hand, 18 reserved, 2 available"
    for order in three.all("oms.sales_order", "not blank(confirmed_at) and blank(cancelled_at) and not is_shipped"):
        while not order.is_shipped:
            three.lin.does("oms.ship_order", order)
    assert three.run(broken_promises) == {}
    assert three.stock("Office chair") == "2 on hand, 0 reserved, 2 available"
