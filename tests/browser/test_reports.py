"""The reports of the books, read and followed on their pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, WIDE, Person, Site

REPORTS = ("profit_and_loss", "balance_sheet", "ageing", "sub_ledger_check")


def has_rent_paid(ada: Person, amount: str) -> int:
    """Capital paid in and a rent; the bank account's id."""
    account = {row["code"]: row["id"] for row in ada.records("finance.account", fields="id,code", sort="code")}

    def line(code: str, **side: str) -> dict[str, Any]:
        return {"account": account[code], **side}

    ada.does("finance.post_journal_entry", lines=[line("1002", debit="9000"), line("3001", credit="9000")])
    ada.does("finance.post_journal_entry", lines=[line("5602", debit=amount), line("1002", credit=amount)])
    return account["1002"]


@pytest.mark.parametrize(("language", "amount"), [("en", "1234.50"), ("zh", "4321.50")])
def test_a_figure_is_followed_down_to_its_entry(site: Site, language: str, amount: str) -> None:
    ada = site.person("ada", language, size=WIDE)
    bank = has_rent_paid(ada, amount)
    page = ada.opens("/do/finance/trial_balance")

    page.get_by_role("link", name="1002").click()
    expect(page).to_have_url(re.compile(rf"/do/finance/ledger\?account={bank}&"))
    row = page.get_by_role("row").filter(has_text=f"{float(amount):,.2f}").first
    expect(row).to_be_visible()
    expect(page.get_by_label(ada.says("Account", "会计科目")).first).to_be_visible()
    page.get_by_text(ada.reads("This year"), exact=True).click()
    expect(page).to_have_url(re.compile(r"to=\d{4}-12-31"))
    ada.finds_the_page_sound("ledger")
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/finance/journal_entry/\d+"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reports_are_sound_on_a_phone(site: Site, language: str) -> None:
    ada = site.person("ada", language, size=PHONE)
    for report in REPORTS:
        page = ada.opens(f"/do/finance/{report}")
        ada.finds_the_page_sound(f"{report}-phone")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), report
