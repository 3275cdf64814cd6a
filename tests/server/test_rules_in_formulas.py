"""A rule at every entrance: it computes a field and validates the record, however that is written."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk

LOAD: dict[str, Any] = {
    "object": "own.load",
    "label": {"en": "Load"},
    "title": "name",
    "fields": {
        "name": {"type": "text", "required": True},
        "weight": {"type": "number", "decimals": 1},
        "far": {"type": "boolean", "default": "false"},
        "fee": {"type": "number", "decimals": 2, "formula": 'decide("own.fee", "fee")'},
        "twice": {"type": "number", "decimals": 2, "formula": "fee * 2"},
    },
    "rules": {
        "carried": {
            "require": 'blank(decide("own.fee", "refuse"))',
            "say": {"en": "Nobody carries that.", "zh": "无人承运。"},
            "field": "weight",
        }
    },
}
FEE: dict[str, Any] = {
    "rule": "own.fee",
    "on": "own.load",
    "inputs": {"weight": {}, "far": {}},
    "outputs": {"fee": {"type": "number"}, "refuse": {}},
    "rows": [
        {"when": {"weight": "> 30"}, "then": {"refuse": '"heavy"'}},
        {"when": {"weight": "> 10", "far": "true"}, "then": {"fee": "weight * 2"}},
        {"when": {"weight": "> 10"}, "then": {"fee": "weight"}},
    ],
    "default": {"fee": "5"},
}


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    bo = kiosk.signed_in("bo")
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    for kind, body in (("object", LOAD), ("rule", FEE)):
        assert bo.put(f"/api/drafts/{draft}/{kind}/{body[kind]}", json=body).is_success
    roles = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]
    everything = {"see": True, "create": True, "change": True, "remove": True}
    for role, grant in (("boss", everything), ("clerk", {"see": True, "hide": ["far"]})):
        body = roles[role]["body"]
        granted = {**body, "objects": {**body["objects"], "own.load": grant}}
        assert bo.put(f"/api/drafts/{draft}/role/{role}", json=granted).is_success
    answer = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert answer.is_success, answer.text
    return bo


def written(bo: httpx.Client, **values: Any) -> dict[str, Any]:
    answer = bo.post("/api/records/own.load", json={"name": "L", **values})
    assert answer.is_success, answer.text
    return answer.json()["records"][0]


def test_forms_are_told_the_rules_that_their_formulas_ask_where_all_is_seen(bo: httpx.Client, kiosk: Kiosk) -> None:
    told = bo.get("/api/definitions").json()
    assert told["deciding"]["own.fee"]["rows"] == FEE["rows"]
    assert told["objects"]["own.load"]["decided_by"] == ["own.fee"]
    clerk = kiosk.signed_in("cleo").get("/api/definitions").json()
    assert (clerk["deciding"], "own.load" in clerk["objects"]) == ({}, True), "it rests on a field out of sight"


def test_a_field_is_what_the_rule_says(bo: httpx.Client) -> None:
    cases = ("12", True), ("12", False), ("2", False)
    assert [written(bo, weight=weight, far=far)["fee"] for weight, far in cases] == ["24", "12", "5"]
    found = bo.get("/api/records/own.load", params={"where": "fee = 24", "fields": "twice"}).json()["records"]
    assert {each["twice"] for each in found} == {"48"}


def test_what_the_rule_refuses_is_refused_on_every_way_in(bo: httpx.Client) -> None:
    made = written(bo, weight="12")
    created = bo.post("/api/records/own.load", json={"name": "heavy", "weight": "31"})
    changed = bo.patch(f"/api/records/own.load/{made['id']}", json={"weight": "31", "version": made["version"]})
    for refused in (created, changed):
        [problem] = refused.json()["fields"]
        assert (refused.status_code, problem["path"], problem["detail"]) == (422, "weight", "Nobody carries that.")
    rows = bo.post("/api/records/own.load", json=[{"name": "a", "weight": "1"}, {"name": "b", "weight": "99"}])
    assert rows.status_code == 422


def test_a_changed_rule_computes_what_is_there_anew(bo: httpx.Client) -> None:
    """The plan says so before it is published."""
    made = written(bo, weight="20", far=True)
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    rows = [{"when": {"weight": "> 10"}, "then": {"fee": "weight * 3"}}]
    assert bo.put(f"/api/drafts/{draft}/rule/own.fee", json={**FEE, "rows": rows}).is_success
    assert bo.post(f"/api/drafts/{draft}/publish", json={}).is_success
    now = bo.get(f"/api/records/own.load/{made['id']}").json()
    assert (now["fee"], now["twice"], now["version"]) == ("60", "120", made["version"])
    written(bo, weight="31")


def test_who_uses_the_rule_is_known_and_it_cannot_go_before_them(bo: httpx.Client) -> None:
    used = {(each["kind"], each["name"]) for each in bo.get("/api/lineage/rule/own.fee").json()["used_by"]}
    assert {("field", "own.load.fee")} <= used
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    assert bo.delete(f"/api/drafts/{draft}/rule/own.fee").is_success
    found = bo.post(f"/api/drafts/{draft}/check", json={}).json()["findings"]
    assert any(each["name"] == "own.load" and "own.fee" in str(each) for each in found)
    assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 422
