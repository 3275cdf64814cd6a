"""The owner decides by a table: the cells by keyboard, the case that lights its row, the past, the next order."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from queti.apps import finance
from queti.kernel.publishing.apps import read_yaml
from tests.browser.people import PHONE, Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
ORDER, REVIEW = "oms.sales_order", "oms.order_review"


def named(rule: str, **rest: Any) -> dict[str, Any]:
    return {"rule": rule, "on": ORDER, "label": {"en": "Orders to look at", "zh": "要看的订单"}, **rest}


def threshold(rule: str) -> dict[str, Any]:
    """Orders above 50,000 are looked at."""
    choices = {"amount": {"label": {"en": "Large amount", "zh": "金额大"}}}
    reason = {"label": {"en": "Reason", "zh": "原因"}, "type": "choice", "choices": choices, "order": 10}
    return named(
        rule,
        inputs={"total": {"label": {"en": "Total", "zh": "合计"}, "formula": "total", "order": 10}},
        outputs={"reason": reason},
        rows=[{"when": {"total": "> 50000"}, "then": {"reason": '"amount"'}}],
    )


def drafted(owner: Person, *rules: dict[str, Any]) -> int:
    draft = owner.api("POST", "/api/drafts", {"title": "", "note": ""})["draft"]
    version = owner.api("GET", f"/api/drafts/{draft}/definitions")["version"]
    changes = [{"kind": "rule", "name": rule["rule"], "body": rule} for rule in rules]
    owner.api("POST", f"/api/drafts/{draft}/changes", {"version": version, "changes": changes})
    return draft


def quarter() -> tuple[date, date]:
    """The first and the last day of the last whole quarter."""
    today = datetime.now(tz=UTC).date()
    after = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = after - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def order(owner: Person, price: str) -> dict[str, Any]:
    line = {"product": {"sku": "TL-801"}, "quantity": "1", "unit_price": price}
    return owner.does("oms.place_order", customer=regular(owner), lines=[line])


def regular(owner: Person) -> int:
    """A customer who has bought before: of a first order of some size the review would say so, too."""
    bought = owner.records(ORDER, where="not blank(shipped_at)", fields="customer")
    if not bought:
        line = {"product": {"sku": "TL-801"}, "quantity": "1", "unit_price": "120"}
        first = owner.does("oms.place_order", customer=1, lines=[line])
        owner.does("oms.confirm_order", order=first["id"])
        owner.does("oms.ship_order", order=first["id"])
    return bought[0]["customer"] if bought else 1


def a_quarter_of_orders(owner: Person, between: int) -> None:
    """Orders on each of its days, so many of them of 50,000 to 80,000; what is there already counts."""
    first, last = quarter()
    known = sum(50000 < float(each["total"]) <= 80000 for each in of_the_quarter(owner))
    prices = [51000 + 97 * at for at in range(between - known)]
    prices += [30, 950, 12000, 90000] * 13 if known < between else []
    days = [first + timedelta(days=at * (last - first).days // max(1, len(prices) - 1)) for at in range(len(prices))]
    customer = regular(owner)
    rows = [
        {"customer": customer, "ordered_on": day.isoformat(), "prices_include_tax": True,
         "lines": [{"product": {"sku": "TL-801"}, "quantity": "1", "unit_price": str(price)}]}
        for price, day in zip(prices, days, strict=True)
    ]  # fmt: skip
    if rows:
        owner.api("POST", f"/api/records/{ORDER}", rows)


def of_the_quarter(owner: Person) -> list[dict[str, Any]]:
    first, last = quarter()
    return owner.records(
        ORDER, where=f'ordered_on >= date("{first}") and ordered_on <= date("{last}")', fields="total,ordered_on"
    )


def called(owner: Person) -> str:
    return owner.definitions["objects"][ORDER]["label"]


def cell(owner: Person, row: int, column: int) -> Locator:
    return owner.page.locator(f"[data-spot='{row} {column}']")


@LANGUAGES
def test_the_owner_raises_the_threshold_after_seeing_the_past(site: Site, language: str) -> None:
    """The review that is shipped: its own test must be changed with it, else it isn't published."""
    owner = site.person("owner", language)
    reviews_above(owner, "50000")
    a_quarter_of_orders(owner, between=37)
    assert order(owner, "60000")["holds"] == ["review"]

    page = owner.opens(f"/design/{drafted(owner)}/rule/{REVIEW}")
    cell(owner, 0, 0).click()
    page.keyboard.type("> 80000")
    page.keyboard.press("Enter")
    expect(cell(owner, 0, 0)).to_have_text("> 80000")
    owner.tab(owner.reads("Tests")).click()
    expect(page.get_by_text(owner.reads("{failing} of {0} fail", failing=1, _0=12), exact=True)).to_be_visible()
    page.locator(".q-rule-test-fails button").first.click()
    page.locator(".q-rule-test-body").get_by_role("textbox", name=owner.says("Amount", "金额")).fill("80000.01")
    expect(page.get_by_text(owner.reads("All {0} pass", _0=12), exact=True)).to_be_visible()

    owner.tab(owner.reads("The past")).click()
    owner.presses("Try on the past")
    result = page.get_by_role("status", name=owner.reads("Result"))
    assert len({each["ordered_on"] for each in of_the_quarter(owner)}) > 60, "orders of the whole quarter"
    expect(result.locator(".q-rule-count strong")).to_have_text("37")
    expect(result.get_by_role("link")).to_have_count(37)
    owner.finds_the_page_sound_by_day_and_night(f"rule-past-{language}")

    owner.presses("Publish")
    panel = page.get_by_role("dialog")
    owner.presses("Publish for everybody", panel)
    live = owner.reads("Release {release} is live", release="@").replace("@", r"\d+")
    expect(page.get_by_role("heading", level=2, name=re.compile(live))).to_be_visible()
    assert order(owner, "60000")["holds"] in (None, [])
    assert order(owner, "90000")["holds"] == ["review"]


