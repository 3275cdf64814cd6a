"""Those who know the work build and reshape apps in the browser: Li an inspection, Mei's firm its sales order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import accounts_of, set_password
from queti.server.founding import Invitation, found_company
from tests.browser.conftest import open_harbour, served
from tests.browser.people import PHONE, Person, Site, until
from tests.fixtures.database import Databases

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
ITEMS = "[data-field]"


WALK: dict[str, dict[str, str]] = {
    "en": {
        "app": "Equipment inspection", "form": "Inspection", "equipment": "Equipment", "day": "Inspected on",
        "inspector": "Inspector", "site": "Site", "run": "Running hours", "rated": "Service after",
        "left": "Hours left", "repair": "Repair by",
        "remarks": "Remarks", "photo": "Photo", "signature": "Signature", "condition": "Condition", "good": "Good",
        "bad": "Bad", "findings": "Findings", "points": "Points", "pump": "Pump 3",
    },
    "zh": {
        "app": "设备点检", "form": "点检单", "equipment": "设备", "day": "点检日期", "inspector": "点检人",
        "site": "地点", "run": "运行小时", "rated": "保养周期", "left": "剩余小时", "repair": "修复期限",
        "remarks": "备注", "photo": "照片", "signature": "签名", "condition": "状况", "good": "良好", "bad": "损坏",
        "findings": "发现", "points": "扣分", "pump": "三号泵",
    },
}  # fmt: skip
"""What the walk may cost, as (clicks, key strokes); a change of the designer that needs more has to say why."""
WALKED = {"en": (36, 351), "zh": (36, 155)}


class Builder:
    """A person in the designer, who counts the clicks."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.clicks = 0
        self.keys = 0

    def presses(self, english: str, within: Locator | None = None, **values: object) -> None:
        self.click(self.person.button(english, within, **values))

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def writes(self, english: str, text: str, within: Locator | None = None) -> Locator:
        box = (within or self.page).get_by_label(self.person.reads(english), exact=True)
        box.fill(text)
        return box

    @property
    def settings(self) -> Locator:
        return self.page.locator(".q-field-settings")

    def adds(self, kind: str, name: str) -> None:
        """A click on the palette, the name, Enter: the next one."""
        self.click(self.palette(kind))
        self.names_the_field(name)

    def types(self, *texts: str) -> None:
        """With the keyboard, where the focus is; names of keys press them."""
        for text in texts:
            if text in ("Enter", "Tab", "Escape"):
                self.press(text)
            else:
                self.page.keyboard.type(text, delay=5)
                self.keys += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def name_box(self) -> Locator:
        return self.settings.get_by_label(self.person.reads("Name of the field"), exact=True)

    def renames(self, name: str) -> None:
        self.press("Control+a")
        self.types(name, "Enter")
        expect(self.page.locator("#q-field-search")).to_be_focused()

    def begins(self, kind: str, name: str) -> None:
        """From the search of the palette to the new field's name, by keyboard."""
        self.types(self.person.reads(kind))
        expect(self.page.locator(".q-likeliest")).to_have_text(self.person.reads(kind))
        self.press("Enter")
        expect(self.name_box()).to_be_focused()
        self.types(name, "Enter")

    def searches_and_adds(self, kind: str, name: str) -> None:
        self.begins(kind, name)
        expect(self.page.locator("#q-field-search")).to_be_focused()

    def takes_option(self, option: str) -> None:
        """Of the list that stands open."""
        self.click(self.page.locator(".ant-select-item-option:visible", has_text=option).first)

    def chooses_in(self, label: str, option: str) -> None:
        self.click(self.page.get_by_role("combobox", name=label, exact=True))
        self.takes_option(option)

    def takes_a_photo(self, label: str, folder: Path) -> None:
        """Two clicks: one for the button, one for the file."""
        file = folder / "pump.png"
        self.page.screenshot(path=file)
        with self.page.expect_file_chooser() as choosing:
            self.click(self.person.button("Choose a file"))
        choosing.value.set_files(file)
        self.clicks += 1
        expect(self.page.locator(".q-field", has_text=label).get_by_text(file.name)).to_be_visible()

    def signs(self, label: str) -> None:
        """One stroke with the pointer, and the button."""
        box = self.page.locator(".q-field", has_text=label).locator("canvas").bounding_box()
        assert box
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 60)
        mouse.down()
        for step in range(1, 12):
            mouse.move(box["x"] + 40 + 14 * step, box["y"] + (40 if step % 2 else 80))
        mouse.up()
        self.clicks += 1
        self.presses("Sign")
        expect(self.page.locator("img.q-signature-paper")).to_be_visible()

    def chooses(self, english: str, option: str, **values: object) -> None:
        rule = self.page.locator(".q-linkage > li").last
        place = rule if rule.count() else self.page
        box = place.get_by_label(self.person.reads(english, **values), exact=True).last
        self.click(box)
        box.press_sequentially(option) if box.get_attribute("readonly") is None else None
        self.click(self.page.locator(".ant-select-item-option:visible", has_text=option).first)

    def sees_unfinished(self, words: str) -> None:
        expect(self.page.locator(".q-unfinished")).to_have_text(words)

    def item(self, label: str) -> Locator:
        return self.page.locator(ITEMS, has=self.page.get_by_role("button", name=re.compile(rf"^{re.escape(label)}: ")))

    def selects(self, label: str) -> None:
        self.click(self.item(label).locator(".q-canvas-choose"))

    def order(self) -> list[str]:
        return self.page.locator(ITEMS).evaluate_all("each => each.map(one => one.dataset.field)")

    def drags(self, what: Locator, onto: Locator) -> None:
        """In small steps, as a hand does."""
        with self.dragging(what, onto):
            pass

    @contextmanager
    def dragging(self, what: Locator, onto: Locator) -> Iterator[None]:
        """Held over it, until the end."""
        what.scroll_into_view_if_needed()
        onto.scroll_into_view_if_needed()
        self.page.mouse.move(*middle(what))
        self.page.mouse.down()
        self._moves(middle(what), middle(onto))
        expect(self.page.locator(".q-lifted").first).to_be_attached()
        self.moves_to(onto)
        yield
        self.page.mouse.up()

    def moves_to(self, place: Locator) -> None:
        """The page scrolls under a hand that comes near its edge: it follows."""
        for _ in range(4):
            self._moves(middle(place), middle(place))

    def _moves(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        for step in range(1, 16):
            self.page.mouse.move(start[0] + (end[0] - start[0]) * step / 15, start[1] + (end[1] - start[1]) * step / 15)
            self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def palette(self, kind: str) -> Locator:
        return self.page.locator(".q-palette-fields").get_by_role("button", name=self.person.reads(kind), exact=True)

    def names_the_field(self, name: str) -> None:
        box = self.name_box()
        expect(box).to_be_focused()
        box.fill(name)
        box.press("Enter")
        expect(box).not_to_be_focused()

    def handle(self, label: str) -> Locator:
        return self.person.button("Move {label}", label=label)

    def comes_true(self, holds: Callable[[], bool]) -> None:
        until(self.page, holds)

    def saved(self) -> None:
        said = self.page.get_by_role("status").filter(has_text=self.person.reads("Saved"))
        expect(said).to_be_visible()

    def draft(self) -> dict[str, Any]:
        self.saved()
        number = self.page.url.split("/design/")[1].split("/")[0]
        return self.person.api("GET", f"/api/drafts/{number}/definitions")["definitions"]

    def publishes(self) -> None:
        self.saved()
        self.presses("Publish")
        self.presses("Publish for everybody")
        expect(
            self.page.get_by_text(re.compile(self.person.reads("Release {release} is live", release=r"\d+"))).first
        ).to_be_visible()


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@LANGUAGES
def test_fan_makes_an_inspection_app_of_nothing_and_writes_its_first_record(
    neighbours: tuple[Site, Invitation], tmp_path: Path, language: str
) -> None:
    """The whole walk of a newcomer: every click and key stroke counts, the photo and the signature are really made."""
    site, invited = neighbours
    fan = Builder(comes_in(site, invited, language))
    says, reads, page = fan.person.says, fan.person.reads, fan.page
    words = WALK[language]
    fan.person.opens("/")
    fan.click(page.get_by_role("link", name=reads("Designer"), exact=True))
    fan.presses("New app")
    expect(page.get_by_label(reads("What is it called?"), exact=True)).to_be_focused()
    fan.types(words["app"], "Enter")
    fan.presses("Make the first form")
    expect(page.get_by_label(reads("What does one record stand for?"), exact=True)).to_be_focused()
    fan.types(words["form"], "Enter")
    page.wait_for_url(re.compile("/object/"))
    object = page.url.rpartition("/")[2]

    fan.selects(says("Name", "名称"))
    fan.click(fan.name_box())
    fan.renames(words["equipment"])
    for kind, name in (
        ("Date", words["day"]),
        ("Person", words["inspector"]),
        ("Short text", words["site"]),
        ("Number", words["run"]),
        ("Number", words["rated"]),
        ("Date", words["repair"]),
        ("Long text", words["remarks"]),
        ("Photo", words["photo"]),
        ("Signature", words["signature"]),
    ):
        fan.searches_and_adds(kind, name)
    fan.begins("One choice", words["condition"])
    for choice in (words["good"], words["bad"]):
        fan.types(choice, "Enter")
    fan.press("Enter")
    expect(page.locator("[data-choice]")).to_have_count(2)
    expect(page.locator("#q-field-search")).to_be_focused()
    fan.begins("Formula", words["left"])
    expect(fan.settings.locator(".q-setting-first .cm-content")).to_be_focused()
    for typed in (words["rated"], " - ", words["run"]):
        fan.types(typed)
        if typed != " - ":
            expect(page.locator(".cm-tooltip-autocomplete [aria-selected=true]")).to_contain_text(typed)
            fan.press("Enter")
            expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)
    expect(fan.item(words["left"])).to_contain_text(f"{words['rated']} - {words['run']}")
    fan.click(page.locator("#q-field-search"))
    fan.searches_and_adds("Lines", words["findings"])
    fan.click(fan.person.button("Add a column to {label}", label=words["findings"]))
    fan.click(page.get_by_role("menuitem", name=reads("Number"), exact=True))
    expect(fan.name_box()).to_be_focused()
    fan.types(words["points"])
    fan.person.finds_the_page_sound("designer-form")

    fan.click(page.get_by_text(reads("Behaviour"), exact=True))
    for happens, field in (("show", words["repair"]), ("require", words["remarks"])):
        fan.click(fan.person.button("Add a rule").first)
        fan.takes_option(words["condition"])
        fan.chooses("Value of {0}", words["bad"], _0=words["condition"])
        fan.press("Escape")
        if happens != "show":
            fan.chooses("What happens", reads(happens))
        fan.chooses("Which fields", field)
        fan.press("Escape")
    fan.person.finds_the_page_sound("designer-linkage")
    fan.publishes()
    assert len(fan.person.definitions["objects"][object]["fields"]) >= 12

    fan.presses("See it at work")
    page.wait_for_url(re.compile(object.replace(".", "/")))
    fan.click(page.get_by_role("button", name=reads("New {0}", _0=words["form"].lower()), exact=True).last)
    box = page.get_by_role("textbox", name=words["equipment"], exact=True)
    expect(box).to_be_focused()
    fan.types(words["pump"], "Tab", "2026-11-20", "Tab")
    expect(page.get_by_label(words["day"], exact=True)).to_have_value("2026-11-20")
    expect(page.get_by_label(words["repair"], exact=True)).to_have_count(0)
    fan.chooses_in(words["condition"], words["bad"])
    expect(page.get_by_label(words["repair"], exact=True)).to_have_count(1)
    fan.click(page.get_by_label(words["run"], exact=True))
    fan.types("1900", "Tab", "2500")
    expect(page.get_by_label(words["left"], exact=True)).to_have_text("600")
    fan.click(page.get_by_role("textbox", name=words["remarks"], exact=True))
    fan.types(says("Leaks at the seal", "密封处漏油"))
    fan.takes_a_photo(words["photo"], tmp_path)
    fan.signs(words["signature"])
    fan.presses("Save")
    id = fan.person.is_on_record(object)
    fan.person.finds_the_page_sound("designer-first-record")
    record = fan.person.record(object, id)
    by_label = {
        field["label"]: record.get(field["name"]) for field in fan.person.definitions["objects"][object]["fields"]
    }
    assert by_label[words["equipment"]] == words["pump"]
    assert by_label[words["day"]] == "2026-11-20"
    assert float(by_label[words["left"]]) == 600
    assert by_label[words["photo"]]
    assert by_label[words["signature"]]
    clicks, keys = WALKED[language]
    assert fan.clicks <= clicks, (fan.clicks, fan.keys)
    assert fan.keys <= keys, (fan.clicks, fan.keys)


