"""Which columns an export has, and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from queti.engines.imports.mapping import target_inputs
from queti.engines.printing.format import in_language
from queti.kernel.definitions import FieldDef
from queti.kernel.fields import field_type

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

Headings = Literal["labels", "names"]
LABEL = "._label"
TEXT = FieldDef(type="text")


@dataclass(frozen=True, slots=True)
class Column:
    path: str
    heading: str
    field: FieldDef
    inner: str = ""
    """Of a list's records: the field of each that the cell tells, one after another."""


def columns_of(work: Work, source: Object, fields: Sequence[str], headings: Headings) -> list[Column]:
    """Those of `fields`; without any, those of the list, or by names all that another import can take."""
    if headings == "names":
        wanted = list(fields) or _importable(work, source)
        return [_by_name(work, source, path.removesuffix(LABEL)) for path in dict.fromkeys(wanted)]
    listed = [name for name, entry in source.fields.items() if entry.definition.in_list]
    wanted = list(fields) or work.as_person.visible_paths(source.name, [source.title, *listed])
    return [_by_label(work, source, path) for path in dict.fromkeys(wanted) if path]


def _by_label(work: Work, source: Object, path: str) -> Column:
    """Labels in the person's language; a link is shown by its label."""
    headings: list[str] = []
    here: Object | None = source
    definition = TEXT
    inner = ""
    names = path.removesuffix(LABEL).split(".")
    for at, name in enumerate(names):
        if here is not None and name in here.reverse:
            reverse = here.reverse[name]
            headings.append(in_language(reverse.label, work.language) or name)
            here, inner = work.model.object(reverse.object), ".".join(names[at + 1 :])
        elif here is not None and name in here.fields:
            step = here.fields[name]
            definition = step.definition
            headings.append(in_language(definition.label, work.language) or name)
            here = work.model.object(step.target) if step.target else None
            inner = ".".join(names[at + 1 :]) if definition.type == "lines" else inner
        else:
            break
    if definition.type == "link":
        return Column(f"{path.removesuffix(LABEL)}{LABEL}", " / ".join(headings), TEXT, inner and f"{inner}{LABEL}")
    return Column(path, " / ".join(headings) or path, definition, inner)


def _by_name(work: Work, source: Object, path: str) -> Column:
    """The path itself; a link by what its record is found by elsewhere: a key, or its name."""
    here: Object | None = source
    definition = TEXT
    for name in path.split("."):
        step = here.fields.get(name) if here else None
        definition = step.definition if step else TEXT
        here = work.model.object(step.target) if step and step.target else None
    if definition.type == "link" and here is not None:
        keys = [f"{path}.{name}" for name, entry in here.fields.items() if _is_always_a_key(entry.definition)]
        visible = work.as_person.visible_paths(source.name, keys)
        return Column(visible[0] if visible else f"{path}{LABEL}", path, TEXT)
    return Column(path, path, definition)


def _is_always_a_key(field: FieldDef) -> bool:
    return field.type == "serial" or (field.unique and field.required and field_type(field.type).is_text)


def _importable(work: Work, source: Object) -> list[str]:
    """What an import can write of a record without its lines and files."""
    inputs = target_inputs(work.model, source.name)
    plain = [name for name, field in inputs.items() if not _stays_here(field)]
    return work.as_person.visible_paths(source.name, plain)


def _stays_here(field: FieldDef) -> bool:
    return field.type in ("lines", "encrypted") or field_type(field.type).holds_files
