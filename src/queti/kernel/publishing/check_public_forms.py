"""The check of public forms: what is asked can be answered by a stranger, and shows a stranger nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from queti.kernel.definitions import PublicFormDef
from queti.kernel.formulas import FormulaError
from queti.kernel.model import Field, Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.findings import Findings
from queti.kernel.scopes import object_formula, type_of


def check_public_form(model: Model, form: PublicFormDef, findings: Findings) -> None:
    object = model.objects.get(form.object)
    if object is None or object.is_lines:
        _unknown(findings, form, "object", form.object, model.objects)
        return
    for name in form.fields:
        _check_asked(model, object, form, name, findings)
    for name, text in form.set.items():
        _check_set(model, object, form, name, text, findings)
    for name in form.follow:
        if name not in object.fields or object.fields[name].type.name == "lines":
            _unknown(findings, form, "follow", name, object.fields)
    if form.per_hour < 1:
        _error(findings, form, "per_hour", "At least one an hour.", "每小时至少一次。")
    if form.expires_on is not None and not _is_day(form.expires_on):
        _error(findings, form, "expires_on", "A day like 2027-12-31.", "应为日期，例如 2027-12-31。")
    _warn_of_missing(model, object, form, findings)
    _warn_of_probing(model, object, form, findings)


def asked_field(model: Model, object: Object, path: str) -> Field | None:
    """The field that `name` or `lines.name` asks for."""
    lines, _, name = path.rpartition(".")
    if lines:
        of = object.lines.get(lines)
        child = model.objects.get(of.target or "") if of else None
        return child.fields.get(name) if child else None
    return object.fields.get(name)


def _check_asked(model: Model, object: Object, form: PublicFormDef, path: str, findings: Findings) -> None:
    field = asked_field(model, object, path)
    if field is None:
        _unknown(findings, form, "fields", path, object.fields)
    elif field.is_computed or field.is_system or field.definition.read_only or field.type.name in ("serial", "lines"):
        _error(findings, form, "fields", f"“{path}” can't be filled in.", f"“{path}”不能填写。")
    elif field.type.name == "encrypted":
        _error(findings, form, "fields", f"“{path}” can't be asked in public.", f"“{path}”不能公开收集。")
    elif field.type.name == "link" and field.filter is None:
        findings.error(
            "public_form",
            form.public_form,
            "fields",
            f"“{path}” would show every record that it can link to.",
            f"“{path}”会公开所有可关联的记录。",
            {
                "en": "Give the field a filter that says what strangers may see.",
                "zh": "请为字段设置筛选，限定可公开的记录。",
            },
        )


def _check_set(model: Model, object: Object, form: PublicFormDef, name: str, text: str, findings: Findings) -> None:
    field = object.fields.get(name)
    if field is None or field.is_computed or field.is_system:
        _unknown(findings, form, f"set.{name}", name, object.fields)
        return
    try:
        typed = object_formula(model, object, text, type_of(field.definition, field.target))
    except FormulaError as problem:
        findings.formula("public_form", form.public_form, f"set.{name}", problem)
        return
    if any(len(path) > 1 or not set(path) <= set(form.fields) for path in typed.uses):
        _error(findings, form, f"set.{name}", "It may use what is asked alone.", "只能使用表单中填写的字段。")


def _warn_of_missing(model: Model, object: Object, form: PublicFormDef, findings: Findings) -> None:
    """Fields without which no record, or no line of it, is made."""
    given = {*form.fields, *form.set}
    for path in _needed(model, object, form):
        if path not in given:
            findings.warn(
                "public_form",
                form.public_form,
                "fields",
                f"“{path}” is required and isn't asked: nobody can send the form.",
                f"“{path}”必填但表单未收集，无人能提交。",
            )


def _needed(model: Model, object: Object, form: PublicFormDef) -> Iterator[str]:
    yield from (name for name, field in object.fields.items() if _is_needed(field))
    for lines in dict.fromkeys(path.partition(".")[0] for path in form.fields if "." in path):
        child = model.objects.get(object.lines[lines].target or "") if lines in object.lines else None
        if child is not None:
            needed = (name for name, field in child.fields.items() if _is_needed(field))
            yield from (f"{lines}.{name}" for name in needed if name != child.definition.parent_field)


def _is_needed(field: Field) -> bool:
    is_given = field.definition.default is not None or field.is_computed or field.is_system
    return field.definition.required and not is_given and field.type.name not in ("serial", "lines")


def _warn_of_probing(model: Model, object: Object, form: PublicFormDef, findings: Findings) -> None:
    """Whose answer is refused for its key alone has learned that the value is there."""
    for path in form.fields:
        field = asked_field(model, object, path)
        if field is None or not any(field.name in key.fields for key in field.object.keys.values()):
            continue
        findings.warn(
            "public_form",
            form.public_form,
            "fields",
            f"“{path}” must be unique: whose answer is refused can guess which values are there.",
            f"“{path}”不能重复：提交被拒的人可以推测出已有的值。",
            {
                "en": "Ask it in a field that isn't unique, and compare it yourself.",
                "zh": "请改用可重复的字段收集，再自行核对。",
            },
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _error(findings: Findings, form: PublicFormDef, place: str, en: str, zh: str) -> None:
    findings.error("public_form", form.public_form, place, en, zh)


def _unknown(findings: Findings, form: PublicFormDef, place: str, wanted: str, known: Iterable[str]) -> None:
    findings.error(
        "public_form",
        form.public_form,
        place,
        f"There is no “{wanted}”.",
        f"没有“{wanted}”。",
        did_you_mean(wanted, known),
    )
