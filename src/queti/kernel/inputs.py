"""Short words for the typed inputs of operations.

Each helper makes a `FieldDef`, the same shape that objects' fields have, so that forms,
API reference, imports and flows treat inputs and fields alike.

    inputs={
        "order": link("oms.sales_order", required=True, many=True),
        "lines": lines({"product": link("base.product", required=True), "quantity": number(required=True)}),
    }
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack

from queti.kernel.definitions import Choice, FieldDef, Words


def words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}


class Settings(TypedDict, total=False):
    """What any input may say besides its type; the meanings are those of `FieldDef`."""

    label: Words
    help: Words
    order: float
    group: str
    required: bool
    default: str | None
    hidden: bool
    min: str | None
    max: str | None
    max_length: int | None
    decimals: int | None
    currency: str | None
    filter: str | None
    min_rows: int
    many: bool


def text(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="text", **settings)


def long_text(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="long_text", **settings)


def number(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="number", **settings)


def money(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="money", **settings)


def percent(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="percent", **settings)


def boolean(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="boolean", **settings)


def date(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="date", **settings)


def moment(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="moment", **settings)


def duration(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="duration", **settings)


def email(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="email", **settings)


def phone(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="phone", **settings)


def url(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="url", **settings)


def json(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="json", **settings)


def signature(**settings: Unpack[Settings]) -> FieldDef:
    """A drawn one, uploaded before: `{"file": id}`."""
    return FieldDef(type="signature", **settings)


def files(**settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="files", **settings)


def choice(choices: Mapping[str, Choice | Words], **settings: Unpack[Settings]) -> FieldDef:
    """`choice({"goods": words("Goods", "货物"), "service": words("Service", "服务")})`."""
    return FieldDef(type="choice", choices=_choices(choices), **settings)


def choices(choices: Mapping[str, Choice | Words], **settings: Unpack[Settings]) -> FieldDef:
    return FieldDef(type="choices", choices=_choices(choices), **settings)


def link(to: str, **settings: Unpack[Settings]) -> FieldDef:
    """A record of `to`; comes in as an id or as `{unique field: value}`, reaches the operation as an id."""
    return FieldDef(type="link", to=to, **settings)


def lines(fields: Mapping[str, FieldDef], **settings: Unpack[Settings]) -> FieldDef:
    """A list of rows with inner inputs; each reaches the operation as a `Call`."""
    return FieldDef(type="lines", fields=dict(fields), **settings)


def group(fields: Mapping[str, FieldDef], **settings: Unpack[Settings]) -> FieldDef:
    """One nested set of inputs (`ship_to: {name, phone, address}`); reaches the operation as a `Call`."""
    return FieldDef(type="group", fields=dict(fields), **settings)


def _choices(choices: Mapping[str, Choice | Words]) -> dict[str, Choice]:
    return {name: entry if isinstance(entry, Choice) else Choice(label=entry) for name, entry in choices.items()}
