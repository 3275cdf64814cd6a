"""Somebody takes the place of a person who leaves, wherever an instance asks for that one, now or later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from queti.engines.flows.approving import settle
from queti.engines.flows.state import SUBMIT, Replace, Seat, SetTask, State, Task, Token
from queti.engines.flows.walking import Walk

_PENDING = frozenset({"open", "waiting", "paused"})
_HEARD = _PENDING | {"done"}


def asks_for(state: State, person: int) -> bool:
    """Does anything of it wait for the person, or will it?"""
    return any(person in those for those in state.chosen.values()) or any(
        any(seat.person == person for seat in token.queue) or any(_is_for(task, person) for task in token.tasks)
        for _, token in _tokens(state)
    )


def replace(walk: Walk, event: Replace) -> None:
    """Where the successor is asked at the step already, their one word counts for both."""
    if not asks_for(walk.state, event.person):
        return
    swap = _Swap(event.person, event.to)
    for step, those in walk.state.chosen.items():
        walk.state.chosen[step] = swap.people(those)
    for left in walk.state.left.values():
        swap.in_token(left.token, _PENDING)
    for name, token in list(_tokens(walk.state)):
        is_here = walk.state.tokens.get(name) is token
        changed = swap.in_token(token, _HEARD if is_here else _PENDING)
        for task in changed:
            walk.note("reassigned", name, by=event.by, to=event.to, reason=event.reason, task=task.no)
            walk.commands.append(SetTask(task, name))
        if changed and is_here and token.phase == "open" and name != SUBMIT:
            settle(walk, name)
    if not walk.commands:
        walk.note("reassigned", by=event.by, to=event.to, reason=event.reason)


def _tokens(state: State) -> Iterator[tuple[str, Token]]:
    """Those at steps, and those that rest until what was sent back returns."""
    for name, token in state.tokens.items():
        yield name, token
        yield from _resting(token)


def _resting(token: Token) -> Iterator[tuple[str, Token]]:
    for name, paused in token.resume.items():
        yield name, paused
        yield from _resting(paused)


def _is_for(task: Task, person: int) -> bool:
    return task.state in _PENDING and person in (task.person, task.returns_to)


@dataclass(slots=True)
class _Swap:
    person: int
    to: int

    def people(self, those: list[int]) -> list[int]:
        return list(dict.fromkeys(self.to if each == self.person else each for each in those))

    def in_token(self, token: Token, counted: frozenset[str]) -> list[Task]:
        """The tasks that changed; `counted` are the states in which the successor's own seat takes the other in."""
        self._in_queue(token)
        mine = [task for task in token.tasks if _is_for(task, self.person)]
        known = [task for task in token.tasks if task.person == self.to and task.state in counted]
        for task in mine:
            if task.person == self.person and known:
                self._take_in(token, task, known[0])
            else:
                task.person = self.to if task.person == self.person else task.person
                task.returns_to = self.to if task.returns_to == self.person != self.to else task.returns_to
                task.returns_to = 0 if task.returns_to == task.person else task.returns_to
        return mine

    def _in_queue(self, token: Token) -> None:
        seats = {self.to if each.person == self.person else each.person: each for each in reversed(token.queue)}
        token.queue = [Seat(person, each.weight, each.on_behalf_of) for person, each in seats.items()][::-1]

    def _take_in(self, token: Token, task: Task, known: Task) -> None:
        """Whom the leaver added was added by the successor; who stands in for the leaver, for the successor."""
        task.state = "cancelled"
        known.weight += task.weight
        for each in token.tasks:
            each.opener = known.no if each.opener == task.no else each.opener
            each.stands_for = [known.no if no == task.no else no for no in each.stands_for]
        known.stands_for = [no for no in known.stands_for if no != known.no]
