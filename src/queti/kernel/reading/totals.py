"""Counts and sums of the records that a person sees, in groups or of all: one statement.

What a reader doesn't see of a record counts as blank. Money of several currencies has no
sum: such a total is None, and `mixed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from queti.kernel.errors import Refusal
from queti.kernel.formulas.types import COMPANY
from queti.kernel.model import Field, Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.paths import Column
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.queries import where_of
from queti.kernel.reading.search import search_patterns
from queti.kernel.reading.seen import SeenScope, is_seen, unknown_field
from queti.kernel.reading.selecting import Shape, finding

if TYPE_CHECKING:
    from queti.kernel.work import Work

Aggregate = Literal["sum", "avg", "min", "max", "count"]
Unit = Literal["", "day", "month", "quarter", "year"]
MOST_GROUPS = 500
_ADDED = frozenset({"number", "integer", "money", "percent", "progress", "rating"})
_ORDERED = _ADDED | {"date", "moment", "time"}
_GROUPED = frozenset(
    {"text", "choice", "tree_choice", "link", "boolean", "region", "colour", "role", "rating", "integer"}
)
_DATES = frozenset({"date", "moment"})


class NoSuchTotal(Refusal):
    """{total} of {field} can't be computed; numbers can be added, numbers and dates compared, everything counted."""

    zh = "无法计算“{field}”的{total}：数字可求和与平均，数字和日期可取最大最小，任何字段可计数。"
    field = "totals"


class NoSuchGroup(Refusal):
    """Records can't be grouped by {field}; choose a choice, a link, a yes/no field, a date or a text."""

    zh = "不能按“{field}”分组，请选择选项、关联、是/否、日期或文本字段。"
    field = "group"


@dataclass(frozen=True, slots=True)
class _Asked:
    shape: Shape
    group: str
    unit: Unit
    totals: tuple[tuple[str, Aggregate], ...]


def totals(
    work: Work,
    rights: Rights | None,
    object: Object,
    wanted: Mapping[str, Aggregate],
    *,
    where: str = "",
    search: str = "",
    group: str = "",
    unit: Unit = "",
) -> dict[str, Any]:
    """`{groups: [{value, label, count, totals}], count, totals, more}`.

    `wanted` is field → aggregate; answers in `totals` are by field. `groups` are in the order
    of their values, as a list sorted by them is: links by what they are called, blank last;
    at most 500, `more` tells that there are others. `unit` takes
    dates and moments together by day, month, quarter or year of the company's calendar.
    """
    for name in (*wanted, *([group] if group else ())):
        if "." in name or not is_seen(work.model, rights, object, name):
            raise unknown_field(object, name, SeenScope(work.model, object, rights).names())
    patterns = search_patterns(search)
    asked_where, given = where_of(work.model, rights, object, where)
    given.update((f"word_{at}", pattern) for at, pattern in enumerate(patterns))
    path = _path_of(object, group)
    fields = dict.fromkeys(("id", *([path] if path else ()), *wanted, *_currencies(work.model, rights, object, wanted)))
    shape = Shape(object.name, tuple(fields), where=asked_where, words=len(patterns))
    asked = _Asked(shape, group, unit, tuple(wanted.items()))
    rows = _statement(work.model, rights, asked).run(work, {**given, "zone": work.timezone}, plan_once=False)
    whole = [row for row in rows if row[0]]
    parts = [row for row in rows if not row[0]]
    labels = _labels(work, rights, object, group, [row[1] for row in parts])
    if path != group:
        parts.sort(key=lambda row: (row[1] is None, labels.get(row[1], ""), row[1]))
    return {
        **_read(object, asked, whole[0]),
        "groups": [
            {"value": row[1], "label": labels.get(row[1], ""), **_read(object, asked, row)}
            for row in parts[:MOST_GROUPS]
        ],
        "more": len(parts) > MOST_GROUPS,
    }


