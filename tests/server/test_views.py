"""Kept views over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.server.kiosk import Kiosk

VIEWS = "/api/kept_views/kiosk.order"


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def test_a_person_chooses_what_their_list_opens_with_and_takes_it_back(kiosk: Kiosk, bo: httpx.Client) -> None:
    kept = bo.post(VIEWS, json={"name": "Mine", "body": {"fields": ["number"]}}).json()
    first = f"kept:{kept['id']}"
    assert bo.put(f"{VIEWS}/first", json={"view": first}).json() == {"first": first}
    assert bo.get(VIEWS).json()["first"] == first
    assert kiosk.signed_in("bo").get(VIEWS).json()["first"] == first
    assert kiosk.signed_in("cleo").get(VIEWS).json()["first"] == ""
    assert bo.put(f"{VIEWS}/first", json={"view": ""}).json() == {"first": ""}
    assert bo.get(VIEWS).json()["first"] == ""


def test_only_a_view_that_one_has_can_be_first(kiosk: Kiosk, bo: httpx.Client) -> None:
    kept = bo.post(VIEWS, json={"name": "Bo's", "body": {}}).json()
    cleo = kiosk.signed_in("cleo")
    for view in (f"kept:{kept['id']}", "kept:999", "kiosk.nothing"):
        answer = cleo.put(f"{VIEWS}/first", json={"view": view})
        assert (answer.status_code, answer.json()["code"]) == (404, "record_not_found")
    assert cleo.put(f"{VIEWS}/first", json={"view": 7}).status_code in (400, 422)
    assert cleo.get(VIEWS).json()["first"] == ""
