"""Requests go their way through people's work lists: on a phone, back and again, many at once, by keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def written(person: Person, object: str, **values: Any) -> int:
    return person.api("POST", f"/api/records/{object}", values)["records"][0]["id"]


def request_for_a_lamp(tomas: Person, purpose: str) -> int:
    [lamp] = tomas.records("base.product", 'starts_with(name, "Desk lamp")')
    line = {"product": lamp["id"], "quantity": "2", "unit_cost": "80.00"}
    return written(tomas, "purchase.purchase_request", purpose=purpose, lines=[line])


def leave(person: Person, flow: str = "people.leave", **values: Any) -> int:
    asked = {"from_on": "2026-12-01", "until_on": "2026-12-02", "days": "2", **values}
    id = written(person, "people.leave_request", **asked)
    person.does("flow.submit", flow=flow, record=id)
    return id


def number_of(person: Person, object: str, id: int) -> str:
    return person.record(object, id)["number"]


def item(person: Person, title: str) -> Locator:
    return person.page.locator(".q-work-item").filter(has_text=title)


@LANGUAGES
def test_a_request_is_sent_back_on_a_phone_and_approved_when_it_returns(site: Site, language: str) -> None:
    tomas, owner = site.person("tomas", language), site.person("owner", language, size=PHONE)
    id = request_for_a_lamp(tomas, f"Lamps {language}")
    number = number_of(tomas, "purchase.purchase_request", id)
    tomas.opens_record("purchase.purchase_request", id)
    flow = tomas.says("Purchase request", "采购申请审批")
    tomas.presses("Submit: {0}", _0=flow)
    dialog = tomas.page.get_by_role("dialog")
    tomas.presses("Submit", dialog)
    standing = tomas.page.get_by_role("list", name=tomas.reads("Where it is"))
    expect(standing).to_contain_text("Owen")
    tomas.finds_the_page_sound_by_day_and_night("flow-on-a-record")

    owner.opens("/work")
    item(owner, number).get_by_role("button").click()
    owner.presses("Send back")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label(owner.reads("Reason")).fill("How many rooms?")
    owner.finds_the_page_sound("my-work-phone-sending-back")
    owner.presses("Send back", dialog)
    expect(item(owner, number)).to_have_count(0)

    tomas.opens("/work")
    item(tomas, number).get_by_role("button").click()
    expect(tomas.page.get_by_text("How many rooms?")).to_be_visible()
    tomas.page.get_by_label(tomas.reads("Your word"), exact=True).fill("Two rooms")
    tomas.presses("Done")
    expect(item(tomas, number)).to_have_count(0)

    owner.opens("/work")
    item(owner, number).get_by_role("button").click()
    expect(owner.page.get_by_text("Two rooms")).to_be_visible()
    owner.finds_the_page_sound_by_day_and_night("my-work-phone-turn")
    owner.presses("Approve")
    owner.is_told(number)
    assert tomas.record("purchase.purchase_request", id)["state"] in ("approved", "ordered")


@LANGUAGES
def test_many_are_approved_with_one_reason(site: Site, language: str) -> None:
    tomas, lin, owner = (site.person(login, language) for login in ("tomas", "lin", "owner"))
    leaves = [(person, leave(person)) for person in (tomas, lin)]
    owner.opens("/work")
    for person, id in leaves:
        title = number_of(person, "people.leave_request", id)
        expect(item(owner, title)).to_contain_text(f"{owner.field('people.leave_request', 'days')['label']} 2")
        owner.page.get_by_role("checkbox", name=re.compile(title)).check()
    submitter = owner.page.get_by_role("combobox", name=owner.reads("Submitter"))
    owner.chooses(submitter, "Lin")
    expect(item(owner, number_of(tomas, "people.leave_request", leaves[0][1]))).to_have_count(0)
    owner.page.locator(".q-work-submitter .ant-select-clear").click()
    expect(item(owner, number_of(tomas, "people.leave_request", leaves[0][1]))).to_be_visible()
    owner.page.get_by_label(owner.reads("One reason for all")).fill("Enjoy it")
    owner.finds_the_page_sound("my-work-many")
    owner.presses("Approve {0}", _0=2)
    owner.is_told(re.compile("2"))
    for person, id in leaves:
        assert person.record("people.leave_request", id)["state"] == "approved"


def test_the_keyboard_goes_through_the_list_and_decides(site: Site) -> None:
    tomas, owner = site.person("tomas"), site.person("owner")
    first, second = (number_of(tomas, "people.leave_request", leave(tomas)) for _ in range(2))
    owner.opens("/work")
    owner.page.keyboard.press("j")
    expect(item(owner, second).get_by_role("button")).to_have_attribute("aria-current", "true")
    expect(owner.page.get_by_role("heading", name=re.compile(second))).to_be_visible()
    owner.page.keyboard.press("j")
    expect(owner.page.get_by_role("heading", name=re.compile(first))).to_be_visible()
    owner.page.keyboard.press("k")
    expect(owner.page.get_by_role("heading", name=re.compile(second))).to_be_visible()
    expect(owner.button("Approve")).to_be_visible()
    owner.page.keyboard.press("r")
    owner.sees("Say why first.")
    owner.page.get_by_label("Your word", exact=True).fill("Stocktaking")
    owner.presses("Reject")
    expect(item(owner, second)).to_have_count(0)
    expect(owner.page.get_by_role("heading", name=re.compile(first))).to_be_visible()


def test_a_copy_is_read_once_it_is_opened_and_the_badge_goes_by_itself(site: Site) -> None:
    lin, mei, owner = (site.person(login, "en") for login in ("lin", "mei", "owner"))
    id = leave(lin, stands_in=mei.api("GET", "/api/session")["me"]["user"])
    mei.opens("/")
    link = mei.page.get_by_role("navigation", name="Apps").get_by_role("link", name=re.compile("My work"))
    expect(link).to_have_text("My work")
    [task] = owner.records("flow.task", f"waits_for = me and record = {id}")
    owner.does("flow.approve", task=task["id"])
    expect(link).to_have_text("My work1")
    mei.opens("/work/copied")
    item(mei, number_of(lin, "people.leave_request", id)).get_by_role("button").click()
    expect(link).to_have_text("My work")


def test_a_link_to_a_task_leads_there_after_signing_in(site: Site) -> None:
    tomas, owner = site.person("tomas"), site.person("owner")
    id = leave(tomas)
    [task] = owner.records("flow.task", f"waits_for = me and record = {id}")
    visitor = site.stranger()
    visitor.page.goto(f"/work/todo/{task['id']}")
    page = visitor.page
    page.get_by_label("Workspace").fill("harbour")
    page.get_by_label("Login").fill("owner")
    page.get_by_label("Password", exact=True).fill("harbour")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    assert page.url.endswith(f"/work/todo/{task['id']}")


@LANGUAGES
def test_an_administrator_gives_a_task_to_somebody_else(site: Site, language: str) -> None:
    owner, lin = site.person("owner", language), site.person("lin")
    id = leave(lin)
    [task] = owner.records("flow.task", f"waits_for = me and record = {id}")
    owner.opens_record("people.leave_request", id)
    page = owner.page
    page.get_by_role("button", name=re.compile(f"^{owner.reads('Reassign')}: ")).click()
    dialog = page.get_by_role("dialog")
    owner.chooses(dialog.get_by_label(owner.reads("To whom")), "Ada")
    dialog.get_by_label(owner.reads("Reason")).fill("She knows")
    owner.presses("Reassign", dialog)
    expect(page.get_by_role("list", name=owner.reads("Where it is"))).to_contain_text("Ada")
    assert owner.record("flow.task", task["id"])["state"] == "open"
    owner.finds_the_page_sound("my-work-reassigned")
