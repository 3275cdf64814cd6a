"""Workspaces for the tests of the kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.database import Databases
from tests.fixtures.shop import Shop, make_shop, open_shop
from tests.fixtures.trade import trade as trade


@pytest.fixture
def shop(databases: Databases) -> Iterator[Shop]:
    """A small company of one's own; see tests/fixtures/shop.py."""
    with databases.fresh(databases.template("shop", make_shop)) as database:
        yield open_shop(database)
