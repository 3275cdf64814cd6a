"""People at their browsers: they read and press what the page shows, by its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests.fixtures.patience import PATIENCE, eventually

LOCALES = Path(__file__).resolve().parents[2] / "web" / "src" / "locales"
SHOTS = Path(__file__).parent / "shots"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")
CHOOSERS = ("link", "choice", "choices")
expect.set_options(timeout=PATIENCE * 1000)


@cache
def chinese() -> dict[str, str]:
    """What the screen says, English → Chinese."""
    text = "\n".join(file.read_text("utf-8") for file in (LOCALES / "zh.po", LOCALES / "first" / "zh.po"))
    entries = re.findall(r'^msgid (".*"(?:\n".*")*)\nmsgstr (".*"(?:\n".*")*)$', text, re.MULTILINE)
    return {_joined(english): _joined(words) for english, words in entries}


def _joined(quoted: str) -> str:
    return "".join(json.loads(part) for part in quoted.splitlines())


class Site:
    """The company's address, and the people who came."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.people: list[Person] = []

    def person(
        self, login: str, language: str = "en", *, theme: str = "light", size: Mapping[str, int] = WIDE
    ) -> Person:
        """Already signed in, reading this language."""
        person = self.stranger(language, theme=theme, size=size)
        person.login = login
        given = {"workspace": "harbour", "login": login, "password": "harbour"}
        person.api("POST", "/api/session", given)
        person.api("PATCH", "/api/session", {"language": language})
        return person

    def stranger(self, language: str = "en", *, theme: str = "light", size: Mapping[str, int] = WIDE) -> Person:
        context = self.browser.new_context(
            base_url=self.address,
            viewport=dict(size),  # type: ignore[arg-type]
            locale="zh-CN" if language == "zh" else "en-GB",
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(PATIENCE * 1000)
        person = Person(context, context.new_page(), language, self.address)
        self.people.append(person)
        return person

    def close(self, first: int = 0) -> None:
        """All who came, or those from the `first` on, leave."""
        for person in self.people[first:]:
            person.context.close()
        del self.people[first:]


@dataclass
class Person:
    context: BrowserContext
    page: Page
    language: str
    address: str
    login: str = ""
    outside: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.context.on("request", self._note_request)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", lambda message: self._note_console(message.type, message.text))

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.outside.append(request.url)

    def _note_console(self, kind: str, text: str) -> None:
        # Chromium reports every answer of 400 and above; a refusal is an answer, not an error of the page.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.errors.append(text)

    # -- words

    def says(self, en: str, zh: str) -> str:
        """The words of this person's language."""
        return zh if self.language == "zh" else en

    def reads(self, english: str, **values: object) -> str:
        """What the screen says for it in this person's language."""
        words = chinese()[english] if self.language == "zh" else english
        for name, value in values.items():
            words = words.replace("{" + name.lstrip("_") + "}", str(value))
        return words

    @cached_property
    def definitions(self) -> dict[str, Any]:
        return self.api("GET", "/api/definitions")

    def field(self, object: str, name: str) -> dict[str, Any]:
        return next(each for each in self.definitions["objects"][object]["fields"] if each["name"] == name)

    def operation(self, name: str) -> str:
        """What its button says."""
        return self.definitions["operations"][name]["label"]

    # -- beside the page

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The same session, without the page: for what a test needs but doesn't speak of."""
        headers = {"content-type": "application/json", "x-queti": "1"}
        data = None if body is None else json.dumps(body)
        answer = self.context.request.fetch(path, method=method, headers=headers, data=data)
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    def records(self, object: str, where: str = "", fields: str = "", sort: str = "") -> list[dict[str, Any]]:
        asked = {"where": where, "limit": "200", "fields": fields, "sort": sort}
        query = httpx.QueryParams({name: value for name, value in asked.items() if value})
        return self.api("GET", f"/api/records/{object}?{query}")["records"]

    def record(self, object: str, id: int) -> dict[str, Any]:
        return self.api("GET", f"/api/records/{object}/{id}")

    def does(self, operation: str, **inputs: Any) -> Any:
        return self.api("POST", f"/api/operations/{operation}", inputs)["result"]

    # -- going about

    def opens(self, path: str) -> Page:
        """The page, once it stands."""
        self.page.goto(path)
        self.page.get_by_role("heading", level=1).first.wait_for()
        self.settled()
        return self.page

    def opens_record(self, object: str, id: int) -> Page:
        return self.opens(f"/{object.replace('.', '/')}/{id}")

    def settled(self) -> None:
        """Nothing that stands for something else is left on the page."""
        self.page.wait_for_function(
            "() => !document.querySelector('[aria-busy=true], .ant-btn-loading, .q-bone, .q-input-bone')"
        )

    def is_on_record(self, object: str) -> int:
        """The id of the record whose page has opened."""
        path = re.compile(rf"/{object.replace('.', '/')}/(\d+)$")
        self.page.wait_for_url(path)
        self.page.get_by_role("heading", level=1).first.wait_for()
        found = path.search(self.page.url)
        assert found
        return int(found[1])

    def button(self, english: str, within: Locator | None = None, **values: object) -> Locator:
        return (within or self.page).get_by_role("button", name=self.reads(english, **values), exact=True)

    def presses(self, english: str, within: Locator | None = None, **values: object) -> None:
        self.button(english, within, **values).click()

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name)

    def performs(self, operation: str) -> None:
        """Press the operation's button on the record's page."""
        self.page.get_by_role("button", name=self.operation(operation), exact=True).click()

    @contextmanager
    def asked(self, operation: str) -> Iterator[Locator]:
        """The operation's dialog; it is answered and gone afterwards."""
        self.performs(operation)
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        yield dialog
        dialog.get_by_role("button", name=self.operation(operation), exact=True).click()
        dialog.wait_for(state="hidden")

    def from_menu(self, item: str) -> None:
        self.presses("More for this record")
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    # -- forms

    def fills(self, object: str, within: Locator | None = None, /, **values: str) -> None:
        """The fields of an object's form, by their names in the definitions."""
        for name, value in values.items():
            self.fills_in(self.field(object, name), value, within)

    def answers(self, operation: str, dialog: Locator, /, **values: str) -> None:
        """The inputs of an operation's dialog."""
        inputs = {each["name"]: each for each in self.definitions["operations"][operation]["inputs"]}
        for name, value in values.items():
            self.fills_in(inputs[name], value, dialog)

    def fills_in(self, field: Mapping[str, Any], value: str, within: Locator | None = None) -> None:
        role = "combobox" if field["type"] in CHOOSERS else "textbox"
        editor = (within or self.page).get_by_role(role, name=field["label"], exact=True)
        if field["type"] in CHOOSERS:
            self.chooses(editor, value, is_searched=field["type"] == "link")
        else:
            editor.fill(value)
            if field["type"] in ("date", "moment"):
                editor.press("Enter")

    def chooses(self, editor: Locator, text: str, *, is_searched: bool = True) -> None:
        editor.click()
        if is_searched:
            editor.fill(text)
        self.page.locator(".ant-select-item-option:visible", has_text=text).first.click()

    def types_a_line(self, line: int, product: str, quantity: str, *, last: bool) -> None:
        """With the keyboard alone, from the product's cell to the quantity; Enter goes to the next line."""
        keyboard = self.page.keyboard
        chooser = self.line_cell("product", line)
        expect(chooser).to_be_focused()
        keyboard.type(product)
        expect(self.page.locator(".ant-select-item-option-active:visible", has_text=product)).to_be_visible()
        keyboard.press("Enter")
        expect(chooser).to_have_attribute("aria-expanded", "false")
        keyboard.press("Tab")
        keyboard.press("Tab")
        keyboard.press("Control+a")
        keyboard.type(quantity)
        expect(self.line_cell("unit_price", line)).not_to_have_value("")
        if not last:
            keyboard.press("Enter")

    def line_cell(self, name: str, line: int, within: Locator | None = None) -> Locator:
        """The editor of a line's product, quantity or price."""
        label = self.field("crm.quote_line", name)["label"]
        role = "combobox" if name == "product" else "textbox"
        words = self.reads("{0}, line {1}", _0=label, _1=line)
        return (within or self.page).get_by_role(role, name=words, exact=True)

    # -- what is seen

    def is_told(self, text: str | re.Pattern[str]) -> Locator:
        """A notice says so."""
        notice = self.page.locator(".ant-notification-notice", has_text=text)
        expect(notice.first).to_be_visible()
        return notice.first

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def finds_the_page_sound(self, name: str) -> None:
        """No axe finding, no request to elsewhere, no error in the console; the picture is kept for people."""
        self.settled()
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.language}.png")
        found = Axe().run(self.page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"][:160]) for one in found if one["impact"] in SERIOUS]
        assert not serious, f"{name}: {serious}"
        assert not self.outside, f"{name} asks elsewhere: {self.outside}"
        assert not self.errors, f"{name}: {self.errors}"

    def finds_the_page_sound_by_day_and_night(self, name: str) -> None:
        """As it stands, in both themes: it changes over while it is read."""
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            self.page.wait_for_function("theme => document.documentElement.style.colorScheme === theme", arg=theme)
            self.finds_the_page_sound(f"{name}-{theme}")


def until(page: Page, holds: Callable[[], object]) -> None:
    """Wait for something that the page can't show."""
    eventually(holds, pause=lambda: page.wait_for_timeout(50))
