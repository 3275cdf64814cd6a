"""Records that may be the same: equal in chosen fields, however they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queti.engines.upkeep.refusals import NotComparable
from queti.kernel.model import Field, Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.selecting import Shape, finding

if TYPE_CHECKING:
    from queti.kernel.work import Work

MOST_GROUPS = 200
SHOWN = 20
_COMPARED = frozenset(
    {"text", "long_text", "email", "phone", "url", "number", "integer", "money", "percent", "date", "choice", "link"}
)
Column = sa.ColumnElement[Any]


def find_duplicates(work: Work, object: str, by: Sequence[str], *, limit: int = 50) -> dict[str, Any]:
    """`{groups: [{count, records: [{id, label}]}], more}`: live records that the person sees, the largest groups first.

    Text is compared without case, blanks, punctuation and full-width forms, phones by their
    last eleven digits. Records that are blank in any of the fields are no duplicates. Of a
    group the first 20 are shown. One statement, whatever the number of records.
    """
    guarded = work.as_person
    found = guarded.seen(object)
    statement = _statement(work.model, guarded.sight, found, tuple(dict.fromkeys(by)), min(limit, MOST_GROUPS))
    rows = statement.run(work, {}, plan_once=False)
    labels = labels_of(work, guarded.sight, found, [id for _, ids in rows for id in ids])
    groups = [
        {"count": count, "records": [{"id": id, "label": labels.get(id, str(id))} for id in ids]}
        for count, ids in rows[:limit]
    ]
    return {"groups": groups, "more": len(rows) > limit}


@lru_cache(maxsize=256)
def _statement(model: Model, rights: Rights | None, object: Object, by: tuple[str, ...], limit: int) -> Statement:
    rows = finding(model, rights, Shape(object.name, ("id", *by))).subquery("rows")
    id, *given = rows.c
    keys = [_alike(_comparable(object, name), column) for name, column in zip(by, given, strict=False)]
    first = sa.func.array_agg(aggregate_order_by(id, id.asc()))
    shown = sa.func.trim_array(first, sa.func.greatest(sa.func.count() - SHOWN, 0).cast(sa.Integer))
    groups = (
        sa.select(sa.func.count(), shown)
        .where(*(key.is_not(None) for key in keys))
        .group_by(*keys)
        .having(sa.func.count() > 1)
        .order_by(sa.func.count().desc(), sa.func.min(id))
        .limit(sa.literal_column(str(limit + 1), sa.Integer()))
    )
    return Statement.of(model.number, groups)


def _comparable(object: Object, name: str) -> Field:
    """The field of that name; Shape has refused one that the person doesn't see."""
    found = object.fields.get(name)
    if found is None or found.type.name not in _COMPARED:
        raise NotComparable(field=name)
    return found


def _alike(field: Field, column: Column) -> Column:
    if field.type.name == "phone":
        return sa.func.nullif(sa.func.right(sa.func.regexp_replace(column, r"\D", "", "g"), 11), "")
    if field.type.is_text:
        plain = sa.func.lower(sa.func.normalize(column, sa.literal_column("NFKC")))
        return sa.func.nullif(sa.func.regexp_replace(plain, r"[\s[:punct:]]+", "", "g"), "")
    return column
