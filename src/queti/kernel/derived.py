"""Formulas that look beyond their record, kept true in the saving transaction.

A write marks the formulas that depend on it. When the Work settles, the marked records
are locked in the order of their ids and recomputed by one UPDATE in a later statement,
which therefore sees all that was committed before the locks were had: roll-ups are exact
under concurrency. What that changes is marked in turn, by rising rank. Derived writes
touch neither version nor history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.compiled import Statement
from queti.kernel.formulas import compile_sql
from queti.kernel.model import Dependence, Model, Object, Place
from queti.kernel.paths import Column, Joins, Parameters, Paths
from queti.kernel.plans import Plan
from queti.kernel.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.entries import Draft
    from queti.kernel.work import Work

Links = Mapping[str, set[int]]
"""Link field → the records it leads or led to."""


@dataclass(slots=True)
class Dirty:
    """Marked formulas: by record, and by records somewhere on the way to them."""

    records: dict[Place, set[int]] = field(default_factory=dict[Place, set[int]])
    far: dict[tuple[Dependence, int], set[int]] = field(default_factory=dict[tuple[Dependence, int], set[int]])

    def __bool__(self) -> bool:
        return bool(self.records or self.far)

    def mark(self, dependence: Dependence, level: int, ids: Iterable[int]) -> None:
        """`ids` are of the object that the first `level` names of the path lead to."""
        known = set(ids)
        if not known:
            return
        if level == 0:
            self.records.setdefault((dependence.object, dependence.field), set()).update(known)
        else:
            self.far.setdefault((dependence, level), set()).update(known)

    def objects(self) -> set[str]:
        """Objects whose records will be written, but for what follows from that."""
        return {object for object, _ in self.records} | {dependence.object for dependence, _ in self.far}


def created(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Mark what depends on these new records and their lines."""
    for name, part in plan.parts.items():
        if _has_dependents(work.model, part.object):
            rows = [line for draft in drafts for line in (draft.values[name] if name else (draft.values,))]
            _mark(work, plan, part.object, part.object.fields, rows, _links_of(part.object, rows))


def changed(work: Work, plan: Plan, lines: str, names: Iterable[str], rows: Sequence[Any], old: Sequence[Any]) -> None:
    """Mark what depends on these fields of these changed rows; `old` are their values before."""
    object = plan.parts[lines].object
    if _has_dependents(work.model, object):
        _mark(work, plan, object, names, rows, _links_of(object, [*rows, *old]))


def removed(work: Work, plan: Plan, lines: str, old: Sequence[Any]) -> None:
    """Mark what depended on lines that are gone."""
    object = plan.parts[lines].object
    if _has_dependents(work.model, object):
        _mark(work, plan, object, object.fields, (), _links_of(object, old))


def moved(work: Work, plan: Plan, rows: Sequence[Any]) -> None:
    """Mark what depends on records that went to the trash or came back, and on their lines."""
    ids = {row["id"] for row in rows}
    _mark(work, plan, plan.root, plan.root.fields, rows, _links_of(plan.root, rows), whole=True)
    for part in plan.parts.values():
        if part.lines and _has_dependents(work.model, part.object):
            parent = part.object.definition.parent_field
            text = f"SELECT id FROM {table(part.object)} WHERE {column(part.object, parent)} = ANY($1::bigint[])"
            lines = work.column(text, (sorted(ids),))
            _mark(work, plan, part.object, part.links, [{"id": id} for id in lines], {})


def _mark(
    work: Work,
    plan: Plan,
    object: Object,
    names: Iterable[str],
    rows: Sequence[Any],
    links: Links,
    *,
    whole: bool = False,
) -> None:
    ids = {row["id"] for row in rows}
    for name in names:
        for dependence in work.model.dependents.get((object.name, name), ()):
            if whole or not _is_in_memory(work.model, plan, object, dependence):
                _mark_dependence(work, dependence, object, ids, links)


def _mark_dependence(work: Work, dependence: Dependence, object: Object, ids: set[int], links: Links) -> None:
    level = len(dependence.path)
    if level:
        _, via, far = _step_at(work.model, dependence, level - 1)
        if far and via.object is object and via.name in links:
            work.dirty.mark(dependence, level - 1, links[via.name])
            return
    work.dirty.mark(dependence, level, ids)


def _has_dependents(model: Model, object: Object) -> bool:
    return any((object.name, name) in model.dependents for name in object.fields)


def _links_of(object: Object, rows: Sequence[Any]) -> dict[str, set[int]]:
    return {
        entry.name: {row[entry.name] for row in rows if row.get(entry.name) is not None}
        for entry in object.fields.values()
        if entry.type.name == "link" and entry.is_stored
    }


def _is_in_memory(model: Model, plan: Plan, object: Object, dependence: Dependence) -> bool:
    """Was that formula computed with the aggregate itself?"""
    for lines, part in plan.parts.items():
        if part.object.name == dependence.object:
            step = plan.by_node[lines, dependence.field]
            return not step.is_remote and _stays_inside(plan, lines, dependence.path)
    return False


