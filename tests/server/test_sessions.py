"""Signing in, staying signed in, being signed out; and what keeps strangers out."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from tests.fixtures.patience import eventually
from tests.server.kiosk import PASSWORD, WORKSPACE, Kiosk, kiosk_catalogue, order, sign_in


@pytest.fixture
def by_cookie(kiosk: Kiosk) -> httpx.Client:
    """Signed in by cookie."""
    client = kiosk.client()
    assert sign_in(client, "cleo").status_code == 201
    return client


class TestSignIn:
    def test_tells_who_is_signed_in(self, kiosk: Kiosk) -> None:
        me = sign_in(kiosk.client(), "cleo").json()["me"]
        company = {"name": "Kiosk", "currency": "CNY", "timezone": "Asia/Shanghai"}
        assert (me["login"], me["roles"], me["company"]) == ("cleo", ["clerk"], company)

    @pytest.mark.parametrize(("login", "password"), [("cleo", "wrong"), ("nobody", PASSWORD)])
    def test_wrong_ones_are_all_alike(self, kiosk_with: Callable[..., Kiosk], login: str, password: str) -> None:
        answer = sign_in(kiosk_with().client(), login, password)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_sign_in")
        assert "set-cookie" not in answer.headers

    def test_the_cookie_is_for_the_server_alone(self, kiosk: Kiosk) -> None:
        cookie = sign_in(kiosk.client(), "cleo").headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))

    def test_behind_https_the_cookie_is_secure(self, kiosk_with: Callable[..., Kiosk]) -> None:
        answer = sign_in(kiosk_with(public_url="https://kiosk.example").client(), "cleo")
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers

    def test_only_the_hash_of_a_token_is_kept(self, kiosk: Kiosk) -> None:
        token = sign_in(kiosk.client(), "cleo").json()["token"]
        with kiosk.db.connection() as connection:
            rows = connection.execute("SELECT s::text FROM platform.session s").fetchall()
        assert rows
        assert not any(token in row[0] for row in rows)


class TestThrottle:
    def test_after_too_many_failures_even_the_right_password_waits(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(sign_ins_per_login=3)
        client = kiosk.client()
        for _ in range(3):
            assert sign_in(client, "cleo", "wrong").status_code == 401
        tired = sign_in(client, "cleo")
        assert (tired.status_code, tired.json()["code"]) == (429, "too_many_attempts")
        assert int(tired.headers["retry-after"]) > 0
        assert sign_in(client, "bo").status_code == 201

    def test_an_address_that_tries_many_logins_waits(self, kiosk_with: Callable[..., Kiosk]) -> None:
        client = kiosk_with(sign_ins_per_address=3).client()
        for login in ("a", "b", "c"):
            assert sign_in(client, login, "wrong").status_code == 401
        assert sign_in(client, "bo").status_code == 429

    def test_the_lock_outlives_the_process(self, kiosk_with: Callable[..., Kiosk]) -> None:
        first, second = kiosk_with(lock_after=2), kiosk_with(lock_after=2)
        for _ in range(2):
            sign_in(first.client(), "cleo", "wrong")
        assert sign_in(second.client(), "cleo").status_code == 429


class TestLockout:
    """Who guesses shuts out nobody but himself."""

    HOME, AWAY = "198.51.100.7", "203.0.113.9"

    @pytest.fixture
    def door(self, kiosk_with: Callable[..., Kiosk]) -> Kiosk:
        return kiosk_with(lock_after=2, lock_strangers_after=5, trusted_proxies=("127.0.0.1",))

    def guess(self, kiosk: Kiosk, address: str, password: str = "wrong") -> int:
        return sign_in(kiosk.client(**{"x-forwarded-for": address}), "cleo", password).status_code

    def test_is_of_the_address_that_guessed(self, door: Kiosk) -> None:
        assert [self.guess(door, self.AWAY) for _ in range(3)] == [401, 401, 429]
        assert self.guess(door, self.AWAY, PASSWORD) == 429
        assert self.guess(door, self.HOME, PASSWORD) == 201

    def test_of_many_strangers_spares_the_addresses_that_the_account_knows(self, door: Kiosk) -> None:
        assert self.guess(door, self.HOME, PASSWORD) == 201
        assert {self.guess(door, f"203.0.113.{last}") for last in range(1, 6)} == {401}
        assert self.guess(door, self.AWAY, PASSWORD) == 429
        assert self.guess(door, self.HOME, PASSWORD) == 201

    def test_once_over_the_count_begins_anew(self, door: Kiosk) -> None:
        assert [self.guess(door, self.AWAY) for _ in range(3)] == [401, 401, 429]
        with door.db.connection() as connection:
            connection.execute("UPDATE platform.sign_in_failure SET at = at - interval '1 hour'")
        assert self.guess(door, self.AWAY) == 401
        assert self.guess(door, self.AWAY, PASSWORD) == 201

    def test_is_shown_to_the_administrator_and_ended_by_a_new_password(self, door: Kiosk) -> None:
        assert [self.guess(door, self.AWAY) for _ in range(2)] == [401, 401]
        bo = door.signed_in("bo")
        [cleo] = [user for user in bo.get("/api/admin/users").json()["users"] if user["login"] == "cleo"]
        assert cleo["account"]["locked_until"]
        password = bo.post(f"/api/admin/users/{cleo['id']}/reset").json()["password"]
        assert self.guess(door, self.AWAY, password) == 201


class TestSampleSignIns:
    def test_work_from_this_machine(self, kiosk: Kiosk) -> None:
        assert sign_in(kiosk.client(), "sam").status_code == 201
        samples = kiosk.client().get("/api/session/samples").json()["samples"]
        assert [sample["login"] for sample in samples] == ["sam"]

    @pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"])
    def test_not_through_a_proxy(self, kiosk: Kiosk, header: str) -> None:
        client = kiosk.client(**{header: "for=203.0.113.9" if header == "forwarded" else "203.0.113.9"})
        assert sign_in(client, "sam").json()["code"] == "sample_sign_in_elsewhere"
        assert client.get("/api/session/samples").json() == {"samples": []}

    def test_not_with_a_public_address(self, kiosk_with: Callable[..., Kiosk]) -> None:
        client = kiosk_with(public_url="http://kiosk.example").client()
        assert sign_in(client, "sam").status_code == 403
        assert sign_in(client, "cleo").status_code == 201


class TestSignedOut:
    def test_at_once(self, kiosk: Kiosk) -> None:
        cleo = kiosk.signed_in("cleo")
        assert cleo.get("/api/session").status_code == 200
        assert cleo.delete("/api/session").status_code == 204
        assert cleo.get("/api/session").json()["code"] == "not_signed_in"

    def test_in_every_process(self, kiosk_with: Callable[..., Kiosk]) -> None:
        first, second = kiosk_with(), kiosk_with()
        cleo = first.signed_in("cleo")
        there = second.client(authorization=cleo.headers["authorization"])
        assert there.get("/api/session").status_code == 200
        cleo.delete("/api/session")
        eventually(lambda: there.get("/api/session").status_code == 401, "the end of the session elsewhere")

    def test_while_the_line_between_processes_is_cut(self, kiosk_with: Callable[..., Kiosk]) -> None:
        first, second = kiosk_with(), kiosk_with()
        cleo = first.signed_in("cleo")
        there = second.client(authorization=cleo.headers["authorization"])
        assert there.get("/api/session").status_code == 200
        with first.db.connection() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query = 'SELECT 1'"
            )
        cleo.delete("/api/session")
        eventually(lambda: there.get("/api/session").status_code == 401, "the end of the session elsewhere")

    def test_by_the_administrator(self, kiosk: Kiosk) -> None:
        bo, gus = kiosk.signed_in("bo"), kiosk.signed_in("gus")
        sessions = bo.get("/api/admin/sessions").json()["sessions"]
        [his] = [session["id"] for session in sessions if session["login"] == "gus"]
        assert bo.delete(f"/api/admin/sessions/{his}").status_code == 204
        assert gus.get("/api/session").status_code == 401

    def test_a_new_password_ends_the_other_sessions(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        here, there = kiosk.signed_in("cleo"), kiosk.signed_in("cleo")
        wrong = here.post("/api/session/password", json={"old": "wrong", "new": "battery staple"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "old")
        weak = here.post("/api/session/password", json={"old": PASSWORD, "new": "short"})
        assert weak.json()["code"] == "weak_password"
        given = {"old": PASSWORD, "new": "battery staple"}
        assert here.post("/api/session/password", json=given).status_code == 204
        assert here.get("/api/session").status_code == 200
        assert there.get("/api/session").status_code == 401
        assert sign_in(kiosk.client(), "cleo", "battery staple").status_code == 201


class TestGivenPassword:
    """One that was told to its owner by somebody else opens nothing but its own change."""

    @pytest.fixture
    def dee(self, kiosk_with: Callable[..., Kiosk]) -> tuple[Kiosk, httpx.Client, str]:
        kiosk = kiosk_with()
        given = {"name": "Dee", "login": "dee", "roles": ["boss"], "language": "en"}
        password = kiosk.signed_in("bo").post("/api/admin/users", json=given).json()["password"]
        client = kiosk.client(**{"x-queti": "1"})
        assert sign_in(client, "dee", password).status_code == 201
        return kiosk, client, password

    @pytest.mark.parametrize(
        "path", ["definitions", "records/kiosk.order", "events", "exports/kiosk.order", "admin/users", "home"]
    )
    def test_shows_nothing(self, dee: tuple[Kiosk, httpx.Client, str], path: str) -> None:
        answer = dee[1].get(f"/api/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "password_to_be_chosen")

    def test_writes_nothing(self, dee: tuple[Kiosk, httpx.Client, str]) -> None:
        assert dee[1].post("/api/records/kiosk.order", json=order("G-1")).json()["code"] == "password_to_be_chosen"
        upload = dee[1].post("/api/imports", files={"file": ("a.csv", b"a")})
        assert upload.json()["code"] == "password_to_be_chosen"

    def test_is_changed_for_another_one(self, dee: tuple[Kiosk, httpx.Client, str]) -> None:
        _, client, password = dee
        assert client.get("/api/session").json()["me"]["must_change"] is True
        same = client.post("/api/session/password", json={"old": password, "new": password})
        assert (same.status_code, same.json()["code"]) == (422, "same_password")
        own = {"old": password, "new": "battery staple"}
        assert client.post("/api/session/password", json=own).status_code == 204
        assert client.get("/api/session").json()["me"]["must_change"] is False
        assert client.get("/api/records/kiosk.order").status_code == 200

    def test_lets_its_owner_go_again(self, dee: tuple[Kiosk, httpx.Client, str]) -> None:
        assert dee[1].delete("/api/session").status_code == 204


class TestForeignPages:
    """A cookie alone doesn't write."""

    def test_a_write_by_cookie_needs_our_header(self, by_cookie: httpx.Client) -> None:
        bare = by_cookie.post("/api/records/kiosk.order", json=order("C-1"))
        assert (bare.status_code, bare.json()["code"]) == (403, "missing_header")
        ours = by_cookie.post("/api/records/kiosk.order", json=order("C-1"), headers={"x-queti": "1"})
        assert ours.status_code == 201

    @pytest.mark.parametrize(
        "headers",
        [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    )
    def test_not_even_with_it_from_another_site(self, by_cookie: httpx.Client, headers: dict[str, str]) -> None:
        answer = by_cookie.delete("/api/session", headers={"x-queti": "1", **headers})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")

    def test_our_own_origin_is_fine(self, kiosk: Kiosk, by_cookie: httpx.Client) -> None:
        answer = by_cookie.patch("/api/session", json={}, headers={"x-queti": "1", "origin": kiosk.address})
        assert answer.status_code == 200

    def test_another_site_can_not_sign_a_browser_in(self, kiosk: Kiosk) -> None:
        assert sign_in(kiosk.client(), "cleo", origin="https://evil.example").status_code == 403

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", ""])
    def test_a_name_that_is_not_ours_is_refused(self, kiosk: Kiosk, host: str) -> None:
        answer = kiosk.client(host=host).get("/healthz")
        assert answer.status_code in (400, 421)

    @pytest.mark.parametrize("host", ["localhost:8700", "127.0.0.1", "[::1]:8700", "192.168.1.9:8700"])
    def test_our_names_and_plain_addresses_pass(self, kiosk: Kiosk, host: str) -> None:
        assert kiosk.client(host=host).get("/healthz").status_code == 200


class TestAdministration:
    def test_a_colleague_is_invited_disabled_and_let_in_again(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        given = {"name": "Dee", "login": "Dee", "roles": ["clerk"], "language": "zh"}
        invited = bo.post("/api/admin/users", json=given)
        assert invited.status_code == 201, invited.text
        user, password = invited.json()["id"], invited.json()["password"]
        dee = kiosk.client()
        first = sign_in(dee, "dee", password)
        assert (first.json()["me"]["must_change"], first.json()["me"]["language"]) == (True, "zh")
        assert bo.post(f"/api/admin/users/{user}/disable").status_code == 204
        assert dee.get("/api/session").status_code == 401
        assert bo.post(f"/api/admin/users/{user}/enable").status_code == 204
        fresh = bo.post(f"/api/admin/users/{user}/reset").json()["password"]
        assert sign_in(kiosk.client(), "dee", password).status_code == 401
        assert sign_in(kiosk.client(), "dee", fresh).status_code == 201

    def test_an_invitation_sent_twice_is_one(self, kiosk: Kiosk) -> None:
        bo, key = kiosk.signed_in("bo"), {"idempotency-key": "invite eve"}
        given = {"name": "Eve", "login": "eve", "roles": ["clerk"]}
        first, second = (bo.post("/api/admin/users", json=given, headers=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert (first.json()["id"], second.headers["idempotency-replayed"]) == (second.json()["id"], "true")
        with kiosk.db.connection() as connection:
            [(kept,)] = connection.execute(
                "SELECT answer FROM w_kiosk.kernel_idempotency WHERE key = 'invite eve'"
            ).fetchall()
        assert "password" not in kept
        eve = kiosk.client(**{"x-queti": "1"})
        assert sign_in(eve, "eve", second.json()["password"]).status_code == 201
        own = {"old": second.json()["password"], "new": "battery staple"}
        assert eve.post("/api/session/password", json=own).status_code == 204
        assert bo.post("/api/admin/users", json=given, headers=key).json()["password"] is None
        assert sign_in(kiosk.client(), "eve", "battery staple").status_code == 201

    def test_a_session_is_ended_twice_alike(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        kiosk.signed_in("gus")
        sessions = bo.get("/api/admin/sessions").json()["sessions"]
        his = next(session["id"] for session in sessions if session["login"] == "gus")
        assert [bo.delete(f"/api/admin/sessions/{his}").status_code for _ in range(2)] == [204, 204]

    def test_a_login_is_used_once(self, kiosk: Kiosk) -> None:
        taken = kiosk.signed_in("bo").post("/api/admin/users", json={"name": "Other", "login": "CLEO", "roles": []})
        assert taken.status_code == 409
        people = kiosk.signed_in("bo").get("/api/admin/users").json()["users"]
        assert "Other" not in [person["name"] for person in people]

    def test_new_roles_hold_from_the_next_request_on(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        bo, gus = kiosk.signed_in("bo"), kiosk.signed_in("gus")
        assert gus.get("/api/records/kiosk.order").status_code == 403
        [his] = [user["id"] for user in bo.get("/api/admin/users").json()["users"] if user["login"] == "gus"]
        assert bo.post(f"/api/admin/users/{his}/roles", json={"roles": ["clerk"]}).status_code == 204
        assert gus.get("/api/records/kiosk.order").status_code == 200
        assert bo.post(f"/api/admin/users/{his}/roles", json={"roles": ["king"]}).status_code == 422

    def test_so_do_those_that_no_request_gave(self, kiosk: Kiosk) -> None:
        """An import, a worker, another process: the news goes with the commit."""
        pat = {"name": "Pat", "login": "pat", "roles": []}
        invited = kiosk.signed_in("bo").post("/api/admin/users", json=pat).json()
        client = kiosk.client(**{"x-queti": "1"})
        sign_in(client, "pat", invited["password"])
        given = {"old": invited["password"], "new": PASSWORD}
        assert client.post("/api/session/password", json=given).status_code == 204
        assert client.get("/api/records/kiosk.order").status_code == 403
        elsewhere = Platform(kiosk.db, kiosk_catalogue())
        clerk = {"roles": ["clerk"]}
        elsewhere.run(WORKSPACE, SYSTEM, lambda work: work.change("base.user", [(invited["id"], clerk)]))
        eventually(lambda: client.get("/api/records/kiosk.order").status_code == 200, "the new role")

    def test_nobody_shuts_themselves_out(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        own = bo.get("/api/session").json()["me"]["user"]
        assert bo.post(f"/api/admin/users/{own}/disable").json()["code"] == "yourself"

    def test_attempts_are_listed(self, kiosk: Kiosk) -> None:
        sign_in(kiosk.client(), "gus", "wrong")
        last = kiosk.signed_in("bo").get("/api/admin/sign-ins").json()["sign_ins"]
        assert {"gus", "bo"} <= {attempt["login"] for attempt in last}
        assert False in {attempt["ok"] for attempt in last}

    def test_a_backup_is_made_and_fetched(self, kiosk: Kiosk) -> None:
        bo = kiosk.signed_in("bo")
        made = bo.post("/api/admin/backup")
        assert made.status_code == 201, made.text
        listed = bo.get("/api/admin/backups").json()["backups"]
        assert made.json()["name"] in [backup["name"] for backup in listed]
        fetched = bo.get(f"/api/admin/backups/{made.json()['name']}")
        assert len(fetched.content) == made.json()["size"]
        assert bo.get("/api/admin/backups/..%2F..%2Fsecrets").status_code == 404

    def test_is_for_administrators_alone(self, kiosk: Kiosk) -> None:
        cleo = kiosk.signed_in("cleo")
        for place in ("users", "sessions", "sign-ins", "backups"):
            assert cleo.get(f"/api/admin/{place}").status_code == 403
