"""Every type of field, made as a person makes it: filled in, saved, opened again, all of it there."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.people import PHONE, Person, Site, until

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
VISIT, POINT = "lab.visit", "lab.visit_point"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
ADDRESS = "张三 13800138000 广东省深圳市南山区科技园路1号 518057"
ID_NUMBER = "11010519491231002X"


def field(type: str, en: str, zh: str, **settings: Any) -> dict[str, Any]:
    return {"type": type, "label": {"en": en, "zh": zh}, **settings}


def under(en: str, zh: str, above: str = "") -> dict[str, Any]:
    return {"label": {"en": en, "zh": zh}} | ({"under": above} if above else {})


FIELDS = {
    "name": field("text", "Machine", "设备", required=True, in_list=True),
    "notes": field("rich_text", "Findings", "检查结论", in_list=True),
    "score": field("rating", "Score", "评分", in_list=True),
    "done": field("progress", "Done", "完成度", in_list=True),
    "colour": field("colour", "Mark", "标记色", in_list=True),
    "fault": field(
        "tree_choice",
        "Fault",
        "故障",
        in_list=True,
        choices={
            "power": under("Power", "电源"),
            "cable": under("Cable", "电缆", "power"),
            "motor": under("Motor", "电机"),
        },
    ),
    "region": field("region", "Area", "区域", in_list=True),
    "site": field("address", "Site", "现场地址", in_list=True),
    "place": field("location", "Position", "定位", in_list=True),
    "period": field("date_range", "Window", "时段", in_list=True),
    "at": field("time", "Begins at", "开始时刻", in_list=True),
    "inspector": field("user", "Inspector", "检查人", in_list=True),
    "team": field("department", "Team", "部门", in_list=True),
    "duty": field("role", "Duty", "值班角色", in_list=True),
    "category": field("cascade", "Part of", "所属类别", to="base.product_category", tree="parent", in_list=True),
    "id_card": field("id_number", "ID card", "身份证", in_list=True),
    "tag": field("barcode", "Tag", "标签码", symbology="ean13", in_list=True),
    "link_code": field("barcode", "QR text", "二维码", symbology="qr"),
    "secret": field("encrypted", "Door code", "门禁密码", in_list=True),
    "cost": field("money", "Cost", "费用", in_list=True),
    "in_words": field("capitals", "Cost in words", "费用大写", path="cost", in_list=True),
    "report": field("file", "Report", "报告", accept=["application/pdf"], in_list=True),
    "photo": field("image", "Picture", "照片", in_list=True),
    "papers": field("files", "Papers", "附件", max_count=3, in_list=True),
    "signed": field("signature", "Signed by", "签字", in_list=True),
    "readings": field("json", "Readings", "读数"),
    "points": field("lines", "Points", "检查点", of=POINT),
}
POINTS = {
    "visit": field("link", "Visit", "检查", to=VISIT, required=True),
    "what": field("text", "Point", "检查点", required=True, in_list=True),
    "size": field("number", "Size", "尺寸", in_list=True),
    "on": field("date", "On", "日期", in_list=True),
}


@pytest.fixture(scope="module")
def lab(site: Site) -> Site:
    """An app with one object that has a field of every type, published from a draft."""
    owner = site.person("owner")
    objects = {
        VISIT: {"label": {"en": "Visit", "zh": "检查"}, "title": "name", "fields": FIELDS},
        POINT: {
            "label": {"en": "Point", "zh": "检查点"},
            "title": "what",
            "lines_of": VISIT,
            "parent_field": "visit",
            "fields": POINTS,
        },
    }
    changes = [{"kind": "object", "name": name, "body": body} for name, body in objects.items()]
    changes.append({"kind": "app", "name": "lab", "body": {"label": {"en": "Lab", "zh": "检验"}}})
    rights = {"see": True, "create": True, "change": True, "remove": True, "export": True}
    role = {"role": "owner", "app": "lab", "objects": {VISIT: rights, POINT: rights}}
    changes.append({"kind": "role", "name": "lab:owner", "body": role})
    draft = owner.api("POST", "/api/drafts", {"title": "Lab"})
    place = f"/api/drafts/{draft['draft']}"
    owner.api("POST", f"{place}/changes", {"version": draft["version"], "changes": changes})
    found = owner.api("POST", f"{place}/check")
    assert found["errors"] == 0, found
    owner.api("POST", f"{place}/publish", {"note": "Lab"})
    return site


def png(colour: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (320, 200), colour).save(content, "PNG")
    return content.getvalue()


class Form:
    """The form of a visit, as a person with its labels fills it in."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def label(self, name: str) -> str:
        return self.person.field(VISIT, name)["label"]

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=self.label(name), exact=False).first

    def box(self, name: str, role: Any = "textbox") -> Locator:
        return self.page.get_by_role(role, name=self.label(name), exact=True).first

    def picks(self, name: str, *steps: str) -> None:
        """Down the columns of a cascader."""
        self.box(name, "combobox").click()
        for step in steps:
            self.page.locator(".ant-cascader-menu-item:visible", has_text=step).first.click()

    def uploads(self, name: str, *files: tuple[str, str, bytes]) -> None:
        chooser = self.group(name).locator("input[type=file]").first
        chooser.set_input_files([{"name": file, "mimeType": type, "buffer": content} for file, type, content in files])

    def signs(self, name: str) -> None:
        pad = self.group(name).locator("canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
        mouse.down()
        for step in range(12):
            mouse.move(box["x"] + 40 + 20 * step, box["y"] + box["height"] * (0.35 if step % 2 else 0.65))
        mouse.up()
        self.person.presses("Sign", self.group(name))
        expect(self.group(name).locator("img")).to_be_visible()


def fills_everything(form: Form) -> None:
    person, page = form.person, form.page
    form.box("name").fill("Press 7")
    form.group("notes").get_by_role("textbox").click()
    person.presses("Bold", form.group("notes"))
    page.keyboard.type("Bearing worn")
    form.group("score").get_by_role("radio").nth(3).click()
    form.box("done").fill("40")
    form.box("colour").fill("0E6A63")
    form.box("fault", "combobox").click()
    page.locator(".ant-select-tree-title:visible", has_text=person.says("Cable", "电缆")).click()
    form.picks("region", "浙江省", "杭州市", "西湖区")
    street = form.group("site").get_by_role("textbox").first
    street.evaluate(PASTE, ADDRESS)
    form.group("place").get_by_role("textbox").fill("30.2741, 120.1551")
    period = form.group("period").locator("input")
    period.first.fill("2026-03-01")
    period.first.press("Enter")
    period.last.fill("2026-03-09")
    period.last.press("Enter")
    form.box("at").fill("09:30")
    form.box("at").press("Enter")
    person.chooses(form.box("inspector", "combobox"), "Mei")
    person.chooses(form.box("team", "combobox"), person.says("Sales", ""))
    person.chooses(form.box("duty", "combobox"), person.says("Warehouse", "仓库"), is_searched=False)
    form.box("category", "combobox").click()
    page.locator(".ant-cascader-menu-item:visible").first.click()
    page.keyboard.press("Escape")
    form.box("id_card").fill(ID_NUMBER.lower())
    expect(page.get_by_text(person.says("Female, born", "女，出生于"))).to_be_visible()
    form.box("tag").fill("690123456789")
    expect(page.get_by_text(person.reads("Check digit: {missing}", missing="2"))).to_be_visible()
    form.box("link_code").fill("https://lab.example/7")
    form.box("secret").fill("4711#")
    form.box("cost").fill("1409.50")
    form.uploads("report", ("photo.png", "image/png", png("red")))
    expect(page.get_by_role("alert").filter(has_text="photo.png")).to_be_visible()
    form.uploads("report", ("report.pdf", "application/pdf", PDF))
    form.uploads("photo", ("machine.png", "image/png", png("teal")))
    form.uploads("papers", ("a.png", "image/png", png("navy")), ("b.pdf", "application/pdf", PDF))
    for name in ("report.pdf", "machine.png", "a.png", "b.pdf"):
        expect(page.get_by_role("button", name=person.reads("Remove {0}", _0=name))).to_be_visible()
    form.signs("signed")
    form.box("readings").fill('{"volts": [229, 231]')
    expect(page.get_by_text(person.reads("Not valid JSON yet: saving keeps what was valid last."))).to_be_visible()
    form.box("readings").fill('{"volts": [229, 231]}')
    point = page.get_by_role(
        "textbox", name=person.reads("{0}, line {1}", _0=person.field(POINT, "what")["label"], _1=1)
    )
    point.evaluate(PASTE, "Oil\t12.5\t2026/3/1\nBelt\t3\t2026-03-02")


def point_of(person: Person, line: int) -> Locator:
    label = person.field(POINT, "what")["label"]
    name = person.reads("{0}, line {1}", _0=label, _1=line)
    return person.page.get_by_role("textbox", name=name, exact=True)


PASTE = """(box, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def sees_everything(person: Person) -> None:
    page = person.page
    for text in ("Bearing worn", "40 %", "#0e6a63", "30.2741, 120.1551", "09:30", ID_NUMBER, "6901234567892"):
        person.sees(text)
    for text in (
        "壹仟肆佰零玖元伍角整",
        "浙江省 杭州市 西湖区",
        "report.pdf",
        "a.png",
        "b.pdf",
        '"volts"',
        "Oil",
        "Belt",
    ):
        person.sees(text)
    person.sees("广东省 深圳市 南山区 科技园路1号")
    expect(page.locator(".q-rich strong")).to_have_text("Bearing worn")
    expect(page.get_by_role("img", name=person.reads("{given} of {all}", given=4, all=5))).to_be_visible()
    expect(page.get_by_role("img", name=person.field(VISIT, "signed")["label"])).to_be_visible()
    assert person.page.evaluate(LOADED), "a picture did not load"


LOADED = (
    "() => [...document.querySelectorAll('main img')].every((one) => one.loading === 'lazy' || one.naturalWidth > 0)"
)


@LANGUAGES
def test_every_type_is_filled_in_saved_and_seen_again(lab: Site, language: str) -> None:
    owner = lab.person("owner", language)
    owner.opens("/lab/visit/new")
    fills_everything(Form(owner))
    owner.finds_the_page_sound("field-types-form")
    owner.presses("Save")
    id = owner.is_on_record(VISIT)
    owner.opens_record(VISIT, id)
    sees_everything(owner)
    owner.finds_the_page_sound("field-types-record")

    kept = owner.record(VISIT, id)
    assert kept["secret"] == {"kept": True}
    assert kept["period"] == {"from": "2026-03-01", "to": "2026-03-09"}
    assert kept["site"]["phone"] == "13800138000"
    assert [line["size"] for line in kept["points"]] == ["12.5", "3"]


@LANGUAGES
def test_a_secret_is_shown_on_asking_and_hidden_again(lab: Site, language: str) -> None:
    owner = lab.person("owner", language)
    [made] = owner.api("POST", f"/api/records/{VISIT}", {"name": "Safe", "secret": "4711#"})["records"]
    owner.opens_record(VISIT, made["id"])
    label = owner.field(VISIT, "secret")["label"]
    expect(owner.page.get_by_text("4711#")).to_have_count(0)
    owner.presses("Show {0}", _0=label)
    owner.sees("4711#")
    owner.presses("Hide {0}", _0=label)
    expect(owner.page.get_by_text("4711#")).to_have_count(0)


@LANGUAGES
def test_a_code_on_the_page_is_read_from_its_photo(lab: Site, language: str) -> None:
    owner = lab.person("owner", language)
    label = owner.field(VISIT, "link_code")["label"]
    [made] = owner.api("POST", f"/api/records/{VISIT}", {"name": "Coded", "link_code": "检验 7"})["records"]
    owner.opens_record(VISIT, made["id"])
    photo = owner.page.get_by_role("img", name="检验 7").screenshot()

    page = owner.opens("/lab/visit/new")
    box = page.get_by_role("textbox", name=label, exact=True)
    box.locator("xpath=..").get_by_role("button", name=owner.reads("Scan with the camera")).click()
    dialog = page.get_by_role("dialog", name=label)
    chosen = {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
    dialog.locator("input[type=file]").set_input_files([chosen])
    expect(box).to_have_value("检验 7")


@LANGUAGES
def test_cells_of_the_list_are_edited_in_place(lab: Site, language: str) -> None:
    owner = lab.person("owner", language)
    [made] = owner.api("POST", f"/api/records/{VISIT}", {"name": f"Cells {language}"})["records"]
    page = owner.opens("/lab/visit")
    row = page.get_by_role("row").filter(has_text=f"Cells {language}")
    row.get_by_role("gridcell").nth(3).dblclick()
    row.get_by_role("radio").nth(1).click()
    expect(row.get_by_role("img", name=owner.reads("{given} of {all}", given=2, all=5))).to_be_visible()
    row.get_by_role("gridcell").nth(2).dblclick()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").click()
    page.keyboard.type("Looks good")
    owner.presses("Take over", dialog)
    expect(row.get_by_text("Looks good")).to_be_visible()
    until(page, lambda: owner.record(VISIT, made["id"])["notes"] == "<p>Looks good</p>")
    assert owner.record(VISIT, made["id"])["score"] == 2


FILTERS = {
    'starts_with(region, "33")': 1,
    'fault in ("power", "cable")': 1,
    'not blank(period) and (blank(last_day(period)) or last_day(period) >= date("2026-03-05"))': 1,
    'not blank(period) and (blank(first_day(period)) or first_day(period) <= date("2026-02-01"))': 0,
    "not blank(site) and not blank(place)": 1,
    'at >= "09:00" and score >= 4 and done > 30': 1,
}


def test_the_filter_bar_s_conditions_are_understood(lab: Site) -> None:
    owner = lab.person("owner")
    values = {"name": "Filtered", "region": "330106", "fault": "cable", "score": 4, "at": "09:30", "done": "40"}
    values |= {"period": {"from": "2026-03-01", "to": None}, "site": {"street": "1"}, "place": {"lat": "1", "lng": "2"}}
    owner.api("POST", f"/api/records/{VISIT}", values)
    for where, count in FILTERS.items():
        asked = f'name = "Filtered" and {where}'
        assert len(owner.records(VISIT, asked, "id")) == count, where


@LANGUAGES
def test_pictures_are_looked_at_large(lab: Site, windowed: Browser, language: str) -> None:
    owner = lab.person("owner", language)
    owner.opens("/lab/visit/new")
    form = Form(owner)
    form.box("name").fill("Two pictures")
    pictures = [(name, "image/png", png(colour)) for name, colour in (("one.png", "teal"), ("two.png", "navy"))]
    form.uploads("papers", *pictures, ("words.pdf", "application/pdf", PDF))
    for name in ("one.png", "two.png", "words.pdf"):
        expect(owner.page.get_by_role("button", name=owner.reads("Remove {0}", _0=name))).to_be_visible()
    owner.presses("Save")
    owner.is_on_record(VISIT)
    owner.page.get_by_role("link", name="one.png").first.click()
    large = owner.page.get_by_role("dialog")
    expect(large.get_by_role("img", name="one.png")).to_be_visible()
    owner.page.keyboard.press("ArrowRight")
    expect(large.get_by_role("img", name="two.png")).to_be_visible()
    owner.page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    visit = owner.is_on_record(VISIT)
    assert not owner.errors
    reads_a_paper(Site(windowed, lab.address), visit, language)


def reads_a_paper(office: Site, visit: int, language: str) -> None:
    """The whole browser shows papers on the page; the one without windows has no reader for them."""
    reader = office.person("owner", language)
    reader.opens_record(VISIT, visit)
    reader.page.get_by_role("link", name="words.pdf").first.click()
    expect(reader.page.get_by_role("dialog").locator("iframe")).to_be_visible()
    assert not reader.errors
    office.close()


@LANGUAGES
def test_a_thousand_lines_are_pasted_and_carried(lab: Site, language: str) -> None:
    owner = lab.person("owner", language)
    page = owner.opens("/lab/visit/new")
    Form(owner).box("name").fill("A thousand")
    first = point_of(owner, 1)
    first.evaluate(PASTE, "\n".join(f"point {number}\t{number}" for number in range(1, 1001)))
    owner.sees(owner.says("1,000 lines pasted.", "已粘贴 1,000 行。"))
    rows = page.locator("tr[data-row]")
    assert 10 < rows.count() < 60
    grip = page.get_by_role("button", name=owner.reads("Move line {0} with the arrow keys", _0=1), exact=True)
    rows.nth(3).scroll_into_view_if_needed()
    there, here = rows.nth(3).bounding_box(), grip.bounding_box()
    assert there is not None
    assert here is not None
    page.mouse.move(here["x"] + 8, here["y"] + 8)
    page.mouse.down()
    page.mouse.move(here["x"] + 8, here["y"] + 30)
    page.mouse.move(there["x"] + 8, there["y"] + there["height"] / 2)
    page.mouse.up()
    expect(first).to_have_value("point 2")
    owner.finds_the_page_sound("field-types-lines")
    owner.presses("Save")
    id = owner.is_on_record(VISIT)
    points = owner.record(VISIT, id)["points"]
    assert [point["what"] for point in points[:5]] == ["point 2", "point 3", "point 4", "point 1", "point 5"]
    assert len(points) == 1000


@LANGUAGES
def test_the_form_fits_a_phone_at_night(lab: Site, language: str) -> None:
    owner = lab.person("owner", language, theme="dark", size=PHONE)
    page = owner.opens("/lab/visit/new")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    owner.finds_the_page_sound("field-types-phone")