def test_fields_are_dragged_with_pointer_and_keyboard_and_acts_taken_back(site: Site) -> None:
    li = Builder(site.person("owner"))
    page = li.page
    li.person.opens("/design/object/crm.lead")
    start = li.order()
    li.drags(page.get_by_role("button", name="Signature", exact=True), page.locator(ITEMS).nth(2))
    li.comes_true(lambda: li.order().index("signature") in (2, 3))
    dragged = li.order()
    li.drags(li.handle("Signature"), page.locator(ITEMS).first)
    li.comes_true(lambda: li.order()[0] == "signature")
    li.handle("Signature").focus()
    page.keyboard.press("Space")
    expect(page.locator(".q-lifted").first).to_be_attached()
    page.keyboard.press("ArrowDown")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.keyboard.press("Space")
    li.comes_true(lambda: li.order()[0] != "signature")
    page.locator('[data-field="signature"] .q-canvas-choose').focus()
    page.keyboard.press("Alt+ArrowDown")
    li.comes_true(lambda: li.order().index("signature") > 1)
    for _ in range(3):
        page.keyboard.press("Control+z")
    li.comes_true(lambda: li.order() == dragged)
    page.keyboard.press("Control+z")
    li.comes_true(lambda: li.order() == start)
    li.saved()
    assert "signature" not in li.draft()["object"]["crm.lead"]["body"]["fields"]


