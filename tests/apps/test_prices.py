"""Wang Min sells to wholesale customers and in her own shop: lists, promotions, bundles, coupons, to the cent.

Who bears what is taken off stands with the order, line by line, and adds up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queti.apps.oms.refusals import CouponUsedUp
from queti.kernel.errors import Refusal
from queti.kernel.publishing import drafts
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch
from tests.fixtures.harbour import WORKSPACE, Harbour, Thing

HOTEL = "Grand Hotel"
PEN, PAPER, LAMP, CUP = "Gel pen", "Copy paper", "Desk lamp", "Coffee cup"
STATIONERY = '"Stationery 文具"'


def says(harbour: Harbour, rule: str, *rows: Mapping[str, Any]) -> None:
    """The owner writes the rows of a rule anew, and publishes them."""

    def write(work: Work) -> int:
        draft = drafts.create_draft(work, None).id
        body = {**body_of(work.model.rules[rule]), "rows": list(rows), "tests": {}}
        drafts.put_definition(work, draft, "rule", rule, body)
        return draft

    platform = harbour.platform
    publish_draft(platform.db, platform.workspace(WORKSPACE), platform.catalogue, harbour.run(write))


def order(harbour: Harbour, *lines: str, **values: Any) -> Thing:
    return harbour.mei.writes_order(HOTEL, *lines, **values)


def wholesale(harbour: Harbour, *prices: tuple[str, str, str], **values: Any) -> Thing:
    """Grand Hotel's group buys by this list: product, from how many, price."""
    listed = harbour.owner.writes("oms.price_list", code="WA", name="Wholesale A", **values)
    for product, quantity, price in prices:
        at = {"product": harbour.id_of("base.product", product), "from_quantity": quantity, "price": price}
        harbour.owner.writes("oms.price", price_list=listed.id, **at)
    group = harbour.owner.writes("base.customer_group", code="A", name="Wholesale", price_list=listed.id)
    harbour.owner.changes(harbour.thing("base.party", HOTEL), customer_group=group.id)
    return listed


def money(order: Thing) -> list[tuple[str, str, str]]:
    return [(f"{line.unit_price:.2f}", f"{line.promotion_amount:.2f}", line.price_source) for line in order.lines]


def borne(order: Thing) -> list[tuple[str, str, str, str]]:
    return [(row.stage, row.label, f"{row.amount:.2f}", row.bearer) for row in order.discounts]


def adds_up(order: Thing) -> bool:
    """The order's rows are the lines' promotions, line by line."""
    by_line: dict[int, Decimal] = {line.id: Decimal(0) for line in order.lines}
    for row in order.discounts:
        by_line[row.line] += row.amount
    taken = {line.id: line.promotion_amount or Decimal(0) for line in order.lines}
    return by_line == taken and order.promotion_amount == sum(taken.values())


def test_an_ordinary_company_pays_nothing_for_pricing(harbour: Harbour) -> None:
    """No list, no promotion of today, no coupon: nothing is read for it."""
    hotel, pen = harbour.id_of("base.party", HOTEL), harbour.id_of("base.product", PEN)

    def place(work: Work) -> int:
        before = work.statements
        work.perform("oms.place_order", {"customer": hotel, "lines": [{"product": pen, "quantity": Decimal(3)}]})
        return work.statements - before

    assert harbour.run(place) <= 11


def test_the_list_of_a_customers_group_prices_by_quantity_and_day(harbour: Harbour) -> None:
    listed = wholesale(harbour, (PEN, "1", "22"), (PEN, "10", "20"))
    assert money(order(harbour, f"9 {PEN}")) == [("22.00", "0.00", "list")]
    assert money(order(harbour, f"6 {PEN}", f"4 {PEN}", f"1 {LAMP}")) == [
        ("20.00", "0.00", "list"), ("20.00", "0.00", "list"), ("129.00", "0.00", "standard"),
    ]  # fmt: skip
    harbour.owner.changes(listed, valid_until="2020-01-01")
    assert money(order(harbour, f"9 {PEN}")) == [("24.50", "0.00", "standard")]


def test_a_price_that_a_person_typed_stays_and_one_that_came_with_a_number_too(harbour: Harbour) -> None:
    wholesale(harbour, (PEN, "1", "22"))
    typed = order(harbour, f"9 {PEN} @ 21")
    assert money(typed) == [("21.00", "0.00", "typed")]
    harbour.mei.changes(typed, lines=[{"id": typed.lines[0].id, "quantity": "12"}])
    assert typed.lines[0].unit_price == 21

    came = order(harbour, f"9 {PEN} @ 23.9", external_number="SHOP-1")
    assert (came.prices_as_given, came.lines[0].unit_price) == (True, Decimal("23.9"))


def test_a_form_is_priced_as_an_order_is_and_anew_until_it_is_confirmed(harbour: Harbour) -> None:
    wholesale(harbour, (PEN, "1", "22"), (PEN, "10", "20"))
    line = {"product": harbour.id_of("base.product", PEN), "quantity": "2", "unit_price": "24.50"}
    form = harbour.mei.writes("oms.sales_order", customer=harbour.id_of("base.party", HOTEL), lines=[line])
    assert money(form) == [("22.00", "0.00", "list")]
    harbour.mei.changes(form, lines=[{"id": form.lines[0].id, "quantity": "10"}])
    assert money(form) == [("20.00", "0.00", "list")]
    harbour.lin.does("oms.confirm_order", form)
    step = harbour.all("oms.price", "from_quantity = 10")[0]
    harbour.owner.changes(step, price="10")
    assert form.lines[0].unit_price == 20, "what is confirmed is agreed"


def test_a_list_with_tax_in_it_prices_an_order_without(harbour: Harbour) -> None:
    wholesale(harbour, (PEN, "1", "22.60"), prices_include_tax=True)
    assert [f"{line.unit_price:f}" for line in order(harbour, f"1 {PEN}", prices_include_tax=False).lines] == [
        "20.0000"
    ]
    assert order(harbour, f"1 {PEN}", prices_include_tax=True).lines[0].unit_price == Decimal("22.60")


def test_the_better_of_two_that_exclude_each_other_counts_and_the_supplier_bears_half(harbour: Harbour) -> None:
    half = {"label": '"Second at half"', "percent": "50", "nth": "2", "exclusive": '"f"'}
    fifth = {"label": '"20 % off"', "percent": "20", "exclusive": '"f"', "bearer": '"supplier"', "borne": "50"}
    says(harbour, "oms.line_promotions", {"when": {"category": STATIONERY, "quantity": ">= 2"}, "then": half},
         {"when": {"category": STATIONERY}, "then": fifth})  # fmt: skip
    two = order(harbour, f"2 {PEN}", f"1 {LAMP}")
    assert borne(two) == [("line", "Second at half", "12.25", "us")], "25 % of 49.00 is more than 20 %"
    three = order(harbour, f"3 {PEN}")
    assert borne(three) == [("line", "20 % off", "7.35", "supplier"), ("line", "20 % off", "7.35", "us")]
    assert adds_up(two)
    assert adds_up(three)
    assert three.goods_amount - three.promotion_amount == Decimal("58.80")


def test_thirty_off_each_three_hundred_of_a_category_is_spread_to_the_cent(harbour: Harbour) -> None:
    off = {"label": '"300 − 30"', "category": STATIONERY, "at_least": "300", "off": "30", "every": "true"}
    says(harbour, "oms.order_promotions", {"when": {"goods": ">= 300"}, "then": off})
    made = order(harbour, f"4 {PAPER}", f"2 {PEN}", f"5 {LAMP}")
    shares = {line.product: line.promotion_amount for line in made.lines}
    assert (made.promotion_amount, shares[harbour.id_of("base.product", LAMP)]) == (60, 0), "629.00 hold 300 twice"
    assert adds_up(made)
    harbour.mei.changes(made, lines=[{"id": made.lines[0].id, "quantity": "1"}])
    assert made.promotion_amount == 0, "194.00 hold none"
    assert made.discounts == []


