"""One filter with many sets of values: what fits for each set, by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from queti.kernel.model import Model, Object
from queti.kernel.reading.compiled import Select, Statement
from queti.kernel.reading.queries import where_of
from queti.kernel.reading.selecting import LITERAL, Shape, finding

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]


def find_each(
    work: Work, object: Object, where: str, given: Sequence[Mapping[str, Any]], sort: str = "", limit: int | None = None
) -> list[list[int]]:
    """Ids of the records that fit for each mapping of the names that `where` uses, each in order and up to the limit.

    Values that are blank make another filter of it: there are as many statements as kinds of filter.
    """
    work.settle_before(object.name)
    groups: dict[Shape, list[tuple[int, Values]]] = {}
    for at, params in enumerate(given):
        asked, literals = where_of(work.model, None, object, where, params)
        groups.setdefault(Shape(object.name, where=asked, sort=sort, limit=limit), []).append((at, literals))
    found: list[list[int]] = [[] for _ in given]
    for shape, those in groups.items():
        for (at, _), ids in zip(those, _of_shape(work, shape, [values for _, values in those]), strict=True):
            found[at] = ids
    return found


def _of_shape(work: Work, shape: Shape, sets: Sequence[Values]) -> list[list[int]]:
    """Sets of equal values are asked once; lists among them can't be columns, so each goes alone."""
    names = tuple(sets[0])
    if any(isinstance(value, list | tuple) for value in sets[0].values()):
        return [[row[0] for row in _alone(work.model, shape).run(work, values)] for values in sets]
    keys = [tuple(values.values()) for values in sets]
    unique = list(dict.fromkeys(keys))
    columns = {f"{name}_each": [key[at] for key in unique] for at, name in enumerate(names)}
    rows = _together(work.model, shape, names).run(work, {**columns, "sets": list(range(len(unique)))})
    found: dict[Any, list[int]] = {unique[at]: list(ids) for at, ids in rows}
    return [found[key] for key in keys]


@lru_cache(maxsize=256)
def _alone(model: Model, shape: Shape) -> Statement:
    return Statement.of(model.number, finding(model, None, shape))


@lru_cache(maxsize=256)
def _together(model: Model, shape: Shape, names: tuple[str, ...]) -> Statement:
    """The filter's literals become columns of a row for each set."""
    select = finding(model, None, shape)
    types = {bind.key: bind.type for bind in _binds(select)}
    numbers = sa.bindparam("sets", type_=sa.ARRAY(sa.Integer()))
    arrays = [sa.bindparam(f"{name}_each", type_=sa.ARRAY(types[name])) for name in names]
    columns = [sa.column("n", sa.Integer()), *(sa.column(name, types[name]) for name in names)]
    given = sa.func.unnest(numbers, *arrays).table_valued(*columns, name="given").render_derived()

    def column(element: Any, **_: Any) -> Any:
        is_literal = isinstance(element, sa.BindParameter) and element.key in names
        return given.c[element.key] if is_literal else None

    each = cast("Select", visitors.replacement_traverse(select, {}, column))
    own = each.with_only_columns(*list(each.selected_columns)[:1], maintain_column_froms=True)
    ids = sa.func.array(own.correlate(given).scalar_subquery())
    return Statement.of(model.number, sa.select(given.c.n, ids).select_from(given))


def _binds(select: Select) -> list[sa.BindParameter[Any]]:
    return [element for element in visitors.iterate(select)
            if isinstance(element, sa.BindParameter) and str(element.key).startswith(LITERAL)]  # fmt: skip
