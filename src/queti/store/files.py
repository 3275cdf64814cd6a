"""Files by their content: kept once under their SHA-256, on disk or in S3-compatible storage.

What arrives is written beside its place while it is hashed and counted, and appears under
its name only when it is whole and safe on disk. A workspace's files lie under its schema's
name, so that one company's can be counted, backed up and removed on their own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from queti.store.errors import StoreProblem
from queti.store.home import Home
from queti.store.media import HEAD

if TYPE_CHECKING:
    from types import TracebackType

    from obstore.store import ObjectStore

CHUNK = 256 * 1024
ARRIVING = "arriving-"
"""How the names of files on their way in begin."""


class FileLost(StoreProblem):
    """The content of this file is missing from the storage; restore it from a backup."""

    zh = "存储中缺少该文件的内容，请从备份恢复。"


class StorageAway(StoreProblem):
    """The storage of files takes nothing at the moment; nothing can be uploaded until it does."""

    zh = "文件存储暂时不可用，无法上传。"


class Files(Protocol):
    """Contents by `workspace schema / SHA-256`."""

    @property
    def inbox(self) -> Path:
        """A folder of this machine where what arrives is written."""
        ...

    def keep(self, folder: str, digest: str, source: Path) -> None:
        """Take over the file at `source`, which is gone afterwards. Raises StorageAway."""
        ...

    def read(self, folder: str, digest: str) -> Iterator[bytes]:
        """The content piece by piece. Raises FileLost."""
        ...

    def has(self, folder: str, digest: str) -> bool: ...

    def forget(self, folder: str, digest: str) -> None:
        """Remove the content; nothing happens where there is none."""
        ...

    def forget_all(self, folder: str) -> None:
        """Remove all of a workspace."""
        ...


class OnDisk:
    """`<schema>/ab/cd/abcd…` under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def inbox(self) -> Path:
        return self.folder

    def keep(self, folder: str, digest: str, source: Path) -> None:
        place = self._place(folder, digest)
        if place.exists():
            source.unlink(missing_ok=True)
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source.chmod(0o600)
        _sync(source)
        source.rename(place)
        for above in (place.parent, place.parent.parent):
            _sync(above)

    def read(self, folder: str, digest: str) -> Iterator[bytes]:
        try:
            file = self._place(folder, digest).open("rb")
        except FileNotFoundError:
            raise FileLost from None
        return _pieces(file)

    def has(self, folder: str, digest: str) -> bool:
        return self._place(folder, digest).exists()

    def forget(self, folder: str, digest: str) -> None:
        self._place(folder, digest).unlink(missing_ok=True)

    def forget_all(self, folder: str) -> None:
        shutil.rmtree(self.folder / folder, ignore_errors=True)

    def _place(self, folder: str, digest: str) -> Path:
        return self.folder / folder / digest[:2] / digest[2:4] / digest


class InBucket:
    """Objects of the same names in a bucket of S3-compatible storage."""

    def __init__(self, url: str, inbox: Path, options: Mapping[str, str]) -> None:
        """`s3://bucket/prefix`; keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the machine's role."""
        from obstore.store import S3Store

        self.inbox = inbox
        plain = {"allow_http": True} if options.get("endpoint", "").startswith("http://") else {}
        self._store: ObjectStore = S3Store.from_url(url, client_options=plain or None, **options)  # pyright: ignore[reportArgumentType]

    def keep(self, folder: str, digest: str, source: Path) -> None:
        import obstore
        from obstore.exceptions import BaseError

        try:
            if not self.has(folder, digest):
                # What is large goes in parts, and is there when the last of them is.
                obstore.put(self._store, _name(folder, digest), source)
        except BaseError as problem:
            raise StorageAway from problem
        source.unlink(missing_ok=True)

    def read(self, folder: str, digest: str) -> Iterator[bytes]:
        import obstore

        try:
            found = obstore.get(self._store, _name(folder, digest))
        except FileNotFoundError:
            raise FileLost from None
        return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK))

    def has(self, folder: str, digest: str) -> bool:
        import obstore

        try:
            obstore.head(self._store, _name(folder, digest))
        except FileNotFoundError:
            return False
        return True

    def forget(self, folder: str, digest: str) -> None:
        import obstore

        if self.has(folder, digest):
            obstore.delete(self._store, _name(folder, digest))

    def forget_all(self, folder: str) -> None:
        import obstore

        for found in obstore.list(self._store, prefix=f"{folder}/"):  # pyright: ignore[reportUnknownMemberType]
            obstore.delete(self._store, [entry["path"] for entry in found])


def open_files(home: Home, environ: Mapping[str, str] = os.environ) -> Files:
    """On disk in the home; in a bucket where QUETI_FILES names one."""
    url = environ.get("QUETI_FILES", "")
    if not url:
        return OnDisk(home.files)
    named = {"endpoint": "QUETI_FILES_ENDPOINT", "region": "QUETI_FILES_REGION"}
    return InBucket(url, home.files, {option: environ[name] for option, name in named.items() if environ.get(name)})


class Arriving:
    """A file on its way in. What is not kept leaves nothing."""

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self.head = b""
        self._digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=folder, prefix=ARRIVING)
        self.path = Path(name)
        self._out = os.fdopen(handle, "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if len(self.head) < HEAD:
            self.head += piece[: HEAD - len(self.head)]
        self._digest.update(piece)
        self._out.write(piece)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def finish(self) -> Path:
        """The whole file, for who looks at it and who keeps it."""
        self._out.close()
        return self.path

    def drop(self) -> None:
        self._out.close()
        self.path.unlink(missing_ok=True)


def _name(folder: str, digest: str) -> str:
    return f"{folder}/{digest[:2]}/{digest[2:4]}/{digest}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece
