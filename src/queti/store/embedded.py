"""The supervisor of the embedded PostgreSQL.

All processes of one home share one server. The first to come starts it, the last to leave
stops it, and one that was killed is simply not there any more: whoever comes next finds
its server running and joins it, or finds it dead and lets it recover.
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from queti.store.binaries import Binaries, choose_binaries
from queti.store.cluster import PORT, Cluster, Postmaster
from queti.store.errors import ServerDidNotStart
from queti.store.home import Home, Presence
from queti.store.runner import choose_runner, place_of, reachable_binaries

OWNER = "queti"
STOP_SECONDS = 60
STRAYS_SECONDS = 1
WATCH_SECONDS = 2.0

Say = Callable[[str], None]


class Embedded:
    """This process's share in its home's server."""

    def __init__(
        self, home: Home, *, say: Say, binaries: Binaries | None = None, unsafe_and_fast: bool = False
    ) -> None:
        """`unsafe_and_fast` gives up crash safety; for tests only."""
        self._home = home
        self._say = say
        self._unsafe_and_fast = unsafe_and_fast
        self._child: subprocess.Popen[Any] | None = None
        self._leaving = threading.Event()
        with home.locked("server.lock"):
            runner = choose_runner()
            place = place_of(home, runner)
            chosen = binaries or choose_binaries(place / "data")
            self._cluster = Cluster(place, reachable_binaries(chosen, runner), runner)
            self._presence = Presence(home)
            try:
                self._start()
            except BaseException:
                self._leave()
                raise

    @property
    def version(self) -> int:
        return self._cluster.binaries.version

    @property
    def dsn(self) -> str:
        return self._dsn(OWNER, "database", OWNER)

    @property
    def postmaster(self) -> Postmaster | None:
        return self._cluster.postmaster()

    def stop(self) -> None:
        """Leave; the last one stops the server, in order."""
        self._leaving.set()
        with self._home.locked("server.lock"):
            self._leave()

    def _leave(self) -> None:
        if self._presence.leave():
            self._shut_down()

    def keep_running(self) -> None:
        """Watch from a thread: a server that died is started again, and recovers what was committed."""
        threading.Thread(target=self._watch, name="queti-postgres-watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._leaving.wait(WATCH_SECONDS):
            if self._cluster.postmaster() is None:
                self._start_again()

    def _start_again(self) -> None:
        with self._home.locked("server.lock"):
            if not self._leaving.is_set():
                try:
                    self._start()
                except (ServerDidNotStart, psycopg.Error) as problem:
                    self._say(str(problem))

    def _start(self) -> None:
        if self._cluster.postmaster() is None:
            if not self._cluster.data.exists():
                self._say("Preparing the database for the first time …")
                self._cluster.initialise(self._home.secret("postgres"))
            self._clear_remains()
            self._cluster.configure(unsafe_and_fast=self._unsafe_and_fast)
            self._child = self._cluster.spawn()
        else:
            self._child = None
        self._wait_until_ready()
        self._ensure_owner()

    def _clear_remains(self) -> None:
        """After a killed postmaster: end its children, which hold its shared memory, and its lock files.

        PostgreSQL takes a pid that another process (or a zombie) has now for a running
        server, so the files go once nothing of the server is left.
        """
        strays = self._cluster.strays()
        _, alive = psutil.wait_procs(strays, timeout=STRAYS_SECONDS)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=STRAYS_SECONDS)
        self._cluster.clear_locks()

    def _wait_until_ready(self) -> None:
        """Recovery takes what it takes; only a server that ended is a failure."""
        started = last_said = time.monotonic()
        while not ((postmaster := self._cluster.postmaster()) and postmaster.is_ready):
            gone = self._child.poll() is not None if self._child else postmaster is None
            if gone:
                cluster = self._cluster
                raise ServerDidNotStart(place=cluster.place, log=cluster.log, tail=cluster.tail_of_log())
            if time.monotonic() - last_said > 3:
                last_said = time.monotonic()
                self._say(f"PostgreSQL is starting or recovering … {last_said - started:.0f} s")
            time.sleep(0.02)

    def _ensure_owner(self) -> None:
        """The role that owns everything, not a superuser, and its database."""
        password = self._home.secret("database")
        with psycopg.connect(self._dsn("postgres", "postgres", "postgres"), autocommit=True) as connection:
            owner, database = sql.Identifier(OWNER), sql.Identifier(OWNER)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                create = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}")
                connection.execute(create.format(owner, sql.Literal(password)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))

    def _shut_down(self) -> None:
        postmaster = self._cluster.postmaster()
        if postmaster is None:
            return
        for act in (signal.SIGINT, signal.SIGQUIT):  # fast, then at once
            postmaster.process.send_signal(act)
            if self._ended(postmaster.process):
                return
        postmaster.process.kill()

    def _ended(self, process: psutil.Process) -> bool:
        end = time.monotonic() + STOP_SECONDS
        while self._cluster.runs(process) and time.monotonic() < end:
            time.sleep(0.01)
        if self._child:
            self._child.poll()
        return not self._cluster.runs(process)

    def _dsn(self, user: str, secret: str, database: str) -> str:
        postmaster = self._cluster.postmaster()
        return make_conninfo(
            host=postmaster.socket_folder if postmaster else str(self._cluster.place / "socket"),
            port=PORT, user=user, password=self._home.secret(secret), dbname=database,
        )  # fmt: skip
