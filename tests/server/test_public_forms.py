"""Public forms: a stranger sends one record and follows it; floods, robots and the curious get nowhere."""

from __future__ import annotations

import threading
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from queti.kernel.person import SYSTEM
from queti.server.addresses import caller_of
from queti.server.app import ROUTES
from tests.server.kiosk import Kiosk, order

WISH: dict[str, Any] = {
    "label": {"en": "Wish", "zh": "愿望"},
    "title": "subject",
    "fields": {
        "subject": {"type": "text", "required": True, "max_length": 50, "label": {"en": "Subject", "zh": "主题"}},
        "kind": {"type": "choice", "choices": {"plain": {"label": {"en": "Plain"}}, "odd": {"label": {"en": "Odd"}}}},
        "why": {"type": "text", "label": {"en": "Why", "zh": "原因"}},
        "about": {"type": "link", "to": "kiosk.order", "filter": "state = 'open'"},
        "channel": {"type": "text"},
        "reply": {"type": "text", "label": {"en": "Reply", "zh": "回复"}},
        "note": {"type": "text"},
        "owner": {"type": "link", "to": "base.user", "default": "me"},
    },
    "linkage": {"odd_ones": {"when": "kind = 'odd'", "require": ["why"], "show": ["why"]}},
}
FORM: dict[str, Any] = {
    "object": "desk.wish",
    "label": {"en": "Wishes", "zh": "愿望单"},
    "title": {"en": "What do you wish?", "zh": "您有什么愿望？"},
    "thanks": {"en": "Thank you", "zh": "谢谢"},
    "fields": ["subject", "kind", "why", "about"],
    "set": {"channel": "'web'"},
    "follow": ["subject", "reply", "about"],
    "per_hour": 1000,
}
LINES: dict[str, Any] = {
    "object": "kiosk.order",
    "label": {"en": "Order"},
    "fields": ["number", "lines.product", "lines.quantity", "lines.price"],
}


def publish(boss: httpx.Client, **bodies: dict[str, Any]) -> httpx.Response:
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    for key, body in bodies.items():
        kind, _, name = key.replace("__", ".").partition("_of_")
        assert boss.put(f"/api/drafts/{draft}/{kind}/{name}", json=body).status_code == 200
    return boss.post(f"/api/drafts/{draft}/publish", json={})


