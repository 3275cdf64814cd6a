"""The first thing that anybody sees of a new company: where to begin, why, and the apps that were taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from queti.jobs.schema import prepare_database
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import accounts_of, set_password
from queti.server.founding import Invitation, found_company
from queti.store.database import Database
from tests.browser.conftest import served
from tests.browser.people import PHONE, WIDE, Site
from tests.fixtures.database import Databases

COMPANIES = {"en": "acme", "zh": "xinchuang"}
Place = tuple[Site, dict[str, Invitation]]


@pytest.fixture(scope="module")
def place(
    databases: Databases, chrome: Browser, screen: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Two companies that have nothing yet."""
    with databases.fresh(databases.template("two_beginnings", lambda database: None), size=2) as database:
        invited = {language: begins(database, name) for language, name in COMPANIES.items()}
        with served(database.dsn, tmp_path_factory.mktemp("home")) as address:
            site = Site(chrome, address)
            yield site, invited
            site.close()


def begins(database: Database, name: str) -> Invitation:
    prepare_database(database)
    platform = Platform(database, Catalogue.standard())
    invited = found_company(platform, name, {"en": "Acme", "zh": "新创公司"}, [], owner="fan")
    [account] = accounts_of(database, name)
    set_password(database, account.id, invited.password, must_change=False)
    return invited


@pytest.mark.parametrize(("language", "theme", "size"), [("en", "light", WIDE), ("zh", "dark", PHONE)])
def test_who_has_nothing_yet_is_asked_told_why_and_gets_what_they_take(
    place: Place, language: str, theme: str, size: dict[str, int]
) -> None:
    site, invited = place
    fan = site.stranger(language, theme=theme, size=size)
    who = invited[language]
    fan.api("POST", "/api/session", {"workspace": who.workspace, "login": who.login, "password": who.password})
    fan.api("PATCH", "/api/session", {"language": language})
    page = fan.opens("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(fan.reads("Where do you want to begin?"))
    fan.finds_the_page_sound("advisor-questions")

    page.get_by_role("radio", name=fan.says("Services", "专业服务")).check()
    page.get_by_role("radio", name=fan.says("We keep none", "没有库存")).check()
    page.get_by_role("radio", name=fan.says("Leads get lost", "线索流失")).check()
    fan.presses("Show what you suggest")
    now = page.get_by_role("region", name=fan.reads("Begin with"))
    first = now.get_by_role("listitem").first
    expect(first).to_contain_text(fan.says("A lead that nobody follows up", "没人跟进的线索"))
    crm = page.get_by_role("checkbox", name=fan.says("Install CRM", "安装客户关系"))
    expect(crm).to_be_checked()
    fan.finds_the_page_sound("advisor-suggests")

    projects = now.get_by_role("checkbox").nth(1)
    projects.uncheck()
    page.get_by_role("button", name=fan.says("Install 1 app", "安装 1 个应用")).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(fan.reads("We suggest"))
    assert {app["app"] for app in fan.api("GET", "/api/apps")["apps"]} == {"base", "flow", "crm"}

    fan.opens("/design/advisor")
    expect(page.get_by_role("radio", name=fan.says("Services", "专业服务"))).to_be_checked()
