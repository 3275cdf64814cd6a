"""Writing a formula with the keyboard: labels of either language become names, problems stand at their place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site
from tests.browser.test_publishing import ORDER, drafted

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def margin(owner: Person, formula: str) -> Locator:
    """The formula of a field “Margin” in a new draft, opened in the designer."""

    def alter(body: dict[str, Any]) -> None:
        body["fields"]["margin"] = {"type": "formula", "formula": formula, "label": {"en": "Margin", "zh": "毛利"}}

    draft = drafted(owner, alter)
    owner.opens(f"/design/{draft}/object/{ORDER}?field=margin")
    editor = owner.page.get_by_role("textbox", name=owner.reads("Formula"), exact=True)
    editor.wait_for()
    return editor


def chip(owner: Person, text: str) -> Locator:
    return owner.page.locator(".q-chip", has_text=text)


@LANGUAGES
def test_fields_are_shown_and_typed_as_people_call_them(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    customer = owner.field(ORDER, "customer")["label"]
    limit = owner.field("base.party", "credit_limit")["label"]
    editor = margin(owner, "")
    keyboard = owner.page.keyboard
    editor.click()
    keyboard.type(customer)
    expect(owner.page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text(customer)
    keyboard.press("Enter")
    expect(chip(owner, customer)).to_be_visible()
    keyboard.type(".")
    keyboard.type(limit[:3])
    expect(owner.page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text(limit)
    keyboard.press("Enter")
    expect(chip(owner, f"{customer} › {limit}")).to_be_visible()
    keyboard.type(" * 2")
    expect(owner.page.locator(".q-formula-type")).to_contain_text(owner.reads("money"))
    owner.finds_the_page_sound("formula")
    keyboard.press("Control+a")
    keyboard.press("Backspace")
    keyboard.type("（" + customer + " ")
    expect(editor).to_contain_text("(")
    expect(editor).not_to_contain_text("（")


@LANGUAGES
def test_a_mistake_is_shown_at_its_place_with_its_fix(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    editor = margin(owner, "totl * 2")
    expect(owner.page.locator(".cm-lintRange-error")).to_have_text("totl")
    expect(owner.page.locator(".q-formula-wrong")).to_contain_text("totl")
    editor.click()
    owner.page.keyboard.press("F8")
    owner.page.locator(".cm-diagnosticAction").first.click()
    expect(chip(owner, owner.field(ORDER, "total")["label"])).to_be_visible()
    expect(owner.page.locator(".q-formula-wrong")).to_have_count(0)


def test_a_phone_inserts_from_a_plain_list(site: Site) -> None:
    owner = site.person("owner", "zh", size=PHONE)
    margin(owner, "")
    owner.presses("Insert a field or function")
    sheet = owner.page.get_by_role("dialog").last
    customer, name = owner.field(ORDER, "customer")["label"], owner.field("base.party", "name")["label"]
    owner.presses("Fields of {0}", sheet, _0=customer)
    sheet.get_by_role("button", name=re.compile(rf"^{name}")).first.click()
    expect(chip(owner, f"{customer} › {name}")).to_be_visible()
