"""What went out of use and keeps its data: fields and objects, and their way back into a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import Definition, ObjectDef
from queti.kernel.errors import Refusal
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of
from queti.kernel.publishing.drafts import Change, Draft, change_draft
from queti.kernel.publishing.proposing import definitions_of
from queti.kernel.publishing.releases import list_releases, read_definitions, read_release

if TYPE_CHECKING:
    from queti.kernel.work import Work


class NothingRetired(Refusal):
    """Nothing called {name} is out of use."""

    zh = "没有已停用的“{name}”。"
    kind = "not_found"


Place = tuple[str, str]
"""An object and a field; of a whole object the field is ""."""


def retired(work: Work, catalogue: Catalogue) -> list[dict[str, Any]]:
    """`{object, field, column, label}` of each field out of use, called as it last was; of an object out of use
    the field is ""."""
    found = _retired(work)
    last = _last(work, catalogue, {(each["object"], each["field"]) for each in found})
    return [each | {"label": _label(each, last.get((each["object"], each["field"])))} for each in found]


def _label(place: Mapping[str, Any], last: tuple[Identity, ObjectDef] | None) -> dict[str, str]:
    if last is None:
        return {}
    definition = last[1]
    return dict(definition.fields[place["field"]].label if place["field"] else definition.label)


def _retired(work: Work) -> list[dict[str, Any]]:
    storage = read_release(work.connection, work.workspace.schema).storage
    objects = work.model.objects
    gone = [{"object": name, "field": "", "column": ""} for name in storage if name not in objects]
    fields = [
        {"object": name, "field": kept[0], "column": column}
        for name, table in storage.items()
        if name in objects
        for column, kept in table["retired"].items()
        if kept[0] not in objects[name].fields
    ]
    return sorted([*gone, *fields], key=lambda each: (each["object"], each["field"]))


def bring_back(work: Work, catalogue: Catalogue, draft: int, object: str, field: str = "") -> Draft:
    """Put the field, or the object, into the draft as the last release had it that did; its data comes with it."""
    if not any(each["object"] == object and each["field"] == field for each in _retired(work)):
        raise NothingRetired(name=f"{object}.{field}".rstrip("."))
    found = _last(work, catalogue, {(object, field)}).get((object, field))
    if found is None:
        raise NothingRetired(name=f"{object}.{field}".rstrip("."))
    (kind, name), last = found
    known = definitions_of(work, catalogue, draft)
    if field:
        return change_draft(work, draft, [_with_field(known, (kind, name), last, field)])
    holder = _holding(work, catalogue, last) if last.lines_of else None
    holding = [_with_field(known, *holder)] if holder else []
    return change_draft(work, draft, [Change(kind, name, body_of(last)), *holding])


def _with_field(known: Mapping[Identity, Definition], identity: Identity, last: ObjectDef, field: str) -> Change:
    now = known.get(identity)
    body: Body = body_of(now) if now is not None else {**body_of(last), "fields": {}}
    fields: Body = body.get("fields") or {}
    body["fields"] = {**fields, field: body_of(last)["fields"][field]}
    return Change(*identity, body)


def _holding(work: Work, catalogue: Catalogue, lines: ObjectDef) -> tuple[Identity, ObjectDef, str] | None:
    """The field in which a record last had these lines; it has no column of its own that would tell of it."""
    schema = work.workspace.schema
    for release in list_releases(work.connection, schema):
        effective = release.manifest["effective"]
        parts = {
            key: hash for key, hash in effective.items() if key.startswith("object:") and _named(key) == lines.lines_of
        }
        for identity, found in read_definitions(work.connection, schema, parts, catalogue).items():
            if isinstance(found, ObjectDef):
                for name, field in found.fields.items():
                    if (field.type, field.of) == ("lines", lines.object):
                        return identity, found, name
    return None


def _last(work: Work, catalogue: Catalogue, wanted: Collection[Place]) -> dict[Place, tuple[Identity, ObjectDef]]:
    """The definitions that last had these, by one walk back over the releases."""
    schema, last = work.workspace.schema, dict[Place, tuple[Identity, ObjectDef]]()
    open_ = set(wanted)
    for release in list_releases(work.connection, schema) if open_ else ():
        objects = {object for object, _ in open_}
        effective = release.manifest["effective"]
        parts = {key: hash for key, hash in effective.items() if key.startswith("object:") and _named(key) in objects}
        for identity, found in read_definitions(work.connection, schema, parts, catalogue).items():
            if isinstance(found, ObjectDef):
                had = {(object, field) for object, field in open_ if object == found.object and _has(found, field)}
                last |= dict.fromkeys(had, (identity, found))
                open_ -= had
        if not open_:
            break
    return last


def _named(key: str) -> str:
    """The object of `object:oms.sales_order` or `object:crm:base.party`."""
    return key.rpartition(":")[2]


def _has(found: ObjectDef, field: str) -> bool:
    return not field or field in found.fields
