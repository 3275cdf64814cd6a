"""What links lead to: found by unique keys, and looked up for defaults, formulas, rules and filters.

One statement per target, however many rows and links lead there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.errors import FieldProblem, WrongInput
from queti.kernel.formulas import compile_sql
from queti.kernel.model import Field, Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths
from queti.kernel.values import FieldError
from queti.kernel.writing.history import Ask
from queti.kernel.writing.plans import FOR_KEEPING, FOR_SHARING, FOR_WRITING
from queti.kernel.writing.statements import alive, as_json, record, table

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.plans import Node, Plan

Rests = frozenset[tuple[str, ...]]
FILTER = "?"


@dataclass(slots=True)
class Wanted:
    """A link that was written as `{unique field: value}`: where its id goes, and its path for problems."""

    target: str
    name: str
    given: Mapping[str, Any]
    holder: dict[str, Any]
    path: str


def resolve(work: Work, wanted: Sequence[Wanted], problems: list[FieldProblem]) -> None:
    """Put the ids of the records into their holders; what isn't found is a problem."""
    groups: dict[tuple[str, tuple[str, ...]], list[Wanted]] = {}
    for entry in wanted:
        groups.setdefault((entry.target, tuple(sorted(entry.given))), []).append(entry)
    for (target, names), entries in groups.items():
        object = work.model.object(target)
        if not is_key(object, names):
            problems += [_not_a_key(object, entry) for entry in entries]
        else:
            _find_by_key(work, object, names, entries, problems)


def is_key(object: Object, names: Iterable[str]) -> bool:
    """Do these fields together tell one record from all others?"""
    wanted = set(names)
    return wanted == {"id"} or any(set(key.fields) == wanted for key in object.keys.values())


def _find_by_key(
    work: Work, object: Object, names: tuple[str, ...], entries: list[Wanted], problems: list[FieldProblem]
) -> None:
    alike: dict[str, list[Wanted]] = {}
    for entry in entries:
        alike.setdefault(repr([entry.given[name] for name in names]), []).append(entry)
    groups = list(alike.values())
    rows: list[dict[str, Any]] = []
    for place, (first, *_) in enumerate(groups):
        try:
            rows.append({"n": place, **{name: _key_value(object, name, first.given[name]) for name in names}})
        except FieldError as problem:
            problems += [FieldProblem(entry.path, problem.code, problem.en, problem.zh) for entry in groups[place]]
    found: dict[int, int] = dict(work.rows(_key_query(object, names), (as_json(rows),))) if rows else {}
    for place in (int(row["n"]) for row in rows):
        for entry in groups[place]:
            entry.holder[entry.name] = found.get(place)
            if place not in found:
                shown = ", ".join(f"{name} “{entry.given[name]}”" for name in names)
                problems.append(not_found(entry.path, object, shown))


def _key_value(object: Object, name: str, given: Any) -> Any:
    value = object.field(name).read(given)
    if isinstance(value, Mapping):
        raise FieldError("link", "Give the id of a link inside a key.", "键中的关联请使用 id。")
    return value


@lru_cache(maxsize=1024)
def _key_query(object: Object, names: tuple[str, ...]) -> str:
    match = " AND ".join(f't."{column_of(object, name)}" IS NOT DISTINCT FROM row."{name}"' for name in names)
    if len(names) == 1:
        match = f't."{column_of(object, names[0])}" = row."{names[0]}"'
    rows = record(object, names, "$1", "n integer")
    return f"SELECT row.n, t.id FROM {rows} JOIN {table(object)} t ON {match}{alive(object)}"


def column_of(object: Object, name: str) -> str:
    return object.table.c[name].name


def not_found(path: str, object: Object, shown: str) -> FieldProblem:
    label = object.definition.label
    return FieldProblem(
        path,
        "not_found",
        f"There is no {label.get('en', object.name).lower()} {shown}, or you may not see it.",
        f"没有{label.get('zh', object.name)} {shown}，或您无权查看。",
    )


def _not_a_key(object: Object, entry: Wanted) -> FieldProblem:
    keys = [" + ".join(key.fields) for key in object.keys.values()] or ["id"]
    near = did_you_mean(", ".join(entry.given), keys)
    return FieldProblem(
        entry.path,
        "not_a_key",
        f"{object.name} is found by its id or by {' or '.join(keys)}. {near['en']}".strip(),
        f"{object.name} 只能通过 id 或 {'、'.join(keys)} 查找。{near['zh']}".strip(),
    )


