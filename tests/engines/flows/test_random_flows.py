"""Random trees, random people, random acts: nothing gets stuck, no token is lost, the trail explains the state."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queti.engines.flows.interpreting import read, write
from queti.engines.flows.replacing import asks_for
from queti.engines.flows.returning import earlier
from queti.engines.flows.state import SUBMIT, Act, Late, Ran, Replace
from queti.kernel.errors import Refusal
from tests.engines.flows.play import Play, flow

MODES = ["any_of", "all_of", "vote", "in_turn"]
PEOPLE = st.lists(st.integers(1, 9), max_size=4, unique=True)
KINDS = ["approve", "approve", "approve", "handle", "copy", "branch", "loop", "compute", "wait", "flow", "perform"]


class _Trees:
    """Draws a tree whose steps have names of their own, and who is asked at each."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.people: dict[str, list[int]] = {}
        self.ways: dict[str, list[str]] = {}
        self.rows: dict[str, list[int]] = {}
        self.fails: list[str] = []

    def sequence(self, depth: int) -> dict[str, Any]:
        return dict(self.step(depth) for _ in range(self.draw(st.integers(0 if depth < 3 else 1, 3))))

    def step(self, depth: int) -> tuple[str, dict[str, Any]]:
        self.count += 1
        name = f"s{self.count}"
        kind = self.draw(st.sampled_from(KINDS))
        if depth == 0 and kind in ("branch", "loop"):
            kind = "approve"
        self.people[name] = self.draw(PEOPLE)
        if kind == "perform" and self.draw(st.booleans()):
            self.fails.append(name)
        match kind:
            case "approve":
                rule = self.draw(st.sampled_from(["skip", "ask", "forbid"]))
                mode = self.draw(st.sampled_from(MODES))
                nobody = self.draw(st.sampled_from(["administrator", "pass", "stop"]))
                back = self.draw(st.sampled_from(["choose", "straight", "again"]))
                return name, {"kind": kind, "mode": mode, "same_person": rule, "nobody": nobody, "back": back}
            case "perform":
                ways = [{}, {"go_on": True}, {"failed": self.sequence(0)}] if depth else [{}]
                return name, {"kind": kind, "operation": "a.b", **self.draw(st.sampled_from(ways))}
            case "flow":
                return name, {"kind": kind, "flow": "test.part"}
            case "branch":
                return name, self.branching(name, depth)
            case "loop":
                self.rows[name] = list(range(self.draw(st.integers(0, 2))))
                return name, {"kind": kind, "over": "lines", "steps": self.sequence(depth - 1)}
            case _:
                return name, {"kind": kind}

    def branching(self, name: str, depth: int) -> dict[str, Any]:
        arms = {f"arm{place}": {"steps": self.sequence(depth - 1)} for place in range(self.draw(st.integers(1, 3)))}
        take = self.draw(st.sampled_from(["first", "fitting", "all"]))
        most = 1 if take == "first" else len(arms)
        self.ways[name] = self.draw(st.lists(st.sampled_from(list(arms)), min_size=1, max_size=most, unique=True))
        return {"kind": "branch", "take": take, "branches": arms}


@st.composite
def _plays(draw: st.DrawFn) -> Play:
    trees = _Trees(draw)
    tree = flow(trees.sequence(3), withdraw=draw(st.sampled_from(["before_act", "always"])))
    return Play(tree, trees.people, ways=trees.ways, rows=trees.rows, fails=trees.fails)


ACTS = ["approve", "approve", "approve", "reject", "send_back", "take_back", "hand_over", "reassign", "delegate",
        "add_approver", "remove_approver"]  # fmt: skip
ORDERS = ["withdraw", "cancel", "stop", "jump", "restart_step", "resubmit"]
LATE = ["remind", "escalate", "approve", "reject", "hand_over"]
HAPPENINGS = ["act", "act", "act", "act", "order", "late", "leave", "time"]


def _happen(data: st.DataObject, play: Play) -> None:
    """Somebody acts, submits or administers; somebody is late; what was waited for comes."""
    match data.draw(st.sampled_from(HAPPENINGS)):
        case "act" if play.tasks:
            _act(data, play)
        case "order":
            to = data.draw(st.sampled_from(sorted(play.tree.steps) or ["none"]))
            order = data.draw(st.sampled_from(ORDERS))
            if order == "restart_step":
                play.fails.clear()
            play.order(order, to="" if order == "restart_step" else to)
        case "late":
            at = [name for name, token in play.state.tokens.items() if token.phase == "open" and name != SUBMIT]
            for step in at[:1]:
                stage, people = data.draw(st.sampled_from("abc")), data.draw(PEOPLE)
                play.hear(Late(step, stage, data.draw(st.sampled_from(LATE)), people))
        case "leave":
            leaver, successor = data.draw(st.permutations(range(1, 15)))[:2]
            play.hear(Replace(leaver, successor, 99))
            assert not asks_for(play.state, leaver)
        case _:
            _come(play, data.draw(st.sampled_from(["approved", "rejected", "stopped"])))


