"""What journal lines are told apart by, beside their account: the department, and each field that a company adds to
them. A posting rule answers them by an outcome of the field's name; balances stay those of accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from queti.apps.finance.posting import Dimensions, Leg
from queti.apps.finance.refusals import NoSuchDimension, NoSuchValue
from queti.kernel.model import Field
from queti.kernel.record import Record
from queti.kernel.work import Work

OBJECT = "finance.journal_line"
AMOUNTS = frozenset({"account", "note", "debit", "credit", "currency", "foreign_amount"})
Known = Mapping[str, Mapping[str, int]]
"""Dimension → name → record."""
OUTCOMES = frozenset({"use", "code", "note", "debit", "credit"})
"""What else a posting rule answers."""


def dimensions(work: Work) -> dict[str, Field]:
    fields = work.object(OBJECT).fields.values()
    return {each.name: each for each in fields if each.name not in AMOUNTS and _is_said(each)}


def _is_said(field: Field) -> bool:
    return field.is_stored and not field.is_computed and not field.is_system


def said(values: Mapping[str, Any] | Record, names: Iterable[str]) -> Dimensions:
    found = ((name, values.get(name)) for name in names)
    return tuple((name, value) for name, value in found if value not in (None, ""))


def answered_by(work: Work, rule: str) -> list[str]:
    """The outcomes of a posting rule that are dimensions."""
    known, definition = dimensions(work), work.model.rules[rule]
    names = [name for name in definition.outputs if name not in OUTCOMES]
    for name in names:
        if name not in known:
            raise NoSuchDimension(rule=definition.label, outcome=definition.outputs[name].label or name)
    return names


def with_records(work: Work, entries: Sequence[list[Leg]], known: Known) -> list[list[Leg]]:
    """Links that a rule answered by name or code lead to their records: a statement for each field with others than
    those `known`."""
    fields = {name: each for name, each in dimensions(work).items() if each.target}
    legs = [leg for each in entries for leg in each]
    found = {name: dict(known.get(name, {})) for name in fields}
    for name, each in fields.items():
        found[name] |= _records(work, each, _texts(legs, name) - found[name].keys())
    return [[_linked(work, leg, fields, found) for leg in each] for each in entries]


def _texts(legs: Iterable[Leg], name: str) -> set[str]:
    return {value for leg in legs for each, value in leg.dimensions if each == name and isinstance(value, str)}


def _records(work: Work, field: Field, texts: Collection[str]) -> dict[str, int]:
    """By what is unique before what a record is called; of two called the same the older."""
    target = work.object(field.target or "")
    keys = [each.name for each in target.fields.values() if each.is_stored and each.type.is_text and _names(each)]
    if not texts or not keys:
        return {}
    where = " or ".join(f"{key} in $texts" for key in keys)
    records = work.find(target.name, where, {"texts": sorted(texts)}, fields=keys, sort="-id")
    last = sorted(keys, key=lambda key: target.fields[key].definition.unique)
    return {record[key]: record.id for key in last for record in records if record[key]}


def _names(field: Field) -> bool:
    return field.definition.unique or field.name == field.object.title


def _linked(work: Work, leg: Leg, fields: Mapping[str, Field], found: Mapping[str, Mapping[str, int]]) -> Leg:
    pairs = leg.dimensions
    for name, value in pairs:
        if name in fields and isinstance(value, str) and value not in found[name]:
            raise _missing(work, leg, fields[name], value)
    linked = tuple(
        (name, found[name][value] if isinstance(value, str) and name in found else value) for name, value in pairs
    )
    return leg if linked == pairs else replace(leg, dimensions=linked)


def _missing(work: Work, leg: Leg, field: Field, value: str) -> NoSuchValue:
    rule, row = (work.model.rules[leg.origin.rule].label, leg.origin.row) if leg.origin else ("", 0)
    return NoSuchValue(rule=rule, row=row, field=field.definition.label, value=value)
