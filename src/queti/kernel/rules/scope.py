"""What the cells and outcomes of a rule may name: its inputs, answers of the rules it calls, and the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from queti.kernel.definitions import Choice, ColumnDef, FieldDef
from queti.kernel.formulas import NUMBER, TEXT, Names, NameScope, Type
from queti.kernel.formulas.types import FieldInfo
from queti.kernel.scopes import type_of


class RuleScope(NameScope):
    """Inputs hide the record's fields of the same name. `answers`: of a decision, call → output → type."""

    def __init__(self, base: NameScope | None) -> None:
        self.base = base
        self.name = base.name if base else ""
        self.inputs: dict[str, Type] = {}
        self.answers: dict[str, Names] = {}

    def field(self, name: str) -> FieldInfo | None:
        if name in self.inputs:
            own, same = FieldInfo(self.inputs[name]), self.base.field(name) if self.base else None
            return same if same is not None and same.type == own.type else own
        if name in self.answers:
            return FieldInfo(Type("link"), element=self.answers[name])
        return self.base.field(name) if self.base else None

    def names(self) -> Iterable[str]:
        return [*self.inputs, *self.answers, *(self.base.names() if self.base else ())]

    def special(self, name: str) -> FieldInfo | None:
        return self.base.special(name) if self.base else super().special(name)

    def answered(self, call: str, outputs: Mapping[str, Type]) -> None:
        self.answers[call] = Names({name: FieldInfo(type) for name, type in outputs.items()})


def input_field(column: ColumnDef) -> FieldDef:
    """The field that a given input is read as."""
    return _field(column, column.type or "number")


def output_field(column: ColumnDef) -> FieldDef:
    return _field(column, column.type or "text")


def input_type(column: ColumnDef) -> Type:
    return type_of(input_field(column)) or NUMBER


def output_type(column: ColumnDef) -> Type:
    return type_of(output_field(column)) or TEXT


def field_of(type: Type) -> FieldDef:
    """The field whose values have this type: to read what is given for a formula's value."""
    match type.kind:
        case "number" | "money":
            return FieldDef(type="number", decimals=min(type.scale, 12))
        case "choice" | "choices":
            return (
                FieldDef(type="long_text")
                if not type.choices
                else FieldDef(type=type.kind, choices={name: Choice() for name in type.choices})
            )
        case "link":
            return FieldDef(type="link", to=type.target)
        case "boolean" | "date" | "moment" | "duration":
            return FieldDef(type=type.kind)
        case _:
            return FieldDef(type="long_text")


def _field(column: ColumnDef, type: str) -> FieldDef:
    return FieldDef(type=type, choices=column.choices, to=column.to or None, decimals=column.decimals)
