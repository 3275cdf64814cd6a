"""The check of forms: what stands on them is there, and stands there once."""

from __future__ import annotations

from collections.abc import Iterable

from queti.kernel.definitions import FormDef, FormItem
from queti.kernel.formulas import FormulaError
from queti.kernel.formulas.types import BOOLEAN
from queti.kernel.model import Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.findings import Findings
from queti.kernel.scopes import object_formula


def check_form(model: Model, form: FormDef, findings: Findings) -> None:
    object = model.objects.get(form.object)
    if object is None:
        _unknown(findings, form, "object", form.object, model.objects)
        return
    for role in form.roles:
        if role not in model.roles:
            _unknown(findings, form, "roles", role, model.roles)
    placed: dict[str, str] = {}
    for name, section in form.sections.items():
        place = f"sections.{name}"
        if not 1 <= section.columns <= 4:
            _error(findings, form, f"{place}.columns", "1 to 4 columns.", "列数为 1 到 4。")
        if section.when:
            _check_when(model, object, form, f"{place}.when", section.when, findings)
        for item_name, item in section.items.items():
            _check_item(model, object, form, f"{place}.items.{item_name}", item, placed, findings)


def _check_item(
    model: Model, object: Object, form: FormDef, place: str, item: FormItem, placed: dict[str, str], findings: Findings
) -> None:
    if sum(map(bool, (item.field, item.operation, item.note))) != 1:
        _error(
            findings,
            form,
            place,
            "An item is one of: a field, an operation, a note.",
            "一个表单项只能是字段、操作或说明之一。",
        )
    if item.field and item.field not in object.fields and item.field not in object.reverse:
        _unknown(findings, form, f"{place}.field", item.field, [*object.fields, *object.reverse])
    elif item.field and item.field in placed:
        _error(
            findings,
            form,
            f"{place}.field",
            f"“{item.field}” stands on this form already: {placed[item.field]}.",
            f"“{item.field}”已在此表单中：{placed[item.field]}。",
        )
    placed.setdefault(item.field, place)
    if item.operation and item.operation not in model.operations:
        on = [name for name, operation in model.operations.items() if operation.on == object.name]
        _unknown(findings, form, f"{place}.operation", item.operation, on or model.operations)
    elif item.operation and model.operations[item.operation].on not in ("", object.name):
        _error(
            findings,
            form,
            f"{place}.operation",
            f"“{item.operation}” is for {model.operations[item.operation].on}.",
            f"“{item.operation}”用于 {model.operations[item.operation].on}。",
        )


def _check_when(model: Model, object: Object, form: FormDef, place: str, text: str, findings: Findings) -> None:
    try:
        object_formula(model, object, text, BOOLEAN)
    except FormulaError as problem:
        findings.formula("form", form.form, place, problem)


def _unknown(findings: Findings, form: FormDef, place: str, wanted: str, known: Iterable[str]) -> None:
    findings.error(
        "form", form.form, place, f"There is no “{wanted}”.", f"没有“{wanted}”。", did_you_mean(wanted, known)
    )


def _error(findings: Findings, form: FormDef, place: str, en: str, zh: str) -> None:
    findings.error("form", form.form, place, en, zh)
