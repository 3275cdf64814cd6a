"""The home of a person's roles: counted links to what waits, and figures with their formulas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from queti.kernel.definitions import HomeCard, HomeDef, HomeTile, Words
from queti.kernel.formulas import (
    FormulaError,
    SqlRows,
    SqlScope,
    Type,
    Typed,
    check,
    compile_sql,
    compile_where,
    rows_scope,
)
from queti.kernel.model import Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Column, Joins, Parameters, Paths, alive
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.queries import COUNTED_TO, count_of
from queti.kernel.reading.seen import SeenScope, typed_where

if TYPE_CHECKING:
    from queti.kernel.work import Work


def home(work: Work, rights: Rights) -> dict[str, Any]:
    """`{cards, tiles}` of all the person's roles; what a role may not see is left out."""
    homes = [work.model.homes[role] for role in rights.roles if role in work.model.homes]
    return {
        "cards": [_card(work, rights, name, card) for name, card in _cards(homes) if _may_ask(work, rights, card)],
        "tiles": [_tile(work, rights, name, tile) for name, tile in _tiles(homes) if _may_ask(work, rights, tile)],
    }


def _cards(homes: list[HomeDef]) -> Iterator[tuple[str, HomeCard]]:
    cards = {name: card for entry in homes for name, card in entry.cards.items()}
    return iter(sorted(cards.items(), key=lambda item: item[1].order))


def _tiles(homes: list[HomeDef]) -> Iterator[tuple[str, HomeTile]]:
    tiles = {name: tile for entry in homes for name, tile in entry.tiles.items()}
    return iter(sorted(tiles.items(), key=lambda item: item[1].order))


def _may_ask(work: Work, rights: Rights, asked: HomeCard | HomeTile) -> bool:
    if asked.object not in work.model.objects or not rights.sees(asked.object):
        return False
    object = work.model.object(asked.object)
    try:
        typed_where(work.model, object, rights, asked.where)
        if isinstance(asked, HomeTile):
            _figure_formula(work.model, object, rights, asked.value)
    except FormulaError:
        return False
    return True


def _card(work: Work, rights: Rights, name: str, card: HomeCard) -> dict[str, Any]:
    count = count_of(work, rights, work.model.object(card.object), card.where)
    return {
        "name": name,
        "label": _in(work, card.label),
        "object": card.object,
        "where": card.where,
        "sort": card.sort,
        "count": count.value,
        "exact": count.exact,
        "most": COUNTED_TO,
        "tone": card.tone,
    }


def _tile(work: Work, rights: Rights, name: str, tile: HomeTile) -> dict[str, Any]:
    object = work.model.object(tile.object)
    statement = _figure(work.model, rights, object, tile.where, tile.value)
    [[value]] = statement.run(work, {}, plan_once=False)
    return {
        "name": name,
        "label": _in(work, tile.label),
        "value": value,
        "unit": tile.unit,
        "formula": tile.value,
        "explain": _in(work, tile.explain),
        "period_days": tile.period_days,
        "object": tile.object,
        "where": tile.where,
        "rows": count_of(work, rights, object, tile.where).value,
    }


def _in(work: Work, words: Words) -> str:
    return words.get(work.language) or words.get("en", "")


@lru_cache(maxsize=512)
def _figure_formula(model: Model, object: Object, rights: Rights, formula: str) -> Typed:
    return check(formula, rows_scope(SeenScope(model, object, rights)))


@lru_cache(maxsize=512)
def _figure(model: Model, rights: Rights, object: Object, where: str, formula: str) -> Statement:
    value = compile_sql(_figure_formula(model, object, rights, formula), _Rows(model, object, rights, where))
    if isinstance(value.type, sa.Numeric):
        value = sa.func.trim_scale(sa.func.round(value, 6))
    return Statement.of(model.number, sa.select(value))


class _Rows(SqlScope):
    """The one name of a figure's formula: `rows`, the records that the reader sees and that fit."""

    def __init__(self, model: Model, object: Object, rights: Rights, where: str) -> None:
        self.model = model
        self.object = object
        self.rights = rights
        self.where = where
        self.parameters = Parameters(model)

    def column(self, path: tuple[str, ...]) -> Column:
        raise LookupError(".".join(path))

    def rows(self, path: tuple[str, ...]) -> SqlRows:  # noqa: ARG002
        table = self.object.table.alias()
        joins = Joins(table)
        paths = Paths(self.model, self.object, table, self.parameters, joins, self.rights)
        conditions = [alive(paths), self.rights.scope(paths)]
        if self.where.strip():
            conditions.append(compile_where(typed_where(self.model, self.object, self.rights, self.where), paths))
        found = sa.and_(sa.true(), *(part for part in conditions if part is not None))
        return SqlRows(lambda: joins.clause, found, paths)

    def parameter(self, name: str, type: Type) -> Column:
        return self.parameters.get(name, type)