def reviews_above(owner: Person, amount: str) -> None:
    """As it is shipped, whoever changed it before."""
    draft = drafted(owner)
    body = owner.api("GET", f"/api/drafts/{draft}/definitions")["definitions"]["rule"][REVIEW]["body"]
    body["rows"][0]["when"] = {"amount": f"> {amount}"}
    body["tests"]["large"]["given"]["amount"] = f"{amount}.01"
    owner.api("POST", f"/api/drafts/{drafted(owner, body | {'rule': REVIEW})}/publish", {"note": "As it was"})


@LANGUAGES
def test_revenue_from_services_goes_to_an_account_of_its_own(site: Site, language: str) -> None:
    """The posting rule reads like an entry; an edit that doesn't balance shows the case, and isn't lived with."""
    owner = site.person("owner", language)
    service = a_service_with_its_account(owner)
    page = owner.opens(f"/design/{as_shipped(owner, POSTING)}/rule/{POSTING}")
    expect(cell(owner, 1, 0)).to_have_text(owner.says("Revenue", "销售收入"))
    expect(cell(owner, 1, 3)).to_have_text(owner.says("Without tax", "不含税金额"))
    answer = page.get_by_role("status", name=owner.reads("Answer"))
    expect(answer.get_by_role("row")).to_have_count(4)
    owner.finds_the_page_sound_by_day_and_night(f"rule-posting-{language}")

    owner.presses("Ask {label}", label=owner.says("Product category", "商品分类"))
    owner.presses("Add a row")
    cell(owner, 3, 0).click()
    for text, key in (('"Services"', "Tab"), ("", "Tab"), ("505101", "Tab"), ("", "Tab"), ("net", "Enter")):
        page.keyboard.type(text)
        page.keyboard.press(key)
    expect(cell(owner, 3, 2)).to_have_text('"505101"')
    unbalanced = page.get_by_role(
        "button", name=re.compile(owner.says("Debit and credit must be equal", "借贷必须平衡"))
    )
    expect(unbalanced).to_contain_text(owner.says("Product category = Services", "商品分类 = Services"))
    unbalanced.click()
    expect(page.get_by_role("textbox", name=owner.says("Product category", "商品分类"))).to_have_value("Services")
    expect(answer.get_by_role("row")).to_have_count(5)
    owner.presses("Publish")
    expect(
        page.get_by_role("dialog").get_by_text(re.compile("Product category = Services|商品分类 = Services"))
    ).to_be_visible()
    page.keyboard.press("Escape")

    cell(owner, 1, 0).click()
    page.keyboard.type('not "Services"')
    page.keyboard.press("Enter")
    expect(answer.get_by_role("row")).to_have_count(4)
    expect(page.get_by_text(owner.reads("Nothing to mend."))).to_be_visible()
    owner.presses("Publish")
    owner.presses("Publish for everybody", page.get_by_role("dialog"))
    live = owner.reads("Release {release} is live", release="@").replace("@", r"\d+")
    expect(page.get_by_role("heading", level=2, name=re.compile(live))).to_be_visible()

    sold = owner.does(
        "oms.place_order", customer=regular(owner), lines=[{"product": service, "quantity": "1", "unit_price": "113"}]
    )
    owner.does("oms.confirm_order", order=sold["id"])
    owner.does("oms.ship_order", order=sold["id"])
    where = f"entry.receivable.order = {sold['id']}"
    posted = owner.records("finance.journal_line", where=where, fields="account.code,credit")
    assert {line["account.code"] for line in posted if line["credit"] != "0.00"} >= {"505101"}, posted


POSTING = "finance.posting_sale"


def a_service_with_its_account(owner: Person) -> int:
    """What is sold without goods, and where its revenue is to stand."""
    if not owner.records("finance.account", where='code = "505101"'):
        [parent] = owner.records("finance.account", where='code = "5051"')
        account = {"code": "505101", "name": "Services", "category": "profit_and_loss", "normal_balance": "credit"}
        owner.api("POST", "/api/records/finance.account", {**account, "parent": parent["id"]})
        [category] = owner.api("POST", "/api/records/base.product_category", {"name": "Services"})["records"]
        product = {"sku": "SV-1", "name": "Delivery", "kind": "service", "category": category["id"]}
        owner.api("POST", "/api/records/base.product", product)
    return owner.records("base.product", where='sku = "SV-1"')[0]["id"]


