"""Where an instance is, as a tree: the steps at which it stands and those of people that may follow, in their
branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from queti.engines.flows.state import SUBMIT, State, Token
from queti.engines.flows.tree import ROOT, Tree
from queti.kernel.definitions import StepDef, Words
from queti.kernel.definitions.flows import PEOPLE, in_order

Node = dict[str, Any]
SUBMIT_LABEL: Words = {"en": "Submitter", "zh": "发起人"}


def outline(tree: Tree, state: State) -> list[Node]:
    """`[{step, label, kind, is_at, take, turn, ways: [{label, is_done, steps}]}]`, the outermost sequence.

    What is over is left out, but for arms of a branching whose other arms go on. `turn` is the row at which a loop
    is, and how many there are. What rests until something sent back returns is ahead, and what lies between isn't.
    """
    nodes = _Outline(tree, state, set(_places(state.tokens))).sequence(ROOT)
    first: list[Node] = [_node(SUBMIT, SUBMIT_LABEL, "handle", is_at=True)] if SUBMIT in state.tokens else []
    return [*first, *nodes]


def _places(tokens: dict[str, Token]) -> Iterator[str]:
    for name, token in tokens.items():
        yield from (name,) if name != SUBMIT else ()
        yield from _places(token.resume)


def _node(step: str, label: Words, kind: str, *, is_at: bool = False, **more: Any) -> Node:
    return {"step": step, "label": label, "kind": kind, "is_at": is_at, "take": None, "turn": None, "ways": [], **more}


@dataclass(slots=True)
class _Outline:
    tree: Tree
    state: State
    here: set[str]

    def sequence(self, sequence: str) -> list[Node]:
        """From where it stands on; all of one that lies ahead."""
        steps = self.tree.sequences[sequence]
        at = [place for place, name in enumerate(steps) if self._holds(name)]
        shown = [name for place, name in enumerate(steps) if not at or place in at or place > at[-1]]
        return [node for name in shown if (node := self._step(name)) is not None]

    def _holds(self, name: str) -> bool:
        return any(self.tree.is_inside(each, name) for each in self.here)

    def _step(self, name: str) -> Node | None:
        step, is_at = self.tree.steps[name], name in self.state.tokens
        ways = [] if name in self.here else list(self._ways(name, step))
        if not (is_at or name in self.here or step.kind in PEOPLE or ways):
            return None
        loop = self.state.loops.get(name)
        turn = [loop.at + 1, len(loop.rows)] if loop else None
        take = step.take if step.kind == "branch" else None
        return _node(name, self.tree.label(name), step.kind, is_at=is_at, take=take, turn=turn, ways=ways)

    def _ways(self, name: str, step: StepDef) -> Iterator[dict[str, Any]]:
        is_under_way = self._holds(name)
        for key, branch in in_order(step.branches):
            yield from self._way(f"{name}.branches.{key}.steps", branch.label or {"en": key}, is_under_way=is_under_way)
        if step.kind == "loop":
            yield from self._way(f"{name}.steps", {}, is_under_way=is_under_way)
        if step.failed and is_under_way:
            yield from self._way(f"{name}.failed", {}, is_under_way=True)

    def _way(self, sequence: str, label: Words, *, is_under_way: bool) -> Iterator[dict[str, Any]]:
        """Of a branching under way the arms that go on and those that people are through; else all that may come."""
        steps = self.tree.sequences[sequence]
        if not is_under_way or any(self._holds(each) for each in steps):
            nodes = self.sequence(sequence)
            yield from [{"label": label, "is_done": False, "steps": nodes}] if nodes else []
        elif any(sequence in dict(self.tree.line(each)) for each in self.state.visited):
            yield {"label": label, "is_done": True, "steps": []}
