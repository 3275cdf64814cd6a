"""Contents by digest: on disk and in a bucket alike; backed up and brought back with their company."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from queti.store.backup import backup, restore
from queti.store.database import Database
from queti.store.files import Arriving, FileLost, Files, InBucket, OnDisk, StorageAway, open_files
from queti.store.home import Home
from queti.store.workspaces import Workspace, drop_workspace
from tests.store.bucket import Bucket


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with Bucket("queti") as bucket:
        yield bucket.address


def options(address: str) -> dict[str, str]:
    return {"endpoint": address, "region": "us-east-1", "access_key_id": "test", "secret_access_key": "test"}


@pytest.fixture(params=["disk", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "disk":
        return OnDisk(tmp_path)
    return InBucket("s3://queti/company", tmp_path, options(request.getfixturevalue("s3")))


def kept(files: Files, content: bytes, folder: str = "w_test") -> str:
    with Arriving(files.inbox) as arriving:
        for at in range(0, len(content), 1000):
            arriving.write(content[at : at + 1000])
        files.keep(folder, arriving.digest, arriving.finish())
        assert arriving.digest == hashlib.sha256(content).hexdigest()
        assert arriving.size == len(content)
        return arriving.digest


def read(files: Files, digest: str, folder: str = "w_test") -> bytes:
    return b"".join(files.read(folder, digest))


def arriving_in(files: Files) -> list[Path]:
    return list(files.inbox.glob("arriving-*"))


class TestLargeFiles:
    """They go to the bucket in parts, and appear when the last of them is there."""

    CONTENT = os.urandom(1024 * 1024) * 12

    def test_come_back_byte_by_byte(self, tmp_path: Path) -> None:
        with Bucket("queti") as bucket:
            files = InBucket("s3://queti/company", tmp_path, options(bucket.address))
            digest = kept(files, self.CONTENT)
            assert read(files, digest) == self.CONTENT
            assert (bucket.parts, len(bucket.objects), arriving_in(files)) == ({}, 1, [])

    def test_leave_nothing_where_a_part_is_refused(self, tmp_path: Path) -> None:
        with Bucket("queti") as bucket:
            files = InBucket("s3://queti/company", tmp_path, options(bucket.address))
            bucket.fails_at = 2
            with pytest.raises(StorageAway):
                kept(files, self.CONTENT)
            assert (bucket.parts, bucket.objects, arriving_in(files)) == ({}, {}, [])
            bucket.fails_at = 0
            assert read(files, kept(files, self.CONTENT)) == self.CONTENT


class TestContents:
    def test_come_back_byte_by_byte(self, files: Files) -> None:
        content = bytes(range(256)) * 4000
        assert read(files, kept(files, content)) == content
        assert arriving_in(files) == []

    def test_are_kept_once_and_apart_by_company(self, files: Files) -> None:
        digest = kept(files, b"same")
        assert kept(files, b"same") == digest
        assert not files.has("w_other", digest)
        kept(files, b"same", "w_other")
        files.forget("w_test", digest)
        assert (files.has("w_test", digest), files.has("w_other", digest)) == (False, True)
        files.forget("w_test", digest)

    def test_that_are_lost_are_told_of(self, files: Files) -> None:
        with pytest.raises(FileLost):
            read(files, "0" * 64)

    def test_go_with_their_company(self, files: Files) -> None:
        one, other = kept(files, b"one", "w_gone"), kept(files, b"other", "w_stays")
        files.forget_all("w_gone")
        assert (files.has("w_gone", one), files.has("w_stays", other)) == (False, True)

    def test_that_were_broken_off_leave_nothing(self, files: Files) -> None:
        with pytest.raises(ConnectionError), Arriving(files.inbox) as arriving:
            arriving.write(b"half")
            raise ConnectionError
        assert arriving_in(files) == []


def test_on_disk_they_are_their_owners_alone_two_folders_deep(tmp_path: Path) -> None:
    files = OnDisk(tmp_path)
    digest = kept(files, b"text")
    place = tmp_path / "w_test" / digest[:2] / digest[2:4] / digest
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_the_environment_names_the_bucket(s3: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert isinstance(open_files(home, {}), OnDisk)
    named = {"QUETI_FILES": "s3://queti/x", "QUETI_FILES_ENDPOINT": s3, "QUETI_FILES_REGION": "us-east-1"}
    assert isinstance(open_files(home, named), InBucket)


def test_they_go_with_their_workspace_and_no_other(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    files = OnDisk(tmp_path)
    gone, stays = kept(files, b"photo", workspace.schema), kept(files, b"photo", "w_other")
    drop_workspace(database, workspace.name, files)
    assert not files.has(workspace.schema, gone)
    assert files.has("w_other", stays)


def test_a_backup_carries_them(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    files = OnDisk(tmp_path / "one")
    files.folder.mkdir()
    digest = kept(files, b"the photo", workspace.schema)
    with database.connection() as connection:
        connection.execute(
            f"INSERT INTO {workspace.schema}.kernel_file (digest, name, type, size, uploaded_at)"
            " VALUES (%s, 'a.txt', 'text/plain', 9, now()), (%s, 'lost.txt', 'text/plain', 9, now())",
            [digest, "0" * 64],
        )
    backup(database, tmp_path / "all.queti", files=files)
    drop_workspace(database, workspace.name)
    elsewhere = OnDisk(tmp_path / "two")
    elsewhere.folder.mkdir()
    restore(database, tmp_path / "all.queti", rename={workspace.name: "copy"}, files=elsewhere)
    assert read(elsewhere, digest, "w_copy") == b"the photo"
    with database.connection() as connection:
        assert connection.execute("SELECT count(*) FROM w_copy.kernel_file").fetchone() == (2,)
