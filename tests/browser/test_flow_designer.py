"""“Above 10 % discount: accounts within 2 days, else the owner”, drawn, tried, published, and read on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PHONE, Person, Site
from tests.browser.test_flows import drafted
from tests.fixtures.patience import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
LIT = re.compile("q-flow-lit")
QUOTE, DISCOUNTS, DEEP = "crm.quote", "crm.quote_discount", "max(lines.discount_percent) > 10"
SAID = {
    "en": "Any of those in the role “Accounts” approves within 2 working days, "
    "else it goes to those in the role “Owner”.",
    "zh": "由角色“财务”或签，任一人同意即可，限 2 个工作日内完成，超时则升级至角色“企业主”。",
}


@LANGUAGES
def test_the_approval_of_deep_discounts_is_drawn_tried_and_published(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = drafted(owner)
    flow = begins(owner, draft, f"Deep discount {language}")
    branches(owner)
    eventually(lambda: first_way(owner, draft, flow).get("when") == DEEP, "the condition kept")
    drags(owner.page, card(owner, "approval"), adders(owner).nth(1))
    eventually(lambda: list(first_way(owner, draft, flow).get("steps", {})) == ["approval"], "the step in its branch")
    says_who_and_until_when(owner)
    eventually(lambda: "late" in first_way(owner, draft, flow)["steps"].get("approval", {}), "the escalation kept")
    expect(side(owner).locator(".q-flow-sentence")).to_have_text(SAID[language])
    owner.finds_the_page_sound_by_day_and_night("flow-drawn")

    tries(owner, discount="12")
    expect(card(owner, "approval")).to_have_class(LIT)
    expect(side(owner).get_by_role("button", name=owner.reads("Approve"), exact=True).first).to_be_visible()
    owner.presses("Approve", side(owner).get_by_role("region").first)
    expect(side(owner).get_by_role("status").get_by_text(owner.reads("Approved"), exact=True)).to_be_visible()
    owner.finds_the_page_sound("flow-tried")
    assert not owner.records("flow.instance", f'flow = "{flow}"')

    owner.api("POST", f"/api/drafts/{draft}/publish", {"note": "Discounts"})
    assert [each["flow"] for each in owner.api("GET", "/api/flows")["flows"] if each["flow"] == flow]


@LANGUAGES
def test_a_flow_is_read_and_mended_on_a_phone(site: Site, language: str) -> None:
    owner = site.person("owner", language, size=PHONE)
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/flow/{DISCOUNTS}")
    card(owner, "lead").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".q-flow-sentence")).to_be_visible()
    owner.finds_the_page_sound("flow-phone-step")
    hours = drawer.get_by_role("spinbutton", name=owner.reads("Hours until it is due"))
    hours.fill("24")
    hours.press("Tab")
    some = lambda: steps(owner, draft, DISCOUNTS)["how_deep"]["branches"]["some"]["steps"]["lead"]  # noqa: E731
    eventually(lambda: some()["due_hours"] == 24, "the hours kept")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_branches_change_places_by_keys_and_the_map_leads_to_what_is_out_of_sight(site: Site) -> None:
    owner = site.person("owner")
    draft = drafted(owner)
    page = owner.opens(f"/design/{draft}/flow/{DISCOUNTS}")

    def order() -> list[str]:
        ways = steps(owner, draft, DISCOUNTS)["how_deep"]["branches"]
        return sorted(ways, key=lambda way: ways[way]["order"])

    head = card(owner, "way:how_deep:deep")
    head.focus()
    page.keyboard.press("Alt+ArrowRight")
    eventually(lambda: order() == ["some", "deep", "none"], "the branches to change places")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    page.keyboard.press("Control+Shift+z")
    eventually(lambda: order() == ["some", "deep", "none"], "the change done again")
    head.focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(card(owner, "manager")).to_be_focused()
    assert order() == ["some", "deep", "none"]

    for _ in range(4):
        owner.presses("Larger")
    end = page.locator(".q-flow-end")
    expect(end).not_to_be_in_viewport()
    seen = page.locator(".q-flow-map")
    box = seen.bounding_box()
    assert box
    seen.click(position={"x": box["width"] / 2, "y": box["height"] - 8})
    expect(end).to_be_in_viewport()


# -- what a hand does


def side(owner: Person) -> Locator:
    return owner.page.get_by_role("complementary", name=owner.reads("Settings of the step"))


def card(owner: Person, step: str) -> Locator:
    return owner.page.locator(f"[data-card='{step}']")


def adders(owner: Person) -> Locator:
    return owner.page.get_by_role("button", name=owner.reads("Add a step here"))


def steps(owner: Person, draft: int, flow: str) -> dict[str, Any]:
    return owner.api("GET", f"/api/drafts/{draft}/definitions")["definitions"]["flow"][flow]["body"]["steps"]


def first_way(owner: Person, draft: int, flow: str) -> dict[str, Any]:
    """Of the branching, once it is kept."""
    return steps(owner, draft, flow).get("branches", {}).get("branches", {}).get("one", {"steps": {}})


def begins(owner: Person, draft: int, name: str) -> str:
    page = owner.opens(f"/design/{draft}/app/crm")
    page.get_by_role("button", name=owner.reads("Add to the app")).click()
    page.get_by_role("menuitem", name=owner.reads("New flow")).click()
    page.get_by_label(owner.reads("What is it called?"), exact=True).fill(name)
    owner.chooses(page.get_by_label(owner.reads("About which records?")), owner.definitions["objects"][QUOTE]["label"])
    page.get_by_role("button", name=owner.reads("Make the flow")).click()
    card(owner, "approval").wait_for()
    return page.url.rpartition("/")[2]


def branches(owner: Person) -> None:
    """Two ways before the approval; the first for quotes whose discount is deep."""
    adders(owner).first.click()
    owner.page.get_by_role("menuitem", name=owner.reads("Branches")).click()
    way = side(owner).locator("section.q-flow-part").first
    owner.presses("Write a formula", way)
    way.get_by_role("textbox", name=owner.reads("Condition"), exact=True).click()
    owner.page.keyboard.insert_text(DEEP)
    owner.page.keyboard.press("Escape")


def says_who_and_until_when(owner: Person) -> None:
    card(owner, "approval").click()
    panel = side(owner)
    choose(owner, panel.get_by_role("combobox", name=owner.reads("Who"), exact=True), "Those in a role")
    owner.chooses(panel.get_by_role("combobox", name=owner.reads("Role"), exact=True), owner.says("Accounts", "财务"))
    hours = panel.get_by_role("spinbutton", name=owner.reads("Hours until it is due"))
    hours.fill("16")
    hours.press("Tab")
    owner.presses("When late…", panel)
    late = panel.locator(".q-flow-late")
    choose(owner, late.get_by_role("combobox", name=owner.reads("When late"), exact=True), "Escalate to")
    owner.presses("Add people", late)
    owner.chooses(late.get_by_role("combobox", name=owner.reads("Role"), exact=True), owner.says("Owner", "企业主"))


def choose(owner: Person, editor: Locator, english: str) -> None:
    owner.chooses(editor, owner.reads(english), is_searched=False)


def tries(owner: Person, discount: str) -> None:
    """On a quote that isn't there, typed in the form of quotes."""
    side(owner).locator(".ant-segmented-item", has_text=owner.reads("Trial")).click()
    owner.presses("Type the values", side(owner))
    form = owner.page.get_by_role("dialog")
    owner.fills(QUOTE, form, customer="Grand Hotel")
    line = {
        each["name"]: owner.reads("{0}, line {1}", _0=each["label"], _1=1)
        for each in owner.definitions["objects"]["crm.quote_line"]["fields"]
    }
    owner.chooses(form.get_by_role("combobox", name=line["product"], exact=True), "Desk lamp")
    form.get_by_role("textbox", name=line["discount_percent"], exact=True).fill(discount)
    owner.presses("Try with these values", form)
    form.wait_for(state="hidden")


def drags(page: Page, what: Locator, onto: Locator) -> None:
    """In small steps, as a hand does."""

    def middle(place: Locator) -> tuple[float, float]:
        box = place.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    (x, y), (to_x, to_y) = middle(what), middle(onto)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(x + (to_x - x) * step / 20, y + (to_y - y) * step / 20)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator(".q-flow-add-over")).to_have_count(1)
    page.mouse.up()
