"""Flows over HTTP: decided with a password, tried as a draft, run over the past, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from queti.jobs.schema import prepare_database
from queti.server.accounts import add_account
from tests.engines.flows.conftest import PLACE, Company
from tests.engines.flows.test_sight import becomes
from tests.fixtures.database import Databases
from tests.fixtures.patience import PATIENCE, eventually
from tests.server.kiosk import PASSWORD, Kiosk, serving
from tests.server.test_events import listening

FLOWS = {
    "check": {"steps": {"one": {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}}},
    "sign": {
        "steps": {
            "one": {"kind": "approve", "confirm": "password", "who": {"them": {"by": "user", "users": ["ann", "bob"]}}}
        }
    },
}


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Kiosk]]:
    with databases.fresh(databases.template("flowing", prepare_database)) as database:
        company = Company(database, FLOWS)
        for login in ("boss", "ann", "sam"):
            add_account(database, PLACE, login, PASSWORD, company.ids[login])
        with serving(database, tmp_path_factory.mktemp("flows"), company.platform.catalogue) as server:
            yield company, server


@pytest.fixture
def company(place: tuple[Company, Kiosk]) -> Company:
    return place[0]


@pytest.fixture
def signed_in(place: tuple[Company, Kiosk]) -> Iterator[Callable[[str], httpx.Client]]:
    clients: list[httpx.Client] = []

    def sign_in(login: str) -> httpx.Client:
        client = httpx.Client(base_url=place[1].address, timeout=PATIENCE, verify=False)
        answer = client.post("/api/session", json={"workspace": PLACE, "login": login, "password": PASSWORD})
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        clients.append(client)
        return client

    yield sign_in
    for client in clients:
        client.close()


def test_a_password_is_asked_for_and_a_wrong_one_decides_nothing(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    instance = company.submit(company.request(), "own.sign")
    ann, task = signed_in("ann"), company.task("ann")
    plain = ann.post("/api/operations/flow.approve", json={"task": task})
    assert (plain.status_code, plain.json()["code"]) == (403, "password_needed")
    wrong = ann.post("/api/operations/flow.approve/confirmed", json={"password": "guess", "inputs": {"task": task}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_their_password")
    assert company.read(instance, "flow.instance").state == "running"
    given = {"password": PASSWORD, "inputs": {"task": task, "reason": "fine"}}
    for _ in range(2):
        right = ann.post("/api/operations/flow.approve/confirmed", json=given, headers={"idempotency-key": "once"})
        assert right.status_code == 200
        assert right.json()["result"]["state"] == "done"
    assert company.read(instance, "flow.instance").state == "approved"
    assert company.trail(instance).count("approved one") == 1


def test_a_program_can_not_show_a_password(company: Company, signed_in: Callable[[str], httpx.Client]) -> None:
    company.submit(company.request(), "own.sign")
    ann, task = signed_in("ann"), company.task("ann")
    made = ann.post("/api/tokens", json={"name": "robot", "is_personal": True, "roles": ["staff"]})
    ann.headers["authorization"] = f"Bearer {made.json()['token']}"
    given = {"password": PASSWORD, "inputs": {"task": task}}
    refused = ann.post("/api/operations/flow.approve/confirmed", json=given)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_for_programs")


def test_a_draft_is_tried_over_http_and_nothing_stays(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss, chair = signed_in("boss"), company.request(amount="50")
    draft = boss.post("/api/drafts", json={"title": "Later"}).json()["draft"]
    body = {**FLOWS["check"], "flow": "own.check", "object": "own.request"}
    put = boss.put(f"/api/drafts/{draft}/flow/own.check", json=body)
    assert put.status_code in (200, 201), put.text
    before = len(company.instances())
    tried = boss.post(f"/api/drafts/{draft}/flows/own.check/try", json={"record": chair, "acts": [{"step": "one"}]})
    assert tried.status_code == 200, tried.text
    assert (tried.json()["state"], tried.json()["open"]) == ("approved", [])
    assert len(company.instances()) == before
    assert signed_in("ann").post(f"/api/drafts/{draft}/flows/own.check/try", json={}).status_code == 403


def test_events_are_chosen_and_one_that_nothing_tells_is_told(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss = signed_in("boss")
    draft = boss.post("/api/drafts", json={"title": "Heard"}).json()["draft"]
    told = boss.get(f"/api/drafts/{draft}/events/base.user", headers={"accept-language": "zh"}).json()["events"]
    assert {"event": "base.user.changed", "label": "用户修改"} in told
    assert {"event": "base.handed_over", "label": "离职交接完成"} in told
    assert "base.handed_over" not in boss.get(f"/api/drafts/{draft}/events/own.request").text
    wait = {"kind": "wait", "wait_for": "event", "event": "own.request.changd"}
    body = {"object": "own.request", "start": {"on": "event", "event": "base.handed_over"}, "steps": {"wait": wait}}
    boss.put(f"/api/drafts/{draft}/flow/own.heard", json=body).raise_for_status()
    found = boss.post(f"/api/drafts/{draft}/check", json={}).json()["findings"]
    places = {each["place"]: each["severity"] for each in found if each["name"] == "own.heard"}
    assert places == {"start.event": "warning", "steps.wait.event": "warning"}
    assert signed_in("ann").get(f"/api/drafts/{draft}/events/own.request").status_code == 403
    assert boss.get(f"/api/drafts/{draft}/events/own.nothing").status_code == 404


def test_a_draft_is_run_over_the_past_over_http(company: Company, signed_in: Callable[[str], httpx.Client]) -> None:
    boss, instance = signed_in("boss"), company.submit(company.request(amount="50"))
    draft = boss.post("/api/drafts", json={"title": "Two eyes more"}).json()["draft"]
    both = {"kind": "approve", "mode": "all_of", "who": {"them": {"by": "user", "users": ["ann", "bob"]}}}
    boss.put(f"/api/drafts/{draft}/flow/own.check",
             json={"flow": "own.check", "object": "own.request", "steps": {"one": both}})  # fmt: skip
    address, span = f"/api/drafts/{draft}/flows/own.check/shadow", {"from": "2020-01-01", "until": "2099-12-31"}
    told = boss.post(address, json=span)
    assert told.status_code == 200, told.text
    assert told.json()["counts"] == {"more": told.json()["looked_at"]}
    assert instance in [each["instance"] for each in told.json()["submissions"]]
    assert {each["title"] for each in told.json()["submissions"]} == {"A chair"}
    assert boss.post(address, json={**span, "after": instance}).json()["looked_at"] == told.json()["looked_at"] - 1
    assert boss.post(address, json={**span, "after": "him"}).json()["field"] == "after"
    assert boss.post(address, json={"from": "then", "until": "now"}).json()["field"] == "from"
    assert boss.post(address, json={"from": "2020-01-01", "until": "9999-12-31"}).status_code == 422
    assert signed_in("ann").post(address, json=span).status_code == 403


def test_how_a_flow_has_gone_is_told_to_administrators(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    instance = company.submit(company.request())
    company.does("ann", "approve", company.task("ann", "one"))
    assert company.read(instance, "flow.instance").state == "approved"
    told = signed_in("boss").get("/api/flows/own.check/statistics?days=30")
    assert told.status_code == 200
    assert told.json()["by_state"]["approved"] == 1
    assert told.json()["steps"]["one"]["tasks"] >= 1
    assert signed_in("ann").get("/api/flows/own.check/statistics").status_code == 403


def test_who_publishes_needs_the_right_to_what_a_flow_performs_and_is_told_what_else_it_does(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss = signed_in("boss")
    draft = boss.post("/api/drafts", json={"title": "Cleaner"}).json()["draft"]
    steps = {
        "away": {"kind": "remove"},
        "note": {"kind": "change", "set": {"note": "name"}},
        "more": {"kind": "perform", "operation": "base.set_up", "inputs": {"company": "name"}},
    }
    body = {"flow": "own.clean", "object": "own.request", "start": {"on": "created"}, "steps": steps}
    assert boss.put(f"/api/drafts/{draft}/flow/own.clean", json=body).is_success
    told = boss.post(f"/api/drafts/{draft}/check").json()
    warned = {each["place"]: each["detail"] for each in told["findings"] if each["name"] == "own.clean"}
    assert set(warned) == {"steps.away", "steps.more.operation"}
    assert warned["steps.away"] == "It may remove “own.request”, which you may not yourself."
    assert told["errors"] == 1
    refused = boss.post(f"/api/drafts/{draft}/publish", json={})
    assert refused.status_code == 422
    assert "which you may not yourself" in refused.text
    assert boss.put(
        f"/api/drafts/{draft}/flow/own.clean", json={**body, "steps": {"away": {"kind": "remove"}}}
    ).is_success
    assert boss.post(f"/api/drafts/{draft}/publish", json={}).is_success


def test_who_sees_a_record_by_a_task_alone_hears_what_happens_to_it(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    becomes(company, ann="outsider")
    chair, table = company.request(), company.request()
    company.submit(chair)
    with listening(signed_in("ann")) as stream:
        company.change(table, note="out of her sight")
        company.change(chair, note="in her sight")
        eventually(lambda: "own.request.changed" in stream.names, "the change of what she is asked about")
    heard = [told["id"] for told in stream.told if told["object"] == "own.request"]
    becomes(company, ann="staff")
    assert heard == [chair]