@LANGUAGES
def test_mei_reshapes_the_sales_order(site: Site, language: str) -> None:
    """Every field is dragged by hand: onto the open tab, over a closed one that opens, and before another."""
    mei = Builder(site.person("owner", language))
    says, page = mei.person.says, mei.page
    site_tab, installed, contact = (
        says("Installation", "安装"),
        says("Installed on", "安装日"),
        says("Site contact", "现场联系人"),
    )
    channel = mei.person.records("oms.channel", fields="id,name")[0]
    mei.person.opens("/oms/sales_order")
    mei.presses("More for this list")
    mei.click(page.get_by_role("menuitem", name=mei.person.reads("Edit this form"), exact=True))
    page.wait_for_url(re.compile(r"/design/\d+/object/oms\.sales_order"))
    mei.presses("Add a section or tab")
    mei.click(page.get_by_role("menuitem", name=mei.person.reads("Tab"), exact=True))
    mei.writes("Heading", site_tab)
    none = page.get_by_text(mei.person.reads("Empty: drop fields here"), exact=True)
    mei.drags(mei.palette("Date"), none)
    mei.names_the_field(installed)
    names = says("installed_on site_contact", "an_zhuang_ri xian_chang_lian_xi_ren").split()
    mei.comes_true(lambda: names[0] in mei.order())
    mei.drags(mei.palette("Short text"), mei.item(installed))
    mei.names_the_field(contact)
    mei.comes_true(lambda: set(names) <= set(mei.order()))
    if mei.order().index(names[1]) > mei.order().index(names[0]):
        mei.drags(mei.handle(contact), mei.item(installed))
    mei.comes_true(lambda: [name for name in mei.order() if name in names] == names[::-1])

    mei.selects(contact)
    mei.chooses("Not shown to", role_label(mei, "warehouse"))
    page.keyboard.press("Escape")
    mei.click(page.get_by_text(mei.person.reads("Behaviour"), exact=True))
    mei.click(mei.person.button("Add a rule").first)
    mei.takes_option(mei.person.field("oms.sales_order", "channel")["label"])
    mei.chooses("Value of {0}", channel["name"], _0=mei.person.field("oms.sales_order", "channel")["label"])
    page.keyboard.press("Escape")
    mei.chooses("What happens", mei.person.reads("require"))
    mei.chooses("Which fields", contact)
    page.keyboard.press("Escape")
    mei.person.finds_the_page_sound("designer-sales-order")
    mei.publishes()

    tomas, lin = site.person("tomas", language), site.person("lin", language)
    seen = {field["name"] for field in tomas.definitions["objects"]["oms.sales_order"]["fields"]}
    assert names[0] in seen
    assert names[1] not in seen
    form = next(form for form in lin.definitions["forms"].values() if form["object"] == "oms.sales_order")
    assert site_tab in str(form)
    rules = lin.definitions["objects"]["oms.sales_order"]["linkage"]
    when = [rule["when"] for rule in rules if names[1] in rule["require"]]
    assert when == [f"channel = {channel['id']}"]


