"""Every main page, in both languages, light and dark, wide and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.people import PHONE, WIDE, Site

PAGES = {
    "home": "/",
    "orders": "/oms/sales_order",
    "customers": "/base/party",
    "new-order": "/oms/sales_order/new",
    "import": "/import/base/product",
    "trial-balance": "/do/finance/trial_balance",
    "admin": "/admin",
    "account": "/account",
    "missing": "/nowhere",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_sound_on_an_office_screen(site: Site, language: str) -> None:
    owner = site.person("owner", language, size=WIDE)
    for name, path in PAGES.items():
        owner.opens(path)
        owner.finds_the_page_sound_by_day_and_night(f"{name}-wide")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_are_sound_on_a_phone(site: Site, language: str) -> None:
    owner = site.person("owner", language, size=PHONE)
    for name, path in PAGES.items():
        page = owner.opens(path)
        owner.finds_the_page_sound(f"{name}-phone")
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not too_wide, f"{name} scrolls sideways"
