"""What a write marks: formulas of other records that depend on it.

A plain `sum(orders.total)` or `count(orders where …)` keeps the amounts by which it
changes, known from the rows before and after; every other formula keeps the records on
which it is to be recomputed. `settling` then writes both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.fields import decimals_of
from queti.kernel.formulas import Env, compile_python
from queti.kernel.formulas.typed import Aggregate, Ref
from queti.kernel.model import Dependence, Field, Model, Object, Place
from queti.kernel.writing.adding import following
from queti.kernel.writing.plans import Compute, Plan
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft

Links = Mapping[str, set[int]]
"""Link field → the records it leads or led to."""
Amounts = dict[int, dict[str, Decimal]]
"""Record → field → what is to be added."""


@dataclass(slots=True)
class Dirty:
    """Marked formulas: by record, by records somewhere on the way to them, and sums by what they change."""

    records: dict[Place, set[int]] = field(default_factory=dict[Place, set[int]])
    far: dict[tuple[Dependence, int], set[int]] = field(default_factory=dict[tuple[Dependence, int], set[int]])
    sums: dict[str, Amounts] = field(default_factory=dict[str, Amounts])
    """By object."""

    def __bool__(self) -> bool:
        return bool(self.records or self.far or self.sums)

    def mark(self, dependence: Dependence, level: int, ids: Iterable[int]) -> None:
        """`ids` are of the object that the first `level` names of the path lead to."""
        known = set(ids)
        if not known:
            return
        if level == 0:
            self.records.setdefault((dependence.object, dependence.field), set()).update(known)
        else:
            self.far.setdefault((dependence, level), set()).update(known)

    def add(self, place: Place, record: int, amount: Decimal) -> None:
        amounts = self.sums.setdefault(place[0], {}).setdefault(record, {})
        amounts[place[1]] = amounts.get(place[1], Decimal(0)) + amount

    def drop_sums(self, object: str, names: Iterable[str], ids: Iterable[int]) -> None:
        """These are recomputed instead, from all that is written."""
        amounts = self.sums.get(object, {})
        for record in amounts.keys() & set(ids):
            for name in names:
                amounts[record].pop(name, None)
            if not amounts[record]:
                del amounts[record]
        if not amounts:
            self.sums.pop(object, None)

    def objects(self) -> set[str]:
        """Objects whose records will be written, but for what follows from that."""
        marked = {object for object, _ in self.records} | {dependence.object for dependence, _ in self.far}
        return marked | self.sums.keys()


def created(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Mark what depends on these new records and their lines."""
    for name, part in plan.parts.items():
        if has_dependents(work.model, part.object):
            rows = [line for draft in drafts for line in (draft.values[name] if name else (draft.values,))]
            _mark(work, plan, part.object, part.object.fields, rows, ())


def changed(work: Work, plan: Plan, lines: str, names: Iterable[str], rows: Sequence[Any], old: Sequence[Any]) -> None:
    """Mark what depends on these fields of rows that were `old` and are `rows`; either may be none."""
    object = plan.parts[lines].object
    if has_dependents(work.model, object):
        _mark(work, plan, object, names, rows, old)


def added(work: Work, object: Object, add: tuple[str, ...], rows: Sequence[Any], old: Sequence[Any]) -> None:
    """Mark what depends on fields to which was added, and on own formulas that follow from them.

    `rows` were `old`; the following formulas are those after in both.
    """
    followed = following(object, add)
    written = (*add, *followed)
    links: Links | None = None
    for dependence in dependents(work.model, object, written):
        if not dependence.path and dependence.field in written:
            continue
        total = sum_of(work.model, dependence.object, dependence.field) if len(dependence.path) == 1 else None
        if total is not None and not total.uses & set(followed):
            for record, amount in total.amounts(rows, old, work.env):
                work.dirty.add((dependence.object, dependence.field), record, amount)
            continue
        if links is None:
            links = links_of(object, rows)
        mark_dependence(work, dependence, object, {row["id"] for row in rows}, links)


def moved(work: Work, plan: Plan, rows: Sequence[Any], *, back: bool) -> None:
    """Mark what depends on records that went to the trash or came back, and on their lines."""
    if has_dependents(work.model, plan.root):
        _mark(work, plan, plan.root, plan.root.fields, rows if back else (), () if back else rows)
    ids = sorted(row["id"] for row in rows)
    for part in plan.parts.values():
        if part.lines and has_dependents(work.model, part.object):
            parent = part.object.definition.parent_field
            text = f"SELECT id FROM {table(part.object)} WHERE {column(part.object, parent)} = ANY($1::bigint[])"
            lines = set(work.column(text, (ids,)))
            for dependence in dependents(work.model, part.object, part.links):
                if not _is_in_memory(plan, dependence):
                    mark_dependence(work, dependence, part.object, lines, {})


