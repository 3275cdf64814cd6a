"""What a person is typing outlives an ended session, another language and a look elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.people import Site

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}


@pytest.mark.parametrize(
    ("language", "theme", "size"), [("en", "light", WIDE), ("zh", "dark", PHONE)], ids=["desk", "phone"]
)
def test_mei_signs_in_again_over_a_half_written_lead(
    site: Site, language: str, theme: str, size: dict[str, int]
) -> None:
    mei = site.person("mei", language, theme=theme, size=size)
    mei.opens("/crm/lead/new")
    subject = mei.field("crm.lead", "name")["label"]
    mei.page.get_by_label(mei.field("crm.lead", "contact_name")["label"]).fill("Ms Lin")
    box = mei.page.get_by_label(subject).first
    box.fill("Long Bund Hotel")
    mei.context.request.delete("/api/session", headers={"x-queti": "1"})
    box.press_sequentially(" 2")

    again = mei.page.get_by_role("dialog", name=mei.reads("Sign in again"))
    again.wait_for()
    expect(box).to_have_value("Long Bund Hotel 2")
    expect(again.get_by_label(mei.reads("Password"), exact=True)).to_be_focused()
    again.get_by_label(mei.reads("Password"), exact=True).fill("harbour")
    again.get_by_role("button", name=mei.reads("Sign in"), exact=True).click()

    again.wait_for(state="detached")
    expect(box).to_have_value("Long Bund Hotel 2")
    box.press("Control+s")
    mei.is_on_record("crm.lead")
    assert mei.records("crm.lead", "name = 'Long Bund Hotel 2'")
