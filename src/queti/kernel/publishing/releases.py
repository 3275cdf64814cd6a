"""Releases: manifests of content hashes, and the compiled model of each, kept per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from psycopg import Connection
from psycopg.types.json import Jsonb

from queti.kernel.definitions import Definition
from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Storage
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, Identity, body_of, hash_of, restore
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.merge import differences
from queti.kernel.publishing.shadows import Shadows

if TYPE_CHECKING:
    from queti.store.database import Database
    from queti.store.workspaces import Workspace

KEPT_MODELS = 4


class Manifest(TypedDict):
    """`effective` and `shipped`: "kind:name" → hash. The workspace's own changes are their difference.

    `apps` are versions, `sources` the fingerprints of the folders that were installed, for apps
    from files behind their origin and a colon. `moved` is what the last folder brought that was published.
    """

    apps: dict[str, str]
    effective: dict[str, str]
    shipped: dict[str, str]
    sources: dict[str, str]
    moved: NotRequired[dict[str, str]]
    shadows: NotRequired[Shadows]
    """Of a publication under way: what is computed beside the release before."""


@dataclass(frozen=True, slots=True)
class Release:
    number: int
    manifest: Manifest
    storage: Storage = field(repr=False)
    note: str = ""
    published_at: datetime | None = None
    published_by: int | None = None
    rolls_back_to: int | None = None
    proposers: tuple[int, ...] = ()
    """Who suggested what it brought."""


NOTHING = Release(0, Manifest(apps={}, effective={}, shipped={}, sources={}), {})
"""Before the first release."""


class ReleaseNotFound(Refusal):
    """There is no release {number}."""

    zh = "没有发布版本 {number}。"
    kind = "not_found"


def current_model(db: Database, workspace: Workspace, catalogue: Catalogue, number: int | None = None) -> Model:
    """The compiled release; without a number the newest that this process knows of.

    A Work compares its number and schema with the newest release of the database when it opens.
    """
    known = catalogue.models.get((db.dsn, workspace.schema), {})
    if number is None and known:
        return known[max(known)]
    with catalogue.lock:
        with db.connection() as connection:
            schema_id = schema_identity(connection, workspace.schema)
            known = _of_schema(catalogue.models.get((db.dsn, workspace.schema), {}), schema_id)
            if number in known:
                keep_model(db, workspace, catalogue, known[number])
                return known[number]
            release = read_release(connection, workspace.schema, number)
            definitions = read_definitions(connection, workspace.schema, release.manifest["effective"], catalogue)
        model = compile_model(
            release.number,
            workspace.schema,
            definitions,
            catalogue.apps.values(),
            storage=release.storage,
            previous=known[max(known)] if known else None,
            shadows=release.manifest.get("shadows"),
        )
        model.schema_id = schema_id
        keep_model(db, workspace, catalogue, model)
        return model


def _of_schema(known: Mapping[int, Model], schema_id: int) -> dict[int, Model]:
    """Without those of a workspace of the same name that is gone."""
    return {number: model for number, model in known.items() if model.schema_id == schema_id}


def schema_identity(connection: Connection[Any], schema: str) -> int:
    """Another one after the workspace was dropped and made or restored again; 0 when it isn't there."""
    found = execute(connection, "SELECT oid::bigint FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
    return found[0] if found else 0


def keep_model(db: Database, workspace: Workspace, catalogue: Catalogue, model: Model) -> None:
    """Known from now on. The mapping is replaced, never changed: others are reading it."""
    with catalogue.lock:
        known = catalogue.models.get((db.dsn, workspace.schema), {})
        known = {**_of_schema(known, model.schema_id), model.number: model}
        kept = sorted(known)[-KEPT_MODELS:]
        catalogue.models[db.dsn, workspace.schema] = {number: known[number] for number in {*kept, model.number}}


def forget_models(db: Database, workspace: Workspace, catalogue: Catalogue) -> None:
    """The workspace was dropped, restored or made anew."""
    catalogue.models.pop((db.dsn, workspace.schema), None)


_COLUMNS = "number, manifest, storage, note, published_at, published_by, rolls_back_to, proposers"


def newest_number(connection: Connection[Any], schema: str) -> int:
    found = execute(connection, f"SELECT max(number) FROM {quoted(schema)}.kernel_release").fetchone()
    return (found[0] if found else 0) or 0


def read_release(connection: Connection[Any], schema: str, number: int | None = None) -> Release:
    """The release of that number, the newest without one; ReleaseNotFound."""
    of = "ORDER BY number DESC LIMIT 1" if number is None else "WHERE number = %(number)s"
    found = execute(
        connection, f"SELECT {_COLUMNS} FROM {quoted(schema)}.kernel_release {of}", {"number": number}
    ).fetchone()
    if found is None and number:
        raise ReleaseNotFound(number=number)
    return Release(*found) if found else NOTHING


def list_releases(connection: Connection[Any], schema: str, limit: int = 100) -> list[Release]:
    """Newest first, without the steps between two."""
    rows = execute(
        connection,
        f"SELECT {_COLUMNS} FROM {quoted(schema)}.kernel_release WHERE NOT manifest ? 'shadows'"
        " ORDER BY number DESC LIMIT %s",
        [limit],
    )
    return [Release(*row) for row in rows.fetchall()]


def read_definitions(
    connection: Connection[Any], schema: str, hashes: Mapping[str, str], catalogue: Catalogue
) -> dict[Identity, Definition]:
    """The definitions of a manifest's part. Bodies are immutable by hash and kept by the catalogue."""
    missing = [hash for hash in hashes.values() if hash not in catalogue.bodies]
    if missing:
        rows = execute(
            connection,
            f"SELECT hash, kind, body FROM {quoted(schema)}.kernel_definition WHERE hash = ANY (%s)",
            [missing],
        )
        for hash, kind, body in rows.fetchall():
            catalogue.bodies[hash] = restore(kind, body)
    return {identity_of(key): catalogue.bodies[hash] for key, hash in hashes.items()}


def write_release(connection: Connection[Any], schema: str, release: Release, bodies: Bodies, plan: Any) -> None:
    """In the publishing transaction."""
    if bodies:
        execute(
            connection,
            f"INSERT INTO {quoted(schema)}.kernel_definition (hash, kind, name, body)"
            " SELECT hash, kind, name, body FROM jsonb_to_recordset(%s)"
            " AS new (hash text, kind text, name text, body jsonb) ON CONFLICT DO NOTHING",
            [Jsonb([{"hash": hash, **entry} for hash, entry in bodies.items()])],
        )
    execute(
        connection,
        f"INSERT INTO {quoted(schema)}.kernel_release"
        " (number, manifest, storage, plan, note, published_by, rolls_back_to, proposers)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            release.number,
            Jsonb(release.manifest),
            Jsonb(release.storage),
            Jsonb(plan),
            release.note,
            release.published_by,
            release.rolls_back_to,
            list(release.proposers),
        ],
    )


