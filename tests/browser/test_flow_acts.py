"""Everything that people do with a request, from the menus: one flow, several people, each in their own language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site

FLOW, PRODUCT = "crm.walk", "base.product"
LABEL = {"en": "Walk through", "zh": "样品走查"}


def people(*logins: str) -> dict[str, Any]:
    return {"them": {"by": "user", "users": list(logins)}}


CHECK = {
    "kind": "approve", "order": 1, "mode": "all_of", "label": {"en": "Check", "zh": "初审"}, "who": people("mei"),
    "fields": {"specification": "change"}, "reason": "never",
}  # fmt: skip
SIGN = {
    "kind": "approve",
    "order": 2,
    "label": {"en": "Sign", "zh": "签字"},
    "who": people("ada"),
    "confirm": "signature",
}
MONEY = {
    "kind": "approve", "order": 3, "label": {"en": "Money", "zh": "付款"}, "who": people("owner"),
    "confirm": "password", "same_person": "ask",
}  # fmt: skip
PUT = {"kind": "change", "order": 4, "label": {"en": "Note the result", "zh": "记录结果"}, "set": {"name": "note"}}
STEPS = {"check": CHECK, "sign": SIGN, "money": MONEY, "put": PUT}


def publishes(owner: Person, steps: dict[str, Any], flow: str = FLOW, object: str = PRODUCT) -> None:
    body = {"flow": flow, "object": object, "label": LABEL, "steps": steps, "withdraw": "always"}
    draft = owner.api("POST", "/api/drafts", {"title": "Walk"})
    changes = [{"kind": "flow", "name": flow, "body": body}]
    owner.api("POST", f"/api/drafts/{draft['draft']}/changes", {"version": draft["version"], "changes": changes})
    owner.api("POST", f"/api/drafts/{draft['draft']}/publish", {"note": "A walk"})


@pytest.fixture(scope="module")
def walked(site: Site) -> Site:
    """With a flow in which everything can be done."""
    publishes(site.person("owner"), STEPS)
    return site


def sample(owner: Person, name: str) -> int:
    body = {"sku": name.upper().replace(" ", "-"), "name": name}
    return owner.api("POST", f"/api/records/{PRODUCT}", body)["records"][0]["id"]


def submitted(tomas: Person, record: int) -> None:
    tomas.does("flow.submit", flow=FLOW, record=record)


def goes_to(person: Person, name: str) -> Locator:
    """Their task of that name, opened in My work; their turn."""
    person.opens("/work")
    person.page.locator(".q-work-item").filter(has_text=name).get_by_role("button").click()
    person.settled()
    return person.page.locator(".q-turn").first


def more(person: Person, act: str) -> Locator:
    """An act out of the menu of the turn; its dialog."""
    person.presses("More")
    person.page.get_by_role("menuitem", name=person.reads(act), exact=True).click()
    return person.page.get_by_role("dialog")


def administers(person: Person, act: str) -> Locator:
    """An act out of the menu of the whole."""
    flow = person.says(LABEL["en"], LABEL["zh"])
    person.page.get_by_role("button", name=person.reads("More about {0}", _0=flow), exact=True).click()
    person.page.get_by_role("menuitem", name=person.reads(act), exact=True).click()
    return person.page.get_by_role("dialog")


def names(person: Person, dialog: Locator, field: str, *people: str) -> None:
    chooser = dialog.get_by_role("combobox", name=re.compile(person.reads(field)))
    for each in people:
        person.chooses(chooser, each)
    shuts(person, dialog)


def shuts(person: Person, dialog: Locator) -> None:
    """The list of who may be chosen."""
    dialog.locator(".ant-modal-title").click()
    expect(person.page.locator(".ant-select-dropdown:visible")).to_have_count(0)


def is_gone(person: Person, name: str) -> None:
    expect(person.page.locator(".q-work-item").filter(has_text=name)).to_have_count(0)


def stands(person: Person) -> Locator:
    return person.page.get_by_role("list", name=person.reads("Where it is")).first


def happened(person: Person) -> Locator:
    return person.page.get_by_role("list", name=person.reads("What has happened")).first


def test_a_request_goes_through_many_hands(walked: Site) -> None:
    """Urged, prepared, asked about, with approvers added and removed, taken back, handed over."""
    tomas, mei, lin = walked.person("tomas"), walked.person("mei", "zh"), walked.person("lin")
    owner = walked.person("owner")
    lamp = sample(owner, "Reading lamp")
    page = tomas.opens_record(PRODUCT, lamp)
    tomas.presses("Submit: {0}", _0=LABEL["en"])
    tomas.presses("Submit", page.get_by_role("dialog"))
    expect(stands(tomas)).to_contain_text("Mei")
    for told in (r"Urge", "wait 4 hours"):
        tomas.presses("Urge")
        dialog = page.get_by_role("dialog")
        tomas.presses("Urge", dialog)
        expect(
            page.locator(".ant-notification-notice, .q-alert").filter(has_text=re.compile(told)).first
        ).to_be_visible()
    page.keyboard.press("Escape")

    turn = goes_to(mei, "Reading lamp")
    turn.get_by_label(mei.reads("Your word"), exact=True).fill("亮度够吗？")
    mei.presses("More")
    mei.page.get_by_role("menuitem", name=mei.reads("Save as draft"), exact=True).click()
    mei.is_told(mei.reads("Save as draft"))
    turn = goes_to(mei, "Reading lamp")
    expect(turn.get_by_label(mei.reads("Your word"), exact=True)).to_have_value("亮度够吗？")
    dialog = more(mei, "Ask for a word")
    mei.chooses(dialog.get_by_role("combobox"), "Lin")
    mei.presses("Ask for a word", dialog)
    is_gone(mei, "Reading lamp")

    goes_to(lin, "Reading lamp").get_by_label("Your word", exact=True).fill("Bright enough")
    lin.presses("Approve")
    is_gone(lin, "Reading lamp")

    goes_to(mei, "Reading lamp")
    expect(happened(mei)).to_contain_text("Bright enough")
    dialog = more(mei, "Add approvers")
    names(mei, dialog, "Who", "Lin", "Ada")
    mei.presses("Add approvers", dialog)
    expect(stands(mei)).to_contain_text("Ada")
    dialog = more(mei, "Remove approvers")
    names_all = dialog.get_by_role("combobox").first
    for each in ("Lin", "Ada"):
        mei.chooses(names_all, each, is_searched=False)
    shuts(mei, dialog)
    mei.presses("Remove approvers", dialog)
    expect(stands(mei)).not_to_contain_text("Ada")
    dialog = more(mei, "Add approvers")
    names(mei, dialog, "Who", "Owen")
    mei.chooses(dialog.get_by_role("combobox").last, mei.reads("Before me"), is_searched=False)
    mei.presses("Add approvers", dialog)
    is_gone(mei, "Reading lamp")
    goes_to(owner, "Reading lamp")
    owner.presses("Approve")
    is_gone(owner, "Reading lamp")

    goes_to(mei, "Reading lamp")
    dialog = more(mei, "Add approvers")
    names(mei, dialog, "Who", "Lin")
    mei.chooses(dialog.get_by_role("combobox").last, mei.reads("After me"), is_searched=False)
    mei.presses("Add approvers", dialog)
    mei.page.get_by_role("textbox", name=mei.field(PRODUCT, "specification")["label"]).fill("40 W")
    mei.presses("Approve")
    is_gone(mei, "Reading lamp")
    assert owner.record(PRODUCT, lamp)["specification"] == "40 W"
    mei.opens_record(PRODUCT, lamp)
    mei.page.get_by_role("button", name=re.compile(f"^{mei.reads('Take back')}")).click()
    expect(mei.button("Approve")).to_be_visible()
    mei.presses("Approve")
    expect(mei.button("Approve")).to_have_count(0)

    goes_to(lin, "Reading lamp")
    dialog = more(lin, "Hand it over")
    lin.chooses(dialog.get_by_role("combobox"), "Owen")
    lin.presses("Hand it over", dialog)
    is_gone(lin, "Reading lamp")
    goes_to(owner, "Reading lamp")
    owner.presses("Approve")
    tomas.opens_record(PRODUCT, lamp)
    expect(stands(tomas)).to_contain_text("Ada")
    expect(happened(tomas)).to_contain_text("handed it over")
    tomas.presses("Show all {0}", _0=happened_count(tomas))
    for words in ("asked Lin", "added Lin", "added Ada", "removed", "took their act back", "urged"):
        expect(happened(tomas)).to_contain_text(re.compile(words))
    tomas.finds_the_page_sound("walk-trail")


def happened_count(person: Person) -> int:
    button = person.page.get_by_role("button", name=re.compile(r"^Show all \d+$"))
    found = re.search(r"\d+", button.inner_text())
    assert found
    return int(found[0])


def signs(person: Person) -> None:
    pad = person.page.locator(".q-turn canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    mouse = person.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 60)
    mouse.down()
    for step in range(1, 8):
        mouse.move(box["x"] + 30 + 20 * step, box["y"] + 60 + (15 if step % 2 else -15))
    mouse.up()
    person.presses("Sign")
    expect(person.page.get_by_role("img", name=person.reads("Your signature"))).to_be_visible()


def test_sent_back_signed_on_a_phone_confirmed_by_password_and_run_again(walked: Site) -> None:
    tomas, mei = walked.person("tomas", "zh"), walked.person("mei")
    ada, owner = walked.person("ada", "zh", size=PHONE), walked.person("owner")
    chair = sample(owner, "Garden chair")
    submitted(tomas, chair)
    goes_to(mei, "Garden chair")
    mei.presses("Approve")
    is_gone(mei, "Garden chair")

    goes_to(ada, "Garden chair")
    ada.presses("Send back")
    dialog = ada.page.get_by_role("dialog")
    ada.chooses(dialog.get_by_role("combobox").first, ada.says("Check", "初审"), is_searched=False)
    dialog.get_by_label(ada.reads("Reason")).fill("请补充规格")
    ada.presses("Send back", dialog)
    is_gone(ada, "Garden chair")
    turn = goes_to(mei, "Garden chair")
    expect(happened(mei)).to_contain_text("请补充规格")
    turn.get_by_role("textbox", name="Specification").fill("Teak")
    mei.presses("Approve")
    is_gone(mei, "Garden chair")

    goes_to(ada, "Garden chair")
    ada.presses("Approve")
    expect(ada.page.get_by_role("alert").filter(has_text=ada.reads("Sign first."))).to_be_visible()
    signs(ada)
    ada.finds_the_page_sound_by_day_and_night("walk-phone-signature")
    ada.presses("Approve")
    ada.is_told("Garden chair")

    turn = goes_to(owner, "Garden chair")
    comment = administers(owner, "Comment")
    comment.get_by_role("textbox", name="What you want to say").fill("@Mei")
    owner.page.get_by_role("option", name=re.compile("Mei")).first.click()
    comment.get_by_label("Attach files").set_input_files(
        {"name": "offer.txt", "mimeType": "text/plain", "buffer": b"42"}
    )
    expect(comment.get_by_text("offer.txt")).to_be_visible()
    owner.presses("Comment", comment)
    expect(happened(owner)).to_contain_text("offer.txt")
    word = turn.get_by_label("Your password, to confirm")
    for password in ("wrong", "harbour"):
        word.fill(password)
        owner.presses("Approve")
        if password == "wrong":
            owner.sees("This is not your password.")
    owner.is_told("Garden chair")

    owner.opens_record(PRODUCT, chair)
    expect(owner.page.get_by_role("region", name=LABEL["en"])).to_contain_text("A step failed")
    version = owner.record(PRODUCT, chair)["version"]
    owner.api("PATCH", f"/api/records/{PRODUCT}/{chair}", {"version": version, "note": "Chair, seen"})
    owner.presses("Run the failed step again", administers(owner, "Run the failed step again"))
    expect(owner.page.get_by_role("region", name=LABEL["en"])).to_contain_text("Approved")
    assert owner.record(PRODUCT, chair)["name"] == "Chair, seen"
    assert [task["state"] for task in mei.records("flow.task", f'record = {chair} and kind = "message"')] == ["open"]


def test_withdrawn_submitted_again_put_elsewhere_moved_and_stopped(walked: Site) -> None:
    tomas, mei, owner = walked.person("tomas", "zh"), walked.person("mei"), walked.person("owner")
    vase, bowl = sample(owner, "Glass vase"), sample(owner, "Glass bowl")
    for each in (vase, bowl):
        submitted(tomas, each)
    tomas.opens_record(PRODUCT, vase)
    region = tomas.page.get_by_role("region", name=LABEL["zh"])
    tomas.presses("Withdraw", administers(tomas, "Withdraw"))
    expect(region).to_contain_text(tomas.reads("Withdrawn"))
    tomas.presses("Submit again")
    expect(region).to_contain_text(tomas.reads("Running"))

    owner.opens_record(PRODUCT, vase)
    dialog = administers(owner, "Put at another step")
    owner.chooses(dialog.get_by_role("combobox"), "Sign", is_searched=False)
    dialog.get_by_label("Reason").fill("Mei is ill")
    owner.presses("Put at another step", dialog)
    expect(stands(owner)).to_contain_text("Ada")

    publishes(owner, {"check": {**CHECK, "label": {"en": "Look closely", "zh": "细看"}}, "money": MONEY})
    owner.presses("Move to the new version", administers(owner, "Move to the new version"))
    expect(owner.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Sign")
    owner.page.keyboard.press("Escape")
    owner.opens_record(PRODUCT, bowl)
    owner.presses("Move to the new version", administers(owner, "Move to the new version"))
    expect(stands(owner)).to_contain_text("Look closely")

    mei.opens("/work")
    mei.page.get_by_role("checkbox", name=re.compile("Glass bowl")).check()
    mei.page.get_by_label("One reason for all").fill("Broken")
    owner.does("flow.stop", instance=instance_of(owner, bowl), reason="No glass any more")
    mei.presses("Reject {0}", _0=1)
    expect(mei.page.get_by_role("group", name="Those selected").get_by_role("alert")).to_contain_text(
        re.compile("Owen")
    )
    owner.opens_record(PRODUCT, vase)
    dialog = administers(owner, "Stop")
    dialog.get_by_label("Reason").fill("Enough")
    owner.presses("Stop", dialog)
    expect(owner.page.get_by_role("region", name=LABEL["en"])).to_contain_text("Stopped")
    publishes(owner, STEPS)


def instance_of(owner: Person, record: int) -> int:
    return owner.records("flow.instance", f'record = {record} and flow = "{FLOW}"')[0]["id"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_is_away_names_a_deputy_and_who_leaves_is_replaced(walked: Site, language: str) -> None:
    tomas, mei = walked.person("tomas"), walked.person("mei", language)
    owner, lin = walked.person("owner", language), walked.person("lin", size=PHONE)
    mei.opens("/work")
    mei.presses("I am away")
    mei.page.get_by_role("heading", name=mei.reads("While I am away"), level=1).wait_for()
    mei.chooses(mei.page.get_by_role("combobox", name=re.compile(mei.reads("Deputy"))), "Lin")
    mei.page.get_by_role("textbox", name=re.compile(mei.reads("Last day"))).fill("2099-12-31")
    mei.page.keyboard.press("Enter")
    mei.chooses(mei.page.get_by_role("combobox", name=mei.reads("For which flows")), mei.says(LABEL["en"], LABEL["zh"]))
    mei.page.keyboard.press("Escape")
    mei.presses("Set the deputy")
    row = mei.page.get_by_role("list", name=mei.reads("My deputies")).get_by_role("listitem").first
    expect(row).to_contain_text("Lin")
    mei.finds_the_page_sound_by_day_and_night("walk-away")

    mug = sample(owner, f"Tea mug {language}")
    submitted(tomas, mug)
    lin.opens("/work")
    task = lin.page.locator(".q-work-item").filter(has_text=f"Tea mug {language}")
    expect(task).to_contain_text(re.compile("as deputy for Mei"))
    lin.finds_the_page_sound("walk-phone-deputy")
    mei.page.locator(".q-crumbs").get_by_role("link").click()
    mei.page.get_by_role("button", name=mei.reads("I am back")).click()
    expect(mei.page.locator(".q-away-note")).to_have_count(0)

    person = {"en": "Lin", "zh": "Lin"}[language]
    owner.opens("/admin/users")
    owner.page.get_by_role("row").filter(has_text=person).get_by_role("button").last.click()
    owner.page.get_by_role("menuitem", name=owner.reads("Hand over"), exact=True).click()
    dialog = owner.page.get_by_role("dialog")
    moved = dialog.get_by_role("row").filter(has_text=owner.says(LABEL["en"], LABEL["zh"]))
    expect(moved).to_contain_text("1")
    owner.chooses(dialog.get_by_role("combobox", name=owner.reads("Successor")), "Tom")
    expect(dialog.get_by_role("listitem").filter(has_text="Tom")).to_be_visible()
    dialog.get_by_label(owner.reads("Reason")).fill("New post")
    dialog.get_by_role("checkbox").uncheck()
    owner.finds_the_page_sound("walk-hand-over")
    owner.presses("Hand over", dialog)
    expect(dialog).to_have_count(0)
    [held] = owner.records("flow.task", f'record = {mug} and state = "open"', "assignee,assignee._label")
    assert held["assignee._label"].startswith("Tom")


def test_a_record_out_of_sight_is_open_by_the_task_alone(site: Site) -> None:
    """Ada has no right to quotes: hers to read is the one that she is asked about, and she hears when it changes."""
    owner, mei, ada = site.person("owner"), site.person("mei"), site.person("ada", "zh")
    look = {"kind": "approve", "label": {"en": "Look at it", "zh": "财务复核"}, "who": people("ada")}
    publishes(owner, {"look": look}, "crm.second_look", "crm.quote")
    [hotel, *_] = mei.records("base.party", "is_customer", "id")
    [chair, *_] = mei.records(PRODUCT, "", "id,name")
    lines = [{"product": chair["id"], "quantity": "2", "unit_price": "25.50"}]
    made = mei.api("POST", "/api/records/crm.quote", {"customer": hotel["id"], "lines": lines})["records"][0]
    mei.does("flow.submit", flow="crm.second_look", record=made["id"])

    page = ada.opens("/work")
    item = page.locator(".q-work-item").filter(has_text=f"报价单 {made['number']}")
    expect(item).to_contain_text("57.63")
    expect(item).to_have_class(re.compile("q-work-unread"))
    item.get_by_role("button").click()
    ada.sees(ada.reads("Open to you by your task, as its step shows it."))
    expect(page.get_by_role("table").filter(has_text=chair["name"])).to_be_visible()
    expect(item).not_to_have_class(re.compile("q-work-unread"))
    ada.finds_the_page_sound_by_day_and_night("task-sheet")
    mei.api("PATCH", f"/api/records/crm.quote/{made['id']}", {"version": made["version"], "terms": "Half in advance"})
    ada.sees("Half in advance")
    page.set_viewport_size(PHONE)
    ada.finds_the_page_sound("task-sheet-phone")

    mei.opens("/work/mine")
    expect(mei.page.locator(".q-work-item").filter(has_text=made["number"])).to_contain_text("with Ada")
    ada.presses("Approve")
    is_gone(ada, made["number"])
