"""Quotes, orders, pick lists and delivery notes: A4, in both languages, amounts in capitals."""

from __future__ import annotations

import re

import pytest

from tests.browser.people import SHOTS, Person, Site

A4 = (595, 842)
BOX = re.compile(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_papers_come_out_on_a4(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    line = {"product": {"sku": "TL-801"}, "quantity": "2"}
    order = owner.does("oms.place_order", customer=1, lines=[line])
    quote = owner.api("POST", "/api/records/crm.quote", {"customer": 1, "lines": [line]})["records"][0]
    in_words = owner.says("six hundred five and 68/100", "陆佰零伍元陆角捌分")  # 2 × 268.00 and 13 % on it

    assert in_words in prints(owner, "crm.quote", quote["id"], "crm.quote")
    assert in_words in prints(owner, "oms.sales_order", order["id"], "oms.order")
    assert "TL-801" in prints(owner, "oms.sales_order", order["id"], "oms.pick_list")
    owner.does("oms.confirm_order", order=order["id"])
    parcel = owner.does("oms.ship_order", order=order["id"], carrier="SF", tracking_number="SF300")
    assert "SF300" in prints(owner, "oms.parcel", parcel["id"], "oms.delivery_note")


def prints(person: Person, object: str, id: int, name: str) -> str:
    """From the record's menu; the words of the paper."""
    page = person.opens_record(object, id)
    label = person.definitions["prints"][name]["label"]
    with page.context.expect_page() as opened:
        person.from_menu(person.reads("Print {0}", _0=label))
    paper = opened.value
    paper.wait_for_load_state()
    words = paper.locator("body").inner_text()
    pdf = paper.pdf(prefer_css_page_size=True, print_background=True)
    SHOTS.mkdir(exist_ok=True)
    paper.screenshot(path=SHOTS / f"print-{name}-{person.language}.png")
    found = BOX.search(pdf)
    assert found, "the paper has a size"
    assert tuple(round(float(side)) for side in found.groups()) == A4
    assert person.outside == []
    paper.close()
    return words
