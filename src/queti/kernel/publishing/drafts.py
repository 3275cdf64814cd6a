"""Drafts: changes to a release that nobody else sees until they are published.

A draft holds whole definitions (or null for a removed one) and the release that it is
based on. It belongs to its maker, who may share it with the other builders; those that
somebody suggested are shared from the start. What publishing makes of it: `proposing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.definitions import KINDS, Definition
from queti.kernel.errors import FieldProblem, Refusal, WrongInput
from queti.kernel.names import unknown
from queti.kernel.publishing.canonical import Body, Identity, body_of, canonical, decode, identity
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.releases import key_of, newest_number, read_definitions, read_release

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.store.workspaces import Workspace


class DraftNotFound(Refusal):
    """There is no draft {draft}."""

    zh = "没有草稿 {draft}。"
    kind = "not_found"


class DraftPublished(Refusal):
    """Draft {draft} was published as release {number}; start a new one."""

    zh = "草稿 {draft} 已发布为版本 {number}，请新建草稿。"
    kind = "conflict"


class DraftChanged(Refusal):
    """Draft {draft} has been changed since you loaded it (it is at version {version} now); load it again."""

    zh = "草稿 {draft} 在您打开之后已被修改（现为第 {version} 版），请重新载入。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Draft:
    """`changes`: "kind:name" → body, or None for a definition that is removed.

    `touched` says at which version of the draft each of them was last written, `proposers`
    who suggested what is in it.
    """

    id: int
    base: int
    changes: dict[str, Body | None]
    note: str
    created_by: int | None
    created_at: datetime
    version: int
    published_as: int | None
    title: str
    is_shared: bool
    changed_at: datetime
    touched: Mapping[str, int]
    proposers: list[int]
    suggestion: Mapping[str, Any] | None
    declined_at: datetime | None
    reply: str
    merged_into: int | None

    @property
    def is_open(self) -> bool:
        return self.published_as is None and self.declined_at is None


@dataclass(frozen=True, slots=True)
class Change:
    """A definition to be written into a draft; without a body it is removed."""

    kind: str
    name: str
    body: Mapping[str, Any] | None


_COLUMNS = (
    "id, base, changes, note, created_by, created_at, version, published_as, title, is_shared, changed_at, touched,"
    " proposers, suggestion, declined_at, reply, merged_into"
)
_OPEN = "published_as IS NULL AND declined_at IS NULL"
_SEEN = "(is_shared OR created_by IS NOT DISTINCT FROM %(who)s OR %(who)s::bigint IS NULL)"


def create_draft(
    work: Work,
    from_: int | None = None,
    note: str = "",
    *,
    title: str = "",
    is_shared: bool = False,
    suggestion: Mapping[str, Any] | None = None,
) -> Draft:
    """A draft upon release `from_`, the newest without one."""
    base = from_ or newest_number(work.connection, work.workspace.schema)
    read_release(work.connection, work.workspace.schema, base)
    proposers = [work.who.user] if suggestion and work.who.user is not None else []
    row = execute(
        work.connection,
        f"INSERT INTO {draft_table(work.workspace)} (base, note, created_by, title, is_shared, proposers, suggestion)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
        [base, note, work.who.user, title, is_shared, proposers, Jsonb(suggestion) if suggestion else None],
    ).fetchone()
    return _made(row)


def list_drafts(work: Work) -> list[Draft]:
    """Those not published that the person may open, newest first."""
    return select_drafts(work, f"{_OPEN} AND {_SEEN}")


def select_drafts(work: Work, condition: str) -> list[Draft]:
    """Newest first; `condition` may use the person's id as `%(who)s`."""
    rows = execute(
        work.connection,
        f"SELECT {_COLUMNS} FROM {draft_table(work.workspace)} WHERE {condition} ORDER BY id DESC LIMIT 200",
        {"who": work.who.user},
    )
    return [_made(row) for row in rows.fetchall()]


def find_draft(work: Work, draft: int, *, own: bool = False) -> Draft:
    """DraftNotFound where there is none, or another builder keeps it to themselves; `own`: or somebody else made it."""
    found = _opened(work, draft, "")
    if own and found.created_by != work.who.user:
        raise DraftNotFound(draft=draft)
    return found


def describe_draft(
    work: Work, draft: int, *, title: str | None = None, note: str | None = None, is_shared: bool | None = None
) -> Draft:
    """Another title or note, shared or not; what isn't given stays."""
    refuse_closed(_opened(work, draft, "FOR UPDATE"))
    row = execute(
        work.connection,
        f"UPDATE {draft_table(work.workspace)} SET title = coalesce(%s, title), note = coalesce(%s, note),"
        f" is_shared = coalesce(%s, is_shared) WHERE id = %s RETURNING {_COLUMNS}",
        [title, note, is_shared, draft],
    ).fetchone()
    return _made(row)


def discard_draft(work: Work, draft: int) -> None:
    """The draft is gone. One that somebody suggested is declined instead: see `suggestions`."""
    refuse_closed(_opened(work, draft, "FOR UPDATE"))
    execute(work.connection, f"DELETE FROM {draft_table(work.workspace)} WHERE id = %s", [draft])


