"""The formula world on every PostgreSQL of this machine: the one that is shipped, and the system's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psycopg
import pytest

from queti.store.binaries import Binaries, all_binaries
from queti.store.embedded import Embedded
from queti.store.home import Home
from tests.fixtures.database import make_folder
from tests.kernel.formulas.world import World


@pytest.fixture(scope="session", params=list(all_binaries()), ids=lambda each: f"PostgreSQL {each.version}")
def postgres(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """An empty database of its own on a server of each version."""
    binaries: Binaries = request.param
    folder = make_folder()
    server = Embedded(Home(folder / "home"), say=lambda _: None, binaries=binaries, unsafe_and_fast=True)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        yield connection
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def world(postgres: psycopg.Connection) -> World:
    return World(postgres)
