"""What went out of use and keeps its data: fields and objects, and their way back into a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import ObjectDef
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


def retired(work: Work) -> list[dict[str, Any]]:
    """`{object, field, column}` of each field out of use; of an object out of use the field is ""."""
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
    if not any(each["object"] == object and each["field"] == field for each in retired(work)):
        raise NothingRetired(name=f"{object}.{field}".rstrip("."))
    (kind, name), last = _last(work, catalogue, object, field)
    if not field:
        return change_draft(work, draft, [Change(kind, name, body_of(last))])
    now = definitions_of(work, catalogue, draft).get((kind, name))
    body: Body = body_of(now) if now is not None else {**body_of(last), "fields": {}}
    fields: Body = body.get("fields") or {}
    body["fields"] = {**fields, field: body_of(last)["fields"][field]}
    return change_draft(work, draft, [Change(kind, name, body)])


def _last(work: Work, catalogue: Catalogue, object: str, field: str) -> tuple[Identity, ObjectDef]:
    schema = work.workspace.schema
    for release in list_releases(work.connection, schema):
        effective = release.manifest["effective"]
        parts = {key: hash for key, hash in effective.items() if key.startswith("object:") and key.endswith(object)}
        for identity, found in read_definitions(work.connection, schema, parts, catalogue).items():
            if isinstance(found, ObjectDef) and found.object == object and (not field or field in found.fields):
                return identity, found
    raise NothingRetired(name=f"{object}.{field}".rstrip("."))