def _come(play: Play, outcome: str = "approved") -> None:
    """The first wait, or sub-flow, is over."""
    waiting = [name for name, token in play.state.tokens.items() if token.phase == "waiting"]
    for step in waiting[:1]:
        play.hear(Ran(step, {step: outcome} if play.tree.steps[step].kind == "flow" else {}))


def _act(data: st.DataObject, play: Play) -> None:
    no, (step, task) = data.draw(st.sampled_from(sorted(play.tasks.items(), key=lambda each: each[0])))
    act = data.draw(st.sampled_from(ACTS))
    is_handled = step == SUBMIT or play.tree.steps[step].kind == "handle"
    backs = ["", *earlier(play.tree, play.state, step)] if step != SUBMIT else [""]
    play.hear(
        Act(
            "handle" if is_handled and act in ("approve", "reject") else act,
            no,
            task.person,
            to=data.draw(st.sampled_from(backs)),
            people=[data.draw(st.integers(10, 14))] if act != "remove_approver" else [task.person],
            place=data.draw(st.sampled_from(["before", "beside", "after"])),
            again=data.draw(st.booleans()),
        )
    )


def _sound(play: Play) -> None:
    """What must hold at any time."""
    state = play.state
    assert read(write(state)) == state
    if state.status == "running":
        assert state.tokens, "a running instance has a token"
        for name, token in state.tokens.items():
            assert token.phase in ("open", "waiting", "failed"), f"{name} waits for nobody"
            if token.phase == "open":
                assert any(task.state == "open" for task in token.tasks), f"nobody is asked at {name}"
            _explained(play, name, token.phase)
    else:
        assert not state.tokens
        assert play.trail[-1] == "ended"
        assert play.trail[-2:] != ["ended", "ended"], "it ends once"
    opened = {(step, task.no) for step, task in play.tasks.values() if task.state == "open"}
    assert opened == {(n, task.no) for n, token in state.tokens.items() for task in token.tasks if task.state == "open"
                      } | {each for each in opened if _is_copy(play, each[0])}  # fmt: skip


def _explained(play: Play, name: str, phase: str) -> None:
    """The trail says how it got there."""
    if phase == "failed":
        assert f"failed {name}" in play.trail
    elif name == SUBMIT:
        assert any(line.startswith("sent_back") for line in play.trail)
    elif phase == "open":
        assert f"entered {name}" in play.trail


def _is_copy(play: Play, step: str) -> bool:
    return step != SUBMIT and play.tree.steps[step].kind == "copy"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_random_acts_leave_every_instance_sound_and_it_can_always_be_ended(data: st.DataObject) -> None:
    play = data.draw(_plays())
    _sound(play)
    for _ in range(data.draw(st.integers(0, 14))):
        before = write(play.state)
        try:
            _happen(data, play)
        except Refusal:
            assert write(play.state) == before, "a refused act changes nothing"
        _sound(play)
    _finish(play)


def _finish(play: Play) -> None:
    """Everybody who is asked says yes, what is waited for comes, what failed is mended: the end is near."""
    play.fails.clear()
    for _ in range(500):
        if play.status != "running":
            return
        open = [(step, task) for step, task in play.tasks.values() if task.state == "open" and not _is_copy(play, step)]
        phases = {token.phase for token in play.state.tokens.values()}
        if open:
            step, task = open[0]
            is_handled = step == SUBMIT or play.tree.steps[step].kind == "handle"
            play.hear(Act("handle" if is_handled else "approve", task.no, task.person))
        elif "waiting" in phases:
            _come(play)
        else:
            _mend(play)
        _sound(play)
    raise AssertionError("it never ends")


def _mend(play: Play) -> None:
    """Where nobody was found, somebody new is there now."""
    for name, token in play.state.tokens.items():
        if token.phase == "failed":
            play.people = {**play.people, name: [100 + len(play.trail)]}
    play.order("restart_step", to="")


def test_withdrawn_at_any_moment_nothing_is_left_over() -> None:
    play = Play(flow({"a": {"kind": "approve"}}, withdraw="always"), {"a": [2, 3]})
    play.order("withdraw")
    _sound(play)
