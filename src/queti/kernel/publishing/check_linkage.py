"""The check of an object's linkage: fields that are there and fit, lists within reach, no cycle of settings."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError

from queti.kernel.definitions import LinkageDef
from queti.kernel.formulas import Typed
from queti.kernel.formulas.typed import Expr, Op, over_record
from queti.kernel.model import Linkage, Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.findings import Findings
from queti.kernel.writing.plans import Plan

_PARTS = ("show", "hide", "require", "lock", "set", "choices", "filter")
_WRITES = ("require", "lock", "set")
"""What only makes sense for a field that somebody can write."""


def check_linkage(model: Model, object: Object, findings: Findings) -> None:
    for name, linkage in object.definition.linkage.items():
        place = f"linkage.{name}"
        if not any(getattr(linkage, part) for part in _PARTS):
            findings.warn("object", object.name, place, "This linkage does nothing.", "此联动没有任何作用。")
        for part in _PARTS:
            for field in getattr(linkage, part):
                _check_target(object, f"{place}.{part}", part, field, findings)
        _check_choices(object, place, linkage, findings)
    for linkage in object.linkage:
        _check_reach(model, object, linkage, findings)
        _warn_of_replacing(object, linkage, findings)
    _check_cycle(model, object, findings)


def _check_target(object: Object, place: str, part: str, name: str, findings: Findings) -> None:
    if name not in object.fields:
        findings.error(
            "object",
            object.name,
            place,
            f"{object.name} has no field “{name}”.",
            f"{object.name} 没有字段“{name}”。",
            did_you_mean(name, object.fields),
        )
        return
    field = object.fields[name]
    wanted = {"set": None, "choices": ("choice", "choices"), "filter": ("link",)}.get(part)
    if wanted and field.type.name not in wanted:
        findings.error(
            "object",
            object.name,
            f"{place}.{name}",
            f"“{name}” is a {field.declared}; {part} is for a {' or '.join(wanted)}.",
            f"“{name}”的类型是 {field.declared}，{part} 只用于 {' 或 '.join(wanted)}。",
        )
    if part in _WRITES and (field.is_computed or field.is_system):
        _error(findings, object, f"{place}.{name}", f"“{name}” is computed.", f"“{name}”由系统计算。")
    elif part == "set" and (field.type.name in ("lines", "serial", "json") or name in object.totals):
        _error(findings, object, f"{place}.{name}", f"“{name}” can't be set.", f"“{name}”不能由联动赋值。")


def _check_choices(object: Object, place: str, linkage: LinkageDef, findings: Findings) -> None:
    for name, offered in linkage.choices.items():
        known = object.fields[name].definition.choices if name in object.fields else {}
        for choice in offered:
            if known and choice not in known:
                findings.error(
                    "object",
                    object.name,
                    f"{place}.choices.{name}",
                    f"“{name}” has no choice “{choice}”.",
                    f"“{name}”没有选项“{choice}”。",
                    did_you_mean(choice, known),
                )


def _check_reach(model: Model, object: Object, linkage: Linkage, findings: Findings) -> None:
    for place, typed in _formulas(linkage):
        check_reach(model, object, f"linkage.{linkage.name}.{place}", typed, findings)


def check_reach(model: Model, object: Object, place: str, typed: Typed, findings: Findings) -> None:
    """Lists of other records change without this one being written: what holds on writing can't look there."""
    far = next((path for path in typed.uses if _leads_out(model, object, path)), None)
    if far or typed.in_memory:
        shown = ".".join(far or ())
        findings.error(
            "object",
            object.name,
            place,
            f"“{shown}” lies outside; only the record, its lines and what its links lead to can be looked at here.",
            f"“{shown}”不在记录之内；此处只能使用本记录的字段、明细以及关联到的记录。",
            {"en": "Add a roll-up field and use that.", "zh": "请新增汇总字段并使用它。"},
        )


def _formulas(linkage: Linkage) -> Iterator[tuple[str, Typed]]:
    yield "when", linkage.when
    yield from ((f"set.{name}", typed) for name, typed in linkage.set.items())
    yield from ((f"filter.{name}", over_record(typed, name)) for name, typed in linkage.filter.items())


def _leads_out(model: Model, object: Object, path: tuple[str, ...]) -> bool:
    """Own lines, and those of the record that lines belong to, are within reach; other lists aren't."""
    if object.parent is not None and path[0] == object.definition.parent_field and len(path) > 1:
        object, path = object.parent, path[1:]
    here: Object | None = object
    for place, name in enumerate(path):
        if here is None or name in here.reverse:
            return True
        field = here.fields.get(name)
        if field is None:
            return True
        if field.type.name == "lines" and place:
            return True
        here = model.objects.get(field.target or "")
    return False


def _warn_of_replacing(object: Object, linkage: Linkage, findings: Findings) -> None:
    """A locked line could be taken away, and another put in its place, where its list isn't locked with it."""
    parent, link = object.parent, object.definition.parent_field
    if parent is None or not linkage.definition.lock:
        return
    if not any(path[0] == link and len(path) > 1 for path in linkage.when.uses):
        return
    conditions = list(_conjuncts(over_record(linkage.when, "this_line").expr))
    lists = {name for name, field in parent.lines.items() if field.target == object.name}
    for each in parent.linkage:
        locked = over_record(over_record(each.when, link), "this_line").expr
        if locked in conditions:
            lists -= set(each.definition.lock)
    for name in sorted(lists):
        findings.warn(
            "object",
            object.name,
            f"linkage.{linkage.name}.lock",
            f"A locked line can still be removed, and entered anew with other values: “{name}” isn't locked.",
            f"被锁定的明细行仍可删除后重新录入其他值：列表“{name}”未锁定。",
            {
                "en": f"Lock “{name}” in {parent.name} under the same condition too.",
                "zh": f"请在 {parent.name} 中以相同条件同时锁定“{name}”。",
            },
        )


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Op) and expr.name == "and":
        for each in expr.args:
            yield from _conjuncts(each)
    else:
        yield expr


def _check_cycle(model: Model, object: Object, findings: Findings) -> None:
    """Settings, defaults and formulas of a record and its lines run in one order."""
    parts = [object, *(model.objects[field.target or ""] for field in object.lines.values())]
    if object.is_lines or not any(linkage.set for part in parts for linkage in part.linkage):
        return
    try:
        Plan(model, object)
    except CycleError as problem:
        names = [".".join(filter(None, node)) for node in problem.args[1]]
        owner, place = _setting_in(parts, {name for _, name in problem.args[1]})
        shown = " → ".join(reversed(names))
        _error(findings, owner, place, f"Setting goes round in a circle: {shown}.", f"联动赋值循环：{shown}。")


def _setting_in(parts: list[Object], names: set[str]) -> tuple[Object, str]:
    """Where to tell a cycle: at the first setting that is part of it."""
    return next(
        (part, f"linkage.{linkage.name}.set.{name}")
        for part in parts
        for linkage in part.linkage
        for name in linkage.set
        if name in names
    )


def _error(findings: Findings, object: Object, place: str, en: str, zh: str) -> None:
    findings.error("object", object.name, place, en, zh)
