"""Through a draft nothing leaks either: the lists and records of test_leaks, read through a draft that
lays every table over, against the same oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from queti.kernel.model import Model
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.drafts import Change, change_draft, create_draft, find_draft
from queti.kernel.publishing.preview import preview_model
from queti.kernel.work import Work
from tests.fixtures.database import Databases
from tests.fixtures.shop import Shop, make_shop, open_shop
from tests.kernel import test_leaks
from tests.kernel.oracle import Oracle

T = TypeVar("T")
MIXES = [("guest",), ("seller",), ("clerk",), ("packer",), ("seller", "clerk", "packer")]


class DraftedShop(Shop):
    """A shop that is read through a draft."""

    draft: int = 0

    @property
    def model(self) -> Model:
        return _MODELS[self.draft] if self.draft else super().model

    def run(self, who: Any, act: Callable[[Work], T], *, reads_only: bool = True) -> T:
        def through(work: Work) -> T:
            other = work.beside(who)
            if self.draft not in _MODELS:
                _MODELS[self.draft] = preview_model(work, find_draft(work, self.draft))
            other.model = _MODELS[self.draft]
            return act(other)

        return super().run(SYSTEM, through, reads_only=reads_only)


_MODELS: dict[int, Any] = {}


@pytest.fixture(scope="module")
def drafted_shop(databases: Databases) -> Iterator[Shop]:
    with databases.fresh(databases.template("shop", make_shop)) as database:
        shop = open_shop(database)
        _MODELS.clear()
        drafted = DraftedShop(shop.platform, shop.writes, shop.rows)
        for rows in drafted.rows.values():
            for row in rows.values():
                row["drafted"] = None
        drafted.draft = shop.platform.run("test", SYSTEM, widened)
        drafted.run(SYSTEM, lambda work: None)
        yield drafted


_UNFILLED = {"traded"}
"""The shop's rows go straight into the tables: this one is not as its formula would have it."""


def widened(work: Work) -> int:
    """A draft that gives every object a new field, and computes every stored formula anew."""
    draft = create_draft(work)
    changes: list[Change] = []
    for (kind, name), definition in work.model.definitions.items():
        body = body_of(definition)
        if kind == "object" and not body.get("extend"):
            body["fields"]["drafted"] = {"type": "text"}
            for field, written in body["fields"].items():
                if "formula" in written and field not in _UNFILLED:
                    written["formula"] = f"if(true, {written['formula']}, {written['formula']})"
            changes.append(Change(kind, name, body))
    return change_draft(work, draft.id, changes).id


@pytest.fixture(params=MIXES, ids="+".join)
def oracle(request: pytest.FixtureRequest, drafted_shop: Shop) -> Oracle:
    user = 3 if request.param[0] == "packer" else 1
    return Oracle(drafted_shop, drafted_shop.person(user, *request.param))


@pytest.fixture(params=test_leaks.OBJECTS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


class TestListsThroughADraft(test_leaks.TestLists):
    pass


class TestRecordsThroughADraft(test_leaks.TestRecords):
    pass


def test_every_table_is_laid_over(drafted_shop: DraftedShop) -> None:
    assert all(drafted_shop.model.objects[name].laid_over for name in test_leaks.OBJECTS)
