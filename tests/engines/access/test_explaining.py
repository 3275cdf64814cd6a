"""Who may see a record, and why: the same answer as everybody finds for themselves."""

from __future__ import annotations

from typing import Any

import pytest

from queti.engines.access.explaining import who_may
from queti.kernel.errors import RecordNotFound
from tests.fixtures.harbour import Harbour, Thing


@pytest.fixture
def hotel(harbour: Harbour) -> Thing:
    return harbour.owner.writes("base.party", name="Peace Hotel", is_customer=True, owner=harbour.mei.person.user)


def told(harbour: Harbour, thing: Thing, field: str = "") -> dict[str, Any]:
    return harbour.run(lambda work: who_may(work, thing.object, thing.id, field), harbour.owner.person)


def of(answer: dict[str, Any], login: str) -> dict[str, Any] | None:
    found = [group for group in answer["groups"] if login in [person["login"] for person in group["people"]]]
    return found[0] if found else None


def test_each_path_names_the_role_and_its_scope(harbour: Harbour, hotel: Thing) -> None:
    answer = told(harbour, hotel)
    mei = of(answer, "mei")
    assert mei
    assert [(path["role"], path["scope"][:10]) for path in mei["see"]] == [("sales", "owner = me")]
    assert mei["remove"] == []
    owner = of(answer, "owner")
    assert owner
    assert [(path["role"], path["scope"]) for path in owner["remove"]] == [("owner", "")]


def test_a_field_is_told_by_who_shows_it_and_who_writes_it(harbour: Harbour) -> None:
    chair = Thing(harbour, "base.product", harbour.id_of("base.product", "Office chair"))
    answer = told(harbour, chair, "price")
    tomas, owner = of(answer, "tomas"), of(answer, "owner")
    assert tomas
    assert owner
    assert tomas["field"] == {"see": [], "change": []}
    assert owner["field"] == {"see": ["owner"], "change": ["owner"]}
    weight = of(told(harbour, chair, "weight"), "tomas")
    assert weight
    assert weight["field"] == {"see": ["warehouse"], "change": ["warehouse"]}


def test_the_answer_is_what_everybody_finds(harbour: Harbour, hotel: Thing) -> None:
    harbour.owner.changes(hotel, owner=harbour.owner.person.user)
    answer = told(harbour, hotel)
    people = [harbour.owner, harbour.mei, harbour.lin, harbour.tomas, harbour.ada]
    for actor in people:
        finds = bool(actor.sees("base.party", f"id = {hotel.id}"))
        assert finds == (of(answer, actor.person.login) is not None), actor.person.login


def test_a_record_that_is_not_there_is_seen_by_nobody(harbour: Harbour, hotel: Thing) -> None:
    with pytest.raises(RecordNotFound):
        told(harbour, Thing(harbour, "base.party", 10**9))
