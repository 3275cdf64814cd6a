"""Servers of a test's own, to be killed and left behind at will."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from queti.store import runner
from queti.store.home import Home
from tests.fixtures.database import make_folder


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = make_folder()
    monkeypatch.setattr(runner, "SHARED_PLACE", folder / "shared")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(folder: Path) -> Home:
    return Home(folder / "home")
