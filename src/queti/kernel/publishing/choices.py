"""Choices that go: which choice takes the records of one that is gone, and how its values are rewritten.

A rewritten field gets a column of its own, as one of another type does, so that what records held
before stays in the column that retires. Going back, a record gets its old choice again unless it was
given another one since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from queti.kernel.definitions import FieldDef
from queti.kernel.formulas.printer import literal_text, name_text

CHOICE_TYPES = frozenset({"choice", "tree_choice", "choices"})


def successors(written: FieldDef) -> dict[str, str]:
    """Choice that is gone → the one that takes its records."""
    choices = written.choices
    return {old: name for name, choice in choices.items() for old in choice.formerly if old not in choices}


def without_past(written: FieldDef) -> FieldDef:
    """Of choices that are taken over from another field, whose own values are rewritten there."""
    choices = {name: msgspec.structs.replace(choice, formerly=[]) for name, choice in written.choices.items()}
    return msgspec.structs.replace(written, choices=choices)


def column_mark(written: FieldDef) -> str:
    """What of the choices belongs to the column: whose values were rewritten in it. "" where none were."""
    gone = sorted(successors(written))
    return f"after {hashlib.sha256(repr(gone).encode()).hexdigest()[:8]}" if gone else ""


def moves(before: FieldDef, after: FieldDef) -> dict[str, str]:
    """Choice of `before` → the one of `after` that takes its records, back to one that it came from too."""
    forth = {old: name for old, name in successors(after).items() if old in before.choices}
    back = {
        name: old
        for name, choice in before.choices.items()
        if name not in after.choices and name not in forth
        for old in choice.formerly
        if old in after.choices
    }
    return forth | back


def rewritten(value: str, moved: Mapping[str, str], *, is_list: bool) -> str:
    """The SQL of a value after the moves; in a list each choice stays once, where it first was."""
    if not moved:
        return value
    olds, news = _array(moved), _array(moved.values())
    new = f"coalesce(({news})[array_position({olds}, %s)], %s)"
    if not is_list:
        return new % (value, value)
    made = (
        f"(SELECT array_agg(choice ORDER BY place) FROM (SELECT {new % ('each', 'each')} AS choice, min(n) AS place"
        f" FROM unnest({value}) WITH ORDINALITY AS held (each, n) GROUP BY 1) AS kept)"
    )
    return f"CASE WHEN {value} && {olds} THEN {made} ELSE {value} END"


def brought_back(kept: str, now: str, before: FieldDef, after: FieldDef, *, is_list: bool) -> str:
    """The SQL of the value where `kept` comes back instead of `now`: what was held, where that is what
    became of it and is still a choice."""
    came_to = rewritten(kept, successors(before), is_list=is_list)
    there = _array(after.choices)
    is_there = f"{kept} <@ {there}" if is_list else f"{kept} = ANY ({there})"
    value = rewritten(now, moves(before, after), is_list=is_list)
    return f"CASE WHEN {came_to} = {now} AND {is_there} THEN {kept} ELSE {value} END"


def formula_of(name: str, moved: Mapping[str, str]) -> str:
    """The same for one choice as a formula over the field."""
    text = name_text(name)
    for old, new in moved.items():
        text = f"if({name_text(name)} = {literal_text(old)}, {literal_text(new)}, {text})"
    return text


def _array(names: Iterable[str]) -> str:
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return f"ARRAY[{listed}]::text[]"
