"""Programs outside answer what a flow waits for, and begin flows by signed webhooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queti.engines.flows.addresses import CALLBACK, read_token
from queti.engines.flows.hooks import begin_by_call, call_back
from queti.engines.flows.refusals import AnsweredAlready, HookOver, NoSuchHook, NothingFits, Replayed
from queti.engines.flows.timing import pass_time
from queti.engines.outside.refusals import AnswerLacks, NotSigned, TooOld
from queti.engines.outside.signing import signed, verify
from queti.kernel.person import SYSTEM
from tests.engines.flows.conftest import PLACE, Company

Found = Callable[..., Company]
WAIT = {"kind": "wait", "wait_for": "callback", "takes": {"ok": {"at": "paid", "type": "boolean", "required": True}}}
HAND_OUT = {"kind": "change", "set": {"note": "reply.address"}}
HEARD = {"kind": "change", "set": {"state": 'if(reply.ok, "paid", "not paid")'}}


def waiting(**more: Any) -> dict[str, Any]:
    return {"start": {"on": "created"}, "steps": {"hand_out": HAND_OUT, "reply": {**WAIT, **more}, "heard": HEARD}}


def calls_back(place: Company, address: str, body: Any) -> bool:
    token = address.partition(CALLBACK)[2]
    workspace, nonce, step, entry = read_token(place.platform.keys, token, 4)
    sent = json.dumps(body).encode()
    return place.platform.run(workspace, SYSTEM, lambda work: call_back(work, nonce, step, int(entry), sent))


def test_the_answer_is_known_to_later_steps_and_again_is_harmless(company: Found) -> None:
    place = company(pay=waiting())
    chair = place.request()
    place.works()
    address = place.read(chair).note
    assert calls_back(place, address, {"paid": True})
    assert place.read(chair).state == "paid"
    assert calls_back(place, address, {"paid": True}) is False
    with pytest.raises(AnsweredAlready):
        calls_back(place, address, {"paid": False})
    assert place.read(chair).state == "paid"


def test_each_instance_has_an_address_of_its_own(company: Found) -> None:
    place = company(pay=waiting())
    one, other = place.request(), place.request()
    place.works()
    assert calls_back(place, place.read(other).note, {"paid": False})
    assert (place.read(one).state, place.read(other).state) == (None, "not paid")


def test_an_address_that_was_not_given_out_is_refused(company: Found) -> None:
    place = company(pay=waiting())
    chair = place.request()
    place.works()
    address = place.read(chair).note
    for forged in (address[:-1] + ("0" if address[-1] != "0" else "1"), address.replace(".", "x."), CALLBACK + "x"):
        with pytest.raises(NoSuchHook):
            calls_back(place, forged, {"paid": True})


def test_an_answer_before_the_flow_is_there_is_kept(company: Found) -> None:
    ann = {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}
    place = company(pay={"steps": {"hand_out": HAND_OUT, "ann": ann, "reply": WAIT, "heard": HEARD}})
    chair = place.request()
    place.submit(chair, "own.pay")
    address = place.read(chair).note
    assert calls_back(place, address, {"paid": True})
    assert calls_back(place, address, {"paid": True}) is False
    place.does("ann", "approve", place.task("ann"))
    assert place.read(chair).state == "paid"
    assert place.instances()[0].state == "approved"


def test_a_finished_instance_takes_no_answer(company: Found) -> None:
    place = company(pay=waiting())
    chair = place.request()
    place.works()
    place.does("boss", "stop", instance=place.instances()[0].id, reason="enough")
    with pytest.raises(HookOver) as over:
        calls_back(place, place.read(chair).note, {"paid": True})
    assert over.value.kind == "gone"


def test_an_answer_of_the_wrong_shape_is_refused_and_may_come_right(company: Found) -> None:
    place = company(pay=waiting())
    chair = place.request()
    place.works()
    with pytest.raises(AnswerLacks):
        calls_back(place, place.read(chair).note, {"paid": "perhaps"})
    assert calls_back(place, place.read(chair).note, {"paid": True})


def test_nobody_calls_back_in_time(company: Found) -> None:
    late = waiting(hours=2, working_hours=False, failed={"late": {"kind": "change", "set": {"state": '"late"'}}})
    late["steps"]["heard"] = {"kind": "compute", "set": {"much": "1"}}
    place = company(pay=late)
    chair = place.request()
    place.works()
    place.platform.run(PLACE, SYSTEM, pass_time, now=datetime.now(UTC) + timedelta(hours=3))
    assert place.read(chair).state == "late"
    with pytest.raises(HookOver):
        calls_back(place, place.read(chair).note, {"paid": True})


def test_each_turn_of_a_loop_is_answered_by_itself(company: Found) -> None:
    loop = {"kind": "loop", "over": "parts", "steps": {"hand_out": HAND_OUT, "reply": WAIT}}
    place = company(pay={"steps": {"each": loop}})
    chair = place.request()
    for _ in range(2):
        place.request(parent=chair)
    place.submit(chair, "own.pay")
    first = place.read(chair).note
    assert calls_back(place, first, {"paid": True})
    second = place.read(chair).note
    assert calls_back(place, first, {"paid": True}) is False
    assert place.instances()[0].state == "running"
    assert calls_back(place, second, {"paid": True})
    assert place.instances()[0].state == "approved"


# -- webhooks that begin flows

TAKES = {"name": {"at": "order.name", "required": True}, "amount": {"at": "order.amount", "type": "money"}}


def begins(place: Company, flow: str, id: str, **body: Any) -> Any:
    sent = json.dumps(body).encode()
    return place.run(lambda work: begin_by_call(work, work.model.flows[flow], id, sent))


def test_a_webhook_makes_a_record(company: Found) -> None:
    make = {"kind": "create", "object": "own.request", "set": {"name": "start.name", "amount": "start.amount"}}
    start = {"on": "webhook", "secret": "shop", "takes": TAKES}
    place = company(take={"object": "", "start": start, "steps": {"make": make}})
    begins(place, "own.take", "m1", order={"name": "From the shop", "amount": 12.5})
    [made] = place.run(lambda work: work.find("own.request"))
    assert (made.name, str(made.amount)) == ("From the shop", "12.50")
    with pytest.raises(Replayed):
        begins(place, "own.take", "m1", order={"name": "From the shop"})
    with pytest.raises(AnswerLacks):
        begins(place, "own.take", "m2", order={})
    assert len(place.instances()) == 1


def test_a_webhook_is_about_the_record_that_it_names(company: Found) -> None:
    start = {"on": "webhook", "secret": "shop", "takes": TAKES, "when": "name = this.start.name"}
    place = company(take={"start": start, "steps": {"set": {"kind": "change", "set": {"amount": "start.amount"}}}})
    one, other = place.request(name="A"), place.request(name="B")
    begins(place, "own.take", "m1", order={"name": "B", "amount": "7"})
    assert (place.read(one).amount, str(place.read(other).amount)) == (None, "7.00")
    with pytest.raises(NothingFits):
        begins(place, "own.take", "m2", order={"name": "C"})
    place.request(name="C")
    assert begins(place, "own.take", "m2", order={"name": "C", "amount": "1"})


@pytest.mark.parametrize("secret", ["plain words", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_signatures(secret: str) -> None:
    headers = signed(secret, "m1", 1000, b"{}")
    assert verify(secret, headers, b"{}", 1200) == "m1"
    for wrong in (
        {**headers, "webhook-id": "m2"},
        {**headers, "webhook-timestamp": "1001"},
        {**headers, "webhook-signature": "v1,abcd"},
        {},
    ):
        with pytest.raises(NotSigned):
            verify(secret, wrong, b"{}", 1200)
    with pytest.raises(NotSigned):
        verify("another", headers, b"{}", 1200)
    with pytest.raises(NotSigned):
        verify(secret, headers, b"{ }", 1200)
    for now in (1301, 699):
        with pytest.raises(TooOld):
            verify(secret, headers, b"{}", now)


def test_the_standards_own_example() -> None:
    """From the reference implementation's tests (standard-webhooks, libraries/python)."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
