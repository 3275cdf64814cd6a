"""Working on the same records: talking about them, hearing of them, and keeping many of them in order."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
PARTY = "base.party"
_numbers = count(1)


def party(writer: Person, **values: Any) -> dict[str, Any]:
    """A customer that nobody else's test knows."""
    name = f"Harbour View {next(_numbers)}{writer.language}"
    written = writer.api("POST", f"/api/records/{PARTY}", {"name": name, "is_customer": True, **values})
    return written["records"][0]


def user(person: Person) -> int:
    return person.api("GET", "/api/session")["me"]["user"]


def opens_tab(person: Person, english: str) -> None:
    person.page.get_by_role("tab", name=re.compile(f"^{re.escape(person.reads(english))}")).click()


def composer(person: Person) -> Locator:
    return person.page.get_by_role("textbox", name=person.reads("Write a comment; @ names people"))


def comments(person: Person) -> Locator:
    return person.page.get_by_role("list", name=person.reads("Comments")).get_by_role("listitem")


def bell(person: Person, many: int) -> Locator:
    """The bell, once it says that this many records have news."""
    name = person.reads("News: nothing new")
    if many:
        name = person.says(f"News of {many} record" + ("s" if many > 1 else ""), f"{many} 条记录有新消息")
    return person.page.get_by_role("button", name=name, exact=True)


def on_discussion(person: Person) -> int:
    """The id of the party whose discussion has opened."""
    path = re.compile(r"/base/party/(\d+)\?tab=discussion$")
    person.page.wait_for_url(path)
    person.page.get_by_role("heading", level=1).first.wait_for()
    found = path.search(person.page.url)
    assert found
    return int(found[1])


def from_list_menu(person: Person, english: str) -> None:
    person.presses("More for this list")
    person.page.get_by_role("menuitem", name=person.reads(english), exact=True).click()


def all_seen(person: Person) -> None:
    person.api("POST", "/api/news/seen", {"until": "2999-01-01T00:00:00Z"})


