"""Stock is promised when an order is confirmed, and never twice."""

from __future__ import annotations

from decimal import Decimal

from tests.fixtures.harbour import Harbour


def test_a_hotel_orders_more_chairs_than_we_have(harbour: Harbour) -> None:
    harbour.has("5 Office chair at A-01")
    order = harbour.mei.writes_order("Grand Hotel", "8 Office chair @ 120.00 CNY", "1 Desk lamp")

    refused = harbour.lin.cannot("oms.confirm_order", order)

    assert refused.says("Only 5 of Office chair 办公椅 can be promised, the order needs 8: 3 lacking")
    assert refused.says("办公椅 仅可承诺 5，订单需要 8，缺 3")
    assert [problem.path for problem in refused.refusal.fields] == ["lines[0].quantity"]
    assert refused.offers == ("oms.confirm_order backorder", "oms.hold_order", "stock.receive", "oms.cancel_order")
    assert order.state == "draft"
    assert harbour.stock("Desk lamp") == "60 on hand, 0 reserved, 60 available"


def test_goods_arrive_and_the_order_can_be_confirmed(harbour: Harbour) -> None:
    harbour.has("5 Office chair at A-01")
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    assert harbour.lin.cannot("oms.confirm_order", order).code == "not_enough_stock"

    harbour.receives("3 Office chair at B-01", unit_cost="300.00")
    harbour.lin.does("oms.confirm_order", order)

    assert harbour.stock("Office chair") == "8 on hand, 8 reserved, 0 available"


def test_another_warehouse_serves_what_the_first_cannot(harbour: Harbour) -> None:
    harbour.has("5 Office chair at A-01")
    harbour.receives("20 Office chair at C-01", unit_cost="300.00")
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)

    assert order.warehouse == harbour.id_of("stock.location", "SZ")


def test_services_need_no_stock(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "3 Assembly service @ 150.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)

    assert order.state == "shipped"
    assert harbour.balances()["5001"] == Decimal("-450.00")


def test_confirming_twice_is_refused_and_holds_nothing_twice(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)

    assert harbour.lin.cannot("oms.confirm_order", order).says("already confirmed")
    assert harbour.stock("Office chair") == "60 on hand, 8 reserved, 52 available"


def test_the_same_order_twice_is_not_served_twice(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "5 Office chair @ 120.00")

    assert [p.path for p in harbour.lin.cannot("oms.confirm_order", [order, order]).refusal.fields] == ["order[1]"]
    assert harbour.stock("Office chair") == "60 on hand, 0 reserved, 60 available"


def test_an_order_is_held_for_several_reasons_at_once(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp")
    reasons = [{"order": order.id, "reason": "review"}, {"order": order.id, "reason": "address"}]
    harbour.run(lambda work: work.perform("oms.hold_order", reasons))

    assert order.holds == ["address", "review"]


def test_a_blank_tax_rate_is_no_tax(harbour: Harbour) -> None:
    blank = {"discount_percent": None, "discount_amount": None, "tax_rate": None}
    line = {**harbour.line("2 Desk lamp @ 100.00"), **blank}
    customer = harbour.id_of("base.party", "Grand Hotel")
    order = harbour.lin.writes("oms.sales_order", customer=customer, freight=None, lines=[line])
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)

    assert (order.tax, order.total, order.state) == (0, Decimal("200.00"), "shipped")


def test_cancelling_gives_back_exactly_what_was_held(harbour: Harbour) -> None:
    harbour.receives("4 Office chair at B-01", unit_cost="300.00")
    order = harbour.lin.writes_order("Grand Hotel", "62 Office chair @ 120.00", "2 Desk lamp")
    harbour.lin.does("oms.confirm_order", order)
    assert harbour.stock("Office chair") == "64 on hand, 62 reserved, 2 available"

    harbour.lin.does("oms.cancel_order", order, reason="Changed their mind")

    assert order.state == "cancelled"
    assert harbour.stock("Office chair") == "64 on hand, 0 reserved, 64 available"
    assert harbour.stock("Desk lamp") == "60 on hand, 0 reserved, 60 available"
    assert harbour.lin.cannot("oms.confirm_order", order).says("is cancelled")


def test_what_has_not_left_of_an_order_is_struck_off(harbour: Harbour) -> None:
    order = harbour.lin.writes_order(
        "Grand Hotel", "3 Office chair @ 33.33", "2 Desk lamp @ 10.00", freight="5.00", discount_amount="9.99"
    )
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order, lines=[{"line": order.lines[0].id, "quantity": "1"}])
    harbour.lin.does("oms.hold_order", order)

    harbour.lin.does("oms.cancel_order", order, reason="The rest is not wanted")

    [receivable] = harbour.all("finance.receivable")
    assert (order.state, order.holds, order.total) == ("shipped", None, receivable.amount)
    assert [(line.quantity, line.open_quantity) for line in order.lines] == [(1, 0)]
    assert harbour.stock("Office chair") == "59 on hand, 0 reserved, 59 available"
    assert harbour.stock("Desk lamp") == "60 on hand, 0 reserved, 60 available"
    assert harbour.lin.cannot("oms.cancel_order", order).code == "order_already_shipped"

    harbour.ada.does("finance.record_payment", harbour.thing("base.party", "Grand Hotel"), amount=receivable.amount)
    assert order.state == "settled"