class Desk:
    """A kiosk with public forms, and strangers before it."""

    def __init__(self, kiosk: Kiosk, **form: Any) -> None:
        self.kiosk = kiosk
        self.boss = kiosk.signed_in("bo")
        answer = publish(
            self.boss,
            app_of_desk={"label": {"en": "Desk"}},
            object_of_desk__wish=WISH,
            public_form_of_desk__wishes={**FORM, **form},
            public_form_of_desk__orders=LINES,
            **{"role_of_desk:boss": {"objects": {"desk.wish": {"see": True, "change": True, "create": True}}}},
        )
        assert answer.status_code == 200, answer.text

    def link(self, form: str = "desk.wishes", **given: Any) -> dict[str, Any]:
        answer = self.boss.post(f"/api/public_forms/{form}/links", json=given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def stranger(self, address: str = "198.51.100.7", **headers: str) -> httpx.Client:
        return self.kiosk.client(**{"x-forwarded-for": address, **headers})

    def stamp(self, secret: str, address: str = "198.51.100.7") -> str:
        return self.stranger(address).get(f"/api/public/{secret}").json()["stamp"]

    def send(self, secret: str, address: str = "198.51.100.7", **values: Any) -> httpx.Response:
        sent = {"values": {"subject": "A bench", **values}, "stamp": self.stamp(secret, address)}
        return self.stranger(address).post(f"/api/public/{secret}", json=sent)

    def wishes(self) -> list[dict[str, Any]]:
        fields = "id,subject,kind,why,channel,owner,about"
        return self.boss.get(f"/api/records/desk.wish?fields={fields}&sort=-id").json()["records"]


@pytest.fixture
def start(kiosk_with: Callable[..., Kiosk]) -> Callable[..., Desk]:
    def start(seconds: float = 0.0, **form: Any) -> Desk:
        return Desk(kiosk_with(public_form_seconds=seconds, trusted_proxies=("127.0.0.1",)), **form)

    return start


@pytest.fixture
def desk(start: Callable[..., Desk]) -> Desk:
    return start()


class TestAStranger:
    def test_sees_the_form_sends_it_and_follows_the_answer(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        form = desk.stranger(**{"accept-language": "zh"}).get(f"/api/public/{secret}").json()
        assert form["title"] == "您有什么愿望？"
        assert [field["name"] for field in form["object"]["fields"]] == ["subject", "kind", "why", "about"]
        assert form["object"]["linkage"][0]["require"] == ["why"]
        sent = desk.send(secret, kind="plain")
        assert sent.status_code == 201, sent.text
        assert sent.json()["thanks"] == "Thank you"
        [wish] = desk.wishes()
        assert (wish["subject"], wish["channel"], wish["owner"]) == ("A bench", "web", None)
        desk.boss.patch(f"/api/records/desk.wish/{wish['id']}", json={"reply": "It comes in May", "version": 1})
        followed = desk.stranger().get(f"/api/public/{sent.json()['follow']}").json()
        told = {field["label"]: field["value"] for field in followed["fields"]}
        assert told == {"Subject": "A bench", "Reply": "It comes in May", "about": None}

    def test_lines_are_sent_with_their_record(self, desk: Desk) -> None:
        secret = desk.link("desk.orders")["secret"]
        form = desk.stranger().get(f"/api/public/{secret}").json()["object"]
        assert [field["name"] for field in form["lines"]["lines"]["fields"]] == ["product", "quantity", "price"]
        values = {**order("P-1"), "stamp": 1}
        del values["stamp"]
        sent = desk.stranger().post(f"/api/public/{secret}", json={"values": values, "stamp": desk.stamp(secret)})
        assert (sent.status_code, sent.json()["follow"]) == (201, None)
        [made] = desk.boss.get("/api/records/kiosk.order?where=number='P-1'&fields=total").json()["records"]
        assert made["total"] == "7.00"

    def test_history_names_the_form(self, desk: Desk) -> None:
        desk.send(desk.link()["secret"])
        [wish] = desk.wishes()
        [entry] = desk.boss.get(f"/api/records/desk.wish/{wish['id']}/history").json()["entries"]
        assert (entry["by"], entry["by_name"]) == (None, "desk.wishes")

    def test_linkage_and_rules_bind_as_everywhere(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        refused = desk.send(secret, kind="odd")
        assert refused.status_code == 422
        assert [each["path"] for each in refused.json()["fields"]] == ["why"]
        assert desk.send(secret, kind="odd", why="Because").status_code == 201
        assert desk.send(secret, subject=None).status_code == 422
        assert desk.send(secret, subject="x" * 51).status_code == 422

    def test_what_isnt_asked_isnt_taken(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        for beyond in (
            {"note": "x"},
            {"reply": "yes"},
            {"owner": 1},
            {"channel": "x"},
            {"id": 7},
            {"about": {"number": "A"}},
        ):
            refused = desk.send(secret, **beyond)
            assert refused.status_code == 422, beyond
        assert desk.wishes() == []

    def test_a_value_that_is_there_already_isnt_told(self, desk: Desk) -> None:
        """The form of orders asks their number, which is unique."""
        desk.boss.post("/api/records/kiosk.order", json=order("TAKEN-1"))
        secret = desk.link("desk.orders")["secret"]
        sent = {"values": order("TAKEN-1"), "stamp": desk.stamp(secret)}
        refused = desk.stranger().post(f"/api/public/{secret}", json=sent)
        assert (refused.status_code, refused.json()["code"]) == (422, "answer_not_taken")
        assert not any(word in refused.text for word in ("TAKEN-1", "umber", "records"))
        assert (refused.json()["field"], refused.json()["fields"]) == (None, [])

    def test_what_the_record_lacks_beside_the_form_isnt_told(self, desk: Desk) -> None:
        """Of a form that asks too little neither the field's name nor its label reaches a stranger."""
        short = {**LINES, "fields": ["lines.quantity"]}
        draft = desk.boss.post("/api/drafts", json={}).json()["draft"]
        desk.boss.put(f"/api/drafts/{draft}/public_form/desk.orders", json=short)
        found = desk.boss.post(f"/api/drafts/{draft}/check").json()["findings"]
        assert "“number” is required" in "".join(each["detail"] for each in found if each["severity"] == "warning")
        desk.boss.post(f"/api/drafts/{draft}/publish", json={})
        secret = desk.link("desk.orders")["secret"]
        sent = {"values": {"lines": [{"quantity": "1"}]}, "stamp": desk.stamp(secret)}
        refused = desk.stranger().post(f"/api/public/{secret}", json=sent)
        assert (refused.status_code, refused.json()["code"]) == (422, "answer_not_taken")
        assert not any(word in refused.text for word in ("umber", "roduct", "equired"))

    def test_asking_for_what_must_be_unique_is_warned_of(self, desk: Desk) -> None:
        draft = desk.boss.post("/api/drafts", json={}).json()["draft"]
        desk.boss.put(f"/api/drafts/{draft}/public_form/desk.orders", json={**LINES, "intro": {"en": "Hello"}})
        found = desk.boss.post(f"/api/drafts/{draft}/check").json()["findings"]
        [warning] = [each for each in found if "unique" in each["detail"]]
        assert (warning["severity"], warning["name"], warning["place"]) == ("warning", "desk.orders", "fields")

    def test_links_offer_what_their_filter_offers(self, desk: Desk) -> None:
        open_, closed = desk.boss.post("/api/records/kiosk.order", json=[order("OPEN"), order("SHUT")]).json()[
            "records"
        ]
        desk.boss.post("/api/operations/kiosk.close_order", json={"order": closed["id"]})
        secret = desk.link()["secret"]
        options = desk.stranger().get(f"/api/public/{secret}/options/about").json()["options"]
        assert options == [{"id": open_["id"], "label": "OPEN"}]
        hidden, absent = (desk.send(secret, about=id) for id in (closed["id"], 10**9))
        assert (hidden.status_code, hidden.json()["fields"]) == (422, absent.json()["fields"])
        assert "state" not in hidden.text
        assert desk.send(secret, about=open_["id"]).status_code == 201
        for other in ("owner", "subject", "nothing", "lines.product"):
            assert desk.stranger().get(f"/api/public/{secret}/options/{other}").status_code == 404


class TestKeptOut:
    def test_unknown_over_and_revoked_look_the_same(self, desk: Desk) -> None:
        over, revoked = desk.link(expires_on="2020-01-01")["secret"], desk.link()
        sent = desk.send(revoked["secret"]).json()["follow"]
        desk.boss.delete(f"/api/public_forms/desk.wishes/links/{revoked['id']}")
        answers = [desk.stranger().get(f"/api/public/{each}") for each in ("x", over, revoked["secret"], sent)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.json()["detail"] for answer in answers}) == 1
        assert {tuple(sorted(answer.json())) for answer in answers} == {tuple(sorted(answers[0].json()))}

    def test_the_forms_own_last_day(self, start: Callable[..., Desk]) -> None:
        desk = start(expires_on="2020-01-01")
        assert desk.stranger().get(f"/api/public/{desk.link()['secret']}").status_code == 404

    def test_a_secret_opens_nothing_else(self, desk: Desk) -> None:
        """Every other route, with the secret as token, as cookie and in its place."""
        desk.boss.post("/api/records/kiosk.order", json=order("SECRET-1"))
        secret = desk.link()["secret"]
        follow = desk.send(secret).json()["follow"]
        open_routes = {route.template for route in ROUTES if route.guard == "open"}
        for key in (secret, follow):
            strangers = [desk.stranger(authorization=f"Bearer {key}"), desk.stranger(cookie=f"queti_session={key}")]
            for route in ROUTES:
                if route.template in open_routes:
                    continue
                path = route.template.replace("{object}", "desk.wish").replace("{name}", "desk.wishes")
                path = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
                for stranger in strangers:
                    answer = stranger.request(route.method, path, json={} if route.method != "GET" else None)
                    assert answer.status_code in (401, 404), (route.template, answer.status_code)
                    assert "SECRET-1" not in answer.text

    def test_the_sender_follows_their_own_record_alone(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        mine = desk.send(secret, subject="Mine").json()["follow"]
        desk.send(secret, subject="Theirs")
        told = desk.stranger().get(f"/api/public/{mine}").text
        assert "Mine" in told
        assert "Theirs" not in told
        answer = desk.stranger().post(f"/api/public/{mine}", json={"values": {"subject": "x"}, "stamp": "x"})
        assert answer.status_code == 404
        assert desk.stranger().get(f"/api/public/{mine}/options/about").status_code == 404

    def test_the_secret_isnt_kept(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        with desk.kiosk.db.connection() as connection:
            kept = connection.execute("SELECT l::text FROM platform.public_link l").fetchall()
        assert not any(secret in row[0] for row in kept)
        assert secret not in desk.boss.get("/api/public_forms/desk.wishes/links").text

    def test_only_an_administrator_makes_links(self, desk: Desk) -> None:
        clerk = desk.kiosk.signed_in("cleo")
        assert clerk.post("/api/public_forms/desk.wishes/links", json={}).status_code == 403
        assert desk.boss.post("/api/public_forms/desk.nothing/links", json={}).status_code == 404

    def test_a_form_that_shows_too_much_isnt_published(self, desk: Desk) -> None:
        for wrong in (["owner"], ["nothing"], ["id"], ["about", "lines.x"]):
            answer = publish(desk.boss, public_form_of_desk__wishes={**FORM, "fields": wrong})
            assert answer.status_code == 422, wrong


class TestConnections:
    def test_a_stranger_never_takes_two_at_once(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many strangers come: nobody who holds a connection waits for another."""
        secret, db = desk.link()["secret"], desk.kiosk.db
        held, nested = defaultdict[int, int](int), list[str]()
        lend = db.connection

        @contextmanager
        def counted() -> Iterator[Any]:
            me = threading.get_ident()
            held[me] += 1
            if held[me] > 1:
                nested.append("".join(traceback.format_stack(limit=8)))
            try:
                with lend() as connection:
                    yield connection
            finally:
                held[me] -= 1

        monkeypatch.setattr(db, "connection", counted)
        assert desk.stranger().get(f"/api/public/{secret}/options/about").status_code == 200
        sent = desk.send(secret)
        assert desk.stranger().get(f"/api/public/{sent.json()['follow']}").status_code == 200
        assert held
        assert nested == []

    def test_there_is_one_for_each_thread(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(threads=40)
        assert kiosk.db._pool.max_size > 40  # pyright: ignore[reportPrivateUsage]


class TestFloods:
    def test_one_address_gets_a_tenth(self, start: Callable[..., Desk]) -> None:
        desk = start(per_hour=40)
        secret = desk.link()["secret"]
        assert [desk.send(secret).status_code for _ in range(6)] == [201] * 4 + [429] * 2
        assert desk.send(secret, "203.0.113.9").status_code == 201

    def test_one_address_uses_up_nothing_of_the_others(self, start: Callable[..., Desk]) -> None:
        desk = start(per_hour=10)
        secret = desk.link()["secret"]
        assert [desk.send(secret).status_code for _ in range(12)] == [201] * 3 + [429] * 9
        assert desk.send(secret, "203.0.113.9").status_code == 201

    def test_one_line_of_ipv6_is_one_address(self, start: Callable[..., Desk]) -> None:
        desk = start(per_hour=30)
        secret = desk.link()["secret"]
        sent = [desk.send(secret, f"2001:db8:1:2::{place}").status_code for place in range(1, 6)]
        assert sent == [201] * 3 + [429] * 2
        assert desk.send(secret, "2001:db8:1:3::1").status_code == 201
        assert (caller_of("::ffff:198.51.100.7"), caller_of("x")) == ("198.51.100.7", "x")

    def test_everybody_together_gets_no_more_than_the_form_takes(self, start: Callable[..., Desk]) -> None:
        desk = start(per_hour=4)
        secret = desk.link()["secret"]
        sent = [desk.send(secret, f"203.0.113.{place // 2}").status_code for place in range(6)]
        assert sent == [201] * 4 + [429] * 2

    def test_another_process_counts_along(self, kiosk_with: Callable[..., Kiosk]) -> None:
        settings = {"public_form_seconds": 0.0, "trusted_proxies": ("127.0.0.1",)}
        desk = Desk(kiosk_with(**settings), per_hour=30)
        secret = desk.link()["secret"]
        assert [desk.send(secret).status_code for _ in range(3)] == [201] * 3
        desk.kiosk = kiosk_with(**settings)
        assert desk.send(secret).status_code == 429

    def test_looks_are_counted_too(self, start: Callable[..., Desk]) -> None:
        desk = start(per_hour=30)
        secret = desk.link()["secret"]
        answers = [desk.stranger().get(f"/api/public/{secret}").status_code for _ in range(62)]
        assert (answers[0], answers[-1]) == (200, 429)

    def test_robots_fill_the_hidden_field_and_are_thanked(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        sent = {"values": {"subject": "Buy"}, "stamp": desk.stamp(secret), "website": "https://spam.example"}
        answer = desk.stranger().post(f"/api/public/{secret}", json=sent)
        assert answer.status_code == 201
        assert answer.json()["follow"]
        assert desk.wishes() == []

    def test_nobody_fills_a_form_that_fast(self, start: Callable[..., Desk]) -> None:
        desk = start(seconds=60.0)
        assert (desk.send(desk.link()["secret"]).json()["code"]) == "stamp_wrong"

    def test_a_form_is_sent_once(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        sent = {"values": {"subject": "Once"}, "stamp": desk.stamp(secret)}
        answers = [desk.stranger().post(f"/api/public/{secret}", json=sent).status_code for _ in range(2)]
        assert answers == [201, 409]
        assert len(desk.wishes()) == 1

    @pytest.mark.parametrize("stamp", ["", "1.2.3.4", "x", "0.1.aa.bb", "٣.1.x.y"])
    def test_stamps_of_ones_own_making(self, desk: Desk, stamp: str) -> None:
        secret = desk.link()["secret"]
        sent = {"values": {"subject": "Once"}, "stamp": stamp}
        assert desk.stranger().post(f"/api/public/{secret}", json=sent).status_code == 409

    def test_large_answers_are_refused_unread(self, desk: Desk) -> None:
        secret = desk.link()["secret"]
        sent = {"values": {"subject": "x" * 100_000}, "stamp": "x"}
        assert desk.stranger().post(f"/api/public/{secret}", json=sent).status_code == 413

    @pytest.mark.parametrize("body", [b"[]", b"{", b'{"values": 1}', b'{"values": [], "stamp": 1}', b'"x"'])
    def test_nonsense(self, desk: Desk, body: bytes) -> None:
        secret = desk.link()["secret"]
        answer = desk.stranger().post(
            f"/api/public/{secret}", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code in (400, 422)


def test_nobody_has_no_rights_of_their_own(desk: Desk) -> None:
    """What acts for a stranger sees nothing by itself."""
    from queti.kernel.person import Person

    nobody = Person(user=None, login="", name="", via="desk.wishes")
    model = desk.kiosk.door.platform.run("kiosk", nobody, lambda work: work.as_person.sight)
    assert model is not None
    assert desk.kiosk.door.platform.run("kiosk", SYSTEM, lambda work: work.as_person.sight) is None


def test_what_a_form_asks_is_known_to_be_used(desk: Desk) -> None:
    used = desk.boss.get("/api/lineage/field/desk.wish.reply").json()["used_by"]
    assert {(each["kind"], each["name"], each["place"]) for each in used} == {("public_form", "desk.wishes", "follow")}


def test_the_log_keeps_no_secret(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    secret = desk.link()["secret"]
    for path in (f"/api/public/{secret}", f"/f/{secret}", f"/api/public/{secret}/options/about"):
        desk.stranger().get(path)
    told = capsys.readouterr()
    assert "/f/…" in told.out
    assert secret not in told.out + told.err
