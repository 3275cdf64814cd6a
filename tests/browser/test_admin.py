"""Signing in and out, and the administrator's page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def signs_in(person: Person, login: str, password: str) -> None:
    person.opens("/")
    for name, value in (("Workspace", "harbour"), ("Login", login), ("Password", password)):
        person.page.get_by_label(person.reads(name), exact=True).fill(value)
    person.presses("Sign in")


@LANGUAGES
def test_a_wrong_password_is_said(site: Site, language: str) -> None:
    stranger = site.stranger(language)
    signs_in(stranger, "tomas", "wrong")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    stranger.finds_the_page_sound("sign-in-wrong")
    signs_in(stranger, "tomas", "harbour")
    expect(stranger.page.get_by_role("heading", level=1)).to_contain_text("Tomás")


@LANGUAGES
def test_people_are_invited_changed_and_disabled(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    login = f"wen_{language}"
    owner.opens("/admin")
    owner.presses("Invite")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label(owner.reads("Name"), exact=False).first.fill(f"Wen {language}")
    dialog.get_by_label(owner.reads("Login"), exact=False).first.fill(login)
    owner.chooses(dialog.get_by_label(owner.reads("Roles")), owner.says("Sales", "销售"), is_searched=False)
    owner.page.keyboard.press("Escape")
    owner.finds_the_page_sound("admin-invite")
    owner.presses("Invite", dialog)
    first = takes_the_password(owner, login)

    wen = site.stranger(language)
    signs_in(wen, login, first)
    expect(
        wen.page.get_by_text(wen.reads("This password was given to you. Choose one that only you know."))
    ).to_be_visible()

    chooses_for(owner, login, "New one-time password")
    owner.presses("New one-time password", owner.page.get_by_role("dialog"))
    assert takes_the_password(owner, login) != first
    chooses_for(owner, login, "Disable")
    owner.is_told(owner.reads("{0} is disabled and signed out", _0=f"Wen {language}"))
    expect(row_of(owner, login)).to_contain_text(owner.reads("Disabled"))
    owner.finds_the_page_sound("admin-people")


def takes_the_password(owner: Person, login: str) -> str:
    shown = owner.page.get_by_role("dialog", name=owner.reads("One-time password for {0}", _0=login))
    password = shown.locator(".q-one-time").inner_text().strip()
    owner.presses("Done", shown)
    shown.wait_for(state="hidden")
    return password


def row_of(owner: Person, login: str) -> Locator:
    return owner.page.get_by_role("row").filter(has=owner.page.get_by_role("cell", name=login, exact=True))


def chooses_for(owner: Person, login: str, act: str) -> None:
    row_of(owner, login).get_by_role("button").last.click()
    owner.page.get_by_role("menuitem", name=owner.reads(act)).click()


@LANGUAGES
def test_who_leaves_things_behind_is_offered_to_hand_them_over(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    owner.opens("/admin")
    chooses_for(owner, "mei", "Disable")
    dialog = owner.page.get_by_role("dialog")
    expect(dialog.get_by_role("table")).to_contain_text(re.compile(r"[1-9]"))
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    owner.finds_the_page_sound("admin-hand-over")
    owner.presses("Only end their access", dialog)
    owner.is_told(owner.reads("{0} is disabled and signed out", _0="Mei 梅晓云"))
    expect(row_of(owner, "mei")).to_contain_text(owner.reads("Disabled"))
    chooses_for(owner, "mei", "Enable")
    expect(row_of(owner, "mei")).not_to_contain_text(owner.reads("Disabled"))


@LANGUAGES
def test_a_revoked_session_is_out_at_once(site: Site, language: str) -> None:
    tomas = site.person("tomas", language)
    tomas.opens("/")
    owner = site.person("owner", language)
    owner.opens("/admin")
    owner.tab(owner.reads("Sessions")).click()
    owner.page.get_by_role("table", name=owner.reads("Sessions")).wait_for()
    owner.finds_the_page_sound("admin-sessions")
    rows = owner.page.get_by_role("row").filter(has=owner.page.get_by_role("cell", name="tomas", exact=True))
    while rows.count():
        before = rows.count()
        rows.first.get_by_role("button").click()
        expect(rows).to_have_count(before - 1)
    tomas.page.reload()
    expect(tomas.page.get_by_role("heading", level=1)).to_have_text(tomas.reads("Sign in to Queti"))
    owner.tab(owner.reads("Sign-ins")).click()
    owner.sees(owner.reads("Signed in"))
    owner.finds_the_page_sound("admin-sign-ins")


@LANGUAGES
def test_backing_up_now(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    owner.opens("/admin")
    owner.tab(owner.reads("Backups")).click()
    owner.button("Back up now").first.click()
    expect(owner.page.get_by_role("table", name=owner.reads("Backups"))).to_contain_text(re.compile("harbour"))
    owner.finds_the_page_sound("admin-backups")


@LANGUAGES
def test_two_people_save_the_same_record(site: Site, language: str) -> None:
    mei = site.person("mei", language)
    made = mei.api("POST", "/api/records/crm.lead", {"name": "Chairs", "company_name": "Dock Bar"})["records"][0]
    mei.opens_record("crm.lead", made["id"])
    mei.presses("Edit")
    mei.fills("crm.lead", company_name="Dock Club")
    owner = site.person("owner", language)
    change = {"version": made["version"], "company_name": "Dock House"}
    owner.api("PATCH", f"/api/records/crm.lead/{made['id']}", change)
    mei.presses("Save")
    mei.sees("Dock House")
    mei.finds_the_page_sound("conflict")
    mei.presses("Save with my changes")
    mei.is_told(mei.reads("Saved"))
    assert mei.record("crm.lead", made["id"])["company_name"] == "Dock Club"


@LANGUAGES
def test_the_trash_gives_back(site: Site, language: str) -> None:
    mei = site.person("mei", language)
    made = mei.api("POST", "/api/records/crm.lead", {"name": "Brooms", "company_name": "Mill"})["records"][0]
    mei.opens_record("crm.lead", made["id"])
    mei.from_menu(mei.reads("Move to the trash"))
    notice = mei.is_told("Brooms")
    assert mei.records("crm.lead", f"id = {made['id']}") == []
    notice.get_by_role("button", name=mei.reads("Undo")).click()
    mei.is_told(mei.reads("Brought back"))
    assert len(mei.records("crm.lead", f"id = {made['id']}")) == 1
