"""From a draft to a release: findings, two builders at once, trying, going back, suggestions, apps as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PHONE, WIDE, Person, Site, until

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
ORDER, PARTY = "oms.sales_order", "base.party"


def drafted(owner: Person, alter: Callable[[dict[str, Any]], Any], title: str = "", object: str = ORDER) -> int:
    """A draft of the object, altered; its number."""
    draft = owner.api("POST", "/api/drafts", {"title": title, "note": title})["draft"]
    known = owner.api("GET", f"/api/drafts/{draft}/definitions")
    body = known["definitions"]["object"][object]["body"]
    alter(body)
    changes = [{"kind": "object", "name": object, "body": body}]
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
    expect(page).to_have_url(re.compile("/oms/sales_order$"))

    owner.opens("/oms/sales_order/new")
    owner.sees(name)
    owner.finds_the_page_sound("trying")
    owner.presses("Save")
    expect(page.locator(".q-field-error").first).to_be_visible()
    owner.fills(ORDER, customer="Grand")
    owner.presses("Save")
    owner.sees(owner.reads("This is what would be saved. Nothing was: you are trying a draft."))
    owner.finds_the_page_sound("trying-saved")
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


@LANGUAGES
def test_what_uses_a_field_is_said_before_it_goes(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = drafted(owner, lambda body: None)
    page = owner.opens(f"/design/{draft}/object/{ORDER}?field=customer")
    owner.button("What uses this?").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(re.compile(owner.says(r"Used in \d+ places", r"有 \d+ 处使用")))
    owner.finds_the_page_sound("uses")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    owner.presses("Remove this field")
    drawer = page.get_by_role("dialog", name=re.compile(owner.says("Remove", "移除")))
    expect(owner.button("Remove", drawer)).to_be_disabled()


@LANGUAGES
def test_what_is_published_gets_another_name(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    field, label = f"dock_{language}", f"Dock {language}"

    def with_dock(body: dict[str, Any]) -> None:
        words = {"en": label, "zh": label}
        choices = {"north": {"label": {"en": "North", "zh": "北"}}, "south": {"label": {"en": "South", "zh": "南"}}}
        body["fields"][field] = {"type": "choice", "label": words, "choices": choices}

    publish(owner, drafted(owner, with_dock, object=PARTY))
    party = owner.records(PARTY, fields="id")[0]["id"]
    owner.api(
        "PATCH", f"/api/records/{PARTY}/{party}", {"version": owner.record(PARTY, party)["version"], field: "north"}
    )

    draft = drafted(owner, lambda body: None, object=PARTY)
    page = owner.opens(f"/design/{draft}/object/{PARTY}?field={field}")
    owner.presses("More for {words}", _words=owner.says("North", "北"))
    page.get_by_role("menuitem", name=owner.reads("Rename…"), exact=True).click()
    renames(owner, "upper")
    owner.presses("Rename…")
    renames(owner, f"gate_{language}_new", shot="rename")
    expect(page.locator(f"[data-setting-of=gate_{language}_new]")).to_be_visible()
    publish(owner, draft)
    assert owner.record(PARTY, party)[f"gate_{language}_new"] == "upper"

    owner.opens(f"/design/{drafted(owner, lambda body: None)}/object/{ORDER}?field=customer")
    expect(owner.button("What uses this?")).to_be_visible()
    expect(owner.button("Rename…")).to_have_count(0)


def renames(owner: Person, to: str, shot: str = "") -> None:
    dialog = owner.page.get_by_role("dialog")
    name = dialog.get_by_role("textbox", name=owner.reads("Name in formulas and addresses"))
    name.fill("No Good")
    expect(owner.button("Rename", dialog)).to_be_disabled()
    name.fill(to)
    if shot:
        owner.finds_the_page_sound(shot)
    owner.presses("Rename", dialog)
    dialog.wait_for(state="hidden")


@LANGUAGES
def test_what_was_removed_comes_back_with_what_it_held(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    field, label = f"gate_{language}", f"Gate {language}"

    def with_gate(body: dict[str, Any]) -> None:
        body["fields"][field] = {"type": "text", "label": {"en": label, "zh": label}}

    publish(owner, drafted(owner, with_gate, object=PARTY))
    party = owner.records(PARTY, fields="id")[0]["id"]
    version = owner.record(PARTY, party)["version"]
    owner.api("PATCH", f"/api/records/{PARTY}/{party}", {"version": version, field: "North"})
    publish(owner, drafted(owner, lambda body: body["fields"].pop(field), object=PARTY))

    page = owner.opens("/design/releases")
    aside = page.get_by_role("region", name=owner.reads("Put aside"))
    expect(aside).to_contain_text(label)
    owner.finds_the_page_sound("put-aside")
    owner.presses("Bring back", aside.get_by_role("listitem").filter(has_text=label))
    page.wait_for_url(re.compile(rf"field={field}"))
    owner.presses("Publish")
    owner.presses("Publish for everybody", page.get_by_role("dialog"))
    page.locator(".q-live").wait_for()
    assert owner.record(PARTY, party)[field] == "North"


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


@LANGUAGES
def test_two_builders_drafts_become_one(site: Site, language: str) -> None:
    owner, mei = site.person("owner", language), site.person("mei", language)
    user = next(each for each in owner.api("GET", "/api/admin/users")["users"] if each["login"] == "mei")
    owner.api("POST", f"/api/admin/users/{user['id']}/roles", {"roles": [*user["roles"], "owner"]})
    theirs = drafted(mei, with_fields(f"by_mei_{language}", ordered_on=f"Mei {language}"), title=f"Of Mei {language}")
    page = mei.opens(f"/design/{theirs}")
    page.get_by_role("switch", name=mei.reads("Other builders may see this draft and take it in")).click()
    until(page, lambda: mei.api("GET", f"/api/drafts/{theirs}")["is_shared"])

    mine = drafted(owner, with_fields(f"by_owner_{language}", ordered_on=f"Owner {language}"), title=f"Own {language}")
    page = owner.opens(f"/design/{mine}")
    owner.finds_the_page_sound("drafts-shared")
    row = page.get_by_role("listitem").filter(has_text=f"Of Mei {language}")
    owner.presses("Take into my draft", row)
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text(f"Mei {language}").first).to_be_visible()
    owner.finds_the_page_sound("drafts-merged")
    for taken in panel.get_by_role("radio", name=owner.reads("In the other draft")).all():
        taken.check()
    owner.presses("Take into my draft", panel)
    owner.is_told(owner.reads("It is in your draft now: look at it and publish"))
    body = owner.api("GET", f"/api/drafts/{mine}/definitions")["definitions"]["object"][ORDER]["body"]
    assert {f"by_mei_{language}", f"by_owner_{language}"} <= set(body["fields"])
    assert body["fields"]["ordered_on"]["label"]["en"] == f"Mei {language}"


def with_fields(name: str, **called: str) -> Callable[[dict[str, Any]], None]:
    """A further field, and other words for some that are there."""

    def alter(body: dict[str, Any]) -> None:
        body["fields"][name] = {"type": "text", "label": {"en": name, "zh": name}}
        for field, words in called.items():
            call_it(field, words)(body)

    return alter


@LANGUAGES
def test_an_app_goes_out_as_a_file_and_its_next_version_keeps_what_was_changed(
    site: Site, language: str, tmp_path: Path
) -> None:
    owner = site.person("owner", language)
    app, first_name = f"pets{language}", f"Animals 1 {language}"
    build_app(owner, app, first_name)
    page = owner.opens("/design/apps")
    row = page.get_by_role("listitem").filter(has_text=first_name)
    owner.presses("Export", row)
    first = exported(owner, tmp_path / "first.queti-app")
    build_app(owner, app, f"Animals 2 {language}", chip={"type": "text", "label": {"en": "Chip", "zh": "芯片"}})
    second = tmp_path / "second.queti-app"
    answer = owner.context.request.post(
        f"/api/apps/{app}/export", data={"version": "2.0.0", "notes": "Chips"}, headers={"X-Queti": "1"}
    )
    second.write_bytes(answer.body())
    owner.api("POST", f"/api/apps/{app}/uninstall", {})

    install_file(owner, first)
    owner.is_told(first_name)
    object = f"{app}.pet"
    own = owner.api("POST", "/api/drafts", {})["draft"]
    known = owner.api("GET", f"/api/drafts/{own}/definitions")
    body = known["definitions"]["object"][object]["body"]
    body["label"] = {"en": "Our friends", "zh": "Our friends"}
    body["fields"]["owner_name"] = {"type": "text", "label": {"en": "Keeper", "zh": "饲主"}}
    changes = [{"kind": "object", "name": object, "body": body}]
    owner.api("POST", f"/api/drafts/{own}/changes", {"version": known["version"], "changes": changes})
    publish(owner, own, "Ours")

    panel = install_file(owner, second, waits=True)
    expect(panel.get_by_text("Our friends").first).to_be_visible()
    expect(panel.get_by_text(f"Animals 2 {language}").first).to_be_visible()
    expect(owner.button("Install for everybody", panel)).to_be_disabled()
    owner.finds_the_page_sound("upgrade-conflict")
    for kept in panel.get_by_role("radio", name=owner.reads("Yours")).all():
        kept.check()
    owner.presses("Install for everybody", panel)
    expect(page.locator(".q-app-row", has_text=f"Animals 2 {language}")).to_contain_text("2.0.0")
    now = owner.api("GET", "/api/definitions")["objects"][object]
    assert now["label"] == "Our friends"
    assert {"owner_name", "chip"} <= {field["name"] for field in now["fields"]}


def build_app(owner: Person, app: str, label: str, **more: Any) -> None:
    draft = owner.api("POST", "/api/drafts", {})["draft"]
    name = {"type": "text", "in_list": True, "label": {"en": "Name", "zh": "名字"}}
    words = {"en": label, "zh": label}
    rights = {f"{app}.pet": {"see": True, "create": True, "change": True}}
    bodies = {
        f"app/{app}": {"label": words, "menu": {"pets": {"object": f"{app}.pet"}}},
        f"object/{app}.pet": {"label": words, "title": "name", "fields": {"name": name, **more}},
        f"role/{app}:owner": {"objects": rights},
    }
    for path, body in bodies.items():
        owner.api("PUT", f"/api/drafts/{draft}/{path}", body)
    publish(owner, draft, label)


def exported(owner: Person, to: Path) -> Path:
    dialog = owner.page.get_by_role("dialog")
    dialog.wait_for()
    owner.finds_the_page_sound("app-export")
    with owner.page.expect_download() as download:
        owner.presses("Export", dialog)
    download.value.save_as(to)
    return to


def install_file(owner: Person, file: Path, *, waits: bool = False) -> Locator:
    """Through the page; with `waits` it stays at what is to be decided."""
    page = owner.opens("/design/apps")
    page.get_by_label(owner.reads("App file")).set_input_files(file)
    panel = page.get_by_role("dialog")
    panel.wait_for()
    if not waits:
        expect(panel).to_contain_text(owner.reads("What it changes"))
        owner.presses("Install for everybody", panel)
    return panel


@LANGUAGES
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_publishing_reads_well_in_the_dark_and_on_a_phone(site: Site, language: str, theme: str) -> None:
    owner = site.person("owner", language, theme=theme, size=PHONE if theme == "light" else WIDE)
    draft = drafted(owner, call_it("ship_by", f"Dark {language}"))
    page = opens_draft(owner, draft)
    owner.presses("Publish")
    expect(owner.button("Publish for everybody", page.get_by_role("dialog"))).to_be_enabled()
    owner.finds_the_page_sound(f"publish-{theme}")
