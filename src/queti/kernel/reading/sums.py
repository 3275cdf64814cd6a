"""Sums of an object's records by the values of some of its fields: one statement, however many records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.model import Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.finding import key_value, settle_for
from queti.kernel.reading.queries import where_of
from queti.kernel.reading.selecting import Shape, finding

if TYPE_CHECKING:
    from queti.kernel.work import Work


def sums(
    work: Work, object: Object, where: str, params: Mapping[str, Any], by: tuple[str, ...], add: tuple[str, ...]
) -> list[dict[str, Any]]:
    """`{by…, add…}` for each combination of `by` (own names and link paths), in its order; blanks add nothing."""
    settle_for(work, object, (*by, *add), where or ".")
    asked, literals = where_of(work.model, None, object, where, {k: key_value(v) for k, v in params.items()})
    shape = Shape(object.name, (*by, *add), where=asked)
    rows = _statement(work.model, shape, len(by)).run(work, literals, plan_once=False)
    return [dict(zip((*by, *add), row, strict=True)) for row in rows]


@lru_cache(maxsize=512)
def _statement(model: Model, shape: Shape, keys: int) -> Statement:
    rows = finding(model, None, shape).order_by(None).subquery("rows")
    columns: Sequence[Any] = [rows.c[at] for at in range(len(shape.fields))]
    by, add = columns[:keys], columns[keys:]
    nothing = sa.literal_column("0", sa.Numeric())
    figures = [sa.func.coalesce(sa.func.sum(column), nothing) for column in add]
    return Statement.of(model.number, sa.select(*by, *figures).select_from(rows).group_by(*by).order_by(*by))