class TestTalking:
    @LANGUAGES
    def test_the_mentioned_hear_of_it_at_once_and_answer(self, site: Site, language: str) -> None:
        owner, ada = site.person("owner", language), site.person("ada", language)
        for person in (owner, ada):
            all_seen(person)
        hotel = party(owner)
        ada.opens("/")
        expect(bell(ada, 0)).to_be_visible()

        owner.opens_record(PARTY, hotel["id"])
        opens_tab(owner, "Discussion")
        composer(owner).click()
        owner.page.keyboard.type("Is their limit fine, @ad")
        owner.page.get_by_role("option", name=re.compile("ada")).wait_for()
        owner.finds_the_page_sound("mentioning")
        owner.page.keyboard.press("Enter")
        owner.page.keyboard.type("?")
        owner.page.keyboard.press("Control+Enter")
        expect(comments(owner)).to_have_count(1)
        expect(comments(owner).locator(".q-mention")).to_contain_text("@Ada")

        bell(ada, 1).click()
        ada.sees("Is their limit fine")
        ada.finds_the_page_sound("news")
        ada.page.get_by_role("link", name=re.compile(hotel["name"])).click()
        assert on_discussion(ada) == hotel["id"]
        expect(comments(ada)).to_have_count(1)
        expect(bell(ada, 0)).to_be_visible()

        composer(ada).fill("50,000, see https://bank.example/limits")
        given = {"name": "limits.txt", "mimeType": "text/plain", "buffer": b"50,000"}
        ada.page.locator("form.q-composer input[type=file]").set_input_files(given)
        expect(ada.page.get_by_role("button", name=ada.reads("Remove {0}", _0="limits.txt"))).to_be_visible()
        ada.presses("Comment")
        expect(comments(owner)).to_have_count(2)
        expect(comments(owner).first).to_contain_text("limits.txt")
        owner.finds_the_page_sound("discussion")
        opens_tab(owner, "Files")
        expect(owner.page.get_by_role("tabpanel").get_by_role("link", name=re.compile("limits.txt"))).to_be_visible()
        expect(owner.page.get_by_role("tabpanel")).to_contain_text(owner.reads("From comments"))
        owner.finds_the_page_sound("files-of-a-record")

    @LANGUAGES
    def test_one_changes_and_takes_back_only_one_s_own_words(self, site: Site, language: str) -> None:
        owner, ada = site.person("owner", language), site.person("ada", language)
        hotel = party(owner)
        owner.api("POST", f"/api/records/{PARTY}/{hotel['id']}/comments", {"text": "They want oak"})
        ada.opens(f"/base/party/{hotel['id']}?tab=discussion")
        expect(comments(ada)).to_contain_text("They want oak")
        expect(ada.button("Edit this comment")).to_have_count(0)
        expect(ada.button("Remove this comment")).to_have_count(0)

        owner.opens(f"/base/party/{hotel['id']}?tab=discussion")
        comments(owner).hover()
        owner.presses("Edit this comment")
        words = owner.page.get_by_role("textbox", name=owner.reads("Say it otherwise"))
        words.fill("They want walnut")
        words.press("Control+Enter")
        expect(comments(ada)).to_contain_text("They want walnut")
        expect(comments(ada)).to_contain_text(ada.reads("edited"))
        comments(owner).hover()
        owner.presses("Remove this comment")
        owner.page.get_by_role("dialog").get_by_role("button", name=owner.reads("Remove")).click()
        expect(comments(ada)).to_have_count(0)

    def test_followers_hear_of_changes_until_they_stop(self, site: Site) -> None:
        owner, ada = site.person("owner"), site.person("ada")
        all_seen(ada)
        hotel = party(owner)
        ada.opens(f"/base/party/{hotel['id']}?tab=discussion")
        ada.presses("Follow")
        expect(ada.page.get_by_role("img", name=re.compile("Ada .*follows this|Ada follows this"))).to_be_visible()
        ada.opens("/")
        owner.api("PATCH", f"/api/records/{PARTY}/{hotel['id']}", {"version": 1, "note": "Oak only"})
        bell(ada, 1).click()
        ada.sees("Changed")
        ada.presses("All seen")
        ada.sees("Nothing new")
        ada.opens(f"/base/party/{hotel['id']}?tab=discussion")
        ada.presses("Stop following")
        expect(ada.button("Follow")).to_be_visible()

    def test_what_was_typed_outlives_a_look_elsewhere(self, site: Site) -> None:
        owner = site.person("owner")
        hotel = party(owner)
        owner.opens(f"/base/party/{hotel['id']}?tab=discussion")
        composer(owner).fill("Half a thought")
        opens_tab(owner, "Timeline")
        opens_tab(owner, "Discussion")
        expect(composer(owner)).to_have_value("Half a thought")

    @pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh", "light")])
    def test_on_a_phone(self, site: Site, language: str, theme: str) -> None:
        owner, ada = site.person("owner", language), site.person("ada", language, theme=theme, size=PHONE)
        all_seen(ada)
        hotel = party(owner)
        said = {"text": "@Ada look at this", "mentions": [user(ada)]}
        owner.api("POST", f"/api/records/{PARTY}/{hotel['id']}/comments", said)
        ada.opens("/")
        bell(ada, 1).click()
        ada.page.get_by_role("link", name=re.compile(hotel["name"])).wait_for()
        ada.finds_the_page_sound(f"news-phone-{theme}")
        ada.page.get_by_role("link", name=re.compile(hotel["name"])).click()
        on_discussion(ada)
        expect(comments(ada)).to_have_count(1)
        comments(ada).first.scroll_into_view_if_needed()
        ada.finds_the_page_sound(f"discussion-phone-{theme}")


class TestEarlierValues:
    @LANGUAGES
    def test_an_old_value_is_looked_at_and_brought_back(self, site: Site, language: str) -> None:
        owner = site.person("owner", language)
        hotel = party(owner, note="Oak only", phone="+86 21 6321 6888")
        place = f"/api/records/{PARTY}/{hotel['id']}"
        owner.api("PATCH", place, {"version": 1, "note": "Pine", "phone": None})
        owner.opens_record(PARTY, hotel["id"])
        note, phone = (owner.field(PARTY, name)["label"] for name in ("note", "phone"))
        owner.button("Bring {label} back", label=note).click()
        dialog = owner.page.get_by_role("dialog")
        row = dialog.get_by_role("row", name=re.compile(note))
        expect(row).to_contain_text("Pine")
        expect(row).to_contain_text("Oak only")
        expect(dialog.get_by_role("checkbox", name=phone)).not_to_be_checked()
        owner.finds_the_page_sound("bring-back")
        dialog.get_by_role("button", name=owner.reads("Bring back")).click()
        dialog.wait_for(state="hidden")
        now = owner.record(PARTY, hotel["id"])
        assert (now["note"], now["phone"]) == ("Oak only", None)
        owner.sees(owner.reads("Earlier values brought back"))

        owner.button("Bring all of this back").last.click()
        expect(dialog.get_by_role("checkbox", name=note)).to_be_disabled()
        dialog.get_by_role("button", name=owner.reads("Bring back")).click()
        dialog.wait_for(state="hidden")
        assert owner.record(PARTY, hotel["id"])["phone"] == "+86 21 6321 6888"


