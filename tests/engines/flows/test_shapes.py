"""Each behaviour of approvals as one story, told thrice on PostgreSQL: plain, beside another arm, in a sub-flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queti.apps.flow.refusals import PartOfAnother
from queti.engines.flows.about import about_instance
from queti.engines.flows.refusals import LastApprover, NextHasActed
from queti.engines.flows.timing import pass_time
from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from tests.engines.flows.conftest import PLACE, Company
from tests.engines.flows.test_company import approve
from tests.fixtures.database import Databases

SHAPES = ("plain", "arm", "part")
Steps = Mapping[str, Any]


@dataclass
class Scene:
    """One request in a flow of that shape; only what waits for the record counts."""

    place: Company
    shape: str
    record: int
    instance: int

    def asked(self) -> list[str]:
        rows = self.place.run(lambda work: work.find("flow.task", "record = $id and not blank(waits_for)",
                                                     {"id": self.record}, ["waits_for", "step"]))  # fmt: skip
        names = {id: login for login, id in self.place.ids.items()}
        return sorted(names[row.waits_for] for row in rows if row.step != "other")

    def task(self, who: str, *, done: bool = False) -> int:
        where = "record = $id and done_by = $who" if done else "record = $id and waits_for = $who"
        given = {"id": self.record, "who": self.place.ids[who]}
        return self.place.run(lambda work: work.find("flow.task", where, given, ["id"], "-id", limit=1))[0].id

    def does(self, who: str, act: str, *, done: bool = False, **more: Any) -> None:
        self.place.does(who, act, self.task(who, done=done), **more)

    def approve(self, *people: str) -> None:
        for who in people:
            self.does(who, "approve")

    def ids(self, *people: str) -> list[int]:
        return [self.place.ids[who] for who in people]

    def ends(self, state: str) -> None:
        """The whole ends so, and nobody is asked any more."""
        if self.shape == "arm" and state == "approved":
            assert self.place.read(self.instance, "flow.instance").state == "running", "the other arm isn't done"
            self.place.does("ida", "approve", self.task("ida"))
        own = self.place.read(self.instance, "flow.instance")
        assert own.state == state, own.problem
        everything = self.place.instances(record=self.record)
        assert {row.state for row in everything} <= {"approved", "rejected", "withdrawn", "stopped", "cancelled"}
        assert self.asked() == []


def any_of(scene: Scene) -> None:
    assert scene.asked() == ["ann", "bob"]
    scene.approve("bob")
    scene.ends("approved")


def all_of(scene: Scene) -> None:
    scene.approve("ann")
    assert scene.asked() == ["bob"]
    scene.approve("bob")
    scene.ends("approved")


def rejected(scene: Scene) -> None:
    scene.does("bob", "reject", reason="no")
    scene.ends("rejected")


def by_share(scene: Scene) -> None:
    scene.does("cat", "reject", reason="no")
    scene.approve("ann")
    assert scene.asked() == ["bob"]
    scene.approve("bob")
    scene.ends("approved")


def by_weight(scene: Scene) -> None:
    scene.approve("ann")
    scene.ends("approved")


def in_turn(scene: Scene) -> None:
    for who in ("ann", "bob", "cat"):
        assert scene.asked() == [who]
        scene.approve(who)
    scene.ends("approved")


def up_the_line(scene: Scene) -> None:
    assert scene.asked() == ["dan"], "the submitter's manager, also where somebody else's act began the sub-flow"
    scene.approve("dan", "boss")
    scene.ends("approved")


def nobody_passes(scene: Scene) -> None:
    scene.ends("approved")


def nobody_administrator(scene: Scene) -> None:
    assert scene.asked() == ["boss"]
    scene.approve("boss")
    scene.ends("approved")


def nobody_stops(scene: Scene) -> None:
    [failed] = [row for row in scene.place.instances(record=scene.record) if row.state == "failed"]
    assert failed.problem.startswith("Nobody was found for “check”.")
    scene.place.does("boss", "stop", instance=scene.instance, reason="nobody there")
    scene.ends("stopped")


def submitter_is_skipped(scene: Scene) -> None:
    assert scene.asked() == ["ann"]
    scene.approve("ann")
    scene.ends("approved")


def chosen_by_submitter(scene: Scene) -> None:
    assert scene.asked() == ["fay"]
    scene.approve("fay")
    scene.ends("approved")


def sent_back_straight(scene: Scene) -> None:
    scene.approve("ann", "bob")
    scene.does("cat", "send_back", to="check", reason="look")
    assert scene.asked() == ["ann"]
    scene.approve("ann")
    assert scene.asked() == ["cat"]
    scene.approve("cat")
    scene.ends("approved")


def sent_back_again(scene: Scene) -> None:
    scene.approve("ann", "bob")
    scene.does("cat", "send_back", to="check", reason="look", again=True)
    scene.approve("ann")
    assert scene.asked() == ["bob"]
    scene.approve("bob", "cat")
    scene.ends("approved")


def sent_back_to_submitter(scene: Scene) -> None:
    scene.approve("ann")
    scene.does("bob", "send_back", to="", reason="amount?")
    assert scene.asked() == ["sam"]
    scene.does("sam", "handle")
    assert scene.asked() == ["bob"]
    scene.approve("bob", "cat")
    scene.ends("approved")


def taken_back(scene: Scene) -> None:
    scene.approve("ann")
    scene.does("ann", "take_back", done=True)
    assert scene.asked() == ["ann"]
    scene.approve("ann", "bob")
    with pytest.raises(NextHasActed):
        scene.does("ann", "take_back", done=True)
    scene.approve("cat")
    scene.ends("approved")


def handed_over(scene: Scene) -> None:
    scene.does("ann", "hand_over", to=scene.place.ids["eve"])
    assert scene.asked() == ["bob", "eve"]
    scene.approve("eve", "bob")
    scene.ends("approved")


def delegated(scene: Scene) -> None:
    scene.does("ann", "delegate", to=scene.place.ids["eve"])
    scene.approve("eve")
    assert scene.asked() == ["ann", "bob"]
    scene.approve("ann", "bob")
    scene.ends("approved")


def added_before_and_after(scene: Scene) -> None:
    scene.does("ann", "add_approver", people=scene.ids("eve"), place="before")
    assert scene.asked() == ["bob", "eve"]
    scene.approve("eve")
    scene.does("ann", "add_approver", people=scene.ids("fay"), place="after")
    scene.approve("ann", "bob")
    assert scene.asked() == ["fay"]
    scene.approve("fay")
    scene.ends("approved")


def added_beside_and_removed(scene: Scene) -> None:
    scene.does("ann", "add_approver", people=scene.ids("eve", "fay"), place="beside")
    scene.does("ann", "remove_approver", people=scene.ids("bob", "fay"))
    assert scene.asked() == ["ann", "eve"]
    scene.does("eve", "remove_approver", people=scene.ids("ann"))
    with pytest.raises(LastApprover):
        scene.does("eve", "remove_approver", people=scene.ids("eve"))
    scene.approve("eve")
    scene.ends("approved")


def reject_leads_back(scene: Scene) -> None:
    scene.approve("ann")
    scene.does("bob", "reject", reason="again")
    assert scene.asked() == ["ann"]
    scene.approve("ann", "bob")
    scene.ends("approved")


def withdrawn(scene: Scene) -> None:
    scene.approve("ann")
    scene.place.does("sam", "withdraw", instance=scene.instance)
    scene.ends("withdrawn")


def cancelled(scene: Scene) -> None:
    scene.place.does("sam", "cancel", instance=scene.instance)
    scene.ends("cancelled")


def handled(scene: Scene) -> None:
    scene.does("bob", "handle", values={"note": "packed"})
    assert scene.place.read(scene.record).note == "packed"
    scene.ends("approved")


def reassigned(scene: Scene) -> None:
    scene.place.does("boss", "reassign", scene.task("ann"), to=scene.place.ids["eve"], reason="ill")
    scene.approve("eve", "bob")
    scene.ends("approved")


def decided_together(scene: Scene) -> None:
    told = scene.place.does("ann", "decide_many", [scene.task("ann")], decision="approve", reason="all fine")
    assert told["done"] is True
    scene.approve("bob")
    scene.ends("approved")


def urged(scene: Scene) -> None:
    """Those who have it are reminded, in a sub-flow too."""
    where = "record = $id and not blank(urged_at)"
    scene.place.does("sam", "urge", instance=scene.instance)
    told = scene.place.run(lambda work: work.find("flow.task", where, {"id": scene.record}, ["assignee", "step"]))
    assert [row.assignee for row in told if row.step != "other"] == scene.ids("ann", "bob")
    scene.approve("ann", "bob")
    scene.ends("approved")


def deputy_decides(scene: Scene) -> None:
    assert scene.asked() == ["eve"], "Hal's deputy"
    scene.approve("eve")
    scene.ends("approved")


def leaver_is_replaced(scene: Scene) -> None:
    scene.place.does("boss", "hand_over_all", person=scene.place.ids["ann"], to=scene.place.ids["fay"], reason="leaves")
    assert scene.asked() == ["bob", "fay"]
    scene.approve("fay", "bob")
    scene.ends("approved")


def late_is_handed_over(scene: Scene) -> None:
    scene.place.platform.run(PLACE, SYSTEM, pass_time, now=datetime.now(UTC) + timedelta(hours=2))
    assert scene.asked() == ["bob"]
    scene.approve("bob")
    scene.ends("approved")


def late_is_refused(scene: Scene) -> None:
    scene.place.platform.run(PLACE, SYSTEM, pass_time, now=datetime.now(UTC) + timedelta(hours=2))
    scene.ends("rejected")


def late(act: str, **more: Any) -> Steps:
    return {"check": approve("ann", due_hours=1, working_hours=False, late={"over": {"act": act, **more}})}


BOTH = {"check": approve("ann", "bob", mode="all_of")}
THREE = {"check": approve("ann"), "then": approve("bob"), "last": approve("cat")}
NOBODY = {"kind": "approve", "who": {"them": {"by": "field", "field": "checker"}}}
HEAVY = {"heavy": {"by": "user", "users": ["ann"], "weight": 3}, "light": {"by": "user", "users": ["bob", "cat"]}}
STORIES: Mapping[Callable[[Scene], None], Steps] = {
    any_of: {"check": approve("ann", "bob")},
    all_of: BOTH,
    rejected: BOTH,
    by_share: {"check": approve("ann", "bob", "cat", mode="vote", share=60)},
    by_weight: {"check": {"kind": "approve", "mode": "vote", "share": 60, "who": HEAVY}},
    in_turn: {"check": approve("ann", "bob", "cat", mode="in_turn")},
    up_the_line: {"check": {"kind": "approve", "mode": "up_the_line", "levels": 2}},
    nobody_passes: {"check": {**NOBODY, "nobody": "pass"}},
    nobody_administrator: {"check": NOBODY},
    nobody_stops: {"check": {**NOBODY, "nobody": "stop"}},
    submitter_is_skipped: {"check": approve("sam", "ann", mode="all_of")},
    chosen_by_submitter: {"check": {"kind": "approve", "who": {"them": {"by": "chosen"}}}},
    sent_back_straight: THREE,
    sent_back_again: THREE,
    sent_back_to_submitter: THREE,
    taken_back: THREE,
    handed_over: BOTH,
    delegated: BOTH,
    added_before_and_after: BOTH,
    added_beside_and_removed: BOTH,
    reject_leads_back: {"check": approve("ann"), "then": approve("bob", reject_to="check")},
    withdrawn: BOTH,
    cancelled: BOTH,
    handled: {"check": {**approve("bob"), "kind": "handle", "fields": {"note": "change"}}},
    reassigned: BOTH,
    decided_together: BOTH,
    urged: BOTH,
    deputy_decides: {"check": approve("hal")},
    leaver_is_replaced: BOTH,
    late_is_handed_over: late("hand_over", who={"them": {"by": "user", "users": ["bob"]}}),
    late_is_refused: late("reject"),
}


def _shaped(name: str, steps: Steps) -> Iterator[tuple[str, Any]]:
    """The same steps by themselves, beside another arm, and as a part that somebody else's act begins."""
    yield f"{name}_plain", {"steps": steps, "withdraw": "always"}
    arms = {"left": {"steps": steps}, "right": {"steps": {"other": approve("ida")}}}
    yield f"{name}_arm", {"steps": {"both": {"kind": "branch", "take": "all", "branches": arms}}, "withdraw": "always"}
    yield f"{name}_inner", {"steps": steps, "start": {"on": "flow"}}
    ways = {
        "yes": {"when": 'part = "approved"', "steps": {}},
        "no": {"steps": {"no": {"kind": "end", "result": "rejected"}}},
    }
    around = {
        "begin": approve("gus"),
        "part": {"kind": "flow", "flow": f"own.{name}_inner"},
        "which": {"kind": "branch", "branches": ways},
    }
    yield f"{name}_part", {"steps": around, "withdraw": "always"}


