"""From a draft to a release: findings, two builders at once, trying, going back, suggestions, apps as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
ORDER = "oms.sales_order"


def drafted(owner: Person, alter: Callable[[dict[str, Any]], None], title: str = "") -> int:
    """A draft of the sales order, altered; its number."""
    draft = owner.api("POST", "/api/drafts", {"title": title, "note": title})["draft"]
    known = owner.api("GET", f"/api/drafts/{draft}/definitions")
    body = known["definitions"]["object"][ORDER]["body"]
    alter(body)
    changes = [{"kind": "object", "name": ORDER, "body": body}]
    owner.api("POST", f"/api/drafts/{draft}/changes", {"version": known["version"], "changes": changes})
    return draft


def call_it(field: str, words: str) -> Callable[[dict[str, Any]], None]:
    def alter(body: dict[str, Any]) -> None:
        body["fields"][field]["label"] = {"en": words, "zh": words}

    return alter


def publish(owner: Person, draft: int, note: str = "") -> int:
    return owner.api("POST", f"/api/drafts/{draft}/publish", {"note": note})["release"]


def opens_draft(owner: Person, draft: int) -> Page:
    page = owner.opens(f"/design/{draft}/object/{ORDER}")
    owner.button("Publish").first.wait_for()
    return page


@LANGUAGES
def test_a_broken_formula_stands_in_the_way_until_it_is_mended(site: Site, language: str) -> None:
    owner = site.person("owner", language)

    def broken(body: dict[str, Any]) -> None:
        body["fields"]["ready"] = {
            "type": "boolean",
            "formula": "shp_by < today()",
            "label": {"en": "Ready", "zh": "就绪"},
        }

    draft = drafted(owner, broken)
    page = opens_draft(owner, draft)
    owner.presses("Publish")
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("ship_by")
    expect(owner.button("Publish for everybody", panel)).to_be_disabled()
    owner.finds_the_page_sound("publish-findings")
    owner.presses("Go there", panel)
    expect(page).to_have_url(re.compile(r"field=ready"))


@LANGUAGES
def test_two_builders_change_the_same_and_one_decides(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    name = f"Ours {language}"

    def ours(body: dict[str, Any]) -> None:
        call_it("ship_by", name)(body)
        body["fields"][f"site_{language}"] = {"type": "text", "label": {"en": "Site", "zh": "现场"}}

    mine = drafted(owner, ours, title=f"Sites {language}")
    publish(owner, drafted(owner, call_it("ship_by", f"Theirs {language}")), "Theirs first")

    page = opens_draft(owner, mine)
    owner.presses("Publish")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text(f"Theirs {language}").first).to_be_visible()
    expect(owner.button("Publish for everybody", panel)).to_be_disabled()
    owner.finds_the_page_sound("publish-conflicts")
    owner.presses("Mine everywhere", panel)
    owner.presses("Publish for everybody", panel)
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text(
        re.compile(owner.reads("Release {release} is live", release="").replace("  ", r" ?\d+ ?"))
        if language == "en"
        else re.compile(r"发布版本 \d+ 已生效")
    )
    owner.finds_the_page_sound("publish-live")

    labels = {each["name"]: each["label"] for each in owner.api("GET", "/api/definitions")["objects"][ORDER]["fields"]}
    assert labels["ship_by"] == name
    assert f"site_{language}" in labels


@LANGUAGES
def test_releases_are_compared_and_gone_back_to(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    before = owner.api("GET", "/api/releases")["releases"][0]["release"]
    publish(owner, drafted(owner, call_it("ordered_on", f"Day {language}")), f"Days {language}")

    page = owner.opens("/design/releases")
    owner.sees(f"Days {language}")
    owner.finds_the_page_sound("releases")
    page.goto(f"/design/releases/{before}..{before + 1}")
    owner.sees(f"Day {language}")
    owner.finds_the_page_sound("releases-compared")

    owner.opens("/design/releases")
    page.get_by_role("listitem").filter(has_text=re.compile(rf"^{before}\D")).get_by_role(
        "button", name=owner.reads("Go back to this")
    ).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Day {language}")
    dialog.get_by_role("button", name=owner.reads("Go back to {number}", number=before)).click()
    owner.is_told(re.compile(str(before + 2)))
    assert f"Day {language}" not in str(owner.api("GET", "/api/definitions")["objects"][ORDER])


@LANGUAGES
def test_a_draft_is_tried_in_the_whole_product_and_nothing_is_saved(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    name = f"Tried {language}"
    draft = drafted(owner, call_it("ship_by", name), title="Trying")
    page = opens_draft(owner, draft)
    owner.presses("Try it")
    owner.presses("Try this draft", page.get_by_role("dialog"))
    banner = page.get_by_role("complementary", name=owner.reads("Trying a draft"))
    expect(banner).to_contain_text("Trying")

    owner.opens("/oms/sales_order/new")
    owner.sees(name)
    owner.finds_the_page_sound("trying")
    assert name not in str(owner.api("GET", "/api/definitions"))
    owner.presses("Leave", banner)
    expect(banner).to_be_hidden()
    page.wait_for_url(re.compile(rf"/design/{draft}"))
    owner.opens("/oms/sales_order/new")
    expect(page.get_by_text(name)).to_have_count(0)


@LANGUAGES
def test_somebody_suggests_tries_and_is_named(site: Site, language: str) -> None:
    lin, owner = site.person("lin", language), site.person("owner", language)
    wish = f"Promised day {language}"
    page = lin.opens("/oms/sales_order")
    lin.presses("More for this list")
    page.get_by_role("menuitem", name=lin.reads("Suggest a change"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(lin.reads("What is it about?")).click()
    page.keyboard.type(lin.field(ORDER, "ship_by")["label"])
    page.keyboard.press("Enter")
    dialog.get_by_label(lin.reads("What should change, and why?")).fill("Customers ask for this day")
    dialog.get_by_label(lin.reads("Call it")).fill(wish)
    lin.finds_the_page_sound("suggest")
    lin.presses("Send to the builders", dialog)
    lin.presses("Try it now")
    page.get_by_role("complementary", name=lin.reads("Trying a draft")).wait_for()
    lin.opens("/oms/sales_order/new")
    lin.sees(wish)
    lin.presses("Leave")
    page.wait_for_url("**/suggestions")
    lin.sees("Customers ask for this day")

    inbox = owner.opens("/design/suggestions")
    owner.sees("Customers ask for this day")
    owner.finds_the_page_sound("suggestions-inbox")
    inbox.get_by_role("article").filter(has_text="Customers ask").get_by_role(
        "button", name=owner.reads("Open in the designer")
    ).first.click()
    owner.button("Publish").first.wait_for()
    owner.presses("Publish")
    panel = inbox.get_by_role("dialog")
    owner.presses("Publish for everybody", panel)
    inbox.locator(".q-live").wait_for()

    owner.opens("/design/releases")
    expect(inbox.get_by_role("listitem").first).to_contain_text("Lin")
    lin.opens("/suggestions")
    lin.finds_the_page_sound("suggestions-own")
    expect(page.get_by_role("article").first).to_contain_text(
        re.compile(lin.reads("live since release {0}", _0=r"\d+"))
    )


def test_what_uses_a_field_is_said_before_it_goes(site: Site) -> None:
    owner = site.person("owner")
    draft = drafted(owner, lambda body: None)
    page = owner.opens(f"/design/{draft}/object/{ORDER}?field=customer")
    owner.button("What uses this?").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(re.compile(r"Used in \d+ places"))
    expect(owner.button("Remove", drawer)).to_be_disabled()
    owner.finds_the_page_sound("uses")


@LANGUAGES
def test_a_template_is_installed_and_told_of_before(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    page = owner.opens("/design/apps")
    owner.finds_the_page_sound("apps")
    template = owner.api("GET", "/api/gallery")["templates"][0 if language == "en" else 1]
    row = page.get_by_role("listitem").filter(has_text=template["label"])
    owner.presses("Install", row)
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text(owner.reads("What it changes"))
    owner.finds_the_page_sound("install")
    owner.presses("Install for everybody", panel)
    owner.is_told(template["label"])
    assert template["name"] in [app["app"] for app in owner.api("GET", "/api/apps")["apps"]]


@LANGUAGES
def test_publishing_fits_a_phone(site: Site, language: str) -> None:
    owner = site.person("owner", language, size=PHONE)
    for path, name in (("releases", "releases-phone"), ("apps", "apps-phone"), ("suggestions", "inbox-phone")):
        page = owner.opens(f"/design/{path}")
        owner.finds_the_page_sound(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
