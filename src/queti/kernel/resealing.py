"""A new key for encrypted fields, and everything sealed anew by it, a few values at a time.

Each batch is a transaction, and each value tells its key: after a crash, and while people
work, all values can be read, and the next call goes on where the last one ended. The
older keys stay, for backups that were made before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.publish import publishing
from queti.kernel.publishing.releases import read_release
from queti.kernel.writing.attending import sealed_at
from queti.store.keys import KeyLost
from queti.store.workspaces import Workspace, all_workspaces

if TYPE_CHECKING:
    from psycopg import Connection

    from queti.kernel.platform import Platform

AT_ONCE = 500
_MARK = "/* encrypted */"
_STALE = "split_part({column}, ':', 1) <> %(newest)s"


@dataclass(slots=True)
class Rotated:
    """`key` seals everything now; `unread` values are of a key that is lost, and stayed as they were."""

    key: str
    sealed: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class _Column:
    """Where sealed values stand: of a field, or out of use until one comes back to it."""

    table: str
    name: str
    place: str


def rotate_keys(platform: Platform) -> Rotated:
    """Begin a new key, or go on with one that was begun, and seal everything anew."""
    keys = platform.keys
    done = Rotated(keys.newest() if any(_stale(platform)) else keys.rotate())
    for workspace in all_workspaces(platform.db):
        with publishing(platform.db, workspace):
            for column in _columns(platform, workspace):
                _reseal(platform, column, done)
    return done


def _stale(platform: Platform) -> Iterator[bool]:
    """For each column: does it hold values of an older key than the newest, which that key opens?"""
    for workspace in all_workspaces(platform.db):
        for column in _columns(platform, workspace):
            with platform.db.connection() as connection:
                found = _batch(connection, column, platform.keys.newest(), 0)
            yield any(_opened(platform, sealed, column.place) is not None for _, sealed in found)


def _columns(platform: Platform, workspace: Workspace) -> Iterator[_Column]:
    with platform.db.connection() as connection:
        storage = read_release(connection, workspace.schema).storage
    for object, kept in storage.items():
        table = f"{quoted(workspace.schema)}.{quoted(kept['table'])}"
        types = {**dict(kept["columns"].values()), **{column: type for column, (_, type) in kept["retired"].items()}}
        for column, type in types.items():
            if type.endswith(_MARK):
                yield _Column(table, quoted(column), sealed_at(object, column))


def _reseal(platform: Platform, column: _Column, done: Rotated) -> None:
    after = 0
    while True:
        with platform.db.connection() as connection:
            found = _batch(connection, column, done.key, after)
            if not found:
                return
            opened = {id: _opened(platform, sealed, column.place) for id, sealed in found}
            anew = {id: platform.keys.seal(text, column.place) for id, text in opened.items() if text is not None}
            execute(
                connection,
                f"UPDATE {column.table} AS t SET {column.name} = anew.sealed"
                " FROM unnest(%s::bigint[], %s::text[]) AS anew (id, sealed) WHERE t.id = anew.id",
                [list(anew), list(anew.values())],
            )
        after = found[-1][0]
        done.sealed += len(anew)
        done.unread += len(found) - len(anew)


def _batch(connection: Connection[Any], column: _Column, newest: str, after: int) -> list[tuple[int, str]]:
    return execute(
        connection,
        f"SELECT id, {column.name} FROM {column.table} WHERE id > %(after)s AND {_STALE.format(column=column.name)}"
        f" ORDER BY id LIMIT {AT_ONCE} FOR UPDATE",
        {"after": after, "newest": newest},
    ).fetchall()


def _opened(platform: Platform, sealed: str, place: str) -> str | None:
    """None where the key is lost."""
    try:
        return platform.keys.open(sealed, place)
    except KeyLost:
        return None
