"""Where uploads lie until their import is done: a folder of the installation, one each."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024

Given = bytes | Path | IO[bytes]
"""A file's content, where it lies, or what it is read from."""


def keep_files(folder: Path, files: Sequence[tuple[str, Given]]) -> tuple[list[tuple[str, str]], bytes]:
    """Put the files into the folder: their names with where they lie there, and the digest of all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    kept: list[tuple[str, str]] = []
    for place, (name, given) in enumerate(files):
        with (folder / str(place)).open("wb") as out:
            for piece in _pieces(given):
                digest.update(piece)
                out.write(piece)
        kept.append((name, str(place)))
    return kept, digest.digest()


def _pieces(given: Given) -> Sequence[bytes] | IO[bytes]:
    if isinstance(given, bytes):
        return [given]
    stream = given.open("rb") if isinstance(given, Path) else given
    return iter(lambda: stream.read(PIECE), b"")  # type: ignore[return-value]


def remove_files(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
