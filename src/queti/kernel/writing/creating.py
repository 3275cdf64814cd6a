"""New records, lines inside: read, completed, checked and inserted, all rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.formulas import Typed
from queti.kernel.formulas.typed import Aggregate, Ref
from queti.kernel.model import Object
from queti.kernel.reading.search import search_text
from queti.kernel.record import Record, Rows
from queti.kernel.writing import bulk, derived, entries, listening, serials
from queti.kernel.writing.entries import Draft
from queti.kernel.writing.plans import Plan, plan_of
from queti.kernel.writing.serials import Drawing
from queti.kernel.writing.statements import as_json, column, insert, record, stored_names, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

_REMEMBERED = 50
_AT_ONCE = 4000
"""Roots per statement: bounds the memory of one JSON parameter."""


@dataclass(slots=True)
class Pending:
    """Records whose gap-free numbers are drawn just before the commit, in their order."""

    waiting: list[tuple[Plan, list[Draft]]] = field(default_factory=list[tuple[Plan, list[Draft]]])

    def __bool__(self) -> bool:
        return bool(self.waiting)

    def has(self, object: str) -> bool:
        return object in self.objects()

    def objects(self) -> set[str]:
        """Objects of which records wait, lines included."""
        return {part.object.name for plan, _ in self.waiting for part in plan.parts.values()}


def create(work: Work, object: Object, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Write new records; WrongInput holds every problem of every row.

    Rows hold values of input fields; links as ids, records or `{unique field: value}`;
    lines as lists of rows. Records with gap-free numbers are written when the Work settles.
    """
    if object.is_lines:
        from queti.kernel.writing.changing import add_lines

        return add_lines(work, object, rows)
    plan = plan_of(work.model, object)
    drafts = entries.read(work, plan, rows)
    entries.complete(work, plan, plan.creation, drafts)
    _name(work, plan, drafts)
    drawing = serials.draw(work, plan, drafts)
    if plan.draws_late:
        work.pending.waiting.append((plan, drafts))
    else:
        _write(work, plan, drafts, drawing)
    return Rows(Record(object.name, draft.values) for draft in drafts)


def check(work: Work, object: Object, rows: Sequence[Mapping[str, Any]]) -> None:
    """Would `create` take these rows? All that is asked before anything is written; raises WrongInput."""
    plan = plan_of(work.model, object)
    entries.complete(work, plan, plan.creation, entries.read(work, plan, rows))


def settle(work: Work) -> None:
    """Draw the gap-free numbers and write what waited for them; counters stay locked from here on."""
    waiting, work.pending.waiting = work.pending.waiting, []
    for plan, drafts in waiting:
        serials.draw_gap_free(work, plan, drafts)
        _write(work, plan, drafts)


def _name(work: Work, plan: Plan, drafts: list[Draft]) -> None:
    """Ids for the records and their lines, who made them and when."""
    system: dict[str, Any] = {"version": 1, "created_at": work.now, "created_by": work.who.user}
    if "changed_at" in plan.root.fields:
        system |= {"changed_at": work.now, "changed_by": work.who.user, "trashed_at": None}
    for draft, id in zip(drafts, work.platform.ids.take(work, plan.root.sequence, len(drafts)), strict=True):
        draft.values |= system
        draft.values["id"] = id
    for name, part in plan.parts.items():
        if name:
            name_lines(work, part.object, name, drafts)


def name_lines(work: Work, child: Object, name: str, drafts: Sequence[Draft]) -> None:
    """Ids, parents and positions for the new lines of these drafts."""
    parent = child.definition.parent_field
    new = sum(1 for draft in drafts for line in draft.values.get(name, ()) if "id" not in line)
    ids = iter(work.platform.ids.take(work, child.sequence, new) if new else ())
    for draft in drafts:
        for position, line in enumerate(draft.values.get(name, ()), 1):
            if "id" not in line:
                line["id"] = next(ids)
                line[parent] = draft.values["id"]
            line["position"] = position


def settle_targets(work: Work, plan: Plan) -> None:
    """What the records link to must be there first."""
    if work.pending and plan.targets & work.pending.objects():
        settle(work)


def _write(work: Work, plan: Plan, drafts: list[Draft], drawing: Drawing | None = None) -> None:
    settle_targets(work, plan)
    searched = [entry.name for entry in plan.root.searched] if plan.root.has_search else []
    for draft in drafts:
        if searched:
            draft.values["search"] = search_text(draft.values[name] for name in searched)
    if bulk.pays_off(plan, drafts, drawing):
        bulk.insert(work, plan.root, [draft.values for draft in drafts])
        bulk.note(work, plan.root, [draft.values["id"] for draft in drafts])
        for draft in drafts:
            draft.values.pop("search", None)
            draft.values.update((name, Rows()) for name in plan.parts if name)
        derived.created(work, plan, drafts)
        _recompute_beyond(work, plan, drafts)
        listening.tell_created(work, plan.root.name, [draft.values for draft in drafts])
        return
    for start in range(0, len(drafts), _AT_ONCE):
        _insert(work, plan, drafts[start : start + _AT_ONCE], drawing)
    lists = {name: part.object for name, part in plan.parts.items() if name}
    for draft in drafts:
        values = draft.values
        values.pop("search", None)
        work.journal.note(work, bulk.made_by(work), plan.root.name, values["id"], 1)
        for name, part in plan.parts.items():
            if name:
                values[name] = Rows(Record(part.object.name, line) for line in values[name])
    if len(drafts) <= _REMEMBERED:
        for draft in drafts:
            work.held.learn(plan.root, draft.values, lists)
            work.held.lock(plan.root.name, (draft.values["id"],))
    derived.created(work, plan, drafts)
    _recompute_beyond(work, plan, drafts)
    listening.tell_created(work, plan.root.name, [draft.values for draft in drafts])


