"""Three-way merge of definitions, over (kind, name, property).

`base` is what was shipped before, `theirs` what is shipped now, `ours` what the
workspace made of it. A change that only one side made is taken; where both changed one
property differently, ours stays and the conflict is listed, so that nothing of the
workspace's own is ever lost silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from queti.kernel.errors import FieldProblem, Refusal
from queti.kernel.publishing.canonical import Body, Identity


class _Gone:
    """Not there, which a None in a body isn't."""


_GONE: Any = _Gone()

SETS = {"operations", "rules", "hide", "only", "locked", "writes", "roles", "needs", "show", "require", "lock"}
"""Properties whose lists are sets: additions and removals of both sides are taken."""
_QUIET = {"order"}
"""Properties whose conflicts nobody needs to decide: ours stays."""

Choice = Literal["ours", "theirs"]
Choices = Mapping[tuple[str, str, str], Choice]
"""(kind, name, property) → whose value is taken."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed `property`; None stands for 'not there'. `property` is "" for the whole."""

    kind: str
    name: str
    property: str
    base: Any
    ours: Any
    theirs: Any


class MergeConflicts(Refusal):
    """{count} properties were changed on both sides: {names}. Choose for each which one stays."""

    zh = "有 {count} 处双方都作了修改：{names}。请逐项选择保留哪一方。"
    kind = "conflict"

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        places = [f"{entry.kind}/{entry.name}/{entry.property}".rstrip("/") for entry in conflicts]
        super().__init__(
            count=len(conflicts),
            names=", ".join(places[:5]),
            fields=[
                FieldProblem(
                    place,
                    "conflict",
                    f"Yours: {entry.ours!r}; the other side's: {entry.theirs!r}; before: {entry.base!r}.",
                    f"您的：{entry.ours!r}；对方的：{entry.theirs!r}；原来：{entry.base!r}。",
                )
                for place, entry in zip(places, conflicts, strict=True)
            ],
        )


def merge_definitions(
    base: Mapping[Identity, Body],
    ours: Mapping[Identity, Body],
    theirs: Mapping[Identity, Body],
    choices: Choices | None = None,
) -> tuple[dict[Identity, Body], list[Conflict]]:
    """The merged bodies, and the conflicts that `choices` doesn't decide."""
    merged: dict[Identity, Body] = {}
    merging = _Merging(choices or {})
    for identity in sorted(base.keys() | ours.keys() | theirs.keys()):
        merging.identity = identity
        body = merging.merge("", *(side.get(identity, _GONE) for side in (base, ours, theirs)))
        if body is not _GONE:
            merged[identity] = body
    return merged, merging.conflicts


class _Merging:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.conflicts: list[Conflict] = []
        self.identity: Identity = ("", "")

    def merge(self, place: str, base: Any, ours: Any, theirs: Any) -> Any:
        if ours == theirs or _same(theirs, base):
            return ours
        if _same(ours, base):
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict):
            before = cast("Body", base) if isinstance(base, dict) else {}
            return self._merge_items(place, before, cast("Body", ours), cast("Body", theirs))
        name = place.rpartition(".")[2]
        if name in SETS and isinstance(ours, list) and isinstance(theirs, list):
            known = cast("list[Any]", base) if isinstance(base, list) else []
            return _merge_sets(known, cast("list[Any]", ours), cast("list[Any]", theirs))
        return self._decide(place, base, ours, theirs)

    def _merge_items(
        self, place: str, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in [*theirs, *(name for name in ours if name not in theirs), *base]:
            if name in merged:
                continue
            sides = (side.get(name, _GONE) for side in (base, ours, theirs))
            value = self.merge(f"{place}.{name}" if place else name, *sides)
            if value is not _GONE:
                merged[name] = value
        return merged

    def _decide(self, place: str, base: Any, ours: Any, theirs: Any) -> Any:
        choice = self.choices.get((*self.identity, place))
        if choice is not None:
            return theirs if choice == "theirs" else ours
        if place.rpartition(".")[2] not in _QUIET:
            shown = (None if side is _GONE else side for side in (base, ours, theirs))
            self.conflicts.append(Conflict(*self.identity, place, *shown))
        return ours


def _same(one: Any, other: Any) -> bool:
    return one is other or (one is not _GONE and other is not _GONE and one == other)


def _merge_sets(base: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    kept = [entry for entry in theirs if entry in ours or entry not in base]
    return kept + [entry for entry in ours if entry not in theirs and entry not in base]


def differences(before: Body | None, after: Body | None, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(property, old, new) of each leaf that differs; items with names are gone through one by one."""
    if before == after:
        return
    if before is None or after is None:
        yield place, before, after
        return
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        inner = f"{place}.{name}" if place else name
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(cast("Body", old), cast("Body", new), inner)
        elif old != new:
            yield inner, old, new