Bodies = dict[str, dict[str, Any]]
"""Hash → kind, name, body."""


def hashed(
    definitions: Mapping[Identity, Definition], catalogue: Catalogue, *known: Mapping[str, str]
) -> tuple[dict[str, str], Bodies]:
    """The manifest's part for these definitions, and the bodies behind its hashes.

    What equals the definition in one of the `known` parts keeps its hash, and its body isn't told: a hash
    names what is kept under it, however an earlier version of Queti came by it.
    """
    hashes: dict[str, str] = {}
    bodies: Bodies = {}
    for identity, definition in sorted(definitions.items()):
        kind, name = identity
        as_known = (part.get(key_of(identity), "") for part in known)
        if kept := next((each for each in as_known if catalogue.bodies.get(each) == definition), ""):
            hashes[key_of(identity)] = kept
            continue
        body = body_of(definition)
        hash = hash_of(kind, body)
        hashes[key_of(identity)] = hash
        bodies[hash] = {"kind": kind, "name": name, "body": body}
        catalogue.bodies.setdefault(hash, definition)
    return hashes, bodies


def key_of(identity: Identity) -> str:
    return ":".join(identity)


def identity_of(key: str) -> Identity:
    kind, _, name = key.partition(":")
    return kind, name


def compare(one: Mapping[Identity, Definition], other: Mapping[Identity, Definition]) -> list[dict[str, Any]]:
    """What differs, by kind, name and property; a definition made or gone has property ""."""
    found: list[dict[str, Any]] = []
    for kind, name in sorted(one.keys() | other.keys()):
        before, after = _body(one.get((kind, name))), _body(other.get((kind, name)))
        found += [
            {"kind": kind, "name": name, "property": place, "old": old, "new": new}
            for place, old, new in differences(before, after)
        ]
    return found


def _body(definition: Definition | None) -> Body | None:
    return None if definition is None else body_of(definition)


def compare_releases(
    connection: Connection[Any], schema: str, catalogue: Catalogue, one: int, other: int
) -> list[dict[str, Any]]:
    """`compare` of two published releases."""
    return compare(*differing(connection, schema, catalogue, one, other))


def differing(
    connection: Connection[Any], schema: str, catalogue: Catalogue, one: int, other: int
) -> tuple[dict[Identity, Definition], dict[Identity, Definition]]:
    """The definitions of each that are not the same in both."""
    before, after = (read_release(connection, schema, number).manifest["effective"] for number in (one, other))
    touched = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return (
        read_definitions(connection, schema, _only(before, touched), catalogue),
        read_definitions(connection, schema, _only(after, touched), catalogue),
    )


def _only(hashes: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    return {key: hashes[key] for key in keys if key in hashes}
