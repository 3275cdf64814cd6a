"""One process's way to one PostgreSQL database: a pool of connections, signed in as the owner."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool

PREPARE_AFTER = 2
"""A statement is prepared at its third execution on a connection."""
PREPARED_MAX = 500

SESSION = """
SELECT set_config('TimeZone', 'UTC', false), set_config('search_path', 'public', false),
       set_config('jit', 'off', false), set_config('DateStyle', 'ISO', false)
"""

_KWARGS: dict[str, Any] = {"prepare_threshold": PREPARE_AFTER, "application_name": "queti"}


class Database:
    """Connections to `dsn`. Every name in SQL carries its schema; `public` has only extensions."""

    def __init__(self, dsn: str, *, size: int = 16) -> None:
        self.dsn = dsn
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(
            dsn, min_size=1, max_size=size, open=True, configure=_configure, name="queti",
            kwargs=_KWARGS,
        )  # fmt: skip

    @contextmanager
    def connection(self) -> Generator[Connection[Any]]:
        """A connection in a transaction: committed at the end, rolled back by an exception."""
        with self._pool.connection() as connection:
            yield connection

    @contextmanager
    def owner(self) -> Generator[Connection[Any]]:
        """A connection that commits every statement, for DDL and CONCURRENTLY.

        It is none of the pool's: who holds one of those never waits for another.
        """
        with Connection.connect(self.dsn, autocommit=True, **_KWARGS) as connection:
            _configure(connection)
            yield connection

    def make_room(self, size: int) -> None:
        """The pool grows to so many connections, for that many threads; it never shrinks."""
        if size > self._pool.max_size:
            self._pool.resize(self._pool.min_size, size)

    def close(self) -> None:
        self._pool.close()


def _configure(connection: Connection[Any]) -> None:
    connection.prepared_max = PREPARED_MAX
    set_json_dumps(msgspec.json.encode, connection)
    set_json_loads(msgspec.json.decode, connection)
    connection.execute(SESSION)
    if not connection.autocommit:
        connection.commit()
