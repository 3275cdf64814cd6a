"""Those who know the work build and reshape apps in the browser: Li an inspection, Mei's firm its sales order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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


class Builder:
    """A person in the designer, who counts the clicks."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.clicks = 0

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
        self.click(
            self.page.locator(".q-palette-fields").get_by_role("button", name=self.person.reads(kind), exact=True)
        )
        box = self.settings.get_by_label(self.person.reads("Name of the field"), exact=True)
        expect(box).to_be_focused()
        box.fill(name)
        box.press("Enter")
        expect(self.page.locator("#q-field-search")).to_be_focused()

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
        what.scroll_into_view_if_needed()
        onto.scroll_into_view_if_needed()
        start, end = middle(what), middle(onto)
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for step in range(1, 16):
            mouse.move(start[0] + (end[0] - start[0]) * step / 15, start[1] + (end[1] - start[1]) * step / 15)
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        expect(self.page.locator(".q-lifted").first).to_be_attached()
        mouse.up()

    def handle(self, label: str) -> Locator:
        return self.person.button("Move {label}", label=label)

    def comes_true(self, holds: Callable[[], bool]) -> None:
        until(self.page, holds)

    def saved(self) -> None:
        expect(self.page.get_by_role("status").filter(has_text=self.person.reads("Saved"))).to_be_visible()

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
        ).to_be_visible(timeout=30_000)


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@LANGUAGES
def test_li_makes_an_inspection_app_and_writes_its_first_record(site: Site, language: str) -> None:
    li = Builder(site.person("owner", language))
    says, page = li.person.says, li.page
    app, form = says("Plant check", "设备点检"), says("Inspection", "点检单")
    li.person.opens("/design")
    li.presses("New app")
    li.writes("What is it called?", app)
    li.presses("Make the app")
    li.presses("Make the first form")
    li.writes("What does one record stand for?", form)
    li.presses("Make the form")
    page.wait_for_url(re.compile("/object/"))
    object = page.url.rpartition("/")[2]
    assert object == says("plantcheck.inspection", "shebeidianjian.dian_jian_dan")

    photo, remarks, result = says("Photo", "现场照片"), says("Remarks", "备注"), says("Result", "结果")
    cost, checks, total = says("Cost", "费用"), says("Checks", "项目"), says("Total cost", "费用合计")
    for kind, name in (
        ("Serial number", says("Number", "单号")),
        ("Date", says("Inspected on", "点检日期")),
        ("Person", says("Inspector", "点检人")),
        ("One choice", result),
        ("Number", says("Temperature", "温度")),
        ("Money", says("Repair cost", "维修费")),
        ("Photo", photo),
        ("Signature", says("Signed", "签字")),
        ("Long text", remarks),
        ("Lines", checks),
    ):
        li.adds(kind, name)
    li.person.finds_the_page_sound("designer-form")

    li.selects(result)
    for place, words in ((1, says("Good", "合格")), (2, says("Bad", "不合格"))):
        page.get_by_label(li.person.reads("Choice {0}", _0=place), exact=True).fill(words)
    li.presses("Add a column to {label}", label=checks)
    li.click(page.get_by_role("menuitem", name=li.person.reads("Money"), exact=True))
    name = li.settings.get_by_label(li.person.reads("Name of the field"), exact=True)
    expect(name).to_be_focused()
    name.fill(cost)
    name.press("Tab")
    li.adds("Sum over lines", total)
    li.selects(total)
    li.click(li.settings.locator(".cm-content"))
    lines, price = says("checks.cost", "xiang_mu.fei_yong").split(".")
    page.keyboard.type(f"sum({lines}.{price})")
    page.keyboard.press("Escape")

    li.click(page.get_by_text(li.person.reads("Behaviour"), exact=True))
    for value, happens, fields in (
        (says("Bad", "不合格"), "require", [photo, remarks]),
        (says("Good", "合格"), "hide", [says("Repair cost", "维修费")]),
    ):
        li.click(li.person.button("Add a rule").first)
        li.chooses("Field of the condition", result)
        li.chooses("Value of {0}", value, _0=result)
        page.keyboard.press("Escape")
        li.chooses("What happens", li.person.reads(happens))
        for field in fields:
            li.chooses("Which fields", field)
        page.keyboard.press("Escape")
    li.person.finds_the_page_sound("designer-linkage")
    body = li.draft()["object"][object]["body"]
    assert len(body["fields"]) == 12
    assert sorted(map(sorted, body["linkage"].values())) == [["hide", "order", "when"], ["order", "require", "when"]]

    li.publishes()
    page.goto(f"/{object.replace('.', '/')}/new")
    page.get_by_role("textbox", name=says("Name", "名称"), exact=True).fill(says("Press 4", "四号冲床"))
    li.person.chooses(page.get_by_role("combobox", name=result, exact=True), says("Bad", "不合格"), is_searched=False)
    expect(page.locator(".q-field", has_text=photo).locator(".q-required")).to_be_visible()
    li.person.chooses(page.get_by_role("combobox", name=result, exact=True), says("Good", "合格"), is_searched=False)
    expect(page.get_by_role("textbox", name=says("Repair cost", "维修费"), exact=True)).to_have_count(0)
    li.presses("Save")
    id = li.person.is_on_record(object)
    record = li.person.record(object, id)
    assert record["name" if "name" in record else "ming_cheng"] == says("Press 4", "四号冲床")
    assert li.clicks < 80, li.clicks


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
    mei = Builder(site.person("owner", language))
    says, page = mei.person.says, mei.page
    site_tab, installed, contact = (
        says("Installation", "安装"),
        says("Installed on", "安装日"),
        says("Site contact", "现场联系人"),
    )
    mei.person.opens("/oms/sales_order")
    mei.presses("More for this list")
    mei.click(page.get_by_role("menuitem", name=mei.person.reads("Edit this form"), exact=True))
    page.wait_for_url(re.compile(r"/design/\d+/object/oms\.sales_order"))
    mei.presses("Add a section or tab")
    mei.click(page.get_by_role("menuitem", name=mei.person.reads("Tab"), exact=True))
    mei.writes("Heading", site_tab)
    mei.adds("Date", installed)
    mei.adds("Short text", contact)
    names = says("installed_on site_contact", "an_zhuang_ri xian_chang_lian_xi_ren").split()
    mei.comes_true(lambda: mei.order()[-2:] == names or all(name in mei.order() for name in names))

    mei.selects(contact)
    mei.chooses("Not shown to", role_label(mei, "warehouse"))
    page.keyboard.press("Escape")
    mei.click(page.get_by_text(mei.person.reads("Behaviour"), exact=True))
    mei.click(mei.person.button("Add a rule").first)
    mei.chooses("Field of the condition", mei.person.field("oms.sales_order", "external_number")["label"])
    mei.chooses("How to compare", mei.person.reads("is not blank"))
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