def put_definition(work: Work, draft: int, kind: str, name: str, body: Mapping[str, Any]) -> Draft:
    """Set one definition of the draft: the YAML's JSON form. WrongInput names what doesn't fit."""
    return change_draft(work, draft, [Change(kind, name, body)])


def remove_definition(work: Work, draft: int, kind: str, name: str) -> Draft:
    """The draft removes that definition; its data retires when it is published."""
    return change_draft(work, draft, [Change(kind, name, None)])


def change_draft(work: Work, draft: int, changes: Iterable[Change], version: int | None = None) -> Draft:
    """Write these definitions, all or none; what is again as in the base is no change any more.

    DraftChanged when the draft is not at `version`, naming what was written since.
    """
    bodies = {key_of((each.kind, each.name)): _body_of(each) for each in changes}
    known = _opened(work, draft, "FOR UPDATE")
    refuse_closed(known)
    if version is not None and version != known.version:
        raise changed(known, version)
    base = _base_bodies(work, known, bodies)
    merged = known.changes | bodies
    return write_changes(
        work.connection,
        work.workspace,
        known,
        {key: body for key, body in merged.items() if key not in bodies or base.get(key) != body},
        bodies,
    )


def _base_bodies(work: Work, draft: Draft, keys: Iterable[str]) -> dict[str, Body]:
    """What the draft's base has of these."""
    schema = work.workspace.schema
    effective = read_release(work.connection, schema, draft.base).manifest["effective"]
    wanted = {key: effective[key] for key in keys if key in effective}
    found = read_definitions(work.connection, schema, wanted, work.platform.catalogue)
    return {key_of(identity): body_of(definition) for identity, definition in found.items()}


def write_changes(
    connection: Connection[Any],
    workspace: Workspace,
    draft: Draft,
    changes: Mapping[str, Body | None],
    touched: Iterable[str],
    *,
    base: int | None = None,
    proposers: Iterable[int] = (),
) -> Draft:
    """The draft at its next version, with these changes."""
    version = draft.version + 1
    row = execute(
        connection,
        f"UPDATE {draft_table(workspace)} SET changes = %s, touched = %s, version = %s, base = %s, proposers = %s,"
        f" changed_at = now() WHERE id = %s RETURNING {_COLUMNS}",
        [
            Jsonb(dict(changes)),
            Jsonb({**draft.touched, **dict.fromkeys(touched, version)}),
            version,
            base or draft.base,
            list(dict.fromkeys([*draft.proposers, *proposers])),
            draft.id,
        ],
    ).fetchone()
    return _made(row)


def note_merged(work: Work, draft: Draft, into: int) -> None:
    """The draft's changes are in another one now, and share its fate."""
    execute(
        work.connection,
        f"UPDATE {draft_table(work.workspace)} SET merged_into = %s WHERE id = %s",
        [into, draft.id],
    )


def _body_of(change: Change) -> Body | None:
    if change.kind not in KINDS:
        raise unknown({"en": "kind of definition", "zh": "定义类型"}, change.kind, KINDS)
    return None if change.body is None else body_of(read_definition(change.kind, change.name, change.body))


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


def changed(draft: Draft, version: int) -> DraftChanged:
    """The refusal that names what was written since `version`."""
    newer = sorted(key.replace(":", "/", 1) for key, at in draft.touched.items() if at > version)
    said = "Somebody changed this in the draft.", "其他人已在草稿中修改。"
    return DraftChanged(
        draft=draft.id, version=draft.version, fields=[FieldProblem(key, "changed", *said) for key in newer]
    )


def refuse_closed(draft: Draft) -> None:
    if draft.published_as is not None:
        raise DraftPublished(draft=draft.id, number=draft.published_as)
    if draft.declined_at is not None:
        raise DraftNotFound(draft=draft.id)


def _opened(work: Work, draft: int, ending: str) -> Draft:
    row = execute(
        work.connection,
        f"SELECT {_COLUMNS} FROM {draft_table(work.workspace)} WHERE id = %(draft)s AND {_SEEN} {ending}",
        {"draft": draft, "who": work.who.user},
    ).fetchone()
    if row is None:
        raise DraftNotFound(draft=draft)
    return _made(row)


def read_draft(connection: Connection[Any], schema: str, draft: int) -> Draft:
    """Whoever's it is: for the owner's connection."""
    table = f"{quoted(schema)}.kernel_draft"
    row = execute(connection, f"SELECT {_COLUMNS} FROM {table} WHERE id = %s", [draft]).fetchone()
    if row is None:
        raise DraftNotFound(draft=draft)
    return _made(row)


def identities(draft: Draft) -> Iterable[tuple[Identity, Body | None]]:
    for key, body in draft.changes.items():
        kind, _, name = key.partition(":")
        yield (kind, name), body and canonical(kind, body)


def _made(row: tuple[Any, ...] | None) -> Draft:
    assert row is not None
    return Draft(*row)


def draft_table(workspace: Workspace) -> str:
    return f"{quoted(workspace.schema)}.kernel_draft"
