"""Drafts: changes to a release that nobody else sees until they are published.

A draft holds whole definitions (or null for a removed one) and the release that it is
based on. Publishing one whose base is no longer the newest merges it with what others
published since; what both changed is refused and listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.definitions import KINDS, Definition
from queti.kernel.errors import FieldProblem, Refusal, WrongInput
from queti.kernel.names import unknown
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of, decode, identity, restore
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.merge import Choices, MergeConflicts, merge_definitions
from queti.kernel.publishing.plan import Plan
from queti.kernel.publishing.publish import Examined, Proposal, Publication, examine, publish
from queti.kernel.publishing.releases import (
    current_model,
    identity_of,
    key_of,
    newest_number,
    read_definitions,
    read_release,
)

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.store.database import Database
    from queti.store.workspaces import Workspace


class DraftNotFound(Refusal):
    """There is no draft {draft}."""

    zh = "没有草稿 {draft}。"
    kind = "not_found"


class DraftPublished(Refusal):
    """Draft {draft} was published as release {number}; start a new one."""

    zh = "草稿 {draft} 已发布为版本 {number}，请新建草稿。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Draft:
    """`changes`: "kind:name" → body, or None for a definition that is removed."""

    id: int
    base: int
    changes: dict[str, Body | None]
    note: str
    created_by: int | None
    created_at: datetime
    version: int
    published_as: int | None


_COLUMNS = "id, base, changes, note, created_by, created_at, version, published_as"


def create_draft(work: Work, from_: int | None = None, note: str = "") -> Draft:
    """A draft upon release `from_`, the newest without one."""
    base = from_ or newest_number(work.connection, work.workspace.schema)
    read_release(work.connection, work.workspace.schema, base)
    row = execute(
        work.connection,
        f"INSERT INTO {_table(work.workspace)} (base, note, created_by) VALUES (%s, %s, %s) RETURNING {_COLUMNS}",
        [base, note, work.who.user],
    ).fetchone()
    assert row is not None
    return Draft(*row)


def list_drafts(work: Work) -> list[Draft]:
    """Those not published, newest first."""
    rows = execute(
        work.connection,
        f"SELECT {_COLUMNS} FROM {_table(work.workspace)} WHERE published_as IS NULL ORDER BY id DESC LIMIT 200",
    )
    return [Draft(*row) for row in rows.fetchall()]


def find_draft(work: Work, draft: int) -> Draft:
    return _read(work.connection, work.workspace, draft)


def put_definition(work: Work, draft: int, kind: str, name: str, body: Mapping[str, Any]) -> Draft:
    """Set one definition of the draft: the YAML's JSON form. WrongInput names what doesn't fit."""
    definition = read_definition(kind, name, body)
    return _set(work, draft, kind, name, body_of(definition))


def remove_definition(work: Work, draft: int, kind: str, name: str) -> Draft:
    """The draft removes that definition; its data retires when it is published."""
    if kind not in KINDS:
        raise unknown({"en": "kind of definition", "zh": "定义类型"}, kind, KINDS)
    return _set(work, draft, kind, name, None)


def read_definition(kind: str, name: str, body: Mapping[str, Any]) -> Definition:
    """A definition whose body may leave its own name out; a name in it must be the same."""
    app, _, own = name.rpartition(":")
    given = {kind: own, **body}
    if app and kind == "object":
        given = {"extend": True, "app": app, **given}
    if app and kind == "role":
        given = {"app": app, **given}
    definition = decode(kind, given)
    if identity(definition) != (kind, name):
        raise WrongInput(
            summary=f"the body is {identity(definition)[1]}",
            fields=[FieldProblem(kind, "name", f"Must be “{own}”, as in the address.", f"必须与地址中的“{own}”一致。")],
        )
    return definition


def check_draft(db: Database, workspace: Workspace, catalogue: Catalogue, draft: int) -> list[Finding]:
    """All findings of the draft upon the newest release; errors stand in the way of publishing."""
    return examine_draft(db, workspace, catalogue, draft).findings


def plan_draft(db: Database, workspace: Workspace, catalogue: Catalogue, draft: int) -> Plan:
    """What publishing would do to the database. DefinitionsWrong when it can't be published."""
    return examine_draft(db, workspace, catalogue, draft).approved()[1]


