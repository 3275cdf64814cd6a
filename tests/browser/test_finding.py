"""Finding, sorting, taking out, bringing in: lists, the palette and spreadsheets."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.people import Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
ROWS = """sku,name,price
BR-{0}1,Broom 扫帚,19.90
BR-{0}2,Bucket 水桶,a lot
BR-{0}3,,12.00
BR-{0}4,Brush 刷子,8.50
"""


@LANGUAGES
def test_anything_is_found_from_the_keyboard(site: Site, language: str) -> None:
    mei = site.person("mei", language)
    mei.opens("/")
    mei.page.keyboard.press("Control+k")
    expect(mei.page.get_by_role("combobox", name=mei.reads("Find or do anything"))).to_be_focused()
    mei.page.keyboard.type("grand hot")
    mei.page.get_by_role("option", name="Grand Hotel").first.wait_for()
    mei.finds_the_page_sound("palette")
    mei.page.keyboard.press("Enter")
    mei.is_on_record("base.party")
    expect(mei.page.get_by_role("heading", level=1)).to_contain_text("Grand Hotel")


@LANGUAGES
def test_the_order_list_is_filtered_sorted_and_taken_out(site: Site, language: str, tmp_path: Path) -> None:
    lin = site.person("lin", language)
    for quantity in ("1", "3", "2"):
        line = {"product": {"sku": "PN-402"}, "quantity": quantity}
        lin.does("oms.place_order", customer=3, lines=[line])
    lin.opens(f"/oms/sales_order?{urlencode({'where': 'customer = 3', 'named': 'Pine School'})}")
    total = lin.field("oms.sales_order", "total")["label"]
    heading = lin.page.get_by_role("columnheader", name=total)
    heading.get_by_text(total).click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    lin.settled()
    lin.finds_the_page_sound("orders-filtered")
    lin.presses("More for this list")
    with lin.page.expect_download() as download:
        lin.page.get_by_role("menuitem", name=lin.reads("Export as Excel")).click()
    content = Path(download.value.path()).read_bytes()
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    totals = [row[rows[0].index(total)] for row in rows[1:]]
    assert len(totals) >= 3
    assert totals == sorted(totals)


@LANGUAGES
def test_a_spreadsheet_comes_in_without_its_wrong_rows(site: Site, language: str, tmp_path: Path) -> None:
    owner = site.person("owner", language)
    file = tmp_path / "products.csv"
    file.write_text(ROWS.format(language.upper()), "utf-8")
    owner.opens("/import/base/product")
    owner.page.get_by_label(owner.reads("Spreadsheet file")).set_input_files(file)
    sees_the_wrong_rows(owner)
    owner.presses("Import the {0} good rows only", _0=2)
    owner.sees(owner.reads("Imported"))
    found = owner.records("base.product", f'starts_with(sku, "BR-{language.upper()}")', "sku")
    assert sorted(each["sku"] for each in found) == [f"BR-{language.upper()}{number}" for number in (1, 4)]
    owner.finds_the_page_sound("import-done")


def sees_the_wrong_rows(owner: Person) -> None:
    report = owner.page.get_by_role("table", name=owner.reads("Wrong rows"))
    report.wait_for()
    expect(report).to_contain_text("a lot")
    assert report.get_by_role("row").count() == 3
    owner.finds_the_page_sound("import-report")


@LANGUAGES
def test_history_tells_who_changed_what(site: Site, language: str) -> None:
    mei = site.person("mei", language)
    made = mei.api("POST", "/api/records/crm.lead", {"name": "Lamps", "company_name": "Quay Bar"})["records"][0]
    mei.api("PATCH", f"/api/records/crm.lead/{made['id']}", {"version": made["version"], "company_name": "Quay Club"})
    mei.opens_record("crm.lead", made["id"])
    story = mei.page.get_by_role("tabpanel")
    expect(story).to_contain_text("Quay Bar")
    expect(story).to_contain_text("Quay Club")
    expect(story).to_contain_text("Mei 梅晓云")
    mei.finds_the_page_sound("history")
