"""The present state of records that are about to be changed, locked until the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.kernel.errors import FieldProblem, RecordNotFound, StaleVersion
from queti.kernel.model import Object
from queti.kernel.writing.plans import FOR_WRITING, Plan
from queti.kernel.writing.statements import alive, column, select, stored_names, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]


def hold(work: Work, object: Object, ids: Sequence[int], *, trash: bool = False, lock: str = FOR_WRITING) -> None:
    """Lock records as they will be written, lines by their record; RecordNotFound where one is missing.

    What is asked about them afterwards stays true until the commit.
    """
    if object.parent is None:
        work.settle_before(object.name)
        found = lock_rows(work, object, ids, trash=trash, lock=lock)
    else:
        work.settle_before(object.parent.name)
        records = records_of_lines(work, object, ids)
        found = find_locked(work, object.parent, list(records.values()), lock=lock)
        _refuse_missing(object, [id for id, record in records.items() if record not in found])
    for values in found.values() if not trash else ():
        work.held.learn(object.parent or object, values)


def records_of_lines(work: Work, child: Object, ids: Sequence[int]) -> dict[int, int]:
    """Line → its record."""
    parent = column(child, child.definition.parent_field)
    text = f"SELECT id, {parent} FROM {table(child)} WHERE id = ANY($1::bigint[])"
    found: dict[int, int] = dict(work.rows(text, (sorted(set(ids)),)))
    _refuse_missing(child, [id for id in ids if id not in found])
    return found


def lock_rows(
    work: Work, object: Object, ids: Sequence[int], *, trash: bool = False, lock: str = FOR_WRITING
) -> dict[int, Values]:
    """Stored values by id, locked in the order of the ids; RecordNotFound where one is missing."""
    found = find_locked(work, object, ids, trash=trash, lock=lock)
    _refuse_missing(object, [id for id in ids if id not in found])
    return found


def find_locked(
    work: Work, object: Object, ids: Sequence[int], *, trash: bool = False, lock: str = FOR_WRITING
) -> dict[int, Values]:
    """Stored values of those that are there, by id, locked in the order of the ids.

    What the Work has locked and read before is not read again.
    """
    known = {id: each for id in ids if (each := work.held.known(object.name, id))}
    found = {id: dict(each.values) for id, each in known.items()} if lock == FOR_WRITING and not trash else {}
    missing = sorted(set(ids) - found.keys())
    if missing:
        names = stored_names(object)
        where = ("t.id = $1::bigint" if len(missing) == 1 else "t.id = ANY($1::bigint[])") + (
            " AND t.trashed_at IS NOT NULL" if trash else alive(object)
        )
        for row in work.rows(select(object, names, where, f"ORDER BY t.id {lock}"), (one_or_all(missing),)):
            values = dict(zip(names, row, strict=True))
            found[values["id"]] = values
    work.held.lock(object.name, found.keys() & set(missing))
    return found


def one_or_all(ids: Sequence[int]) -> int | list[int]:
    """One id is no list: its plan is kept; see `selecting.of_ids`."""
    return ids[0] if len(ids) == 1 else list(ids)


def _refuse_missing(object: Object, ids: Sequence[int]) -> None:
    for id in ids:
        raise RecordNotFound(what=object.definition.label or object.name, id=id)


def load_lines(work: Work, plan: Plan, name: str, ids: Sequence[int]) -> dict[int, list[Values]]:
    """The lines of these locked records, in their order.

    Lines are written under their record's lock, but for formulas that look further; where
    there are such, the lines are locked too.
    """
    part = plan.parts[name]
    child, parent = part.object, part.object.definition.parent_field
    found: dict[int, list[Values]] = {}
    for id in ids:
        known = work.held.known(plan.root.name, id)
        if known is not None and name in known.lists and not part.looks_further:
            found[id] = [dict(line) for line in known.lists[name]]
    missing = sorted(set(ids) - found.keys())
    if missing:
        found |= {id: [] for id in missing}
        names = stored_names(child)
        ending = "ORDER BY t.id FOR NO KEY UPDATE" if part.looks_further else "ORDER BY t.position, t.id"
        rows = work.rows(select(child, names, f"t.{column(child, parent)} = ANY($1::bigint[])", ending), (missing,))
        for row in rows:
            values = dict(zip(names, row, strict=True))
            found[values[parent]].append(values)
        if part.looks_further:
            for lines in found.values():
                lines.sort(key=lambda line: (line["position"], line["id"]))
    return found


def stale(work: Work, object: Object, now: Values, expected: int) -> StaleVersion:
    """Says who changed it, and which fields since the expected version."""
    rows = work.rows(
        f"SELECT by, changes FROM {work.schema}.kernel_history"
        " WHERE object = $1 AND record_id = $2 AND version > $3 ORDER BY id",
        (object.name, now["id"], expected),
    )
    changed = dict.fromkeys(name for _, changes in rows for name in changes)
    fields = [
        FieldProblem(entry.name, "changed", "Was changed in the meantime.", "已被他人修改。")
        for entry in map(object.of_history, changed)
        if entry is not None
    ]
    by = rows[-1][0] if rows else now.get("changed_by")
    return StaleVersion(
        what=object.definition.label or object.name,
        title=title_of(object, now),
        by=_name_of(work, by),
        fields=fields,
        version=now["version"],
    )


def _name_of(work: Work, user: int | None) -> str:
    users = work.model.objects.get("base.user")
    if user is None or users is None or "name" not in users.fields:
        return "Queti"
    found = work.column(f"SELECT {column(users, 'name')} FROM {table(users)} WHERE id = $1", (user,))
    return found[0] if found and found[0] else f"#{user}"


def title_of(object: Object, values: Mapping[str, Any]) -> str:
    title = values.get(object.title) if object.title in object.fields else None
    return str(title if title is not None else values["id"])
