"""An inspection in a real browser: the form guides, reacts while one types, and keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.store.database import Database
from tests.fixtures.database import Databases
from tests.fixtures.inspections import WORKSPACE, catalogue, prepare_workshop
from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import PASSWORD, serving


def open_workshop(database: Database) -> None:
    prepare_workshop(database)

    def sign_ins(work: Work) -> list[tuple[str, int]]:
        work.create("base.company", [{"name": "Workshop", "timezone": "Asia/Shanghai"}])
        users = work.find("base.user")
        work.change("base.user", [(user, {"roles": ["inspector"]}) for user in users])
        return [(user["name"].lower(), user.id) for user in users]

    for login, user in Platform(database, catalogue()).run(WORKSPACE, SYSTEM, sign_ins):
        if login.isascii():
            add_account(database, WORKSPACE, login, PASSWORD, user)


@pytest.fixture(scope="module")
def address(databases: Databases, screen: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        databases.fresh(databases.template("workshop_with_sign_ins", open_workshop), size=8) as database,
        serving(database, tmp_path_factory.mktemp("backups"), catalogue()) as site,
    ):
        yield site.address


def signed_in(chrome: Browser, address: str, login: str, width: int = 1440) -> Page:
    context = chrome.new_context(base_url=address, viewport={"width": width, "height": 900}, locale="en")
    given = {"workspace": WORKSPACE, "login": login, "password": PASSWORD}
    assert context.request.post("/api/session", data=given, headers={"X-Queti": "1"}).ok
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


def asked(page: Page, label: str) -> Locator:
    """The input with that label, whether it must be filled in or not."""
    return page.get_by_label(re.compile(rf"^{label}\*?$"))


def choose(page: Page, label: str, option: str) -> None:
    asked(page, label).click()
    page.locator(".ant-select-item-option", has_text=option).first.click()


def test_a_failed_inspection_is_guided_to_its_end(chrome: Browser, address: str) -> None:
    page = signed_in(chrome, address, "lin")
    page.goto("/check/report/new")
    page.get_by_role("button", name="Next: What was found").click()
    expect(page.get_by_text("Must be filled in.")).to_be_visible()

    asked(page, "machine").fill("Press 4")
    page.get_by_role("button", name="Next: What was found").click()
    expect(asked(page, "certificate")).to_be_visible()
    choose(page, "result", "failed")
    expect(asked(page, "certificate")).to_have_count(0)
    page.get_by_role("button", name="Next: What follows").click()
    expect(page.get_by_text("Must be filled in.")).to_have_count(2)

    asked(page, "reason").fill("Cracked")
    asked(page, "photo").fill("p.jpg")
    page.get_by_role("button", name="Next: What follows").click()
    expect(asked(page, "due_on")).not_to_have_value("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Press 4")).to_be_visible()
    expect(page.get_by_role("tab", name="Result")).to_be_visible()


def test_what_was_typed_is_there_again(chrome: Browser, address: str) -> None:
    page = signed_in(chrome, address, "lin")
    page.goto("/check/report/new")
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "PUT"):
        asked(page, "machine").fill("Lathe 2")
    page.context.clear_cookies()
    again = signed_in(chrome, address, "lin")
    again.goto("/check/report/new")
    again.get_by_role("button", name="Go on with it").click()
    expect(asked(again, "machine")).to_have_value("Lathe 2")


def test_what_was_typed_stays_when_the_device_is_turned(chrome: Browser, address: str) -> None:
    page = signed_in(chrome, address, "mei", width=1000)
    page.goto("/check/report/new")
    asked(page, "machine").fill("Saw 7")
    for width in (390, 1000):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.get_by_role("navigation", name="Main")).to_have_count(1 if width == 390 else 0)
        expect(asked(page, "machine")).to_have_value("Saw 7")


def test_two_people_see_each_other(chrome: Browser, address: str) -> None:
    lin, mei = signed_in(chrome, address, "lin"), signed_in(chrome, address, "mei")
    body = {"machine": "Drill 1", "result": "passed", "certificate": "C-1"}
    made = lin.request.post("/api/records/check.report", data=body, headers={"X-Queti": "1"}).json()
    path = f"/check/report/{made['records'][0]['id']}"
    lin.goto(path)
    mei.goto(path)
    expect(lin.get_by_role("img", name="Mei is looking at this")).to_be_visible()
    mei.get_by_role("button", name="Edit", exact=True).click()
    expect(lin.get_by_text("Mei is editing.")).to_be_visible()
    mei.close()
    expect(lin.get_by_text("Mei is editing.")).to_have_count(0)
