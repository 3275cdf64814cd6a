"""What formulas over an object may name, and the formula type of each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from queti.kernel.definitions import FieldDef
from queti.kernel.fields import FIELD_TYPES, decimals_of
from queti.kernel.formulas import Typed, check, types
from queti.kernel.formulas.typed import Expr
from queti.kernel.formulas.types import BOOLEAN, Decided, FieldInfo, NameScope, Type
from queti.kernel.model import Field, Model, Object
from queti.kernel.values import WHOLE_DIGITS

Settle = Callable[[Field], None]
"""Called before a computed field's type is asked for; see compiling."""

_KINDS = {
    "boolean": types.BOOLEAN,
    "date": types.DATE,
    "moment": types.MOMENT,
    "duration": types.DURATION,
    "integer": types.INTEGER,
    "rating": types.INTEGER,
    "date_range": types.DAYS,
}


def type_of(field: FieldDef, target: str | None = None) -> Type | None:
    """The formula type of a field or an operation's input; None where formulas can't use it."""
    match field.type:
        case "number" | "percent" | "progress":
            return types.NUMBER.with_digits(WHOLE_DIGITS, decimals_of(field))
        case "money":
            source = tuple(field.currency.split(".")) if field.currency else types.COMPANY
            return types.money(source).with_digits(WHOLE_DIGITS, decimals_of(field))
        case "choice" | "tree_choice" | "role":
            return types.choice(*field.choices)
        case "choices":
            return types.choices(*field.choices)
        case "link":
            return types.link(target or field.to or "")
        case "lines":
            return types.rows_of(target or field.of or "")
        case "group" | "formula" | "lookup" | "rollup" | "capitals" | "query":
            return None
        case name:
            return types.PARTS if FIELD_TYPES[name].has_parts else _KINDS.get(name, types.TEXT)


class ObjectScope(NameScope):
    """The names of one object's records. `watch` hears which objects a formula looks into."""

    def __init__(
        self, model: Model, object: Object, settle: Settle | None = None, watch: set[str] | None = None
    ) -> None:
        self.model = model
        self.object = object
        self.name = object.name
        self.settle = settle
        self.watch = watch

    def field(self, name: str) -> FieldInfo | None:
        if self.watch is not None:
            self.watch.add(self.object.name)
        if name in self.object.reverse:
            back = self.object.reverse[name]
            return self._list(back.object, back.field)
        found = self.object.fields.get(name)
        if found is None:
            return None
        if self.settle is not None and (found.definition.formula is not None or found.declared == "query"):
            self.settle(found)
        if found.type.name == "lines":
            child = self.model.objects.get(found.target or "")
            return self._list(child.name, child.definition.parent_field) if child else None
        return self._single(found)

    def asked_by(self, rule: str) -> Mapping[str, Type]:
        from queti.kernel.rules.inlining import asked_by

        return asked_by(self, rule)

    def decided(self, rule: str, output: str = "", given: Mapping[str, Expr] | None = None) -> Decided:
        from queti.kernel.rules.inlining import decided

        return decided(self, rule, output, given or {})

    def _single(self, found: Field) -> FieldInfo | None:
        type = typed_as(self.model, found)
        if type is None:
            return None
        target = self.model.objects.get(found.target or "") if type.kind == "link" else None
        return FieldInfo(
            type,
            is_live=found.is_live,
            element=self._scope(target) if target else None,
            required=found.is_always_there or (found.is_system and found.name in ("id", "version", "created_at")),
        )

    def _list(self, child: str, back: str) -> FieldInfo:
        return FieldInfo(types.rows_of(child), element=self._scope(self.model.objects[child]), back=back, required=True)

    def _scope(self, object: Object) -> ObjectScope:
        return ObjectScope(self.model, object, self.settle, self.watch)

    def names(self) -> Iterable[str]:
        return [*self.object.fields, *self.object.reverse]

    def special(self, name: str) -> FieldInfo | None:
        target = {"me": "base.user", "company": "base.company"}.get(name)
        if target is None or (name == "company" and target not in self.model.objects):
            return None
        known = self.model.objects.get(target)
        return FieldInfo(types.link(target), element=self._scope(known) if known else None)


class LinkedScope(ObjectScope):
    """The names of a link's target, and `this` for the record that holds the link."""

    def __init__(self, own: ObjectScope, target: Object) -> None:
        super().__init__(own.model, target, own.settle, own.watch)
        self.own = own

    def field(self, name: str) -> FieldInfo | None:
        if name == "this":
            return FieldInfo(types.link(self.own.name), element=self.own, required=True)
        return super().field(name)

    def names(self) -> Iterable[str]:
        return [*super().names(), "this"]


def typed_as(model: Model, field: Field) -> Type | None:
    """The field's formula type; of choices it says which field offers them."""
    type = type_of(field.definition, field.target)
    return replace(type, source=source_of(model, field)) if type is not None and type.choices else type


def source_of(model: Model, found: Field) -> tuple[str, str]:
    """The field that offers the choices of this one: itself, unless a formula or a query takes them over."""
    if found.type.name == found.declared:
        return found.place
    if found.query is not None:
        taken = model.objects[found.query.object].fields[found.query.take]
        return source_of(model, taken)
    return found.formula.type.source if found.formula is not None else ("", "")


def object_scope(model: Model, object: Object) -> ObjectScope:
    return ObjectScope(model, object)


def object_formula(model: Model, object: Object, text: str, expect: Type | None = None) -> Typed:
    """The checked formula over `object`; kept with the model, for formulas of definitions only.

    FormulaError where it is wrong.
    """
    key = object.name, text, expect.kind if expect else ""
    if key not in model.formulas:
        watch: set[str] = set()
        typed = check(text, ObjectScope(model, object, watch=watch), expect=expect)
        model.formulas[key] = typed, frozenset(watch)
    return model.formulas[key][0]


def scope_formula(model: Model, object: Object, granted: str | bool) -> Typed | None:
    """A grant's scope; None admits every record. Lines are scoped by formulas over their parent."""
    if granted is True or granted == "true":
        return None
    return object_formula(
        model, object.parent or object, str(granted).lower() if not granted else str(granted), BOOLEAN
    )


def definition_of(type: Type, written: FieldDef, source: dict[str, Any] | None = None) -> dict[str, Any]:
    """The settings that a computed field without a type of its own gets from its formula's type."""
    match type.kind:
        case "number":
            decimals = written.decimals if written.decimals is not None else min(type.scale, 6)
            return {"type": "number", "decimals": decimals}
        case "money":
            currency = None if type.currency == types.COMPANY else ".".join(type.currency)
            return {"type": "money", "currency": written.currency or currency, "decimals": written.decimals}
        case "link":
            return {"type": "link", "to": type.target}
        case "choice" | "choices":
            return {"type": type.kind, **(source or {})}
        case "boolean" | "date" | "moment" | "duration":
            return {"type": type.kind}
        case "days":
            return {"type": "date_range"}
        case _:
            return {"type": "text"}
