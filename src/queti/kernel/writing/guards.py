"""What stands between a person and a write: rights to object, record, field and operation.

A field that the person doesn't see is unknown, a link to a record out of sight is not
found. Whether a new record lies in the scope for creating is asked once it is written;
a refusal takes the whole Work back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from queti.kernel.definitions import FieldDef
from queti.kernel.errors import FieldProblem, NotAllowed, OutOfSight, RecordNotFound, WrongInput
from queti.kernel.model import Object
from queti.kernel.names import did_you_mean
from queti.kernel.operations import Operation
from queti.kernel.reading.admitting import admitted
from queti.kernel.reading.permissions import ACTS, Rights, Roles, Verb
from queti.kernel.reading.queries import rows_of
from queti.kernel.reading.selecting import Shape, of_ids
from queti.kernel.writing.lookups import Wanted, is_key, not_found, resolve

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = Mapping[str, Any]
Writing = Literal["create", "change"]
Links = dict[str, list[tuple[str, Any]]]
"""Target → (path as the caller wrote it, id or `{unique field: value}`)."""

_SHOWN = 3


def refuse_unless_granted(rights: Rights, object: Object, verb: Verb) -> None:
    rights.of(object).refuse_unless(verb)
    definition = object.definition
    if (verb == "create" and not definition.creatable) or (verb == "change" and not definition.changeable):
        raise not_allowed(object, verb)
    if verb == "remove" and not definition.removable:
        raise not_allowed(object, verb)
    if object.parent is not None and not object.parent.definition.changeable:
        raise not_allowed(object, verb)


def not_allowed(object: Object, verb: Verb) -> NotAllowed:
    return NotAllowed(act=ACTS[verb], what=object.definition.label or object.name)


def refuse_lost(work: Work, rights: Rights, object: Object, unseen: Sequence[int]) -> None:
    """Records that were changed out of the person's sight must at least still be the person's to change."""
    if unseen and len(admitted(work, rights, object, "change", unseen)) < len(set(unseen)):
        raise OutOfSight(what=object.definition.label or object.name)


def refuse_unless_admitted(
    work: Work, rights: Rights, object: Object, verb: Verb, ids: Sequence[int]
) -> Mapping[int, frozenset[str]]:
    """The roles that admit each record; RecordNotFound where it is out of sight, NotAllowed where it is seen only."""
    admitting = admitted(work, rights, object, verb, ids)
    missing = [id for id in ids if id not in admitting]
    if missing:
        seen = admitted(work, rights, object, "see", missing)
        for id in missing:
            if id not in seen:
                raise RecordNotFound(what=object.definition.label or object.name, id=id)
        raise not_allowed(object, verb)
    return admitting


def refuse_unwritable(
    rights: Rights, object: Object, verb: Writing, rows: Sequence[Values], roles: Sequence[Roles]
) -> None:
    """Every field of every row is known to the person and may be written by the roles that admit the row.

    WrongInput holds all that aren't.
    """
    problems: list[FieldProblem] = []
    own, by_roles = rights.of(object), dict[Roles, frozenset[str]]()
    for at, (row, admitting) in enumerate(zip(rows, roles, strict=True)):
        if (allowed := by_roles.get(admitting)) is None:
            allowed = by_roles[admitting] = own.fields_for(verb, admitting)
        if not object.lines and row.keys() <= allowed:
            continue
        prefix = f"[{at}]." if len(rows) > 1 else ""
        problems += _unwritable(rights, object, row, allowed, prefix)
        for name in row.keys() & object.lines.keys() & allowed:
            problems += _unwritable_lines(rights, object, name, verb, row[name], admitting, prefix)
    refuse(problems)


def refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        shown = problems[:_SHOWN]
        more = len(problems) - len(shown)
        summary = {
            "en": "; ".join(f"{each.path}: {each.en}" for each in shown) + (f" (and {more} more)" if more else ""),
            "zh": "；".join(f"{each.path}：{each.zh}" for each in shown) + (f"（另有 {more} 处）" if more else ""),
        }
        raise WrongInput(fields=problems, summary=summary)


def _unwritable(
    rights: Rights, object: Object, row: Values, allowed: frozenset[str], prefix: str
) -> Iterator[FieldProblem]:
    seen = rights.of(object).fields
    for name in row:
        if name in allowed:
            continue
        if name not in seen or (name not in object.fields and name not in object.reverse):
            yield _unknown(f"{prefix}{name}", object, name, seen)
        elif name not in ("id", "version") and not _is_place_of_line(object, name):
            yield FieldProblem(f"{prefix}{name}", "not_writable", "You may not write this field.", "您无权填写此字段。")


def _is_place_of_line(object: Object, name: str) -> bool:
    return object.is_lines and name in ("position", object.definition.parent_field)


def _unwritable_lines(
    rights: Rights, object: Object, name: str, verb: Writing, lines: Any, roles: Roles, prefix: str
) -> Iterator[FieldProblem]:
    child = rights.model.object(object.lines[name].target or "")
    for at, line in _rows_in(lines):
        fields = rights.of(child).inside(verb, roles, new=line.get("id") is None)
        yield from _unwritable(rights, child, line, fields, f"{prefix}{name}[{at}].")


def _rows_in(lines: Any) -> list[tuple[int, Values]]:
    """The lines that are rows, by their place; what else was written there, the write refuses."""
    rows = cast("list[Any]", lines) if isinstance(lines, list | tuple) else []
    return [(at, cast("Values", row)) for at, row in enumerate(rows) if isinstance(row, Mapping)]


def _unknown(path: str, object: Object, name: str, seen: frozenset[str]) -> FieldProblem:
    near = did_you_mean(name, sorted(seen))
    return FieldProblem(
        path,
        "unknown_field",
        f"{object.name} has no field “{name}”. {near['en']}".strip(),
        f"{object.name} 没有字段“{name}”。{near['zh']}".strip(),
    )


def refuse_unseen_links(work: Work, rights: Rights, links: Links) -> None:
    """All records that the person links to are in the person's sight; one query a target and key."""
    problems: list[FieldProblem] = []
    for target, asked in links.items():
        object = work.model.object(target)
        ids = [(path, value) for path, value in asked if isinstance(value, int)]
        known = _seen_ids(work, rights, object, {id for _, id in ids})
        problems += [not_found(path, object, str(id)) for path, id in ids if id not in known]
        keys = [(path, cast("Values", value)) for path, value in asked if isinstance(value, Mapping)]
        found = _seen_keys(work, rights, object, [key for _, key in keys])
        problems += [not_found(path, object, _shown(key)) for path, key in keys if _key_of(key) not in found]
    refuse(problems)


