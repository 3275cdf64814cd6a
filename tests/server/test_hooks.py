"""Programs outside at the door: who is let in, what they are told, what stays secret."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from queti.engines.outside.signing import signed
from queti.jobs.schema import prepare_database
from queti.server.accounts import add_account
from tests.engines.flows.conftest import PLACE, Company
from tests.fixtures.database import Databases
from tests.fixtures.patience import PATIENCE
from tests.server.kiosk import PASSWORD, Kiosk, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TAKES = {"name": {"at": "name", "required": True}, "note": {"at": "note"}}
MAKE = {"kind": "create", "object": "own.request", "set": {"name": "start.name", "note": "start.note"}}
FLOWS = {
    "take": {"object": "", "start": {"on": "webhook", "secret": "shop", "takes": TAKES}, "steps": {"make": MAKE}},
    "unsigned": {"object": "", "start": {"on": "webhook", "secret": "none", "takes": TAKES}, "steps": {"make": MAKE}},
    "greet": {
        "start": {"on": "created", "when": 'state = "asked in public"'},
        "steps": {"clerk": {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}},
    },
    "pay": {
        "start": {"on": "created", "when": 'name = "pays"'},
        "steps": {
            "hand_out": {"kind": "change", "set": {"note": "reply.address"}},
            "reply": {"kind": "wait", "wait_for": "callback", "takes": {"ok": {"at": "ok", "type": "boolean"}}},
            "heard": {"kind": "change", "set": {"state": 'if(reply.ok, "paid", "not")'}},
        },
    },
}


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Kiosk]]:
    with databases.fresh(databases.template("flowing", prepare_database)) as database:
        company = Company(database, FLOWS)
        for login in ("boss", "ann"):
            add_account(database, PLACE, login, PASSWORD, company.ids[login])
        folder, catalogue = tmp_path_factory.mktemp("hooks"), company.platform.catalogue
        with serving(database, folder, catalogue, public_form_seconds=0.0) as server:
            company.platform = server.door.platform
            company.run(lambda work: work.create("flow.secret", [{"name": "shop", "value": SECRET}]))
            boss = company.ids["boss"]
            company.run(lambda work: work.change("base.user", [(boss, {"roles": ["chief", "owner"]})]))
            yield company, server


@pytest.fixture
def company(place: tuple[Company, Kiosk]) -> Company:
    return place[0]


@pytest.fixture
def outside(place: tuple[Company, Kiosk]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=place[1].address, timeout=PATIENCE, verify=False) as client:
        yield client


@pytest.fixture
def signed_in(place: tuple[Company, Kiosk]) -> Callable[[str], httpx.Client]:
    def sign_in(login: str) -> httpx.Client:
        client = httpx.Client(base_url=place[1].address, timeout=PATIENCE, verify=False)
        answer = client.post("/api/session", json={"workspace": PLACE, "login": login, "password": PASSWORD})
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    return sign_in


def sends(client: httpx.Client, address: str, id: str, *, at: float = 0, **body: Any) -> httpx.Response:
    sent = json.dumps(body).encode()
    return client.post(address, content=sent, headers=signed(SECRET, id, int(time.time() + at), sent))


def test_a_signed_webhook_begins_a_flow_once(
    company: Company, outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    told = signed_in("boss").get("/api/flows/own.take/address").json()
    assert told["secret"] == "shop"
    answer = sends(outside, told["address"], "m1", name="From the shop", note="你好")
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["instances"]) == 1
    assert sends(outside, told["address"], "m1", name="From the shop").status_code == 409
    found = company.run(lambda work: work.find("own.request", 'name = "From the shop"'))
    assert [row.note for row in found] == ["你好"]


def test_what_is_forged_old_or_of_another_shape_begins_nothing(
    company: Company, outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    address = signed_in("boss").get("/api/flows/own.take/address").json()["address"]
    body = b'{"name": "forged"}'
    headers = signed(SECRET, "f1", int(time.time()), body)
    answers = [
        outside.post(address, content=body),
        outside.post(address, content=b'{"name": "other"}', headers=headers),
        outside.post(address, content=body, headers=signed("guessed", "f2", int(time.time()), body)),
        sends(outside, address, "f3", at=-301, name="forged"),
        sends(outside, address, "f4", at=301, name="forged"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert sends(outside, address, "f5", title="forged").status_code == 422
    assert sends(outside, address[:-1] + "z", "f6", name="forged").status_code == 404
    assert company.run(lambda work: work.count("own.request", 'name = "forged" or name = "other"')) == 0


def test_a_flow_whose_secret_is_not_set_listens_to_nobody(
    outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    address = signed_in("boss").get("/api/flows/own.unsigned/address").json()["address"]
    body = b'{"name": "forged"}'
    assert outside.post(address, content=body, headers=signed("", "f1", int(time.time()), body)).status_code == 404


def test_addresses_are_told_to_administrators_alone(signed_in: Callable[[str], httpx.Client]) -> None:
    assert signed_in("ann").get("/api/flows/own.take/address").status_code == 403
    assert signed_in("boss").get("/api/flows/own.pay/address").status_code == 404


def test_a_renewed_address_takes_the_place_of_the_old_one_at_once(
    company: Company, outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss, perform = signed_in("boss"), "/api/operations/flow.renew_address"
    old = boss.get("/api/flows/own.take/address").json()["address"]
    others = boss.get("/api/flows/own.unsigned/address").json()["address"]
    assert sends(outside, old, "r1", name="Before").status_code == 201
    for sent in ("r2", "r3"):
        new = boss.post(perform, json={"flow": "own.take"}).json()["result"]["address"]
        assert sends(outside, old, sent, name="After").status_code == 404
        assert sends(outside, new, sent, name="After").status_code == 201
        assert boss.get("/api/flows/own.take/address").json()["address"] == new
        old = new
    assert boss.get("/api/flows/own.unsigned/address").json()["address"] == others
    assert boss.post(perform, json={"flow": "own.pay"}).status_code == 422


def test_a_callback_is_taken_once_and_told_when_it_comes_too_late(company: Company, outside: httpx.Client) -> None:
    def waits() -> tuple[int, str]:
        id = company.request(name="pays")
        company.works()
        return id, company.read(id).note

    id, address = waits()
    assert outside.post(address, json={"ok": True}).json() == {"taken": True}
    assert company.read(id).state == "paid"
    assert outside.post(address, json={"ok": True}).json() == {"taken": False}
    assert outside.post(address, json={"ok": False}).status_code == 409
    _, address = waits()
    stopped = company.instances(state="running")[0]
    company.does("boss", "stop", instance=stopped.id, reason="enough")
    late = outside.post(address, json={"ok": True}, headers={"accept-language": "zh"})
    assert (late.status_code, late.json()["code"]) == (410, "hook_over")
    assert "流程不再等待" in late.json()["detail"]
    assert outside.post(address, content=b"not json").status_code in (410, 422)


def test_a_large_body_comes_only_to_an_address_that_was_given_out(company: Company, outside: httpx.Client) -> None:
    id = company.request(name="pays")
    company.works()
    large = {"ok": True, "more": "x" * 200_000}
    assert outside.post("/hooks/flows/guessed.0123", json=large).status_code == 404
    assert outside.post(company.read(id).note, json=large).status_code == 200


def test_a_secret_can_be_set_and_replaced_but_never_read(
    company: Company, outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss = signed_in("boss")
    secrets = "/api/records/flow.secret"
    made = boss.post(secrets, json={"name": "mine", "value": "first-value"}).json()["records"][0]
    answers = [
        boss.get(f"{secrets}/{made['id']}"),
        boss.get(secrets),
        boss.post(f"{secrets}/{made['id']}/reveal/value"),
        boss.get(f"{secrets}/{made['id']}/history"),
        boss.get("/api/exports/flow.secret?format=csv"),
        boss.patch(f"{secrets}/{made['id']}", json={"value": "second-value", "version": 1}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 403, 200, 403, 200]
    assert all("first-value" not in answer.text and "second-value" not in answer.text for answer in answers)
    assert signed_in("ann").get(secrets).status_code == 403


def test_what_a_stranger_sends_by_a_public_form_begins_a_flow(
    company: Company, outside: httpx.Client, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss = signed_in("boss")
    form = {"label": {"en": "Ask"}, "object": "own.request", "fields": ["name"], "set": {"state": "'asked in public'"}}
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    boss.put(f"/api/drafts/{draft}/public_form/own.ask", json=form).raise_for_status()
    boss.post(f"/api/drafts/{draft}/publish", json={}).raise_for_status()
    path = f"/api/public/{boss.post('/api/public_forms/own.ask/links', json={}).json()['secret']}"
    sent = {"values": {"name": "A bench"}, "stamp": outside.get(path).json()["stamp"]}
    assert outside.post(path, json=sent).status_code == 201
    company.works()
    assert [task.title for task in company.tasks("ann")] == ["A bench"]
    assert company.instances(flow="own.greet")[0].submitter is None


def test_a_secret_that_is_not_set_or_not_for_that_host_is_told_with_the_draft(
    signed_in: Callable[[str], httpx.Client],
) -> None:
    boss = signed_in("boss")
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    bound = {"name": "bound", "value": "x", "hosts": "api.shop.com, .peer.org"}
    wrong = boss.post("/api/records/flow.secret", json={**bound, "hosts": "https://peer.org"})
    assert "without https://" in wrong.json()["detail"]
    boss.post("/api/records/flow.secret", json=bound).raise_for_status()
    hook = {"kind": "webhook", "url": "https://peer.example/", "secret": "mni"}
    elsewhere, there = ({**hook, "secret": "bound", "url": f"https://{host}/"} for host in ("peer.org", "a.Peer.org"))
    mail = {"kind": "mail", "address": "name", "subject": {"en": "A"}, "text": {"en": "B"}}
    body = {"object": "own.request", "start": {"on": "created"}, "steps": {"tell": hook, "mail": mail}}
    body["steps"] |= {"elsewhere": elsewhere, "there": there}
    boss.put(f"/api/drafts/{draft}/flow/own.tell", json=body).raise_for_status()
    checked = boss.post(f"/api/drafts/{draft}/check", json={}).json()
    told = {each["place"]: each for each in checked["findings"] if each["name"] == "own.tell"}
    assert "“mni”" in told["steps.tell.secret"]["detail"]
    assert "“bound” is for api.shop.com, .peer.org only" in told["steps.elsewhere.secret"]["detail"]
    assert "steps.mail" in told
    assert "steps.there.secret" not in told
    assert {each["severity"] for each in told.values()} == {"warning"}


def test_a_print_is_sent_as_a_file(company: Company, signed_in: Callable[[str], httpx.Client]) -> None:
    id = company.request(name="A chair")
    answer = signed_in("boss").get(f"/api/prints/own.slip/{id}", params={"format": "pdf", "language": "zh"})
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert signed_in("ann").get(f"/api/prints/own.slip/{id + 999}", params={"format": "pdf"}).status_code == 404


def test_places_in_texts_and_addresses_follow_a_renamed_field(signed_in: Callable[[str], httpx.Client]) -> None:
    boss = signed_in("boss")
    draft = boss.post("/api/drafts", json={}).json()["draft"]
    text = {"en": "{name} costs {amount}, {amount}!"}
    mail = {"kind": "mail", "address": "note", "subject": {"en": "{amount}"}, "text": text}
    ask = {"kind": "http", "url": "https://peer.example/{amount}", "body": {"amount": "amount * 2"}}
    ask |= {"headers": {"X-Amount": "{amount} {secret}"}, "secret": "shop"}
    fields = {"name": {"type": "text"}, "amount": {"type": "money"}, "note": {"type": "text"}}
    wish = {"label": {"en": "Wish"}, "title": "name", "fields": fields}
    boss.put(f"/api/drafts/{draft}/object/own.wish", json=wish).raise_for_status()
    body = {"object": "own.wish", "start": {"on": "created"}, "steps": {"mail": mail, "ask": ask}}
    boss.put(f"/api/drafts/{draft}/flow/own.follow", json=body).raise_for_status()
    renamed = boss.post(f"/api/drafts/{draft}/rename", json={"object": "own.wish", "field": "amount", "to": "price"})
    assert renamed.status_code == 200, renamed.text
    steps = renamed.json()["changes"]["flow:own.follow"]["steps"]
    assert steps["mail"]["text"] == {"en": "{name} costs {price}, {price}!"}
    assert steps["mail"]["subject"] == {"en": "{price}"}
    assert steps["ask"]["url"] == "https://peer.example/{price}"
    assert steps["ask"]["headers"] == {"X-Amount": "{price} {secret}"}
    assert steps["ask"]["body"] == {"amount": "price * 2"}


def test_a_person_turns_mails_of_tasks_off_where_the_company_sends_them(
    company: Company, signed_in: Callable[[str], httpx.Client]
) -> None:
    boss, ann = signed_in("boss"), signed_in("ann")
    assert "task_mail" not in ann.get("/api/session").json()["me"]
    [own] = boss.get("/api/records/base.company", params={"fields": "id,version"}).json()["records"]
    change = {"mails_tasks": True, "version": own["version"]}
    boss.patch(f"/api/records/base.company/{own['id']}", json=change).raise_for_status()
    assert ann.get("/api/session").json()["me"]["task_mail"] == "on"
    assert ann.patch("/api/session", json={"task_mail": "off"}).json()["me"]["task_mail"] == "off"
    assert ann.patch("/api/session", json={"task_mail": "perhaps"}).status_code == 422
    assert company.run(lambda work: work.fetch("base.user", [company.ids["ann"]])[0]).task_mail == "off"
