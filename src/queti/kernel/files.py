"""Uploaded files: taken in, found through the field that shows them, swept when they were never attached."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from psycopg import sql

from queti.kernel.errors import RecordNotFound
from queti.kernel.writing.attending import known_files
from queti.store.files import ARRIVING
from queti.store.workspaces import all_workspaces

if TYPE_CHECKING:
    from pathlib import Path

    from queti.kernel.work import Work
    from queti.store.database import Database
    from queti.store.files import Files

LOOSE_FOR = timedelta(hours=24)
"""How long an upload waits to be attached."""
_LOCK = "pg_advisory_xact_lock{}(hashtextextended('queti.file.' || {}, 0))"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as somebody may read it."""

    id: int
    name: str
    type: str
    size: int
    digest: str


def take(work: Work, source: Path, digest: str, size: int, name: str, type: str) -> dict[str, Any]:
    """Keep the content and note the upload; the value that a field may hold from now on."""
    schema = work.workspace.schema
    work.rows(f"SELECT {_LOCK.format('_shared', '$1::text')}", (f"{schema}/{digest}",))
    work.platform.files.keep(schema, digest, source)
    [id] = work.column(
        f"INSERT INTO {work.schema}.kernel_file (digest, name, type, size, uploaded_by, uploaded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        (digest, name, type, size, work.who.user, work.now),
    )
    return {"file": id, "name": name, "size": size, "type": type}


def shown_file(work: Work, object: str, id: int, path: Sequence[str], file: int) -> Kept:
    """The file, if the person sees it in that field: `("photo",)`, of a line `("lines", "7", "photo")`.

    RecordNotFound where the record, the field or the file in it is out of sight.
    """
    values: Mapping[str, Any] = work.as_person.fetch(object, id)
    if len(path) == 3:
        lines = cast("Sequence[Mapping[str, Any]]", values.get(path[0]) or ())
        values = next((line for line in lines if str(line["id"]) == path[1]), {})
    value = values.get(path[-1])
    named: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not any(isinstance(each, dict) and cast("Mapping[str, Any]", each).get("file") == file for each in named):
        raise not_found(file)
    return kept_file(work, file)


def kept_file(work: Work, file: int) -> Kept:
    """An upload by its id, whoever asks."""
    found = known_files(work, [file])
    if file not in found:
        raise not_found(file)
    known = found[file]
    return Kept(file, known["name"], known["type"], known["size"], known["digest"])


def not_found(file: int) -> RecordNotFound:
    return RecordNotFound(what={"en": "file", "zh": "文件"}, id=file)


def sweep(db: Database, files: Files) -> int:
    """Remove uploads that were never attached, and contents that nothing names any more; how many went.

    What was on its way when its process died goes as well.
    """
    gone = 0
    for left in files.inbox.glob(f"{ARRIVING}*"):
        if left.stat().st_mtime < time.time() - LOOSE_FOR.total_seconds():
            left.unlink(missing_ok=True)
    for workspace in all_workspaces(db):
        table = sql.SQL("{}.kernel_file").format(sql.Identifier(workspace.schema))
        loose = sql.SQL("SELECT DISTINCT digest FROM {} WHERE attached_at IS NULL AND uploaded_at < now() - %s")
        with db.connection() as connection:
            digests = [digest for [digest] in connection.execute(loose.format(table), [LOOSE_FOR])]
        for digest in digests:
            with db.connection() as connection:
                connection.execute(f"SELECT {_LOCK.format('', '%s')}", [f"{workspace.schema}/{digest}"])  # pyright: ignore[reportArgumentType]
                removed = sql.SQL(
                    "DELETE FROM {} WHERE digest = %s AND attached_at IS NULL AND uploaded_at < now() - %s"
                )
                gone += connection.execute(removed.format(table), [digest, LOOSE_FOR]).rowcount
                named = sql.SQL("SELECT 1 FROM {} WHERE digest = %s LIMIT 1").format(table)
                if not connection.execute(named, [digest]).fetchone():
                    files.forget(workspace.schema, digest)
    return gone
