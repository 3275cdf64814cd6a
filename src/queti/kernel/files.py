"""Uploaded files: taken in, found through the field that shows them, swept when they were never attached."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from psycopg import sql

from queti.kernel.errors import RecordNotFound, Refusal
from queti.kernel.writing.attending import known_files
from queti.store.files import ARRIVING
from queti.store.workspaces import all_workspaces

if TYPE_CHECKING:
    from psycopg import Connection

    from queti.kernel.work import Work
    from queti.store.database import Database
    from queti.store.files import Files

LOOSE_FOR = timedelta(hours=24)
"""How long an upload waits to be attached."""
MOST_LOOSE = 2 * 1024**3
"""Bytes of one person's uploads that wait to be attached."""
_KEY = "hashtextextended('queti.file.' || {}, 0)"


class TooMuchUnattached(Refusal):
    """{gigabytes} GB of your uploads belong to no record yet; save the records that they are for, or try tomorrow."""

    zh = "您有 {gigabytes} GB 的上传文件尚未关联到任何记录，请先保存相应记录，或明天再试。"
    kind = "too_many"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as somebody may read it."""

    id: int
    name: str
    type: str
    size: int
    digest: str


def note(work: Work, digest: str, size: int, name: str, type: str) -> dict[str, Any]:
    """Note an upload, in a Work that ends before the content is kept: what a row names isn't swept.

    Answers the value that a field may hold once the content is kept. Raises TooMuchUnattached.
    """
    _refuse_hoards(work, size)
    lock = f"SELECT pg_advisory_xact_lock_shared({_KEY.format('$1::text')})"
    work.rows(lock, (f"{work.workspace.schema}/{digest}",))
    [id] = work.column(
        f"INSERT INTO {work.schema}.kernel_file (digest, name, type, size, uploaded_by, uploaded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        (digest, name, type, size, work.who.user, work.now),
    )
    return {"file": id, "name": name, "size": size, "type": type}


def _refuse_hoards(work: Work, size: int) -> None:
    [waiting] = work.column(
        f"SELECT coalesce(sum(size), 0)::bigint FROM {work.schema}.kernel_file"
        " WHERE uploaded_by = $1::bigint AND attached_at IS NULL AND uploaded_at > $2::timestamptz",
        (work.who.user, work.now - LOOSE_FOR),
    )
    if waiting + size > MOST_LOOSE:
        raise TooMuchUnattached(gigabytes=f"{waiting / 1024**3:.1f}")


def shown_file(work: Work, object: str, id: int, path: Sequence[str], file: int) -> Kept:
    """The file, if the person sees it in that field: `("photo",)`, of a line `("lines", "7", "photo")`.

    RecordNotFound where the record, the field or the file in it is out of sight.
    """
    values: Mapping[str, Any] = work.as_person.fetch(object, id)
    if len(path) == 3:
        lines = cast("Sequence[Mapping[str, Any]]", values.get(path[0]) or ())
        values = next((line for line in lines if str(line["id"]) == path[1]), dict[str, Any]())
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
            with db.connection() as connection, _alone(connection, f"{workspace.schema}/{digest}"):
                removed = sql.SQL(
                    "DELETE FROM {} WHERE digest = %s AND attached_at IS NULL AND uploaded_at < now() - %s"
                )
                gone += connection.execute(removed.format(table), [digest, LOOSE_FOR]).rowcount
                connection.commit()
                named = sql.SQL("SELECT 1 FROM {} WHERE digest = %s LIMIT 1").format(table)
                if not connection.execute(named, [digest]).fetchone():
                    files.forget(workspace.schema, digest)
    return gone


@contextmanager
def _alone(connection: Connection[Any], content: str) -> Generator[None]:
    """Nobody notes an upload of this content inside, over several transactions."""
    key = sql.SQL(_KEY.format("%s"))
    connection.execute(sql.SQL("SELECT pg_advisory_lock({})").format(key), [content])
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(sql.SQL("SELECT pg_advisory_unlock({})").format(key), [content])
