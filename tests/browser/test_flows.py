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


@LANGUAGES
def test_a_drawn_flow_is_tried_and_looked_at_from_all_sides(site: Site, language: str) -> None:
    """A trial lights its way; the figures stand on the cards; the past tells who else would have been asked."""
    tomas, owner = site.person("tomas", language), site.person("owner", language)
    [lamp] = tomas.records("base.product", 'starts_with(name, "Desk lamp")')
    line = {"product": lamp["id"], "quantity": "50", "unit_cost": "80.00"}
    body = {"purpose": "Lamps", "lines": [line]}
    record = tomas.api("POST", "/api/records/purchase.purchase_request", body)["records"][0]
    tomas.does("flow.submit", flow="purchase.request", record=record["id"])
    number = tomas.record("purchase.purchase_request", record["id"])["number"]

    page = owner.opens(f"/design/{drafted(owner)}/flow/purchase.request")
    side = page.get_by_role("complementary", name=owner.reads("Settings of the step"))

    def turns_to(view: str) -> None:
        side.locator(".ant-segmented-item", has_text=owner.reads(view)).click()

    turns_to("Trial")
    asked = owner.definitions["objects"]["purchase.purchase_request"]["label"]
    owner.chooses(side.get_by_label(owner.reads("With this record: {about}", about=asked)), number)
    owner.presses("Approve", side)
    expect(page.locator("[data-card=money].q-flow-lit")).to_be_visible()
    expect(page.locator("[data-card=accounts].q-flow-lit")).to_have_count(0)
    owner.finds_the_page_sound_by_day_and_night("flow-trial")
    assert tomas.record("purchase.purchase_request", record["id"])["state"] == "submitted"

    turns_to("Figures")
    expect(page.locator("[data-card=manager] .q-flow-chips")).to_be_visible()
    owner.finds_the_page_sound("flow-figures")

    page.locator("[data-card='way:how_much:medium']").click()
    turns_to("Past")
    owner.presses("Run over the past", side)
    owner.sees(owner.reads("All would have gone the same way."))
    owner.finds_the_page_sound("flow-past")

    page.set_viewport_size(PHONE)
    side = page.get_by_role("dialog")
    turns_to("Trial")
    owner.chooses(side.get_by_label(owner.reads("With this record: {about}", about=asked)), number)
    owner.presses("Approve", side)
    expect(page.locator("[data-card=money].q-flow-lit")).to_have_count(1)
    owner.finds_the_page_sound("flow-phone-trial")
    turns_to("Figures")
    expect(side.get_by_role("table")).to_contain_text("Owen")
    turns_to("Past")
    owner.presses("Run over the past", side)
    expect(side.get_by_text(owner.reads("All would have gone the same way."))).to_be_visible()
    owner.finds_the_page_sound("flow-phone-past")


def test_a_wrong_step_is_marked_where_it_stands(site: Site) -> None:
    owner = site.person("owner")
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/app/crm")
    page.get_by_role("button", name="Add to the app").click()
    page.get_by_role("menuitem", name="New flow").click()
    page.get_by_label("What is it called?", exact=True).fill("Tell the shop")
    page.get_by_role("button", name="Make the flow").click()
    page.get_by_role("button", name="Add a step here").last.click()
    page.get_by_role("menuitem", name="Signed webhook").click()
    card = page.locator("[data-card=webhook]")
    expect(card.get_by_label("To mend")).to_be_visible()
    side = page.get_by_role("complementary", name="Settings of the step")
    expect(side.get_by_role("alert").first).to_be_visible()
    side.get_by_label("Address", exact=True).fill("https://shop.example/hooks")
    eventually(
        lambda: stored(owner, draft)["steps"]["webhook"].get("url") == "https://shop.example/hooks", "the address kept"
    )


def test_what_the_record_is_given_and_the_rights_of_each_step_are_set_at_one_place(site: Site) -> None:
    owner = site.person("owner")
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/flow/crm.contract")
    page.get_by_role("button", name="Results and rights").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text('"in_force"')).to_be_visible()
    owner.chooses(drawer.get_by_label("Amount, Legal", exact=True), "see", is_searched=False)
    legal = lambda: stored(owner, draft)["steps"]["review"]["branches"]["legal"]["steps"]["legal"]  # noqa: E731
    eventually(lambda: legal()["fields"] == {"legal_note": "change", "amount": "see"}, "the right kept")
    owner.finds_the_page_sound("flow-rights")
