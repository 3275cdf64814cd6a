"""One's own PostgreSQL by QUETI_DATABASE_URL keeps the same promises as the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from queti.store.binaries import all_binaries
from queti.store.database import Database
from queti.store.embedded import Embedded
from queti.store.errors import UnusableDatabase
from queti.store.home import Home
from queti.store.platform import prepare_platform
from queti.store.server import Server, make_usable, open_server
from queti.store.workspaces import all_workspaces, create_workspace, drop_workspace

VERSIONS = list(all_binaries())


@pytest.fixture(params=VERSIONS, ids=lambda each: f"PostgreSQL {each.version}")
def own(home: Home, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database somewhere else, that only its URL leads to."""
    embedded = Embedded(home, say=lambda _: None, binaries=request.param, unsafe_and_fast=True)
    monkeypatch.setenv("QUETI_DATABASE_URL", embedded.dsn)
    with open_server(Home("/nowhere")) as server:
        assert server.version == request.param.version
        database = Database(server.dsn)
        yield database
        database.close()
    embedded.stop()


def enter(connection: psycopg.Connection[Any], role: str) -> None:
    connection.execute("SELECT set_config('role', %s, true)", [role])


class TestOnesOwnServer:
    def test_has_workspaces_with_walls(self, own: Database) -> None:
        prepare_platform(own)
        one, two = create_workspace(own, "one"), create_workspace(own, "two")
        with own.connection() as connection:
            enter(connection, one.role)
            connection.execute("INSERT INTO w_one.kernel_counter VALUES ('n', '', 1)")
        for forbidden in ("SELECT FROM w_two.kernel_counter", "SELECT FROM platform.account",
                          "DELETE FROM w_one.kernel_event", "CREATE TABLE w_one.mine ()"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege), own.connection() as connection:
                enter(connection, one.role)
                connection.execute(forbidden)
        drop_workspace(own, "one")
        assert all_workspaces(own) == [two]

    def test_searches_chinese(self, own: Database) -> None:
        with own.connection() as connection:
            row = connection.execute("SELECT '上海浦东发展' ILIKE '%浦东%', show_trgm('上海') <> '{}'").fetchone()
        assert row == (True, True)


class TestAnUnusableDatabase:
    def test_without_chinese_search_is_refused(self, server: Server) -> None:
        with psycopg.connect(make_conninfo(server.dsn, dbname="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE without_chinese TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
        with pytest.raises(UnusableDatabase, match="Chinese"):
            make_usable(make_conninfo(server.dsn, dbname="without_chinese"))

    def test_that_is_not_there_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QUETI_DATABASE_URL", f"postgresql://queti@/queti?host={tmp_path}")
        with pytest.raises(UnusableDatabase, match="No such file"):
            open_server(Home(tmp_path))
