"""What PostgreSQL's constraints refuse, in the words of the definitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg import errors as pg

from queti.kernel.errors import DuplicateKey, FieldProblem, Refusal, StillUsed, WrongInput
from queti.kernel.model import Key, Model, Object
from queti.kernel.publishing.ddl import checks

if TYPE_CHECKING:
    import psycopg

_DETAIL = re.compile(r"\((?P<columns>.+?)\)=\((?P<values>.*)\)", re.DOTALL)


class Unstorable(Refusal):
    """A value can't be stored: {problem}"""

    zh = "有的值无法保存：{problem}"


def refusal_of(problem: psycopg.Error, model: Model) -> Refusal:
    """The refusal that a violated constraint stands for."""
    object = _object(model, problem.diag.table_name)
    if object is None:
        return Unstorable(problem=problem.diag.message_primary or str(problem))
    match problem:
        case pg.UniqueViolation():
            return _duplicate(object, problem)
        case pg.ForeignKeyViolation():
            return _dangling(object, problem, model)
        case pg.CheckViolation():
            return _broken_rule(object, problem)
        case pg.NotNullViolation():
            return _wrong(problem.diag.column_name or "", "required", "Must be filled in.", "必须填写。")
        case _:
            return Unstorable(problem=problem.diag.message_primary or str(problem))


def _object(model: Model, table: str | None) -> Object | None:
    return next((object for object in model.objects.values() if object.table.name == table), None)


def _duplicate(object: Object, problem: psycopg.Error) -> DuplicateKey:
    key = next((key for key in object.keys.values() if key.index == problem.diag.constraint_name), None)
    _, values = _columns_and_values(problem)
    return duplicate_key(object, key, values)


def duplicate_key(object: Object, key: Key | None, values: str) -> DuplicateKey:
    """The refusal of a second record with these values of the key."""
    refusal = DuplicateKey(
        what=_label(object),
        key={language: _key_label(object, key, language) for language in ("en", "zh")},
        value=values,
        at=key.fields[0] if key else None,
    )
    refusal.of = object.name, key.name if key else ""
    return refusal


def _key_label(object: Object, key: Key | None, language: str) -> str:
    if key is None:
        return "id"
    labels = [object.fields[name].definition.label.get(language, name) for name in key.fields]
    return (" + " if language == "en" else "＋").join(labels)


def _columns_and_values(problem: psycopg.Error) -> tuple[str, str]:
    found = _DETAIL.search(problem.diag.message_detail or "")
    return (found["columns"].replace('"', ""), found["values"]) if found else ("", "")


def _dangling(object: Object, problem: psycopg.Error, model: Model) -> Refusal:
    column, value = _columns_and_values(problem)
    if column == "id":
        return StillUsed(what=_label(object), title=value, users=_users(problem, model))
    name = next(
        (entry.name for entry in object.stored if entry.column is not None and entry.column.name == column), column
    )
    target = model.objects.get(object.fields[name].target or "") if name in object.fields else None
    en = f"There is no {_label(target)['en'].lower() if target else 'record'} {value}, or you may not see it."
    zh = f"没有{_label(target)['zh'] if target else '记录'} {value}，或您无权查看。"
    return _wrong(name, "not_found", en, zh)


def _users(problem: psycopg.Error, model: Model) -> dict[str, str]:
    found = re.search(r'table "([^"]+)"\.?$', problem.diag.message_detail or "")
    user = _object(model, found[1]) if found else None
    return _label(user) if user else {"en": "other records", "zh": "其他记录"}


def _broken_rule(object: Object, problem: psycopg.Error) -> WrongInput:
    names = dict(zip(checks(object), (rule for rule in object.rules if rule.definition.at_database), strict=False))
    rule = names.get(problem.diag.constraint_name or "")
    if rule is None:
        message = problem.diag.message_primary or str(problem)
        return _wrong("", "check", message, message)
    say = rule.definition.say
    return _wrong(rule.definition.field, rule.name, say.get("en", rule.name), say.get("zh", say.get("en", rule.name)))


def _label(object: Object) -> dict[str, str]:
    label = object.definition.label
    return {"en": label.get("en", object.name), "zh": label.get("zh", label.get("en", object.name))}


def _wrong(path: str, code: str, en: str, zh: str) -> WrongInput:
    return WrongInput(
        summary={"en": f"{path}: {en}" if path else en, "zh": f"{path}：{zh}" if path else zh},
        fields=[FieldProblem(path, code, en, zh)],
    )
