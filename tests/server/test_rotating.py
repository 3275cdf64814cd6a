"""Keys of encrypted fields are changed while people work; what is cut off goes on, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from queti.kernel import resealing
from queti.kernel.platform import Platform
from queti.kernel.resealing import rotate_keys
from queti.store.keys import Keyring
from tests.server.kiosk import WORKSPACE, Kiosk
from tests.server.test_files import REPAIRS, created
from tests.server.test_files import workshop as workshop
from tests.server.test_files import workshop_with as workshop_with
from tests.server.test_renaming import definitions
from tests.server.test_secrets import CODE, reveal


def keys_used(kiosk: Kiosk) -> list[str]:
    with kiosk.db.connection() as connection:
        rows = connection.execute(
            f"SELECT DISTINCT split_part(door_code, ':', 1) FROM w_{WORKSPACE}.workshop_repair ORDER BY 1"
        ).fetchall()
    return [key for (key,) in rows]


def drafted(kiosk: Kiosk, act: Any) -> None:
    """A change of the repairs, published."""
    bo = kiosk.signed_in("bo")
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    act(bo, f"/api/drafts/{draft}")
    answer = bo.post(f"/api/drafts/{draft}/publish", json={"confirmed": True})
    assert answer.status_code == 200, answer.text


def without_code(bo: Any, place: str) -> None:
    repair = definitions(bo, int(place.rpartition("/")[2]))["object"]["workshop.repair"]["body"]
    repair["fields"].pop("door_code")
    assert bo.put(f"{place}/object/workshop.repair", json=repair).status_code == 200


def test_everything_is_sealed_anew_and_nobody_notices(workshop: Kiosk) -> None:
    max = workshop.signed_in("max")
    made = [created(max, number=f"R{n}", door_code=f"{CODE}{n}") for n in range(3)]
    done = rotate_keys(workshop.door.platform)
    assert (done.key, done.sealed, done.unread) == ("2", 3, 0)
    assert keys_used(workshop) == ["2"]
    assert [reveal(max, each["id"]).json()["value"] for each in made] == [f"{CODE}{n}" for n in range(3)]
    assert max.get(f"{REPAIRS}/{made[0]['id']}").json()["version"] == made[0]["version"]


def test_what_was_cut_off_goes_on_with_the_same_key(workshop: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    max = workshop.signed_in("max")
    made = [created(max, number=f"R{n}", door_code=f"{CODE}{n}") for n in range(5)]
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    seal, calls = Keyring.seal, list[str]()

    def cut_off(keys: Keyring, text: str, place: str) -> str:
        calls.append(text)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return seal(keys, text, place)

    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(Keyring, "seal", cut_off)
        rotate_keys(workshop.door.platform)
    assert keys_used(workshop) == ["1", "2"]
    assert [reveal(max, each["id"]).json()["value"] for each in made] == [f"{CODE}{n}" for n in range(5)]

    fresh = Platform(workshop.db, workshop.door.platform.catalogue, workshop.door.platform.home)
    done = rotate_keys(fresh)
    assert (done.key, done.sealed) == ("2", 3)
    assert keys_used(workshop) == ["2"]
    assert rotate_keys(fresh).key == "3"


def test_a_renamed_field_keeps_its_secrets(workshop: Kiosk) -> None:
    safe = {"label": {"en": "Safe"}, "fields": {"name": {"type": "text"}, "code": {"type": "encrypted"}}}
    rights = {"see": True, "create": True, "change": True}

    def add(bo: Any, place: str) -> None:
        boss = definitions(bo, int(place.rpartition("/")[2]))["role"]["boss"]["body"]
        bo.put(f"{place}/object/own.safe", json=safe)
        bo.put(f"{place}/role/boss", json={**boss, "objects": {**boss["objects"], "own.safe": rights}})

    def rename(bo: Any, place: str) -> None:
        given = {"object": "own.safe", "field": "code", "to": "number"}
        assert bo.post(f"{place}/rename", json=given).status_code == 200

    drafted(workshop, add)
    bo = workshop.signed_in("bo")
    bo.post("/api/records/own.safe", json={"name": "A", "code": CODE})
    drafted(workshop, rename)
    for sealed_anew in (0, 1):
        assert not sealed_anew or rotate_keys(workshop.door.platform).sealed == 1
        assert bo.post("/api/records/own.safe/1/reveal/number").json() == {"value": CODE}


def test_what_is_out_of_use_is_sealed_anew_too(workshop: Kiosk) -> None:
    """A field may come back with its data: then the old key may be gone."""
    max = workshop.signed_in("max")
    made = created(max, number="R1", door_code=CODE)
    drafted(workshop, without_code)
    assert rotate_keys(workshop.door.platform).sealed == 1
    assert keys_used(workshop) == ["2"]
    (workshop.door.platform.home.secrets / "field-key-1").unlink()
    bo = workshop.signed_in("bo")
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    assert bo.post("/api/retired/workshop.repair/door_code/restore", json={"draft": draft}).status_code == 200
    assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200
    assert reveal(max, made["id"]).json() == {"value": CODE}


def test_values_of_a_lost_key_are_counted_and_stay(workshop: Kiosk) -> None:
    max = workshop.signed_in("max")
    created(max, number="R1", door_code=CODE)
    home = workshop.door.platform.home
    (home.secrets / "field-key-1").rename(home.secrets / "field-key-1.away")
    fresh = Platform(workshop.db, workshop.door.platform.catalogue, home)
    fresh.keys.rotate()
    fresh.keys.rotate()
    done = rotate_keys(fresh)
    assert (done.sealed, done.unread) == (0, 1)
