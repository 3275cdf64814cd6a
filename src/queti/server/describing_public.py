"""An object as a public form asks for it: its asked fields alone, in the shape that the screen knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from queti.kernel.model import Model, Object
from queti.kernel.reading.permissions import rights_of
from queti.server.describing import Describer, shown_type
from queti.server.describing_forms import FormDescriber

_KEPT_BACK = ("filter", "reverse", "default", "app", "unique", "search", "path", "to", "of")
"""Words about other fields and objects, and formulas that may name them."""


@dataclass(frozen=True)
class _Asked:
    """Stands for the rights of somebody who sees only these fields."""

    object: Object
    fields: frozenset[str]

    def of(self, object: Object) -> _Asked:
        return self if object is self.object else _Asked(object, frozenset())

    def sees(self, object: Object) -> bool:
        return object is self.object


def describe_asked(model: Model, object: Object, paths: Sequence[str], language: str) -> dict[str, Any]:
    """`{name, label, fields, linkage, lines}`; `lines` describes the asked fields of each lines field."""
    describer = Describer(model, rights_of(model, ()), language)
    own = [path for path in paths if "." not in path]
    inner: dict[str, list[str]] = {}
    for path in paths:
        lines, _, name = path.rpartition(".")
        if lines:
            inner.setdefault(lines, []).append(name)
    told = {
        "name": "form",
        "label": describer.say(object.definition.label),
        "fields": [_field(describer, object, name, place) for place, name in enumerate([*own, *inner])],
        "linkage": _linkage(model, object, frozenset(own), describer),
    }
    children = {name: model.objects[object.lines[name].target or ""] for name in inner}
    told["lines"] = {
        name: {
            "name": name,
            "label": describer.say(child.definition.label),
            "fields": [_field(describer, child, each, place) for place, each in enumerate(inner[name])],
            "linkage": _linkage(model, child, frozenset(inner[name]), describer),
        }
        for name, child in children.items()
    }
    return told


def _field(describer: Describer, object: Object, name: str, place: int) -> dict[str, Any]:
    """Asked in the order of the form, whatever groups the record page has."""
    field = object.fields[name]
    told = describer.definition(name, field.definition, shown_type(field))
    told |= dict.fromkeys(_KEPT_BACK)
    told |= {"order": place, "group": "", "hidden": False, "computed": field.is_computed, "system": field.is_system}
    return {**told, "may_create": True, "may_change": False}


def _linkage(model: Model, object: Object, asked: frozenset[str], describer: Describer) -> list[dict[str, Any]]:
    rights: Any = _Asked(object, asked)
    told = FormDescriber(model, rights, describer.say).linkage(object)
    return [{**each, "filter": {}} for each in told]
