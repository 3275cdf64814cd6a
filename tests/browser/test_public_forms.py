"""A stranger's phone: a form that asks for a photo, papers and a signature, and what its maker sees of it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Route, expect

from tests.browser.people import PHONE, WIDE, Person, Site, until

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
CLAIM = "claims.claim"
FORM: dict[str, Any] = {
    "object": CLAIM,
    "label": {"en": "Report damage", "zh": "报告损坏"},
    "title": {"en": "Report damage", "zh": "报告损坏"},
    "intro": {"en": "A photo tells us most.", "zh": "照片最能说明问题。"},
    "fields": ["what", "photo", "papers", "signed"],
    "follow": ["what", "state"],
    "per_hour": 1000,
}
FIELDS: dict[str, Any] = {
    "what": {"type": "text", "label": {"en": "What happened", "zh": "发生了什么"}, "required": True},
    "photo": {"type": "image", "label": {"en": "Photo", "zh": "照片"}, "order": 10},
    "papers": {
        "type": "files",
        "label": {"en": "Papers", "zh": "文件"},
        "accept": ["application/pdf"],
        "max_count": 2,
        "order": 20,
    },
    "signed": {"type": "signature", "label": {"en": "Signature", "zh": "签名"}, "order": 30},
    "state": {
        "type": "choice",
        "label": {"en": "State", "zh": "状态"},
        "choices": {"new": {"label": {"en": "New", "zh": "新建"}}},
        "default": "'new'",
    },
}


@pytest.fixture(scope="module")
def claims(site: Site) -> Site:
    """A company that lets strangers report damage."""
    owner = site.person("owner")
    right = {"see": True, "create": True, "change": True, "remove": True}
    bodies = {
        ("app", "claims"): {"label": {"en": "Claims", "zh": "索赔"}},
        ("object", CLAIM): {"label": {"en": "Claim", "zh": "索赔"}, "title": "what", "fields": FIELDS},
        ("role", "claims:owner"): {"role": "owner", "app": "claims", "objects": {CLAIM: right}},
        ("public_form", "claims.damage"): FORM,
    }
    changes = [{"kind": kind, "name": name, "body": body} for (kind, name), body in bodies.items()]
    draft = owner.api("POST", "/api/drafts", {"title": "Claims"})
    owner.api("POST", f"/api/drafts/{draft['draft']}/changes", {"version": draft["version"], "changes": changes})
    owner.api("POST", f"/api/drafts/{draft['draft']}/publish", {})
    return site


def link(owner: Person, label: str) -> str:
    return owner.api("POST", "/api/public_forms/claims.damage/links", {"label": label})["path"]


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#8a6d3b").save(file, "PNG")
    return file.getvalue()


def group(stranger: Person, field: str) -> Locator:
    words = FIELDS[field]["label"]
    return stranger.page.get_by_role("group", name=stranger.says(words["en"], words["zh"]), exact=False).first


def brings(stranger: Person, field: str, name: str, kind: str, content: bytes) -> None:
    chooser = group(stranger, field).locator("input[type=file]").first
    chooser.set_input_files([{"name": name, "mimeType": kind, "buffer": content}])


def signs(stranger: Person) -> None:
    """Draws, and turns away without pressing *Sign*: the signature stands all the same."""
    pad = group(stranger, "signed").locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    mouse = stranger.page.mouse
    mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    mouse.down()
    for step in range(8):
        mouse.move(box["x"] + 20 + 20 * step, box["y"] + box["height"] * (0.35 if step % 2 else 0.65))
    mouse.up()
    stranger.page.get_by_role("heading", level=1).click()
    expect(group(stranger, "signed").locator("img")).to_be_visible()


def sends(stranger: Person) -> None:
    """After a look at it: who sends within two seconds is a robot."""
    seen = stranger.page.evaluate("performance.now()")
    stranger.page.wait_for_function("seen => performance.now() > seen + 2500", arg=seen)
    stranger.presses("Send")


@LANGUAGES
@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (WIDE, "light")], ids=["phone", "desk"])
def test_a_stranger_sends_a_photo_papers_and_a_signature(
    claims: Site, language: str, size: dict[str, int], theme: str
) -> None:
    owner, name = claims.person("owner", language), f"{language}-{theme}"
    stranger = claims.stranger(language, size=size, theme=theme)
    page = stranger.page
    page.goto(link(owner, f"Door {name}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(stranger.says("Report damage", "报告损坏"))
    stranger.finds_the_page_sound(f"public-files-empty-{theme}")
    what = stranger.says("What happened", "发生了什么")
    page.get_by_role("textbox", name=what).fill(f"A dent {name}")

    brings(stranger, "papers", "song.mp3", "audio/mpeg", b"ID3")
    expect(group(stranger, "papers").get_by_role("alert")).to_contain_text("song.mp3")
    brings(stranger, "papers", "bill.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj")
    expect(group(stranger, "papers")).to_contain_text("bill.pdf")

    held: list[Route] = []
    page.route(re.compile(r"/api/public/.*/files"), lambda route: held.append(route), times=1)
    brings(stranger, "photo", "dent.png", "image/png", picture())
    waiting = page.get_by_role("button", name=stranger.reads("A file is on its way …"))
    expect(waiting).to_be_disabled()
    expect(group(stranger, "photo").get_by_role("progressbar")).to_be_visible()
    stranger.finds_the_page_sound(f"public-files-slow-{theme}")
    page.get_by_role("textbox", name=what).press("Enter")
    until(page, lambda: held)
    held[0].continue_()
    expect(group(stranger, "photo").locator("img")).to_be_visible()
    signs(stranger)
    stranger.finds_the_page_sound(f"public-files-full-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sends(stranger)
    expect(page.get_by_role("heading", level=1)).to_have_text(stranger.reads("Thank you"))
    stranger.finds_the_page_sound(f"public-files-sent-{theme}")

    [claim] = owner.records(CLAIM, where=f"what = 'A dent {name}'", fields="what,photo,papers,signed")
    assert (claim["photo"]["name"], [paper["name"] for paper in claim["papers"]]) == ("dent.png", ["bill.pdf"])
    assert claim["signed"]


@LANGUAGES
def test_links_are_made_with_an_end_counted_and_closed(claims: Site, language: str) -> None:
    owner = claims.person("owner", language)
    draft = owner.api("POST", "/api/drafts", {})["draft"]
    page = owner.opens(f"/design/{draft}/public_form/claims.damage")
    place = f"Poster {language}"
    owner.presses("New link")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill(place)
    dialog.get_by_label(owner.reads("Ends on")).fill("2099-03-01")
    owner.presses("Make the link", dialog)
    address = page.locator(".q-one-time").inner_text().strip()
    owner.presses("Done", page.get_by_role("dialog"))
    row = page.get_by_role("row").filter(has_text=place)
    expect(row).to_contain_text("2099")

    stranger = claims.stranger(language)
    stranger.page.goto(address)
    what = stranger.says("What happened", "发生了什么")
    stranger.page.get_by_role("textbox", name=what).fill(f"From the poster {language}")
    sends(stranger)
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text(stranger.reads("Thank you"))
    page.reload()
    owner.settled()
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    owner.finds_the_page_sound("public-links")
    owner.presses("Revoke {0}", row, _0=place)
    owner.presses("Revoke", page.get_by_role("dialog"))
    expect(row).to_have_count(0)
    stranger.page.goto(address)
    stranger.sees(stranger.reads("Nothing to see here"))