Lookups = Mapping["Node", "set[tuple[str, ...]]"]
There = dict[str, dict[int, bool]]
"""Target → id → is the record there, and not in the trash?"""


def look_up(
    work: Work,
    plan: Plan,
    lookups: Lookups,
    rows: Mapping[str, Sequence[dict[str, Any]]],
    there: There,
) -> list[tuple[Node, dict[str, Any], str]]:
    """Put what the links of `rows` (by part) lead to beside them, under keys like `customer.name`.

    Answers the links that lead nowhere or to what their filter excludes, as
    (node, values of the row, "not_found" or "not_offered"), and notes `there` what was met.
    """
    wrong: list[tuple[Node, dict[str, Any], str]] = []
    by_target: dict[tuple[str, str, Any], list[Node]] = {}
    for node in lookups:
        entry = plan.parts[node[0]].object.field(node[1])
        by_target.setdefault((entry.target or "", plan.locked_links.get(node, ""), _filter_key(entry)), []).append(node)
    for (target, lock, _), nodes in by_target.items():
        rests = tuple(sorted({rest for node in nodes for rest in lookups[node]}))
        filtered = plan.parts[nodes[0][0]].object.field(nodes[0][1])
        ids = {id for lines, name in nodes for row in rows.get(lines, ()) if (id := row.get(name)) is not None}
        found = read_targets(work, work.model.object(target), rests, ids, lock, filtered)
        met = there.setdefault(target, {})
        met.update((id, id in found and found[id][2]) for id in ids)
        for node in nodes:
            wrong += _spread(node, lookups[node], rests, found, rows.get(node[0], ()))
    return wrong


def _filter_key(entry: Field) -> Any:
    return (entry.object.name, entry.name) if entry.filter is not None else None


def _spread(
    node: Node,
    wanted: Iterable[tuple[str, ...]],
    rests: tuple[tuple[str, ...], ...],
    found: Mapping[int, tuple[Any, ...]],
    rows: Sequence[dict[str, Any]],
) -> Iterable[tuple[Node, dict[str, Any], str]]:
    name = node[1]
    keys = [(".".join((name, *rest)), 3 + place) for place, rest in enumerate(rests) if rest in wanted]
    blank = {key: None for key, _ in keys}
    spread = {id: {key: values[place] for key, place in keys} for id, values in found.items()}
    wrong: list[tuple[Node, dict[str, Any], str]] = []
    for row in rows:
        id = row.get(name)
        values = found.get(id) if id is not None else None
        row.update(blank if values is None else spread[id])  # type: ignore[index]
        if id is not None and (values is None or not values[1]):
            wrong.append((node, row, "not_found" if values is None else "not_offered"))
    return wrong


def read_targets(
    work: Work,
    target: Object,
    rests: tuple[tuple[str, ...], ...],
    ids: Iterable[int],
    lock: str = "",
    filtered: Field | None = None,
) -> dict[int, tuple[Any, ...]]:
    """By id: (id, does it fit the filter, is it out of the trash, *values at the ends of `rests`).

    It stays so until the commit.
    """
    wanted = sorted(ids)
    if not wanted:
        return {}
    work.settle_before(target.name)
    if lock and any(len(rest) > 1 for rest in rests):
        _hold(work, target, rests, wanted, lock)
        lock = ""
    else:
        lock = lock or FOR_KEEPING
    by = filtered if filtered is not None and filtered.filter is not None else None
    statement = _target_query(work.model, target, rests, by, lock)
    found = {row[0]: row for row in statement.run(work, {"ids": wanted})}
    if lock == FOR_WRITING:
        work.held.lock(target.name, found)
    return found


