"""Roles in the designer, people and departments: with the keyboard, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site, until

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def new_draft(owner: Person) -> int:
    return owner.api("POST", "/api/drafts", {})["draft"]


def role_parts(owner: Person, draft: int) -> dict[str, dict]:
    found = owner.api("GET", f"/api/drafts/{draft}/definitions")["definitions"]["role"]
    return {name: entry["body"] for name, entry in found.items() if entry["body"]}


def cell(owner: Person, form: str, column: int) -> Locator:
    row = owner.page.get_by_role("row").filter(has=owner.page.get_by_role("rowheader", name=form, exact=True))
    return row.get_by_role("gridcell").nth(column)


def saved(owner: Person) -> None:
    expect(owner.page.get_by_role("status").filter(has_text=owner.reads("Saved"))).to_be_visible()


def test_roles_are_found_by_who_changes_nothing_yet(site: Site) -> None:
    owner = site.person("owner")
    for draft in owner.api("GET", "/api/drafts")["drafts"]:
        owner.api("DELETE", f"/api/drafts/{draft['draft']}")
    owner.opens("/design")
    owner.sees(owner.reads("What would you like to change?"))
    owner.page.get_by_role("link", name=owner.reads("Roles and rights")).click()
    expect(owner.page.get_by_role("grid", name=owner.reads("Rights of all roles"))).to_be_visible()


@LANGUAGES
def test_rights_are_written_with_the_keyboard(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = new_draft(owner)
    owner.opens(f"/design/{draft}/roles")
    expect(owner.page.get_by_role("grid", name=owner.reads("Rights of all roles"))).to_be_visible()
    owner.finds_the_page_sound("roles-all")
    cell(owner, owner.says("Deal", "商机"), 8).click()
    expect(owner.page).to_have_url(re.compile(r"/roles/viewer\?object=crm.deal"))
    owner.settled()
    seen = cell(owner, owner.says("Deal", "商机"), 0)
    seen.click()
    keyboard = owner.page.keyboard
    keyboard.press("4")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowRight")
    keyboard.press("2")
    keyboard.press("ArrowDown")
    expect(cell(owner, owner.says("Lead", "线索"), 2)).to_be_focused()
    keyboard.press("Shift+ArrowDown")
    keyboard.press("1")
    expect(seen).to_have_text(owner.reads("Dept. +"))
    owner.finds_the_page_sound("role-records")
    saved(owner)
    until(owner.page, lambda: "crm.quote" in role_parts(owner, draft).get("viewer", {}).get("objects", {}))
    objects = role_parts(owner, draft)["viewer"]["objects"]
    assert objects["crm.deal"] == {"see": "department in my_departments()", "change": "owner = me"}
    assert objects["crm.lead"]["change"] in (True, "true")
    owner.page.keyboard.press("Control+z")
    until(owner.page, lambda: "crm.quote" not in role_parts(owner, draft)["viewer"]["objects"])
    assert owner.api("POST", f"/api/drafts/{draft}/check")["errors"] == 0


@LANGUAGES
def test_a_copied_role_hides_a_field_and_is_seen_as(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = new_draft(owner)
    owner.opens(f"/design/{draft}/roles/warehouse")
    owner.page.get_by_role(
        "button", name=owner.reads("More for {label}", label=owner.says("Warehouse", "仓库"))
    ).click()
    owner.page.get_by_role("menuitem", name=owner.reads("Copy the role")).click()
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("Night shift")
    owner.presses("Make the role", dialog)
    expect(owner.page).to_have_url(re.compile(r"/roles/night_shift"))
    owner.tab(owner.reads("Fields")).click()
    form = owner.page.get_by_role("combobox", name=owner.reads("Form"))
    owner.chooses(form, owner.says("Product", "商品"))
    name = cell(owner, owner.says("Name", "名称"), 1)
    name.click()
    owner.finds_the_page_sound("role-fields")
    until(owner.page, lambda: "night_shift" in role_parts(owner, draft))
    saved(owner)
    owner.tab(owner.reads("Operations")).click()
    owner.page.get_by_role("checkbox").first.wait_for()
    owner.finds_the_page_sound("role-operations")
    owner.presses("See as this role")
    expect(owner.page.get_by_role("complementary", name=owner.reads("Trying a draft"))).to_contain_text("Night shift")
    owner.finds_the_page_sound("role-seen-as")


@LANGUAGES
def test_an_administrator_sees_as_somebody_and_leaves(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    owner.opens("/admin/users")
    owner.page.get_by_role("button", name="Tomás 托马斯", exact=True).click()
    drawer = owner.page.get_by_role("dialog")
    expect(drawer).to_contain_text(owner.reads("Line of managers"))
    owner.finds_the_page_sound("person")
    owner.presses("See as {0}", drawer, _0="Tomás 托马斯")
    banner = owner.page.get_by_role("complementary", name=owner.reads("Seen as somebody else"))
    expect(banner).to_contain_text("Tomás")
    expect(owner.page.get_by_role("link", name=owner.says("Leads", "线索"), exact=True)).to_have_count(0)
    owner.finds_the_page_sound("seen-as-somebody")
    owner.presses("Leave", banner)
    expect(owner.page).to_have_url(re.compile("/admin/users"))
    expect(owner.page.get_by_role("link", name=owner.says("Leads", "线索"), exact=True)).to_have_count(1)


@LANGUAGES
def test_departments_are_made_moved_and_give_roles(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    owner.opens("/admin/departments")
    owner.presses("New department")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label(owner.reads("Name"), exact=True).fill(f"Night {language}")
    dialog.get_by_label(owner.reads("Code"), exact=True).fill(f"night_{language}")
    owner.chooses(
        dialog.get_by_label(owner.reads("Roles of its people")), owner.says("Viewer", "只读"), is_searched=False
    )
    owner.page.keyboard.press("Escape")
    owner.presses("Save", dialog)
    night = owner.page.get_by_role("region", name=f"Night {language}")
    expect(night).to_be_visible()
    owner.finds_the_page_sound("departments")

    owner.page.get_by_role("button", name=owner.reads("More for {0}", _0="Bo 薄伯成")).click()
    owner.page.get_by_role("menuitem", name=owner.reads("Move to …")).click()
    move = owner.page.get_by_role("dialog")
    owner.chooses(move.get_by_role("combobox"), f"Night {language}")
    owner.presses("Move", move)
    move.wait_for(state="hidden")
    expect(night).to_contain_text("Bo")

    grip = owner.page.locator("li.q-person-chip", has_text="Tomás").locator(".q-grip")
    drags(owner, grip, night)
    expect(night).to_contain_text("Tomás")
    owner.tab(owner.reads("People")).click()
    row = owner.page.get_by_role("row").filter(has_text="Tomás")
    expect(row).to_contain_text(owner.reads("(by department)"))


@LANGUAGES
def test_a_department_is_dragged_under_another_whose_roles_its_people_get(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    made = [
        {"code": f"depot_{language}", "name": f"Depot {language}", "roles": ["warehouse"]},
        {"code": f"crew_{language}", "name": f"Crew {language}", "roles": []},
    ]
    _, crew = owner.api("POST", "/api/records/base.department", made)["records"]
    page = owner.opens("/admin/departments")
    depot, part = (page.get_by_role("region", name=f"{name} {language}") for name in ("Depot", "Crew"))
    drags(owner, page.get_by_role("button", name=owner.reads("Move {name}", name=f"Crew {language}")), depot)
    owner.is_told(owner.reads("{name} has moved", name=f"Crew {language}"))
    role = owner.says("Warehouse", "仓库")
    expect(part).to_contain_text(owner.reads("{0} (from {1})", _0=role, _1=f"Depot {language}"))
    owner.finds_the_page_sound("department-moved")
    assert owner.record("base.department", crew["id"])["_labels"]["parent"] == f"Depot {language}"

    inner = page.get_by_role("listitem").filter(has=depot).get_by_role("region", name=f"Crew {language}")
    expect(inner).to_be_visible()


@LANGUAGES
def test_from_the_matrix_to_who_sees_a_record_and_through_their_eyes(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = new_draft(owner)
    owner.api("POST", "/api/records/crm.lead", {"name": f"Seen {language}", "company_name": "Seen"})
    owner.opens(f"/design/{draft}/roles/warehouse?object=crm.lead")
    seen = cell(owner, owner.says("Lead", "线索"), 0)
    seen.click()
    owner.page.keyboard.press("1")
    saved(owner)
    until(owner.page, lambda: "crm.lead" in role_parts(owner, draft).get("warehouse", {}).get("objects", {}))
    owner.presses("Who can see this?")
    drawer = owner.page.get_by_role("dialog")
    expect(drawer.get_by_role("combobox", name=owner.definitions["objects"]["crm.lead"]["label"])).to_be_visible()
    tomas = drawer.get_by_role("listitem").filter(has_text="Tomás")
    expect(tomas.first).to_be_visible()
    owner.finds_the_page_sound("role-who-sees")
    tomas.get_by_role("button").first.click()
    banner = owner.page.get_by_role("complementary", name=owner.reads("Trying a draft"))
    expect(banner).to_contain_text("Tomás")
    expect(owner.page.get_by_role("link", name=owner.says("Leads", "线索"), exact=True)).to_have_count(1)


def drags(owner: Person, grip: Locator, onto: Locator) -> None:
    """The page scrolls while something is dragged near its edge: the target is looked for again at the end."""
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    assert start
    mouse = owner.page.mouse
    mouse.move(start["x"] + 8, start["y"] + 8)
    mouse.down()
    mouse.move(start["x"] + 20, start["y"] - 40, steps=6)
    for _ in range(3):
        end = onto.bounding_box()
        assert end
        mouse.move(end["x"] + end["width"] / 2, end["y"] + 18, steps=8)
    expect(onto).to_have_class(re.compile("q-over"))
    mouse.up()


@LANGUAGES
def test_who_leaves_hands_over(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    name = f"Leaving {language}"
    leaving = owner.api("POST", "/api/admin/users", {"name": name, "login": f"leaving_{language}", "roles": ["sales"]})
    lead = {"name": f"Left {language}", "company_name": "Left", "owner": leaving["id"]}
    made = owner.api("POST", "/api/records/crm.lead", lead)["records"][0]
    owner.opens("/admin/users")
    owner.page.get_by_role("button", name=owner.reads("More for {0}", _0=name)).click()
    owner.page.get_by_role("menuitem", name=owner.reads("Hand over"), exact=True).click()
    dialog = owner.page.get_by_role("dialog")
    expect(dialog.get_by_role("table", name=owner.reads("What goes over"))).to_contain_text("1")
    owner.chooses(dialog.get_by_label(owner.reads("Successor")), "Kai")
    owner.finds_the_page_sound("hand-over")
    owner.presses("Hand over and end their access", dialog)
    expect(owner.page.get_by_role("row").filter(has_text=name)).to_contain_text(owner.reads("Has left"))
    assert owner.record("crm.lead", made["id"])["_labels"]["owner"].startswith("Kai")


@LANGUAGES
def test_a_public_form_is_made_published_and_linked(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    draft = new_draft(owner)
    owner.opens(f"/design/{draft}/app/crm")
    label = owner.definitions["objects"]["crm.lead"]["label"]
    owner.page.get_by_role("button", name=owner.reads("Public form for {label}", label=label)).click()
    expect(owner.page.get_by_role("complementary", name=owner.reads("Preview on a phone"))).to_be_visible()
    owner.finds_the_page_sound("public-form")
    saved(owner)
    owner.api("POST", f"/api/drafts/{draft}/publish", {})
    name = owner.page.url.rpartition("/")[2]
    fresh = new_draft(owner)
    owner.opens(f"/design/{fresh}/public_form/{name}")
    owner.presses("New link")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("Poster")
    owner.presses("Make the link", dialog)
    expect(owner.page.get_by_role("img", name=owner.reads("QR code of the link"))).to_be_visible()
    owner.finds_the_page_sound("public-link")
    address = owner.page.locator(".q-one-time").inner_text().strip()
    stranger = site.stranger(language, size=PHONE)
    stranger.page.goto(address)
    expect(stranger.page.get_by_role("heading", level=1)).to_contain_text(label)
    owner.presses("Done", owner.page.get_by_role("dialog"))
    owner.presses("Revoke {0}", _0="Poster")
    owner.presses("Revoke", owner.page.get_by_role("dialog"))
    expect(owner.page.get_by_role("table", name=owner.reads("Links"))).to_have_count(0)
    stranger.page.reload()
    stranger.sees(stranger.reads("Nothing to see here"))


@pytest.mark.parametrize(
    "path", ["/design/{draft}/roles", "/design/{draft}/roles/sales", "/admin/departments", "/admin/users"]
)
def test_on_a_phone_in_the_dark(site: Site, path: str) -> None:
    owner = site.person("owner", "zh", theme="dark", size=PHONE)
    owner.opens(path.format(draft=new_draft(owner)))
    owner.finds_the_page_sound(f"phone{path.rpartition('/')[2]}")
    assert owner.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
