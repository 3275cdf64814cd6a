"""Orders come from shops: the same number is one order, and discounts know who bears them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.fixtures.harbour import Harbour, Thing


def shop_order(harbour: Harbour, *lines: str, **inputs: Any) -> Thing:
    given = {"channel": harbour.id_of("oms.channel", "tmall"), "external_number": "T-1001", **inputs}
    return harbour.lin.writes_order("Corner Shop", *lines, **given)


def test_the_same_order_sent_twice_is_one_order(harbour: Harbour) -> None:
    first = shop_order(harbour, "2 Desk lamp @ 129.00")
    again = shop_order(harbour, "2 Desk lamp @ 129.00")

    assert again == first
    assert len(harbour.all("oms.sales_order")) == 1


def test_the_same_number_of_another_shop_is_another_order(harbour: Harbour) -> None:
    first = shop_order(harbour, "2 Desk lamp @ 129.00")
    other = shop_order(harbour, "2 Desk lamp @ 129.00", channel=harbour.id_of("oms.channel", "web"))

    assert other != first


def test_twice_in_one_sending_is_one_order_too(harbour: Harbour) -> None:
    call = {
        "channel": {"code": "web"},
        "external_number": "W-1",
        "customer": {"code": "P-00001"},
        "lines": [{"product": {"sku": "LP-301"}, "quantity": "1"}],
    }
    orders = harbour.run(lambda work: work.perform("oms.place_order", [call, dict(call)]))

    assert orders[0].id == orders[1].id
    assert orders[0].lines[0].unit_price == Decimal("129.00")


def test_our_discount_is_spread_to_the_cent(harbour: Harbour) -> None:
    order = shop_order(
        harbour, "1 Desk lamp @ 10.00", "1 Coffee cup @ 10.00", "1 Bath towel @ 10.00", discount_amount="10.00"
    )

    assert [line.discount_share for line in order.lines] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert order.total == Decimal("22.61")  # 20.00, and 13 % tax rounded on each line


def test_a_discount_of_the_platform_is_owed_to_us_all_the_same(harbour: Harbour) -> None:
    order = shop_order(
        harbour,
        "2 Desk lamp @ 99.00",
        discount_amount="20.00",
        platform_discount="10.00",
        freight="0.50",
        paid_amount="168.50",
        prices_include_tax=True,
    )
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)

    [receivable] = harbour.all("finance.receivable")
    assert order.total == receivable.amount == Decimal("178.50")
    assert order.buyer_pays == order.paid_amount == Decimal("168.50")


def test_an_unpaid_order_of_a_shop_waits(harbour: Harbour) -> None:
    order = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="pending_payment")
    assert order.holds == ["payment"]


def test_a_payment_that_came_frees_the_order(harbour: Harbour) -> None:
    order = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="pending_payment")
    harbour.lin.does("oms.hold_order", order, reason="address")
    shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="to_review", paid_amount="145.77")

    assert (order.holds, order.paid_amount) == (["address"], Decimal("145.77"))


def test_what_the_shop_shipped_or_locked_itself_waits_for_a_person(harbour: Harbour) -> None:
    shipped = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="shipped", external_number="S")
    presale = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="presale_scheduled", external_number="P")
    ready = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="to_ship", external_number="R")

    assert (shipped.holds, presale.holds, ready.state) == (["channel_lock"], ["channel_lock"], "draft")


def test_an_order_that_the_shop_cancelled_comes_cancelled(harbour: Harbour) -> None:
    order = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="cancelled_refunded")

    assert (order.state, order.cancel_reason) == ("cancelled", "cancelled_refunded")
    assert harbour.lin.cannot("oms.confirm_order", order).code == "order_cancelled"


def test_an_order_cancelled_at_the_shop_gives_its_goods_back(harbour: Harbour) -> None:
    order = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="to_review")
    harbour.lin.does("oms.confirm_order", order)
    again = shop_order(harbour, "1 Desk lamp @ 129.00", channel_status="cancelled")

    assert (again, order.state) == (order, "cancelled")
    assert harbour.stock("Desk lamp") == "60 on hand, 0 reserved, 60 available"


def test_the_rest_of_an_order_cancelled_at_the_shop_stays(harbour: Harbour) -> None:
    order = shop_order(harbour, "2 Desk lamp @ 129.00", channel_status="to_review")
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order, lines=[{"line": order.lines[0].id, "quantity": "1"}])
    shop_order(harbour, "2 Desk lamp @ 129.00", channel_status="cancelled_refunded")

    assert (order.state, order.holds) == ("held", ["channel_lock"])


def test_an_order_whose_last_parcel_costs_nothing_is_settled(harbour: Harbour) -> None:
    order = shop_order(harbour, "1 Desk lamp @ 100.00", "1 Coffee cup @ 0.00")
    harbour.lin.does("oms.confirm_order", order)
    lamp, cup = order.lines
    harbour.lin.does("oms.ship_order", order, lines=[{"line": lamp.id}])
    harbour.ada.does("finance.record_payment", harbour.thing("base.party", "Corner Shop"), amount="113.00")
    harbour.lin.does("oms.ship_order", order, lines=[{"line": cup.id}])

    assert order.state == "settled"


def test_a_line_on_hold_stays_while_its_siblings_leave(harbour: Harbour) -> None:
    lamp, cup = harbour.line("1 Desk lamp @ 129.00"), harbour.line("2 Coffee cup @ 18.80")
    order = harbour.lin.does(
        "oms.place_order",
        customer=harbour.id_of("base.party", "Corner Shop"),
        lines=[{**lamp, "hold": "Refund asked"}, cup],
    )
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)

    assert [line.shipped_quantity for line in order.lines] == [0, 2]
    assert order.state == "partly_shipped"
    assert harbour.lin.cannot("oms.ship_order", order).says("is on hold: Refund asked")

    assert harbour.lin.cannot("oms.lift_hold", order, line=order.lines[1].id).code == "order_not_on_hold"
    harbour.lin.does("oms.lift_hold", order, line=order.lines[0].id)
    harbour.lin.does("oms.ship_order", order)
    assert order.state == "shipped"


def test_an_order_without_anybody_to_bill_is_refused(harbour: Harbour) -> None:
    refused = harbour.lin.cannot(
        "oms.place_order", channel=harbour.id_of("oms.channel", "web"), lines=[harbour.line("1 Desk lamp @ 1.00")]
    )
    assert refused.code == "customer_missing"


def test_wrong_inputs_are_all_named_at_once(harbour: Harbour) -> None:
    refused = harbour.lin.cannot(
        "oms.place_order",
        customer=harbour.id_of("base.party", "Corner Shop"),
        freight="much",
        colour="red",
        lines=[{"product": {"sku": "NOPE"}, "quantity": "1"}, {"quantity": "x"}],
    )
    paths = {problem.path for problem in refused.refusal.fields}
    assert {"freight", "colour", "lines[0].product", "lines[1].product", "lines[1].quantity"} <= paths


def test_prices_with_tax_and_without_come_to_their_totals(harbour: Harbour) -> None:
    net = shop_order(harbour, "3 Desk lamp @ 33.33", external_number="N", prices_include_tax=False)
    gross = shop_order(harbour, "3 Desk lamp @ 33.33", external_number="G", prices_include_tax=True)

    assert (net.tax, net.total) == (Decimal("13.00"), Decimal("112.99"))
    assert (gross.tax, gross.total) == (Decimal("11.50"), Decimal("99.99"))