def test_the_vector_of_thirty_over_ninety_and_three_hundred(harbour: Harbour) -> None:
    says(harbour, "oms.order_promotions", {"when": {}, "then": {"label": '"Thirty"', "off": "30"}})
    made = order(harbour, f"1 {LAMP} @ 90", f"1 {LAMP} @ 300")
    assert [line.promotion_amount for line in made.lines] == [Decimal("6.92"), Decimal("23.08")]


def test_the_vector_of_a_quarter_off_and_its_refund(harbour: Harbour) -> None:
    """10 × 23.90 with 20 % in it, less 25 %: 179.25, and 59.75 were borne by us."""
    says(harbour, "oms.order_promotions", {"when": {}, "then": {"label": '"Quarter"', "percent": "25"}})
    line = {"product": harbour.id_of("base.product", LAMP), "quantity": "10", "unit_price": "23.90", "tax_rate": "20"}
    made = harbour.mei.does("oms.place_order", customer=harbour.id_of("base.party", HOTEL), lines=[line],
                            prices_include_tax=True)  # fmt: skip
    assert (made.total, made.promotion_amount) == (Decimal("179.25"), Decimal("59.75"))


def test_a_gift_comes_as_a_line_that_costs_nothing_and_goes_with_its_cause(harbour: Harbour) -> None:
    gift = {"label": '"A cup for three"', "gift": '"CP-501"', "per": "3", "bearer": '"supplier"'}
    says(harbour, "oms.line_promotions", {"when": {"sku": '"LP-301"', "quantity": ">= 3"}, "then": gift})
    made = order(harbour, f"7 {LAMP}")
    assert money(made)[1] == ("18.80", "37.60", "gift")
    assert borne(made) == [("gift", "A cup for three", "37.60", "supplier")]
    assert made.total == order(harbour, f"7 {LAMP} @ 129").total, "two cups for nothing, and no tax on them"
    harbour.mei.changes(made, lines=[{"id": made.lines[0].id, "quantity": "2"}, {"id": made.lines[1].id}])
    assert len(made.lines) == 1
    assert made.discounts == []
    says(harbour, "oms.line_promotions", {"when": {}, "then": {"label": '"Wrong"', "gift": '"NO-SUCH"'}})
    assert harbour.mei.cannot("oms.place_order", customer=harbour.id_of("base.party", HOTEL),
                              lines=[harbour.line(f"1 {LAMP}")]).says("NO-SUCH")  # fmt: skip


def test_pen_and_paper_cost_less_together_as_often_as_they_come_together(harbour: Harbour) -> None:
    parts = [{"product": harbour.id_of("base.product", name), "quantity": "1"} for name in (PEN, PAPER)]
    harbour.owner.writes("oms.bundle", name="Desk set", price="150", lines=parts)
    made = order(harbour, f"3 {PEN}", f"2 {PAPER}")
    assert made.promotion_amount == 2 * (Decimal("169.50") - 150)
    assert borne(made) == [("bundle", "Desk set", "5.64", "us"), ("bundle", "Desk set", "33.36", "us")], (
        "by 49.00 and 290.00: the third pen is no part of it"
    )
    assert adds_up(made)
    assert order(harbour, f"3 {PEN}").promotion_amount == 0


def coupon(harbour: Harbour, **values: Any) -> Thing:
    given = {"code": "WELCOME10", "name": "Welcome", "amount": "10", "at_least": "50", **values}
    return harbour.owner.writes("oms.coupon", **given)


