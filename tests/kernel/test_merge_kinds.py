"""The three-way merge of every kind of definition, with bodies made up from the kinds' own shapes:
a change that doesn't conflict is never lost, sides may be swapped, conflicts are always listed whole."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queti.kernel.definitions import KINDS
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.merge import SETS, merge_definitions

Body = dict[str, Any]
_NAMES = st.sampled_from(["a", "b", "c"])
_TEXTS = st.sampled_from(["x", "y", "z"])
_MISSING = object()


def values_of(type: Any, depth: int) -> st.SearchStrategy[Any]:
    """Values of a property's type; structs inside to a depth of two."""
    origin, inner = get_origin(type), get_args(type)
    if isinstance(type, _STRUCT):
        return structs(type, depth + 1)
    if origin is Literal:
        return st.sampled_from(inner)
    if type is Any:
        return _TEXTS
    if origin is list:
        if depth > 1 and isinstance(inner[0], _STRUCT):
            return st.just([])
        return st.lists(values_of(inner[0], depth), max_size=2, unique_by=repr)
    if origin is dict:
        if depth > 1 and isinstance(inner[1], _STRUCT):
            return st.just({})
        return st.dictionaries(_NAMES, values_of(inner[1], depth), max_size=2)
    if inner:
        return st.one_of([st.none() if each is None.__class__ else values_of(each, depth) for each in inner])
    simple = {str: _TEXTS, bool: st.booleans(), int: st.integers(0, 3), float: st.integers(0, 3).map(float)}
    return simple[type]


_STRUCT = msgspec.StructMeta


@cache
def structs(struct: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct)
    given: dict[str, Any] = {}
    optional: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        is_required = field.required
        (given if is_required else optional)[field.name] = values_of(hints[field.name], depth)
    few = st.lists(st.sampled_from(sorted(optional)), max_size=4, unique=True)
    some = few.flatmap(lambda names: st.fixed_dictionaries({name: optional[name] for name in names}))
    return st.builds(lambda needed, more: struct(**needed, **more), st.fixed_dictionaries(given), some)


@cache
def bodies(kind: str) -> st.SearchStrategy[Body]:
    return structs(KINDS[kind]).map(body_of)


def leaves(body: Any, place: str = "") -> dict[str, Any]:
    """Every property that isn't a mapping of more, and empty mappings."""
    if not isinstance(body, dict) or not body:
        return {place: body}
    found: dict[str, Any] = {}
    for name, value in body.items():
        found |= leaves(value, f"{place}.{name}" if place else name)
    return found


def mixed(draw: st.DrawFn, one: Any, other: Any) -> Any:
    """Of each property the one's or the other's."""
    if isinstance(one, dict) and isinstance(other, dict):
        chosen: Body = {}
        for name in sorted(one.keys() | other.keys()):
            value = mixed(draw, one.get(name, _MISSING), other.get(name, _MISSING))
            if value is not _MISSING:
                chosen[name] = value
        return chosen
    return draw(st.sampled_from([one, other])) if one is not other else one


@st.composite
def three(draw: st.DrawFn, kind: str) -> tuple[Body, Body, Body]:
    """A base, and two that differ from it here and there."""
    base = draw(bodies(kind))
    return base, *(mixed(draw, base, draw(bodies(kind))) for _ in range(2))  # type: ignore[return-value]


def merge(base: Body, ours: Body, theirs: Body, choices: Any = None) -> tuple[Body, dict[str, tuple[Any, Any, Any]]]:
    key = ("kind", "name")
    merged, conflicts = merge_definitions({key: base}, {key: ours}, {key: theirs}, choices)
    return merged[key], {each.property: (each.base, each.ours, each.theirs) for each in conflicts}


def is_under(place: str, others: Any) -> bool:
    return any(place == other or place.startswith(f"{other}.") or other.startswith(f"{place}.") for other in others)


def is_set(place: str) -> bool:
    return place.rpartition(".")[2] in SETS


many = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    @many
    @given(data=st.data())
    def test_a_change_of_one_side_is_never_lost(self, kind: str, data: st.DataObject) -> None:
        base, ours, theirs = data.draw(three(kind))
        merged, conflicts = merge(base, ours, theirs)
        before, result = leaves(base), leaves(merged)
        for mine, other in ((leaves(ours), leaves(theirs)), (leaves(theirs), leaves(ours))):
            for place, value in mine.items():
                is_change = before.get(place, _MISSING) != value
                is_alone = other.get(place, _MISSING) == before.get(place, _MISSING) and not is_under(
                    place, changed(before, other)
                )
                if is_change and is_alone and value != {} and not is_under(place, conflicts) and not is_set(place):
                    assert result.get(place, _MISSING) == value, place

    @many
    @given(data=st.data())
    def test_sides_may_be_swapped(self, kind: str, data: st.DataObject) -> None:
        base, ours, theirs = data.draw(three(kind))
        (one, conflicts), (other, mirrored) = merge(base, ours, theirs), merge(base, theirs, ours)
        assert {place: (a, c, b) for place, (a, b, c) in conflicts.items()} == mirrored
        for place, value in leaves(one).items():
            if not is_under(place, conflicts) and not place.endswith("order") and not is_set(place):
                assert leaves(other).get(place, _MISSING) == value, place

    @many
    @given(data=st.data())
    def test_what_both_changed_differently_is_listed_whole(self, kind: str, data: st.DataObject) -> None:
        base, ours, theirs = data.draw(three(kind))
        _, conflicts = merge(base, ours, theirs)
        before, mine, other = leaves(base), leaves(ours), leaves(theirs)
        for place in mine.keys() & other.keys():
            three_values = [side.get(place, _MISSING) for side in (before, mine, other)]
            differ = all(three_values.count(value) == 1 for value in three_values)
            if differ and not is_set(place) and place.rpartition(".")[2] != "order":
                assert is_under(place, conflicts), place
        for place, (was, here, there) in conflicts.items():
            assert here != there, place
            assert was != here, place
            assert was != there, place

    @many
    @given(data=st.data())
    def test_every_conflict_is_decided_by_a_choice(self, kind: str, data: st.DataObject) -> None:
        base, ours, theirs = data.draw(three(kind))
        _, conflicts = merge(base, ours, theirs)
        for take in ("ours", "theirs"):
            choices = {("kind", "name", place): take for place in conflicts}
            decided, left = merge(base, ours, theirs, choices)
            assert left == {}
            for place, (_, here, there) in conflicts.items():
                wanted = leaves(here if take == "ours" else there, place)
                found = leaves(decided)
                for leaf, value in wanted.items():
                    assert value in (None, {}) or found.get(leaf) == value


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [
        place for place in before.keys() | after.keys() if before.get(place, _MISSING) != after.get(place, _MISSING)
    ]
