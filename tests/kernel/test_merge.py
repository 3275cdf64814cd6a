"""A new version and a workspace's own changes: no change of either side is ever lost silently."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from queti.kernel.publishing.merge import Conflict, differences, merge_definitions

KEY = ("object", "shop.order")
Body = dict[str, Any]


def merge(base: Body, ours: Body, theirs: Body, **choices: Any) -> tuple[Body, list[Conflict]]:
    merged, conflicts = merge_definitions({KEY: base}, {KEY: ours}, {KEY: theirs}, choices.get("choices"))
    return merged[KEY], conflicts


class TestOneSideChanged:
    def test_their_new_field_and_our_label_are_both_there(self) -> None:
        base = {"label": {"en": "Order"}, "fields": {"a": {"type": "text"}}}
        ours = {"label": {"en": "Job"}, "fields": {"a": {"type": "text"}}}
        theirs = {"label": {"en": "Order"}, "fields": {"a": {"type": "text"}, "b": {"type": "date"}}}
        merged, conflicts = merge(base, ours, theirs)
        assert merged == {"label": {"en": "Job"}, "fields": {"a": {"type": "text"}, "b": {"type": "date"}}}
        assert conflicts == []

    def test_properties_of_one_field_merge_one_by_one(self) -> None:
        base = {"fields": {"a": {"type": "text"}}}
        ours = {"fields": {"a": {"type": "text", "required": True}}}
        theirs = {"fields": {"a": {"type": "text", "search": True}}}
        merged, conflicts = merge(base, ours, theirs)
        assert merged["fields"]["a"] == {"type": "text", "required": True, "search": True}
        assert conflicts == []

    def test_what_they_took_out_is_out_unless_we_changed_it(self) -> None:
        base = {"fields": {"a": {"type": "text"}, "b": {"type": "text"}}}
        ours = {"fields": {"a": {"type": "text", "required": True}, "b": {"type": "text"}}}
        merged, conflicts = merge(base, ours, {"fields": {}})
        assert merged == {"fields": {"a": {"type": "text", "required": True}}}
        assert [(each.property, each.theirs) for each in conflicts] == [("fields.a", None)]

    def test_operations_of_a_role_merge_as_a_set(self) -> None:
        merged, conflicts = merge(
            {"operations": ["a", "b"]}, {"operations": ["a", "b", "mine"]}, {"operations": ["b", "theirs"]}
        )
        assert merged["operations"] == ["b", "theirs", "mine"]
        assert conflicts == []


class TestBothChanged:
    def test_ours_stays_and_the_conflict_is_listed(self) -> None:
        merged, [conflict] = merge({"sort": "a"}, {"sort": "b"}, {"sort": "c"})
        assert merged == {"sort": "b"}
        assert conflict == Conflict(*KEY, "sort", "a", "b", "c")

    def test_a_choice_decides_it(self) -> None:
        merged, conflicts = merge({"sort": "a"}, {"sort": "b"}, {"sort": "c"}, choices={(*KEY, "sort"): "theirs"})
        assert (merged, conflicts) == ({"sort": "c"}, [])

    def test_nobody_is_asked_about_the_place_of_a_field(self) -> None:
        merged, conflicts = merge({"order": 1}, {"order": 2}, {"order": 3})
        assert (merged, conflicts) == ({"order": 2}, [])

    def test_the_same_change_is_no_conflict(self) -> None:
        assert merge({"sort": "a"}, {"sort": "b"}, {"sort": "b"}) == ({"sort": "b"}, [])


leaves = st.sampled_from(["x", "y", True, 1, ["p", "q"]])
bodies = st.recursive(
    st.dictionaries(st.sampled_from("abc"), leaves, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner | leaves, max_size=4),
    max_leaves=12,
)


def at(body: Any, place: str) -> Any:
    """The value at a property's place, None where there is none."""
    for name in place.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


class TestProperties:
    @given(bodies, bodies)
    def test_without_a_change_of_ours_theirs_is_taken_whole(self, base: Body, theirs: Body) -> None:
        assert merge(base, base, theirs) == (theirs, [])

    @given(bodies, bodies)
    def test_without_a_change_of_theirs_ours_stays_whole(self, base: Body, ours: Body) -> None:
        assert merge(base, ours, base) == (ours, [])

    @given(bodies, bodies, bodies)
    def test_each_change_is_in_the_result_or_in_a_conflict(self, base: Body, ours: Body, theirs: Body) -> None:
        merged, conflicts = merge(base, ours, theirs)
        told = [each.property for each in conflicts]
        for side in (ours, theirs):
            for place, _, new in differences(base, side):
                if not any(
                    place == each or place.startswith(f"{each}.") or each.startswith(f"{place}.") or not each
                    for each in told
                ):
                    assert is_there(at(merged, place), new), (place, new, merged)

    @given(bodies, bodies, bodies)
    def test_our_own_changes_are_never_overwritten(self, base: Body, ours: Body, theirs: Body) -> None:
        merged, _ = merge(base, ours, theirs)
        for place, _, new in differences(base, ours):
            assert is_there(at(merged, place), new)

    @given(bodies, bodies, bodies)
    def test_a_conflict_is_where_both_changed(self, base: Body, ours: Body, theirs: Body) -> None:
        for each in merge(base, ours, theirs)[1]:
            assert each.ours != each.theirs


def is_there(found: Any, wanted: Any) -> bool:
    """`wanted` is part of `found`: the other side may have added to it."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(is_there(found.get(name), value) for name, value in wanted.items())
    return found == wanted
