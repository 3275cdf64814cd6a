"""A draft tried through the door: real records, nothing written, nothing that isn't the reader's to see."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from queti.server.app import ROUTES
from tests.server.kiosk import Kiosk


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


@pytest.fixture
def cleo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("cleo")


def definitions(client: httpx.Client, draft: int) -> dict[str, Any]:
    return client.get(f"/api/drafts/{draft}/definitions").json()["definitions"]


def draft_of(bo: httpx.Client, kind: str, name: str, change: Any) -> int:
    """A new draft with one definition changed by `change(body)`."""
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    body = definitions(bo, draft)[kind][name]["body"]
    change(body)
    answer = bo.put(f"/api/drafts/{draft}/{kind}/{name}", json=body)
    assert answer.status_code == 200, answer.text
    return draft


def order(client: httpx.Client, number: str, **values: Any) -> dict[str, Any]:
    line = {"product": "Tea", "quantity": 2, "price": "3.50"}
    answer = client.post("/api/records/kiosk.order", json={"number": number, "lines": [line], **values})
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]


def through(draft: int, **more: str) -> dict[str, str]:
    return {"x-queti-draft": str(draft), **more}


class TestSeeing:
    def test_new_fields_and_formulas_are_there_over_the_real_records(self, bo: httpx.Client) -> None:
        made = order(bo, "P-1")

        def add(body: dict[str, Any]) -> None:
            body["fields"]["site"] = {"type": "text", "order": 900, "in_list": True}
            body["fields"]["double"] = {"type": "money", "formula": "total * 2", "order": 901, "in_list": True}
            body["fields"]["total"]["formula"] = "sum(lines.amount) + 1"

        draft = draft_of(bo, "object", "kiosk.order", add)
        seen = bo.get(f"/api/records/kiosk.order/{made['id']}", headers=through(draft)).json()
        assert (float(seen["total"]), float(seen["double"]), seen["site"]) == (8, 16, None)
        [listed] = bo.get(
            "/api/records/kiosk.order",
            params={
                "where": "double = 16 and blank(site) and number = 'P-1'",
                "sort": "-double,number",
                "count": "true",
            },
            headers=through(draft),
        ).json()["records"]
        assert listed["number"] == "P-1"
        fields = bo.get("/api/definitions", headers=through(draft)).json()["objects"]["kiosk.order"]["fields"]
        assert "double" in str(fields)
        assert float(bo.get(f"/api/records/kiosk.order/{made['id']}").json()["total"]) == 7

    def test_a_new_object_is_empty_and_another_type_takes_the_values_over(self, bo: httpx.Client) -> None:
        made = order(bo, "P-2")
        draft = draft_of(
            bo, "object", "kiosk.line", lambda body: body["fields"]["quantity"].update(type="text", min=None)
        )
        shelf = {"label": {"en": "Shelf"}, "title": "name", "fields": {"name": {"type": "text"}}}
        bo.put(f"/api/drafts/{draft}/object/own.shelf", json=shelf)
        assert bo.post(f"/api/drafts/{draft}/check").json()["errors"] > 0  # amounts multiply quantities
        refused = bo.get("/api/records/own.shelf", headers=through(draft))
        assert (refused.status_code, refused.json()["code"]) == (422, "definitions_wrong")
        other = draft_of(
            bo, "object", "kiosk.line", lambda body: body["fields"]["quantity"].update(decimals=0, type="number")
        )
        [line] = bo.get(f"/api/records/kiosk.order/{made['id']}", headers=through(other)).json()["lines"]
        assert str(line["quantity"]) == "2"

    def test_administrators_see_what_a_role_or_a_person_would(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        own = order(cleo, "P-3", owner=cleo.get("/api/definitions").json()["me"]["user"])
        draft = draft_of(bo, "role", "boss", lambda body: body["objects"]["kiosk.order"].update(hide=["total"]))
        place = f"/api/records/kiosk.order/{own['id']}"
        assert "total" not in bo.get(place, headers=through(draft)).json()
        assert bo.get(place, headers=through(draft, **{"x-queti-role": "guest"})).status_code in (403, 404)
        as_cleo = bo.get(place, headers=through(draft, **{"x-queti-user": str(own["owner"])})).json()
        assert "total" in as_cleo
        assert "secret" not in as_cleo
        assert bo.get(place, headers=through(draft, **{"x-queti-role": "nobody"})).status_code == 404


class TestTrying:
    def test_a_form_is_tried_with_the_drafts_defaults_formulas_and_linkage(self, bo: httpx.Client) -> None:
        def add(body: dict[str, Any]) -> None:
            body["fields"]["grade"] = {"type": "text", "default": '"B"', "order": 900}
            body["fields"]["why"] = {"type": "text", "order": 901}
            body["fields"]["taxed"] = {"type": "money", "formula": "total * 2", "order": 902}
            body["linkage"] = {"big": {"when": "total > 100", "require": ["why"], "lock": ["grade"]}}

        draft = draft_of(bo, "object", "kiosk.order", add)
        before = bo.get("/api/records/kiosk.order?count=all").json()["count"]
        line = {"product": "Tea", "quantity": 50, "price": 3}
        tried = bo.post(
            f"/api/drafts/{draft}/try",
            json={"object": "kiosk.order", "values": {"number": "T-1", "lines": [line]}},
        ).json()
        values = tried["values"]
        assert (values["grade"], float(values["taxed"]), float(values["lines"][0]["amount"])) == ("B", 300, 150)
        assert [(each["path"], each["code"]) for each in tried["problems"]] == [("why", "required")]
        assert (tried["linkage"][""]["holding"], tried["linkage"][""]["required"]) == (["big"], ["why"])
        assert bo.get("/api/records/kiosk.order?count=all").json()["count"] == before

    def test_a_record_that_is_there_is_tried_with_other_values(self, bo: httpx.Client) -> None:
        made = order(bo, "T-2")
        draft = draft_of(bo, "object", "kiosk.order", lambda body: body["fields"]["number"].update(max_length=4))
        asked = {"object": "kiosk.order", "id": made["id"], "values": {"number": "T-2 again"}}
        tried = bo.post(f"/api/drafts/{draft}/try", json=asked).json()
        assert [each["path"] for each in tried["problems"]] == ["number"]
        assert float(tried["values"]["total"]) == 7
        assert bo.get(f"/api/records/kiosk.order/{made['id']}").json()["version"] == 1

    def test_linkage_of_a_record_that_is_there_looks_at_what_was(self, bo: httpx.Client) -> None:
        """A lock holds by the state before; a setting writes when its linkage begins to hold."""

        def add(body: dict[str, Any]) -> None:
            body["fields"]["grade"] = {"type": "text", "order": 900}
            body["linkage"] = {
                "dear": {"when": "total > 5", "lock": ["secret"]},
                "shut": {"when": "state = 'closed'", "set": {"grade": "'Z'"}},
            }

        made = order(bo, "T-3", secret="old")
        draft = draft_of(bo, "object", "kiosk.order", add)

        def tried(**values: Any) -> dict[str, Any]:
            asked = {"object": "kiosk.order", "id": made["id"], "values": values}
            return bo.post(f"/api/drafts/{draft}/try", json=asked).json()

        line = made["lines"][0]["id"]
        cheaper = tried(secret="new", lines=[{"id": line, "price": 1}])
        assert [(each["path"], each["code"]) for each in cheaper["problems"]] == [("secret", "locked")]
        assert cheaper["linkage"][""]["locked"] == ["secret"]
        assert (float(cheaper["values"]["total"]), cheaper["values"]["lines"][0]["product"]) == (2, "Tea")
        assert tried(number="T-3b")["values"]["grade"] is None
        shut = tried(state="closed")
        assert (shut["problems"], shut["values"]["grade"], shut["values"]["secret"]) == ([], "Z", "old")
        assert tried(state="closed", grade="A")["values"]["grade"] == "A"

    def test_a_form_is_tried_as_somebody_else(self, bo: httpx.Client) -> None:
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        made = order(bo, "T-4", secret="hidden")
        cleo = next(each["id"] for each in bo.get("/api/records/base.user?fields=id,login").json()["records"]
                    if each["login"] == "cleo")  # fmt: skip
        asked = {"object": "kiosk.order", "id": made["id"], "values": {"number": "T-4b"}}
        place = f"/api/drafts/{draft}/try"
        assert bo.post(place, json=asked, headers=through(draft, **{"x-queti-user": str(cleo)})).status_code == 404
        own = order(bo, "T-5", secret="hidden", owner=cleo)
        seen = bo.post(place, json={**asked, "id": own["id"]}, headers={"x-queti-user": str(cleo)})
        assert (seen.status_code, "secret" in seen.json()["values"]) == (200, False), seen.text
        assert bo.post(place, json=asked).json()["values"]["secret"] == "hidden"


class TestGuard:
    def test_nothing_is_written_through_a_draft(self, bo: httpx.Client) -> None:
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        for method, path in (
            ("POST", "/api/records/kiosk.order"),
            ("PATCH", "/api/records/kiosk.order/1"),
            ("POST", "/api/operations/kiosk.close_order"),
            ("GET", "/api/exports/kiosk.order"),
            ("POST", "/api/bulk/kiosk.order"),
            ("POST", "/api/unions/kiosk.order"),
            ("DELETE", "/api/comments/1"),
            ("POST", "/api/kept_views/kiosk.order"),
        ):
            refused = bo.request(method, path, json={"version": 1}, headers=through(draft))
            assert (refused.status_code, refused.json()["code"]) == (409, "preview_writes_nothing"), path

    def test_a_route_that_writes_is_closed_unless_it_says_otherwise(self) -> None:
        open_ones = {route.template for route in ROUTES if route.method != "GET" and not route.refuses_previews}
        places = {"/".join(template.split("/")[2:3]) for template in open_ones}
        assert places == {
            "session",
            "formulas",
            "drafts",
            "releases",
            "retired",
            "suggestions",
            "presence",
            "publications",
            "rules",
        }
        assert open_ones & {"/api/public/{secret}", "/api/tokens", "/api/news/seen"} == set()

    def test_whatever_is_asked_through_a_draft_shows_what_that_person_sees(self, bo: httpx.Client) -> None:
        """Neither the field that is hidden from the clerk nor records that are not hers; the boss sees both."""
        people = bo.get("/api/records/base.user?fields=id,login").json()["records"]
        cleo = next(each["id"] for each in people if each["login"] == "cleo")
        own = order(bo, "LEAK-OWN", secret="LEAK-A", owner=cleo)
        other = order(bo, "LEAK-OTHER", secret="LEAK-B")
        draft = draft_of(
            bo, "object", "kiosk.order", lambda body: body["fields"].update(plain={"type": "text", "order": 950})
        )
        asked = [
            "/api/search?q=LEAK",
            "/api/search?query=LEAK",
            "/api/options/kiosk.order?query=LEAK",
            "/api/options/kiosk.order?q=LEAK",
            "/api/home",
            "/api/records/kiosk.order?search=LEAK",
            "/api/records/kiosk.order?fields=number,secret",
            "/api/records/kiosk.order?where=secret='LEAK-A'",
            "/api/totals/kiosk.order?totals=total:sum&group=secret",
            "/api/totals/kiosk.order?totals=total:sum&group=number",
            *(f"/api/records/kiosk.order/{each['id']}{part}" for each in (own, other)
              for part in ("", "/timeline", "/history", "/comments", "/unions", "/followers")),
        ]  # fmt: skip
        told = ""
        for path in asked:
            answer = bo.get(path, headers=through(draft, **{"x-queti-user": str(cleo)}))
            told += answer.text
            for word in ("LEAK-OTHER", "LEAK-A", "LEAK-B"):
                assert word not in answer.text.replace(path, "").replace("secret='LEAK-A'", ""), (path, word)
        assert "LEAK-OWN" in told
        everything = "".join(bo.get(path, headers=through(draft)).text for path in asked)
        assert all(word in everything for word in ("LEAK-OTHER", "LEAK-A", "LEAK-B"))

    def test_a_draft_is_no_way_around_ones_rights(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        draft = draft_of(bo, "role", "clerk", lambda body: body["objects"]["kiosk.order"].update(see=True, hide=[]))
        bo.patch(f"/api/drafts/{draft}", json={"is_shared": True})
        for path in ("/api/definitions", "/api/records/kiosk.order"):
            assert cleo.get(path, headers=through(draft)).status_code == 404
            assert cleo.get(path, headers=through(99999)).status_code == 404