@pytest.fixture(scope="module")
def place(databases: Databases) -> Iterator[Company]:
    flows = {name: body for story, steps in STORIES.items() for name, body in _shaped(story.__name__, steps)}
    with databases.fresh(databases.template("flowing", prepare_database)) as database:
        place = Company(database, flows)
        hal, eve = (place.ids[who] for who in ("hal", "eve"))
        place.does("boss", "set_deputy", person=hal, deputy=eve, from_on="2020-01-01", until_on="2099-12-31")
        yield place


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("story", STORIES, ids=lambda each: each.__name__)
def test_story(place: Company, story: Callable[[Scene], None], shape: str) -> None:
    record = place.request(name=f"{story.__name__} {shape}")
    chosen = {"check": [place.ids["fay"]]}
    instance = place.submit(record, f"own.{story.__name__}_{shape}", chosen=chosen)
    scene = Scene(place, shape, record, instance)
    if shape == "part":
        scene.approve("gus")
    story(scene)


# -- sub-flows and the steps that wait for them

PAIR = {
    "draft": approve("ann"),
    "both": {"kind": "branch", "take": "all", "branches": {
        "left": {"steps": {"part": {"kind": "flow", "flow": "own.inner"}}},
        "right": {"steps": {"right": approve("cat")}},
    }},
    "sign": approve("dan"),
}  # fmt: skip


