"""Formulas that look beyond their record, kept true in the saving transaction.

Marked records are locked in the order of their ids and recomputed by one UPDATE in a
later statement, which therefore sees all that was committed before the locks were had;
sums are added to. Both are exact under concurrency. What that changes is marked in turn.
Derived writes touch neither version nor history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from queti.kernel.formulas import compile_sql
from queti.kernel.model import Field, Model, Object, Place
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Column, Joins, Parameters, Paths
from queti.kernel.writing import derived
from queti.kernel.writing.adding import addition, following
from queti.kernel.writing.derived import Amounts, dependents, mark_dependence, step_at
from queti.kernel.writing.statements import as_json, column, stored_names, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


def settle(work: Work) -> None:
    """Write all that is marked, and all that this changes, lowest ranks first."""
    dirty, ranks = work.dirty, work.model.ranks
    while dirty:
        _come_near(work)
        summed = {
            (object, name) for object, amounts in dirty.sums.items() for each in amounts.values() for name in each
        }
        places = dirty.records.keys() | summed
        if not places:
            dirty.sums.clear()
            return
        first = min(places, key=lambda place: (ranks.get(place, 0), place))
        object = work.model.object(first[0])
        if first in dirty.records:
            _recompute(work, object, first)
        else:
            _add(work, object, dirty.sums.pop(object.name))


def _come_near(work: Work) -> None:
    """Follow the marked ways back to the records whose formulas they are of, a query a step."""
    while work.dirty.far:
        (dependence, level), ids = work.dirty.far.popitem()
        object, via, far = step_at(work.model, dependence, level - 1)
        work.dirty.mark(dependence, level - 1, _one_step_back(work, object, via, far, ids))


def _one_step_back(work: Work, object: Object, via: Field, far: bool, ids: set[int]) -> Iterable[int]:
    link = column(via.object, via.name)
    if far:
        text = f"SELECT DISTINCT {link} FROM {table(object)} WHERE id = ANY($1::bigint[]) AND {link} IS NOT NULL"
    else:
        text = f"SELECT id FROM {table(via.object)} WHERE {link} = ANY($1::bigint[])"
    return work.column(text, (sorted(ids),))


# -- sums


def _add(work: Work, object: Object, amounts: Amounts) -> None:
    add = tuple(sorted({name for each in amounts.values() for name in each}))
    rows = [{"id": record, **{name: each.get(name, 0) for name in add}} for record, each in amounts.items()]
    rows = [row for row in rows if any(row[name] for name in add)]
    if not rows:
        return
    statement = addition(work.model, object, ("id",), add, trash=True)
    names = stored_names(object)
    after = [dict(zip(names, values, strict=True)) for _, *values in statement.run(work, {"rows": as_json(rows)})]
    work.held.lock(object.name, [each["id"] for each in after])
    written = (*add, *following(object, add))
    work.held.renew(object.name, written, [(each["id"], *(each[name] for name in written)) for each in after])
    before = [{**each, **{name: each[name] - amounts[each["id"]].get(name, 0) for name in add}} for each in after]
    derived.added(work, object, add, after, before)


# -- recomputing


def _recompute(work: Work, object: Object, first: Place) -> None:
    """One UPDATE for the formulas of this object that can be computed now, on all records marked for any of them."""
    names = _computable(work, object, first)
    ids: set[int] = set()
    for name in names:
        ids |= work.dirty.records.pop((object.name, name), set())
    wanted = sorted(ids)
    work.dirty.drop_sums(object.name, names, wanted)
    links = _lock(work, object, names, wanted)
    rows = _update(work.model, object, names).run(work, {"ids": wanted})
    work.held.renew(object.name, names, rows)
    for name, known in links.items():
        place = names.index(name) + 1
        known |= {row[place] for row in rows if row[place] is not None}
    changed_ids = {row[0] for row in rows}
    for dependence in dependents(work.model, object, names):
        if dependence.path or dependence.field not in names:
            mark_dependence(work, dependence, object, changed_ids, links)


def _lock(work: Work, object: Object, names: tuple[str, ...], ids: list[int]) -> dict[str, set[int]]:
    """Hold the records; where the links among `names` lead now."""
    links = [name for name in names if object.field(name).type.name == "link"]
    if not links and work.held.has(object.name, ids):
        return {}
    columns = ", ".join(column(object, name) for name in links)
    text = f"SELECT {columns} FROM {table(object)} WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
    rows = work.rows(text, (ids,))
    work.held.lock(object.name, ids)
    return {name: {row[place] for row in rows if row[place] is not None} for place, name in enumerate(links)}


def _computable(work: Work, object: Object, first: Place) -> tuple[str, ...]:
    """`first` and the further formulas of the object that are marked or follow, and wait for nothing else."""
    model, dirty = work.model, work.dirty
    summed = {(owner, name) for owner, amounts in dirty.sums.items() for each in amounts.values() for name in each}
    waiting = dirty.records.keys() | summed
    chosen = [first]
    for entry in object.order:
        place = entry.place
        if place in chosen or not (place in dirty.records or _follows(model, place, chosen)):
            continue
        blocked = any(place in leads_to(model, each) for each in waiting if each not in chosen and each != place)
        if not blocked and not _comes_back(model, place, chosen):
            chosen.append(place)
    return tuple(entry.name for entry in object.order if entry.place in chosen)


def _follows(model: Model, place: Place, chosen: Sequence[Place]) -> bool:
    return any(
        not dependence.path and (dependence.object, dependence.field) == place
        for known in chosen
        for dependence in model.dependents.get(known, ())
    )


def _comes_back(model: Model, place: Place, chosen: Sequence[Place]) -> bool:
    """Does the formula depend on a chosen one by way of other records? Then it has to wait for them."""
    return any(
        dependence.path and place in leads_to(model, (dependence.object, dependence.field))
        for known in chosen
        for dependence in model.dependents.get(known, ())
    )


@lru_cache(maxsize=4096)
def leads_to(model: Model, place: Place) -> frozenset[Place]:
    """The formula itself and all that a change of it may change."""
    found = {place}
    waiting = [place]
    while waiting:
        for dependence in model.dependents.get(waiting.pop(), ()):
            reached = (dependence.object, dependence.field)
            if reached not in found:
                found.add(reached)
                waiting.append(reached)
    return frozenset(found)


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
        found = self.object.fields.get(name)
        if self.table is not self.of or name not in self.fresh or found is None:
            return Paths._own(self, name)
        assert found.formula is not None
        assert found.column is not None
        return sa.cast(compile_sql(found.formula, self), found.column.type)
