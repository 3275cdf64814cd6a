"""No record leads back to itself along a tree or a chain, whoever writes it and however many do at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from queti.kernel.errors import Refusal, WrongInput
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.releases import current_model
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.kernel.shop import PARTY, VIEW, install, with_fields, words

LINKS: dict[str, Any] = {
    "above": {"type": "link", "to": "shop.party"},
    "waits_for": {"type": "link", "to": "shop.party"},
    "friend": {"type": "link", "to": "shop.party"},
    "region_of": {"type": "cascade", "to": "shop.party", "tree": "above"},
    "begins": {"type": "date"},
}
GANTT = {**VIEW, "view": "plan", "object": "party", "kind": "gantt", "where": "true", "sort": "", "fields": ["name"],
         "start": "begins", "depends": "waits_for", "label": words("Plan")}  # fmt: skip


@pytest.fixture
def shop(database: Database, workspace: Workspace) -> Platform:
    known: Catalogue
    known, _ = install(database, workspace, party=with_fields(PARTY, **LINKS), view=GANTT)
    platform = Platform(database, known)
    names = [{"name": f"P{number}"} for number in range(1, 6)]
    platform.run("test", SYSTEM, lambda work: work.create("shop.party", names))
    return platform


def change(platform: Platform, *changes: tuple[int, dict[str, Any]]) -> None:
    platform.run("test", SYSTEM, lambda work: work.change("shop.party", changes))


@pytest.mark.parametrize("link", ["above", "waits_for"])
def test_a_circle_is_refused_at_the_link_that_closes_it(shop: Platform, link: str) -> None:
    change(shop, (2, {link: 1}), (3, {link: 2}))
    with pytest.raises(WrongInput) as refused:
        change(shop, (1, {link: 3}))
    assert [(each.path, each.code) for each in refused.value.fields] == [(link, "circle")]
    with pytest.raises(WrongInput) as refused:
        change(shop, (4, {link: 4}))
    assert [each.code for each in refused.value.fields] == ["circle"]
    change(shop, (1, {link: 5}), (2, {link: None}), (3, {link: 1}))


def test_several_at_once_are_seen_together(shop: Platform) -> None:
    with pytest.raises(WrongInput) as refused:
        change(shop, (1, {"above": 2}), (2, {"above": 3}), (3, {"above": 1}), (4, {"above": 1}))
    assert [each.path for each in refused.value.fields] == ["[0].above", "[1].above", "[2].above"]
    change(shop, (2, {"above": 1}))
    change(shop, (1, {"above": 2}), (2, {"above": None}))


def test_links_that_make_no_tree_may_go_round(shop: Platform) -> None:
    change(shop, (1, {"friend": 2}), (2, {"friend": 1}), (3, {"friend": 3}))


def test_two_at_once_do_not_close_one_together(shop: Platform, database: Database, workspace: Workspace) -> None:
    both = threading.Barrier(2)

    def move(id: int, above: int) -> str:
        met: list[bool] = []

        def act(work: Work) -> None:
            work.fetch("shop.party", [id])
            if not met:
                met.append(True)
                both.wait(10)
            work.change("shop.party", [(id, {"above": above})])

        try:
            shop.run("test", SYSTEM, act)
        except Refusal as refusal:
            return refusal.code
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(move, (1, 2), (2, 1)))
    assert sorted(ended) == ["moved", "wrong_input"]
    column = current_model(database, workspace, shop.catalogue).storage["shop.party"]["columns"]["above"][0]
    with database.owner() as connection:
        rows = connection.execute(f"SELECT count({column}) FROM w_test.shop_party").fetchone()  # type: ignore[arg-type]
    assert rows == (1,)
