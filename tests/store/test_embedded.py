"""The embedded server survives what people and machines do to it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from queti.store.binaries import all_binaries
from queti.store.embedded import Embedded
from queti.store.errors import OtherPostgresVersion, ServerDidNotStart
from queti.store.home import Home

VERSIONS = list(all_binaries())
SETTINGS = """
SELECT current_setting('data_checksums'), current_setting('listen_addresses'), rolsuper, current_setting('fsync')
FROM pg_roles WHERE rolname = current_user
"""
OTHER_PROCESS = """
import sys, threading
from queti.store.embedded import Embedded
from queti.store.home import Home
embedded = Embedded(Home(sys.argv[1]), say=print)
print(embedded.postmaster.process.pid, flush=True)
threading.Event().wait()
"""


def start(home: Home) -> Embedded:
    return Embedded(home, say=lambda _: None)


def eventually(is_so: Callable[[], object], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    moment = threading.Event()
    while not is_so():
        assert time.monotonic() < end, "it never happened"
        moment.wait(0.02)


def query(embedded: Embedded, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(embedded.dsn) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def kill(embedded: Embedded) -> None:
    assert embedded.postmaster
    process = embedded.postmaster.process
    process.kill()
    eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    "binaries", VERSIONS, ids=lambda each: f"{'wheel' if each.bundled else 'machine'} {each.version}"
)
class TestEveryVersion:
    def test_starts_stops_and_keeps_its_data(self, home: Home, binaries) -> None:
        server = Embedded(home, say=lambda _: None, binaries=binaries)
        query(server, "CREATE TABLE kept AS SELECT '港湾' AS name")
        server.stop()
        assert server.postmaster is None

        again = start(home)
        assert again.version == binaries.version
        assert query(again, "SELECT name FROM kept") == [("港湾",)]
        again.stop()

    def test_is_checksummed_scrammed_and_alone(self, home: Home, binaries) -> None:
        server = Embedded(home, say=lambda _: None, binaries=binaries)
        settings = query(server, SETTINGS)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn, password="guess")
        server.stop()
        assert settings == [("on", "", False, "on")]

    def test_recovers_from_kill_9(self, home: Home, binaries) -> None:
        server = Embedded(home, say=lambda _: None, binaries=binaries)
        query(server, "CREATE TABLE entry (n int)")
        query(server, "INSERT INTO entry SELECT generate_series(1, 1000)")
        unfinished = psycopg.connect(server.dsn)
        unfinished.execute("INSERT INTO entry VALUES (-1)")
        kill(server)

        again = start(home)
        assert query(again, "SELECT count(*), min(n) FROM entry") == [(1000, 1)]
        again.stop()
        server.stop()
        assert server.postmaster is None


class TestSeveralProcesses:
    def test_share_one_server_and_the_last_one_stops_it(self, home: Home) -> None:
        first, second = start(home), start(home)
        assert first.postmaster
        assert second.postmaster == first.postmaster
        first.stop()
        assert query(second, "SELECT 1") == [(1,)]
        second.stop()
        assert second.postmaster is None

    def test_that_start_together_start_one_server(self, home: Home) -> None:
        servers: list[Embedded] = []
        threads = [threading.Thread(target=lambda: servers.append(start(home))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({each.postmaster for each in servers}) == 1
        for each in servers:
            each.stop()
        assert servers[0].postmaster is None

    def test_find_the_server_of_one_that_was_killed(self, home: Home) -> None:
        command = [sys.executable, "-c", OTHER_PROCESS, str(home.path)]
        environment = os.environ | {"PYTHONPATH": "src"}
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        pid = int(_first_number(other))
        other.kill()
        other.wait()

        server = start(home)
        assert server.postmaster
        assert server.postmaster.process.pid == pid
        server.stop()
        assert server.postmaster is None


def _first_number(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return next(line for line in process.stdout if line.strip().isdigit())


class TestRemains:
    def test_a_busy_child_of_a_killed_postmaster_is_ended(self, home: Home) -> None:
        server = start(home)
        query(server, "CREATE TABLE entry (n int)")
        busy = threading.Thread(target=_count_for_long, args=[server.dsn])
        busy.start()
        eventually(lambda: query(server, "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND"
                                         " state = 'active' AND pid <> pg_backend_pid()"))  # fmt: skip
        kill(server)

        again = start(home)
        assert query(again, "SELECT count(*) FROM entry") == [(0,)]
        busy.join()
        again.stop()
        server.stop()

    def test_a_pid_file_of_another_process_is_no_server(self, home: Home) -> None:
        server = start(home)
        kill(server)
        pid_file = home.database / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

        again = start(home)
        assert query(again, "SELECT 1") == [(1,)]
        again.stop()
        server.stop()

    def test_a_first_start_that_was_cut_off_begins_anew(self, home: Home) -> None:
        start(home).stop()
        (home.database / "data").rename(home.database / "data.new")
        server = start(home)
        assert query(server, "SELECT 1") == [(1,)]
        server.stop()

    def test_a_dead_server_is_started_again_while_it_is_watched(self, home: Home) -> None:
        server = start(home)
        query(server, "CREATE TABLE entry AS SELECT 1 AS n")
        server.keep_running()
        kill(server)
        eventually(lambda: server.postmaster and server.postmaster.is_ready)
        assert query(server, "SELECT n FROM entry") == [(1,)]
        server.stop()
        assert server.postmaster is None


class TestPlaces:
    def test_a_home_that_the_server_cannot_enter_still_works(self, folder: Path) -> None:
        private = folder / "private"
        private.mkdir(mode=0o700)
        server = start(Home(private / "home"))
        assert query(server, "SELECT 1") == [(1,)]
        server.stop()
        assert private.stat().st_mode & 0o777 == 0o700

    def test_a_long_path_gets_its_socket_elsewhere(self, folder: Path) -> None:
        deep = folder / ("long" * 20)
        deep.mkdir()
        deep.chmod(0o711)
        server = start(Home(deep / "home"))
        assert query(server, "SELECT 1") == [(1,)]
        server.stop()

    def test_secrets_are_for_their_owner_alone(self, home: Home) -> None:
        assert home.secret("database") == home.secret("database") != home.secret("postgres")
        assert (home.path / "secrets" / "database").stat().st_mode & 0o777 == 0o600
        assert (home.path / "secrets").stat().st_mode & 0o777 == 0o700


class TestWhatCannotStart:
    def test_says_the_end_of_the_log(self, home: Home) -> None:
        server = start(home)
        server.stop()
        (home.database / "data" / "global" / "pg_control").unlink()
        with pytest.raises(ServerDidNotStart, match="pg_control"):
            start(home)

    def test_says_which_version_wrote_the_data(self, home: Home) -> None:
        server = start(home)
        server.stop()
        (home.database / "data" / "PG_VERSION").write_text("12")
        with pytest.raises(OtherPostgresVersion, match="written by PostgreSQL 12"):
            start(home)


def _count_for_long(dsn: str) -> None:
    with pytest.raises(psycopg.OperationalError), psycopg.connect(dsn) as connection:
        connection.execute("SELECT count(*) FROM generate_series(1, 3000000000)")
