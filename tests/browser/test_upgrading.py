"""A newer Queti meets what a company has made of its apps; a company that began small gets another app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import accounts_of, set_password
from queti.server.founding import Invitation, bring_up_to_date, found_company
from queti.store.database import Database
from tests.browser.conftest import open_harbour, served
from tests.browser.people import Person, Site
from tests.fixtures.database import Databases
from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import PASSWORD, WORKSPACE, Kiosk, make_kiosk, newer_catalogue, serving

ORDER = "kiosk.order"
WIDTH = "fields.number.max_length"
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture
def upgraded(databases: Databases, screen: None, tmp_path: Path) -> Iterator[Kiosk]:
    """The kiosk made its numbers longer and added a note; the version that is served now makes them shorter."""
    with databases.fresh(databases.template("kiosk", make_kiosk), size=8) as database:
        with serving(database, tmp_path) as kiosk:
            changes_its_order(kiosk)
        with serving(database, tmp_path, newer_catalogue()) as kiosk:
            bring_up_to_date(kiosk.door.platform, lambda _: None)
            yield kiosk


def changes_its_order(kiosk: Kiosk) -> None:
    boss = kiosk.signed_in("bo")
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    body = boss.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["object"][ORDER]["body"]
    body["fields"]["number"]["max_length"] = 40
    body["fields"]["note"] = {"type": "text", "label": {"en": "Note", "zh": "备注"}}
    assert boss.put(f"/api/drafts/{draft}/object/{ORDER}", json=body).status_code == 200
    assert boss.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200


def signed_in(chrome: Browser, address: str, language: str) -> Page:
    context = chrome.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale=language)
    given = {"workspace": WORKSPACE, "login": "bo", "password": PASSWORD}
    assert context.request.post("/api/session", data=given, headers={"X-Queti": "1"}).ok
    context.request.patch("/api/session", data={"language": language}, headers={"X-Queti": "1"})
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


@pytest.mark.parametrize(
    ("language", "look", "theirs", "install"),
    [("en", "Look and decide", "Shipped now", "Install for everybody"), ("zh", "查看并决定", "新版", "为所有人安装")],
)
def test_what_is_shipped_now_was_shipped_then_and_was_made_of_it_stand_side_by_side(
    chrome: Browser, upgraded: Kiosk, language: str, look: str, theirs: str, install: str
) -> None:
    page = signed_in(chrome, upgraded.address, language)
    page.goto("/design/apps")
    page.get_by_role("button", name=look).click()
    panel = page.get_by_role("dialog")
    for value in ("30", "40", "25"):
        expect(panel.get_by_text(value, exact=True).first).to_be_visible()
    button = panel.get_by_role("button", name=install)
    expect(button).to_be_disabled()
    panel.get_by_role("radio", name=theirs).check()
    button.click()
    expect(page.get_by_role("button", name=look)).to_have_count(0)

    fields = page.request.get("/api/definitions").json()["objects"][ORDER]["fields"]
    assert {"note", "carrier"} <= {field["name"] for field in fields}, "what both added is there"
    assert next(field for field in fields if field["name"] == "number")["max_length"] == 25


@pytest.fixture
def small(databases: Databases, chrome: Browser, screen: None, tmp_path: Path) -> Iterator[tuple[Site, Invitation]]:
    """A consultancy that has its customers in Queti, and nothing else."""
    with databases.fresh(databases.template("harbour_with_sign_ins", open_harbour), size=2) as database:
        invited = begins(database)
        with served(database.dsn, tmp_path) as address:
            site = Site(chrome, address)
            yield site, invited
            site.close()


def begins(database: Database) -> Invitation:
    platform = Platform(database, Catalogue.standard())
    invited = found_company(platform, "counsel", {"en": "Counsel", "zh": "顾问公司"}, ["crm"], owner="fan")
    [account] = accounts_of(database, "counsel")
    set_password(database, account.id, invited.password, must_change=False)
    return invited


@LANGUAGES
def test_a_company_that_began_with_its_customers_gets_its_orders_too(
    small: tuple[Site, Invitation], language: str
) -> None:
    site, invited = small
    fan = comes_in(site, invited, language)
    customer: Any = fan.api("POST", "/api/records/base.party", {"name": "Grand Hotel", "is_customer": True})
    page = fan.opens("/design/apps")
    more = page.get_by_role("region", name=fan.reads("More apps"))
    row = more.get_by_role("listitem").filter(has_text=fan.says("Orders", "订单管理")).first
    fan.presses("Install", row)
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text(fan.reads("What it changes"))
    fan.finds_the_page_sound("more-apps")
    fan.presses("Install for everybody", panel)
    expect(panel).to_have_count(0)

    page.goto("/oms/sales_order/new")
    label = fan.definitions["objects"]["oms.sales_order"]["fields"]
    chooser = next(field["label"] for field in label if field["name"] == "customer")
    page.get_by_label(chooser).first.click()
    expect(page.locator(".ant-select-item-option", has_text="Grand Hotel").first).to_be_visible()
    assert customer["records"][0]["id"]


def comes_in(site: Site, invited: Invitation, language: str) -> Person:
    person = site.stranger(language)
    who = {"workspace": invited.workspace, "login": invited.login, "password": invited.password}
    person.api("POST", "/api/session", who)
    person.api("PATCH", "/api/session", {"language": language})
    return person