def _stays_inside(plan: Plan, lines: str, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if lines:
        return path[0] == plan.parts[lines].object.definition.parent_field and _stays_inside(plan, "", path[1:])
    return len(path) == 1 and path[0] in plan.parts


def _step_at(model: Model, dependence: Dependence, place: int) -> tuple[Object, Any, bool]:
    object = model.object(dependence.object)
    for name in dependence.path[:place]:
        object = model.step(object, name)[0]
    return model.step(object, dependence.path[place])


@lru_cache(maxsize=1024)
def reach(model: Model, object: str) -> frozenset[str]:
    """Objects whose formulas may change when formulas of `object` do."""
    found: set[str] = set()
    waiting = [object]
    while waiting:
        name = waiting.pop()
        for place in (place for place in model.dependents if place[0] == name):
            waiting += [each.object for each in model.dependents[place] if each.object not in found]
            found |= {each.object for each in model.dependents[place]}
    return frozenset(found)


# -- settling


def settle(work: Work) -> None:
    """Recompute all that is marked, and all that this changes."""
    while work.dirty:
        _come_near(work)
        if work.dirty.records:
            place = min(work.dirty.records, key=lambda place: (work.model.ranks.get(place, 0), place))
            _recompute(work, work.model.object(place[0]), place)


def _come_near(work: Work) -> None:
    """Follow the marked ways back to the records whose formulas they are of, a query a step."""
    while work.dirty.far:
        (dependence, level), ids = work.dirty.far.popitem()
        object, via, far = _step_at(work.model, dependence, level - 1)
        work.dirty.mark(dependence, level - 1, _one_step_back(work, object, via, far, ids))


def _one_step_back(work: Work, object: Object, via: Any, far: bool, ids: set[int]) -> Iterable[int]:
    link = column(via.object, via.name)
    if far:
        text = f"SELECT DISTINCT {link} FROM {table(object)} WHERE id = ANY($1::bigint[]) AND {link} IS NOT NULL"
    else:
        text = f"SELECT id FROM {table(via.object)} WHERE {link} = ANY($1::bigint[])"
    return work.column(text, (sorted(ids),))


def _recompute(work: Work, object: Object, first: Place) -> None:
    """One UPDATE for the formulas of this object that can be computed now, on all records marked for any of them."""
    names = _computable(work, object, first)
    ids: set[int] = set()
    for name in names:
        ids |= work.dirty.records.pop((object.name, name), set())
    wanted = sorted(ids)
    links = _lock(work, object, names, wanted)
    rows = _update(work.model, object, names).run(work, {"ids": wanted})
    work.renew(object.name, names, rows)
    for name, known in links.items():
        place = names.index(name) + 1
        known |= {row[place] for row in rows if row[place] is not None}
    changed_ids = {row[0] for row in rows}
    for name in names:
        for dependence in work.model.dependents.get((object.name, name), ()):
            if dependence.path or dependence.field not in names:
                _mark_dependence(work, dependence, object, changed_ids, links)


def _lock(work: Work, object: Object, names: tuple[str, ...], ids: list[int]) -> dict[str, set[int]]:
    """Hold the records; where the links among `names` lead now."""
    links = [name for name in names if object.field(name).type.name == "link"]
    if not links and work.holds(object.name, ids):
        return {}
    columns = ", ".join(column(object, name) for name in links)
    text = f"SELECT {columns} FROM {table(object)} WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
    rows = work.rows(text, (ids,))
    work.hold(object.name, ids)
    return {name: {row[place] for row in rows if row[place] is not None} for place, name in enumerate(links)}


def _computable(work: Work, object: Object, first: Place) -> tuple[str, ...]:
    """`first` and the further formulas of the object that are marked or follow, and wait for nothing else."""
    model = work.model
    marked = {name for owner, name in work.dirty.records if owner == object.name}
    limit = min((model.ranks.get(place, 0) for place in work.dirty.records if place[0] != object.name), default=1 << 30)
    chosen: list[str] = []
    for entry in object.order:
        if entry.place == first or (
            (entry.name in marked or _follows(model, object, entry.name, chosen))
            and model.ranks[entry.place] <= limit
            and not _comes_back(model, object, model.ranks[entry.place], chosen)
        ):
            chosen.append(entry.name)
    return tuple(chosen)


def _follows(model: Model, object: Object, name: str, chosen: Sequence[str]) -> bool:
    return any(
        not dependence.path and dependence.field == name
        for known in chosen
        for dependence in model.dependents.get((object.name, known), ())
    )


def _comes_back(model: Model, object: Object, rank: int, chosen: Sequence[str]) -> bool:
    """May a formula of that rank depend on a chosen one by way of other records? Then it has to wait for them."""
    return any(
        dependence.path and dependence.rank <= rank
        for known in chosen
        for dependence in model.dependents.get((object.name, known), ())
    )


@lru_cache(maxsize=1024)
def _update(model: Model, object: Object, names: tuple[str, ...]) -> Statement:
    rows = object.table.alias("r")
    paths = Fresh(model, object, rows, Parameters(model), Joins(rows), fresh=frozenset(names), of=rows)
    ids = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))
    values = [paths.column((name,)).label(f"c{place}") for place, name in enumerate(names)]
    assert paths.joins is not None
    computed = (
        sa.select(rows.c["id"].label("id"), *values)
        .select_from(paths.joins.clause)
        .where(rows.c["id"] == sa.func.any(ids))
        .subquery("v")
    )
    target = object.table
    differs = [target.c[name].is_distinct_from(computed.c[f"c{place}"]) for place, name in enumerate(names)]
    query = (
        sa.update(target)
        .values({target.c[name]: computed.c[f"c{place}"] for place, name in enumerate(names)})
        .where(target.c["id"] == computed.c["id"], sa.or_(*differs))
        .returning(target.c["id"], *(target.c[name] for name in names))
    )
    return Statement.of(model.number, query)


@dataclass(frozen=True, slots=True)
class Fresh(Paths):
    """Paths on which some formulas of the rows `of` are computed anew instead of read."""

    fresh: frozenset[str] = frozenset()
    of: sa.FromClause | None = None

    def _own(self, name: str) -> Column:
        found = self.object.fields[name]
        if self.table is not self.of or name not in self.fresh or found.formula is None or found.column is None:
            return Paths._own(self, name)
        return sa.cast(compile_sql(found.formula, self), found.column.type)
