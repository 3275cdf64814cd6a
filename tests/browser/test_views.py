"""Ways to look at records: moved by pointer and keys, kept, shared, coloured, added up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site, until

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
TASK = "projects.task"
DAY = timedelta(days=1)


def today(person: Person) -> date:
    """The company's day, as the server writes it into a new record."""
    project = person.records("projects.project", fields="starts_on")[0]
    return date.fromisoformat(project["starts_on"])


@pytest.fixture(scope="module")
def yard(site: Site) -> Site:
    """The template of projects from the gallery, with a crane to build."""
    owner = site.person("owner")
    owner.api("POST", "/api/gallery/projects/install", {})
    owner.api("POST", "/api/records/projects.project", {"name": "Harbour crane", "state": "open"})
    return site


def plan(person: Person, *tasks: dict[str, Any]) -> list[dict[str, Any]]:
    project = person.records("projects.project")[0]["id"]
    return person.api("POST", f"/api/records/{TASK}", [{"project": project, **each} for each in tasks])["records"]


def drag(person: Person, source: Locator, to: tuple[float, float], at: tuple[float, float] | None = None) -> None:
    """In steps, as a hand does; `to` is a place on the page, `at` one within what is dragged."""
    box = source.bounding_box()
    assert box is not None
    dx, dy = at or (box["width"] / 2, box["height"] / 2)
    x, y = box["x"] + dx, box["y"] + dy
    mouse = person.page.mouse
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 13):
        mouse.move(x + (to[0] - x) * step / 12, y + (to[1] - y) * step / 12)
    mouse.up()


def middle(place: Locator, across: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def reads(person: Person, id: int, *names: str) -> list[Any]:
    record = person.record(TASK, id)
    return [record[name] for name in names]


@LANGUAGES
def test_a_card_moves_by_hand_and_by_keys_and_comes_back(yard: Site, language: str) -> None:
    owner = yard.person("owner", language)
    name = f"Quay wall {language}"
    project = owner.api("POST", "/api/records/projects.project", {"name": name, "state": "planned"})["records"][0]["id"]
    page = owner.opens("/projects/project?as=board&group=state")
    card = page.locator(f"[data-card='{project}']")
    drag(owner, card, middle(page.locator("[data-lane=paused]"), down=0.8), at=(60, 14))
    expect(page.locator("[data-lane=paused]").locator(f"[data-card='{project}']")).to_be_visible()
    until(page, lambda: owner.record("projects.project", project)["state"] == "paused")

    owner.presses("Undo")
    expect(page.locator("[data-lane=planned]").locator(f"[data-card='{project}']")).to_be_visible()
    until(page, lambda: owner.record("projects.project", project)["state"] == "planned")

    card.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-lane=open]").locator(f"[data-card='{project}']")).to_be_visible()
    owner.finds_the_page_sound(f"views_board_{language}")


@LANGUAGES
def test_a_plan_is_changed_by_bars_and_nothing_waits_for_itself(yard: Site, language: str) -> None:
    owner = yard.person("owner", language)
    start = today(owner)
    first, second = plan(
        owner,
        {"name": f"Foundations {language}", "starts_on": str(start), "ends_on": str(start + 4 * DAY)},
        {"name": f"Steel {language}", "starts_on": str(start + 6 * DAY), "ends_on": str(start + 9 * DAY)},
    )
    page = owner.opens(f"/projects/task?view=projects.schedule&zoom=day&q={language}")
    bar = page.locator(f"[data-bar='{first['id']}']")
    x, y = middle(bar)
    drag(owner, bar, (x + 2 * 34, y))
    until(page, lambda: reads(owner, first["id"], "starts_on") == [str(start + 2 * DAY)])
    assert reads(owner, first["id"], "ends_on") == [str(start + 6 * DAY)]

    bar.focus()
    page.keyboard.press("Alt+Shift+ArrowLeft")
    until(page, lambda: reads(owner, first["id"], "ends_on") == [str(start + 5 * DAY)])

    page.locator(f"[data-bar='{first['id']}']").hover()
    dot = page.locator(".q-gantt-bar", has=bar).locator(".q-gantt-dot")
    drag(owner, dot, middle(page.locator(f"[data-bar='{second['id']}']")))
    until(page, lambda: reads(owner, second["id"], "after") == [first["id"]])

    page.get_by_role("button", name=owner.reads("What {title} waits for", title=first["name"])).click()
    chooser = page.get_by_role("combobox", name=owner.reads("{title} waits for", title=first["name"]))
    chooser.fill(second["name"])
    page.keyboard.press("Enter")
    owner.is_told(owner.reads("That can't be done"))
    assert reads(owner, first["id"], "after") == [None]
    page.keyboard.press("Escape")
    owner.finds_the_page_sound(f"views_gantt_{language}")


