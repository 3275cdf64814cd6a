"""Comments, followers, duplicates, unions, bulk changes and old values over HTTP."""

from __future__ import annotations

from itertools import count

import httpx
import pytest

from tests.server.kiosk import Kiosk, order

_numbers = count(1)
ORDERS = "/api/records/kiosk.order"


@pytest.fixture(scope="module")
def bo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("bo")


@pytest.fixture(scope="module")
def cleo(kiosk: Kiosk) -> httpx.Client:
    return kiosk.signed_in("cleo")


def made(client: httpx.Client, **more: object) -> dict[str, object]:
    answer = client.post(ORDERS, json=order(f"T-{next(_numbers):04}", **more))
    assert answer.status_code == 201, answer.text
    return answer.json()["records"][0]


def user(client: httpx.Client) -> int:
    return client.get("/api/session").json()["me"]["user"]


class TestTalking:
    def test_a_comment_is_said_once_however_often_it_is_sent(self, bo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo)['id']}/comments"
        key = {"Idempotency-Key": "say-it-once-0001"}
        first, second = (bo.post(place, json={"text": "Ready?"}, headers=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] == second.json()["id"]
        assert [each["text"] for each in bo.get(place).json()["comments"]] == ["Ready?"]

    def test_the_mentioned_find_it_among_their_news(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        record = made(bo, owner=user(cleo))
        place = f"{ORDERS}/{record['id']}"
        people = bo.get(f"{place}/mentionable", params={"q": "cleo"}).json()["people"]
        assert [each["login"] for each in people] == ["cleo"]
        bo.post(f"{place}/comments", json={"text": "Yours?", "mentions": [people[0]["id"]]})
        news = [each for each in cleo.get("/api/news").json()["news"] if each["id"] == record["id"]]
        assert [(each["mentioned"], each["text"]) for each in news] == [(True, "Yours?")]
        assert cleo.post(f"{place}/seen", json={}).status_code == 200
        assert record["id"] not in [each["id"] for each in cleo.get("/api/news").json()["news"]]

    def test_changes_of_hidden_fields_are_no_news(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        """Not even that somebody did something: the clerk doesn't see the secret."""
        record = made(bo, owner=user(cleo))
        place = f"{ORDERS}/{record['id']}"
        assert cleo.post(f"{place}/followers", json={}).status_code == 200

        def news() -> list[int]:
            told = cleo.get("/api/news").json()["news"]
            return [each["changes"] for each in told if each["id"] == record["id"]]

        changed = bo.patch(place, json={"secret": "4711", "version": record["version"]}).json()
        assert news() == []
        bo.patch(place, json={"number": "T-NEWS", "version": changed["version"]})
        assert news() == [1]

    def test_seen_and_unfollowed_is_what_one_sees(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo)['id']}"
        assert cleo.post(f"{place}/seen", json={}).status_code == 404
        assert cleo.delete(f"{place}/followers").status_code == 404

    def test_all_news_are_seen_at_once(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo, owner=user(cleo))['id']}"
        bo.post(f"{place}/comments", json={"text": "Yours too?", "mentions": [user(cleo)]})
        news = cleo.get("/api/news").json()["news"]
        assert cleo.post("/api/news/seen", json={"until": news[0]["at"]}).status_code == 200
        assert cleo.get("/api/news").json() == {"news": [], "unread": 0}
        for wrong in ("soon", "2026-01-01T00:00:00", None):
            assert cleo.post("/api/news/seen", json={"until": wrong}).status_code == 422

    def test_a_stranger_to_the_record_neither_reads_nor_speaks(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo)['id']}"
        said = bo.post(f"{place}/comments", json={"text": "Between us."}).json()
        for answer in (
            cleo.get(f"{place}/comments"),
            cleo.post(f"{place}/comments", json={"text": "I heard you."}),
            cleo.get(f"{place}/followers"),
            cleo.post(f"{place}/followers", json={}),
            cleo.get(f"{place}/mentionable"),
            cleo.get(f"{place}/unions"),
            cleo.patch(f"/api/comments/{said['id']}", json={"text": "Said otherwise."}),
            cleo.delete(f"/api/comments/{said['id']}"),
        ):
            assert answer.status_code == 404, answer.text
        refused = bo.post(f"{place}/comments", json={"text": "@cleo", "mentions": [user(cleo)]})
        assert refused.status_code == 422
        assert refused.json()["fields"][0]["path"] == "mentions"

    def test_files_of_a_comment_are_for_those_who_read_it(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo)['id']}"
        uploaded = bo.post("/api/files?name=note.txt", content=b"Between us.", headers={"content-type": "text/plain"})
        said = bo.post(f"{place}/comments", json={"text": "", "files": [uploaded.json()]}).json()
        assert [each["name"] for each in said["files"]] == ["note.txt"]
        address = f"/api/comments/{said['id']}/files/{uploaded.json()['file']}"
        assert bo.get(address).content == b"Between us."
        assert cleo.get(address).status_code == 404
        assert [each["name"] for each in bo.get(f"{place}/comments/files").json()["files"]] == ["note.txt"]
        assert cleo.get(f"{place}/comments/files").status_code == 404
        own = made(bo, owner=user(cleo))["id"]
        stolen = cleo.post(f"{ORDERS}/{own}/comments", json={"text": "Mine", "files": [uploaded.json()]})
        assert stolen.status_code == 422
        bo.delete(f"/api/comments/{said['id']}")
        assert bo.get(address).status_code == 404