def as_shipped(owner: Person, rule: str) -> int:
    """A draft in which a posting rule stands as it comes along, whoever changed it before."""
    body = read_yaml((resources.files(finance) / "rules" / f"{rule.partition('.')[2]}.yaml").read_text("utf-8"))
    return drafted(owner, body | {"rule": rule})


@LANGUAGES
def test_a_table_is_begun_filled_by_keyboard_and_tried(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    taken = order(owner, "60000")
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/app/oms")
    owner.presses("Add to the app")
    page.get_by_role("menuitem", name=owner.reads("New rule")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("Wholesale")
    dialog.get_by_role("combobox", name=owner.reads("About which records?")).click()
    page.keyboard.type(called(owner))
    page.keyboard.press("Enter")
    owner.presses("Make the rule", dialog)

    owner.presses("Add a condition")
    page.get_by_role("textbox", name=owner.reads("Search a field")).fill(owner.field(ORDER, "total")["label"])
    page.get_by_role("button", name=owner.field(ORDER, "total")["label"]).first.click()
    owner.presses("Add an outcome")
    page.get_by_role("textbox", name=owner.reads("What follows?")).fill("Desk")
    owner.presses("Add the column")

    owner.presses("Add a row")
    cell(owner, 0, 0).click()
    for typed in ('> "many"', '"big"'):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(cell(owner, 0, 0)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+Home")
    page.keyboard.type("> 50000")
    page.keyboard.press("Enter")
    expect(cell(owner, 0, 0)).to_have_attribute("aria-invalid", "false")

    page.get_by_role("combobox", name=owner.reads("Try with {0}", _0=called(owner))).fill(taken["number"])
    page.locator(".ant-select-item-option", has_text=taken["number"]).first.click()
    answer = page.get_by_role("status", name=owner.reads("Answer"))
    expect(answer).to_contain_text("big")
    expect(page.locator(".q-sheet-firing")).to_have_count(1)
    owner.presses("Make a test from this case")
    owner.tab(owner.reads("Tests")).click()
    expect(page.get_by_text(owner.reads("All {0} pass", _0=1), exact=True)).to_be_visible()
    owner.finds_the_page_sound("rule-tests")

    cell(owner, 0, 1).click()
    page.keyboard.type('"small"')
    page.keyboard.press("Enter")
    expect(page.get_by_text(owner.reads("{failing} of {0} fail", failing=1, _0=1), exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(cell(owner, 0, 1)).to_have_text('"big"')


def test_rows_come_from_a_spreadsheet_and_are_moved_by_keys(site: Site) -> None:
    owner = site.person("owner")
    draft = drafted(owner, threshold("oms.pasted"))
    page = owner.opens(f"/design/{draft}/rule/oms.pasted")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(owner, 0, 0).click()
    page.evaluate('navigator.clipboard.writeText(\'> 90000\\t"amount"\\n> 70000\\t"amount"\\n> 60000\\t"amount"\\n\')')
    page.keyboard.press("Control+v")
    expect(cell(owner, 2, 0)).to_have_text("> 60000")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    expect(cell(owner, 1, 0)).to_have_text("> 90000")
    page.keyboard.press("Control+Backspace")
    expect(cell(owner, 2, 0)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(cell(owner, 2, 0)).to_have_text("> 60000")


def test_five_thousand_rows_are_gone_through(site: Site) -> None:
    """The sheet draws what is seen: from the first row to the last and back."""
    owner = site.person("owner")
    rows = [{"when": {"total": f"[{at}..{at + 1})"}, "then": {"reason": '"amount"'}} for at in range(5000)]
    draft = drafted(owner, threshold("oms.long") | {"rows": rows})
    page = owner.opens(f"/design/{draft}/rule/oms.long")
    cell(owner, 0, 0).click()
    page.keyboard.press("Control+End")
    expect(cell(owner, 4999, 0)).to_have_text("[4999..5000)")
    assert page.locator(".q-sheet-row").count() < 80
    page.keyboard.press("Home")
    page.keyboard.type("> 5000")
    page.keyboard.press("Enter")
    expect(cell(owner, 4999, 0)).to_have_text("> 5000")
    page.keyboard.press("Control+Home")
    expect(cell(owner, 0, 0)).to_be_visible()


def test_a_phone_reads_the_table_and_tries_a_case(site: Site) -> None:
    owner = site.person("owner", "zh", size=PHONE)
    order(owner, "60000")
    draft = drafted(owner, threshold("oms.on_phone"))
    owner.opens(f"/design/{draft}/rule/oms.on_phone")
    owner.finds_the_page_sound("rule-phone")
    owner.presses("Cases")
    expect(owner.page.get_by_role("status", name=owner.reads("Answer"))).to_be_visible()
    owner.finds_the_page_sound("rule-phone-case")
