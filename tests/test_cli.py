"""The command `queti`, as a person types it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.fixtures.database import make_folder
from tests.fixtures.patience import PATIENCE


@dataclass
class Shell:
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("QUETI_")}
        return ours | {"QUETI_HOME": str(self.folder / "home"), "PYTHONPATH": "src", "LANG": "C.UTF-8"}

    def queti(self, *words: str) -> str:
        """What it printed; an assertion when it failed."""
        done = self.tries(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tries(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "queti", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def serves(self, port: int) -> subprocess.Popen[str]:
        """A server that answers."""
        command = [sys.executable, "-m", "queti", "serve", "--no-sample", "--port", str(port)]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert any("Queti is at" in line for line in process.stdout)
        return process

    def postgres(self) -> list[psutil.Process]:
        data = str(self.folder / "home" / "database" / "data")
        return [each for each in psutil.process_iter(["cmdline"]) if data in (each.info["cmdline"] or [])]


@pytest.fixture
def shell() -> Iterator[Shell]:
    folder = make_folder()
    yield Shell(folder)
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_ready(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        return answer.status == 200


def test_a_company_is_begun_backed_up_copied_and_removed(shell: Shell, tmp_path: Path) -> None:
    file = str(tmp_path / "all.queti")
    words = ["workspace", "create", "mine", "--label", "小店", "--apps", "crm", "--owner", "wang"]
    assert "sign in as wang with" in shell.queti(*words)
    assert "Backed up mine" in shell.queti("backup", file)
    assert "already a workspace “mine”" in shell.tries("restore", file).stderr
    assert "Restored copy" in shell.queti("restore", file, "--rename", "mine=copy")
    shell.queti("workspace", "remove", "mine", "--yes")
    assert shell.queti("workspace", "list").split() == ["copy", "小店"]
    assert shell.postgres() == []


def test_mistakes_are_answered_in_words(shell: Shell, tmp_path: Path) -> None:
    refused = shell.tries("workspace", "create", "Bad Name")
    assert refused.returncode == 1
    assert refused.stderr.startswith("“Bad Name” can't name a workspace")
    (tmp_path / "letter.txt").write_text("Dear Ada")
    assert "damaged" in shell.tries("restore", str(tmp_path / "letter.txt")).stderr


def test_a_taken_port_is_said_at_once(shell: Shell) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = shell.tries("serve", "--port", str(other.getsockname()[1]))
    assert "set QUETI_PORT" in refused.stderr
    assert not (shell.folder / "home").exists()


class TestServing:
    def test_ctrl_c_stops_everything(self, shell: Shell, port: int) -> None:
        server = shell.serves(port)
        assert is_ready(port)
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=PATIENCE)
        assert server.returncode == 0
        assert "Stopped." in rest
        assert shell.postgres() == []

    def test_other_commands_work_beside_it(self, shell: Shell, port: int, tmp_path: Path) -> None:
        server = shell.serves(port)
        shell.queti("workspace", "create", "mine", "--apps", "base")
        shell.queti("backup", str(tmp_path / "all.queti"))
        assert is_ready(port)
        server.terminate()
        server.communicate(timeout=PATIENCE)
        assert shell.postgres() == []

    def test_a_killed_server_is_followed_by_one_that_goes_on(self, shell: Shell, port: int) -> None:
        server = shell.serves(port)
        shell.queti("workspace", "create", "mine", "--apps", "base")
        server.kill()
        server.communicate()
        for process in shell.postgres():
            process.kill()

        again = shell.serves(port)
        assert is_ready(port)
        assert shell.queti("workspace", "list").split() == ["mine", "mine"]
        again.terminate()
        again.communicate(timeout=PATIENCE)
        assert shell.postgres() == []


class TestFolders:
    def test_a_company_goes_through_a_folder_into_another(self, shell: Shell) -> None:
        """Exit codes are what a pipeline looks at."""
        shell.queti("workspace", "create", "test", "--apps", "base")
        shell.queti("workspace", "create", "live", "--apps", "base")
        folder = shell.folder / "definitions"
        told = shell.queti("export", "-w", "test", "--folder", str(folder))
        assert "base/objects/party.yaml" in told
        assert "0 files written" in shell.queti("export", "-w", "test", "--folder", str(folder))
        own = folder / "own/objects/crate.yaml"
        own.parent.mkdir(parents=True)
        own.write_text("object: own.crate\ntitle: name\nfields:\n  name: {type: text}\n  size: {type: numbre}\n")
        wrong = shell.tries("publish", "-w", "live", "--folder", str(folder), "--plan")
        assert wrong.returncode == 1
        assert "own/objects/crate.yaml:5: error: fields.size.type: There is no field type “numbre”." in wrong.stdout
        own.write_text(own.read_text().replace("numbre", "number"))
        planned = shell.queti("publish", "-w", "live", "--folder", str(folder), "--plan")
        assert "+ object own.crate" in planned
        assert "create_table own.crate" in planned
        assert "live is at release" in shell.queti("publish", "-w", "live", "--folder", str(folder))
        assert "Nothing is new." in shell.queti("publish", "-w", "live", "--folder", str(folder), "--plan")


def test_a_company_begins_without_apps_and_gets_those_that_it_lacks(shell: Shell) -> None:
    assert "told where to begin" in shell.queti("workspace", "create", "acme")
    assert "release 2, with base, crm, flow." in shell.queti("workspace", "add-apps", "acme", "crm")
    assert "base, crm, flow, oms" in shell.queti("workspace", "add-apps", "acme", "oms").replace("\n", " ")
    assert "Workspace acme: release" in shell.queti("workspace", "add-apps", "acme", "oms", "crm")
    assert shell.tries("workspace", "add-apps", "acme", "nothing").returncode != 0
