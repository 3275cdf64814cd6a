"""Sub-flows are over with the step that waits for them; one that waits again hears what has ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case, in_words
from queti.engines.flows.state import End, Enter, Leave, Order, Ran, Token
from queti.kernel.errors import Refusal

if TYPE_CHECKING:
    from queti.kernel.work import Work

INSTANCE = "flow.instance"
Take = Callable[[Iterable[int]], list[Case]]


class Parts:
    """The sub-flows of the instances that one Work has at hand."""

    def __init__(self, work: Work, take: Take) -> None:
        self.work, self.take = work, take
        self._heeded: set[tuple[int, int]] = set()

    def forget(self) -> None:
        """The commands were written."""
        self._heeded.clear()

    def follow(self, cases: Sequence[Case]) -> bool:
        """Whether anything was ended or went on."""
        left = [(case, step) for case, step in self._news(cases, Leave) if not _is_paused(case.state.tokens, step)]
        over = [case for case, _ in self._news(cases, End)]
        again = [(case, step) for case, step in self._news(cases, Enter) if _waits(case, step)]
        for case in cases:
            self._heeded |= {(id(case), place) for place in range(len(case.commands))}
        ended = self._end(cases, left, over)
        return self._go_on(cases, again) or ended

    def _news(self, cases: Sequence[Case], sort: type[Leave | Enter | End]) -> list[tuple[Case, str]]:
        """Steps with sub-flows, of commands that weren't looked at yet."""
        return [
            (case, getattr(command, "step", "")) for case in cases for place, command in enumerate(case.commands)
            if isinstance(command, sort) and (id(case), place) not in self._heeded
            and (isinstance(command, End) or _has_part(case, command.step))
        ]  # fmt: skip

    def _end(self, cases: Sequence[Case], left: Sequence[tuple[Case, str]], over: Sequence[Case]) -> bool:
        """What nobody waits for any more ends with the step, or with the instance, that began it."""
        told = [each for each in cases if each.is_told]
        unheard = [(case, step) for case, step in left if not any(_is_part(each, case, step) for each in told)]
        unheard += [(case, step) for case in over for step in case.tree.steps if _has_part(case, step)]
        if not unheard:
            return False
        stored = self._stored([case for case, _ in unheard], 'state in ("queued", "running", "failed")')
        there = [*stored, *(each for each in cases if each.parent_step and each not in stored)]
        alone = [part for case, step in dict.fromkeys(unheard) for part in _left_alone(case, step, there)]
        for part in alone:
            part.texts["problem"] = in_words(self.work, WentOnWithout())
            part.hear(Order("stop", self.work.who.user or 0, reason=part.texts["problem"]))
            part.is_told = True
        return bool(alone)

    def _go_on(self, cases: Sequence[Case], again: Sequence[tuple[Case, str]]) -> bool:
        """Steps that rested while their sub-flow ended."""
        resting = [(case, step) for case, step in again if not any(_is_part(each, case, step) for each in cases)]
        if not resting:
            return False
        parts = {(each.parent, each.parent_step): each for each in self._stored([case for case, _ in resting], "")}
        heard = False
        for case, step in resting:
            part = parts.get((case.row.id if case.row else None, step))
            if part is not None and part.state.status not in ("new", "running"):
                case.hear(Ran(step, {step: part.state.status}))
                part.is_told = heard = True
        return heard

    def _stored(self, holders: Sequence[Case], more: str) -> list[Case]:
        ids = sorted({case.row.id for case in holders if case.row is not None})
        where = " and ".join(filter(None, ("parent in $ids and not blank(parent_step)", more)))
        return self.take(row.id for row in self.work.find(INSTANCE, where, {"ids": ids}, ["id"], "id")) if ids else []


def _has_part(case: Case, name: str) -> bool:
    return name in case.tree.steps and case.tree.steps[name].kind == "flow" and case.tree.steps[name].waits


def _is_part(part: Case, of: Case, step: str) -> bool:
    is_of = part.parent_case is of or (of.row is not None and part.parent == of.row.id)
    return is_of and part.parent_step == step


def _left_alone(case: Case, step: str, there: Sequence[Case]) -> list[Case]:
    """Those of the step that still run; where it was entered again, all but the last, which is of that."""
    parts = [each for each in there if _is_part(each, case, step)]
    parts.sort(key=lambda each: (each.row is None, each.row.id if each.row else 0))
    if step in case.state.tokens:
        parts = parts[:-1]
    return [each for each in parts if each.state.status in ("new", "running")]


def _waits(case: Case, step: str) -> bool:
    return step in case.state.tokens and case.state.tokens[step].phase == "waiting"


def _is_paused(tokens: dict[str, Token], step: str) -> bool:
    return any(step in token.resume or _is_paused(token.resume, step) for token in tokens.values())


class WentOnWithout(Refusal):
    """The flow that this is part of went on without it."""

    zh = "上级流程已不再等待该子流程。"
