"""Approvals by each mode, alone and inside a parallel branch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.engines.flows.refusals import (
    AlreadyAsked,
    LastApprover,
    NextHasActed,
    NotEarlier,
    NotRunning,
    NotYourTask,
    NoWithdrawal,
    TaskNotOpen,
)
from queti.engines.flows.state import Act
from tests.engines.flows.play import ADMINISTRATOR, SUBMITTER, Play, approve, flow, parallel

Setting = Callable[..., Play]


def _alone(step: dict[str, Any], people: list[int], **more: Any) -> Play:
    return Play(flow({"check": step}), {"check": people}, **more)


def _in_parallel(step: dict[str, Any], people: list[int], **more: Any) -> Play:
    """The same beside another arm, whose approver 90 has said yes already."""
    tree = flow({"both": parallel(left={"check": step}, right={"other": approve()})})
    play = Play(tree, {"check": people, "other": [90]}, **more)
    play.approves(90)
    return play


@pytest.fixture(params=[_alone, _in_parallel], ids=["alone", "in parallel"])
def setting(request: pytest.FixtureRequest) -> Setting:
    return request.param


def test_any_one_approves_for_all(setting: Setting):
    play = setting(approve(), [2, 3])
    assert play.open == [("check", 2), ("check", 3)]
    play.approves(3)
    assert (play.status, play.open) == ("approved", [])


def test_all_must_approve(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    play.approves(2)
    assert play.status == "running"
    play.approves(3)
    assert play.status == "approved"


def test_one_rejection_of_all_rejects(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    play.does(2, "reject")
    assert (play.status, play.open) == ("rejected", [])


@pytest.mark.parametrize(
    ("share", "yes", "no", "status"),
    [
        (50, [2], [3], "running"),
        (50, [2, 3], [], "approved"),
        (75, [2], [3, 4], "rejected"),
        (100, [2], [3], "rejected"),
    ],
)
def test_votes_by_share(setting: Setting, share: int, yes: list[int], no: list[int], status: str):
    play = setting(approve("vote", share=share), [2, 3, 4, 5])
    play.approves(*yes)
    for person in no:
        play.does(person, "reject")
    assert play.status == status


def test_votes_by_weight(setting: Setting):
    play = setting(approve("vote", share=60), [2, 3, 4], weights={2: 3})
    play.approves(2)
    assert play.status == "approved", "3 of 5 votes are three fifths"


@pytest.mark.parametrize("mode", ["in_turn", "up_the_line"])
def test_one_after_another(setting: Setting, mode: str):
    play = setting(approve(mode), [2, 3, 4])
    for person in (2, 3, 4):
        assert play.open == [("check", person)]
        play.approves(person)
    assert play.status == "approved"


@pytest.mark.parametrize(
    ("nobody", "status", "open"),
    [("pass", "approved", []), ("administrator", "running", [("check", ADMINISTRATOR)]), ("stop", "running", [])],
)
def test_nobody_is_found(setting: Setting, nobody: str, status: str, open: list[tuple[str, int]]):
    play = setting(approve(nobody=nobody), [])
    assert (play.status, play.open) == (status, open)
    if nobody == "stop":
        assert play.state.tokens["check"].problem == "nobody_found"


@pytest.mark.parametrize(
    ("rule", "open"), [("skip", []), ("ask", [("again", 2)]), ("forbid", [("again", ADMINISTRATOR)])]
)
def test_who_approved_before_comes_again(rule: str, open: list[tuple[str, int]]):
    play = Play(flow({"check": approve(), "again": approve()}, same_person=rule), {"check": [2], "again": [2]})
    play.approves(2)
    assert play.open == open


@pytest.mark.parametrize(("rule", "open"), [("skip", []), ("ask", [("check", 1)]), ("forbid", [("check", 2)])])
def test_the_submitter_is_an_approver(setting: Setting, rule: str, open: list[tuple[str, int]]):
    people = [SUBMITTER, 2] if rule == "forbid" else [SUBMITTER]
    play = setting(approve("all_of", same_person=rule), people)
    assert play.open == open


def test_sent_back_to_the_submitter_and_again_through_all():
    play = Play(flow({"first": approve(), "second": approve()}), {"first": [2], "second": [3]})
    play.approves(2)
    play.does(3, "send_back", to="", again=True)
    assert play.open == [("submit", SUBMITTER)]
    play.does(SUBMITTER, "handle")
    assert play.open == [("first", 2)]


def test_sent_back_and_straight_back():
    play = Play(
        flow({"first": approve(), "second": approve(), "third": approve()}), {"first": [2], "second": [3], "third": [4]}
    )
    play.approves(2, 3)
    play.does(4, "send_back", to="first")
    assert play.open == [("first", 2)]
    play.approves(2)
    assert play.open == [("third", 4)]
    play.approves(4)
    assert play.status == "approved"


def _contract() -> Play:
    """Legal, finance and management in parallel; legal asks two, one after another."""
    arms = parallel(
        legal={"clerk": approve(), "counsel": approve()}, finance={"finance": approve()}, management={"boss": approve()}
    )
    tree = flow({"draft": approve(), "together": arms, "sign": approve()})
    return Play(tree, {"draft": [2], "clerk": [3], "counsel": [4], "finance": [5], "boss": [6], "sign": [7]})


def test_sending_back_inside_one_arm_leaves_the_others_alone():
    play = _contract()
    play.approves(2, 3)
    play.does(4, "send_back", to="clerk", again=True)
    assert play.open == [("boss", 6), ("clerk", 3), ("finance", 5)]
    play.approves(5, 3, 6, 4)
    assert play.open == [("sign", 7)]


def test_sending_back_before_the_branching_and_straight_back_keeps_what_the_other_arms_said():
    play = _contract()
    play.approves(2, 5, 3)
    play.does(4, "send_back", to="draft")
    assert play.open == [("draft", 2)]
    play.approves(2)
    assert play.open == [("boss", 6), ("counsel", 4)], "finance had approved"
    play.approves(4, 6, 7)
    assert play.status == "approved"


def test_sending_back_before_the_branching_again_through_all_asks_everybody_anew():
    play = _contract()
    play.approves(2, 5, 3)
    play.does(4, "send_back", to="draft", again=True)
    play.approves(2)
    assert play.open == [("boss", 6), ("clerk", 3), ("finance", 5)]


def test_nothing_is_sent_into_another_arm_or_forward():
    play = _contract()
    play.approves(2, 5)
    for step in ("finance", "boss", "sign", "nowhere"):
        with pytest.raises(NotEarlier):
            play.does(3, "send_back", to=step)


def test_an_act_is_taken_back_before_the_next_acts(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    play.approves(2)
    play.does(2, "take_back")
    assert play.open == [("check", 2), ("check", 3)]


def test_who_takes_back_in_turn_is_asked_alone_again(setting: Setting):
    """The next, who has handed it over, comes after them as before; once one behind has acted, it is too late."""
    play = setting(approve("in_turn"), [2, 3, 4])
    play.approves(2)
    play.does(3, "hand_over", people=[8])
    play.does(2, "take_back")
    assert play.open == [("check", 2)]
    play.approves(2, 8)
    assert play.open == [("check", 4)]
    with pytest.raises(NextHasActed):
        play.does(2, "take_back")
    play.does(8, "take_back")
    assert play.open == [("check", 8)]
    play.approves(8, 4)
    assert play.status == "approved"


def test_whom_one_added_after_oneself_waits_again(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    play.does(2, "add_approver", people=[7], place="after")
    play.approves(2)
    play.does(2, "take_back")
    assert play.open == [("check", 2), ("check", 3)]
    play.approves(2, 7)
    with pytest.raises(NextHasActed):
        play.does(2, "take_back")
    play.approves(3)
    assert play.status == "approved"


def test_an_act_that_left_the_step_is_taken_back():
    play = Play(flow({"first": approve(), "second": approve()}), {"first": [2, 3], "second": [4]})
    play.approves(2)
    play.does(2, "take_back")
    assert play.open == [("first", 2), ("first", 3)]
    play.approves(3, 4)
    assert play.status == "approved"


def test_after_the_next_has_acted_nothing_is_taken_back():
    play = Play(flow({"first": approve(), "second": approve("all_of")}), {"first": [2], "second": [4, 5]})
    play.approves(2, 4)
    with pytest.raises(NextHasActed):
        play.does(2, "take_back")


def test_an_arm_that_ended_is_opened_again_while_the_others_wait():
    play = Play(flow({"both": parallel(a={"one": approve()}, b={"two": approve()})}), {"one": [2], "two": [3]})
    play.approves(2)
    play.does(2, "take_back")
    assert play.open == [("one", 2), ("two", 3)]


def test_handed_over_for_good(setting: Setting):
    play = setting(approve(), [2])
    play.does(2, "hand_over", people=[8])
    play.approves(8)
    assert play.status == "approved"


def test_nobody_is_asked_twice_at_a_step(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    with pytest.raises(AlreadyAsked):
        play.does(2, "hand_over", people=[3])


def test_delegated_and_returned(setting: Setting):
    play = setting(approve(), [2])
    play.does(2, "delegate", people=[8])
    play.approves(8)
    assert play.open == [("check", 2)]
    play.approves(2)
    assert play.status == "approved"


@pytest.mark.parametrize(
    ("place", "order"), [("before", [8, 2]), ("after", [2, 8]), ("beside", [2, 8]), ("beside", [8, 2])]
)
@pytest.mark.parametrize("mode", ["all_of", "in_turn"])
def test_added_approvers(setting: Setting, mode: str, place: Any, order: list[int]):
    play = setting(approve(mode), [2])
    play.does(2, "add_approver", people=[8], place=place)
    assert play.open == [("check", person) for person in sorted([2, 8] if place == "beside" else order[:1])]
    play.approves(*order)
    assert play.status == "approved"


def test_an_added_approver_rejects(setting: Setting):
    play = setting(approve(), [2])
    play.does(2, "add_approver", people=[8], place="before")
    play.does(8, "reject")
    assert play.status == "rejected"


def test_approvers_are_removed_but_for_the_last(setting: Setting):
    play = setting(approve("all_of"), [2, 3])
    play.does(2, "remove_approver", people=[3])
    assert play.open == [("check", 2)]
    with pytest.raises(LastApprover):
        play.does(2, "remove_approver", people=[2])
    play.approves(2)
    assert play.status == "approved"


def test_who_added_others_before_them_is_not_removed_as_the_last_who_decides(setting: Setting):
    play = setting(approve(), [2])
    play.does(2, "add_approver", people=[8], place="before")
    with pytest.raises(LastApprover):
        play.does(8, "remove_approver", people=[2])
    play.approves(8, 2)
    assert play.status == "approved"


def test_a_rejection_leads_to_an_earlier_step():
    play = Play(flow({"first": approve(), "second": approve(reject_to="first")}), {"first": [2], "second": [3]})
    play.approves(2)
    play.does(3, "reject")
    assert play.open == [("first", 2)]


@pytest.mark.parametrize(
    ("rule", "acted", "taken"),
    [("never", False, False), ("before_act", False, True), ("before_act", True, False), ("always", True, True)],
)
def test_withdrawn_by_the_submitter(rule: str, acted: bool, taken: bool):
    play = Play(flow({"first": approve("all_of")}, withdraw=rule), {"first": [2, 3]})
    if acted:
        play.approves(2)
    if taken:
        play.order("withdraw")
        assert (play.status, play.open) == ("withdrawn", [])
        play.order("resubmit")
        assert play.open == [("first", 2), ("first", 3)]
    else:
        with pytest.raises(NoWithdrawal):
            play.order("withdraw")


def test_one_of_ten_wins_and_nine_are_told():
    play = Play(flow({"check": approve()}), {"check": list(range(2, 12))})
    tasks = {person: play.task_of(person) for person in range(2, 12)}
    play.approves(5)
    for person, task in tasks.items():
        with pytest.raises(NotRunning):
            play.hear(Act("approve", task, person))


def test_a_task_is_done_once_and_by_whom_it_is_for():
    play = Play(flow({"check": approve("all_of")}), {"check": [2, 3]})
    task = play.task_of(2)
    with pytest.raises(NotYourTask):
        play.hear(Act("approve", task, 3))
    play.approves(2)
    with pytest.raises(TaskNotOpen):
        play.hear(Act("approve", task, 2))


def test_conditions_choose_and_inclusive_branches_join():
    arms = {name: {"when": "true", "steps": {name: approve()}} for name in ("a", "b")}
    arms["none"] = {"steps": {}}
    tree = flow({"which": {"kind": "branch", "take": "fitting", "branches": arms}, "last": approve()})
    people = {"a": [2], "b": [3], "last": [4]}
    both = Play(tree, people, ways={"which": ["a", "b"]})
    both.approves(2)
    assert both.open == [("b", 3)]
    both.approves(3)
    assert both.open == [("last", 4)]
    assert Play(tree, people, ways={"which": ["none"]}).open == [("last", 4)]


def test_a_loop_asks_for_every_row():
    tree = flow({"each": {"kind": "loop", "over": "lines", "steps": {"check": approve()}}, "last": approve()})
    play = Play(tree, {"check": [2], "last": [3]}, rows={"each": [11, 12]})
    play.approves(2)
    assert (play.open, play.state.loops["each"].at) == ([("check", 2)], 1)
    play.approves(2)
    assert play.open == [("last", 3)]


def test_a_failed_step_waits_goes_on_or_takes_its_own_path():
    for more, status, open in (
        ({}, "running", []),
        ({"go_on": True}, "approved", []),
        ({"failed": {"help": {"kind": "handle"}}}, "running", [("help", 2)]),
    ):
        play = Play(flow({"call": {"kind": "perform", "operation": "a.b", **more}}), {"help": [2]}, fails=["call"])
        assert (play.status, play.open) == (status, open)
        if not more:
            play.fails.clear()
            play.order("restart_step", by=ADMINISTRATOR)
            assert play.status == "approved"


def test_an_administrator_jumps_reassigns_and_stops():
    play = _contract()
    play.hear(Act("reassign", play.task_of(2), ADMINISTRATOR, people=[8]))
    assert play.open == [("draft", 8)]
    play.order("jump", by=ADMINISTRATOR, to="counsel")
    assert play.open == [("counsel", 4)]
    play.order("stop", by=ADMINISTRATOR)
    assert (play.status, play.open) == ("stopped", [])
