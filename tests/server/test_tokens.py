"""API tokens: roles of their own, shown once, revoked at once, named in history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.fixtures.patience import eventually
from tests.server.kiosk import Kiosk, order


def make(client: httpx.Client, **given: Any) -> dict[str, Any]:
    answer = client.post("/api/tokens", json={"name": "Shop robot", "roles": ["clerk"], **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


def program(kiosk: Kiosk, token: str) -> httpx.Client:
    return kiosk.client(authorization=f"Bearer {token}")


class TestMaking:
    def test_an_administrator_gives_it_roles_of_its_own(self, kiosk: Kiosk) -> None:
        boss = kiosk.signed_in("bo")
        robot = program(kiosk, make(boss)["token"])
        made = robot.post("/api/records/kiosk.order", json=order("K-1"))
        assert made.status_code == 201, made.text
        assert robot.get("/api/admin/users").status_code == 403, "a clerk's token administers nothing"
        assert "secret" not in robot.get(f"/api/records/kiosk.order/{made.json()['records'][0]['id']}").json()

    def test_it_is_shown_once_and_kept_as_a_hash(self, kiosk: Kiosk) -> None:
        boss = kiosk.signed_in("bo")
        token = make(boss, name="Once")["token"]
        listed = boss.get("/api/tokens").text
        assert "Once" in listed
        assert token not in listed
        with kiosk.db.connection() as connection:
            kept = connection.execute("SELECT t::text FROM platform.api_token t").fetchall()
        assert not any(token in row[0] for row in kept)
        twice = [boss.post("/api/tokens", json={"name": "Key", "roles": ["clerk"]}, headers={"idempotency-key": "t1"})
                 for _ in range(2)]  # fmt: skip
        assert twice[0].json()["token"]
        assert (twice[1].json()["id"], twice[1].json()["token"]) == (twice[0].json()["id"], None)

    def test_a_person_makes_one_within_own_rights(self, kiosk: Kiosk) -> None:
        clerk = kiosk.signed_in("cleo")
        own = program(kiosk, make(clerk, name="Mine")["token"])
        assert own.get("/api/session").json()["me"]["login"] == "cleo"
        assert own.post("/api/records/kiosk.order", json=order("K-2")).status_code == 201
        for wish in (
            {"roles": ["boss"]},
            {"roles": []},
            {"is_personal": False},
            {"name": ""},
            {"expires_on": "tomorrow"},
        ):
            refused = clerk.post("/api/tokens", json={"name": "X", "roles": ["clerk"], **wish})
            assert refused.status_code == 422, wish
        assert {each["name"] for each in clerk.get("/api/tokens").json()["tokens"]} == {"Mine"}

    def test_it_makes_no_tokens_and_changes_no_password(self, kiosk: Kiosk) -> None:
        boss = kiosk.signed_in("bo")
        robot = program(kiosk, make(boss, roles=["boss"])["token"])
        assert robot.get("/api/admin/users").status_code == 200
        answers = [
            robot.post("/api/tokens", json={"name": "More", "roles": ["boss"]}),
            robot.delete("/api/tokens/1"),
            robot.post("/api/session/password", json={"old": "x", "new": "y"}),
            robot.patch("/api/session", json={"language": "zh"}),
        ]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "not_for_programs")}


class TestUsing:
    def test_history_names_the_token(self, kiosk: Kiosk) -> None:
        robot = program(kiosk, make(kiosk.signed_in("bo"), name="Night import")["token"])
        id = robot.post("/api/records/kiosk.order", json=order("K-3")).json()["records"][0]["id"]
        [entry] = kiosk.signed_in("bo").get(f"/api/records/kiosk.order/{id}/history").json()["entries"]
        assert (entry["by_name"], entry["via"]) == ("Night import", "Night import")

    def test_a_cookie_doesnt_carry_it_across_sites(self, kiosk: Kiosk) -> None:
        token = make(kiosk.signed_in("bo"))["token"]
        refused = kiosk.client(cookie=f"queti_session={token}").post("/api/records/kiosk.order", json=order("K-4"))
        assert refused.status_code == 403

    def test_when_it_was_used_is_told(self, kiosk: Kiosk) -> None:
        boss = kiosk.signed_in("bo")
        made = make(boss, name="Used")
        known = lambda: {each["name"]: each for each in boss.get("/api/tokens").json()["tokens"]}["Used"]  # noqa: E731
        assert known()["used_at"] is None
        program(kiosk, made["token"]).get("/api/session")
        assert known()["used_at"] is not None

    def test_it_is_throttled(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with(token_requests=5)
        robot = program(kiosk, make(kiosk.signed_in("bo"))["token"])
        answers = [robot.get("/api/session").status_code for _ in range(8)]
        assert answers[0] == 200
        assert answers[-1] == 429


class TestEnding:
    @pytest.fixture
    def two(self, kiosk_with: Callable[..., Kiosk]) -> tuple[Kiosk, Kiosk]:
        """Two processes on one database."""
        return kiosk_with(), kiosk_with()

    def test_revoked_in_one_process_it_is_dead_in_the_other(self, two: tuple[Kiosk, Kiosk]) -> None:
        boss = two[0].signed_in("bo")
        made = make(boss)
        there = program(two[1], made["token"])
        assert there.get("/api/session").status_code == 200
        assert boss.delete(f"/api/tokens/{made['id']}").status_code == 204
        assert program(two[0], made["token"]).get("/api/session").status_code == 401
        assert eventually(lambda: there.get("/api/session").status_code == 401, "the token's end")
        assert boss.delete(f"/api/tokens/{made['id']}").status_code == 404

    def test_others_personal_tokens_are_revoked_by_an_administrator_alone(self, kiosk: Kiosk) -> None:
        made = make(kiosk.signed_in("cleo"), name="Cleo's")
        assert kiosk.signed_in("gus").delete(f"/api/tokens/{made['id']}").status_code == 404
        assert kiosk.signed_in("bo").delete(f"/api/tokens/{made['id']}").status_code == 204

    def test_after_its_day_it_is_dead(self, kiosk: Kiosk) -> None:
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
        made = make(kiosk.signed_in("bo"), expires_on=tomorrow)
        with kiosk.db.connection() as connection:
            connection.execute("UPDATE platform.api_token SET expires_at = now() WHERE id = %s", (made["id"],))
        assert program(kiosk, made["token"]).get("/api/session").status_code == 401

    def test_a_personal_one_shrinks_with_its_person(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        boss, clerk = kiosk.signed_in("bo"), kiosk.signed_in("cleo")
        robot = program(kiosk, make(clerk)["token"])
        user = clerk.get("/api/session").json()["me"]["user"]
        assert robot.get("/api/records/kiosk.order").status_code == 200
        boss.post(f"/api/admin/users/{user}/roles", json={"roles": ["guest"]})
        assert robot.get("/api/records/kiosk.order").status_code == 403
        boss.post(f"/api/admin/users/{user}/disable", json={})
        assert robot.get("/api/session").status_code == 401
