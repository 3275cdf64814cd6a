"""What flows do outside: called by a worker, with a key, tried again, told to their instance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from queti.engines.flows.calling import AT_ONCE, claim, make, make_calls, tell
from queti.engines.flows.refusals import NextHasActed
from queti.engines.outside.reach import VARIABLE
from queti.engines.outside.signing import verify
from queti.kernel.person import SYSTEM
from tests.engines.flows.conftest import PLACE, Company
from tests.engines.flows.world import (
    SECRET,
    asks,
    calls,
    change,
    created,
    everything_in,
    goes_out,
    keeps,
)
from tests.engines.flows.world import peer as peer
from tests.fixtures.peers import Peer

Found = Callable[..., Company]


def test_what_is_answered_is_known_to_later_steps(company: Found, peer: Peer) -> None:
    peer.answers = [(201, {"result": {"score": 7.25, "tags": ["good"]}})]
    takes = {"score": {"at": "result.score", "type": "money"}, "tag": {"at": "result.tags.0"}}
    place = company(ask=created(
        ("ask", asks(peer, takes=takes)),
        ("note", change('ask.tag & " " & ask.status')),
        ("much", {"kind": "change", "set": {"amount": "ask.score * 2"}}),
    ))  # fmt: skip
    chair = place.request(amount="12.5")
    place.works()
    assert place.read(chair).note is None
    assert make_calls(place.platform, PLACE) == 1
    found = place.read(chair)
    assert (found.note, str(found.amount)) == ("good 201", "14.50")
    [got] = peer.received
    assert (got.method, got.path, got.json()) == ("POST", "/score/A%20chair", {"amount": "12.50"})
    assert place.instances()[0].state == "approved"
    assert [(row.state, row.status, row.tries) for row in calls(place)] == [("done", 201, 1)]


def test_nothing_is_called_where_the_step_was_taken_back(company: Found, peer: Peer) -> None:
    place = company(check={"steps": {"ask": asks(peer), "refuses": {"kind": "change", "set": {"amount": "10000"}}}})
    chair = place.request()
    with place.database.connection() as connection, pytest.raises(ZeroDivisionError):
        del connection
        place.run(lambda work: (work.as_person.perform("flow.submit", {"flow": "own.check", "record": chair}), 1 / 0))
    assert calls(place) == []


def test_what_fails_for_the_moment_is_tried_again_with_the_same_key(company: Found, peer: Peer) -> None:
    peer.answers = [(503, b"busy"), (429, b"slowly"), (200, {})]
    place = company(ask=created(("ask", asks(peer)), ("note", change('"scored"'))))
    chair = place.request()
    place.works()
    goes_out(place)
    goes_out(place)  # not yet: it pauses
    assert len(peer.received) == 1
    assert "503" in calls(place)[0].problem
    goes_out(place, 1.1)
    goes_out(place, 2)  # the pause has doubled
    assert len(peer.received) == 2
    goes_out(place, 4)
    assert (len(peer.received), len(set(peer.keys))) == (3, 1)
    assert place.read(chair).note == "scored"


def test_who_dies_between_call_and_outcome_calls_again_with_the_same_key(company: Found, peer: Peer) -> None:
    place = company(ask=created(("ask", asks(peer)), ("note", change('"scored"'))))
    chair = place.request()
    place.works()
    [claimed] = place.platform.run(PLACE, SYSTEM, claim)
    make(place.platform, PLACE, claimed)  # and dies here
    goes_out(place)
    assert len(peer.received) == 1  # the claim holds
    goes_out(place, 2)
    goes_out(place, 9)
    assert len(peer.received) == 2
    assert peer.keys[0] == peer.keys[1]
    assert place.read(chair).note == "scored"


def test_the_outcome_is_told_once(company: Found, peer: Peer) -> None:
    count = {"kind": "change", "set": {"amount": "amount + 1"}}
    place = company(ask=created(("ask", asks(peer)), ("count", count)))
    chair = place.request(amount="1")
    place.works()
    [claimed] = place.platform.run(PLACE, SYSTEM, claim)
    outcome = make(place.platform, PLACE, claimed)
    for _ in range(2):
        place.platform.run(PLACE, SYSTEM, lambda work: tell(work, claimed, outcome))
    assert str(place.read(chair).amount) == "2.00"


def test_a_final_no_takes_the_steps_own_way_of_failing(company: Found, peer: Peer) -> None:
    peer.answers = [(404, b"no such customer")]
    place = company(
        ask=created(
            ("ask", asks(peer, failed={"sorry": change('"answered " & ask.status')})),
        )
    )
    chair = place.request()
    place.works()
    goes_out(place)
    assert place.read(chair).note == "answered 404"
    assert len(peer.received) == 1


def test_tries_run_out_and_an_administrator_restarts_the_step_with_the_same_key(company: Found, peer: Peer) -> None:
    peer.answers = [(500, b"broken"), (500, b"broken"), (200, {})]
    place = company(ask=created(("ask", asks(peer, tries=2)), ("note", change('"scored"'))))
    chair = place.request()
    place.works()
    goes_out(place)
    goes_out(place, 1.1)
    [instance] = place.instances()
    assert (instance.state, "500" in instance.problem) == ("failed", True)
    place.does("boss", "restart_step", instance=instance.id)
    goes_out(place)
    assert place.read(chair).note == "scored"
    assert len(set(peer.keys)) == 1
    assert [row.state for row in calls(place)] == ["failed", "done"]


def test_changed_content_is_another_call(company: Found, peer: Peer) -> None:
    peer.answers = [(422, b"amount missing"), (200, {})]
    place = company(
        ask=created(
            ("ask", asks(peer)),
        )
    )
    chair = place.request()
    place.works()
    goes_out(place)
    place.change(chair, amount="5")
    place.does("boss", "restart_step", instance=place.instances()[0].id)
    goes_out(place)
    assert len(set(peer.keys)) == 2


def test_a_flow_that_was_stopped_calls_no_more(company: Found, peer: Peer) -> None:
    place = company(
        ask=created(
            ("ask", asks(peer)),
        )
    )
    place.request()
    place.works()
    place.does("boss", "stop", instance=place.instances()[0].id, reason="enough")
    goes_out(place)
    assert peer.received == []
    assert [row.state for row in calls(place)] == ["cancelled"]


def test_a_loop_calls_for_each_row_with_a_key_of_its_own(company: Found, peer: Peer) -> None:
    loop = {"kind": "loop", "over": "parts", "steps": {"ask": {"kind": "http", "url": f"{peer.url}/part"}}}
    place = company(check={"steps": {"each": loop}})
    chair = place.request()
    for _ in range(3):
        place.request(parent=chair)
    place.submit(chair)
    for _ in range(4):
        goes_out(place)
    assert (len(peer.received), len(set(peer.keys))) == (3, 3)
    assert place.instances()[0].state == "approved"


def test_arms_beside_each_other_wait_for_their_own_calls(company: Found, peer: Peer) -> None:
    arms = {name: {"steps": {f"ask_{name}": {"kind": "http", "url": f"{peer.url}/{name}"}}} for name in ("a", "b")}
    arms["c"] = {"steps": {"ann": {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}}}
    both = {"kind": "branch", "take": "all", "branches": arms}
    place = company(check={"steps": {"both": both, "note": change('ask_a.status & " " & ask_b.status')}})
    chair = place.request()
    place.submit(chair)
    goes_out(place)
    assert sorted(each.path for each in peer.received) == ["/a", "/b"]
    assert place.read(chair).note is None
    place.does("ann", "approve", place.task("ann"))
    assert place.read(chair).note == "200 200"


def test_a_part_calls_for_its_whole(company: Found, peer: Peer) -> None:
    part = {"start": {"on": "flow"}, "steps": {"ask": asks(peer)}}
    whole = {"steps": {"part": {"kind": "flow", "flow": "own.part"}, "note": change('"then " & part')}}
    place = company(part=part, check=whole)
    chair = place.request()
    place.submit(chair)
    goes_out(place)
    assert place.read(chair).note == "then approved"


def test_what_was_called_is_not_taken_back(company: Found, peer: Peer) -> None:
    ann = {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}
    place = company(check={"steps": {"ann": ann, "ask": asks(peer)}})
    place.submit(place.request())
    task = place.task("ann")
    place.does("ann", "approve", task)
    with pytest.raises(NextHasActed):
        place.does("ann", "take_back", task)
    goes_out(place)
    assert len(peer.received) == 1


def test_many_are_called_by_one_worker(company: Found, peer: Peer) -> None:
    place = company(
        ask=created(
            ("ask", asks(peer)),
        )
    )
    place.run(lambda work: work.create("own.request", [{"name": str(each)} for each in range(2 * AT_ONCE + 1)]))
    place.works()
    assert [make_calls(place.platform, PLACE) for _ in range(4)] == [AT_ONCE, AT_ONCE, 1, 0]
    assert {row.state for row in place.instances()} == {"approved"}


@pytest.mark.parametrize(
    ("headers", "name", "shown"),
    [({}, "authorization", f"Bearer {SECRET}"), ({"X-Key": "k {secret}"}, "x-key", f"k {SECRET}")],
)
def test_the_secret_is_shown_to_the_peer_alone(
    company: Found, peer: Peer, headers: dict[str, str], name: str, shown: str
) -> None:
    peer.answers = [(200, {"echo": f"you sent {SECRET}"})]
    step = asks(peer, secret="scores", headers=headers, takes={"echo": {"at": "echo"}})
    place = company(ask=created(("ask", step), ("note", change("ask.echo"))))
    keeps(place)
    chair = place.request()
    place.works()
    goes_out(place)
    assert peer.received[0].headers[name].encode("latin-1").decode() == shown
    assert place.read(chair).note == "you sent ••••"
    assert SECRET not in everything_in(place)


def test_a_secret_bound_to_hosts_is_shown_to_no_other(company: Found, peer: Peer) -> None:
    place = company(ask=created(
        ("ask", asks(peer, secret="scores")),
        ("hook", {"kind": "webhook", "url": peer.url, "secret": "scores"}),
    ))  # fmt: skip
    secret = keeps(place, hosts="api.shop.com, .0.0.1")
    place.request()
    place.works()
    goes_out(place)
    goes_out(place)
    assert len(peer.received) == 2
    place.run(lambda work: work.change("flow.secret", [(secret, {"hosts": "api.shop.com，.0.0.2"})]))
    place.request()
    place.works()
    goes_out(place)
    assert len(peer.received) == 2
    assert "密钥“scores”仅限 api.shop.com，.0.0.2，不能发送给 127.0.0.1" in calls(place)[-1].problem
    assert [row.state for row in place.instances()] == ["approved", "failed"]


def test_a_peer_that_tells_the_secret_back_in_its_refusal_is_not_quoted(company: Found, peer: Peer) -> None:
    peer.answers = [(400, f"wrong key {SECRET}".encode())]
    place = company(
        ask=created(
            ("ask", asks(peer, secret="scores")),
        )
    )
    keeps(place)
    place.request()
    place.works()
    goes_out(place)
    assert "wrong key ••••" in place.instances()[0].problem
    assert SECRET not in everything_in(place)


def test_a_secret_that_is_not_there_is_told_with_the_way_out(company: Found, peer: Peer) -> None:
    place = company(
        ask=created(
            ("ask", asks(peer, secret="scores")),
        )
    )
    place.request()
    place.works()
    goes_out(place)
    [instance] = place.instances()
    assert "“scores”" in instance.problem
    keeps(place)
    place.does("boss", "restart_step", instance=instance.id)
    goes_out(place)
    assert len(peer.received) == 1


def test_a_webhook_is_signed(company: Found, peer: Peer) -> None:
    hook = {"kind": "webhook", "url": peer.url, "secret": "hook", "body": {"name": "name"}}
    place = company(
        tell=created(
            ("tell", hook),
        )
    )
    keeps(place, "hook")
    place.request()
    place.works()
    goes_out(place)
    [got] = peer.received
    assert got.json() == {"name": "A chair"}
    sent = int(got.headers["webhook-timestamp"])
    assert verify(SECRET, got.headers, got.body, sent) == got.headers["webhook-id"] == peer.keys[0]


def test_networks_inside_are_refused_unless_the_operator_allows_them(
    company: Found, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    place = company(
        ask=created(
            ("ask", asks(peer)),
        )
    )
    place.request()
    place.works()
    goes_out(place)
    assert peer.received == []
    assert "QUETI_REACH" in place.instances()[0].problem


def test_a_redirection_is_not_followed(company: Found, peer: Peer) -> None:
    peer.answers, peer.extra = [(302, b"")], {"location": "http://169.254.169.254/latest"}
    place = company(
        ask=created(
            ("ask", asks(peer)),
        )
    )
    place.request()
    place.works()
    goes_out(place)
    assert len(peer.received) == 1
    assert "169.254.169.254" in place.instances()[0].problem


def test_an_answer_that_lacks_what_is_required_fails_the_step(company: Found, peer: Peer) -> None:
    peer.answers = [(200, {"score": "many"})]
    place = company(
        ask=created(
            ("ask", asks(peer, takes={"score": {"at": "score", "type": "number"}})),
        )
    )
    place.request()
    place.works()
    goes_out(place)
    assert "“score”处没有数字" in place.instances()[0].problem
