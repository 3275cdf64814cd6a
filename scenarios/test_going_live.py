"""A small company begins on the first of May: its own spreadsheets, all taken in at one date or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from queti.apps.finance.operations import open_books
from queti.engines.imports import service
from queti.kernel.errors import Refusal
from queti.kernel.person import Person
from tests.fixtures.company import WORKSPACE, Company, a_company
from tests.fixtures.database import Databases

Row = Mapping[str, Any]
OPENED_ON = "2026-04-30"

STOCK = [
    {"商品": "ST-100", "库位": "A-01", "数量": 120, "单位成本": "3.2"},
    {"商品": "ST-100", "库位": "B-01", "数量": 30, "单位成本": "3.4"},
    {"商品": "ST-200", "库位": "A-01", "数量": 7, "成本金额": "100"},
    {"商品": "GL-10", "库位": "A-01", "批次号": "L2403", "有效期至": "2027-03-31", "数量": 40, "单位成本": "18.755"},
    {"商品": "GL-10", "库位": "A-01", "批次号": "L2404", "有效期至": "2027-04-30", "数量": 25, "单位成本": "19"},
]
"""Worth 384.00 + 102.00 + 100.00 + 750.20 + 475.00."""
GOODS = Decimal("1811.20")
RECEIVABLES = [
    {"客户": "利民超市", "单据号": "XS-0412", "单据日期": "2026-04-12", "到期日": "2026-05-12", "未收金额": "2300.50"},
    {"客户": "利民超市", "单据号": "XS-0425", "单据日期": "2026-04-25", "未收金额": "800"},
    {"客户": "东海酒店", "单据号": "XS-0318", "单据日期": "2026-03-18", "到期日": "2026-04-17", "未收金额": "5120"},
]
OWED_TO_US = Decimal("8220.50")
PAYABLES = [
    {"供应商": "永固五金厂", "单据号": "FP-88120", "到期日": "2026-05-31", "未付金额": "4000"},
    {"供应商": "Glue & Co", "单据号": "INV-7", "到期日": "2026-05-15", "币种": "USD", "汇率": "7.1", "未付金额": "100"},
]
OWED_BY_US = Decimal("4710.00")
BALANCES = [
    {"会计科目": "1001", "借方余额": "1500"},
    {"会计科目": "1002", "借方余额": "86000"},
    {"会计科目": "1122", "借方余额": "8220.50"},
    {"会计科目": "1405", "借方余额": "1811.20"},
    {"会计科目": "220202", "贷方余额": "4710"},
    {"会计科目": "2221", "贷方余额": "0"},
    {"会计科目": "3001", "贷方余额": "80000"},
    {"会计科目": "3104", "贷方余额": "12821.70"},
]
SHEETS = {
    "stock.opening_stock": STOCK,
    "finance.opening_receivable": RECEIVABLES,
    "finance.opening_payable": PAYABLES,
    "finance.opening_balance": [row for row in BALANCES if row["会计科目"] != "2221"],
}


@dataclass
class Bookkeeper:
    """Ada, who fills the templates in, imports them and opens the books with her own rights."""

    company: Company
    person: Person

    @property
    def door(self) -> service.Door:
        return service.Door(self.company.platform, WORKSPACE, self.person, "zh")

    def imports(self, target: str, rows: Sequence[Row]) -> dict[str, Any]:
        started = service.start(self.door, [("期初.xlsx", self.filled(target, rows))], target=target)
        assert started["report"]["problems"] == []
        return service.run(self.door, started["id"])

    def filled(self, target: str, rows: Sequence[Row]) -> bytes:
        """The template with its own headings, filled in."""
        _, content = service.template(self.door, target)
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.active
        assert sheet is not None
        headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
        for row in rows:
            assert set(row) <= set(headings), headings
            sheet.append([row.get(heading) for heading in headings])
        filled = io.BytesIO()
        book.save(filled)
        return filled.getvalue()

    def does(self, operation: str, **inputs: Any) -> Any:
        platform = self.company.platform
        return platform.run(WORKSPACE, self.person, lambda work: work.as_person.perform(operation, inputs))

    def cannot(self, operation: str, **inputs: Any) -> Refusal:
        with pytest.raises(Refusal) as refused:
            self.does(operation, **inputs)
        return refused.value

    def opens_the_books(self) -> Any:
        return self.does("finance.open_books", opened_on=OPENED_ON)

    def mends(self, object: str, where: str, **values: Any) -> None:
        [record] = self.company.find(object, where)
        platform = self.company.platform
        platform.run(WORKSPACE, self.person, lambda work: work.as_person.change(object, [(record.id, values)]))


@pytest.fixture
def ada(databases: Databases) -> Iterator[Bookkeeper]:
    """The company's products, partners and places are known; nothing lies anywhere and nothing is booked."""
    with a_company(databases) as company:
        [user] = company.create("base.user", {"login": "ada", "name": "Ada", "roles": ["accounts"]})
        company.create(
            "base.product",
            {"sku": "ST-100", "name": "不锈钢合页"},
            {"sku": "ST-200", "name": "门锁"},
            {"sku": "GL-10", "name": "结构胶", "tracking": "expiry"},
        )
        [warehouse] = company.create("stock.location", {"code": "MAIN", "name": "主仓", "kind": "warehouse"})
        for code in ("A-01", "B-01"):
            company.create("stock.location", {"code": code, "name": code, "parent": warehouse.id})
        company.create("base.party", *({"name": name, "is_customer": True} for name in ("利民超市", "东海酒店")))
        company.create("base.party", *({"name": name, "is_supplier": True} for name in ("永固五金厂", "Glue & Co")))
        yield Bookkeeper(company, Person(user.id, "ada", "Ada", ("accounts",), "zh"))


