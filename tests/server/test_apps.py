"""Apps as files, the gallery and whole workspaces over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from queti.server.founding import bring_up_to_date
from tests.fixtures.patience import eventually
from tests.server.kiosk import Kiosk, newer_catalogue

PET = {"label": {"en": "Pet", "zh": "宠物"}, "title": "name", "fields": {"name": {"type": "text", "in_list": True}}}
ALL = {"see": True, "create": True, "change": True, "remove": True}


@pytest.fixture
def own(kiosk_with: Callable[..., Kiosk]) -> Kiosk:
    return kiosk_with()


def build(boss: httpx.Client, label: str = "Pets", **more: Any) -> None:
    """The app pets, made at run time."""
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    bodies = {
        "app/pets": {"label": {"en": label}, "menu": {"pets": {"object": "pets.pet"}}},
        "object/pets.pet": {**PET, "fields": {**PET["fields"], **more}},
        "role/pets:boss": {"objects": {"pets.pet": ALL}},
    }
    for path, body in bodies.items():
        assert boss.put(f"/api/drafts/{draft}/{path}", json=body).status_code == 200
    published = boss.post(f"/api/drafts/{draft}/publish", json={})
    assert published.status_code == 200, published.text


def install(client: httpx.Client, file: bytes, query: str = "", **data: str) -> httpx.Response:
    return client.post(f"/api/apps/install{query}", files={"file": ("x.queti-app", file)}, data=data)


class TestAppsOverHttp:
    def test_an_app_made_here_goes_out_away_and_comes_back(self, own: Kiosk) -> None:
        boss = own.signed_in("bo")
        build(boss)
        boss.post("/api/records/pets.pet", json={"name": "Rex"})
        exported = boss.post("/api/apps/pets/export", json={"version": "1.2.0", "notes": "First"})
        assert exported.status_code == 200
        assert "pets-1.2.0.queti-app" in exported.headers["content-disposition"]
        assert boss.post("/api/apps/pets/uninstall", json={}).status_code == 200
        assert boss.get("/api/records/pets.pet").status_code == 404
        planned = install(boss, exported.content, "?plan=true").json()
        assert (planned["app"], planned["version"], planned["notes"]) == ("pets", "1.2.0", "First")
        assert planned["author"] == "Bo"
        assert "+ object pets.pet" in planned["changes"]
        assert boss.get("/api/records/pets.pet").status_code == 404, "a plan changes nothing"
        installed = install(boss, exported.content)
        assert installed.json()["version"] == "1.2.0"
        assert [row["name"] for row in boss.get("/api/records/pets.pet?fields=name").json()["records"]] == ["Rex"]
        apps = {app["app"]: app for app in boss.get("/api/apps").json()["apps"]}
        assert (apps["kiosk"]["from"], apps["pets"]["version"]) == ("queti", "1.2.0")

    def test_conflicts_are_shown_side_by_side_and_decided(self, own: Kiosk) -> None:
        boss = own.signed_in("bo")
        build(boss)
        first = boss.post("/api/apps/pets/export", json={"version": "1.0.0"}).content
        build(boss, label="Animals")
        second = boss.post("/api/apps/pets/export", json={"version": "1.1.0"}).content
        both = [{"kind": "app", "name": "pets", "property": each, "take": "theirs"} for each in ("label.en", "version")]
        assert install(boss, first, choices=json.dumps(both)).status_code == 200
        build(boss, label="Beasts")
        [conflict] = [
            each for each in install(boss, second, "?plan=true").json()["conflicts"] if each["property"] == "label.en"
        ]
        assert (conflict["base"], conflict["ours"], conflict["theirs"]) == ("Pets", "Beasts", "Animals")
        assert install(boss, second).status_code == 409
        assert install(boss, second, choices="not json").status_code == 400

    def test_a_newer_version_that_comes_with_queti_waits_for_a_decision(self, kiosk_with: Callable[..., Kiosk]) -> None:
        boss = kiosk_with().signed_in("bo")
        assert boss.get("/api/upgrade").json()["apps"] == []
        draft = boss.post("/api/drafts", json={}).json()["draft"]
        body = boss.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["object"]["kiosk.order"]["body"]
        body["fields"]["number"]["max_length"] = 40
        body["fields"]["note"] = {"type": "text"}
        boss.put(f"/api/drafts/{draft}/object/kiosk.order", json=body)
        assert boss.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200

        newer = kiosk_with(catalogue=newer_catalogue())
        said: list[str] = []
        bring_up_to_date(newer.door.platform, said.append)
        assert len(said) == 1
        assert "kiosk: 1 properties were changed on both sides" in said[0]
        boss, clerk = newer.signed_in("bo"), newer.signed_in("cleo")
        assert clerk.get("/api/upgrade").status_code == 403
        waiting = boss.get("/api/upgrade", headers={"accept-language": "zh"}).json()
        assert waiting["apps"] == [{"app": "kiosk", "label": "小店", "from": "1.0.0", "version": "1.1.0"}]
        [conflict] = waiting["conflicts"]
        assert conflict["property"] == "fields.number.max_length"
        assert (conflict["base"], conflict["ours"], conflict["theirs"]) == (30, 40, 25)
        assert waiting["changes"] == ["~ app kiosk", "~ object kiosk.order"]
        assert boss.post("/api/upgrade", json={}).status_code == 409
        decided = {"kind": "object", "name": "kiosk.order", "property": conflict["property"], "take": "theirs"}
        assert boss.post("/api/upgrade", json={"choices": [decided]}).status_code == 200
        assert boss.get("/api/upgrade").json()["apps"] == []
        fields = boss.get("/api/definitions").json()["objects"]["kiosk.order"]["fields"]
        assert {"note", "carrier"} <= {each["name"] for each in fields}
        assert boss.post("/api/records/kiosk.order", json={"number": "N" * 26, "lines": []}).status_code == 422

    def test_another_process_serves_the_app_at_once(self, kiosk_with: Callable[..., Kiosk]) -> None:
        one, other = kiosk_with(), kiosk_with()
        boss = one.signed_in("bo")
        build(boss)
        file = boss.post("/api/apps/pets/export", json={}).content
        boss.post("/api/apps/pets/uninstall", json={})
        install(boss, file)
        there = other.signed_in("bo")
        made = there.post("/api/records/pets.pet", json={"name": "Rex"})
        assert made.status_code == 201, made.text
        assert eventually(lambda: boss.get("/api/records/pets.pet").json()["records"], "the record")

    def test_files_that_are_none_are_refused_in_words(self, own: Kiosk) -> None:
        boss = own.signed_in("bo")
        refused = install(boss, b"#!/bin/sh")
        assert (refused.status_code, refused.json()["code"]) == (422, "not_an_archive")
        zh = boss.post("/api/apps/install", files={"file": ("x", b"PK")}, headers={"accept-language": "zh"})
        assert "Queti" in zh.json()["detail"]
        assert boss.post("/api/apps/install", data={"x": "y"}, files={"other": ("x", b"")}).status_code == 422

    def test_only_an_administrator_may(self, own: Kiosk) -> None:
        clerk = own.signed_in("cleo")
        answers = [
            clerk.get("/api/apps"), clerk.get("/api/gallery"), clerk.get("/api/folder"),
            clerk.post("/api/apps/kiosk/export", json={}), install(clerk, b""),
            clerk.post("/api/apps/kiosk/uninstall", json={}), clerk.post("/api/gallery/tickets/install", json={}),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {403}

    def test_the_gallery_tells_what_is_inside(self, own: Kiosk) -> None:
        boss = own.signed_in("bo", **{"accept-language": "zh"})
        templates = {each["name"]: each for each in boss.get("/api/gallery").json()["templates"]}
        assert templates.keys() >= {"inspection", "tickets", "timesheet"}
        assert templates["inspection"]["label"] == "设备点检"
        assert "点检" in templates["inspection"]["inside"]["object"]
        assert templates["inspection"]["installed"] is None
        assert boss.post("/api/gallery/nothing/install", json={}).status_code == 404


class TestMovingReleases:
    def test_a_release_is_one_file_that_a_workspace_takes(self, own: Kiosk) -> None:
        boss = own.signed_in("bo")
        build(boss)
        moved = move(boss, boss.get("/api/folder").content)
        assert moved.status_code == 200, moved.text
        first = boss.get("/api/folder").content
        build(boss, chip={"type": "text"})
        planned = move(boss, first, "?plan=true").json()
        assert (planned["conflicts"], planned["losses"]) == ([], []), "what was done here since stays"
        assert move(boss, first).json()["release"] == boss.get("/api/releases").json()["releases"][0]["release"]
        boss.post("/api/records/pets.pet", json={"name": "Rex", "chip": "0815"})
        assert boss.get("/api/records/pets.pet?fields=chip").json()["records"] == [{"chip": "0815"}]

    def test_data_goes_out_of_use_only_when_confirmed(self, own: Kiosk) -> None:
        boss = own.signed_in("bo")
        build(boss)
        without = boss.get("/api/folder").content
        build(boss, chip={"type": "text"})
        move(boss, boss.get("/api/folder").content)
        boss.post("/api/records/pets.pet", json={"name": "Rex", "chip": "0815"})
        assert move(boss, without, "?plan=true").json()["losses"] == ["pets.pet.chip"]
        refused = move(boss, without)
        assert (refused.status_code, refused.json()["code"]) == (409, "data_lost")
        assert move(boss, without, lose="true").status_code == 200
        assert "chip" not in boss.get("/api/records/pets.pet/1").json()


def move(client: httpx.Client, file: bytes, query: str = "", **data: str) -> httpx.Response:
    return client.post(f"/api/folder/publish{query}", files={"file": ("w.queti-release", file)}, data=data)
