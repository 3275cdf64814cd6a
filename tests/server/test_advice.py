"""A company that has nothing yet asks the advisor, and gets what it takes of the answer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from queti.apps.base.advising import Advised, advised
from queti.jobs.schema import prepare_database
from queti.kernel.definitions import RuleDef
from queti.kernel.formulas import fixed_env
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.rules.answers import Deciding
from queti.kernel.rules.compiling import Rule, compile_rule
from queti.server.accounts import add_account
from queti.server.founding import found_company
from queti.store.database import Database
from tests.fixtures.database import Databases
from tests.server.kiosk import PASSWORD, WORKSPACE, Kiosk, serving

TRADER = {
    "company": "trading",
    "channels": "direct",
    "warehouses": "one",
    "selling": "neither",
    "production": False,
    "projects": False,
    "existing": "none",
    "pain": "nothing",
}


def make_empty(database: Database) -> None:
    prepare_database(database)
    platform = Platform(database, Catalogue.standard())
    found_company(platform, WORKSPACE, {"en": "Acme", "zh": "新公司"}, [], owner="nora")
    for login, role in (("bo", "owner"), ("cai", "viewer")):
        person = {"login": login, "name": login, "roles": [role], "language": "en"}
        user = platform.run(WORKSPACE, SYSTEM, lambda work, person=person: work.create("base.user", [person])[0].id)
        add_account(database, WORKSPACE, login, PASSWORD, user)


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Iterator[Kiosk]:
    fresh = databases.fresh(databases.template("empty", make_empty), size=8)
    with fresh as database, serving(database, tmp_path, Catalogue.standard()) as kiosk:
        yield kiosk


def test_a_consultancy_asks_takes_what_it_is_advised_and_can_look_at_it_later(empty: Kiosk) -> None:
    boss = empty.signed_in("bo")
    asked = boss.get("/api/advice").json()
    assert asked["last"] is None
    assert [each["name"] for each in asked["questions"]] == [*TRADER], "in the order of the rule"
    assert [each["name"] for each in asked["questions"][0]["choices"]][:2] == ["trading", "manufacturing"]
    assert asked["questions"][-1]["choices"][0]["name"] == "nothing", "who says nothing has no pain"

    answers = {**TRADER, "company": "services", "warehouses": "none", "pain": "leads"}
    advice = boss.post("/api/advice", json={"answers": answers}).json()["apps"]
    told = {each["app"]: each for each in advice}
    assert [each["app"] for each in advice if each["now"]] == ["crm", "projects"]
    assert told["crm"]["why"][0].startswith("A lead that nobody follows up")
    assert told["crm"]["brings"] == [{"app": "flow", "label": "Flows"}]
    in_chinese = boss.post("/api/advice", json={"answers": answers}, headers={"accept-language": "zh"})
    assert in_chinese.json()["apps"][0]["why"], "reasons are there in whatever language"

    number = boss.get("/api/definitions").json()["release"]
    done = boss.post("/api/advice/follow", json={"apps": ["crm", "people", "projects"], "answers": answers})
    assert done.status_code == 200, done.text
    assert done.json()["release"] == number + 1, "all of them by one release, the template too"
    assert {app["app"] for app in boss.get("/api/apps").json()["apps"]} == {"base", "flow", "crm", "people", "projects"}
    assert boss.get("/api/advice").json()["last"] == answers
    again = {each["app"]: each for each in boss.post("/api/advice", json={"answers": answers}).json()["apps"]}
    assert again["crm"]["installed"]
    assert again["projects"]["installed"]
    assert not again["oms"]["installed"]


def test_what_cannot_be_followed_is_refused_and_nothing_is_installed(empty: Kiosk) -> None:
    boss, clerk = empty.signed_in("bo"), empty.signed_in("cai")
    assert clerk.get("/api/advice").status_code == 403
    assert clerk.post("/api/advice/follow", json={"apps": ["crm"]}).status_code == 403
    lacking = boss.post("/api/advice", json={"answers": {"company": "trading"}})
    assert (lacking.status_code, "How do your customers buy" in lacking.text or "channels" in lacking.text) == (
        422,
        True,
    )
    for wrong in ([], ["crm", "crn"], "crm", [1]):
        assert boss.post("/api/advice/follow", json={"apps": wrong}).status_code in (404, 422), wrong
    assert {app["app"] for app in boss.get("/api/apps").json()["apps"]} == {"base"}


@pytest.fixture(scope="module")
def advisor() -> Rule:
    definitions = Catalogue.standard().app("base").definitions
    [rule] = [each for each in definitions if isinstance(each, RuleDef) and each.rule == "base.advisor"]
    return compile_rule(rule, None, lambda _: None)


def asked(rule: Rule, **answers: Any) -> list[Advised]:
    deciding, env = Deciding.of(rule), fixed_env()
    outcome = deciding.decide(deciding.inputs({**TRADER, **answers}, env), env).outcome
    assert isinstance(outcome, list)
    return advised(outcome)


BEGINNINGS = [
    ({}, ["crm", "oms"]),
    ({"company": "manufacturing", "production": True}, ["stock", "purchase", "finance"]),
    ({"company": "commerce", "channels": "online"}, ["oms"]),
    ({"company": "services", "warehouses": "none"}, ["crm", "projects"]),
    ({"existing": "erp"}, ["crm", "oms"]),
    ({"existing": "crm"}, ["oms"]),
    ({"existing": "both"}, ["oms"]),
    ({"pain": "oversold"}, ["crm", "oms", "stock"]),
    ({"pain": "unpaid"}, ["crm", "oms", "finance"]),
    ({"company": "commerce", "channels": "online", "pain": "leads"}, ["crm", "oms"]),
    ({"pain": "late"}, ["crm", "oms", "stock", "purchase"]),
    ({"pain": "approvals"}, ["flow", "crm", "oms", "people"]),
    ({"selling": "kits", "warehouses": "several"}, ["crm", "oms", "stock"]),
]


@pytest.mark.parametrize(("answers", "now"), BEGINNINGS)
def test_a_company_begins_with_what_it_needs_first(advisor: Rule, answers: dict[str, Any], now: list[str]) -> None:
    assert [each.app for each in asked(advisor, **answers) if each.is_now] == now


def test_whatever_is_answered_there_is_a_beginning_that_stands_on_what_it_needs(advisor: Rule) -> None:
    catalogue = Catalogue.standard()
    choices = {name: [*each.choices] or [True, False] for name, each in advisor.definition.inputs.items()}
    for answers in itertools.product(*choices.values()):
        now = {each.app for each in asked(advisor, **dict(zip(choices, answers, strict=True))) if each.is_now}
        needed = set(catalogue.with_needs(now & catalogue.apps.keys())) - {"base", "flow"}
        assert now, answers
        assert needed <= now, answers