@pytest.fixture
def ready(ada: Bookkeeper) -> Bookkeeper:
    """All four spreadsheets are imported."""
    for target, rows in SHEETS.items():
        ada.imports(target, rows)
    return ada


def amounts(ada: Bookkeeper, on: str = OPENED_ON) -> dict[str, Decimal]:
    rows = ada.does("finance.trial_balance", on=on)["rows"]
    return {row["account"]: row["debit"] - row["credit"] for row in rows}


def assert_agrees(ada: Bookkeeper) -> None:
    """Sub-ledgers and books tell the same: before the opening, on its day, later and today."""
    for day in ({"on": "2026-04-29"}, {"on": OPENED_ON}, {"on": "2026-05-31"}, {}):
        assert ada.does("finance.sub_ledger_check", **day)["differences"] == []


def test_the_companys_own_spreadsheets_become_its_first_balances(ready: Bookkeeper) -> None:
    assert ready.does("finance.check_opening", on=OPENED_ON)["agrees"]
    ready.opens_the_books()

    company = ready.company
    assert company.total("stock.valuation", "value") == GOODS
    assert company.total("finance.receivable", "booked_open") == OWED_TO_US
    assert company.total("finance.payable", "booked_open") == OWED_BY_US
    lots = {
        row["lot.number"]: row.on_hand
        for row in company.find("stock.balance", "not blank(lot)", ["lot.number", "on_hand"])
    }
    assert lots == {"L2403": 40, "L2404": 25}
    sheet = ready.does("finance.balance_sheet", on=OPENED_ON)
    assert sheet["balances"]
    assert sheet["assets"] == 1500 + 86000 + OWED_TO_US + GOODS
    assert_agrees(ready)


def test_a_first_week_stands_on_the_opening(ready: Bookkeeper) -> None:
    """Opened debts are paid and opened goods leave at the cost they were opened with."""
    ready.opens_the_books()
    company = ready.company
    [hotel] = company.find("base.party", 'name = "东海酒店"', ["id"])
    ready.does("finance.record_payment", party=hotel.id, amount="5120", paid_on="2026-05-06")
    [lock] = company.find("base.product", 'sku = "ST-200"', ["id"])
    [place] = company.find("stock.location", 'code = "A-01"', ["id"])
    line = {"product": lock.id, "quantity": "7", "location": place.id}
    company.perform("stock.issue", {"lines": [line], "happened_at": "2026-05-07T12:00:00+08:00"})

    [settled] = company.find("finance.receivable", 'source = "XS-0318"')
    assert settled.state == "settled"
    assert amounts(ready, "2026-05-31")["5401"] == Decimal("100.00")
    assert_agrees(ready)