def _recompute_beyond(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Formulas over lists of linked records: only SQL can tell them; their values go into the answer."""
    for step in plan.creation.remote:
        if not step.is_empty_at_first:
            rows = [
                row for draft in drafts for row in (draft.values[step.node[0]] if step.node[0] else (draft.values,))
            ]
            work.dirty.records.setdefault(step.field.place, set()).update(row["id"] for row in rows)
            work.held.watch(step.field.object.name, rows)


def _insert(work: Work, plan: Plan, drafts: list[Draft], drawing: Drawing | None) -> None:
    """The records and all their lines in one statement."""
    names = _written(plan.root)
    rows = [[{name: draft.values.get(name) for name in names} for draft in drafts]]
    lists = tuple(name for name in plan.parts if name and any(draft.values[name] for draft in drafts))
    for name in lists:
        columns = stored_names(plan.parts[name].object)
        rows.append(
            [{column: line.get(column) for column in columns} for draft in drafts for line in draft.values[name]]
        )
    values: list[Any] = [as_json(part) for part in rows]
    if drawing is None:
        work.execute(_insertion(plan, lists), values)
        return
    values += [drawing.sequence, drawing.before, drawing.width, drawing.after]
    numbers = dict(work.rows(_insertion(plan, lists, drawing.field), values))
    for draft in drafts:
        draft.values[drawing.field] = numbers[draft.values["id"]]


def _written(object: Object) -> tuple[str, ...]:
    names = stored_names(object)
    return (*names, "search") if object.has_search and "search" not in names else names


@lru_cache(maxsize=2048)
def _insertion(plan: Plan, lists: tuple[str, ...], drawn: str = "") -> str:
    names = _written(plan.root)
    parts: list[str] = []
    for place, name in enumerate(lists, 2):
        child = plan.parts[name].object
        returning = f" RETURNING {column(child, child.definition.parent_field)} AS root, *" if plan.root.totals else ""
        parts.append(f'"{name}" AS ({insert(child, stored_names(child), f"${place}")}{returning})')
    before = f"WITH {', '.join(parts)} " if parts else ""
    if drawn:
        return before + _numbering_insert(plan.root, names, drawn, len(lists) + 2)
    if not plan.root.totals or not lists:
        return before + insert(plan.root, names)
    return before + _summing_insert(plan, names, lists)


def _numbering_insert(object: Object, names: tuple[str, ...], drawn: str, place: int) -> str:
    """The field `drawn` gets the next numbers of a sequence; answers them by id."""
    sequence, before, width, after = (f"${at}" for at in range(place, place + 4))
    number = "lpad(row.next, greatest(length(row.next), " + width + "::integer), '0')"
    special = {drawn: f"{before}::text || {number} || {after}::text"}
    if drawn in {entry.name for entry in object.searched}:
        special["search"] = f"""row."search" || ' ' || lower({special[drawn]})"""
    columns = ", ".join(column(object, name) for name in names)
    values = ", ".join(special.get(name, f'row."{name}"') for name in names)
    rows = (
        f"(SELECT row.*, nextval({sequence}::text::regclass)::text AS next FROM {record(object, names, '$1')}) AS row"
    )
    returning = f"id, {column(object, drawn)}"
    return f"INSERT INTO {table(object)} ({columns}) SELECT {values} FROM {rows} RETURNING {returning}"


def _summing_insert(plan: Plan, names: tuple[str, ...], lists: tuple[str, ...]) -> str:
    """Totals are summed by the statement that inserts the lines, so they can't differ from them."""
    sums = {name: found for name, total in plan.root.totals.items() if (found := _sum_of(plan, total, lists))}
    joins: list[str] = []
    for lines in lists:
        here = ", ".join(f'{total} AS "{name}"' for name, (of, total) in sums.items() if of == lines)
        if here:
            joins.append(
                f'LEFT JOIN (SELECT root, {here} FROM "{lines}" GROUP BY root) AS "of {lines}"'
                f' ON "of {lines}".root = row.id'
            )
    values = ", ".join(
        f'coalesce("of {sums[name][0]}"."{name}", 0)' if name in sums else f'row."{name}"' for name in names
    )
    columns = ", ".join(column(plan.root, name) for name in names)
    rows = record(plan.root, names, "$1")
    return f"INSERT INTO {table(plan.root)} ({columns}) SELECT {values} FROM {rows} {' '.join(joins)}"


def _sum_of(plan: Plan, total: Typed, lists: tuple[str, ...]) -> tuple[str, str] | None:
    """(lines field, aggregate in SQL) of a plain `sum(lines.field)`; other totals are computed in memory."""
    expr = total.expr
    if not isinstance(expr, Aggregate) or len(expr.path) != 1 or expr.path[0] not in lists or expr.where is not None:
        return None
    if expr.kind != "sum" or not isinstance(expr.body, Ref) or len(expr.body.path) != 1:
        return None
    return expr.path[0], f"sum({column(plan.parts[expr.path[0]].object, expr.body.path[0])})"
