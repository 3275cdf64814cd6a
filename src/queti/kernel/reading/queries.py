"""Reading records: many at once, with what lies behind links and the rows of their lists.

`read` answers plain values for the kernel's own use; `page` a page of a list as a person
sees it. One query a level: never one a record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.reading.admitting import admitted
from queti.kernel.reading.given import where_given
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.search import search_patterns
from queti.kernel.reading.seen import SeenScope, is_seen, typed_where, unknown_field
from queti.kernel.reading.selecting import Question, Shape, Trash, Where, counting, of_ids, question
from queti.kernel.reading.sorting import fingerprint, read_cursor, write_cursor

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]

LONGEST_PAGE = 1000
COUNTED_TO = 1000


class WrongLimit(Refusal):
    """A page has 1 to {most} records."""

    zh = "每页记录数应为 1 到 {most}。"
    field = "limit"


@dataclass(frozen=True, slots=True)
class Count:
    value: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`records` have the keys that were asked for; `next` is the cursor of the page behind."""

    records: list[Values]
    next: str | None = None
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Asked fields, sorted out: `own` are single values, `lists` the fields wanted of each list's rows."""

    own: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def read(
    work: Work,
    object: Object,
    fields: Sequence[str] | None = None,
    *,
    ids: Sequence[int] | None = None,
    where: str = "",
    params: Mapping[str, Any] | None = None,
    sort: str = "",
    limit: int | None = None,
    trash: Trash = "without",
    lock: bool = False,
) -> list[Values]:
    """Records with full sight, each a mapping of the asked fields and `id`; of `ids` those that exist.

    `fields` are own names, paths through links (`customer.name`) and lists (`lines`,
    `lines.product.sku`); `*`, or None for them all: the stored fields. `where` may use the names in `params`.
    With `lock` the rows are held until the commit, taken in the order of their ids.
    """
    wanted = sort_out(work.model, object, _stored(object) if fields is None else tuple(fields))
    asked_where, literals = where_of(work.model, None, object, where, params)
    shape = Shape(
        object=object.name,
        fields=with_id(wanted.own),
        where=asked_where,
        sort=sort,
        limit=limit,
        trash=trash,
        lock=lock,
    )
    shape, within = (shape, {}) if ids is None else of_ids(shape, "id", ids)
    asked = question(work.model, None, shape)
    rows = asked.statement.run(work, literals | within)
    if lock and sort:
        rows = _in_order(rows, asked)
    records = [dict(zip(asked.fields, row, strict=False)) for row in rows]
    attach(work, None, object, records, wanted.lists)
    return records


def attach(
    work: Work,
    rights: Rights | None,
    object: Object,
    records: Sequence[Values],
    lists: Mapping[str, tuple[str, ...]],
    *,
    as_json: bool = False,
) -> None:
    """Put the rows of `lists` into the records, in their order; one query a list."""
    for name, fields in lists.items():
        child, back = list_of(work.model, object, name)
        by_id = {record["id"]: record for record in records}
        for record in records:
            record[name] = []
        holders = _showing(work, rights, object, name, list(by_id))
        if not holders:
            continue
        wanted = sort_out(work.model, child, fields or _stored(child, rights), rights)
        is_lines = name in object.lines
        shape = Shape(
            object=child.name,
            fields=with_id(wanted.own, back),
            sort="position" if is_lines else "id",
            trash="with" if is_lines else "without",
            as_json=as_json,
        )
        shape, within = of_ids(shape, back, holders)
        asked = question(work.model, rights, shape)
        rows = asked.statement.run(work, within)
        read = (dict(zip(asked.fields, row, strict=False)) for row in rows)
        # A row whose link back is hidden from the reader doesn't tell that it belongs here.
        found = [row for row in read if row[back] is not None]
        for row in found:
            by_id[row[back]][name].append(row)
        attach(work, rights, child, found, wanted.lists, as_json=as_json)


def _showing(work: Work, rights: Rights | None, object: Object, name: str, ids: list[int]) -> list[int]:
    """The records on which the reader sees this list. That of lines follows from the rows' own scope."""
    if rights is None or not ids or name in object.lines or rights.of(object).always_shows(name):
        return ids
    roles = admitted(work, rights, object, "see", ids)
    return [id for id in ids if name in rights.of(object).fields_for("see", roles.get(id, frozenset()))]


def page(
    work: Work,
    rights: Rights | None,
    object: Object,
    fields: Sequence[str],
    *,
    where: str = "",
    sort: str = "",
    limit: int = 50,
    after: str | None = None,
    count: bool | Literal["all"] = False,
    search: str = "",
    trash: Trash = "without",
    params: Mapping[str, Any] | None = None,
) -> Page:
    """One page of a list. `count` counts up to 1,000 matching records, "all" every one."""
    if not 1 <= limit <= LONGEST_PAGE:
        raise WrongLimit(most=LONGEST_PAGE)
    wanted = sort_out(work.model, object, tuple(fields), rights)
    refuse_unseen_lists(work.model, rights, object, wanted)
    patterns = search_patterns(search)
    asked_where, given = where_of(work.model, rights, object, where, params)
    asked_for = Shape(
        object=object.name,
        fields=with_id(wanted.own) if wanted.lists else wanted.own or ("id",),
        where=asked_where,
        sort=sort or object.definition.sort,
        limit=limit + 1,
        words=len(patterns),
        trash=trash,
        as_json=True,
    )
    given.update((f"word_{at}", pattern) for at, pattern in enumerate(patterns))
    mark = fingerprint(object.name, where, params, asked_for.sort, search, trash)
    asked, behind = _behind(work, rights, asked_for, after, mark)
    rows = asked.statement.run(work, {**given, **behind}, plan_once=not patterns)
    records = [dict(zip(asked.fields, row, strict=False)) for row in rows[:limit]]
    attach(work, rights, object, records, wanted.lists, as_json=True)
    following = None
    if len(rows) > limit:
        following = write_cursor(work.model.number, mark, rows[limit - 1][len(asked.fields) :])
    return Page(records, following, _count(work, rights, asked_for, given, count) if count else None)


