"""Fields in the making: what a publication computes beside the work before it takes effect.

While a large table is prepared, each stored formula that is about to change stands twice: as it
is, and under a hidden name with its new formula and a column of its own. The release that says
so is like any other, so every Work of every process writes both; what is new and plain, and new
objects, are there already too, hidden, since new formulas may look at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import msgspec

from queti.kernel.definitions import FieldDef, ObjectDef
from queti.kernel.formulas import Typed
from queti.kernel.formulas.printer import name_text
from queti.kernel.model import Field, Model, Place, Storage, TableStorage
from queti.kernel.publishing.choices import CHOICE_TYPES, formula_of, moves, without_past
from queti.kernel.publishing.storage import column_for, column_type

NEXT = "__next"


class Shadows(TypedDict):
    """Definitions as JSON: hidden fields by object, and objects that are all new."""

    fields: dict[str, dict[str, Any]]
    objects: dict[str, Any]


def shadows_of(before: Model, after: Model, stale: Iterable[Place]) -> Shadows:
    """What stands beside the fields of `before` until those of `after` among `stale` are computed."""
    places = {place for place in stale if place[0] in before.objects}
    fields: dict[str, dict[str, Any]] = {}
    for object, name in sorted(places):
        fields.setdefault(object, {})[name + NEXT] = _plain(_shadow(before, after.objects[object].fields[name], places))
    for name in before.objects.keys() & after.objects.keys():
        for entry in after.objects[name].fields.values():
            if entry.definition.formerly in before.objects[name].fields:
                continue  # its column is there, under the old name
            if entry.name not in before.objects[name].fields and entry.is_stored and not entry.is_computed:
                fields.setdefault(name, {})[entry.name] = _plain(_early(entry))
    new = after.objects.keys() - before.objects.keys()
    return Shadows(fields=fields, objects={name: _plain(after.objects[name].definition) for name in sorted(new)})


def _shadow(before: Model, entry: Field, places: set[Place]) -> FieldDef:
    text = _renamed(entry.formula, places) if entry.formula else _converted(before, entry)
    written = entry.definition if entry.declared == entry.type.name else without_past(entry.definition)
    return _hidden(written, formula=text, path="", required=False, default=None)


def _renamed(typed: Typed, places: set[Place]) -> str:
    """The formula over fields in the making instead of those that they will follow."""
    text = typed.text
    found = {
        (each.position, each.length, each.field) for each in typed.occurrences if (each.object, each.field) in places
    }
    for position, length, name in sorted(found, reverse=True):
        text = text[:position] + name_text(name + NEXT) + text[position + length :]
    return text


def _converted(before: Model, entry: Field) -> str:
    """A field of another type than before, or of other choices, is made of what it was."""
    own, was = name_text(entry.name), before.objects[entry.object.name].fields[entry.name]
    if entry.type.name in CHOICE_TYPES:
        return formula_of(entry.name, moves(was.definition, entry.definition))
    return f"text({own})" if entry.type.is_text and not was.type.is_text else own


def stands_beside(before: Model, after: Model, place: Place) -> bool:
    """Can a formula make the new values of the old? None makes a list of choices."""
    was, now = (each.objects[place[0]].fields.get(place[1]) for each in (before, after))
    return now is not None and (now.is_computed or (was is not None and now.type.name != "choices"))


def _early(entry: Field) -> FieldDef:
    """A new field; without a default unless it must never be blank, since rows that are there have none."""
    keeps = entry.definition.required and entry.default is not None
    return _hidden(entry.definition, required=False, default=entry.definition.default if keeps else None, reverse="")


def _hidden(definition: FieldDef, **changes: Any) -> FieldDef:
    plain = {"hidden": True, "in_list": False, "unique": False, "index": False, "search": False}
    return msgspec.structs.replace(definition, **plain, **changes)


def _plain(definition: FieldDef | ObjectDef) -> Any:
    return msgspec.to_builtins(definition)


def add_shadows(objects: dict[str, ObjectDef], shadows: Shadows) -> None:
    """Put them into the definitions that a model is made of."""
    for name, body in shadows["objects"].items():
        objects[name] = msgspec.convert(body, ObjectDef)
    for name, bodies in shadows["fields"].items():
        made = {field: msgspec.convert(body, FieldDef) for field, body in bodies.items()}
        objects[name] = msgspec.structs.replace(objects[name], fields={**objects[name].fields, **made})


def mark_shadows(model: Model, shadows: Shadows) -> None:
    """Nobody sees them."""
    for name, bodies in shadows["fields"].items():
        for field in bodies.keys() & model.objects[name].fields.keys():
            model.objects[name].fields[field].is_shadow = True


def shadow_places(shadows: Shadows) -> set[Place]:
    """The fields that will follow, by their own names."""
    return {
        (object, name.removesuffix(NEXT))
        for object, bodies in shadows["fields"].items()
        for name in bodies
        if name.endswith(NEXT)
    }


def storage_beside(before: Storage, after: Model, places: Iterable[Place]) -> Storage:
    """`before` with columns for the fields in the making; a retired one of the same field serves again."""
    storage = dict(before)
    for object, name in sorted(places):
        kept = storage[object]
        columns, retired = dict(kept["columns"]), dict(kept["retired"])
        type = column_type(after.objects[object].fields[name])
        columns[name + NEXT] = [column_for(name, type, columns, retired), type]
        retired.pop(columns[name + NEXT][0], None)
        storage[object] = TableStorage(table=kept["table"], columns=columns, retired=retired)
    return storage


def storage_behind(beside: Storage, places: Iterable[Place]) -> Storage:
    """Where the fields are kept once those in the making took their places; the old columns retire."""
    storage = dict(beside)
    for object, name in sorted(places):
        kept = storage[object]
        columns, retired = dict(kept["columns"]), dict(kept["retired"])
        if name in columns:
            column, type = columns[name]
            retired[column] = [name, type]
        columns[name] = columns.pop(name + NEXT)
        storage[object] = TableStorage(table=kept["table"], columns=columns, retired=retired)
    return storage


def fits(beside: Model, after: Model, places: Iterable[Place]) -> bool:
    """Do the fields in the making come out as those that they are to be?"""
    kept = beside.storage
    return all(
        kept[object]["columns"].get(name + NEXT, ["", ""])[1] == column_type(after.objects[object].fields[name])
        for object, name in places
    )


def shadows_in(manifest: Mapping[str, Any]) -> Shadows | None:
    return manifest.get("shadows")