@LANGUAGES
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_of_the_designer_is_sound(site: Site, language: str, theme: str) -> None:
    li = Builder(site.person("owner", language, theme=theme))
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
    ):
        li.person.opens(path)
        li.person.finds_the_page_sound(f"designer-{name}-{theme}")


def test_a_phone_reads_the_form_and_makes_a_simple_change(site: Site) -> None:
    li = Builder(site.person("owner", size=PHONE))
    li.person.opens("/design/object/crm.deal")
    li.person.finds_the_page_sound("designer-phone")
    li.presses("Add a field")
    li.click(li.page.get_by_role("dialog").get_by_role("button", name="Rating", exact=True))
    name = li.settings.get_by_label("Name of the field", exact=True)
    name.fill("Fit")
    name.press("Tab")
    li.comes_true(lambda: "fit" in li.order())
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


def comes_in(site: Site, invited: Invitation) -> Person:
    person = site.stranger()
    who = {"workspace": invited.workspace, "login": invited.login, "password": invited.password}
    person.api("POST", "/api/session", who)
    return person


def installs(person: Person, begin: Callable[[], None]) -> None:
    """What it does is told first; a busy server takes its time for that."""
    begin()
    panel = person.page.get_by_role("dialog")
    button = person.button("Install for everybody", panel)
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    expect(panel).to_have_count(0, timeout=30_000)


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
