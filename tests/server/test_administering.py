"""Somebody always administers, and nobody gives more than they have."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx

from tests.server.kiosk import Kiosk


def people(bo: httpx.Client) -> dict[str, dict[str, Any]]:
    return {user["login"]: user for user in bo.get("/api/admin/users").json()["users"]}


def second_boss(bo: httpx.Client, login: str) -> int:
    answer = bo.post("/api/admin/users", json={"name": login, "login": login, "roles": ["boss"]})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


class TestTheLastAdministrator:
    def test_stays_one_by_every_entrance(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        bo = kiosk.signed_in("bo")
        own = people(bo)["bo"]["id"]
        place = f"/api/records/base.user/{own}"
        version = bo.get(place).json()["version"]
        for answer in (
            bo.patch(place, json={"version": version, "roles": ["clerk"]}),
            bo.request("DELETE", place, json={"version": version}),
            bo.post("/api/bulk/base.user", json={"where": "login = 'bo'", "set": {"roles": []}, "ids": [own]}),
        ):
            assert answer.status_code in (409, 422), answer.text
        assert bo.patch(place, json={"version": version, "roles": []}).json()["code"] == "last_administrator"
        assert bo.get("/api/admin/users").status_code == 200

    def test_one_of_two_may_go_and_one_who_may_not_sign_in_does_not_count(
        self, kiosk_with: Callable[..., Kiosk]
    ) -> None:
        kiosk = kiosk_with()
        bo = kiosk.signed_in("bo")
        second, own = second_boss(bo, "ada"), people(bo)["bo"]["id"]
        assert bo.post(f"/api/admin/users/{second}/disable").status_code == 204
        version = bo.get(f"/api/records/base.user/{own}").json()["version"]
        refused = bo.patch(f"/api/records/base.user/{own}", json={"version": version, "roles": []})
        assert refused.json()["code"] == "last_administrator"
        assert bo.post(f"/api/admin/users/{second}/enable").status_code == 204
        assert bo.patch(f"/api/records/base.user/{own}", json={"version": version, "roles": []}).status_code == 200
        assert bo.get("/api/admin/users").status_code == 403

    def test_of_two_who_unseat_each_other_at_once_one_stays(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        bo = kiosk.signed_in("bo")
        own = people(bo)["bo"]["id"]
        second = second_boss(bo, "ada")
        other = kiosk.signed_in("bo")
        codes: list[int] = []
        gate = threading.Barrier(2)

        def unseat(client: httpx.Client, user: int) -> None:
            gate.wait()
            codes.append(client.patch(f"/api/records/base.user/{user}", json={"version": 1, "roles": []}).status_code)

        threads = [threading.Thread(target=unseat, args=each) for each in ((bo, own), (other, second))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) in ([200, 403], [200, 409])

    def test_no_publication_takes_the_right_from_all(self, kiosk_with: Callable[..., Kiosk]) -> None:
        bo = kiosk_with().signed_in("bo")
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        body = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]["boss"]["body"]
        change = {"kind": "role", "name": "boss", "body": {**body, "administers": False}}
        answer = bo.post(f"/api/drafts/{draft}/changes", json={"version": 1, "changes": [change]})
        assert answer.status_code == 200, answer.text
        found = bo.post(f"/api/drafts/{draft}/check").json()["findings"]
        assert ("role", "boss", "administers") in {(each["kind"], each["name"], each["place"]) for each in found}
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 422
        assert bo.get("/api/admin/users").status_code == 200


class TestGivingRoles:
    def test_who_may_change_people_gives_own_roles_only(self, kiosk_with: Callable[..., Kiosk]) -> None:
        kiosk = kiosk_with()
        bo = kiosk.signed_in("bo")
        draft = bo.post("/api/drafts", json={}).json()["draft"]
        body = bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]["clerk"]["body"]
        body["objects"]["base.user"] = {"see": True, "create": True, "change": True}
        bo.put(f"/api/drafts/{draft}/role/clerk", json=body)
        assert bo.post(f"/api/drafts/{draft}/publish", json={}).status_code in (200, 201)
        known, cleo = people(bo), kiosk.signed_in("cleo")
        gus, own = known["gus"], known["cleo"]

        def gives(user: dict[str, Any], roles: list[str]) -> httpx.Response:
            version = bo.get(f"/api/records/base.user/{user['id']}").json()["version"]
            return cleo.patch(f"/api/records/base.user/{user['id']}", json={"version": version, "roles": roles})

        for user in (gus, own):
            refused = gives(user, ["boss"])
            assert (refused.status_code, refused.json()["code"]) == (403, "roles_beyond_own")
        made = {"name": "New", "login": "new", "roles": ["boss"]}
        assert cleo.post("/api/records/base.user", json=made).json()["code"] == "roles_beyond_own"
        assert gives(gus, ["guest", "clerk"]).status_code == 200
        assert gives(gus, []).status_code == 200
        assert cleo.post("/api/records/base.user", json={**made, "roles": ["clerk"]}).status_code == 201


class Office:
    """A kiosk with departments."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk, self.bo = kiosk, kiosk.signed_in("bo")
        draft = self.bo.post("/api/drafts", json={}).json()["draft"]
        known = self.bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]
        user, boss = known["object"]["base.user"]["body"], known["role"]["boss"]["body"]
        user["fields"]["department"] = {"type": "link", "to": DEPARTMENT, "reverse": "people"}
        boss["objects"][DEPARTMENT] = {"see": True, "create": True, "change": True, "remove": True}
        parent = {"type": "link", "to": DEPARTMENT, "reverse": "parts"}
        fields = {"name": {"type": "text"}, "parent": parent, "roles": {"type": "roles"}}
        bodies = {f"object/{DEPARTMENT}": {"title": "name", "fields": fields, "label": {"en": "Department"}}}
        for place, body in {**bodies, "object/base.user": user, "role/boss": boss}.items():
            answer = self.bo.put(f"/api/drafts/{draft}/{place}", json=body)
            assert answer.status_code == 200, answer.text
        published = self.bo.post(f"/api/drafts/{draft}/publish", json={})
        assert published.status_code == 200, published.text

    def department(self, name: str, **values: Any) -> int:
        answer = self.bo.post(f"/api/records/{DEPARTMENT}", json={"name": name, **values})
        assert answer.status_code == 201, answer.text
        return answer.json()["records"][0]["id"]

    def change(self, who: httpx.Client, object: str, id: int, **values: Any) -> httpx.Response:
        place = f"/api/records/{object}/{id}"
        return who.patch(place, json={"version": who.get(place).json()["version"], **values})