class TestOrder:
    def test_a_bulk_change_is_made_as_it_was_tried(self, bo: httpx.Client) -> None:
        ids = [made(bo)["id"] for _ in range(3)]
        tried = bo.post("/api/bulk/kiosk.order/preview", json={"values": {"secret": "tea"}, "ids": ids}).json()
        assert (tried["count"], tried["problem"]) == (3, None)
        assert bo.get(f"{ORDERS}/{ids[0]}").json()["secret"] is None
        body = {"values": {"secret": "tea"}, "versions": tried["versions"]}
        done = bo.post("/api/bulk/kiosk.order", json=body).json()
        assert done["changed"] == 3
        assert {bo.get(f"{ORDERS}/{id}").json()["secret"] for id in ids} == {"tea"}
        stale = bo.post("/api/bulk/kiosk.order", json=body)
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
        undo = {"work": done["work"], "ids": ids}
        assert bo.post("/api/bulk/kiosk.order/undo", json=undo).json() == {"brought_back": 3, "changed_since": 0}
        assert bo.get(f"{ORDERS}/{ids[0]}").json()["secret"] is None
        assert bo.post("/api/bulk/kiosk.order/undo", json={"work": "yesterday", "ids": ids}).status_code == 422

    def test_many_go_to_the_trash_in_one_call_and_come_back_in_another(self, bo: httpx.Client) -> None:
        orders = [made(bo) for _ in range(3)]
        versions = {str(order["id"]): order["version"] for order in orders}
        stale = bo.post("/api/bulk/kiosk.order/trash", json={"versions": {**versions, str(orders[0]["id"]): 99}})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
        assert bo.get(f"{ORDERS}/{orders[2]['id']}").json()["trashed_at"] is None
        assert bo.post("/api/bulk/kiosk.order/trash", json={"versions": versions}).json() == {"trashed": 3}
        assert all(bo.get(f"{ORDERS}/{order['id']}").json()["trashed_at"] for order in orders)
        back = bo.post("/api/bulk/kiosk.order/restore", json={"ids": [order["id"] for order in orders]})
        assert back.json() == {"restored": 3}
        assert bo.post("/api/bulk/kiosk.order/trash", json={}).status_code == 422

    def test_the_preview_names_what_stands_in_the_way(self, bo: httpx.Client) -> None:
        ids = [made(bo)["id"] for _ in range(2)]
        tried = bo.post("/api/bulk/kiosk.order/preview", json={"values": {"number": "x" * 25}, "ids": ids}).json()
        assert tried["problem"]["fields"]

    def test_duplicates_are_united_and_parted(self, bo: httpx.Client, cleo: httpx.Client) -> None:
        first, second = (made(bo, secret=secret) for secret in ("Dup licate-42", "DUPLICATE 42!"))
        groups = bo.get("/api/duplicates/kiosk.order", params={"by": "secret"}).json()["groups"]
        pair = [first["id"], second["id"]]
        assert pair in [[each["id"] for each in group["records"]] for group in groups]
        body = {"keep": pair[0], "others": [pair[1]], "versions": {str(each["id"]): 1 for each in (first, second)}}
        assert bo.post("/api/unions/kiosk.order/preview", json=body).json()["lines"] == {"lines": 1}
        done = bo.post("/api/unions/kiosk.order", json=body).json()
        assert (len(done["record"]["lines"]), done["record"]["total"]) == (2, "14.00")
        assert bo.get(f"{ORDERS}/{pair[0]}/unions").json()["unions"][0]["union"] == done["union"]
        parted = bo.post(f"/api/unions/kiosk.order/{done['union']}/part", json={})
        assert parted.json()["record"]["total"] == "7.00"
        again, foreign = (each.post(f"/api/unions/kiosk.order/{done['union']}/part", json={}) for each in (bo, cleo))
        assert (again.status_code, foreign.status_code, foreign.json()["code"]) == (409, 404, "record_not_found")
        assert bo.get(f"{ORDERS}/{pair[1]}").json()["total"] == "7.00"

    def test_an_old_value_is_brought_back(self, bo: httpx.Client) -> None:
        place = f"{ORDERS}/{made(bo, secret='tea')['id']}"
        bo.patch(place, json={"version": 1, "secret": "coffee"})
        entry = bo.get(f"{place}/history").json()["entries"][0]
        answer = bo.post(f"{place}/history/{entry['id']}/bring_back", json={"version": 2, "fields": ["secret"]})
        assert answer.json()["secret"] == "tea"

    @pytest.mark.parametrize("path", ["bulk", "unions"])
    @pytest.mark.parametrize("preview", ["", "/preview"])
    def test_nonsense_is_told_and_changes_nothing(self, bo: httpx.Client, path: str, preview: str) -> None:
        for body in ({}, {"keep": "x"}, {"values": []}, {"values": {"secret": 1}, "versions": {"a": 1}}):
            assert bo.post(f"/api/{path}/kiosk.order{preview}", json=body).status_code in (400, 422)


class TestAccess:
    def test_an_administrator_asks_who_sees_a_record_and_others_may_not(
        self, bo: httpx.Client, cleo: httpx.Client
    ) -> None:
        place = f"{ORDERS}/{made(bo, owner=user(cleo))['id']}/access"
        told = bo.get(place, params={"field": "secret"}).json()
        by_login = {person["login"]: group for group in told["groups"] for person in group["people"]}
        assert by_login["cleo"]["see"] == [{"role": "clerk", "label": "clerk", "scope": "owner = me"}]
        assert by_login["cleo"]["field"] == {"see": [], "change": []}
        assert by_login["bo"]["field"] == {"see": ["boss"], "change": ["boss"]}
        assert cleo.get(place).status_code == 403