def test_a_coupon_counts_once_a_customer_and_comes_back_with_a_cancelled_order(harbour: Harbour) -> None:
    card = coupon(harbour)
    made = order(harbour, f"1 {LAMP}", f"2 {PEN}", coupon_code="WELCOME10")
    assert (made.promotion_amount, card.used) == (10, 1)
    assert adds_up(made)
    refused = tries(harbour, f"1 {LAMP}", "WELCOME10")
    assert refused.code == "coupon_used_up"
    harbour.lin.does("oms.cancel_order", made)
    assert card.used == 0
    assert tries(harbour, f"1 {CUP}", "WELCOME10").says("50")
    assert order(harbour, f"1 {LAMP}", coupon_code="WELCOME10").promotion_amount == 10
    assert tries(harbour, f"1 {LAMP}", "WELCOME").says("WELCOME")


def tries(harbour: Harbour, line: str, code: str, customer: str = HOTEL) -> Any:
    return harbour.mei.cannot("oms.place_order", customer=harbour.id_of("base.party", customer),
                              lines=[harbour.line(line)], coupon_code=code)  # fmt: skip


def test_a_coupon_taken_off_an_open_order_is_free_for_others(harbour: Harbour) -> None:
    card = coupon(harbour, uses=1, once_each=False)
    made = order(harbour, f"1 {LAMP}", coupon_code="WELCOME10")
    assert tries(harbour, f"1 {LAMP}", "WELCOME10").code == "coupon_used_up"
    harbour.mei.changes(made, coupon_code=None)
    assert (made.promotion_amount, card.used) == (0, 0)


def test_two_at_once_for_the_last_coupon_one_gets_it(harbour: Harbour) -> None:
    card = coupon(harbour, uses=1, once_each=False)

    def buys(_: int) -> bool:
        try:
            order(harbour, f"1 {LAMP}", coupon_code="WELCOME10")
        except Refusal as refusal:
            return refusal.code != "coupon_used_up"
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(buys, range(4))) == 1
    assert card.used == 1


def test_stages_follow_each_other_and_what_ships_books_what_is_left(harbour: Harbour) -> None:
    """List, product, order, coupon; then half of it is cut, and shares shrink with it."""
    wholesale(harbour, (PEN, "10", "20"))
    coupon(harbour)
    says(harbour, "oms.line_promotions", {"when": {"sku": '"PN-402"'}, "then": {"label": '"−10 %"', "percent": "10"}})
    says(harbour, "oms.order_promotions", {"when": {"goods": ">= 170"}, "then": {"label": '"−5"', "off": "5"}})
    made = order(harbour, f"10 {PEN}", coupon_code="WELCOME10")
    assert borne(made) == [
        ("line", "−10 %", "20.00", "us"), ("order", "−5", "5.00", "us"), ("coupon", "Welcome", "10.00", "us"),
    ]  # fmt: skip
    assert made.lines[0].net_amount == 165
    harbour.lin.does("oms.confirm_order", made)
    harbour.lin.does("oms.shrink_order", made, lines=[{"line": made.lines[0].id, "quantity": "5"}])
    assert made.lines[0].net_amount == Decimal("82.50")
    assert [amount for _, _, amount, _ in borne(made)] == ["10.00", "2.50", "5.00"]
    assert adds_up(made)


def test_what_is_struck_off_when_the_rest_is_cancelled_takes_its_discounts_along(harbour: Harbour) -> None:
    says(harbour, "oms.order_promotions", {"when": {}, "then": {"label": '"Tenth"', "percent": "10"}})
    made = order(harbour, f"4 {PEN}", f"1 {LAMP}")
    harbour.lin.does("oms.confirm_order", made)
    pens = next(line for line in made.lines if line.quantity == 4)
    harbour.tomas.does("oms.ship_order", made, lines=[{"line": pens.id, "quantity": "3"}])
    harbour.lin.does("oms.cancel_order", made)
    assert [(line.quantity, line.promotion_amount) for line in made.lines] == [(3, Decimal("7.35"))]
    assert adds_up(made)


