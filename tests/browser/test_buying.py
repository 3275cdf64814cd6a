"""From a shortage to an order that is served, billed and paid: bought, received and booked through the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from python_calamine import CalamineWorkbook

from tests.browser.people import Person, Site, until

SUPPLIER = "Anji Furniture"
CHAIR = "CH-102"
LACKING = 4
COST, BILLED = "200", "206"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shortage_is_bought_served_and_paid(site: Site, language: str) -> None:
    lin, pia, tomas, ada = (site.person(login, language) for login in ("lin", "pia", "tomas", "ada"))
    order = confirms_what_is_there(lin)
    purchase = buys_more(pia)
    is_promised_a_day(lin, order)
    receives_a_part(tomas, purchase)
    is_served_and_ships(tomas, order)
    bill = records_the_bill(ada, purchase)
    pays_the_supplier(ada, bill)
    finds_the_books_agree(ada)


def confirms_what_is_there(lin: Person) -> int:
    """A refused confirmation offers to let the rest wait."""
    available = sum(Decimal(row["available"]) for row in lin.records("stock.balance", f'product.sku = "{CHAIR}"'))
    line = {"product": {"sku": CHAIR}, "quantity": str(available + LACKING), "unit_price": "200"}
    order = lin.does("oms.place_order", customer=1, lines=[line])
    in_menu(lin, "oms", "orders_to_review").click()
    open_row(lin, order["number"])
    lin.is_on_record("oms.sales_order")
    lin.performs("oms.confirm_order")
    lin.is_told("Meeting chair").get_by_role("button", name=lin.says("Let the rest wait", "不足部分等待到货")).click()
    until(lin.page, lambda: Decimal(lin.record("oms.sales_order", order["id"])["waiting_quantity"]) == LACKING)
    lin.page.get_by_role("button", name=lin.operation("oms.ship_order"), exact=True).wait_for()
    expect(edit(lin)).to_be_hidden()
    lin.finds_the_page_sound("order-waiting")
    return order["id"]


def buys_more(pia: Person) -> int:
    pia.opens("/purchase/purchase_order/new")
    pia.fills("purchase.purchase_order", supplier=SUPPLIER)
    pia.chooses(cell(pia, "product"), CHAIR)
    cell(pia, "quantity").fill("10")
    cell(pia, "unit_cost").fill(COST)
    cell(pia, "promised_on").fill(promised().isoformat())
    cell(pia, "promised_on").press("Tab")
    pia.finds_the_page_sound("purchase-new")
    pia.presses("Save")
    purchase = pia.is_on_record("purchase.purchase_order")
    expect(edit(pia)).to_be_visible()
    pia.performs("purchase.place_draft")
    expect(pia.page.locator(".q-page-title")).to_contain_text(pia.says("Placed", "已下单"))
    expect(edit(pia)).to_be_hidden()
    pia.finds_the_page_sound("purchase-placed")
    return purchase


def is_promised_a_day(lin: Person, order: int) -> None:
    until(lin.page, lambda: lin.record("oms.sales_order", order)["promised_on"] == promised().isoformat())
    in_menu(lin, "oms", "orders_waiting").click()
    open_row(lin, lin.record("oms.sales_order", order)["number"])
    lin.is_on_record("oms.sales_order")
    lin.finds_the_page_sound("order-promised")


def receives_a_part(tomas: Person, purchase: int) -> None:
    tomas.opens("/")
    tomas.finds_the_page_sound("home-receiving")
    tomas.page.locator(".q-card", has_text=tomas.says("Deliveries due", "待收货采购")).click()
    open_row(tomas, tomas.record("purchase.purchase_order", purchase)["number"])
    tomas.is_on_record("purchase.purchase_order")
    with tomas.asked("purchase.receive_goods") as dialog:
        tomas.answers("purchase.receive_goods", dialog, delivery_note=f"DN-{tomas.language}")
        asked(tomas, "purchase.receive_goods", "quantity", dialog).fill("6")
        tomas.finds_the_page_sound("receive")
    expect(tomas.page.locator(".q-page-title")).to_contain_text(tomas.says("Partly received", "部分到货"))
    tomas.finds_the_page_sound("purchase-partly-received")


def is_served_and_ships(tomas: Person, order: int) -> None:
    until(tomas.page, lambda: Decimal(tomas.record("oms.sales_order", order)["waiting_quantity"]) == 0)
    tomas.opens_record("oms.sales_order", order)
    with tomas.asked("oms.ship_order") as dialog:
        tomas.answers("oms.ship_order", dialog, carrier="SF", tracking_number=f"SF-{order}")
    expect(tomas.page.locator(".q-page-title")).to_contain_text(tomas.says("Shipped", "已发货"))


def records_the_bill(ada: Person, purchase: int) -> int:
    """At another price than ordered, from the order's own page."""
    ada.opens("/")
    ada.page.locator(".q-card", has_text=ada.says("Received and not billed", "已收未开票")).click()
    open_row(ada, ada.record("purchase.purchase_order", purchase)["number"])
    ada.is_on_record("purchase.purchase_order")
    number = f"INV-{ada.language}"
    with ada.asked("purchase.record_bill") as dialog:
        ada.answers("purchase.record_bill", dialog, bill_number=number)
        asked(ada, "purchase.record_bill", "unit_cost", dialog).fill(BILLED)
        ada.finds_the_page_sound("record-bill")
    [bill] = ada.records("purchase.bill", f'bill_number = "{number}"', "id")
    ada.opens_record("purchase.bill", bill["id"])
    ada.finds_the_page_sound("bill")
    [line] = ada.record("purchase.bill", bill["id"])["lines"]
    assert (Decimal(line["quantity"]), Decimal(line["unit_cost"])) == (6, 206)
    return bill["id"]