class TestTrash:
    @pytest.mark.parametrize(("language", "theme", "size"), [("en", "light", None), ("zh", "dark", PHONE)])
    def test_several_come_back_together(
        self, site: Site, language: str, theme: str, size: dict[str, int] | None
    ) -> None:
        owner = site.person("owner", language, theme=theme, **({"size": size} if size else {}))
        gone = [party(owner) for _ in range(3)]
        for each in gone:
            owner.api("DELETE", f"/api/records/{PARTY}/{each['id']}?version=1", {"version": 1})
        owner.opens("/base/party?trash=1")
        me = owner.api("GET", "/api/session")["me"]["name"]
        rows = owner.page.get_by_role("region").get_by_role("listitem").filter(has_text=gone[0]["name"])
        expect(rows).to_contain_text(me)
        owner.finds_the_page_sound(f"trash-{theme}")
        for each in gone[:2]:
            owner.page.get_by_role("checkbox", name=owner.reads("Choose {title}", title=each["name"])).check()
        owner.presses("Bring back the chosen")
        owner.is_told(owner.says("2 records brought back", "已恢复 2 条记录"))
        assert [owner.record(PARTY, each["id"])["trashed_at"] is None for each in gone] == [True, True, False]
        expect(owner.page.get_by_text(gone[0]["name"])).to_have_count(0)


class TestManyAtOnce:
    @LANGUAGES
    def test_a_change_is_seen_before_it_is_made_and_undone_after(self, site: Site, language: str) -> None:
        owner = site.person("owner", language)
        mark = f"Pier {next(_numbers)} {language}"
        three = [party(owner, note=mark) for _ in range(3)]
        owner.opens(f"/base/party?where=note = '{mark}'&named=Pier")
        from_list_menu(owner, "Change many records")
        dialog = owner.page.get_by_role("dialog")
        note = owner.field(PARTY, "note")["label"]
        owner.chooses(dialog.get_by_role("combobox", name=owner.reads("Fields to change")), note)
        dialog.get_by_role("textbox", name=note).fill("VIP")
        owner.finds_the_page_sound("bulk-change")
        owner.presses("Preview", dialog)
        expect(dialog.get_by_role("status")).to_contain_text("3")
        expect(dialog.get_by_role("row")).to_have_count(4)
        expect(dialog.get_by_role("row", name=re.compile(three[0]["name"]))).to_contain_text("VIP")
        assert owner.record(PARTY, three[0]["id"])["note"] == mark, "tried, not made"
        owner.finds_the_page_sound("bulk-preview")
        dialog.get_by_role("button", name=owner.says("Change 3 records", "修改 3 条记录")).click()
        notice = owner.is_told(owner.says("3 records changed", "已修改 3 条记录"))
        assert {owner.record(PARTY, each["id"])["note"] for each in three} == {"VIP"}
        last = owner.record(PARTY, three[2]["id"])
        owner.api("PATCH", f"/api/records/{PARTY}/{last['id']}", {"version": last["version"], "note": "Ask Mei"})
        notice.get_by_role("button", name=owner.reads("Undo")).click()
        owner.is_told(owner.says("1 changed since", "1 条此后已被修改"))
        assert [owner.record(PARTY, each["id"])["note"] for each in three] == [mark, mark, "Ask Mei"]

    def test_what_stands_in_the_way_is_told_and_nothing_changes(self, site: Site) -> None:
        owner = site.person("owner")
        two = [party(owner) for _ in range(2)]
        owner.opens(f"/base/party?where=id = {two[0]['id']} or id = {two[1]['id']}&named=Two")
        for each in two:
            owner.page.get_by_role("row", name=re.compile(each["name"])).get_by_role("checkbox").check()
        owner.presses("Change fields")
        dialog = owner.page.get_by_role("dialog")
        owner.chooses(dialog.get_by_role("combobox", name="Fields to change"), owner.field(PARTY, "name")["label"])
        owner.presses("Preview", dialog)
        expect(dialog.get_by_role("alert")).to_be_visible()
        expect(dialog.get_by_role("button", name=re.compile("^Change 2"))).to_be_disabled()
        assert owner.record(PARTY, two[0]["id"])["name"] == two[0]["name"]