@pytest.fixture
def pair(company: Callable[..., Company]) -> Scene:
    place = company(outer={"steps": PAIR}, inner={"start": {"on": "flow"}, "steps": {"inner": approve("bob")}})
    record = place.request()
    scene = Scene(place, "pair", record, place.submit(record, "own.outer"))
    scene.approve("ann")
    assert scene.asked() == ["bob", "cat"]
    return scene


def test_a_sub_flow_that_ends_while_its_step_rests_is_heard_when_that_waits_again(pair: Scene) -> None:
    pair.does("cat", "send_back", to="draft", reason="the price?")
    assert pair.asked() == ["ann", "bob"]
    pair.approve("bob")
    assert pair.asked() == ["ann"]
    pair.approve("ann", "cat", "dan")
    pair.ends("approved")


def test_a_sub_flow_is_over_where_all_is_asked_again(pair: Scene) -> None:
    pair.does("cat", "send_back", to="draft", reason="all anew", again=True)
    assert pair.asked() == ["ann"]
    [old] = pair.place.instances(flow="own.inner")
    assert (old.state, old.problem) == ("stopped", "The flow that this is part of went on without it.")
    pair.approve("ann")
    assert pair.asked() == ["bob", "cat"]
    pair.approve("bob", "cat", "dan")
    pair.ends("approved")


def test_a_sub_flow_is_over_where_an_administrator_jumps_past_it(pair: Scene) -> None:
    pair.place.does("boss", "jump", instance=pair.instance, to="sign", reason="urgent")
    assert pair.asked() == ["dan"]
    pair.approve("dan")
    pair.ends("approved")


def test_a_part_is_not_submitted_again_by_itself(pair: Scene) -> None:
    pair.does("bob", "reject", reason="no")
    [inner] = pair.place.instances(flow="own.inner")
    assert inner.state == "rejected"
    with pytest.raises(PartOfAnother):
        pair.place.does("sam", "resubmit", instance=inner.id)
    told = pair.place.run(lambda work: about_instance(work, inner.id), "sam")
    assert "resubmit" not in told["instances"][0]["may"]
