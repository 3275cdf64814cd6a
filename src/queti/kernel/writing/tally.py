"""Kept sums: balances that many change at once and nobody reads before writing.

One statement locks the balances in the order of their ids, adds, recomputes the formulas
of the same record and keeps what the guard refuses as it was: no check before the act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from queti.kernel.model import Object
from queti.kernel.reading.finding import key_value, settle_for
from queti.kernel.record import Record, Rows
from queti.kernel.writing import derived, entries
from queti.kernel.writing.adding import addition
from queti.kernel.writing.plans import plan_of
from queti.kernel.writing.statements import as_json, insert, stored_names

if TYPE_CHECKING:
    from queti.kernel.work import Work

Key = tuple[Any, ...]


@dataclass(slots=True)
class Tally:
    """`changed`: records after the adding. `refused`: records that the guard kept as they were.
    `missing`: keys without a record, when none are to be made."""

    changed: Rows = field(default_factory=Rows)
    refused: Rows = field(default_factory=Rows)
    missing: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def tally(
    work: Work,
    object: Object,
    rows: Sequence[Mapping[str, Any]],
    by: tuple[str, ...],
    add: tuple[str, ...],
    guard: str | None,
    make: bool,
) -> Tally:
    """Add the amounts `add` of the rows to the records with the same key `by`.

    Rows of one key are summed first. `guard` is a formula over the record as it would be
    (`on_hand >= reserved`); where it isn't true the record stays as it is and is answered
    in `refused`. Keys without a record get one at zero first, unless `make` is false.
    """
    settle_for(work, object, None)
    wanted = _sums(rows, by, add)
    result = Tally()
    if not wanted:
        return result
    found = _add(work, object, wanted, by, add, guard, result)
    missing = {key: sums for key, sums in wanted.items() if key not in found}
    if missing and make:
        _make(work, object, missing, by, add)
        found |= _add(work, object, missing, by, add, guard, result)
        missing = {key: sums for key, sums in wanted.items() if key not in found}
    if result.refused and guard:
        _try_again(work, object, wanted, by, add, guard, result)
    result.missing = [dict(zip(by, key, strict=True)) for key in missing]
    _tell_dependents(work, object, wanted, by, add, result.changed)
    return result


def _sums(rows: Sequence[Mapping[str, Any]], by: tuple[str, ...], add: tuple[str, ...]) -> dict[Key, list[Decimal]]:
    sums: dict[Key, list[Decimal]] = {}
    for row in rows:
        key = tuple(key_value(row.get(name)) for name in by)
        known = sums.setdefault(key, [Decimal(0)] * len(add))
        for place, name in enumerate(add):
            known[place] += row.get(name) or 0
    return sums


def _add(
    work: Work,
    object: Object,
    wanted: Mapping[Key, Sequence[Decimal]],
    by: tuple[str, ...],
    add: tuple[str, ...],
    guard: str | None,
    result: Tally,
) -> set[Key]:
    """The keys that have a record."""
    given = [{**dict(zip(by, key, strict=True)), **dict(zip(add, sums, strict=True))} for key, sums in wanted.items()]
    names = stored_names(object)
    found: set[Key] = set()
    for is_changed, *values in addition(work.model, object, by, add, guard).run(work, {"rows": as_json(given)}):
        record = Record(object.name, dict(zip(names, values, strict=True)))
        found.add(tuple(record[name] for name in by))
        (result.changed if is_changed else result.refused).append(record)
    ids = [record.id for record in (*result.changed, *result.refused)]
    work.held.lock(object.name, ids)
    work.held.forget(object.parent.name if object.parent else object.name, None if object.parent else ids)
    return found


def _try_again(
    work: Work,
    object: Object,
    wanted: Mapping[Key, Sequence[Decimal]],
    by: tuple[str, ...],
    add: tuple[str, ...],
    guard: str,
    result: Tally,
) -> None:
    """The guard may have looked at a state from before the lock was had; now they are held, and it sees the newest."""
    refused, result.refused = result.refused, Rows()
    keys = [tuple(record[name] for name in by) for record in refused]
    _add(work, object, {key: wanted[key] for key in keys}, by, add, guard, result)


def _make(work: Work, object: Object, missing: Mapping[Key, Any], by: tuple[str, ...], add: tuple[str, ...]) -> None:
    """Records at zero for these keys; another Work may be making the same ones."""
    plan = plan_of(work.model, object)
    drafts = entries.read(work, plan, [{**dict(zip(by, key, strict=True)), **dict.fromkeys(add, 0)} for key in missing])
    entries.complete(work, plan, plan.creation, drafts)
    ids = work.platform.ids.take(work, object.sequence, len(drafts))
    made = {
        "version": 1,
        "created_at": work.now,
        "created_by": work.who.user,
        "changed_at": work.now,
        "changed_by": work.who.user,
    }
    names = stored_names(object)
    rows = [
        {name: {**made, **draft.values, "id": id}.get(name) for name in names}
        for draft, id in zip(drafts, ids, strict=True)
    ]
    work.execute(f"{insert(object, names)} ON CONFLICT DO NOTHING", (as_json(rows),))


def _tell_dependents(
    work: Work,
    object: Object,
    wanted: Mapping[Key, Sequence[Decimal]],
    by: tuple[str, ...],
    add: tuple[str, ...],
    changed: Rows,
) -> None:
    if changed and derived.has_dependents(work.model, object):
        after = [record.values for record in changed]
        sums = [wanted[tuple(values[name] for name in by)] for values in after]
        before = [
            {**values, **{name: values[name] - amount for name, amount in zip(add, amounts, strict=True)}}
            for values, amounts in zip(after, sums, strict=True)
        ]
        derived.added(work, object, add, after, before)