@pytest.mark.parametrize(
    ("object", "where", "values", "said"),
    [
        (
            "stock.opening_stock",
            'product.sku = "ST-200"',
            {"value": "100.01"},
            "库存商品：明细合计 1,811.21，科目余额 1,811.20，相差 0.01",
        ),
        ("finance.opening_receivable", 'document = "XS-0425"', {"amount": "799.99"}, "应收账款：明细合计 8,220.49"),
        ("finance.opening_payable", 'document = "FP-88120"', {"amount": "4000.01"}, "相差 0.01"),
        ("finance.opening_balance", 'account.code = "1002"', {"debit": "86000.01"}, "借贷平衡：明细合计"),
    ],
)
def test_one_cent_apart_takes_nothing_in(ready: Bookkeeper, object: str, where: str, values: Row, said: str) -> None:
    ready.mends(object, where, **values)

    refusal = ready.cannot("finance.open_books", opened_on=OPENED_ON)

    assert refusal.code == "opening_differs"
    assert said in refusal.says("zh")
    [differing] = [row for row in ready.does("finance.check_opening", on=OPENED_ON)["rows"] if row["difference"]]
    assert abs(differing["difference"]) == Decimal("0.01")
    for written in ("stock.move", "finance.journal_entry", "finance.receivable", "finance.payable", "finance.opening"):
        assert ready.company.find(written) == []