def _shown(key: Values) -> str:
    return ", ".join(f"{name} “{value}”" for name, value in key.items())


def _seen_ids(work: Work, rights: Rights, object: Object, ids: set[int]) -> set[int]:
    if not ids or not rights.sees(object):
        return set()
    allowances = rights.of(object).see.values()
    if any(each.scope is None for each in allowances):
        return ids
    return {row[0] for row in rows_of(work, rights, *of_ids(Shape(object.name, ("id",)), "id", sorted(ids)))}


def _key_of(given: Values) -> tuple[Any, ...]:
    return tuple(sorted((name, str(value)) for name, value in given.items()))


def _seen_keys(work: Work, rights: Rights, object: Object, given: Sequence[Values]) -> set[tuple[Any, ...]]:
    """Which of the keys lead to records in sight. What isn't a key, or leads nowhere, the write itself finds out."""
    if any(each.scope is None for each in rights.of(object).see.values()):
        return {_key_of(entry) for entry in given}
    fields = rights.of(object).fields
    asked = {_key_of(entry): entry for entry in given if set(entry) <= fields}
    keys = {key: Wanted(object.name, "id", entry, {}, "") for key, entry in asked.items() if is_key(object, entry)}
    resolve(work, list(keys.values()), [])
    ids = {key: wanted.holder.get("id") for key, wanted in keys.items()}
    seen = _seen_ids(work, rights, object, {id for id in ids.values() if id is not None})
    return {key for key in asked if key not in ids or ids[key] in seen}


def links_of_rows(object: Object, rows: Sequence[Values], model_object: Any) -> Links:
    """The links that rows of an object write, lines inside."""
    links: Links = {}
    if not any(entry.type.name in ("link", "lines") for entry in object.fields.values() if not entry.is_system):
        return links
    for at, row in enumerate(rows):
        _note_links(object, row, f"[{at}]." if len(rows) > 1 else "", links, model_object)
    return links


def _note_links(object: Object, row: Values, prefix: str, links: Links, model_object: Any) -> None:
    for name, value in row.items():
        entry = object.fields.get(name)
        if entry is None or value is None:
            continue
        if entry.type.name == "link" and entry.target and not isinstance(value, str):
            links.setdefault(entry.target, []).append((f"{prefix}{name}", value))
        elif entry.type.name == "lines":
            for at, line in _rows_in(value):
                _note_links(model_object(entry.target), line, f"{prefix}{name}[{at}].", links, model_object)


def links_of_calls(operation: Operation, calls: Sequence[Values]) -> Links:
    """The links among the inputs of calls, inner rows too."""
    links: Links = {}
    for at, call in enumerate(calls):
        _note_inputs(operation.inputs, call, f"[{at}]." if len(calls) > 1 else "", links)
    return links


def _note_inputs(inputs: Mapping[str, FieldDef], given: Values, prefix: str, links: Links) -> None:
    for name, value in given.items():
        entry = inputs.get(name)
        if entry is None or value is None:
            continue
        for place, each in _each(value):
            path = f"{prefix}{name}{place}"
            if entry.type == "link" and entry.to and isinstance(each, int | Mapping) and not isinstance(each, bool):
                links.setdefault(entry.to, []).append((path, cast("int | Values", each)))
            elif entry.fields and isinstance(each, Mapping):
                _note_inputs(entry.fields, cast("Values", each), f"{path}.", links)


def _each(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | tuple):
        yield from ((f"[{at}]", each) for at, each in enumerate(cast("list[Any]", value)))
    else:
        yield "", value