def test_discounts_are_written_by_pricing_alone(harbour: Harbour) -> None:
    """Neither through the order, nor by the address of its lines, nor as a line's promotions."""
    says(harbour, "oms.order_promotions", {"when": {}, "then": {"label": '"Tenth"', "percent": "10"}})
    made = order(harbour, f"4 {PEN}")
    row = {"stage": "order", "label": "Mine", "amount": "50", "bearer": "supplier", "line": made.lines[0].id}
    for values in ({"discounts": [row]}, {"lines": [{"id": made.lines[0].id, "promotion_amount": "98"}]}):
        assert harbour.owner.cannot_change(made, **values).code == "wrong_input"
    assert harbour.owner.cannot_write("oms.sales_order_discount", order=made.id, **row)
    [own] = harbour.all("oms.sales_order_discount")
    assert harbour.owner.cannot_change(own, amount="1")
    assert (made.promotion_amount, adds_up(made)) == (Decimal("9.80"), True)


def test_two_orders_of_one_act_use_a_coupon_once_and_it_goes_with_the_customer(harbour: Harbour) -> None:
    card = coupon(harbour)
    call = {"customer": harbour.id_of("base.party", HOTEL), "lines": [harbour.line(f"1 {LAMP}")]}
    both = [{**call, "coupon_code": "WELCOME10"}] * 2
    with pytest.raises(CouponUsedUp):
        harbour.run(lambda work: work.perform("oms.place_order", both))
    assert card.used == 0

    made = order(harbour, f"1 {LAMP}", coupon_code="WELCOME10")
    harbour.lin.changes(made, customer=harbour.id_of("base.party", "Pine School"))
    assert card.used == 1
    assert order(harbour, f"1 {LAMP}", coupon_code="WELCOME10").promotion_amount == 10, "the hotel has none yet"
    assert tries(harbour, f"1 {LAMP}", "WELCOME10", "Pine School").code == "coupon_used_up"


def test_amounts_in_our_money_are_not_taken_off_orders_in_another(harbour: Harbour) -> None:
    says(harbour, "oms.order_promotions", {"when": {}, "then": {"label": '"Thirty"', "off": "30"}})
    coupon(harbour)
    dollars = harbour.id_of("base.currency", "USD")
    made = order(harbour, f"9 {LAMP} @ 20 USD", currency=dollars)
    assert made.promotion_amount == 0
    assert harbour.mei.cannot_change(made, coupon_code="WELCOME10").code == "coupon_not_for_currency"


def test_a_shop_that_names_a_coupon_with_its_number_is_priced_by_us(harbour: Harbour) -> None:
    coupon(harbour)
    assert order(harbour, f"1 {LAMP}", external_number="W-7", coupon_code="WELCOME10").promotion_amount == 10


def test_pricing_in_reply_to_a_change_begins_from_what_was_written(harbour: Harbour) -> None:
    """Each write of the record counts its version, and the Work goes on from the last one."""
    wholesale(harbour, (PEN, "1", "22"), (PEN, "10", "20"))
    placed = order(harbour, f"2 {PEN}")
    line = placed.lines[0].id

    def change_twice(work: Work) -> int:
        [held] = work.fetch("oms.sales_order", [placed.id], lock=True)
        work.change("oms.sales_order", [(held, {"lines": Patch(change=[{"id": line, "quantity": "12"}])})])
        work.change("oms.sales_order", [(placed.id, {"ship_by": date(2027, 1, 1)})])
        return work.fetch("oms.sales_order", [placed.id])[0].version

    assert harbour.run(change_twice) == placed.version
    told = harbour.run(lambda work: work.column(
        f"SELECT version FROM {work.schema}.kernel_history WHERE object = 'oms.sales_order' AND record_id = $1"
        " ORDER BY id", (placed.id,)))  # fmt: skip
    assert sorted(set(told)) == told
    assert placed.total == sum(line.net_amount + line.tax for line in placed.lines) + placed.freight
