"""Sub-flows inside sub-flows, really played on PostgreSQL by random people's random acts: none is forgotten, none goes
on for nobody, and the whole can always be ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queti.engines.flows.interpreting import read
from queti.engines.flows.returning import earlier
from queti.engines.flows.state import SUBMIT, State, Token
from queti.engines.flows.tree import Tree
from queti.jobs.schema import prepare_database
from queti.kernel.errors import Refusal
from tests.engines.flows.conftest import PEOPLE, Company, _flows
from tests.engines.flows.test_company import approve
from tests.fixtures.database import Databases

WHOLES = 8
MODES = ("any_of", "all_of", "in_turn")
ENDED = {"approved", "rejected", "withdrawn", "cancelled", "stopped"}


def drawn() -> dict[str, dict[str, Any]]:
    """Wholes whose parts have parts; parts wait for people, side by side and one after another."""
    random, names = Random(7), [f"part_{number}" for number in range(4)]
    flows = {name: {"start": {"on": "flow"}, "steps": _sequence(random, [], 1)} for name in names}
    middles = [f"middle_{number}" for number in range(4)]
    flows |= {name: {"start": {"on": "flow"}, "steps": _sequence(random, names, 1)} for name in middles}
    inner = [*names, *middles, *middles]
    wholes = {f"whole_{n}": {"withdraw": "always", "steps": _whole(random, inner)} for n in range(WHOLES)}
    return {**flows, **wholes}


def _whole(random: Random, parts: list[str]) -> dict[str, Any]:
    return {"first": approve("ann"), **_sequence(random, parts, 2), "last": approve("dan")}


def _sequence(random: Random, parts: list[str], depth: int, place: str = "s") -> dict[str, Any]:
    return {
        f"{place}{number}": _step(random, parts, depth, f"{place}{number}") for number in range(random.randint(1, 3))
    }


def _step(random: Random, parts: list[str], depth: int, name: str) -> dict[str, Any]:
    kind = random.choice(["approve", "branch", *["flow"] * 3])
    if kind == "branch" and depth:
        take = random.choice(["all", "all", "first"])
        arms = {f"{name}a{n}": {"steps": _sequence(random, parts, depth - 1, f"{name}a{n}s")} for n in range(2)}
        return {"kind": "branch", "take": take, "branches": {
            arm: {**body, **({"when": "amount > 50"} if take == "first" and arm.endswith("a0") else {})}
            for arm, body in arms.items()
        }}  # fmt: skip
    if kind == "flow" and parts:
        return {"kind": "flow", "flow": f"own.{random.choice(parts)}", "waits": random.random() < 0.9}
    people = random.sample(["ann", "bob", "cat", "dan", "eve"], random.randint(1, 3))
    return approve(*people, mode=random.choice(MODES), same_person="ask")


@pytest.fixture(scope="module")
def place(databases: Databases) -> Iterator[Company]:
    with databases.fresh(databases.template("flowing", prepare_database)) as database:
        yield Company(database, drawn())


TREES: Mapping[str, Tree] = {each.flow: Tree.of(each) for each in _flows(drawn())}


@dataclass(frozen=True)
class Now:
    """An instance as it is kept, with those who are asked there: (task, person, step)."""

    id: int
    flow: str
    state: str
    parent: int | None
    parent_step: str
    holds: State
    asked: list[tuple[int, int, str]] = field(default_factory=list[Any])

    @property
    def tree(self) -> Tree:
        return TREES[self.flow]


@dataclass
class Play:
    place: Company
    record: int
    whole: int

    def look(self) -> dict[int, Now]:
        given = {"id": self.record}
        tasks = self.place.run(lambda work: work.find("flow.task", "record = $id and not blank(waits_for)", given))
        rows = self.place.run(lambda work: work.find("flow.instance", "record = $id", given, sort="id"))
        found = {row.id: Now(row.id, row.flow, row.state, row.parent, row.parent_step or "", read(row.holds))
                 for row in rows}  # fmt: skip
        for task in tasks:
            found[task.instance].asked.append((task.id, task.waits_for, task.step))
        return found

    def login(self, person: int) -> str:
        return next(login for login, id in self.place.ids.items() if id == person)


def _sound(found: Mapping[int, Now]) -> None:
    for each in found.values():
        in_state = {(name, task.person) for name, token in each.holds.tokens.items() for task in token.tasks
                    if task.state == "open"}  # fmt: skip
        assert {(step, person) for _, person, step in each.asked} == in_state
        if each.state in ENDED:
            assert not each.holds.tokens
            continue
        assert each.holds.tokens, "a running instance has a token"
        for step in _waited_for(each):
            parts = [part for part in found.values() if (part.parent, part.parent_step) == (each.id, step)]
            assert sum(part.state not in ENDED for part in parts) == 1, f"{step} waits for one sub-flow"
    for part in found.values():
        if part.parent_step and part.state not in ENDED and found[part.parent or 0].tree.steps[part.parent_step].waits:
            holder = found[part.parent or 0]
            assert holder.state not in ENDED, "a sub-flow ends with what waits for it"
            assert part.parent_step in _resting(holder.holds.tokens), "somebody waits for a sub-flow that goes on"


def _waited_for(each: Now) -> list[str]:
    tokens = each.holds.tokens.items()
    return [name for name, token in tokens if token.phase == "waiting" and each.tree.steps[name].kind == "flow"]


def _resting(tokens: Mapping[str, Token]) -> set[str]:
    """Steps with a token, and those that wait to go on behind one."""
    return {*tokens, *(name for token in tokens.values() for name in _resting(token.resume))}


ACTS = ["approve"] * 6 + ["reject", "send_back", "send_back", "hand_over", "take_back", "withdraw", "jump", "stop"]


def _happen(data: st.DataObject, play: Play, found: Mapping[int, Now]) -> None:
    act = data.draw(st.sampled_from(ACTS))
    running = [each for each in found.values() if each.state not in ENDED]
    asked = [(each, *task) for each in running for task in each.asked]
    if act in ("jump", "stop", "withdraw"):
        each = data.draw(st.sampled_from(running))
        to = {"to": data.draw(st.sampled_from(sorted(each.tree.steps)))} if act == "jump" else {}
        play.place.does("sam" if act == "withdraw" else "boss", act, instance=each.id, reason="so", **to)
    elif asked:
        each, task, person, step = data.draw(st.sampled_from(asked))
        backs = ["", *earlier(each.tree, each.holds, step)] if step != SUBMIT else [""]
        more: dict[str, Any] = {
            "send_back": {"to": data.draw(st.sampled_from(backs)), "again": data.draw(st.booleans()), "reason": "so"},
            "hand_over": {"to": play.place.ids[data.draw(st.sampled_from(PEOPLE[:6]))]}, "reject": {"reason": "so"},
        }.get(act, {})  # fmt: skip
        if act == "take_back":
            _take_back(data, play)
        else:
            _decide(play, task, person, step, act, **more)


def _take_back(data: st.DataObject, play: Play) -> None:
    where = "record = $id and not blank(done_by)"
    done = play.place.run(lambda work: work.find("flow.task", where, {"id": play.record}, sort="id"))
    if done:
        task = data.draw(st.sampled_from(list(done)))
        play.place.does(play.login(task.done_by), "take_back", task.id)


def _decide(play: Play, task: int, person: int, step: str, act: str = "approve", **more: Any) -> None:
    kind = "handle" if step == SUBMIT and act in ("approve", "reject") else act
    play.place.does(play.login(person), kind, task, **({} if kind == "handle" else more))


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_sub_flows_of_sub_flows_are_never_forgotten_and_all_can_be_ended(place: Company, data: st.DataObject) -> None:
    record = place.request(amount=data.draw(st.sampled_from(["10", "90"])))
    flow = f"own.whole_{data.draw(st.integers(0, WHOLES - 1))}"
    play = Play(place, record, place.submit(record, flow))
    for _ in range(data.draw(st.integers(2, 12))):
        found = play.look()
        _sound(found)
        if found[play.whole].state in ENDED:
            break
        try:
            _happen(data, play, found)
        except Refusal:
            continue
    _finish(play)


def _finish(play: Play) -> None:
    """Everybody who is asked says yes: the end is near, and nothing is left over."""
    for _ in range(200):
        found = play.look()
        _sound(found)
        asked = [task for each in found.values() for task in each.asked]
        if not asked:
            assert {each.state for each in found.values()} <= ENDED
            return
        task, person, step = asked[0]
        _decide(play, task, person, step)
    raise AssertionError("it never ends")
