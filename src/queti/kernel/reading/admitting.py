"""Which of some records a person's roles admit, and to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from queti.kernel.errors import RecordNotFound
from queti.kernel.formulas import Typed, compile_where
from queti.kernel.model import Model, Object
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Column, Joins, Parameters, Paths
from queti.kernel.reading.permissions import ObjectRights, Rights, Roles, Verb
from queti.kernel.writing.statements import alive, column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

_Columns = Callable[[Paths], list[Column]]
Admitted = Mapping[int, frozenset[str]]
"""Record → the roles that admit it. `ObjectRights.fields_for` tells what they show or let be written."""


def admitted(work: Work, rights: Rights | None, object: Object, verb: Verb, ids: Sequence[int]) -> Admitted:
    """The records among `ids` on which `verb` is allowed; those that don't exist are not among them.

    With full sight (`rights` None) every record is admitted, by no role.
    """
    if rights is None:
        return dict.fromkeys(ids, frozenset())
    allowed = rights.of(object)
    roles = tuple(allowed.allowances(verb))
    if not roles or not ids:
        return {}
    statement = _admission(work.model, allowed, verb, roles)
    found: dict[int, frozenset[str]] = {}
    for id, *answers in statement.run(work, {"ids": list(ids)}):
        admitting = frozenset(role for role, answer in zip(roles, answers, strict=True) if answer)
        if admitting:
            found[id] = admitting
    return found


def opened(work: Work, rights: Rights | None, object: Object, id: int) -> Roles:
    """The roles that show the record; RecordNotFound where it is out of sight, the trash of others included."""
    roles = admitted(work, rights, object, "see", [id]).get(id)
    kept = "" if opens_trash(rights, object) else _out_of_trash(object)
    if roles is None or not work.rows(f"SELECT 1 FROM {table(object)} AS t WHERE t.id = $1::bigint{kept}", (id,)):
        raise RecordNotFound(what=object.definition.label or object.name, id=id)
    return roles


def opens_trash(rights: Rights | None, object: Object) -> bool:
    """The trash is open to those who may remove records."""
    return rights is None or bool(rights.of(object.parent or object).remove)


def _out_of_trash(object: Object) -> str:
    if object.parent is None or not object.parent.has_trash:
        return alive(object)
    parent = column(object, object.definition.parent_field)
    return f" AND EXISTS (SELECT FROM {table(object.parent)} AS p WHERE p.id = t.{parent} AND p.trashed_at IS NULL)"


@lru_cache(maxsize=1024)
def _admission(model: Model, allowed: ObjectRights, verb: Verb, roles: tuple[str, ...]) -> Statement:
    def answers(paths: Paths) -> list[Column]:
        conditions = (allowed.condition(verb, paths, frozenset([role])) for role in roles)
        return [sa.true() if condition is None else condition for condition in conditions]

    return _of_records(model, allowed.object, answers)


def holding(
    work: Work, object: Object, conditions: tuple[Typed, ...], ids: Sequence[int]
) -> dict[int, tuple[bool, ...]]:
    """Which of the conditions hold on each record, looked at with full sight."""
    rows = _holding(work.model, object, conditions).run(work, {"ids": list(ids)}) if ids and conditions else []
    return {id: tuple(bool(answer) for answer in answers) for id, *answers in rows}


@lru_cache(maxsize=1024)
def _holding(model: Model, object: Object, conditions: tuple[Typed, ...]) -> Statement:
    return _of_records(model, object, lambda paths: [compile_where(condition, paths) for condition in conditions])


def _of_records(model: Model, object: Object, columns: _Columns) -> Statement:
    rows = object.table.alias("r")
    joins = Joins(rows)
    answers = [
        sa.func.coalesce(column, sa.false()).label(f"answer_{at}")
        for at, column in enumerate(columns(Paths(model, object, rows, Parameters(model), joins)))
    ]
    wanted = rows.c["id"] == sa.func.any(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger())))
    return Statement.of(model.number, sa.select(rows.c["id"], *answers).select_from(joins.clause).where(wanted))
