"""Random trees, random people, random acts: nothing gets stuck, no token is lost, the trail explains the state."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queti.engines.flows.interpreting import read, write
from queti.engines.flows.returning import earlier
from queti.engines.flows.state import SUBMIT, Act
from queti.kernel.errors import Refusal
from tests.engines.flows.play import Play, flow

MODES = ["any_of", "all_of", "vote", "in_turn"]
PEOPLE = st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)


class _Trees:
    """Draws a tree whose steps have names of their own, and who is asked at each."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.people: dict[str, list[int]] = {}
        self.ways: dict[str, list[str]] = {}
        self.rows: dict[str, list[int]] = {}

    def sequence(self, depth: int) -> dict[str, Any]:
        return dict(self.step(depth) for _ in range(self.draw(st.integers(0 if depth < 3 else 1, 3))))

    def step(self, depth: int) -> tuple[str, dict[str, Any]]:
        self.count += 1
        name = f"s{self.count}"
        kind = self.draw(st.sampled_from(["approve", "approve", "handle", "copy", "branch", "loop", "compute"]))
        if depth == 0 and kind in ("branch", "loop"):
            kind = "approve"
        self.people[name] = self.draw(PEOPLE)
        match kind:
            case "approve":
                rule = self.draw(st.sampled_from(["skip", "ask", "forbid"]))
                mode = self.draw(st.sampled_from(MODES))
                return name, {"kind": kind, "mode": mode, "same_person": rule}
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
    tree = flow(trees.sequence(3))
    return Play(tree, trees.people, ways=trees.ways, rows=trees.rows)


ACTS = ["approve", "approve", "approve", "reject", "send_back", "take_back", "hand_over", "delegate", "add_approver",
        "remove_approver"]  # fmt: skip


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
            assert token.phase == "open", f"{name} waits for nobody"
            assert any(task.state == "open" for task in token.tasks), f"nobody is asked at {name}"
    else:
        assert not state.tokens
        assert play.trail[-1] == "ended"
    opened = {(step, task.no) for step, task in play.tasks.values() if task.state == "open"}
    assert opened == {(n, task.no) for n, token in state.tokens.items() for task in token.tasks if task.state == "open"
                      } | {each for each in opened if _is_copy(play, each[0])}  # fmt: skip


def _is_copy(play: Play, step: str) -> bool:
    return step != SUBMIT and play.tree.steps[step].kind == "copy"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_random_acts_leave_every_instance_sound_and_it_can_always_be_ended(data: st.DataObject) -> None:
    play = data.draw(_plays())
    _sound(play)
    for _ in range(data.draw(st.integers(0, 12))):
        if play.status != "running" or not play.tasks:
            break
        before = write(play.state)
        try:
            _act(data, play)
        except Refusal:
            assert write(play.state) == before, "a refused act changes nothing"
        _sound(play)
    _finish(play)


def _finish(play: Play) -> None:
    """Everybody who is asked says yes: the end is near."""
    for _ in range(500):
        open = [(step, task) for step, task in play.tasks.values() if task.state == "open" and not _is_copy(play, step)]
        if play.status != "running":
            return
        step, task = open[0]
        is_handled = step == SUBMIT or play.tree.steps[step].kind == "handle"
        play.hear(Act("handle" if is_handled else "approve", task.no, task.person))
        _sound(play)
    raise AssertionError("it never ends")


def test_withdrawn_at_any_moment_nothing_is_left_over() -> None:
    play = Play(flow({"a": {"kind": "approve"}}, withdraw="always"), {"a": [2, 3]})
    play.order("withdraw")
    _sound(play)
