"""Which PostgreSQL this installation uses: its own choice, the embedded one, or the machine's."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg

from queti.store.binaries import OLDEST
from queti.store.embedded import Embedded
from queti.store.errors import UnusableDatabase
from queti.store.home import Home

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


@dataclass(slots=True)
class Server:
    """A running PostgreSQL with one database for us. Close it by `stop`, or use it as a context."""

    dsn: str
    version: int
    embedded: Embedded | None = None

    def stop(self) -> None:
        if self.embedded:
            self.embedded.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def open_server(home: Home, *, say: Callable[[str], None] = lambda _: None, unsafe_and_fast: bool = False) -> Server:
    """The server of `QUETI_DATABASE_URL`, else the embedded one of `home`, started when needed.

    Raises NoPostgres, OtherPostgresVersion, ServerDidNotStart, UnusableDatabase.
    """
    url = os.environ.get("QUETI_DATABASE_URL")
    if url:
        return Server(url, make_usable(url))
    embedded = Embedded(home, say=say, unsafe_and_fast=unsafe_and_fast)
    try:
        return Server(embedded.dsn, make_usable(embedded.dsn), embedded)
    except BaseException:
        embedded.stop()
        raise


def make_usable(dsn: str) -> int:
    """Add the extensions and make sure that Chinese can be searched; answers the major version.

    With the locale `C`, trigrams of Chinese are empty and search finds nothing, without any error.
    """
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            version = connection.info.server_version // 10_000
            if version < OLDEST:
                raise UnusableDatabase(reason=f"it is PostgreSQL {version}; {OLDEST} or newer is needed.")
            # Of two that create the same extension at once, one would fail.
            connection.execute("SELECT pg_advisory_lock(hashtextextended('queti.extensions', 0))")
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
            _assert_chinese(connection)
            return version
    except psycopg.Error as error:
        raise UnusableDatabase(reason=str(error).strip()) from error


def _assert_chinese(connection: psycopg.Connection) -> None:
    found = connection.execute("SELECT public.show_trgm('上海浦东') <> '{}', 'Ä上' ILIKE 'ä上'").fetchone()
    if found != (True, True):
        raise UnusableDatabase(
            reason="its locale can't search Chinese. Create it with LOCALE 'C.UTF-8' (or any UTF-8 locale) "
            "and TEMPLATE template0."
        )
