"""The names that formulas of a person may use: what the person doesn't see is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from queti.kernel.formulas import types
from queti.kernel.formulas.types import FieldInfo, NameScope
from queti.kernel.model import Model, Object
from queti.kernel.paths import LABEL
from queti.kernel.scopes import ObjectScope

if TYPE_CHECKING:
    from queti.kernel.permissions import Rights


class SeenScope(NameScope):
    """An object's names as some rights show them (None: all), with `_label` at the end of each link."""

    def __init__(self, model: Model, object: Object, rights: Rights | None, given: Mapping[str, FieldInfo] | None = None) -> None:
        self.model = model
        self.object = object
        self.rights = rights
        self.name = object.name
        self.given = given or {}
        self.whole = ObjectScope(model, object)

    def field(self, name: str) -> FieldInfo | None:
        if name == LABEL:
            return FieldInfo(types.TEXT)
        if self.rights is not None and name not in self.rights.of(self.object).fields:
            return None
        found = self.whole.field(name)
        if found is None or found.element is None:
            return found
        target = self.model.objects[found.element.name]
        if self.rights is not None and not self.rights.sees(target):
            return replace(found, element=_Unseen(target.name)) if not found.many else None
        return replace(found, element=SeenScope(self.model, target, self.rights))

    def names(self) -> Iterable[str]:
        known = self.whole.names()
        return known if self.rights is None else [name for name in known if name in self.rights.of(self.object).fields]

    def special(self, name: str) -> FieldInfo | None:
        return self.given.get(name) or self.whole.special(name)


class _Unseen(NameScope):
    """An object of which a person sees no record: its links have a label, which is always blank."""

    def __init__(self, name: str) -> None:
        self.name = name

    def field(self, name: str) -> FieldInfo | None:
        return FieldInfo(types.TEXT) if name == LABEL else None


def type_of_value(value: Any) -> types.Type:
    """The formula type of a parameter given by code."""
    match value:
        case bool():
            return types.BOOLEAN
        case str():
            return types.TEXT
        case datetime():
            return types.MOMENT
        case date():
            return types.DATE
        case timedelta():
            return types.DURATION
        case list() | tuple() | set() | frozenset():
            return types.Type("list", element=next((type_of_value(entry) for entry in value), types.NUMBER))
        case _:
            return types.NUMBER