@lru_cache(maxsize=512)
def _statement(model: Model, rights: Rights | None, asked: _Asked) -> Statement:
    object = model.object(asked.shape.object)
    rows = finding(model, rights, asked.shape).subquery("rows")
    column = {name: rows.c[at] for at, name in enumerate(asked.shape.fields)}
    figures: list[Column] = [sa.func.count()]
    for name, aggregate in asked.totals:
        figures += [_figure(object.field(name), column[name], aggregate), _mixed(object.field(name), column)]
    if not asked.group:
        return Statement.of(model.number, sa.select(sa.true(), sa.null(), *figures).select_from(rows))
    by = _grouped(object.field(asked.group), column[_path_of(object, asked.group)], asked.unit)
    whole = sa.func.grouping(by) == sa.literal_column("1", sa.Integer())
    select = (
        sa.select(whole, by, *figures)
        .select_from(rows)
        .group_by(sa.func.grouping_sets(sa.tuple_(), sa.tuple_(by)))
        .order_by(whole.desc(), by.asc().nulls_last())
        .limit(sa.literal_column(str(MOST_GROUPS + 2), sa.Integer()))
    )
    return Statement.of(model.number, select)


def can_total(field: Field, aggregate: Aggregate) -> bool:
    if aggregate == "count":
        return True
    return field.type.name in (_ADDED if aggregate in ("sum", "avg") else _ORDERED)


def can_group(field: Field) -> bool:
    return field.type.name in _DATES | _GROUPED


def _figure(field: Field, column: Column, aggregate: Aggregate) -> Column:
    if not can_total(field, aggregate):
        raise NoSuchTotal(field=field.name, total=aggregate)
    if aggregate == "count":
        return sa.func.count(column)
    figure = getattr(sa.func, aggregate)(column)
    return sa.func.round(figure, 6) if aggregate == "avg" else figure


def _mixed(field: Field, column: Mapping[str, Column]) -> Column:
    """Money in more than one currency."""
    currency = _currency_of(field)
    if currency not in column:
        return sa.false()
    return sa.func.count(sa.distinct(column[currency])) > sa.literal_column("1", sa.Integer())


def _grouped(field: Field, column: Column, unit: Unit) -> Column:
    if field.type.name in _DATES:
        if field.type.name == "moment":
            column = sa.cast(sa.func.timezone(sa.bindparam("zone", type_=sa.Text()), column), sa.Date)
        if unit in ("", "day"):
            return column
        return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{unit}'"), sa.cast(column, sa.TIMESTAMP())), sa.Date)
    if not can_group(field):
        raise NoSuchGroup(field=field.name)
    return column


def _path_of(object: Object, group: str) -> str:
    """A link is grouped by the record behind it, which is blank where it is out of sight."""
    return f"{group}.id" if group and object.field(group).type.name == "link" else group


def _currencies(model: Model, rights: Rights | None, object: Object, wanted: Mapping[str, Aggregate]) -> list[str]:
    found = (_currency_of(object.field(name)) for name in wanted)
    return [path for path in found if path and is_seen(model, rights, object, path)]


def _currency_of(field: Field) -> str:
    written = field.definition.currency
    return written if field.type.name == "money" and written and tuple(written.split(".")) != COMPANY else ""


def _labels(work: Work, rights: Rights | None, object: Object, group: str, values: list[Any]) -> dict[Any, str]:
    """What the groups are called; a link out of sight has no name and is one blank group."""
    if not group:
        return {}
    field = object.field(group)
    if field.type.name == "link":
        ids = [value for value in values if value is not None]
        return dict(labels_of(work, rights, work.object(field.target or ""), ids))
    choices = field.definition.choices
    return {
        value: choices[value].label.get(work.language) or choices[value].label.get("en") or value
        for value in values
        if value in choices
    }


def _read(object: Object, asked: _Asked, row: tuple[Any, ...]) -> dict[str, Any]:
    _, _, count, *figures = row
    told: dict[str, Any] = {}
    mixed: list[str] = []
    for at, (name, aggregate) in enumerate(asked.totals):
        value, is_mixed = figures[2 * at], figures[2 * at + 1]
        told[name] = None if is_mixed else _shown(object.field(name), aggregate, value)
        mixed += [name] if is_mixed and aggregate != "count" else []
        if aggregate == "count":
            told[name] = value
    return {"count": count, "totals": told, **({"mixed": mixed} if mixed else {})}


def _shown(field: Field, aggregate: Aggregate, value: Any) -> Any:
    if value is None or aggregate == "count":
        return value
    if aggregate == "avg" or field.type.name in ("integer", "rating"):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return field.type.show(value, field.definition)
