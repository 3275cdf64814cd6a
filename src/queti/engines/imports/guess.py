"""The mapping that the headings suggest; the person corrects it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from queti.engines.imports.sources import Table
from queti.kernel.definitions import FieldDef, ImportDef, ImportLines


def guess_mapping(target: str, inputs: Mapping[str, FieldDef], table: Table) -> ImportDef:
    """Match each heading with the name or a label of an input; lines' inputs are matched with what is left.

    When lines are matched, rows with the same values of the head's columns make one record.
    """
    left = dict(table.headings)
    definition = ImportDef(import_=f"guess.{target}", target=target, each=_match(inputs.items(), left))
    for name, field in inputs.items():
        if field.type == "lines" and field.fields and left:
            each = _match(field.fields.items(), left)
            if each:
                definition.lines = {name: ImportLines(each=each)}
                definition.group_by = list(definition.each.values())
                break
    return definition


def _match(inputs: Iterable[tuple[str, FieldDef]], left: dict[str, str]) -> dict[str, str]:
    each: dict[str, str] = {}
    for name, field in inputs:
        if field.type == "lines" or field.formula:
            continue
        if field.type == "group":
            inner = ((f"{name}.{key}", entry) for key, entry in field.fields.items())
            each.update(_match(inner, left))
            continue
        names = {plain(text) for text in (name, name.rpartition(".")[2], *field.label.values())}
        column = next((column for column, heading in left.items() if plain(heading) in names), None)
        if column is not None:
            each[name] = column
            del left[column]
    return each


def plain(heading: str) -> str:
    """A heading without case, spaces, units in brackets and marks: `Unit price (CNY)*` → `unitprice`."""
    return re.sub(r"[\W_]+", "", re.sub(r"[(（\[].*?[)）\]]", "", heading)).lower()
