"""Formulas while they are written: type, what they use, errors with their place, value on a record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from queti.kernel.errors import Language, RecordNotFound
from queti.kernel.formulas import (
    BOOLEAN,
    DATE,
    DURATION,
    MOMENT,
    NUMBER,
    TEXT,
    FormulaError,
    NameScope,
    Type,
    Typed,
    check,
    compile_sql,
)
from queti.kernel.model import Object
from queti.kernel.publishing.preview import sketched
from queti.kernel.reading.compiled import Statement
from queti.kernel.reading.paths import Joins, Parameters, Paths
from queti.kernel.reading.permissions import rights_of
from queti.kernel.reading.seen import SeenScope
from queti.kernel.scopes import LinkedScope, object_scope, type_of
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.naming import functions_told, names_told
from queti.server.problems import mistake
from queti.server.routing import Route


def check_formula(door: Door, request: Request) -> Answer:
    """`{object, formula, expect?, this?}` → its type, what it uses, or the error with its place.

    `expect` is a kind of value, or a field of the object as `{"field": name}`. With `this` the formula is a
    link's filter: over `object`, with `this.` leading to a record of `this`.
    """
    given = request.json_object()
    formula = _text(given, "formula")

    def act(work: Work) -> dict[str, Any]:
        try:
            known, scope = _scope(_drafted(door, request, work), given)
            return _told(check(formula, scope, expect=_expected(known, given.get("expect"))), request.language)
        except FormulaError as error:
            detail, problem = error.says(request.language), error.problem_in(request.language)
            return {"ok": False, "error": {**mistake(error), "detail": detail, "problem": problem}}

    return answer_json(door.run(request, act, reads_only=True))


def show_names(door: Door, request: Request) -> Answer:
    """`?object=&this=` → what a formula over the object may name, in both languages."""
    given: dict[str, Any] = {name: request.query.get(name) for name in ("object", "this")}

    def act(work: Work) -> dict[str, Any]:
        drafted = _drafted(door, request, work)
        known, scope = _scope(drafted, given)
        return names_told(drafted.model, known, scope)

    return answer_json(door.run(request, act, reads_only=True))


def show_functions(door: Door, request: Request) -> Answer:  # noqa: ARG001
    """Every function: how it is called, what it gives, examples that are true."""
    return answer_json(functions_told(request.language))


def evaluate_formula(door: Door, request: Request) -> Answer:
    """`{object, formula, id}` → the value on that record, as this person sees it."""
    given = request.json_object()
    object, formula, id = _text(given, "object"), _text(given, "formula"), given.get("id")
    if not isinstance(id, int) or isinstance(id, bool):
        raise wrong("id", "wrong_type", "The id of a record is required.", "请填写记录编号。")

    def act(work: Work) -> dict[str, Any]:
        typed = check(formula, _seen(work, work.model.object(object)))
        return {**_told(typed, request.language), "value": _value(work, object, id, typed)}

    return answer_json(door.run(request, act, reads_only=True))


def _drafted(door: Door, request: Request, work: Work) -> Work:
    """In the designer: through its draft, which may be wrong elsewhere, or in this very formula."""
    draft = request.header(b"x-queti-draft")
    if not (draft.isdecimal() and len(draft) < 10 and work.who.administers):
        return work
    return sketched(work, door.platform.catalogue, int(draft))


def _scope(work: Work, given: dict[str, Any]) -> tuple[Object, NameScope]:
    """Who designs writes formulas with full sight, as they will be computed; others name what they see."""
    known = work.model.object(_text(given, "object"))
    if given.get("this"):
        return known, LinkedScope(object_scope(work.model, work.model.object(_text(given, "this"))), known)
    return known, object_scope(work.model, known) if work.who.administers else _seen(work, known)


def _seen(work: Work, known: Object) -> SeenScope:
    rights = rights_of(work.model, work.who.roles)
    rights.of(known).refuse_unless("see")
    return SeenScope(work.model, known, rights)


_KINDS = {type.kind: type for type in (TEXT, NUMBER, BOOLEAN, DATE, MOMENT, DURATION)} | {"money": NUMBER}


def _expected(object: Object, expect: Any) -> Type | None:
    match expect:
        case {"field": str(name)} if name in object.fields:
            found = object.fields[name]
            return type_of(found.definition, found.target)
        case str(kind):
            return _KINDS.get(kind)
        case _:
            return None


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


def _told(typed: Typed, language: Language) -> dict[str, Any]:
    return {
        "ok": True,
        "type": typed.type.kind,
        "target": typed.type.target or None,
        "uses": [".".join(path) for path in typed.uses],
        "live": typed.is_live,
        "warnings": [
            {
                "position": warning.place.position,
                "length": warning.place.length,
                "detail": warning.zh if language == "zh" else warning.en,
            }
            for warning in typed.warnings
        ],
    }


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 10_000:
        raise wrong(name, "required", "A text is required.", "必须填写文本。")
    return value


ROUTES = [
    Route("POST", "/api/formulas/check", check_formula, previews="allow"),
    Route("POST", "/api/formulas/evaluate", evaluate_formula, previews="allow"),
    Route("GET", "/api/formulas/names", show_names),
    Route("GET", "/api/formulas/functions", show_functions),
]
