"""A wholesale customer's order: the prices of its list come, the coupon counts once, and the page says where from, who
carries it and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Site, until


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_order_is_priced_sourced_and_carried_by_rules(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    customer = terms(owner, f"W-{language}")

    lin = site.person("lin", language)
    order = types_an_order(lin, customer, f"W-{language}")
    sees_its_prices(lin, order)
    the_coupon_is_used_up(lin, customer, f"W-{language}")
    ships_from_two_warehouses(lin, order)


def terms(owner: Person, code: str) -> str:
    """A list with a step for ten, for the group of a customer; a coupon that counts once; lamps in two warehouses."""
    products = {each["sku"]: each["id"] for each in owner.records("base.product", fields="id,sku")}
    [listed] = owner.api("POST", "/api/records/oms.price_list", {"code": code, "name": f"Wholesale {code}"})["records"]
    step = {"price_list": listed["id"], "product": products["LP-301"], "from_quantity": "10", "price": "99"}
    owner.api("POST", "/api/records/oms.price", step)
    group = {"code": code, "name": f"Wholesale {code}", "price_list": listed["id"]}
    [made] = owner.api("POST", "/api/records/base.customer_group", group)["records"]
    name = f"Lantern Trading {code}"
    owner.api("POST", "/api/records/base.party", {"name": name, "is_customer": True, "customer_group": made["id"]})
    coupon = {"code": f"ONCE-{code}", "name": "Once", "amount": "50", "at_least": "100", "uses": "1"}
    owner.api("POST", "/api/records/oms.coupon", coupon)
    places = {each["code"]: each["id"] for each in owner.records("stock.location", fields="id,code")}
    counted = {place: 0 for code, place in places.items() if code.startswith(("A-", "B-"))}
    for place, pieces in {**counted, places["A-01"]: 30, places["C-01"]: 20}.items():
        owner.does("stock.adjust", location=place, product=products["LP-301"], counted=str(pieces))
    return name


def types_an_order(lin: Person, customer: str, code: str) -> int:
    lin.opens("/oms/sales_order/new")
    lin.fills("oms.sales_order", customer=customer)
    lin.fills("oms.sales_order", coupon_code=f"ONCE-{code}")
    orders_lamps(lin, "40")
    lin.finds_the_page_sound("order-new")
    lin.page.keyboard.press("Control+s")
    return lin.is_on_record("oms.sales_order")


def orders_lamps(lin: Person, quantity: str) -> None:
    lin.chooses(lin.line_cell("product", 1), "Desk lamp")
    lin.line_cell("quantity", 1).fill(quantity)
    lin.page.keyboard.press("Tab")
    expect(lin.line_cell("unit_price", 1)).not_to_have_value("")


def sees_its_prices(lin: Person, order: int) -> None:
    """40 × 99.00 less 50.00; the page names the list, the coupon and who bears it."""
    now = lin.record("oms.sales_order", order)
    [line] = now["lines"]
    assert [Decimal(line[name]) for name in ("unit_price", "promotion_amount", "net_amount")] == [99, 50, 3910]
    lin.opens_record("oms.sales_order", order)
    lin.sees(f"ONCE-{now['coupon_code'].removeprefix('ONCE-')}")
    lin.sees(lin.says("Us", "商家"))
    lin.finds_the_page_sound("order-priced")


def the_coupon_is_used_up(lin: Person, customer: str, code: str) -> None:
    lin.opens("/oms/sales_order/new")
    lin.fills("oms.sales_order", customer=customer)
    lin.fills("oms.sales_order", coupon_code=f"ONCE-{code}")
    orders_lamps(lin, "2")
    lin.page.keyboard.press("Control+s")
    lin.sees(lin.says("has been used as often as it may be", "的可用次数已用完"))
    assert lin.page.url.endswith("/new"), "it stays to be mended"


def ships_from_two_warehouses(lin: Person, order: int) -> None:
    lin.opens_record("oms.sales_order", order)
    lin.performs("oms.confirm_order")
    lin.page.get_by_role("button", name=lin.operation("oms.ship_order"), exact=True).wait_for()
    lin.tab(lin.says("Decisions", "决策依据")).click()
    lin.sees("Shenzhen")
    lin.finds_the_page_sound("order-sourced")
    for parcel in (1, 2):
        with lin.asked("oms.ship_order") as dialog:
            lin.answers("oms.ship_order", dialog, carrier="SF")
        until(lin.page, lambda parcel=parcel: len(lin.records("oms.parcel", f"order = {order}")) == parcel)
    sent = lin.records("oms.parcel", f"order = {order}", "carrier,freight_cost,warehouse.code")
    assert {(each["carrier"], each["warehouse.code"]) for each in sent} == {("SF", "SH"), ("SF", "SZ")}
    assert all(Decimal(each["freight_cost"]) > 0 for each in sent)
    assert lin.record("oms.sales_order", order)["is_shipped"]
