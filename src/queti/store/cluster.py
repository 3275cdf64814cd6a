"""The files of one PostgreSQL cluster: made by initdb, configured, and what its pid file tells."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from queti.store.binaries import Binaries
from queti.store.errors import ServerDidNotStart
from queti.store.runner import Runner

PORT = 5432
LONGEST_SOCKET_PATH = 80
"""Folders; the system's limit for the whole name is about 104."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One database folder: `data` beside `socket`, `log` of the server's own words."""

    place: Path
    binaries: Binaries
    runner: Runner

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "server.log"

    def initialise(self, superuser_password: str) -> None:
        """Make the data folder, whole or not at all."""
        fresh = self.place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.place / "password.new"
        password_file.touch(mode=0o600)
        self.runner.owns(password_file)
        password_file.write_text(superuser_password)
        try:
            self._initdb(fresh, password_file)
        finally:
            password_file.unlink()
        fresh.rename(self.data)

    def _initdb(self, folder: Path, password_file: Path) -> None:
        options = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
            if self.binaries.version >= 17
            else ["--locale=C.UTF-8"]
        )
        done = subprocess.run(
            [self.binaries.program("initdb"), f"--pgdata={folder}", "--encoding=UTF8", *options, "--username=postgres",
             "--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums", "--no-instructions"],
            **self.runner.options(self.place), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServerDidNotStart(place=self.place, log="initdb", tail=done.stderr.strip())
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write("include_if_exists = 'queti.conf'\n")

    def configure(self, *, unsafe_and_fast: bool) -> None:
        """Write the settings of this start."""
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": str(self._socket_folder()),
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "shared_buffers": f"{_shared_buffers_megabytes()}MB",
            "max_locks_per_transaction": 256,
            "maintenance_work_mem": "256MB",
            "deadlock_timeout": "200ms",
            "autovacuum_work_mem": "64MB",
            "max_wal_size": "2GB",
            "wal_compression": "on",
            "random_page_cost": 1.1,
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            "logging_collector": "on",
            "log_filename": "postgresql-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
        }
        if unsafe_and_fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
                         "wal_level": "minimal", "max_wal_senders": 0, "logging_collector": "off",
                         "autovacuum": "off", "max_connections": 300}  # fmt: skip
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        file = self.data / "queti.conf"
        file.write_text("".join(lines))
        self.runner.owns(file)

    def _socket_folder(self) -> Path:
        folder = self.place / "socket"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_PATH:
            return self.runner.folder(folder)
        if not folder.exists():
            short = Path(tempfile.mkdtemp(prefix="queti-"))
            self.runner.owns(short)
            folder.unlink(missing_ok=True)
            folder.symlink_to(short)
        return folder.resolve()

    def spawn(self) -> subprocess.Popen[Any]:
        """Start the postmaster, in a session of its own: the terminal's Ctrl-C is not for it."""
        self.log.touch(mode=0o600)
        self.runner.owns(self.log)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.binaries.program("postgres"), "-D", str(self.data)],
                **self.runner.options(self.data), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def tail_of_log(self) -> str:
        files = [self.log, *(self.data / "log").glob("*.log")]
        written = [file for file in files if file.exists() and file.stat().st_size]
        if not written:
            return ""
        newest = max(written, key=lambda file: file.stat().st_mtime)
        return "\n".join(newest.read_text(errors="replace").splitlines()[-8:])

    def postmaster(self) -> Postmaster | None:
        """The running postmaster of this folder. A pid file that lies is no postmaster."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            process = psutil.Process(int(lines[0]))
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        if not self.runs(process):
            return None
        complete = len(lines) >= 8
        return Postmaster(process, lines[4] if complete else "", complete and lines[7].strip() == "ready")

    def clear_locks(self) -> None:
        """Only for a server of which nothing runs any more."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for file in (self.place / "socket").glob(".s.PGSQL.*"):
            file.unlink()

    def strays(self) -> list[psutil.Process]:
        """Server processes of this folder that outlived their postmaster."""
        return [each for each in psutil.process_iter() if self.runs(each)]

    def runs(self, process: psutil.Process) -> bool:
        """Is this a living process of the server? A zombie that nobody reaped is not."""
        # Every process of a PostgreSQL server works in its data folder.
        try:
            return (
                process.status() != psutil.STATUS_ZOMBIE
                and Path(process.cwd()) == self.data
                and "postgres" in process.name()
            )
        except (psutil.Error, OSError):
            return False


@dataclass(frozen=True, slots=True)
class Postmaster:
    process: psutil.Process
    socket_folder: str
    is_ready: bool


def _shared_buffers_megabytes() -> int:
    eighth = psutil.virtual_memory().total // 8 // 1024**2
    return max(128, min(eighth, 1024))