def test_a_row_that_comes_while_the_books_are_opened_is_compared_too(
    ready: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [{"客户": "利民超市", "单据号": "XS-0430", "未收金额": "99"}]
    compared = open_books.refuse_differing

    def and_then_one_comes(*given: Any) -> None:
        compared(*given)
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as another:
            another.submit(ready.imports, "finance.opening_receivable", late).result()

    monkeypatch.setattr(open_books, "refuse_differing", and_then_one_comes)
    refused = ready.cannot("finance.open_books", opened_on=OPENED_ON)
    assert "99.00 apart" in refused.says("en")
    assert_agrees(ready)


def test_an_opening_is_taken_back_mended_and_opened_again(ready: Bookkeeper) -> None:
    first = ready.opens_the_books()
    ready.does("finance.take_back_opening", opening=first.id, reason="盘点有误")

    company = ready.company
    assert amounts(ready) == {}
    assert company.total("stock.balance", "on_hand") == company.total("stock.valuation", "value") == 0
    assert company.total("finance.receivable", "booked_open") == company.total("finance.payable", "booked_open") == 0
    assert_agrees(ready)

    ready.mends("stock.opening_stock", 'product.sku = "ST-200"', value="90")
    ready.mends("finance.opening_balance", 'account.code = "1405"', debit="1801.20")
    ready.mends("finance.opening_balance", 'account.code = "3104"', credit="12811.70")
    ready.opens_the_books()
    assert company.total("stock.valuation", "value") == GOODS - 10
    assert_agrees(ready)


def test_the_first_real_posting_ends_taking_back(ready: Bookkeeper) -> None:
    opening = ready.opens_the_books()
    [cash, bank] = ready.company.find("finance.account", 'code in ("1001", "1002")', ["code"])
    lines = [{"account": bank.id, "debit": "10"}, {"account": cash.id, "credit": "10"}]
    entry = ready.does("finance.post_journal_entry", posted_on="2026-05-02", lines=lines)

    refusal = ready.cannot("finance.take_back_opening", opening=opening.id)
    assert refusal.code == "books_have_begun"
    assert entry.number in refusal.says("en")


def test_what_is_promised_is_not_taken_back(ready: Bookkeeper) -> None:
    opening = ready.opens_the_books()
    [hinge] = ready.company.find("base.product", 'sku = "ST-100"', ["id"])
    [customer] = ready.company.find("base.party", 'name = "利民超市"', ["id"])
    line = {"product": hinge.id, "quantity": "5", "unit_price": "8"}
    order = ready.company.perform("oms.place_order", {"customer": customer.id, "lines": [line]})
    ready.company.perform("oms.confirm_order", {"order": order.id})

    assert ready.cannot("finance.take_back_opening", opening=opening.id).code == "not_enough_stock"
    assert ready.company.total("stock.valuation", "value") == GOODS


def test_money_paid_in_advance_is_opened_by_document_and_set_off(ready: Bookkeeper) -> None:
    """On the credit side of the receivables, as the standard allows; the next payment uses it first."""
    [hotel] = ready.company.find("base.party", 'name = "东海酒店"', ["id"])
    ready.company.create("finance.opening_receivable", {"party": hotel.id, "document": "YS-01", "amount": "-500"})
    assert ready.cannot("finance.open_books", opened_on=OPENED_ON).code == "opening_differs"
    ready.mends("finance.opening_balance", 'account.code = "1122"', debit="7720.50")
    ready.mends("finance.opening_balance", 'account.code = "3104"', credit="12321.70")
    ready.opens_the_books()
    assert_agrees(ready)

    ready.does("finance.record_payment", party=hotel.id, amount="4620", paid_on="2026-05-03")
    items = ready.company.find(
        "finance.receivable", "party = $party", ["source", "state", "open_amount"], party=hotel.id
    )
    assert {(item.source, item.state, item.open_amount) for item in items} == {
        ("XS-0318", "settled", 0),
        ("YS-01", "settled", 0),
    }
    assert_agrees(ready)


def test_free_samples_that_lie_among_the_goods_go_first(ready: Bookkeeper) -> None:
    """They cost nothing and were booked nowhere, but the average is another since they came."""
    opening = ready.opens_the_books()
    [glue] = ready.company.find("base.product", 'sku = "GL-10"', ["id"])
    [place] = ready.company.find("stock.location", 'code = "A-01"', ["id"])
    lot, *_ = ready.company.find("stock.lot", 'number = "L2403"', ["id"])
    sample = {"product": glue.id, "quantity": "10", "lot": lot.id, "unit_cost": "0"}
    ready.company.perform("stock.receive", {"location": place.id, "lines": [sample]})

    assert ready.cannot("finance.take_back_opening", opening=opening.id).code == "opening_stock_mixed"
    assert_agrees(ready)


def test_books_are_opened_once(ready: Bookkeeper) -> None:
    ready.opens_the_books()
    assert ready.cannot("finance.open_books", opened_on=OPENED_ON).code == "books_open_already"
    [row] = ready.company.find("finance.opening_balance", 'account.code = "1001"')
    person = ready.person
    with pytest.raises(Refusal):
        ready.company.platform.run(
            WORKSPACE, person, lambda work: work.as_person.change("finance.opening_balance", [(row.id, {"debit": "1"})])
        )


def test_a_company_that_posts_already_is_not_opened(ready: Bookkeeper) -> None:
    accounts = ready.company.find("finance.account", 'code in ("1001", "1002")', ["code"])
    lines = [{"account": accounts[0].id, "debit": "10"}, {"account": accounts[1].id, "credit": "10"}]
    entry = ready.does("finance.post_journal_entry", lines=lines)
    assert entry.number in ready.does("finance.check_opening", on=OPENED_ON)["notice"]["text"]
    assert ready.cannot("finance.open_books", opened_on=OPENED_ON).code == "books_have_begun"


def test_rows_that_cannot_stand_are_named_by_the_import(ada: Bookkeeper) -> None:
    """A header account, goods twice at one place, a cost said twice, an unknown customer: told by the check."""
    rows = [{"会计科目": "2202", "贷方余额": "1"}]
    report = service.start(
        ada.door, [("a.xlsx", ada.filled("finance.opening_balance", rows))], target="finance.opening_balance"
    )
    assert report["report"]["bad"] == 1
    twice = [STOCK[0], STOCK[0], {**STOCK[2], "单位成本": "5"}]
    report = service.start(
        ada.door, [("b.xlsx", ada.filled("stock.opening_stock", twice))], target="stock.opening_stock"
    )
    assert [problem["row"] for problem in report["report"]["problems"]] == [3, 4]
    assert "不锈钢合页, A-01" in report["report"]["problems"][0]["text"]
    unknown = [{"客户": "无名", "单据号": "1", "未收金额": "1"}]
    report = service.start(
        ada.door, [("c.xlsx", ada.filled("finance.opening_receivable", unknown))], target="finance.opening_receivable"
    )
    assert "无名" in report["report"]["problems"][0]["text"]