class TestDuplicates:
    @LANGUAGES
    def test_two_become_one_and_two_again(self, site: Site, language: str) -> None:
        owner = site.person("owner", language)
        name = f"Twin Towers {next(_numbers)}{language}"
        first = party(owner, name=name, phone="021 6321 6888")
        second = party(owner, name=name.upper(), email="desk@twins.example", note="Oak only")
        owner.opens("/base/party")
        from_list_menu(owner, "Find duplicates")
        owner.page.get_by_role("button", name=re.compile(name)).click()
        compare = owner.page.get_by_role("region", name=owner.reads("Side by side")).first
        compare.get_by_role("radio", name=owner.reads("Keep {title}, number {0}", title=name, _0=first["id"])).check()
        note = owner.field(PARTY, "note")["label"]
        mine = owner.reads("{0} of {1}, number {2}", _0=note, _1=name.upper(), _2=second["id"])
        expect(compare.get_by_role("radio", name=mine)).to_be_checked()
        compare.get_by_role("status").wait_for()
        owner.finds_the_page_sound("duplicates")
        compare.get_by_role("button", name=owner.says("Unite 1 record with it", "将 1 条记录并入")).click()
        owner.is_told(name)
        kept = owner.record(PARTY, first["id"])
        assert (kept["name"], kept["phone"], kept["note"]) == (name, "021 6321 6888", "Oak only")
        assert owner.record(PARTY, second["id"])["trashed_at"]

        owner.opens_record(PARTY, first["id"])
        owner.sees(owner.reads("United with others"))
        owner.finds_the_page_sound("united")
        owner.presses("Part again")
        owner.is_told(owner.says("Parted again: 1 brought back", "恢复 1 条记录"))
        assert owner.record(PARTY, second["id"])["trashed_at"] is None
        assert owner.record(PARTY, first["id"])["note"] is None

    def test_the_chosen_are_compared_on_a_phone_too(self, site: Site) -> None:
        owner = site.person("owner", "zh", theme="dark", size=PHONE)
        two = [party(owner, note=note) for note in ("Oak", "Pine")]
        owner.opens(f"/base/party/duplicates?from=list&ids={two[0]['id']},{two[1]['id']}")
        owner.page.get_by_role("status").wait_for()
        owner.finds_the_page_sound("compare-phone")


class TestAccess:
    @LANGUAGES
    def test_an_administrator_sees_who_sees_and_why(self, site: Site, language: str) -> None:
        owner, mei = site.person("owner", language), site.person("mei", language)
        hotel = party(owner, owner=user(mei))
        owner.opens_record(PARTY, hotel["id"])
        owner.from_menu(owner.reads("Who can see this?"))
        drawer = owner.page.get_by_role("dialog")
        label = mei.api("GET", "/api/session")["me"]["name"]
        group = drawer.locator("section", has_text=label)
        group.wait_for()
        expect(group).to_contain_text(owner.field(PARTY, "owner")["label"])
        expect(group).to_contain_text(owner.reads("the person"))
        owner.chooses(
            drawer.get_by_role("combobox", name=owner.reads("And which field of it")),
            owner.field(PARTY, "note")["label"],
        )
        expect(group.locator(".q-note, .q-alert")).to_contain_text(owner.field(PARTY, "note")["label"])
        owner.finds_the_page_sound("who-can-see-this")
        mei.opens_record(PARTY, hotel["id"])
        mei.presses("More for this record")
        expect(mei.page.get_by_role("menuitem", name=mei.reads("Suggest a change"))).to_be_visible()
        expect(mei.page.get_by_role("menuitem", name=mei.reads("Who can see this?"))).to_have_count(0)