DEPARTMENT = "base.department"


class TestDepartmentsThatAdminister:
    def test_a_department_above_makes_an_administrator_who_may_then_be_the_last(
        self, kiosk_with: Callable[..., Kiosk]
    ) -> None:
        office = Office(kiosk_with())
        board = office.department("Board", roles=["boss"])
        desk = office.department("Desk", parent=board)
        cleo, her_id = office.kiosk.signed_in("cleo"), people(office.bo)["cleo"]["id"]
        assert cleo.get("/api/admin/users").status_code == 403
        moved = office.change(office.bo, "base.user", her_id, roles=[], department=desk)
        assert moved.status_code == 200, moved.text
        assert cleo.get("/api/admin/users").status_code == 200
        own = people(cleo)["bo"]["id"]
        assert office.change(cleo, "base.user", own, roles=[]).status_code == 200
        assert office.bo.get("/api/admin/users").status_code == 403

        for object, id, values in (
            ("base.user", her_id, {"department": None}),
            (DEPARTMENT, board, {"roles": []}),
            (DEPARTMENT, desk, {"parent": None}),
        ):
            refused = office.change(cleo, object, id, **values)
            assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator"), refused.text
        assert cleo.get("/api/admin/users").status_code == 200

    def test_nobody_gives_by_a_department_what_they_have_not(self, kiosk_with: Callable[..., Kiosk]) -> None:
        office = Office(kiosk_with())
        draft = office.bo.post("/api/drafts", json={}).json()["draft"]
        clerk = office.bo.get(f"/api/drafts/{draft}/definitions").json()["definitions"]["role"]["clerk"]["body"]
        clerk["objects"] |= {
            "base.user": {"see": True, "change": True},
            DEPARTMENT: {"see": True, "create": True, "change": True},
        }
        office.bo.put(f"/api/drafts/{draft}/role/clerk", json=clerk)
        assert office.bo.post(f"/api/drafts/{draft}/publish", json={}).status_code == 200
        board, desk = office.department("Board", roles=["boss"]), office.department("Desk")
        cleo = office.kiosk.signed_in("cleo")
        own = people(office.bo)["cleo"]["id"]
        for object, id, values in (
            ("base.user", own, {"department": board}),
            (DEPARTMENT, desk, {"roles": ["boss"]}),
            (DEPARTMENT, desk, {"parent": board}),
        ):
            if values.get("department") is None:
                office.change(office.bo, "base.user", own, department=desk)
            refused = office.change(cleo, object, id, **values)
            assert (refused.status_code, refused.json()["code"]) == (403, "roles_beyond_own"), refused.text
        assert office.change(cleo, DEPARTMENT, desk, roles=["clerk"]).status_code == 200


def test_the_screen_knows_ones_own_departments_and_those_below(kiosk: Kiosk) -> None:
    office = Office(kiosk)
    sales = office.department("Sales")
    north = office.department("Sales North", parent=sales)
    office.department("Workshop")
    assert office.change(office.bo, "base.user", people(office.bo)["bo"]["id"], department=sales).status_code == 200
    for door in ("session", "definitions"):
        assert sorted(office.bo.get(f"/api/{door}").json()["me"]["departments"]) == [sales, north]
