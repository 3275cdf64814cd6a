"""QUETI_HOME: the folder where one installation keeps its data, logs and secrets."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Home:
    """One installation's folder. Files in it are for its owner alone.

    Run as root, the folder lets others pass through (and no more), so that the database
    server, which refuses to be root, reaches its own part.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        chosen = path or os.environ.get("QUETI_HOME") or Path.home() / ".queti"
        self.path = Path(chosen).expanduser().absolute()

    @property
    def database(self) -> Path:
        """The database's folder; a link when it had to be placed elsewhere."""
        return self.path / "database"

    @property
    def log(self) -> Path:
        return self._folder("log")

    @property
    def backups(self) -> Path:
        return self._folder("backups")

    @property
    def imports(self) -> Path:
        return self._folder("imports")

    @property
    def files(self) -> Path:
        """Contents that people uploaded; what arrives is written here too."""
        return self._folder("files")

    @property
    def cache(self) -> Path:
        """What can be made again: thumbnails."""
        return self._folder("cache")

    def prepare(self) -> None:
        if not self.path.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)

    @property
    def secrets(self) -> Path:
        return self._folder("secrets")

    def secret(self, name: str) -> str:
        """A generated secret, made at first use and kept."""
        file = self.secrets / name
        with self.locked("secrets.lock"):
            if not file.exists():
                self.keep(file, secrets.token_urlsafe(32))
            return file.read_text()

    @contextmanager
    def locked(self, name: str) -> Generator[None]:
        """Only one process at a time, waiting for its turn."""
        self.prepare()
        handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _folder(self, name: str) -> Path:
        self.prepare()
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def keep(self, file: Path, text: str) -> None:
        """Write a file that its owner alone can read, whole or not at all."""
        fresh = file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.rename(file)


class Presence:
    """Says to the other processes of a home that this one uses its database server.

    The operating system forgets it when the process dies, however it dies, so the last
    one to leave always knows that it is the last.
    """

    def __init__(self, home: Home) -> None:
        home.prepare()
        self._handle = os.open(home.path / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """True when no other process is left."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(self._handle)
