"""A field is renamed: what refers to it follows, and its data stays where it is."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk
from tests.server.test_preview import definitions

CRATE: dict[str, Any] = {
    "label": {"en": "Crate", "zh": "箱"},
    "title": "name",
    "sort": "-weight,name",
    "fields": {
        "name": {"type": "text", "required": True},
        "weight": {"type": "number", "in_list": True},
        "inside": {"type": "link", "to": "own.crate", "reverse": "crates", "filter": "weight > 1"},
        "gross": {"type": "number", "formula": "weight * 2 + weight"},
        "heavy": {"type": "number", "formula": "sum(crates.weight) + inside.weight"},
    },
    "keys": {"same": {"fields": ["name", "weight"]}},
    "rules": {"light": {"require": "weight < 100", "say": {"en": "Too heavy.", "zh": "过重。"}, "field": "weight"}},
    "linkage": {"big": {"when": "weight > 50", "require": ["inside"], "lock": ["weight"]}},
}
VIEW = {
    "object": "own.crate",
    "label": {"en": "Crates", "zh": "箱"},
    "where": "weight > 1 and inside.weight > 1 and name != 'weight'",
    "sort": "inside.weight",
    "fields": ["name", "weight", "inside.weight"],
}
ROLE = {
    "objects": {"own.crate": {"see": "weight < 50", "create": True, "change": True, "locked": ["weight"]}},
    "label": {"en": "Packer", "zh": "装箱"},
}


@pytest.fixture
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def test_everything_follows_and_the_data_stays(bo: httpx.Client) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    boss = definitions(bo, draft)["role"]["boss"]["body"]
    boss["objects"]["own.crate"] = {"see": True, "create": True, "change": True}
    changes = [
        {"kind": "object", "name": "own.crate", "body": CRATE},
        {"kind": "view", "name": "own.crates", "body": VIEW},
        {"kind": "role", "name": "packer", "body": ROLE},
        {"kind": "role", "name": "boss", "body": boss},
    ]
    bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": changes})
    published = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert published.status_code == 200, published.text
    made = bo.post("/api/records/own.crate", json={"name": "A", "weight": 7}).json()["records"][0]

    draft = bo.post("/api/drafts", json={}).json()["draft"]
    renamed = bo.post(f"/api/drafts/{draft}/rename", json={"object": "own.crate", "field": "weight", "to": "net"})
    assert renamed.status_code == 200, renamed.text
    changed = renamed.json()["changes"]
    crate = changed["object:own.crate"]
    assert (crate["fields"]["gross"]["formula"], crate["fields"]["inside"]["filter"]) == ("net * 2 + net", "net > 1")
    assert crate["fields"]["heavy"]["formula"] == "sum(crates.net) + inside.net"
    assert (crate["sort"], crate["keys"]["same"]["fields"]) == ("-net,name", ["name", "net"])
    assert (crate["rules"]["light"]["require"], crate["rules"]["light"]["field"]) == ("net < 100", "net")
    assert (crate["linkage"]["big"]["when"], crate["linkage"]["big"]["lock"]) == ("net > 50", ["net"])
    assert changed["view:own.crates"]["where"] == "net > 1 and inside.net > 1 and name != 'weight'"
    assert changed["view:own.crates"]["fields"] == ["name", "net", "inside.net"]
    grant = changed["role:packer"]["objects"]["own.crate"]
    assert (grant["see"], grant["locked"]) == ("net < 50", ["net"])

    place = f"/api/records/own.crate/{made['id']}"
    assert float(bo.get(place, headers={"x-queti-draft": str(draft)}).json()["net"]) == 7
    planned = bo.post(f"/api/drafts/{draft}/plan")
    assert planned.status_code == 200, planned.text
    steps = planned.json()["steps"]
    assert not {"add_column", "retire_column"} & {step["act"] for step in steps}
    published = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert published.status_code == 200, published.text
    found = bo.get(place).json()
    assert (float(found["net"]), float(found["gross"])) == (7, 21)
    assert bo.patch(place, json={"net": 8, "version": found["version"]}).status_code == 200


CHEST: dict[str, Any] = {
    "label": {"en": "Chest", "zh": "柜"},
    "title": "name",
    "fields": {"name": {"type": "text"}, "weight": {"type": "number"}},
}


def test_renamed_twice_and_back_in_one_draft_the_data_is_still_there(bo: httpx.Client) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    boss = definitions(bo, draft)["role"]["boss"]["body"]
    boss["objects"]["own.chest"] = {"see": True, "create": True, "change": True}
    changes = [
        {"kind": "object", "name": "own.chest", "body": CHEST},
        {"kind": "role", "name": "boss", "body": boss},
    ]
    bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": changes})
    assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200
    made = bo.post("/api/records/own.chest", json={"name": "A", "weight": 7}).json()["records"][0]
    place = f"/api/records/own.chest/{made['id']}"
    for names, last in ((["weight", "net", "load"], "load"), (["load", "heft", "load", "heft"], "heft")):
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        for old, new in itertools.pairwise(names):
            renamed = bo.post(f"/api/drafts/{draft}/rename", json={"object": "own.chest", "field": old, "to": new})
            assert renamed.status_code == 200, renamed.text
        published = bo.post(f"/api/drafts/{draft}/publish", json={})
        assert published.status_code == 200, published.text
        assert float(bo.get(place).json()[last]) == 7


@pytest.mark.parametrize(
    ("field", "to", "code"),
    [("number", "amount", "name_of_an_app"), ("state", "total", "name_taken"), ("state", "No Good", "wrong_name")],
)
def test_names_that_clash_or_belong_to_an_app_are_refused(bo: httpx.Client, field: str, to: str, code: str) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    refused = bo.post(f"/api/drafts/{draft}/rename", json={"object": "kiosk.order", "field": field, "to": to})
    assert refused.json()["code"] == code


RACK: dict[str, Any] = {
    "label": {"en": "Rack", "zh": "货架"},
    "title": "name",
    "fields": {
        "name": {"type": "text", "required": True},
        "state": {"type": "choice", "default": "raw", "choices": {"raw": {}, "done": {}}},
        "next": {"type": "link", "to": "own.rack", "reverse": "racks", "filter": "state = 'raw'"},
        "beside": {"type": "lookup", "path": "next.state"},
        "open": {"type": "boolean", "formula": "state in ('raw', 'done') and beside != 'raw'"},
        "count": {"type": "number", "formula": "count(racks where state = 'raw' and name != 'raw')"},
        "marks": {"type": "choices", "choices": {"raw": {}, "b": {}}},
        "marked": {"type": "boolean", "formula": "'raw' in marks"},
    },
    "rules": {"r": {"require": "state = 'done' or blank(next)", "say": {"en": "No.", "zh": "否。"}}},
    "linkage": {
        "big": {"when": "state = 'raw'", "choices": {"state": ["raw", "done"]}},
        "far": {
            "when": "name = 'raw'",
            "set": {"state": "raw"},
            "filter": {"next": "state = this.state and state != 'raw'"},
        },
    },
}
RACKS = {
    "object": "own.rack",
    "label": {"en": "Racks", "zh": "货架"},
    "where": "state = 'raw' or next.beside = 'raw' or name = 'raw'",
    "fields": ["name"],
    "colours": {"red": {"when": "state = 'raw'", "tone": "bad"}},
}


def test_a_choice_is_renamed_in_all_that_speaks_of_it(bo: httpx.Client) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    boss = definitions(bo, draft)["role"]["boss"]["body"]
    boss["objects"]["own.rack"] = {"see": "state = 'raw' or name = 'raw'", "create": True, "change": True}
    changes = [
        {"kind": "object", "name": "own.rack", "body": RACK},
        {"kind": "view", "name": "own.racks", "body": RACKS},
        {"kind": "role", "name": "boss", "body": boss},
    ]
    bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": changes})
    published = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert published.status_code == 200, published.text
    [made] = bo.post("/api/records/own.rack", json={"name": "A"}).json()["records"]
    kept = bo.post(
        "/api/kept_views/own.rack", json={"name": "Mine", "body": {"where": "state = 'raw'", "fields": ["state"]}}
    )
    assert kept.status_code == 201, kept.text

    draft = bo.post("/api/drafts", json={}).json()["draft"]
    place = {"object": "own.rack", "field": "state", "choice": "raw", "to": "rough"}
    renamed = bo.post(f"/api/drafts/{draft}/rename", json=place)
    assert renamed.status_code == 200, renamed.text
    changed = renamed.json()["changes"]
    fields = changed["object:own.rack"]["fields"]
    assert fields["state"]["default"] == "rough"
    assert fields["state"]["choices"].keys() == {"rough", "done"}
    assert fields["state"]["choices"]["rough"]["formerly"] == ["raw"]
    assert fields["next"]["filter"] == 'state = "rough"'
    assert fields["open"]["formula"] == 'state in ("rough", \'done\') and beside != "rough"'
    assert fields["count"]["formula"] == "count(racks where state = \"rough\" and name != 'raw')"
    assert fields["marked"]["formula"] == "'raw' in marks"
    rack = changed["object:own.rack"]
    assert rack["rules"]["r"]["require"] == RACK["rules"]["r"]["require"]
    assert rack["linkage"]["big"]["when"] == 'state = "rough"'
    assert rack["linkage"]["big"]["choices"]["state"] == ["rough", "done"]
    assert rack["linkage"]["far"]["set"]["state"] == "rough"
    assert rack["linkage"]["far"]["filter"]["next"] == 'state = this.state and state != "rough"'
    view = changed["view:own.racks"]
    assert view["where"] == 'state = "rough" or next.beside = "rough" or name = \'raw\''
    assert view["colours"]["red"]["when"] == 'state = "rough"'
    assert changed["role:boss"]["objects"]["own.rack"]["see"] == "state = \"rough\" or name = 'raw'"

    record = f"/api/records/own.rack/{made['id']}"
    assert bo.get(record, headers={"x-queti-draft": str(draft)}).json()["state"] == "rough"
    assert bo.get(record).json()["state"] == "raw"
    [view] = bo.get("/api/kept_views/own.rack", headers={"x-queti-draft": str(draft)}).json()["views"]
    assert view["body"]["where"] == 'state = "rough"'
    published = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert published.status_code == 200, published.text
    found = bo.get(record).json()
    assert (found["state"], found["open"]) == ("rough", True)
    [view] = bo.get("/api/kept_views/own.rack").json()["views"]
    assert view["body"]["where"] == 'state = "rough"'
    assert bo.patch(record, json={"state": "raw", "version": found["version"]}).status_code == 422

    release = published.json()["release"]
    assert bo.post(f"/api/releases/{release - 1}/rollback", json={}).status_code == 200
    assert bo.get(record).json()["state"] == "raw"
    [view] = bo.get("/api/kept_views/own.rack").json()["views"]
    assert view["body"]["where"] == 'state = "raw"'


@pytest.mark.parametrize(
    ("choice", "to", "code"),
    [("open", "shut", "name_of_an_app"), ("open", "closed", "name_taken"), ("opn", "x", "unknown_name")],
)
def test_names_of_choices_that_clash_or_belong_to_an_app_are_refused(
    bo: httpx.Client, choice: str, to: str, code: str
) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    place = {"object": "kiosk.order", "field": "state", "choice": choice, "to": to}
    refused = bo.post(f"/api/drafts/{draft}/rename", json=place)
    assert refused.json()["code"] == code, refused.text


def test_an_object_keeps_its_name(bo: httpx.Client) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    refused = bo.post(f"/api/drafts/{draft}/rename", json={"object": "kiosk.order", "to": "kiosk.sale"})
    assert (refused.status_code, refused.json()["code"]) == (409, "object_keeps_its_name")


def test_the_history_goes_along_and_a_new_field_of_the_old_name_has_none_of_it(bo: httpx.Client) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    boss = definitions(bo, draft)["role"]["boss"]["body"]
    boss["objects"]["own.chest"] = {"see": True, "create": True, "change": True}
    changed(
        bo,
        draft,
        {"kind": "object", "name": "own.chest", "body": CHEST},
        {"kind": "role", "name": "boss", "body": boss},
    )
    made = bo.post("/api/records/own.chest", json={"name": "A", "weight": 7}).json()["records"][0]
    place = f"/api/records/own.chest/{made['id']}"
    bo.patch(place, json={"weight": 8, "version": 1})
    for old, new, value in (("weight", "net", 9), ("net", "load", 10)):
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        bo.post(f"/api/drafts/{draft}/rename", json={"object": "own.chest", "field": old, "to": new})
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200
        bo.patch(place, json={new: value, "version": value - 7})
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    chest = definitions(bo, draft)["object"]["own.chest"]["body"]
    chest["fields"]["weight"] = {"type": "number"}
    changed(bo, draft, {"kind": "object", "name": "own.chest", "body": chest})
    bo.patch(place, json={"weight": 1, "version": 4})

    entries = bo.get(f"{place}/history").json()["entries"]
    told = [(each["field"], each["old"], each["new"]) for entry in entries for each in entry["changes"]]
    assert told == [("weight", None, "1"), ("load", "9", "10"), ("load", "8", "9"), ("load", "7", "8")]
    stale = bo.patch(place, json={"name": "B", "version": 2}).json()
    assert {each["path"] for each in stale["fields"]} == {"load", "weight"}
    back = bo.post(f"{place}/history/{entries[-2]['id']}/bring_back", json={"version": 5})
    assert (back.status_code, float(bo.get(place).json()["load"])) == (200, 7)


def changed(bo: httpx.Client, draft: int, *changes: dict[str, Any]) -> None:
    said = bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": list(changes)})
    assert said.status_code == 200, said.text
    said = bo.post(f"/api/drafts/{draft}/publish", json={})
    assert said.status_code == 200, said.text
