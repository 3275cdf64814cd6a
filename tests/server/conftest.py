"""The running kiosk: one for the tests of a module, or one of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.database import Databases
from tests.server.kiosk import Kiosk, make_kiosk, serving


@pytest.fixture(scope="module")
def kiosk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    """Shared by a module: its tests make records of their own and end only sessions of their own."""
    fresh = databases.fresh(databases.template("kiosk", make_kiosk))
    with fresh as database, serving(database, tmp_path_factory.mktemp("backups")) as kiosk:
        yield kiosk


@pytest.fixture
def kiosk_with(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Kiosk]]:
    """A kiosk of one's own, with settings; a second call is a second process on the same data."""
    with ExitStack() as stack:
        database = stack.enter_context(databases.fresh(databases.template("kiosk", make_kiosk), size=16))

        def start(**settings: Any) -> Kiosk:
            running: AbstractContextManager[Kiosk] = serving(database, tmp_path, **settings)
            return stack.enter_context(running)

        yield start
