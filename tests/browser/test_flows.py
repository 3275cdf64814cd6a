"""The owner draws an approval: by pointer and keys, undone and published, as large as the tree may be."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import PHONE, Person, Site
from tests.fixtures.patience import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def drafted(owner: Person) -> int:
    return owner.api("POST", "/api/drafts", {"title": "", "note": ""})["draft"]


def stored(owner: Person, draft: int) -> dict[str, Any]:
    flows = owner.api("GET", f"/api/drafts/{draft}/definitions")["definitions"].get("flow", {})
    [body] = [entry["body"] for entry in flows.values() if entry["changed"] and entry["body"]]
    return body


def kinds(steps: dict[str, Any]) -> list[str]:
    return [step["kind"] for _, step in sorted(steps.items(), key=lambda each: each[1]["order"])]


@LANGUAGES
def test_the_owner_draws_an_approval_and_publishes_it(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/app/crm")
    page.get_by_role("button", name=owner.reads("Add to the app")).click()
    page.get_by_role("menuitem", name=owner.reads("New flow")).click()
    page.get_by_label(owner.reads("What is it called?"), exact=True).fill(f"Look {language}")
    page.get_by_role("button", name=owner.reads("Make the flow")).click()
    card = page.locator("[data-card=approval]")
    expect(card).to_contain_text({"en": "The submitter's manager approves", "zh": "由发起人的直接主管审批"}[language])

    page.get_by_role("button", name=owner.reads("Add a step here")).last.click()
    page.get_by_role("menuitem", name=owner.reads("Branches")).click()
    expect(page.locator("[data-card^='way:']")).to_have_count(2)
    page.locator("[data-card=branches]").focus()
    page.keyboard.press("Alt+ArrowUp")
    eventually_kinds(owner, draft, ["branch", "approve"])
    page.keyboard.press("Control+z")
    eventually_kinds(owner, draft, ["approve", "branch"])
    owner.finds_the_page_sound_by_day_and_night(f"flow-designer-{language}")

    owner.api("POST", f"/api/drafts/{draft}/publish", {"note": "An approval"})
    page.set_viewport_size(PHONE)
    owner.finds_the_page_sound(f"flow-designer-phone-{language}")


def eventually_kinds(owner: Person, draft: int, wanted: list[str]) -> None:
    eventually(lambda: kinds(stored(owner, draft)["steps"]) == wanted, f"the order {wanted}")
