"""What a flow speaks of: formulas, paths, objects, roles, operations, and over what each of them is read.

Walked once, for the check, for lineage and for renames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from queti.kernel.definitions import FlowDef, StepDef, WhoDef, Words
from queti.kernel.definitions.flows import OUTSIDE, TakeDef, walk
from queti.kernel.formulas import (
    BOOLEAN,
    DATE,
    MOMENT,
    NUMBER,
    TEXT,
    Evaluate,
    FormulaError,
    Path,
    Typed,
    check,
    compile_python,
)
from queti.kernel.formulas.types import FieldInfo, Names, NameScope, Type, money
from queti.kernel.formulas.types import link as link_type
from queti.kernel.model import Model, Object
from queti.kernel.rules.scope import input_type, output_type
from queti.kernel.scopes import LinkedScope, ObjectScope, type_of

USER = "base.user"
COMPANY = "base.company"
Sort = Literal["place", "formula", "path", "object", "role", "operation", "step", "flow", "rule", "print"]


@dataclass(frozen=True, slots=True)
class Use:
    """`over` is the object that a formula or path is read over; `beside` that of a find's `this`."""

    place: tuple[str, ...]
    sort: Sort
    value: str
    over: Object | None = None
    expect: Type | None = None
    is_find: bool = False
    goes_on: bool = False
    """A plain value, or one whose type nothing demands."""

    @property
    def where(self) -> str:
        return ".".join(self.place)


PLACE = re.compile(r"\{([a-z_][\w.]*)\}")
"""In a text: what it leads to stands there instead."""
THIS = re.compile(r"\bthis\.([a-z_][\w.]*)")
SECRET = "secret"  # noqa: S105
"""In a header: the secret stands there instead."""
_APART = re.compile(r"[\s,，]+")
START = "start"
"""Under which formulas know what a webhook brought."""
_TAKEN: Mapping[str, Type] = {
    "text": TEXT, "number": NUMBER, "money": money(), "boolean": BOOLEAN, "date": DATE, "moment": MOMENT,
}  # fmt: skip


class FlowScope(ObjectScope):
    """The fields of a flow's record, the `record` itself, its `submitter`, what its steps have computed, and
    the row at which each loop is."""

    def __init__(self, model: Model, object: Object, computed: Mapping[str, Type], rows: Mapping[str, Object]) -> None:
        super().__init__(model, object)
        self.computed = computed
        self.rows = rows

    def field(self, name: str) -> FieldInfo | None:
        found = super().field(name)
        if found is not None:
            return found
        if name == "record":
            return FieldInfo(link_type(self.name), element=ObjectScope(self.model, self.object))
        if name == "submitter" and USER in self.model.objects:
            return FieldInfo(link_type(USER), element=ObjectScope(self.model, self.model.objects[USER]))
        if name in self.rows:
            row = self.rows[name]
            return FieldInfo(link_type(row.name), element=ObjectScope(self.model, row))
        if name in self.computed:
            return FieldInfo(self.computed[name])
        parts = {
            key.removeprefix(f"{name}."): type for key, type in self.computed.items() if key.startswith(f"{name}.")
        }
        if not parts:
            return None
        return FieldInfo(Type("link"), element=Names({part: FieldInfo(type) for part, type in parts.items()}))

    def names(self) -> list[str]:
        return [*super().names(), "record", "submitter", *self.rows, *self.computed]


def is_host_of(hosts: str | None, url: str) -> bool:
    """May what is bound to these hosts be shown there? `.shop.com` stands for all below it; none: everywhere."""
    names, host = _APART.split((hosts or "").strip().lower()), host_of(url)
    return names == [""] or any(host == name or (name[:1] == "." and host.endswith(name)) for name in names)


_OF_RECORDS: Mapping[str, tuple[str, str]] = {
    "created": ("{} created", "{}新建"), "changed": ("{} changed", "{}修改"), "removed": ("{} removed", "{}移除"),
}  # fmt: skip


def events_of(model: Model, object: str) -> dict[str, Words]:
    """What may be told of records of the object, by itself and by the acts of apps: event → how that is called."""
    label = model.objects[object].definition.label
    en = label.get("en") or object
    own = {f"{object}.{act}": {"en": words[0].format(en), "zh": words[1].format(label.get("zh") or en)}
           for act, words in _OF_RECORDS.items()}  # fmt: skip
    return own | {name: event.label for name, event in sorted(model.events.items()) if event.about in ("", object)}