def test_no_more_leaves_than_was_ordered(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)

    too_many = [{"line": order.lines[0].id, "quantity": "9"}]
    assert harbour.lin.cannot("oms.ship_order", order, lines=too_many).says("Only 8 of Office chair 办公椅 are left")
    harbour.lin.does("oms.ship_order", order)
    assert harbour.lin.cannot("oms.ship_order", order).code == "order_already_shipped"


def test_what_is_not_confirmed_does_not_leave(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    assert harbour.tomas.cannot("oms.ship_order", order).says("you may not see it")
    assert harbour.lin.cannot("oms.ship_order", order).offers == ("oms.confirm_order",)


def test_holds_are_a_set(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp")
    harbour.lin.does("oms.hold_order", order, reason="review")
    harbour.lin.does("oms.hold_order", order, reason="address", note="No house number")
    assert order.state == "held"
    assert order.holds == ["address", "review"]

    harbour.lin.does("oms.lift_hold", order, reason="review")
    assert harbour.lin.cannot("oms.confirm_order", order).offers == ("oms.lift_hold",)
    harbour.lin.does("oms.lift_hold", order)
    harbour.lin.does("oms.confirm_order", order)
    assert order.state == "confirmed"


def test_an_order_over_the_credit_limit_waits_for_a_person(harbour: Harbour) -> None:
    customer = harbour.thing("base.party", "Grand Hotel")
    harbour.ada.changes(customer, credit_limit="1000")

    order = harbour.mei.writes_order("Grand Hotel", "20 Office chair @ 480.00")

    assert order.state == "held"
    assert order.holds == ["credit"]
    harbour.ada.does("oms.lift_hold", order)
    assert order.state == "draft"


def test_several_orders_are_confirmed_all_or_none(harbour: Harbour) -> None:
    harbour.has("10 Office chair at A-01")
    small = harbour.lin.writes_order("Grand Hotel", "4 Office chair @ 120.00")
    large = harbour.lin.writes_order("Grand Hotel", "7 Office chair @ 120.00")

    assert harbour.lin.cannot("oms.confirm_order", [small, large]).says("Only 6 of Office chair")
    assert (small.state, large.state) == ("draft", "draft")
    assert harbour.stock("Office chair") == "10 on hand, 0 reserved, 10 available"


def test_a_count_below_the_promises_is_taken_and_said(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.has("5 Office chair at A-01")

    [balance] = harbour.all("stock.balance", "product = $chair", chair=harbour.id_of("base.product", "Office chair"))
    assert balance.short
    assert harbour.stock("Office chair") == "5 on hand, 8 reserved, -3 available"

    harbour.receives("10 Office chair at A-01", unit_cost="300.00")
    assert not balance.short


def test_nobody_issues_what_was_promised_or_past_the_books(harbour: Harbour) -> None:
    harbour.has("8 Office chair at A-01")
    order = harbour.lin.writes_order("Grand Hotel", "5 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)
    before = harbour.balances()["1405"]
    chair, place = harbour.id_of("base.product", "Office chair"), harbour.id_of("stock.location", "A-01")
    line = {"product": chair, "location": place}

    assert harbour.tomas.cannot("stock.issue", lines=[{**line, "quantity": "4"}]).code == "not_enough_stock"
    assert harbour.tomas.cannot("stock.issue", lines=[{**line, "quantity": "1"}], booked_with="x").says("booked_with")
    assert harbour.tomas.cannot("stock.issue", lines=[{**line, "quantity": "1"}], source=order.number).says("source")
    for person in (harbour.tomas, harbour.owner):
        reserved = [{"product": chair, "quantity": "1", "source_line": order.lines[0].id}]
        refused = person.cannot("stock.issue_reserved", lines=reserved, source=order.number)
        assert refused.code == "not_allowed"

    harbour.tomas.does("stock.issue", lines=[{**line, "quantity": "3"}], reason="Samples 样品")
    assert harbour.stock("Office chair") == "5 on hand, 5 reserved, 0 available"
    assert harbour.balances()["1405"] == before - 3 * Decimal("288.00")


def test_while_a_place_is_short_nothing_leaves_it_freely(harbour: Harbour) -> None:
    harbour.has("8 Office chair at A-01")
    order = harbour.lin.writes_order("Grand Hotel", "8 Office chair @ 120.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.has("5 Office chair at A-01")

    line = {
        "product": harbour.id_of("base.product", "Office chair"),
        "location": harbour.id_of("stock.location", "A-01"),
        "quantity": "1",
    }
    assert harbour.tomas.cannot("stock.issue", lines=[line]).code == "not_enough_stock"
    assert harbour.tomas.cannot("oms.ship_order", order).says("8 wanted, 5 available, 3 lacking")


def test_a_lot_past_its_day_is_not_promised(harbour: Harbour) -> None:
    harbour.has("0 Coffee cup at A-01")
    cup = harbour.id_of("base.product", "Coffee cup")
    place = harbour.id_of("stock.location", "A-01")
    old = harbour.tomas.writes("stock.lot", number="OLD", product=cup, expires_on="2020-01-01")
    fresh = harbour.tomas.writes("stock.lot", number="NEW", product=cup, expires_on="2099-01-01")
    for lot, quantity in ((old, "10"), (fresh, "4")):
        line = {"product": cup, "quantity": quantity, "unit_cost": "5", "lot": lot}
        harbour.tomas.does("stock.receive", place, lines=[line])
    order = harbour.lin.writes_order("Grand Hotel", "5 Coffee cup @ 18.80")

    assert harbour.lin.cannot("oms.confirm_order", order).says("Only 4 of Coffee cup")

    small = harbour.lin.writes_order("Grand Hotel", "4 Coffee cup @ 18.80")
    harbour.lin.does("oms.confirm_order", small)
    assert [r.lot for r in harbour.all("stock.reservation")] == [fresh.id]


def test_goods_and_lots_are_what_they_are_called(harbour: Harbour) -> None:
    cup, chair = harbour.id_of("base.product", "Coffee cup"), harbour.id_of("base.product", "Office chair")
    service = harbour.id_of("base.product", "Assembly service")
    place = harbour.id_of("stock.location", "A-01")
    lot = harbour.tomas.writes("stock.lot", number="CUPS", product=cup)
    wrong = {"product": chair, "quantity": "1", "lot": lot, "unit_cost": "1"}
    taken = {"product": chair, "quantity": "1", "lot": lot, "location": place}

    assert harbour.tomas.cannot("stock.receive", place, lines=[wrong]).code == "lot_of_another_product"
    assert harbour.tomas.cannot("stock.issue", lines=[taken]).code == "lot_of_another_product"
    assert harbour.tomas.cannot("stock.adjust", place, product=service, counted="1").code == "service_in_stock"
    service_line = {"product": service, "quantity": "1", "unit_cost": "1"}
    assert harbour.tomas.cannot("stock.receive", place, lines=[service_line]).code == "service_in_stock"


def test_what_lies_inside_a_corner_for_scrap_is_not_promised(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    [scrap] = harbour.all("stock.location", 'kind = "scrap"')
    shelf = harbour.tomas.writes("stock.location", code="SCRAP-1", name="Shelf", parent=scrap.id)
    assert not shelf.is_sellable

    line = {"product": harbour.id_of("base.product", "Office chair"), "quantity": "5", "unit_cost": "1"}
    harbour.tomas.does("stock.receive", shelf, lines=[line])
    order = harbour.lin.writes_order("Grand Hotel", "1 Office chair @ 120.00")
    assert harbour.lin.cannot("oms.confirm_order", order).says("Only 0 of Office chair")


def test_what_can_not_be_promised_is_no_safety(harbour: Harbour) -> None:
    lamp = harbour.thing("base.product", "Desk lamp")
    [scrap] = harbour.all("stock.location", 'kind = "scrap"')
    harbour.owner.changes(lamp, safety_stock="50")
    harbour.has("50 Desk lamp at A-01")
    others = below_safety(harbour)
    harbour.has("40 Desk lamp at A-01")
    assert below_safety(harbour) == others + 1

    harbour.tomas.does("stock.receive", scrap, lines=[{"product": lamp, "quantity": "20"}])
    assert below_safety(harbour) == others + 1


def below_safety(harbour: Harbour) -> int:
    [card] = [card for card in harbour.tomas.home()["cards"] if card["name"].endswith("below_safety_stock")]
    return card["count"]
