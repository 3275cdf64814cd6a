"""People who don't build suggest changes, try them with their own rights, and see what became of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk
from tests.server.test_preview import definitions, order, through


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


@pytest.fixture
def cleo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("cleo")


def base_of(bo: httpx.Client, kind: str, name: str) -> dict[str, Any]:
    return definitions(bo, bo.post("/api/drafts", json={}).json()["draft"])[kind][name]["body"]


def suggest(client: httpx.Client, text: str, **changes: Any) -> dict[str, Any]:
    """`kiosk__order={…}`: the suggestion changes that object."""
    listed = [{"kind": "object", "name": name.replace("__", "."), "body": body} for name, body in changes.items()]
    answer = client.post("/api/suggestions", json={"text": text, "object": "kiosk.order", "changes": listed})
    assert answer.status_code == 201, answer.text
    return answer.json()


def with_site(bo: httpx.Client, name: str = "site") -> dict[str, Any]:
    body = base_of(bo, "object", "kiosk.order")
    body["fields"][name] = {"type": "text", "order": 900}
    return body


class TestWishes:
    """Somebody who has never seen a definition says what a field should be."""

    def test_words_required_and_a_choice_become_a_draft(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        wish = {"label": "Stage", "required": True, "choice": "On hold"}
        given = {"text": "Some orders wait", "object": "kiosk.order", "field": "state", "wish": wish}
        made = cleo.post("/api/suggestions", json=given, headers={"accept-language": "en"}).json()
        assert made["changes"] == 1
        field = definitions(bo, made["draft"])["object"]["kiosk.order"]["body"]["fields"]["state"]
        assert (field["label"]["en"], field["required"]) == ("Stage", True)
        assert field["choices"].keys() == {"open", "closed", "on_hold"}

    def test_words_alone_change_nothing(self, cleo: httpx.Client) -> None:
        given = {"text": "Too slow", "object": "kiosk.order", "field": "state", "wish": {"label": " "}}
        assert cleo.post("/api/suggestions", json=given).json()["changes"] == 0

    def test_a_field_out_of_sight_is_not_there(self, cleo: httpx.Client) -> None:
        given = {"text": "?", "object": "kiosk.order", "field": "secret", "wish": {"label": "Seen"}}
        assert cleo.post("/api/suggestions", json=given).json()["code"] == "unknown_name"
        assert cleo.post("/api/suggestions", json={**given, "field": "nothing"}).json()["code"] == "unknown_name"


class TestSuggesting:
    def test_a_suggestion_is_tried_published_and_named(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        me = cleo.get("/api/definitions").json()["me"]
        own = order(cleo, "S-1", owner=me["user"])
        made = suggest(cleo, "Where does it go?\nThe driver asks every time.", kiosk__order=with_site(bo))
        place, draft = f"/api/records/kiosk.order/{own['id']}", made["draft"]
        assert cleo.get(place, headers=through(draft)).json()["site"] is None
        assert "site" not in cleo.get(place).json()
        tried = cleo.post(
            f"/api/drafts/{draft}/try", json={"object": "kiosk.order", "values": {"number": "S-2", "site": "Pier 4"}}
        ).json()
        assert tried["values"]["site"] == "Pier 4"
        [waiting] = [
            each for each in bo.get("/api/suggestions?all=true").json()["suggestions"] if each["draft"] == draft
        ]
        assert (waiting["proposed_by_name"], waiting["fate"], waiting["object"]) == ("Cleo", "open", "kiosk.order")
        release = bo.post(f"/api/drafts/{draft}/publish", json={}).json()["release"]
        newest = bo.get("/api/releases").json()["releases"][0]
        assert (newest["release"], newest["published_by_name"]) == (release, "Bo")
        assert newest["proposed_by"] == [{"id": me["user"], "name": "Cleo"}]
        told = cleo.get(f"/api/suggestions/{draft}").json()
        assert (told["fate"], told["release"]) == ("published", release)
        bo.post(f"/api/releases/{release - 1}/rollback")

    def test_a_declined_suggestion_says_why(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        made = suggest(cleo, "Make everything blue")
        assert cleo.post(f"/api/suggestions/{made['draft']}/decline", json={}).status_code == 403
        bo.post(f"/api/suggestions/{made['draft']}/decline", json={"reply": "Our colour is red."})
        told = cleo.get(f"/api/suggestions/{made['draft']}").json()
        assert (told["fate"], told["reply"]) == ("declined", "Our colour is red.")
        assert made["draft"] not in [each["draft"] for each in bo.get("/api/drafts").json()["drafts"]]

    def test_suggestions_of_others_are_nobodys_business(self, kiosk: Kiosk, cleo: httpx.Client) -> None:
        made = suggest(cleo, "Between us", kiosk__order=with_site(kiosk.signed_in("bo")))
        gus = kiosk.signed_in("gus")
        assert gus.get(f"/api/suggestions/{made['draft']}").status_code == 404
        assert gus.get("/api/suggestions?all=true").json()["suggestions"] == []
        assert gus.get("/api/definitions", headers=through(made["draft"])).status_code == 404

    def test_one_without_words_is_refused(self, cleo: httpx.Client) -> None:
        assert cleo.post("/api/suggestions", json={"text": "  "}).status_code == 422


class TestNeverMoreThanOwnRights:
    @pytest.mark.parametrize(
        "field",
        [
            {"type": "text", "formula": "secret"},
            {"type": "text", "default": "owner.login"},
            {"type": "number", "formula": "count(lines)", "unique": True},
        ],
    )
    def test_new_formulas_look_only_at_what_the_proposer_sees(
        self, bo: httpx.Client, cleo: httpx.Client, field: dict[str, Any]
    ) -> None:
        body = with_site(bo, "yard")
        body["fields"]["spy"] = {"order": 901, **field}
        made = suggest(cleo, "Just curious", kiosk__order=body)
        seen = cleo.get("/api/records/kiosk.order?fields=number,spy", headers=through(made["draft"]))
        is_fair = "secret" not in str(field)
        assert (seen.status_code == 200) == is_fair, seen.text

    def test_a_proposed_role_gives_the_proposer_nothing(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        hidden = order(bo, "S-9", secret="42")
        role = base_of(bo, "role", "clerk")
        role["objects"]["kiosk.order"].update(see=True, hide=[])
        changes = [{"kind": "role", "name": "clerk", "body": role}]
        made = cleo.post("/api/suggestions", json={"text": "More for me", "changes": changes}).json()
        place = f"/api/records/kiosk.order/{hidden['id']}"
        assert cleo.get(place, headers=through(made["draft"])).status_code == 404
        assert "secret" not in cleo.get("/api/definitions", headers=through(made["draft"])).text

    def test_a_proposer_is_nobody_else(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        hidden = order(bo, "S-10")
        made = suggest(cleo, "As the boss", kiosk__order=with_site(bo, "yard"))
        for more in ({"x-queti-role": "boss"}, {"x-queti-user": "1"}):
            answer = cleo.get(f"/api/records/kiosk.order/{hidden['id']}", headers=through(made["draft"], **more))
            assert answer.status_code == 404

    def test_another_owner_would_be_another_scope(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        body = with_site(bo, "yard")
        body["title"] = "secret"
        made = suggest(cleo, "A better title", kiosk__order=body)
        refused = cleo.get("/api/records/kiosk.order", headers=through(made["draft"]))
        assert (refused.status_code, refused.json()["code"]) == (403, "preview_beyond_rights")

    def test_a_field_that_went_out_of_use_doesnt_come_back_by_a_suggestion(
        self, bo: httpx.Client, cleo: httpx.Client
    ) -> None:
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        bo.put(f"/api/drafts/{draft}/object/kiosk.order", json=with_site(bo, "salary"))
        release = bo.post(f"/api/drafts/{draft}/publish", json={}).json()["release"]
        bo.post(f"/api/releases/{release - 1}/rollback")
        made = suggest(cleo, "A harmless word", kiosk__order=with_site(bo, "salary"))
        assert cleo.get("/api/records/kiosk.order", headers=through(made["draft"])).status_code == 403

    def test_nor_does_an_object(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        pay = {"label": {"en": "Pay"}, "title": "name", "fields": {"name": {"type": "text"}}}
        never = suggest(cleo, "Something new", kiosk__perk=pay)
        assert cleo.get("/api/definitions", headers=through(never["draft"])).status_code == 200
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        bo.put(f"/api/drafts/{draft}/object/kiosk.pay", json=pay)
        release = bo.post(f"/api/drafts/{draft}/publish", json={}).json()["release"]
        bo.post("/api/records/kiosk.pay", json={"name": "All that Bo earns"})
        bo.post(f"/api/releases/{release - 1}/rollback")
        made = suggest(cleo, "Something new", kiosk__pay=pay)
        refused = cleo.get("/api/definitions", headers=through(made["draft"]))
        assert (refused.status_code, refused.json()["code"]) == (403, "preview_beyond_rights")


class TestMerging:
    def test_a_suggestion_joins_a_builders_draft_and_keeps_its_name(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        made = suggest(cleo, "A site", kiosk__order=with_site(bo))
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        body = base_of(bo, "object", "kiosk.order")
        body["fields"]["crew"] = {"type": "text", "order": 901}
        bo.put(f"/api/drafts/{draft}/object/kiosk.order", json=body)
        merged = bo.post(f"/api/drafts/{draft}/merge", json={"from": made["draft"]}).json()
        assert {"site", "crew"} <= merged["changes"]["object:kiosk.order"]["fields"].keys()
        assert cleo.get(f"/api/suggestions/{made['draft']}").json()["fate"] == "merged"
        release = bo.post(f"/api/drafts/{draft}/publish", json={}).json()["release"]
        assert [each["name"] for each in bo.get("/api/releases").json()["releases"][0]["proposed_by"]] == ["Cleo"]
        assert cleo.get(f"/api/suggestions/{made['draft']}").json()["release"] == release
        bo.post(f"/api/releases/{release - 1}/rollback")

    def test_what_two_drafts_changed_differently_is_listed_and_decided(self, bo: httpx.Client) -> None:
        one, other = (bo.post("/api/drafts", json={}).json()["draft"] for _ in range(2))
        for draft, sort in ((one, "number"), (other, "state")):
            body = {**base_of(bo, "object", "kiosk.order"), "sort": sort}
            bo.put(f"/api/drafts/{draft}/object/kiosk.order", json=body)
        refused = bo.post(f"/api/drafts/{one}/merge", json={"from": other})
        assert (refused.status_code, refused.json()["code"]) == (409, "merge_conflicts")
        assert [each["path"] for each in refused.json()["fields"]] == ["object/kiosk.order/sort"]
        take = {"kind": "object", "name": "kiosk.order", "property": "sort", "take": "theirs"}
        merged = bo.post(f"/api/drafts/{one}/merge", json={"from": other, "choices": [take]}).json()
        assert merged["changes"]["object:kiosk.order"]["sort"] == "state"

    def test_a_draft_takes_over_what_was_published_since(self, bo: httpx.Client) -> None:
        mine, theirs = (bo.post("/api/drafts", json={}).json()["draft"] for _ in range(2))
        bo.put(f"/api/drafts/{mine}/object/kiosk.order", json=with_site(bo))
        body = base_of(bo, "object", "kiosk.order")
        body["fields"]["crew"] = {"type": "text", "order": 901}
        bo.put(f"/api/drafts/{theirs}/object/kiosk.order", json=body)
        release = bo.post(f"/api/drafts/{theirs}/publish", json={}).json()["release"]
        assert bo.get(f"/api/drafts/{mine}").json()["release_is_newer"]
        merged = bo.post(f"/api/drafts/{mine}/merge", json={}).json()
        assert (merged["base"], merged["release_is_newer"]) == (release, False)
        assert {"site", "crew"} <= merged["changes"]["object:kiosk.order"]["fields"].keys()
        bo.post(f"/api/releases/{release - 1}/rollback")