def pays_the_supplier(ada: Person, bill: int) -> None:
    [owed] = ada.records("finance.payable", f"bill = {bill}", "id,number,open_amount")
    in_menu(ada, "finance", "payables").click()
    open_row(ada, owed["number"])
    ada.is_on_record("finance.payable")
    with ada.asked("finance.record_payment"):
        ada.finds_the_page_sound("pay-supplier")
    expect(ada.page.locator(".q-page-title")).to_contain_text(ada.says("Settled", "已核销"))
    assert Decimal(ada.record("finance.payable", owed["id"])["open_amount"]) == 0


def finds_the_books_agree(ada: Person) -> None:
    in_menu(ada, "finance", "balance_sheet").click()
    ada.page.get_by_role("table").first.wait_for()
    ada.finds_the_page_sound("balance-sheet")
    in_menu(ada, "finance", "sub_ledger_check").click()
    ada.page.get_by_role("heading", level=1).wait_for()
    ada.finds_the_page_sound("sub-ledger-check")
    assert ada.does("finance.sub_ledger_check")["agrees"]


@pytest.mark.parametrize(("language", "sku"), [("en", "PN-402"), ("zh", "TW-601")])
def test_what_runs_short_is_proposed_at_one_press(site: Site, language: str, sku: str) -> None:
    """Beside each supplier on the list, for what that supplier brings."""
    owner, pia = site.person("owner", language), site.person("pia", language)
    [product] = owner.records("base.product", f'sku = "{sku}"', "id,version,name,supplier,supplier._label")
    owner.api(
        "PATCH", f"/api/records/base.product/{product['id']}", {"version": product["version"], "safety_stock": "500"}
    )
    in_menu(pia, "purchase", "reorder_list").click()
    row = pia.page.get_by_role("row").filter(has_text=sku)
    row.wait_for()
    pia.finds_the_page_sound("reorder-list")
    with pia.page.expect_download() as kept:
        pia.page.get_by_role("button", name="Excel", exact=True).click()
    assert sku in {cell for row in rows_of_book(kept.value.path()) for cell in row}

    supplier = product["supplier._label"]
    propose = pia.operation("purchase.propose_orders")
    pia.page.get_by_role("button", name=f"{propose} · {supplier}", exact=True).click()
    notice = pia.is_told(supplier)
    expect(row).to_have_count(0)
    notice.get_by_role("button", name=pia.says("Open", "打开")).click()
    made = pia.record("purchase.purchase_order", pia.is_on_record("purchase.purchase_order"))
    assert (made["state"], made["supplier"]) == ("draft", product["supplier"])
    assert product["id"] in {line["product"] for line in made["lines"]}


# --


def rows_of_book(file: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()


def promised() -> date:
    return datetime.now(UTC).date() + timedelta(days=6)


def in_menu(person: Person, app: str, entry: str) -> Locator:
    """A page as one finds it: in the menu, by its words."""
    if person.page.url == "about:blank":
        person.opens("/")
    items = next(each for each in person.definitions["apps"] if each["name"] == app)["menu"]
    label = next(item["label"] for item in items if item["name"].rpartition(".")[2] == entry)
    return person.page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first


def open_row(person: Person, number: str) -> None:
    """Looked at beside the list, then as a page."""
    person.page.get_by_role("grid").get_by_text(number, exact=True).click()
    person.page.get_by_role("link", name=person.reads("Open as a page"), exact=True).click()


def edit(person: Person) -> Locator:
    return person.button("Edit")


def cell(person: Person, name: str) -> Locator:
    """A cell of the first line of a purchase."""
    words = person.reads("{0}, line {1}", _0=person.field("purchase.purchase_order_line", name)["label"], _1=1)
    return person.page.get_by_role("combobox" if name == "product" else "textbox", name=words, exact=True)


def asked(person: Person, operation: str, name: str, dialog: Locator) -> Locator:
    """What a dialog asks about the first line."""
    inputs = person.definitions["operations"][operation]["inputs"]
    inner = next(each["inner"] for each in inputs if each.get("inner"))
    label = next(each["label"] for each in inner if each["name"] == name)
    return dialog.get_by_role("textbox", name=person.reads("{0}, line {1}", _0=label, _1=1), exact=True)