def host_of(url: str) -> str:
    """In small letters; "" where it is no address."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def subject_of(model: Model, flow: FlowDef) -> Object | None:
    """The object whose records it runs over; a flow without one reads the company's."""
    return model.objects.get(flow.object or COMPANY)


def rows_of(model: Model, flow: FlowDef) -> dict[str, Object]:
    """Loop → what its rows are; inside it, its name stands for the row."""
    subject = subject_of(model, flow)
    loops = {name: step.over for _, name, step in walk(flow.steps) if step.kind == "loop"}
    found = {name: _listed(model, subject, over) for name, over in loops.items()} if subject else {}
    return {name: row for name, row in found.items() if row is not None}


def _listed(model: Model, object: Object, over: str) -> Object | None:
    if over in object.reverse:
        return model.objects.get(object.reverse[over].object)
    return model.objects.get(object.lines[over].target or "") if over in object.lines else None


def scope_of(model: Model, flow: FlowDef) -> FlowScope | None:
    subject = subject_of(model, flow)
    if subject is None:
        return None
    computed: dict[str, Type] = {}
    scope = FlowScope(model, subject, computed, rows_of(model, flow))
    computed |= _taken(START, flow.start.takes)
    for _, name, step in walk(flow.steps):
        computed |= _taken(name, step.takes)
        if step.kind in OUTSIDE:
            computed[f"{name}.status"] = NUMBER
        if step.kind == "wait" and step.wait_for == "callback":
            computed[f"{name}.address"] = TEXT
        if step.kind == "flow":
            computed[name] = TEXT
        if step.kind == "evaluate" and step.rule in model.rules:
            outputs = model.rules[step.rule].outputs
            computed |= {f"{name}.{output}": output_type(column) for output, column in outputs.items()}
        for key, text in step.set.items() if step.kind == "compute" else ():
            try:
                computed[key] = check(text, scope).type
            except FormulaError:
                continue
    return scope


def _taken(name: str, takes: Mapping[str, TakeDef]) -> dict[str, Type]:
    return {f"{name}.{key}": _TAKEN[take.type] for key, take in takes.items()}


def formula_of(model: Model, flow: FlowDef, use: Use) -> Typed:
    """FormulaError where it is wrong."""
    return check(use.value, scope_for(model, flow, use), expect=use.expect)


def scope_for(model: Model, flow: FlowDef, use: Use) -> NameScope:
    subject = subject_of(model, flow)
    assert subject is not None
    if use.is_find and use.over is not None:
        return LinkedScope(scope_of(model, flow) or ObjectScope(model, subject), use.over)
    if use.over is None or use.over is subject:
        return scope_of(model, flow) or ObjectScope(model, subject)
    return ObjectScope(model, use.over)


def compiled(model: Model, flow: FlowDef, text: str, expect: Type | None = None) -> tuple[tuple[Path, ...], Evaluate]:
    """The paths that a formula over the flow's record reads, and the function of their values."""
    scope = scope_of(model, flow) or ObjectScope(model, model.object(COMPANY))
    typed = check(text, scope, expect=expect)
    return typed.uses, compile_python(typed)


def uses_of(model: Model, flow: FlowDef) -> Iterator[Use]:
    """Every use of something else by the flow."""
    subject = subject_of(model, flow)
    if flow.object:
        yield Use(("object",), "object", flow.object)
    for field in flow.summary:
        yield Use(("summary",), "path", field, subject)
    yield from _of_start(flow, subject)
    for moment, values in flow.sets.items():
        yield from _of_set(("sets", moment), values, subject, subject)
    rows = rows_of(model, flow)
    for place, _, step in walk(flow.steps):
        yield from _of_step(model, rows, tuple(place.split(".")), step, subject)


def _of_start(flow: FlowDef, subject: Object | None) -> Iterator[Use]:
    start = flow.start
    if start.when:
        is_find = start.on == "webhook"
        yield Use(("start", "when"), "formula", start.when, subject, BOOLEAN, is_find=is_find)
    if start.each:
        yield Use(("start", "each"), "formula", start.each, subject, BOOLEAN)
    if start.date_field:
        yield Use(("start", "date_field"), "path", start.date_field, subject)
    for field in start.fields:
        yield Use(("start", "fields"), "path", field, subject)
    for role in start.roles:
        yield Use(("start", "roles"), "role", role)