def test_a_day_of_the_calendar_takes_what_is_dropped_and_begins_what_is_new(yard: Site) -> None:
    owner = yard.person("owner")
    start = today(owner).replace(day=10)
    [task] = plan(owner, {"name": "Paint", "starts_on": str(start), "ends_on": str(start + DAY)})
    page = owner.opens(f"/projects/task?as=calendar&zoom=month&on={start}&q=Paint")
    drag(
        owner,
        page.locator(f"[data-bar='{task['id']}']"),
        middle(page.locator(f"[data-drop='{start + 7 * DAY}']")),
        at=(20, 10),
    )
    until(
        page, lambda: reads(owner, task["id"], "starts_on", "ends_on") == [str(start + 7 * DAY), str(start + 8 * DAY)]
    )

    page.locator(f"[data-bar='{task['id']}']").focus()
    page.keyboard.press("Alt+ArrowUp")
    until(page, lambda: reads(owner, task["id"], "starts_on") == [str(start)])
    owner.finds_the_page_sound("views_calendar")

    page.locator(f"[data-drop='{start + 12 * DAY}']").click(position={"x": 60, "y": 70})
    page.wait_for_url(f"**/projects/task/new?starts_on={start + 12 * DAY}")


def test_a_part_is_put_under_another_by_keys_and_never_under_itself(yard: Site) -> None:
    owner = yard.person("owner")
    above, below = plan(owner, {"name": "Tree A"}, {"name": "Tree B"})
    page = owner.opens("/projects/task?as=tree&sort=name&q=Tree")
    item = page.get_by_role("treeitem", name="Tree B")
    item.focus()
    page.keyboard.press("Alt+ArrowRight")
    until(page, lambda: reads(owner, below["id"], "under") == [above["id"]])

    drag(
        owner,
        page.get_by_role("treeitem", name="Tree A"),
        middle(page.get_by_role("treeitem", name="Tree B").first),
        at=(120, 12),
    )
    owner.is_told("can't be put under itself")
    assert reads(owner, above["id"], "under") == [None]


