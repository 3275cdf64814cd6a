"""What a formula may name, told to the formula editor: by name, with its words in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from queti.kernel.formulas.catalogue import CATALOGUE, GROUPS, SAMPLE, Both, Help
from queti.kernel.formulas.types import FieldInfo, NameScope
from queti.kernel.model import Field, Model, Object

Told = dict[str, Any]


def names_told(model: Model, object: Object, scope: NameScope) -> Told:
    """The names of one object's records, in the order of their forms; lists that links make come last."""
    return {
        "object": object.name,
        "label": object.definition.label,
        "names": [*_fields(object, scope), *_lists(model, object, scope), *_specials(model, scope)],
    }


def _fields(object: Object, scope: NameScope) -> Iterator[Told]:
    for field in sorted(object.fields.values(), key=lambda field: field.definition.order):
        info = scope.field(field.name)
        if info is not None:
            yield _told(field.name, field.definition.label, info, field)


def _lists(model: Model, object: Object, scope: NameScope) -> Iterator[Told]:
    for back in object.reverse.values():
        info = scope.field(back.name)
        if info is not None and back.name not in object.fields:
            yield _told(back.name, back.label or model.objects[back.object].definition.plural, info)


_SPECIALS = {
    "this": {"en": "This record", "zh": "本记录"},
    "me": {"en": "Me", "zh": "当前用户"},
    "company": {"en": "The company", "zh": "本公司"},
}


def _specials(model: Model, scope: NameScope) -> Iterator[Told]:
    for name, words in _SPECIALS.items():
        info = scope.field(name) if name == "this" else scope.special(name)
        if info is not None and (info.type.target in model.objects):
            yield {**_told(name, words, info), "special": True}


def _told(name: str, label: Mapping[str, str], info: FieldInfo, field: Field | None = None) -> Told:
    told: Told = {"name": name, "label": label, "type": info.type.kind, "target": info.target, "many": info.many}
    if field is None:
        return told
    definition = field.definition
    told |= {"live": info.is_live, "system": field.is_system, "field_type": field.type.name, "app": definition.app}
    if definition.choices:
        told["choices"] = [
            {"name": key, "label": choice.label}
            for key, choice in sorted(definition.choices.items(), key=lambda item: item[1].order)
        ]
    return told


def functions_told(language: str) -> Told:
    """The catalogue of functions in one language, with the order that its examples speak of."""
    place = 1 if language == "zh" else 0
    return {
        "groups": {name: words[place] for name, words in GROUPS.items()},
        "functions": [_function(help, place) for help in CATALOGUE],
        "sample": SAMPLE,
    }


def _function(help: Help, place: int) -> Told:
    def said(words: Both) -> str:
        return words[place]

    return {
        "name": help.name,
        "group": help.group,
        "signature": said(help.signature),
        "gives": said(help.gives),
        "examples": [{"formula": formula, "answer": answer} for formula, answer in help.examples],
    }
