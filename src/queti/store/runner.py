"""Who runs the database server, and whether that one gets at what it needs.

PostgreSQL refuses to run as root. Started by root, it runs as the user `queti` where the
machine has one, else as `nobody`. No existing folder's permissions are changed: what that
user can't reach is put where it can.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queti.store.binaries import Binaries
from queti.store.home import Home

SHARED_PLACE = Path("/var/lib/queti")


@dataclass(frozen=True, slots=True)
class Runner:
    """The user that the server runs as; `account` is None for oneself."""

    account: pwd.struct_passwd | None

    def owns(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def folder(self, path: Path) -> Path:
        path.mkdir(mode=0o700, exist_ok=True)
        self.owns(path)
        return path

    def options(self, folder: Path) -> dict[str, Any]:
        """For subprocess: a clean environment, the right user, a folder that it may be in."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        options: dict[str, Any] = {"cwd": folder, "env": environment, "stdin": subprocess.DEVNULL}
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return options

    def reaches(self, path: Path) -> bool:
        """May this user pass through every folder down to `path`?"""
        return self.account is None or all(self._passes(each) for each in (path, *path.parents))

    def _passes(self, folder: Path) -> bool:
        assert self.account
        status = folder.stat()
        return bool(status.st_mode & (0o100 if status.st_uid == self.account.pw_uid else 0o001))


def choose_runner() -> Runner:
    if os.geteuid() != 0:
        return Runner(None)
    for name in ("queti", "nobody"):
        try:
            return Runner(pwd.getpwnam(name))
        except KeyError:
            continue
    raise KeyError("nobody")


def place_of(home: Home, runner: Runner) -> Path:
    """The folder of the database: in the home, or linked from it when the runner can't get there."""
    home.prepare()
    if home.database.exists():
        return home.database.resolve()
    if runner.reaches(home.path):
        return runner.folder(home.database)
    SHARED_PLACE.mkdir(mode=0o711, parents=True, exist_ok=True)
    place = runner.folder(SHARED_PLACE / secrets.token_hex(8))
    home.database.unlink(missing_ok=True)
    home.database.symlink_to(place)
    return place


def reachable_binaries(binaries: Binaries, runner: Runner) -> Binaries:
    """The same programs, copied once to where the runner can execute them."""
    if runner.reaches(binaries.folder):
        return binaries
    installed = binaries.folder.parent
    package = installed.parent
    copy = SHARED_PLACE / f"programs-{binaries.version}-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        SHARED_PLACE.mkdir(mode=0o711, parents=True, exist_ok=True)
        fresh = SHARED_PLACE / f"new-{secrets.token_hex(8)}"
        without_headers = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(installed, fresh / package.name / installed.name, ignore=without_headers)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return Binaries(copy / package.name / installed.name / "bin", binaries.version, binaries.bundled)