def test_a_field_held_over_a_tab_opens_it_and_lands_there(site: Site) -> None:
    li = Builder(site.person("owner"))
    page = li.page
    li.person.opens("/design/object/crm.deal")
    for name in ("First tab", "Second tab"):
        li.presses("Add a section or tab")
        li.click(page.get_by_role("menuitem", name="Tab", exact=True))
        li.writes("Heading", name)
    none = page.get_by_text("Empty: drop fields here", exact=True)
    li.drags(li.palette("Rating"), none)
    li.names_the_field("Fit")
    li.comes_true(lambda: "fit" in li.order())
    tab = page.locator(".q-canvas-tab", has_text="First tab")
    with li.dragging(li.handle("Fit"), tab):
        expect(tab).to_have_class(re.compile("q-open"))
        li.moves_to(none)
    li.comes_true(lambda: page.locator(".q-canvas-tab.q-open", has_text="First tab").count() == 1)
    li.comes_true(lambda: "fit" in section_of(li, "First tab"))
    assert "fit" not in section_of(li, "Second tab")


def section_of(builder: Builder, label: str) -> str:
    """What the draft has in the form's section of that name."""
    for form in builder.draft()["form"].values():
        for section in ((form["body"] or {}).get("sections") or {}).values():
            if label in str(section.get("label")):
                return str(section.get("items"))
    return ""


