"""A flow's steps by name, and where each stands: which sequence, and whose that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from queti.kernel.definitions import FlowDef, StepDef, Words
from queti.kernel.definitions.flows import OUTSIDE, in_order, sequences_of

ROOT = ""


@dataclass(slots=True)
class Tree:
    """`home` is the sequence of each step, `owner` the step that holds each sequence; the root's is nobody."""

    flow: FlowDef
    hash: str = ""
    steps: dict[str, StepDef] = field(default_factory=dict[str, StepDef])
    sequences: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    home: dict[str, str] = field(default_factory=dict[str, str])
    owner: dict[str, str] = field(default_factory=dict[str, str])
    callbacks: list[str] = field(default_factory=list[str])
    """Steps that wait for a call from outside."""

    @staticmethod
    def of(flow: FlowDef, hash: str = "") -> Tree:
        tree = Tree(flow, hash)
        tree._add(ROOT, flow.steps)
        return tree

    def _add(self, sequence: str, steps: Mapping[str, StepDef]) -> None:
        self.sequences[sequence] = []
        for name, step in in_order(steps):
            self.steps[name] = step
            self.home[name] = sequence
            if step.kind == "wait" and step.wait_for == "callback":
                self.callbacks.append(name)
            self.sequences[sequence].append(name)
            for part, inner in sequences_of(step):
                key = f"{name}.{part}"
                self.owner[key] = name
                self._add(key, inner)

    def is_outside(self, name: str) -> bool:
        """Does the step wait for something outside?"""
        return name in self.steps and (self.steps[name].kind in OUTSIDE or name in self.callbacks)

    def label(self, name: str) -> Words:
        return (self.steps[name].label if name in self.steps else None) or {"en": name}

    def first(self, sequence: str) -> str | None:
        return next(iter(self.sequences.get(sequence, ())), None)

    def next(self, step: str) -> str | None:
        siblings = self.sequences[self.home[step]]
        place = siblings.index(step) + 1
        return siblings[place] if place < len(siblings) else None

    def line(self, step: str) -> Iterator[tuple[str, str]]:
        """(sequence, step of it) from the step itself outwards to the root."""
        here: str | None = step
        while here is not None:
            sequence = self.home[here]
            yield sequence, here
            here = self.owner.get(sequence)

    def is_inside(self, step: str, owner: str) -> bool:
        return any(each == owner for _, each in self.line(step))

    def from_here_on(self, step: str, other: str) -> bool:
        """Is `step` the other one, or passed behind it: not in another arm of a branching that both are in?"""
        others = dict(self.line(other))
        for sequence, mine in self.line(step):
            if sequence in others:
                siblings = self.sequences[sequence]
                theirs = others[sequence]
                return mine in (step, other) if mine == theirs else siblings.index(mine) > siblings.index(theirs)
        return False

    def is_before(self, step: str, other: str) -> bool:
        """Is `step` passed before `other` may begin: not in another arm of a branching that both are in?"""
        mine = dict(self.line(step))
        for sequence, theirs in self.line(other):
            if sequence in mine:
                siblings = self.sequences[sequence]
                return siblings.index(mine[sequence]) < siblings.index(theirs)
        return False