def _of_step(
    model: Model, rows: Mapping[str, Object], place: tuple[str, ...], step: StepDef, subject: Object | None
) -> Iterator[Use]:
    yield from _of_people(place, step, subject)
    for name, branch in step.branches.items():
        if branch.when:
            yield Use((*place, "branches", name, "when"), "formula", branch.when, subject, BOOLEAN)
    if step.when:
        yield Use((*place, "when"), "formula", step.when, subject, BOOLEAN)
    if step.until:
        yield Use((*place, "until"), "formula", step.until, subject, None)
    if step.over:
        yield Use((*place, "over"), "path", step.over, subject)
    if step.record and step.record.split(".")[0] not in rows:
        yield Use((*place, "record"), "path", step.record, subject)
    for name in ("flow", "operation", "object", "rule", "print"):
        if value := getattr(step, name):
            yield Use((*place, name), name, value)
    for name in ("reject_to", "found"):
        if value := getattr(step, name):
            yield Use((*place, name), "step", value)
    yield from _of_texts(place, step, subject)
    yield from _of_formulas(model, rows, place, step, subject)


def _of_texts(place: tuple[str, ...], step: StepDef, subject: Object | None) -> Iterator[Use]:
    texts = {(key, language): text for key in ("text", "subject") for language, text in getattr(step, key).items()}
    texts |= {("url",): step.url, **{("headers", name): text for name, text in step.headers.items()}}
    for key, text in texts.items():
        for path in dict.fromkeys(PLACE.findall(text)):
            if (key[0], path) != ("headers", SECRET):
                yield Use((*place, *key), "place", path, subject)
    for name, text in step.body.items():
        yield Use((*place, "body", name), "formula", text, subject)
    if step.address:
        yield Use((*place, "address"), "formula", step.address, subject, TEXT)


def _of_formulas(
    model: Model, rows: Mapping[str, Object], place: tuple[str, ...], step: StepDef, subject: Object | None
) -> Iterator[Use]:
    found = model.objects.get(step.object)
    if step.where:
        over = found if step.kind == "find" else _listed(model, subject, step.over) if subject else None
        yield Use((*place, "where"), "formula", step.where, over, BOOLEAN, is_find=step.kind == "find")
    target = found if step.kind == "create" else _target(model, step, subject, rows)
    if step.kind == "compute":
        yield from (Use((*place, "set", name), "formula", text, subject) for name, text in step.set.items())
    else:
        yield from _of_set((*place, "set"), step.set, target, subject)
    operation, rule = model.operations.get(step.operation), model.rules.get(step.rule)
    for name, text in step.inputs.items() if step.kind == "evaluate" else ():
        column = rule.inputs.get(name) if rule else None
        yield Use((*place, "inputs", name), "formula", text, subject, input_type(column) if column else None)
    for name, text in step.inputs.items() if step.kind != "evaluate" else ():
        entry = operation.inputs.get(name) if operation else None
        yield Use((*place, "inputs", name), "formula", text, subject, type_of(entry) if entry else None)


def _of_set(
    place: tuple[str, ...], values: Mapping[str, str], target: Object | None, subject: Object | None
) -> Iterator[Use]:
    for name, text in values.items():
        yield Use((*place, name), "path", name, target, goes_on=True)
        field = target.fields.get(name) if target else None
        expect = type_of(field.definition, field.target) if field else None
        yield Use((*place, name), "formula", text, subject, expect)


def _of_people(place: tuple[str, ...], step: StepDef, subject: Object | None) -> Iterator[Use]:
    for name, who in step.who.items():
        yield from _of_who((*place, "who", name), who, subject)
    for key, late in step.late.items():
        for name, who in late.who.items():
            yield from _of_who((*place, "late", key, "who", name), who, subject)
    for name in step.fields:
        yield Use((*place, "fields", name), "path", name, subject, goes_on=True)


def _of_who(place: tuple[str, ...], who: WhoDef, subject: Object | None) -> Iterator[Use]:
    if who.role:
        yield Use((*place, "role"), "role", who.role)
    if who.field:
        yield Use((*place, "field"), "path", who.field, subject)
    if who.formula:
        yield Use((*place, "formula"), "formula", who.formula, subject, link_type(USER))


def target_of(model: Model, flow: FlowDef, step: StepDef) -> Object | None:
    """The object whose records a changing or removing step means; of a find step only the engine knows."""
    return _target(model, step, subject_of(model, flow), rows_of(model, flow))


def _target(model: Model, step: StepDef, subject: Object | None, rows: Mapping[str, Object]) -> Object | None:
    first, *rest = step.record.split(".")
    row = rows.get(first)
    here = row or subject
    for name in rest if row else filter(None, [first, *rest]):
        link = here.fields.get(name) if here else None
        here = model.objects.get(link.target or "") if link else None
    return None if step.found else here
