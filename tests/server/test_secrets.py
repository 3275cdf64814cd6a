"""Encrypted fields: sealed in the table, opened by a key in the home, told in the history whenever somebody looks."""

from __future__ import annotations

import json
import stat
from typing import Any

import httpx
import pytest

from queti.store.keys import KeyLost
from tests.server.kiosk import WORKSPACE, Kiosk
from tests.server.test_files import REPAIRS, created, me_of, problem_of
from tests.server.test_files import workshop as workshop
from tests.server.test_files import workshop_with as workshop_with

KEPT = {"kept": True}
CODE = "4711-上海"


def reveal(client: httpx.Client, id: int, field: str = "door_code") -> httpx.Response:
    return client.post(f"{REPAIRS}/{id}/reveal/{field}")


def everything_in(kiosk: Kiosk) -> str:
    """All rows of all tables of the workspace, as text."""
    with kiosk.db.connection() as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [f"w_{WORKSPACE}"]
        ).fetchall()
        rows: list[Any] = [
            connection.execute(f'SELECT t::text FROM w_{WORKSPACE}."{name}" AS t').fetchall() for (name,) in names
        ]
    return str(rows)


def test_nobody_reads_it_but_who_asks_and_the_history_tells_of_it(workshop: Kiosk) -> None:
    max = workshop.signed_in("max")
    made = created(max, number="R1", door_code=CODE)
    path = f"{REPAIRS}/{made['id']}"
    assert made["door_code"] == KEPT
    assert max.get(path).json()["door_code"] == KEPT
    assert max.get(REPAIRS, params={"fields": "door_code"}).json()["records"][0]["door_code"] == KEPT
    assert CODE not in everything_in(workshop)

    assert reveal(max, made["id"]).json() == {"value": CODE}
    [looked, *_] = max.get(f"{path}/history").json()["entries"]
    assert "encrypted" in json.dumps(looked)
    assert CODE not in max.get(f"{path}/history").text


def test_given_back_it_stays_and_blank_is_blank(workshop: Kiosk) -> None:
    max = workshop.signed_in("max")
    made = created(max, number="R1", door_code=CODE)
    path = f"{REPAIRS}/{made['id']}"
    same = max.patch(path, json={"door_code": KEPT, "number": "R2", "version": 1}).json()
    assert reveal(max, made["id"]).json() == {"value": CODE}
    other = max.patch(path, json={"door_code": "0815", "version": same["version"]}).json()
    assert reveal(max, made["id"]).json() == {"value": "0815"}
    blank = max.patch(path, json={"door_code": None, "version": other["version"]}).json()
    assert blank["door_code"] is None
    assert reveal(max, made["id"]).json() == {"value": None}
    assert "0815" not in everything_in(workshop)
    assert created(max, number="R3", door_code=KEPT)["door_code"] is None


def test_it_is_revealed_to_none_who_do_not_see_it(workshop: Kiosk) -> None:
    max, mia = workshop.signed_in("max"), workshop.signed_in("mia")
    made = created(max, number="R1", door_code=CODE)
    assert reveal(mia, made["id"]).status_code == 404
    assert reveal(workshop.client(), made["id"]).status_code == 401
    assert reveal(max, made["id"], "number").status_code == 404
    assert me_of(max) != me_of(mia)


@pytest.mark.parametrize("where", ["door_code = '4711'", "contains(door_code, '47')", "door_code > 'a'"])
def test_nothing_is_found_by_it(workshop: Kiosk, where: str) -> None:
    max = workshop.signed_in("max")
    created(max, number="R1", door_code=CODE)
    assert max.get(REPAIRS, params={"where": where}).status_code == 422
    assert max.get(REPAIRS, params={"sort": "door_code"}).status_code == 422
    assert max.get(REPAIRS, params={"search": "4711"}).json()["records"] == []


def test_exports_carry_dots(workshop: Kiosk) -> None:
    bo = workshop.signed_in("bo")
    created(bo, number="R1", door_code=CODE)
    csv = bo.get("/api/exports/workshop.repair", params={"format": "csv", "fields": "number,door_code"}).text
    assert "••••" in csv
    assert CODE not in csv


def test_its_limits_are_those_of_the_text(workshop: Kiosk) -> None:
    from tests.server.test_files import create

    assert problem_of(create(workshop.signed_in("max"), number="R1", door_code="x" * 41)) == ("door_code", "too_long")


def test_keys_are_the_owners_alone_and_an_older_one_still_opens(workshop: Kiosk) -> None:
    max = workshop.signed_in("max")
    made = created(max, number="R1", door_code=CODE)
    keys, home = workshop.door.platform.keys, workshop.door.platform.home
    [file] = home.secrets.glob("field-key-*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys.rotate()
    later = created(max, number="R2", door_code="new")
    assert [reveal(max, record["id"]).json()["value"] for record in (made, later)] == [CODE, "new"]
    with workshop.db.connection() as connection:
        rows = connection.execute(f"SELECT door_code FROM w_{WORKSPACE}.workshop_repair ORDER BY id").fetchall()
    assert [row[0].partition(":")[0] for row in rows] == ["1", "2"]
    with pytest.raises(KeyLost):
        keys.open(rows[0][0], "workshop.repair.other_field")
