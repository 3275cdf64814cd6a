"""A field is renamed: what refers to it follows, and its data stays where it is."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("field", "to", "code"),
    [("number", "amount", "name_of_an_app"), ("state", "total", "name_taken"), ("state", "No Good", "wrong_name")],
)
def test_names_that_clash_or_belong_to_an_app_are_refused(bo: httpx.Client, field: str, to: str, code: str) -> None:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    refused = bo.post(f"/api/drafts/{draft}/rename", json={"object": "kiosk.order", "field": field, "to": to})
    assert refused.json()["code"] == code
