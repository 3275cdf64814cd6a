"""A server of its own to measure: throw-away home, embedded PostgreSQL that syncs, the real `serve`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import psutil
from psycopg.conninfo import make_conninfo

from bench import bulk
from bench.client import Client, Reply
from bench.company import PASSWORD, WORKSPACE, make_company, make_numbers
from bench.cpu import Cpu, Meter
from bench.report import middle
from bench.scale import Scale
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.store.database import Database
from queti.store.home import Home
from queti.store.server import Server, open_server

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


@dataclass
class Bench:
    """The running server, and what jobs need of it."""

    scale: Scale
    home: Path
    port: int
    database: Server
    platform: Platform
    process: psutil.Process
    meter: Meter
    _size: int = 0
    _clients: dict[str, Client] = field(default_factory=dict[str, Client])

    def signed_in(self, login: str, *, fresh: bool = False) -> Client:
        """That person's connection; `fresh`: another one."""
        if fresh or login not in self._clients:
            client = Client(self.port)
            client.sign_in(WORKSPACE, login, PASSWORD)
            if fresh:
                return client
            self._clients[login] = client
        return self._clients[login]

    def has_orders(self, size: int) -> None:
        """So many orders at least, made once."""
        if self._size < size:
            bulk.grow(self.superuser, size)
            self._size = size

    @property
    def superuser(self) -> str:
        return make_conninfo(self.database.dsn, user="postgres", password=Home(self.home).secret("postgres"))

    def find(self, object: str, where: str = "", fields: tuple[str, ...] = ("id",)) -> list[dict[str, object]]:
        found = self.platform.run(WORKSPACE, SYSTEM, lambda work: work.find(object, where, fields=fields))
        return [record.values for record in found]

    def cost(self, units: int, act: Callable[[int], Reply]) -> tuple[Cpu, float]:
        """CPU of one unit over `units` in a row, and the statements that a unit takes."""
        before = self.meter.read()
        statements = [act(number).statements for number in range(units)]
        return (self.meter.read() - before) / units, middle(statements)


@contextmanager
def a_bench(scale: Scale, say: Callable[[str], None]) -> Iterator[Bench]:
    """Everything is gone afterwards, the files too."""
    with a_home() as home:
        say("Setting up the company …")
        with open_server(Home(home)) as database:
            pool = Database(database.dsn, size=2)
            try:
                platform = make_company(pool)
                make_numbers(platform)
                port = free_port()
                with served(home, port, sys.executable, "-m", "bench.served", "serve", "--no-sample") as process:
                    assert database.embedded
                    postmaster = database.embedded.postmaster
                    assert postmaster
                    meter = Meter(process, postmaster.process)
                    yield Bench(scale, home, port, database, platform, process, meter)
            finally:
                pool.close()


@contextmanager
def a_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="queti-bench-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        place = (home / "database").resolve()
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def served(home: Path, port: int, *command: str, path: str = "/readyz") -> Iterator[psutil.Process]:
    """The command as a server of that home, once it answers `path`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUETI_")}
    environment |= {
        "QUETI_HOME": str(home),
        "QUETI_PORT": str(port),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    with (home / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        until_answered(port, path, process)
        yield psutil.Process(process.pid)
    except BaseException:
        last = (home / "serve.log").read_text(errors="replace")[-3000:]
        print(f"The server's last words:\n{last}", file=sys.stderr)
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def until_answered(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        client = Client(port)
        try:
            if client.get(path).status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.01)
        finally:
            client.close()
    raise RuntimeError("The server did not start; its words are in serve.log of its home.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