def role_label(builder: Builder, role: str) -> str:
    return next(each["label"] for each in builder.person.definitions["roles"] if each["name"] == role)


def test_a_form_is_made_from_a_spreadsheet_and_takes_its_rows(site: Site) -> None:
    li = Builder(site.person("owner"))
    page = li.page
    rows = [
        "Code,Bought on,Price,Kind,Works",
        *(f"00{n},2026-03-0{1 + n % 9},{n}.50,{'pump' if n % 2 else 'press'},yes" for n in range(12)),
    ]
    rows[3] = rows[3].replace("2026-03-03", "soon")
    li.person.opens("/design/app/base")
    li.presses("New form")
    li.click(page.get_by_text("From a spreadsheet", exact=True))
    page.get_by_label("Spreadsheet file").set_input_files(
        {"name": "Machines.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(6)
    for column, type in {"Code": "Short text", "Bought on": "Date", "Price": "Number", "Kind": "One choice"}.items():
        expect(table.get_by_role("row", name=re.compile(column))).to_contain_text(type)
    expect(table.locator(".q-tag-warning")).to_have_text("1")
    li.person.finds_the_page_sound("designer-spreadsheet")
    li.presses("Make the form")
    page.wait_for_url(re.compile(r"/object/base\.machines"))
    li.publishes()
    report = page.get_by_role("status", name="Machines")
    expect(report).to_contain_text("11 rows are in, 1 could not be read")
    expect(report.get_by_role("listitem")).to_contain_text("soon")
    li.click(report.get_by_role("link", name="See them"))
    li.person.sees("0011")
    assert len(li.person.records("base.machines")) == 11


def test_a_field_is_placed_moved_and_set_up_without_a_mouse(site: Site) -> None:
    li = Builder(site.person("owner"))
    page = li.page
    li.person.opens("/design/object/crm.activity")
    page.locator("#q-field-search").focus()
    li.searches_and_adds("Rating", "Mood")
    li.comes_true(lambda: "mood" in li.order())
    placed = li.order().index("mood")
    li.item("Mood").locator(".q-canvas-choose").focus()
    li.press("Alt+ArrowUp")
    li.comes_true(lambda: li.order().index("mood") == placed - 1)
    li.item("Mood").locator(".q-canvas-choose").focus()
    li.press("Enter")
    required = li.settings.get_by_role("switch", name="Must be filled in", exact=True)
    required.focus()
    li.press("Space")
    expect(required).to_be_checked()
    assert li.draft()["object"]["crm.activity"]["body"]["fields"]["mood"]["required"] is True
    assert li.clicks == 0


@LANGUAGES
def test_every_part_of_the_designer_is_sound(site: Site, language: str) -> None:
    li = Builder(site.person("owner", language))
    for name, path in (
        ("apps", "/design"),
        ("app", "/design/app/oms"),
        ("form", "/design/object/oms.sales_order?field=customer"),
        ("behaviour", "/design/object/oms.sales_order?part=rules"),
        ("lists", "/design/object/oms.sales_order?part=views"),
        ("settings", "/design/object/oms.sales_order?part=settings"),
        ("view", "/design/view/oms.orders_to_ship"),
        ("home", "/design/home/oms.sales"),
        ("print", "/design/print/oms.order"),
        ("words", "/design/words/oms"),
        ("roles", "/design/roles"),
        ("installing", "/design/apps"),
        ("releases", "/design/releases"),
        ("suggestions", "/design/suggestions"),
    ):
        li.person.opens(path)
        li.person.finds_the_page_sound_by_day_and_night(f"designer-{name}")


def test_a_phone_reads_the_form_and_makes_a_simple_change(site: Site) -> None:
    li = Builder(site.person("owner", size=PHONE))
    li.person.opens("/design/object/crm.deal")
    li.person.finds_the_page_sound("designer-phone")
    li.presses("Add a field")
    li.click(li.page.get_by_role("dialog").get_by_role("button", name="Rating", exact=True))
    li.names_the_field("Chemistry")
    li.comes_true(lambda: "chemistry" in li.order())
    li.saved()


def test_those_who_may_not_build_are_told_so(site: Site) -> None:
    mei = site.person("mei")
    mei.opens("/")
    expect(mei.page.get_by_role("link", name="Designer")).to_have_count(0)
    mei.page.goto("/design")
    mei.sees("Ask an administrator of your workspace for a role that may change apps.")


@pytest.fixture
def neighbours(
    databases: Databases, chrome: Browser, screen: None, tmp_path: Path
) -> Iterator[tuple[Site, Invitation]]:
    """Harbour Supplies, and on the same server a company that has nothing yet."""
    fresh = databases.fresh(databases.template("harbour_with_sign_ins", open_harbour), size=2)
    with fresh as database:
        platform = Platform(database, Catalogue.standard())
        found = found_company(platform, "foundry", {"en": "Foundry", "zh": "铸造厂"}, [], owner="fan")
        [account] = accounts_of(database, "foundry")
        set_password(database, account.id, found.password, must_change=False)
        with served(database.dsn, tmp_path) as address:
            site = Site(chrome, address)
            yield site, found
            site.close()


def comes_in(site: Site, invited: Invitation, language: str = "en") -> Person:
    person = site.stranger(language)
    who = {"workspace": invited.workspace, "login": invited.login, "password": invited.password}
    person.api("POST", "/api/session", who)
    person.api("PATCH", "/api/session", {"language": language})
    return person


def installs(person: Person, begin: Callable[[], None]) -> None:
    """What it does is told first; a busy server takes its time for that."""
    begin()
    panel = person.page.get_by_role("dialog")
    button = person.button("Install for everybody", panel)
    expect(button).to_be_enabled()
    button.click()
    expect(panel).to_have_count(0)


def test_a_template_is_extended_and_lives_on_in_another_company(neighbours: tuple[Site, Invitation]) -> None:
    """The gallery's machines get an inspection with lines and a rule; the app goes to the foundry as a file."""
    site, invited = neighbours
    li = Builder(site.person("owner"))
    page = li.page
    li.person.opens("/design/apps")
    machines = page.get_by_role("listitem").filter(has_text="Machines to order")
    installs(li.person, lambda: li.presses("Install", machines))

    page.goto("/design/app/machinery")
    li.presses("New form")
    li.writes("What does one record stand for?", "Site inspection")
    li.presses("Make the form")
    page.wait_for_url(re.compile("/object/machinery.site_inspection"))
    li.adds("Link to a record", "Machine")
    li.adds("One choice", "Result")
    li.adds("Photo", "Photo")
    li.adds("Lines", "Findings")
    li.selects("Machine")
    box = li.settings.get_by_label("Leads to", exact=True)
    li.click(box)
    box.fill("Machine order")
    li.click(page.locator(".ant-select-item-option:visible", has_text="Machine order").first)
    li.selects("Result")
    for place, words in ((1, "Good"), (2, "Bad")):
        page.get_by_label(f"Choice {place}", exact=True).fill(words)
    page.keyboard.press("Tab")
    li.click(page.get_by_text("Behaviour", exact=True))
    li.click(li.person.button("Add a rule").first)
    li.sees_unfinished("Not finished: choose when it happens.")
    li.chooses("Field of the condition", "Result")
    li.chooses("Value of {0}", "Bad", _0="Result")
    page.keyboard.press("Escape")
    li.sees_unfinished("Not finished: choose what happens then.")
    assert "linkage" not in li.draft()["object"]["machinery.site_inspection"]["body"]
    li.chooses("What happens", "require")
    li.chooses("Which fields", "Photo")
    page.keyboard.press("Escape")
    li.publishes()

    page.goto("/design/apps")
    row = page.get_by_role("listitem").filter(has_text="Machines to order").first
    li.presses("Export", row)
    with page.expect_download() as sent:
        li.presses("Export", page.get_by_role("dialog"))
    file = sent.value.path()

    fan = comes_in(site, invited)
    fan.opens("/design/apps")
    parcel = {"name": "ours.queti-app", "mimeType": "application/octet-stream", "buffer": Path(file).read_bytes()}
    installs(fan, lambda: fan.page.get_by_label("App file", exact=True).set_input_files(parcel))
    inspection = fan.definitions["objects"]["machinery.site_inspection"]
    fields = {field["name"]: field["type"] for field in inspection["fields"]}
    assert {"machine": "link", "result": "choice", "photo": "image", "findings": "lines"}.items() <= fields.items()
    assert [rule["require"] for rule in inspection["linkage"]] == [["photo"]]
