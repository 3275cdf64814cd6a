"""Where it is, told as a tree: branches side by side, what was passed left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.engines.flows.outlining import outline
from queti.engines.flows.state import SUBMIT
from tests.engines.flows.play import SUBMITTER, Play, approve, flow, parallel


def drawn(play: Play) -> list[str]:
    """One line a step and arm: `*` where it stands, `+` an arm that is through."""
    return list(_lines(outline(play.tree, play.state)))


def _lines(nodes: Sequence[dict[str, Any]], depth: int = 0) -> Any:
    for node in nodes:
        turn = " {} of {}".format(*node["turn"]) if node["turn"] else ""
        yield f"{'  ' * depth}{'*' if node['is_at'] else ''}{node['step']}{turn}"
        for way in node["ways"]:
            yield f"{'  ' * depth} {'+' if way['is_done'] else '-'}{way['label'].get('en', '')}"
            yield from _lines(way["steps"], depth + 1)


ARMS = parallel(
    law={"law1": approve(), "law2": approve()}, money={"money1": approve()}, quiet={"count": {"kind": "compute"}}
)
REVIEW = flow({"first": approve(order=1), "review": {**ARMS, "order": 2}, "sign": approve(order=3)})
PEOPLE = {"first": [2], "law1": [3], "law2": [4], "money1": [5], "sign": [6]}


def test_what_comes_is_told_with_its_branches_and_what_is_over_is_not() -> None:
    play = Play(REVIEW, PEOPLE)
    assert drawn(play) == ["*first", "review", " -law", "  law1", "  law2", " -money", "  money1", "sign"]
    play.approves(2)
    assert drawn(play) == ["review", " -law", "  *law1", "  law2", " -money", "  *money1", "sign"]
    play.approves(5, 3)
    assert drawn(play) == ["review", " -law", "  *law2", " +money", "sign"]
    play.approves(4)
    assert drawn(play) == ["*sign"]


def test_of_a_choice_only_the_way_that_was_taken_is_told() -> None:
    ways = {"large": {"steps": {"chief": approve()}}, "small": {"steps": {"clerk": approve()}}}
    tree = flow({"first": approve(order=1), "size": {"kind": "branch", "branches": ways, "order": 2}})
    play = Play(tree, {"first": [2], "chief": [3], "clerk": [4]}, ways={"size": ["small"]})
    assert drawn(play) == ["*first", "size", " -large", "  chief", " -small", "  clerk"]
    play.approves(2)
    assert drawn(play) == ["size", " -small", "  *clerk"]


def test_sent_back_it_comes_straight_or_goes_through_all_again() -> None:
    play = Play(REVIEW, PEOPLE)
    play.approves(2)
    play.does(3, "send_back")
    assert drawn(play) == ["*submit", "review", " -law", "  law1", "  law2", " -money", "  money1", "sign"]
    play.does(SUBMITTER, "handle")
    play.does(3, "send_back", again=True)
    assert drawn(play)[:3] == ["*submit", "first", "review"]
    assert SUBMIT in play.state.tokens


def test_a_loop_tells_at_which_row_it_is() -> None:
    tree = flow({"each": {"kind": "loop", "over": "lines", "steps": {"check": approve(same_person="ask")}}})
    play = Play(tree, {"check": [2]}, rows={"each": [7, 8, 9]})
    play.approves(2)
    assert drawn(play) == ["each 2 of 3", " -", "  *check"]