def _mark(
    work: Work, plan: Plan, object: Object, names: Iterable[str], rows: Sequence[Any], old: Sequence[Any]
) -> None:
    ids = {row["id"] for row in (*rows, *old)}
    stays = bool(rows) and bool(old)
    links: Links | None = None
    for dependence in dependents(work.model, object, names):
        if _is_in_memory(plan, dependence) or not (stays or _is_list(work.model, dependence)):
            continue
        total = sum_of(work.model, dependence.object, dependence.field) if len(dependence.path) == 1 else None
        if total is not None:
            for record, amount in total.amounts(rows, old, work.env):
                work.dirty.add((dependence.object, dependence.field), record, amount)
            continue
        if links is None:
            links = links_of(object, [*rows, *old])
        mark_dependence(work, dependence, object, ids, links)


def dependents(model: Model, object: Object, names: Iterable[str]) -> list[Dependence]:
    """Each once, by rising rank."""
    found = {each: None for name in names for each in model.dependents.get((object.name, name), ())}
    return sorted(found, key=lambda each: each.rank)


def mark_dependence(work: Work, dependence: Dependence, object: Object, ids: set[int], links: Links) -> None:
    """`ids` of `object` changed; `links` tells where its links lead and led, as far as that is known."""
    level = len(dependence.path)
    if level:
        _, via, far = step_at(work.model, dependence, level - 1)
        if far and via.object is object and via.name in links:
            work.dirty.mark(dependence, level - 1, links[via.name])
            return
    work.dirty.mark(dependence, level, ids)


@lru_cache(maxsize=4096)
def has_dependents(model: Model, object: Object) -> bool:
    return any((object.name, name) in model.dependents for name in object.fields)


def links_of(object: Object, rows: Sequence[Any]) -> dict[str, set[int]]:
    return {
        entry.name: {row[entry.name] for row in rows if row.get(entry.name) is not None}
        for entry in object.fields.values()
        if entry.type.name == "link" and entry.is_stored
    }


def _is_in_memory(plan: Plan, dependence: Dependence) -> bool:
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


def _is_list(model: Model, dependence: Dependence) -> bool:
    """Does the path end in a list? To a record that is new or gone no link leads."""
    return bool(dependence.path) and step_at(model, dependence, len(dependence.path) - 1)[2]


@lru_cache(maxsize=4096)
def step_at(model: Model, dependence: Dependence, place: int) -> tuple[Object, Field, bool]:
    """That step of the path: where it leads, the link that it goes by, and is that link on the far side?"""
    object = model.object(dependence.object)
    for name in dependence.path[:place]:
        object = model.step(object, name)[0]
    return model.step(object, dependence.path[place])


@dataclass(frozen=True, slots=True)
class Sum:
    """A formula that is one sum or count over a list, by rows that tell their share themselves."""

    list: str
    link: str
    """The rows' link to the record that holds the sum."""
    uses: frozenset[str]
    compute: Compute

    def amounts(self, rows: Sequence[Any], old: Sequence[Any], env: Env) -> Iterator[tuple[int, Decimal]]:
        """(record, what is to be added) for rows that were `old` and are `rows`."""
        for shares, sign in ((rows, 1), (old, -1)):
            for row in shares:
                record = row[self.link]
                if record is not None:
                    share = self.compute({self.list: (row,)}, env)
                    if share:
                        yield record, sign * Decimal(share)  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def sum_of(model: Model, object: str, name: str) -> Sum | None:
    """The formula as a Sum, when adding comes to the same as computing it anew."""
    holder = model.object(object)
    entry = holder.field(name)
    formula = entry.formula
    if formula is None or formula.params or not isinstance(formula.expr, Aggregate):
        return None
    expr = formula.expr
    if expr.kind not in ("sum", "count") or len(expr.path) != 1 or expr.owner != 0:
        return None
    child, link, far = model.step(holder, expr.path[0])
    uses = {path[1] for path in formula.uses if len(path) == 2}
    plain = all(path[0] == expr.path[0] and len(path) <= 2 for path in formula.uses)
    if not far or not plain or not all(child.fields[each].is_stored for each in uses):
        return None
    if expr.kind == "sum" and _decimals(child, expr) > decimals_of(entry.definition):
        return None
    return Sum(expr.path[0], link.name, frozenset(uses), compile_python(formula))


def _decimals(child: Object, expr: Aggregate) -> int:
    if isinstance(expr.body, Ref) and len(expr.body.path) == 1:
        return decimals_of(child.field(expr.body.path[0]).definition)
    return expr.body.type.scale if expr.body is not None else 0


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
