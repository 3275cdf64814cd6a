"""Publishing sent twice, by two people at once, and while others work on their drafts: no change is ever lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from tests.server.kiosk import Kiosk

_numbers = count(1)


@pytest.fixture
def name() -> str:
    return f"own.thing_{next(_numbers)}"


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


def thing(**more: Any) -> dict[str, Any]:
    return {"label": {"en": "Thing", "zh": "物品"}, "fields": {"name": {"type": "text"}}, **more}


def drafted(bo: httpx.Client, *bodies: tuple[str, dict[str, Any]]) -> int:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    changes = [{"kind": "object", "name": name, "body": body} for name, body in bodies]
    answer = bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": changes})
    assert answer.status_code == 200, answer.text
    return draft


def published(bo: httpx.Client, draft: int, **headers: str) -> httpx.Response:
    return bo.post(f"/api/drafts/{draft}/publish", json={}, headers=headers)


def at_once(*acts: Callable[[], httpx.Response]) -> list[httpx.Response]:
    gate, answers = threading.Barrier(len(acts)), dict[int, httpx.Response]()

    def act(place: int) -> None:
        gate.wait()
        answers[place] = acts[place]()

    threads = [threading.Thread(target=act, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(acts))]


def newest(bo: httpx.Client) -> int:
    return bo.get("/api/releases").json()["releases"][0]["release"]


def body_now(bo: httpx.Client, name: str) -> dict[str, Any]:
    draft = bo.post("/api/drafts", json={}).json()["draft"]
    return bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["object"][name]["body"]


class TestTwice:
    def test_under_one_key_it_is_published_once(self, bo: httpx.Client, name: str) -> None:
        draft = drafted(bo, (name, thing()))
        first, again = (published(bo, draft, **{"idempotency-key": name}) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200), again.text
        assert first.json() == again.json() == {"release": newest(bo)}
        assert [answer.headers.get("idempotency-replayed") for answer in (first, again)] == [None, "true"]

    def test_at_once_under_one_key_too(self, bo: httpx.Client, name: str) -> None:
        before, draft = newest(bo), drafted(bo, (name, thing()))
        answers = at_once(*(lambda: published(bo, draft, **{"idempotency-key": name}) for _ in range(4)))
        assert [answer.json() for answer in answers] == [{"release": before + 1}] * 4
        assert newest(bo) == before + 1

    def test_the_key_of_another_request_is_refused(self, bo: httpx.Client, name: str) -> None:
        draft = drafted(bo, (name, thing()))
        assert published(bo, draft, **{"idempotency-key": name}).status_code == 200
        other = bo.post(f"/api/drafts/{draft}/publish", json={"note": "x"}, headers={"idempotency-key": name})
        assert other.json()["code"] == "idempotency_key_reused"

    def test_a_refusal_is_not_kept(self, bo: httpx.Client, name: str) -> None:
        draft = drafted(bo, (name, thing(sort="nothing")))
        assert published(bo, draft, **{"idempotency-key": name}).status_code == 422
        bo.put(f"/api/drafts/{draft}/object/{name}", json=thing(sort="name"))
        assert published(bo, draft, **{"idempotency-key": name}).status_code == 200

    def test_going_back_under_one_key_goes_back_once(self, bo: httpx.Client, name: str) -> None:
        back = newest(bo)
        published(bo, drafted(bo, (name, thing())))
        headers = {"idempotency-key": name}
        first, again = (bo.post(f"/api/releases/{back}/rollback", headers=headers) for _ in range(2))
        assert first.json() == again.json() == {"release": back + 2}
        assert newest(bo) == back + 2


class TestTogether:
    def test_one_draft_by_two_people_is_published_once(self, bo: httpx.Client, name: str) -> None:
        draft = drafted(bo, (name, thing()))
        answers = at_once(*(lambda: published(bo, draft) for _ in range(3)))
        codes = sorted(answer.json().get("code", "") for answer in answers)
        assert codes == ["", "draft_published", "draft_published"]

    def test_changes_of_different_places_come_together(self, bo: httpx.Client, name: str) -> None:
        published(bo, drafted(bo, (name, thing())))
        one = drafted(bo, (name, thing(icon="box")), (f"{name}_a", thing()))
        other = drafted(bo, (name, thing(sort="-name")), (f"{name}_b", thing()))
        answers = at_once(lambda: published(bo, one), lambda: published(bo, other))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert len({answer.json()["release"] for answer in answers}) == 2
        body = body_now(bo, name)
        assert (body["icon"], body["sort"]) == ("box", "-name")
        assert body_now(bo, f"{name}_a")
        assert body_now(bo, f"{name}_b")

    def test_changes_of_one_place_wait_for_a_decision(self, bo: httpx.Client, name: str) -> None:
        published(bo, drafted(bo, (name, thing())))
        drafts = {icon: drafted(bo, (name, thing(icon=icon))) for icon in ("box", "bag")}
        answers = dict(zip(drafts, at_once(*(lambda d=d: published(bo, d) for d in drafts.values())), strict=True))
        [loser] = [icon for icon, answer in answers.items() if answer.json().get("code") == "merge_conflicts"]
        [winner] = [icon for icon, answer in answers.items() if answer.status_code == 200]
        assert body_now(bo, name)["icon"] == winner
        kept = bo.get(f"/api/drafts/{drafts[loser]}").json()
        assert (kept["published_as"], kept["changes"][f"object:{name}"]["icon"]) == (None, loser)
        choice = {"kind": "object", "name": name, "property": "icon", "take": "ours"}
        assert bo.post(f"/api/drafts/{drafts[loser]}/publish", json={"choices": [choice]}).status_code == 200
        assert body_now(bo, name)["icon"] == loser

    def test_who_writes_while_it_is_published_loses_nothing(self, bo: httpx.Client, name: str) -> None:
        """Whatever is accepted is in the release, or in the draft that is still open."""
        draft = drafted(bo, (name, thing()))

        def write() -> httpx.Response:
            return bo.put(f"/api/drafts/{draft}/object/{name}_more", json=thing())

        written, sent = at_once(write, lambda: published(bo, draft))
        state = bo.get(f"/api/drafts/{draft}").json()
        if sent.status_code == 200 and written.status_code == 200:
            assert body_now(bo, f"{name}_more")
        elif sent.status_code == 200:
            assert written.json()["code"] == "draft_published"
        else:
            assert sent.json()["code"] == "draft_changed"
            assert (state["published_as"], f"object:{name}_more" in state["changes"]) == (None, True)
