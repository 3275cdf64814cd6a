"""A new company goes live on its page: templates, an import, a cent apart, open books, and back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import accounts_of, set_password
from queti.server.founding import found_company
from queti.store.database import Database
from tests.browser.conftest import served
from tests.browser.people import PHONE, WIDE, Person, Site
from tests.fixtures.database import Databases

APPS = ("crm", "oms", "stock", "purchase", "finance")
GO_LIVE = "/do/finance/open_books"


def found(database: Database) -> None:
    """An empty company whose owner has a password; a product, a place and a customer are there."""
    prepare_database(database)
    platform = Platform(database, Catalogue.standard())
    found_company(platform, "harbour", {"en": "New Ltd", "zh": "新公司"}, APPS, owner="owner")
    set_password(database, accounts_of(database, "harbour")[0].id, "harbour", must_change=False)

    def fill(work: Any) -> None:
        work.create("base.product", [{"sku": "HINGE", "name": "Hinge 合页"}])
        work.create("stock.location", [{"code": "MAIN", "name": "Main 主仓", "kind": "warehouse"}])
        work.create("base.party", [{"name": "Corner shop 街角商店", "is_customer": True}])

    platform.run("harbour", SYSTEM, fill)


@pytest.fixture
def new_company(databases: Databases, chrome: Browser, screen: None, tmp_path: Path) -> Iterator[Site]:
    with (
        databases.fresh(databases.template("new_company", found), size=2) as database,
        served(database.dsn, tmp_path) as address,
    ):
        site = Site(chrome, address)
        yield site
        site.close()


def filled(owner: Person, target: str, *rows: tuple[object, ...]) -> bytes:
    """The template as the page gives it, filled in below its headings."""
    template = owner.context.request.get(f"/api/templates/{target}")
    assert template.ok
    book = openpyxl.load_workbook(io.BytesIO(template.body()))
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_company_goes_live_and_takes_it_back(new_company: Site, language: str) -> None:
    owner = new_company.person("owner", language, size=WIDE)
    owner.opens("/")
    owner.page.get_by_role("link", name=owner.says("Go live", "期初建账"), exact=True).click()
    page = owner.opens(f"{GO_LIVE}?on=2026-04-30")
    expect(opener(owner)).to_be_disabled()
    owner.finds_the_page_sound("go-live-empty")

    imports_stock(owner, filled(owner, "stock.opening_stock", ("HINGE", "MAIN", None, None, 100, "3.21")))
    [customer] = owner.records("base.party", fields="id")
    item = {"party": customer["id"], "document": "XS-1", "amount": "500.00"}
    owner.api("POST", "/api/records/finance.opening_receivable", item)
    account = {row["code"]: row["id"] for row in owner.records("finance.account", fields="id,code", sort="code")}
    for code, side, amount in (("1405", "debit", "321"), ("1122", "debit", "500"), ("3001", "credit", "820.99")):
        owner.api("POST", "/api/records/finance.opening_balance", {"account": account[code], side: amount})

    page = owner.opens(f"{GO_LIVE}?on=2026-04-30")
    owner.sees(owner.reads("{0} apart", _0="0.01"))
    expect(opener(owner)).to_be_disabled()
    owner.finds_the_page_sound("go-live-apart")
    [capital] = [
        row for row in owner.records("finance.opening_balance", fields="id,version,credit") if row["credit"] == "820.99"
    ]
    owner.api(
        "PATCH",
        f"/api/records/finance.opening_balance/{capital['id']}",
        {"credit": "821", "version": capital["version"]},
    )

    owner.opens(f"{GO_LIVE}?on=2026-04-30")
    opener(owner).click()
    owner.sees(owner.reads("The books are open"))
    owner.finds_the_page_sound("go-live-open")
    assert owner.does("finance.sub_ledger_check")["agrees"]

    with owner.asked("finance.take_back_opening"):
        pass
    expect(opener(owner)).to_be_enabled()
    assert page.url.endswith("2026-04-30")


def opener(owner: Person) -> Any:
    words = owner.reads("Open the books on {0}", _0="§")
    pattern = re.compile("^" + ".+".join(map(re.escape, words.split("§"))) + "$")
    return owner.page.get_by_role("button", name=pattern)


def imports_stock(owner: Person, content: bytes) -> None:
    """Through the page: the link of the spreadsheet, the file, the check, and in."""
    object = owner.definitions["objects"]["stock.opening_stock"]
    owner.page.get_by_role("listitem", name=object["plural"]).get_by_role(
        "link", name=re.compile("Import|导入")
    ).click()
    owner.page.get_by_label(owner.reads("Spreadsheet file")).set_input_files(
        {"name": "stock.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    owner.presses("Import all {0} rows", _0="1")
    owner.page.get_by_role("heading", name=owner.reads("Imported")).wait_for()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_sound_on_a_phone(new_company: Site, language: str) -> None:
    owner = new_company.person("owner", language, size=PHONE, theme="dark")
    page = owner.opens(GO_LIVE)
    owner.sees(owner.reads("The balances"))
    owner.finds_the_page_sound("go-live-phone")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
