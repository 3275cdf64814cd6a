"""The file of a backup: a zip whose manifest names every member with its SHA-256.

It is written as a stream and appears under its name only when it is complete. Reading
checks every byte before anything is believed.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from queti.store.errors import DamagedBackup

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 18

T = TypeVar("T")


class Member(msgspec.Struct, frozen=True):
    sha256: str
    bytes: int
    rows: int = 0


class Entry(msgspec.Struct, frozen=True):
    """One workspace of a backup; its members are under `folder`."""

    name: str
    label: dict[str, str]
    folder: str


class Manifest(msgspec.Struct, frozen=True):
    format: int
    made_at: str
    queti: str
    postgres: int
    workspaces: list[Entry]
    members: dict[str, Member]


class ArchiveWriter:
    """A backup being written beside its place; `finish` puts it there, leaving without it leaves nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._part = file.with_name(file.name + ".part")
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._out = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()
        self._part.unlink(missing_ok=True)

    def add(self, name: str, chunks: Iterable[bytes], *, rows: Counter | None = None) -> None:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        self.members[name] = Member(digest.hexdigest(), size, rows.count if rows else 0)

    def add_json(self, name: str, value: object) -> None:
        self.add(name, [msgspec.json.encode(value)])

    def finish(self, manifest: Manifest) -> None:
        words = msgspec.json.encode(manifest)
        self._zip.writestr(MANIFEST, words)
        self._zip.comment = hashlib.sha256(words).hexdigest().encode()
        self._zip.close()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._part.rename(self._file)


class Counter:
    """Joins small pieces (rows) into chunks, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def chunks(self, rows: Iterable[Any]) -> Iterator[bytes]:
        waiting = bytearray()
        for row in rows:
            self.count += 1
            waiting += row
            if len(waiting) >= CHUNK:
                yield bytes(waiting)
                waiting.clear()
        yield bytes(waiting)


class ArchiveReader:
    """A complete, unchanged backup. Raises DamagedBackup for any other."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._zip = zipfile.ZipFile(file)
            self.manifest = self._read_manifest()
            self._check_members()
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            KeyError,
            EOFError,
            ValueError,
            msgspec.MsgspecError,
        ) as error:
            raise DamagedBackup(file=file, reason=str(error) or type(error).__name__) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    def json(self, name: str, shape: type[T]) -> T:
        return msgspec.json.decode(self._zip.read(name), type=shape)

    def _read_manifest(self) -> Manifest:
        words = self._zip.read(MANIFEST)
        if hashlib.sha256(words).hexdigest().encode() != self._zip.comment:
            raise DamagedBackup(file=self._file, reason="the manifest is not the one that was written")
        manifest = msgspec.json.decode(words, type=Manifest)
        if manifest.format > FORMAT:
            raise DamagedBackup(file=self._file, reason="it was made by a newer Queti")
        return manifest

    def _check_members(self) -> None:
        if sorted(self._zip.namelist()) != sorted([*self.manifest.members, MANIFEST]):
            raise DamagedBackup(file=self._file, reason="its list of contents was changed")
        for name, member in self.manifest.members.items():
            digest = hashlib.sha256()
            for chunk in self.chunks(name):
                digest.update(chunk)
            if digest.hexdigest() != member.sha256:
                raise DamagedBackup(file=self._file, reason=f"{name} was changed")
