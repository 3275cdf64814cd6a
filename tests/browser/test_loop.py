"""From a lead to a settled order, each in their own browser."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Site, until

GOODS = (
    ("Office chair", "8"),
    ("Standing desk", "2"),
    ("Bath towel", "10"),
    ("Assembly service", "3"),
    ("Copy paper A4", "15"),
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lead_becomes_money(site: Site, language: str) -> None:
    mei = site.person("mei", language)
    writes_a_lead(mei)
    makes_it_a_deal(mei)
    quote = writes_a_quote_by_keyboard(mei)
    order = sends_and_accepts(mei, quote)

    lin = site.person("lin", language)
    before = Decimal(stock_of(lin, "CH-101")["on_hand"])
    cannot_confirm_too_much(lin)
    confirms(lin, order)
    ships(lin, "SF100", {1: "5", 5: "10"})
    ships(lin, "SF200", {})
    finds_what_shipping_did(lin, mei, order, before)
    collects(site.person("ada", language), order)


def writes_a_lead(mei: Person) -> None:
    mei.opens("/crm/lead/new")
    mei.fills("crm.lead", name="New furniture", company_name="Pier Hotel", contact_name="Ms Zhou")
    mei.fills("crm.lead", source=mei.says("Referral", "转介绍"), estimated_amount="24,000")
    mei.finds_the_page_sound("lead-new")
    mei.presses("Save")
    mei.is_on_record("crm.lead")


def makes_it_a_deal(mei: Person) -> None:
    mei.finds_the_page_sound("lead")
    with mei.asked("crm.convert_lead") as dialog:
        mei.answers("crm.convert_lead", dialog, customer="Grand Hotel", next_step="Send a quote")
        mei.finds_the_page_sound("convert-lead")
    mei.is_told("New furniture").get_by_role("button", name="New furniture").click()
    mei.is_on_record("crm.deal")
    mei.finds_the_page_sound("deal")


def writes_a_quote_by_keyboard(mei: Person) -> int:
    mei.tab(mei.says("Quotes", "报价单")).click()
    mei.page.get_by_role("link", name=mei.says("New quote", "新建报价单")).click()
    mei.page.wait_for_url("**/crm/quote/new?*")
    mei.settled()
    mei.line_cell("product", 1).focus()
    for line, (product, quantity) in enumerate(GOODS, 1):
        mei.types_a_line(line, product, quantity, last=line == len(GOODS))
    mei.finds_the_page_sound("quote-new")
    mei.page.keyboard.press("Control+s")
    quote = mei.is_on_record("crm.quote")
    mei.finds_the_page_sound("quote")
    assert [Decimal(line["quantity"]) for line in mei.record("crm.quote", quote)["lines"]] == [8, 2, 10, 3, 15]
    return quote


def sends_and_accepts(mei: Person, quote: int) -> int:
    mei.performs("crm.send_quote")
    mei.performs("crm.accept_quote")
    expect(mei.page.locator(".q-page-title")).to_contain_text(mei.says("Accepted", "已接受"))
    order = mei.record("crm.quote", quote)["order"]
    assert order, "an accepted quote has its order"
    return order


def cannot_confirm_too_much(lin: Person) -> None:
    """The refusal says which line lacks how much, and what can be done: one press lets the rest wait."""
    line = {"product": {"sku": "CP-501"}, "quantity": "900"}
    order = lin.does("oms.place_order", customer=1, lines=[line])
    lin.opens_record("oms.sales_order", order["id"])
    lin.performs("oms.confirm_order")
    notice = lin.is_told("Coffee cup")
    expect(notice).to_contain_text("900")
    expect(notice.get_by_role("button", name=lin.operation("oms.hold_order"))).to_be_visible()
    lin.finds_the_page_sound("confirm-refused")
    notice.get_by_role("button", name=lin.says("Let the rest wait", "不足部分等待到货")).click()
    until(lin.page, lambda: Decimal(lin.record("oms.sales_order", order["id"])["waiting_quantity"]) > 0)
    expect(lin.page.locator(".q-page-title")).not_to_contain_text(lin.says("To confirm", "待确认"))


def confirms(lin: Person, order: int) -> None:
    lin.opens_record("oms.sales_order", order)
    lin.finds_the_page_sound("order")
    lin.performs("oms.confirm_order")
    lin.page.get_by_role("button", name=lin.operation("oms.ship_order"), exact=True).wait_for()
    assert Decimal(stock_of(lin, "CH-101")["reserved"]) >= 8


def ships(lin: Person, tracking: str, quantities: dict[int, str]) -> None:
    with lin.asked("oms.ship_order") as dialog:
        lin.answers("oms.ship_order", dialog, carrier="SF Express", tracking_number=tracking)
        for line, quantity in quantities.items():
            lin.line_cell("quantity", line, dialog).fill(quantity)
        lin.finds_the_page_sound("ship")
    lin.is_told(lin.operation("oms.ship_order"))


def finds_what_shipping_did(lin: Person, mei: Person, order: int, before: Decimal) -> None:
    seen = lin.record("oms.sales_order", order)
    assert seen["is_shipped"]
    assert before - Decimal(stock_of(lin, "CH-101")["on_hand"]) == 8
    assert len(lin.records("oms.parcel", f"order = {order}")) == 2
    lin.tab(lin.says("Parcels", "包裹")).click()
    lin.sees("SF200")
    lin.finds_the_page_sound("order-shipped")
    mei.opens_record("base.party", seen["customer"])
    for tracking in ("SF100", "SF200"):
        mei.sees(re.compile(tracking))
    mei.finds_the_page_sound("customer-timeline")


def collects(ada: Person, order: int) -> None:
    """A part of what the first parcel is worth, then the rest of all."""
    number = ada.record("oms.sales_order", order)["number"]
    owed = ada.records("finance.receivable", f"order = {order}", "id,open_amount", sort="id")
    assert len(owed) == 2
    ada.opens_record("finance.receivable", owed[0]["id"])
    ada.finds_the_page_sound("receivable")
    pays(ada, "100")
    expect(ada.page.locator(".q-page-title")).to_contain_text(ada.says("Partly paid", "部分收款"))
    for receivable in owed:
        ada.opens_record("finance.receivable", receivable["id"])
        pays(ada)
        expect(ada.page.locator(".q-page-title")).to_contain_text(ada.says("Settled", "已核销"))
    assert ada.record("oms.sales_order", order)["state"] == "settled", number
    ada.opens("/do/finance/trial_balance")
    rows = ada.does("finance.trial_balance")["rows"]
    assert sum(Decimal(row["debit"]) for row in rows) == sum(Decimal(row["credit"]) for row in rows) > 0
    ada.finds_the_page_sound("trial-balance")


def pays(ada: Person, amount: str = "") -> None:
    with ada.asked("finance.record_payment") as dialog:
        if amount:
            ada.answers("finance.record_payment", dialog, amount=amount)
        ada.finds_the_page_sound("payment")
    ada.is_told(ada.operation("finance.record_payment"))


def stock_of(person: Person, sku: str) -> dict[str, str]:
    [balance] = person.records("stock.balance", f'product.sku = "{sku}"', "on_hand,reserved")
    return balance
