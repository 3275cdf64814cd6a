"""Administrators look at the workspace as somebody else: for reading, with that person's rights, told to the log."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk, order


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def people(bo: httpx.Client) -> dict[str, int]:
    return {user["login"]: user["id"] for user in bo.get("/api/admin/users").json()["users"]}


def ordered(bo: httpx.Client, number: str, **more: Any) -> int:
    answer = bo.post("/api/records/kiosk.order", json=order(number, secret="4711", **more))
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]["id"]


def as_user(id: int) -> dict[str, str]:
    return {"x-queti-user": str(id)}


class TestLooking:
    def test_records_fields_and_definitions_are_those_of_the_person(self, bo: httpx.Client) -> None:
        cleo = people(bo)["cleo"]
        hers, other = ordered(bo, "SEE-1", owner=cleo), ordered(bo, "SEE-2")
        seen = bo.get(f"/api/records/kiosk.order/{hers}", headers=as_user(cleo)).json()
        assert seen["number"] == "SEE-1"
        assert "secret" not in seen
        assert bo.get(f"/api/records/kiosk.order/{other}", headers=as_user(cleo)).status_code == 404
        listed = bo.get("/api/records/kiosk.order?limit=100", headers=as_user(cleo)).json()["records"]
        assert {"SEE-1"} == {each["number"] for each in listed}
        totals = bo.get("/api/totals/kiosk.order?totals=total:sum", headers=as_user(cleo))
        assert totals.status_code == 200
        assert "7" in totals.text
        assert "14" not in totals.text
        fields = bo.get("/api/definitions", headers=as_user(cleo)).json()["objects"]["kiosk.order"]["fields"]
        assert "secret" not in {field["name"] for field in fields}
        refused = bo.get("/api/records/kiosk.order?where=secret = '4711'", headers=as_user(cleo))
        assert refused.status_code == 422

    def test_a_role_is_seen_without_a_person(self, bo: httpx.Client) -> None:
        assert bo.get("/api/records/kiosk.order", headers={"x-queti-role": "guest"}).status_code == 403
        assert bo.get("/api/records/base.user", headers={"x-queti-role": "guest"}).status_code == 200
        assert bo.get("/api/records/base.user", headers={"x-queti-role": "nobody"}).json()["code"] == "no_such_role"
        assert bo.get("/api/records/base.user", headers={"x-queti-user": "x"}).status_code == 404
        assert bo.get("/api/records/base.user", headers=as_user(99999)).status_code == 404


class TestNothingElse:
    def test_nothing_is_written_sent_or_exported(self, bo: httpx.Client) -> None:
        cleo = people(bo)["cleo"]
        hers = ordered(bo, "SEE-3", owner=cleo)
        place = f"/api/records/kiosk.order/{hers}"
        tries = [
            ("POST", "/api/records/kiosk.order", order("SEE-4", owner=cleo)),
            ("PATCH", place, {"number": "SEE-5", "version": 1}),
            ("DELETE", place, {"version": 1}),
            ("POST", f"{place}/reveal/secret", {}),
            ("POST", f"{place}/comments", {"text": "hello"}),
            ("PUT", f"{place}/draft", {"values": {}}),
            ("GET", f"{place}/draft", None),
            ("POST", "/api/operations/kiosk.close_order", {"order": [hers]}),
            ("GET", "/api/exports/kiosk.order?format=csv", None),
            ("POST", "/api/files?name=x", {}),
            ("POST", "/api/drafts", {}),
            ("GET", "/api/drafts", None),
            ("POST", "/api/tokens", {"name": "x", "roles": ["clerk"]}),
            ("GET", "/api/admin/users", None),
            ("POST", f"/api/admin/users/{cleo}/reset", {}),
            ("DELETE", "/api/admin/sessions/x", None),
        ]
        for method, path, body in tries:
            answer = bo.request(method, path, json=body, headers=as_user(cleo))
            assert (answer.status_code, answer.json()["code"]) == (409, "seeing_writes_nothing"), (method, path)
        kept = bo.get(place).json()
        assert (kept["number"], kept["version"], kept["state"]) == ("SEE-3", 1, "open")

    def test_only_administrators_look_as_somebody_else(self, kiosk: Kiosk, bo: httpx.Client) -> None:
        known, cleo = people(bo), kiosk.signed_in("cleo")
        for headers in (as_user(known["bo"]), as_user(known["cleo"]), {"x-queti-role": "boss"}):
            for path in ("/api/records/kiosk.order", "/api/definitions", "/api/search?query=SEE", "/api/home"):
                assert cleo.get(path, headers=headers).status_code == 403, (path, headers)

    def test_the_log_tells_who_looked_as_whom(
        self, bo: httpx.Client, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cleo = people(bo)["cleo"]
        with caplog.at_level(logging.INFO):
            bo.get("/api/records/kiosk.order", headers=as_user(cleo))
        out = capsys.readouterr()
        told = [line for line in (caplog.text + out.out + out.err).splitlines() if f"user {cleo}" in line]
        assert told
        assert "bo" in told[0]


def test_who_may_is_told_as_a_draft_would_have_it(bo: httpx.Client) -> None:
    id = ordered(bo, "SEE-DRAFT")
    place = f"/api/records/kiosk.order/{id}/access?field=secret"

    def paths(**headers: str) -> dict[str, list[str]]:
        found = bo.get(place, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert found.status_code == 200, found.text
        return {
            person["login"]: [path["scope"] for path in group["see"]]
            for group in found.json()["groups"]
            for person in group["people"]
        }

    published = paths()
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    body = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]["guest"]["body"]
    body["objects"]["kiosk.order"] = {"see": "number = 'SEE-DRAFT'"}
    assert bo.put(f"/api/drafts/{draft}/role/guest", json=body).status_code == 200
    drafted = paths(x_queti_draft=str(draft))
    assert "gus" not in published
    assert drafted == published | {"gus": ["number = 'SEE-DRAFT'"]}
    assert paths() == published
