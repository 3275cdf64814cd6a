"""One process that serves HTTP and, unless told otherwise, works the queue as well."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from queti.kernel.platform import Platform
from queti.server import memory
from queti.server.app import make_door
from queti.server.door import Door
from queti.server.logs import logger, start_logs
from queti.server.settings import Settings
from queti.store.home import Home

if TYPE_CHECKING:
    from queti.jobs.worker import Worker

log = logger("serve")
STOP_PATIENCE = 10


def serve(
    platform: Platform,
    home: Home,
    *,
    host: str = "127.0.0.1",
    port: int = 8700,
    worker: bool = True,
    settings: Settings | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `ready(address)` is called once requests are taken.

    Raises OSError when the port is taken.
    """
    settings = settings or Settings.from_environment(host=host, port=port)
    start_logs(settings.log_format, home.log)
    refuse_taken(host, port)
    memory.settle_in()
    door = make_door(platform, settings, home.backups)
    jobs = LateWorker(door)

    def answering(address: str) -> None:
        if ready is not None:
            ready(address)
        if worker:
            jobs.start()

    try:
        asyncio.run(_until_stopped(lambda told: run_door(door, answering, told)))
    finally:
        door.close()
        jobs.stop()


class LateWorker:
    """A worker that is only loaded once the server answers people."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._worker: Worker | None = None
        self._starting = threading.Thread(target=self._start, name="queti-worker-start", daemon=True)

    def start(self) -> None:
        self._starting.start()

    def _start(self) -> None:
        from queti.jobs.worker import Worker, standard_runs

        platform = self._door.platform
        self._worker = Worker(
            platform.db, standard_runs(platform), self._door.metrics.note_job, platform.files, platform.home.cache
        )
        self._worker.start()

    def stop(self) -> None:
        if self._starting.ident is not None:
            self._starting.join(STOP_PATIENCE)
        if self._worker is not None:
            self._worker.stop(STOP_PATIENCE)


def work(platform: Platform, home: Home) -> None:
    """Work the queue until SIGINT or SIGTERM, without HTTP."""
    from queti.jobs.worker import Worker, standard_runs

    settings = Settings.from_environment()
    start_logs(settings.log_format, home.log)
    jobs = Worker(platform.db, standard_runs(platform), files=platform.files, cache=platform.home.cache)
    jobs.start()
    try:
        asyncio.run(_until_stopped(asyncio.Event.wait))
    finally:
        jobs.stop(STOP_PATIENCE)


async def run_door(door: Door, ready: Callable[[str], None], told: asyncio.Event) -> None:
    """Take requests until `told`, then answer those that have begun and end the streams."""
    settings = door.settings
    server = Server(
        door,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=20_000),
        websockets=False,
        backlog=1024,
        backpressure=256,
        log_enabled=False,
        log_level=LogLevels.error,
    )
    server.workers_kill_timeout = STOP_PATIENCE
    serving = asyncio.ensure_future(server.serve())
    around = [asyncio.ensure_future(_announce(settings, ready)), asyncio.ensure_future(told.wait())]
    await asyncio.wait([serving, around[1]], return_when=asyncio.FIRST_COMPLETED)
    door.is_ready = False
    door.streams.close()
    if not serving.done():
        server.stop()
    await asyncio.wait_for(serving, STOP_PATIENCE)
    for task in around:
        task.cancel()


async def _announce(settings: Settings, ready: Callable[[str], None]) -> None:
    """Say so when the first connection is accepted."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.close()
            break
        await asyncio.sleep(0.02)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    ready(settings.public_url or f"http://{shown}:{settings.port}")


async def _until_stopped(act: Callable[[asyncio.Event], Coroutine[Any, Any, Any]]) -> None:
    """Run `act` with an event that SIGINT and SIGTERM set."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await act(told)


def refuse_taken(host: str, port: int) -> None:
    """Granian shares ports; two servers on one would answer in turns. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