def refuse_unseen_lists(model: Model, rights: Rights | None, object: Object, wanted: Wanted) -> None:
    for name in wanted.lists:
        if not is_seen(model, rights, object, name):
            raise unknown_field(object, name, SeenScope(model, object, rights).names())


def rows_of(
    work: Work,
    rights: Rights | None,
    shape: Shape,
    given: Values,
    *,
    where: str = "",
    params: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """The rows of a shape and a filter."""
    asked_where, literals = where_of(work.model, rights, work.model.object(shape.object), where, params)
    asked = question(work.model, rights, replaced(shape, where=asked_where))
    return asked.statement.run(work, {**literals, **given}, plan_once=not shape.words)


def where_of(
    model: Model, rights: Rights | None, object: Object, where: str, params: Mapping[str, Any] | None = None
) -> tuple[Where | None, Values]:
    if not where.strip():
        return None, {}
    if params:
        return where_given(model, object, rights, where, params)
    return Where.of(typed_where(model, object, rights, where))


def count_of(
    work: Work,
    rights: Rights | None,
    object: Object,
    where: str,
    params: Mapping[str, Any] | None = None,
    count: Literal[True, "all"] = True,
) -> Count:
    """How many records fit, counted up to 1,000; with "all" every one."""
    asked_where, given = where_of(work.model, rights, object, where, params)
    return _count(work, rights, Shape(object.name, where=asked_where), given, count)


def _behind(work: Work, rights: Rights | None, shape: Shape, after: str | None, mark: str) -> tuple[Question, Values]:
    first = question(work.model, rights, shape)
    if after is None:
        return first, {}
    values = read_cursor(after, work.model.number, mark, first.sort_types)
    blanks = tuple(value is None for value in values)
    return question(work.model, rights, replaced(shape, blanks=blanks)), {
        f"after_{at}": value for at, value in enumerate(values)
    }


def _count(work: Work, rights: Rights | None, shape: Shape, given: Values, count: bool | Literal["all"]) -> Count:
    most = None if count == "all" else COUNTED_TO
    counted = replaced(shape, fields=("id",), sort="", limit=None if most is None else most + 1, as_json=False)
    [[value]] = counting(work.model, rights, counted).run(work, given, plan_once=False)
    return Count(value, True) if most is None or value <= most else Count(most, False)


@lru_cache(maxsize=4096)
def sort_out(model: Model, object: Object, fields: tuple[str, ...], rights: Rights | None = None) -> Wanted:
    """Single values and lists apart. `*` asks for all stored fields that the reader sees, a list's own name for
    all of its rows."""
    own: dict[str, None] = {}
    lists: dict[str, dict[str, None]] = {}
    for entry in fields:
        name, _, rest = entry.partition(".")
        if name in object.lines or name in object.reverse:
            lists.setdefault(name, {}).update(dict.fromkeys(_list_fields(model, object, name, rest, rights)))
        elif entry == "*":
            own.update(dict.fromkeys(_stored(object, rights)))
        else:
            own[entry] = None
    return Wanted(tuple(own), {name: tuple(wanted) for name, wanted in lists.items()})


def _list_fields(model: Model, object: Object, name: str, rest: str, rights: Rights | None) -> Iterable[str]:
    return (rest,) if rest else _stored(list_of(model, object, name)[0], rights)


def list_of(model: Model, object: Object, name: str) -> tuple[Object, str]:
    """The object of a list's rows and their link back."""
    if name in object.reverse:
        return model.object(object.reverse[name].object), object.reverse[name].field
    if name not in object.lines:
        raise unknown(
            {"en": f"list of {object.name}", "zh": f"{object.name} 的列表"}, name, [*object.lines, *object.reverse]
        )
    child = model.object(object.lines[name].target or "")
    return child, child.definition.parent_field


def _stored(object: Object, rights: Rights | None = None) -> tuple[str, ...]:
    names = (entry.name for entry in object.stored)
    return tuple(names) if rights is None else tuple(name for name in names if name in rights.of(object).fields)


def with_id(fields: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*fields, "id", *more)))


def replaced(shape: Shape, **changes: Any) -> Shape:
    return dataclasses.replace(shape, **changes)


def _in_order(rows: list[tuple[Any, ...]], asked: Question) -> list[tuple[Any, ...]]:
    """Locked rows come by id; this sorts them as was asked, blanks last ascending and first descending."""
    start = len(asked.fields)

    def compare(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
        for at, descending in enumerate(asked.descending):
            a, b = one[start + at], other[start + at]
            if a != b:
                less = b is None if a is not None and b is None else (False if a is None else a < b)
                return -1 if less != descending else 1
        return 0

    return sorted(rows, key=cmp_to_key(compare))
