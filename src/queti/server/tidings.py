"""News between the processes of one server: who was signed out, whose rights changed.

Each process listens on one connection. A change is told in its own transaction
(`pg_notify` in our statement, not in a trigger), so it arrives within milliseconds of
the commit. The listener also asks the server for a sign of life each second and with
each piece of news: when none came for `STALE` seconds, or the connection broke, nothing
cached is believed and each request asks the database until the line stands again. So a
cached session can outlive its end by `STALE` seconds at the very worst, and costs no
statement otherwise.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable

import psycopg

from queti.kernel.news import CHANNEL
from queti.server.logs import logger

BEAT = 1.0
STALE = 3.0
log = logger("tidings")


def tell(connection: psycopg.Connection, what: str, key: str | int) -> None:
    """Tell all processes, at commit, that what they know of `what` `key` has ended."""
    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{what}:{key}"))


class Tidings:
    """Calls `hear(what, key)` for each piece of news, `forget()` when some may have been missed."""

    def __init__(self, dsn: str, hear: Callable[[str, str], None], forget: Callable[[], None]) -> None:
        self._dsn = dsn
        self._hear = hear
        self._forget = forget
        self._heard_at = float("-inf")
        self._closing = threading.Event()
        self._ear, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, name="queti-tidings", daemon=True)
        self._thread.start()

    @property
    def is_current(self) -> bool:
        return time.monotonic() - self._heard_at < STALE

    def close(self) -> None:
        self._closing.set()
        self._bell.close()
        self._thread.join(BEAT * 3)

    def _listen(self) -> None:
        with self._ear:
            while not self._closing.is_set():
                try:
                    with psycopg.connect(self._dsn, autocommit=True, connect_timeout=3) as connection:
                        self._follow(connection)
                except psycopg.Error as error:
                    log.warning("listening again", problem=str(error))
                self._heard_at = float("-inf")
                self._forget()
                self._closing.wait(BEAT / 2)

    def _follow(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._forget()
        with selectors.DefaultSelector() as either:
            either.register(connection, selectors.EVENT_READ)
            either.register(self._ear, selectors.EVENT_READ)
            while not self._closing.is_set():
                asked_at = time.monotonic()
                connection.execute("SELECT 1")
                self._heard_at = asked_at
                for notice in connection.notifies(timeout=0):
                    what, _, key = notice.payload.partition(":")
                    self._hear(what, key)
                either.select(BEAT)
