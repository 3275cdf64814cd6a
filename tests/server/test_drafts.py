"""Drafts through the door: whole workspaces to design on, batches, versions, privacy."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk

SHELF: dict[str, Any] = {
    "label": {"en": "Shelf", "zh": "货架"},
    "title": "name",
    "fields": {"name": {"type": "text"}},
}


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def begin(bo: httpx.Client, **given: Any) -> dict[str, Any]:
    answer = bo.post("/api/drafts", json=given)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(bo: httpx.Client, draft: dict[str, Any], **bodies: Any) -> httpx.Response:
    """`own__shelf={…}` puts the object own.shelf; None removes it."""
    changes = [{"kind": "object", "name": name.replace("__", "."), "body": body} for name, body in bodies.items()]
    return bo.post(f"/api/drafts/{draft['draft']}/changes", json={"version": draft["version"], "changes": changes})


class TestDesigning:
    def test_a_draft_shows_every_definition_and_which_are_its_own(self, bo: httpx.Client) -> None:
        draft = change(bo, begin(bo, title="Shelves"), own__shelf=SHELF, kiosk__line=None).json()
        shown = bo.get(f"/api/drafts/{draft['draft']}/definitions").json()
        assert (shown["version"], shown["base"], shown["release_is_newer"]) == (2, draft["base"], False)
        objects = shown["definitions"]["object"]
        order, shelf, line = objects["kiosk.order"], objects["own.shelf"], objects["kiosk.line"]
        assert (order["changed"], order["shipped"], order["is_new"], order["app"]) == (False, True, False, "kiosk")
        assert order["body"]["label"]["zh"] == "kiosk.order（中）"
        assert (shelf["changed"], shelf["shipped"], shelf["is_new"], shelf["app"]) == (True, False, True, "own")
        assert (line["body"], line["shipped_body"]["lines_of"]) == (None, "kiosk.order")
        assert set(shown["definitions"]) >= {"app", "object", "role"}

    def test_a_batch_is_written_whole_or_not_at_all(self, bo: httpx.Client) -> None:
        draft = begin(bo)
        assert change(bo, draft, own__shelf=SHELF, own__crate={"feilds": {}}).status_code == 422
        assert bo.get(f"/api/drafts/{draft['draft']}").json()["changes"] == {}

    def test_an_old_version_is_refused_with_what_was_written_since(self, bo: httpx.Client) -> None:
        draft = begin(bo)
        assert change(bo, draft, own__shelf=SHELF).json()["version"] == 2
        late = change(bo, draft, own__crate=SHELF)
        assert (late.status_code, late.json()["code"]) == (409, "draft_changed")
        assert [each["path"] for each in late.json()["fields"]] == ["object/own.shelf"]

    def test_a_batch_sent_twice_is_written_once(self, kiosk: Kiosk) -> None:
        with closing(kiosk.signed_in("bo", **{"idempotency-key": "shelves"})) as bo:
            draft = begin(bo)
            first, second = change(bo, draft, own__shelf=SHELF), change(bo, draft, own__shelf=SHELF)
            assert (first.json(), second.headers["idempotency-replayed"]) == (second.json(), "true")


class TestDesks:
    def test_a_list_of_drafts_says_whose_and_how_much(self, bo: httpx.Client) -> None:
        draft = change(bo, begin(bo, title="Shelves", note="For May"), own__shelf=SHELF).json()
        [listed] = [each for each in bo.get("/api/drafts").json()["drafts"] if each["draft"] == draft["draft"]]
        assert (listed["title"], listed["note"], len(listed["changes"])) == ("Shelves", "For May", 1)
        assert (listed["created_by_name"], listed["release_is_newer"]) == ("Bo", False)

    def test_a_draft_is_renamed_shared_and_discarded(self, bo: httpx.Client) -> None:
        place = f"/api/drafts/{begin(bo)['draft']}"
        assert bo.patch(place, json={"title": "Racks", "is_shared": True}).json()["title"] == "Racks"
        assert bo.patch(place, json={"note": "x"}).json()["is_shared"]
        assert bo.delete(place).status_code == 200
        assert bo.get(place).status_code == 404


class TestComparing:
    def test_a_draft_says_what_it_changes_in_the_readers_language(self, bo: httpx.Client) -> None:
        draft = change(bo, begin(bo), own__shelf=SHELF).json()["draft"]
        [told] = bo.get(f"/api/drafts/{draft}/differences", headers={"accept-language": "zh"}).json()["told"]
        assert (told["app"], told["label"]) == ("own", "货架")
        assert [each["text"] for each in told["sentences"]] == ["新增业务对象", "新增字段“name”（文本）"]

    def test_two_releases_are_compared_in_words(self, bo: httpx.Client) -> None:
        draft = change(bo, begin(bo), own__shelf=SHELF).json()["draft"]
        release = bo.post(f"/api/drafts/{draft}/publish", json={"note": "Shelves"}).json()["release"]
        found = bo.get(f"/api/releases/{release - 1}..{release}").json()
        assert [each["label"] for each in found["told"]] == ["Shelf"]
        assert found["differences"][0]["name"] == "own.shelf"
        bo.post(f"/api/releases/{release - 1}/rollback")


class TestLosing:
    def test_a_choice_that_records_hold_is_kept_as_retired(self, bo: httpx.Client) -> None:
        assert bo.post("/api/records/kiosk.order", json={"number": "L-1", "lines": []}).status_code == 201
        draft = begin(bo)
        place = f"/api/drafts/{draft['draft']}"
        body = bo.get(f"{place}/definitions").json()["definitions"]["object"]["kiosk.order"]["body"]
        del body["fields"]["state"]["choices"]["open"]
        body["fields"]["state"]["default"] = '"closed"'
        change(bo, draft, kiosk__order=body)
        found = bo.post(f"{place}/check").json()
        [finding] = [each for each in found["findings"] if each["place"] == "fields.state.choices.open"]
        assert (found["errors"], finding["detail"][:9]) == (1, "1 records")
        fix = finding["change"]
        assert (fix["kind"], fix["name"], fix["property"]) == ("object", "kiosk.order", "fields.state.choices.open")
        body["fields"]["state"]["choices"]["open"] = fix["value"]
        bo.put(f"{place}/object/kiosk.order", json=body)
        assert bo.post(f"{place}/check").json()["errors"] == 0

    def test_a_type_that_loses_values_waits_for_a_confirmation(self, bo: httpx.Client) -> None:
        made = bo.post("/api/records/kiosk.order", json={"number": "L-2", "secret": "soon", "lines": []})
        assert made.status_code == 201
        draft = begin(bo)
        place = f"/api/drafts/{draft['draft']}"
        body = bo.get(f"{place}/definitions").json()["definitions"]["object"]["kiosk.order"]["body"]
        body["fields"]["secret"]["type"] = "date"
        change(bo, draft, kiosk__order=body)
        [finding] = bo.post(f"{place}/check").json()["findings"]
        assert (finding["place"], finding["severity"]) == ("fields.secret.type", "error")
        assert "soon" in finding["detail"]
        assert bo.post(f"{place}/publish", json={}).status_code == 422
        release = bo.post(f"{place}/publish", json={"confirm": True}).json()["release"]
        assert bo.post(f"/api/releases/{release - 1}/rollback").status_code == 200
        [kept] = bo.get("/api/records/kiosk.order?where=number = 'L-2'&fields=secret").json()["records"]
        assert kept["secret"] == "soon"


class TestRetired:
    def test_what_went_out_of_use_comes_back_with_its_data(self, bo: httpx.Client) -> None:
        made = bo.post("/api/records/kiosk.order", json={"number": "R-1", "secret": "kept", "lines": []})
        assert made.status_code == 201
        draft = begin(bo)
        body = bo.get(f"/api/drafts/{draft['draft']}/definitions").json()["definitions"]["object"]["kiosk.order"][
            "body"
        ]
        label = body["fields"].pop("secret").get("label", {}).get("en", "")
        role = bo.get(f"/api/drafts/{draft['draft']}/definitions").json()["definitions"]["role"]["clerk"]["body"]
        change(bo, draft, kiosk__order=body)
        used = bo.post(f"/api/drafts/{draft['draft']}/check").json()
        assert ("clerk", "objects.kiosk.order.hide") in [(each["name"], each["place"]) for each in used["findings"]]
        role["objects"]["kiosk.order"]["hide"] = []
        bo.put(f"/api/drafts/{draft['draft']}/role/clerk", json=role)
        assert bo.post(f"/api/drafts/{draft['draft']}/publish", json={}).status_code == 200
        assert ("kiosk.order", "secret", label) in [
            (each["object"], each["field"], each["label"]) for each in bo.get("/api/retired").json()["retired"]
        ]
        other = begin(bo)["draft"]
        back = bo.post("/api/retired/kiosk.order/secret/restore", json={"draft": other})
        assert back.status_code == 200, back.text
        assert bo.post(f"/api/drafts/{other}/publish", json={}).status_code == 200
        [found] = bo.get("/api/records/kiosk.order?where=number = 'R-1'&fields=secret").json()["records"]
        assert found["secret"] == "kept"
        assert bo.post("/api/retired/kiosk.order/nothing/restore", json={"draft": other}).status_code == 404
