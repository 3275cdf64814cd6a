"""Formulas while they are written: type, what they use, errors with their place, value on a record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from queti.kernel.errors import RecordNotFound
from queti.kernel.formulas import FormulaError, Typed, check, compile_sql
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths
from queti.kernel.reading.permissions import rights_of
from queti.kernel.reading.seen import SeenScope
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.problems import mistake
from queti.server.routing import Route


def check_formula(door: Door, request: Request) -> Answer:
    """`{object, formula}` → its type, what it uses, or the error with its place."""
    given = request.json_object()
    object, formula = _text(given, "object"), _text(given, "formula")

    def act(work: Work) -> dict[str, Any]:
        try:
            return _told(_checked(work, object, formula))
        except FormulaError as error:
            return {"ok": False, "error": {**mistake(error), "detail": error.says(request.language)}}

    return answer_json(door.run(request, act, reads_only=True))


def evaluate_formula(door: Door, request: Request) -> Answer:
    """`{object, formula, id}` → the value on that record, as this person sees it."""
    given = request.json_object()
    object, formula, id = _text(given, "object"), _text(given, "formula"), given.get("id")
    if not isinstance(id, int) or isinstance(id, bool):
        raise wrong("id", "wrong_type", "The id of a record is required.", "请填写记录编号。")

    def act(work: Work) -> dict[str, Any]:
        typed = _checked(work, object, formula)
        return {**_told(typed), "value": _value(work, object, id, typed)}

    return answer_json(door.run(request, act, reads_only=True))


def _checked(work: Work, object: str, formula: str) -> Typed:
    known = work.model.object(object)
    rights = rights_of(work.model, work.who.roles)
    rights.of(known).refuse_unless("see")
    return check(formula, SeenScope(work.model, known, rights))


def _value(work: Work, object: str, id: int, typed: Typed) -> Any:
    """The value that SQL gives for this record, with this person's sight."""
    known, rights = work.model.object(object), rights_of(work.model, work.who.roles)
    if id not in work.as_person.visible(object, [id]):
        raise RecordNotFound(what=known.definition.label or object, id=id)
    rows = known.table.alias("r")
    joins = Joins(rows)
    paths = Paths(work.model, known, rows, Parameters(work.model), joins, rights)
    column = compile_sql(typed, paths)
    wanted = sa.select(column).select_from(joins.clause).where(rows.c["id"] == sa.bindparam("record"))
    [[value]] = Statement.of(work.model.number, wanted).run(work, {"record": id}, plan_once=False)
    return value


def _told(typed: Typed) -> dict[str, Any]:
    return {
        "ok": True,
        "type": typed.type.kind,
        "target": typed.type.target or None,
        "uses": [".".join(path) for path in typed.uses],
        "live": typed.is_live,
    }


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 10_000:
        raise wrong(name, "required", "A text is required.", "必须填写文本。")
    return value


ROUTES = [
    Route("POST", "/api/formulas/check", check_formula),
    Route("POST", "/api/formulas/evaluate", evaluate_formula),
]
