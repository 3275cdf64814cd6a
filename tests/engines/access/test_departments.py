"""Roles that people have through their department."""

from __future__ import annotations

from queti.kernel.people import people_of
from queti.kernel.person import Person
from tests.fixtures.harbour import Harbour


def person(harbour: Harbour, user: int | None) -> Person:
    assert user is not None
    return harbour.run(lambda work: people_of(work, [user])[0])


def test_a_department_gives_its_roles_to_everybody_in_it_and_in_its_parts(harbour: Harbour) -> None:
    tomas = harbour.tomas.person.user
    logistics = harbour.owner.writes("base.department", code="LOG", name="Logistics", roles=["accounts"])
    dock = harbour.owner.writes("base.department", code="DOCK", name="Dock", parent=logistics.id, roles=["warehouse"])
    before = person(harbour, tomas)
    assert "accounts" not in before.roles
    harbour.run(lambda work: work.change("base.user", [(tomas, {"department": dock.id, "roles": []})]))
    after = person(harbour, tomas)
    assert sorted(after.roles) == ["accounts", "everyone", "warehouse"]
    assert after.department == dock.id


def test_an_administrator_by_department_administers(harbour: Harbour) -> None:
    mei = harbour.mei.person.user
    board = harbour.owner.writes("base.department", code="BOARD", name="Board", roles=["owner"])
    harbour.run(lambda work: work.change("base.user", [(mei, {"department": board.id})]))
    assert person(harbour, mei).administers
    harbour.owner.changes(board, roles=[])
    assert not person(harbour, mei).administers
    assert person(harbour, mei).roles == ("sales", "everyone")


def test_a_role_that_does_not_exist_is_refused(harbour: Harbour) -> None:
    refused = harbour.owner.cannot_write("base.department", code="X", name="X", roles=["emperor"])
    assert refused.says("Must be one of: accounts")