@LANGUAGES
def test_what_one_keeps_is_shared_coloured_and_opens_first(yard: Site, language: str) -> None:
    owner = yard.person("owner", language)
    name = owner.says("By category", "按类别") + f" {language}"
    colours = '{"a":{"when":"price > 0","tone":"good"}}'
    page = owner.opens(f"/base/product?group=category&totals=price:max&colours={colours}")
    expect(page.locator(".q-grid-group .q-group-figures").first).not_to_be_empty()
    expect(page.locator(".q-grid-foot .q-number").first).to_be_visible()
    expect(page.locator(".q-grid-row.q-toned-good").first).to_be_visible()
    owner.presses("Keep this view")
    page.get_by_role("menuitem", name=owner.reads("Keep as a new view…")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(owner.reads("Name of the view")).fill(name)
    dialog.get_by_text(owner.reads("Everybody"), exact=True).click()
    owner.presses("Keep", dialog)
    page.wait_for_url("**view=kept*")
    owner.finds_the_page_sound(f"views_list_{language}")

    mei = yard.person("mei", language)
    page = mei.opens("/base/product")
    page.get_by_role("navigation", name=mei.reads("Views")).get_by_role("button", name=name).click()
    expect(page.locator(".q-grid-row.q-toned-good").first).to_be_visible()
    mei.presses("Keep this view")
    page.get_by_role("menuitem", name=mei.reads("Open this view first")).click()
    mei.opens("/base/product")
    expect(page.locator(".q-grid-group").first).to_be_visible()

    elsewhere = yard.person("mei", language).opens("/base/product")
    expect(elsewhere.locator(".q-grid-group").first).to_be_visible()


def test_a_group_is_folded_and_stays_so(yard: Site) -> None:
    owner = yard.person("owner")
    day = today(owner).replace(day=5)
    plan(owner, *({"name": f"Fold {at}", "starts_on": str(day - 31 * at * DAY)} for at in range(3)))
    page = owner.opens("/projects/task?group=starts_on&unit=month&sort=-starts_on&q=Fold")
    heads = page.locator(".q-grid-group")
    shown = page.locator(".q-grid-row .q-cell-title")
    expect(shown).to_have_text(["Fold 0", "Fold 1", "Fold 2"])
    months = heads.locator(".q-group-name").all_inner_texts()
    heads.nth(1).get_by_role("button", name="Fold the group").click()
    expect(shown).to_have_text(["Fold 0", "Fold 2"])
    heads.nth(0).click()
    heads.nth(2).click()
    expect(shown).to_have_count(0)
    page.reload()
    expect(heads.get_by_role("button", name="Unfold the group")).to_have_count(3)
    assert heads.locator(".q-group-name").all_inner_texts() == months
    owner.finds_the_page_sound("views_folded")

    heads.nth(2).click()
    expect(shown).to_have_text(["Fold 2"])


def test_scrolled_rows_are_drawn_again_with_what_belongs_to_them(yard: Site) -> None:
    owner = yard.person("owner")
    plan(owner, *({"name": f"Scroll {at:02}"} for at in range(70)))
    page = owner.opens("/projects/task?sort=name&q=Scroll")
    grid = page.locator(".q-grid")
    for at in (0, 30, 5, 52):
        grid.evaluate("(grid, top) => (grid.scrollTop = top)", 40 * at)
        row = page.locator(f".q-grid-row[aria-rowindex='{at + 4}']")
        expect(row.locator(".q-cell-title")).to_have_text(f"Scroll {at + 2:02}")
        tops = page.locator(".q-grid-row").evaluate_all("rows => rows.map(row => row.style.top)")
        assert len(set(tops)) == len(tops)


def test_a_filtered_tree_keeps_what_its_finds_belong_under(yard: Site) -> None:
    owner = yard.person("owner")
    [yard_work] = plan(owner, {"name": "Yard work"})
    [crane] = plan(owner, {"name": "Slewing ring", "under": yard_work["id"]})
    plan(owner, {"name": "Torque check", "under": crane["id"]}, {"name": "Greasing", "under": crane["id"]})
    page = owner.opens("/projects/task?as=tree&q=Torque")
    check = page.get_by_role("treeitem", name="Torque check")
    expect(check).to_have_attribute("aria-level", "3")
    assert page.get_by_role("treeitem").evaluate_all("items => items.map(item => item.ariaLabel)") == [
        "Yard work",
        "Slewing ring",
        "Torque check",
    ]
    page.get_by_role("treeitem", name="Slewing ring").focus()
    page.keyboard.press("ArrowLeft")
    expect(check).to_have_count(0)
    owner.finds_the_page_sound("views_tree_found")


def test_a_related_list_is_a_whole_list(yard: Site) -> None:
    owner = yard.person("owner")
    project = owner.api("POST", "/api/records/projects.project", {"name": "Long quay", "state": "open"})["records"][0]
    names = [f"Pile {at:02}" for at in range(25)]
    owner.api("POST", f"/api/records/{TASK}", [{"project": project["id"], "name": name} for name in names])
    page = owner.opens(f"/projects/project/{project['id']}")
    page.get_by_role("tab", name="Tasks").click()
    grid = page.get_by_role("grid", name="Tasks")
    heading = grid.get_by_role("columnheader", name="Task", exact=True).get_by_role("button")
    heading.click()
    expect(grid.locator(".q-cell-title").first).to_have_text(names[0])
    heading.click()
    expect(grid.locator(".q-cell-title").first).to_have_text(names[-1])
    expect(grid.get_by_role("columnheader", name="Project")).to_have_count(0)
    owner.finds_the_page_sound("views_related")
    grid.locator(".q-cell-title").first.click()
    page.wait_for_url("**/projects/task/*")


def test_a_list_is_coloured_by_a_choice(yard: Site) -> None:
    owner = yard.person("owner")
    owner.api("POST", "/api/records/projects.project", {"name": "Painted berth", "state": "open"})
    page = owner.opens("/projects/project?q=Painted+berth")
    row = page.locator(".q-grid-row", has_text="Painted berth")
    expect(row).not_to_have_class(re.compile("q-toned"))
    owner.presses("How it is shown")
    page.get_by_role("combobox", name="Coloured by").click()
    page.locator(".ant-select-item-option", has_text="State").click()
    expect(row).to_have_class(re.compile("q-toned-info"))
    assert "colour_by=state" in page.url


@pytest.mark.parametrize("kind", ["board", "calendar", "gantt", "tree"])
def test_on_a_phone_in_the_dark(yard: Site, kind: str) -> None:
    owner = yard.person("owner", "zh", theme="dark", size=PHONE)
    plan(owner, {"name": f"Phone {kind}"})
    page = owner.opens(f"/projects/task?as={kind}&q=Phone+{kind}" + ("&group=person" if kind == "board" else ""))
    expect(page.get_by_text(f"Phone {kind}").first).to_be_visible()
    owner.finds_the_page_sound(f"views_{kind}_phone_dark")