def _hold(work: Work, target: Object, rests: Iterable[tuple[str, ...]], ids: Sequence[int], lock: str) -> None:
    """Lock each record on the way, hop by hop: an outer join can't."""
    firsts = sorted({rest[0] for rest in rests if len(rest) > 1})
    columns = "".join(f', "{column_of(target, name)}"' for name in firsts)
    rows = work.rows(
        f"SELECT id{columns} FROM {table(target)} WHERE id = ANY($1::bigint[]) ORDER BY id {lock}", (list(ids),)
    )
    for place, name in enumerate(firsts, 1):
        further = [rest[1:] for rest in rests if rest[0] == name and len(rest) > 1]
        beyond = sorted({row[place] for row in rows if row[place] is not None})
        if beyond:
            _hold(work, work.model.object(target.field(name).target or ""), further, beyond, FOR_SHARING)


@lru_cache(maxsize=2048)
def _target_query(
    model: Model, target: Object, rests: tuple[tuple[str, ...], ...], filtered: Field | None, lock: str
) -> Statement:
    rows = target.table.alias("t")
    paths = Paths(model, target, rows, Parameters(model), Joins(rows))
    fits = sa.true() if filtered is None else sa.func.coalesce(compile_sql(filtered.filter, paths), sa.false())  # type: ignore[arg-type]
    is_there = rows.c["trashed_at"].is_(None) if target.has_trash else sa.true()
    columns = [rows.c["id"].label("id"), fits.label("fits"), is_there.label("is_there")]
    columns += [paths.column(rest).label(f"c{place}") for place, rest in enumerate(rests)]
    ids = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))
    query = (
        sa.select(*columns)
        .select_from(paths.joins.clause if paths.joins else rows)
        .where(rows.c["id"] == sa.func.any(ids))
    )
    if lock:
        query = query.order_by(rows.c["id"]).with_for_update(
            read=lock in (FOR_SHARING, FOR_KEEPING), key_share=lock in (FOR_WRITING, FOR_KEEPING), of=rows
        )
    return Statement.of(model.number, query)


def note_links(
    work: Work, plan: Plan, written: Iterable[tuple[Node, str, dict[str, Any]]], there: There
) -> Iterator[tuple[Node, dict[str, Any], str]]:
    """Of newly written links (node, path, values of the row) those that are known to lead into the trash.

    Those of which nothing is known yet are asked about at the end of the Work, all at
    once. Until the commit nothing that is linked to can go to the trash, since its
    foreign keys hold it.
    """
    for node, path, values in written:
        entry, id = plan.parts[node[0]].object.field(node[1]), values[node[1]]
        target = work.model.object(entry.target or "")
        known = there.get(target.name, {}).get(id)
        if known is False:
            yield node, values, "not_found"
        elif known is None and target.has_trash and not work.held.keeps(target.name, id):
            work.held.doubtful.setdefault(target.name, {}).setdefault(id, path)


def ask_for_dead_links(work: Work) -> Ask | None:
    """Which of the links that are in doubt lead into the trash? None when there are none."""
    doubtful = work.held.doubtful
    if not doubtful:
        return None
    targets = _doubted(work)
    return Ask(partial(_in_trash, targets), [sorted(doubtful[target.name]) for target in targets])


def refuse_dead_links(work: Work, dead: Sequence[Sequence[Any]] | None = None) -> None:
    """WrongInput where a link that this Work wrote leads into the trash; `dead` is the answer to what was asked."""
    ask = ask_for_dead_links(work)
    if ask is None:
        return
    rows = work.rows(ask.text(1), ask.values) if dead is None else dead
    targets, doubtful = _doubted(work), work.held.doubtful
    work.held.doubtful = {}
    for target in targets:
        work.held.keep(target.name, doubtful[target.name])
    found = [(targets[int(place)], int(id)) for place, id in rows]
    problems = [not_found(doubtful[target.name][id], target, str(id)) for target, id in found]
    if problems:
        shown = {language: "; ".join(each.says(language) for each in problems) for language in ("en", "zh")}
        raise WrongInput(summary=shown, fields=problems)


def _doubted(work: Work) -> tuple[Object, ...]:
    return tuple(work.model.object(name) for name in sorted(work.held.doubtful))


@lru_cache(maxsize=1024)
def _in_trash(targets: tuple[Object, ...], first: int) -> str:
    return " UNION ALL ".join(
        f"SELECT {at}, id FROM {table(target)} WHERE id = ANY(${first + at}::bigint[]) AND trashed_at IS NOT NULL"
        for at, target in enumerate(targets)
    )