def examine_draft(db: Database, workspace: Workspace, catalogue: Catalogue, draft: int) -> Examined:
    with db.owner() as connection:
        base = read_release(connection, workspace.schema)
        before = current_model(db, workspace, catalogue, base.number)
        publication = Publication(db, workspace, catalogue, connection, base, before)
        return examine(publication, _proposal(publication, draft, None, None, None))


def publish_draft(
    db: Database,
    workspace: Workspace,
    catalogue: Catalogue,
    draft: int,
    who: int | None = None,
    *,
    note: str | None = None,
    choices: Choices | None = None,
) -> int:
    """Publish the draft; answers the release's number.

    DraftPublished, DefinitionsWrong, MergeConflicts (decided by `choices`), PublishingHeldUp.
    """

    def propose(publication: Publication) -> Proposal:
        return _proposal(publication, draft, who, note, choices)

    return publish(db, workspace, catalogue, propose).number


def _proposal(
    publication: Publication, draft: int, who: int | None, note: str | None, choices: Choices | None
) -> Proposal:
    connection, workspace = publication.connection, publication.workspace
    known = _read(connection, workspace, draft)
    _refuse_published(known)
    current = _definitions(publication, publication.base.manifest["effective"])
    return Proposal(
        _with_changes(publication, known, current, choices),
        publication.base.manifest["shipped"],
        publication.base.manifest["sources"],
        note=known.note if note is None else note,
        who=who,
        draft=draft,
    )


def _with_changes(
    publication: Publication, draft: Draft, current: dict[Identity, Definition], choices: Choices | None
) -> dict[Identity, Definition]:
    """The newest release with the draft's changes; merged where others changed the same definitions."""
    news = {identity_of(key): body for key, body in draft.changes.items()}
    base = current
    if draft.base != publication.base.number:
        manifest = read_release(publication.connection, publication.workspace.schema, draft.base).manifest
        base = _definitions(publication, manifest["effective"])
    touched = {key for key in news if base.get(key) != current.get(key)}
    merged, conflicts = merge_definitions(
        {key: body_of(base[key]) for key in touched if key in base},
        {key: body for key in touched if (body := news[key]) is not None},
        {key: body_of(current[key]) for key in touched if key in current},
        choices,
    )
    if conflicts:
        raise MergeConflicts(conflicts)
    result = {key: definition for key, definition in current.items() if key not in news}
    plain = {key: body for key, body in news.items() if key not in touched and body is not None}
    for key, body in {**plain, **merged}.items():
        result[key] = restore(key[0], body)
    return result


def _definitions(publication: Publication, hashes: dict[str, str]) -> dict[Identity, Definition]:
    return read_definitions(publication.connection, publication.workspace.schema, hashes, publication.catalogue)


def _set(work: Work, draft: int, kind: str, name: str, body: Body | None) -> Draft:
    row = execute(
        work.connection,
        f"UPDATE {_table(work.workspace)} SET changes = changes || %s, version = version + 1"
        f" WHERE id = %s AND published_as IS NULL RETURNING {_COLUMNS}",
        [Jsonb({key_of((kind, name)): body}), draft],
    ).fetchone()
    if row is None:
        _refuse_published(_read(work.connection, work.workspace, draft))
    assert row is not None
    return Draft(*row)


def _refuse_published(draft: Draft) -> None:
    if draft.published_as is not None:
        raise DraftPublished(draft=draft.id, number=draft.published_as)


def _read(connection: Connection[Any], workspace: Workspace, draft: int) -> Draft:
    row = execute(connection, f"SELECT {_COLUMNS} FROM {_table(workspace)} WHERE id = %s", [draft]).fetchone()
    if row is None:
        raise DraftNotFound(draft=draft)
    return Draft(*row)


def _table(workspace: Workspace) -> str:
    return f"{quoted(workspace.schema)}.kernel_draft"
