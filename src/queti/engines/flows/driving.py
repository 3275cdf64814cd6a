"""Instances driven through a Work: events in, what they ask for answered set by set, what follows written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from queti.engines.flows.addresses import first_state
from queti.engines.flows.cases import Case, current_tree, evaluate, in_words, trees_of
from queti.engines.flows.interpreting import Ask, asks, read
from queti.engines.flows.lining import Lines, is_in_line
from queti.engines.flows.parts import Parts
from queti.engines.flows.people import Directory, seats_of
from queti.engines.flows.running import run, targets
from queti.engines.flows.saving import save
from queti.engines.flows.state import Decided, Event, Failed, Ran, Start
from queti.engines.flows.tree import Tree
from queti.kernel.definitions.flows import in_order
from queti.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Generator

    from queti.kernel.work import Work

INSTANCE = "flow.instance"
MOST_PASSES = 3
"""How often one flow may stand in a chain of causes."""


class Drive:
    """The instances that one Work has at hand."""

    def __init__(self, work: Work, directory: Directory | None = None) -> None:
        self.work = work
        self.directory = directory or Directory(work)
        self.cases: list[Case] = []
        self._lines = Lines(work)
        self._parts = Parts(work, self.take)
        self._by_id: dict[int, Case] = {}

    def begin(
        self,
        name: str,
        records: Sequence[int | None],
        submitter: int,
        chosen: Mapping[str, list[int]] | None = None,
        parents: Sequence[tuple[Case, str]] = (),
        values: Mapping[str, Any] | None = None,
    ) -> list[Case]:
        """An instance of the flow for each record; `values` are known to its formulas from the start. What is part
        of another is submitted by who submitted that."""
        tree = current_tree(self.work.model, name)
        begun = [Case(tree, first_state(tree, values or {}), record) for record in records]
        for case in begun:
            case.state.submitter, case.state.chosen = submitter, dict(chosen or {})
        for case, (parent, step) in zip(begun, parents, strict=False):
            case.parent_case, case.parent_step = parent, step
            case.state.submitter, case.state.chosen = parent.state.submitter, dict(parent.state.chosen)
        self.cases += begun
        for case in self._lines.join(begun):
            _start(case)
        return begun

    def take(self, ids: Iterable[int]) -> list[Case]:
        """Running or ended instances, held until the commit, each on the version that it began with."""
        wanted = list(ids)
        missing = [id for id in dict.fromkeys(wanted) if id not in self._by_id]
        rows = self.work.fetch(INSTANCE, sorted(missing), lock=True)
        trees = trees_of(self.work, {row.definition for row in rows})
        for row in rows:
            record = None if row.record is None else int(row.record)
            case = Case(trees[row.definition], read(row.holds), record, row, row.parent, row.parent_step or "")
            self._by_id[row.id] = case
            self.cases.append(case)
        return [self._by_id[id] for id in wanted]

    def settle(self) -> None:
        """Answer what the instances ask until they wait for people, for time or for others; then write all of it."""
        while self._answer() or self._tell_parents() or self._parts.follow(self.cases) or self._call_next():
            pass
        save(self.work, self.directory, self.cases)
        self._parts.forget()
        for case in self.cases:
            if case.row is not None:
                self._by_id[case.row.id] = case

    def _answer(self) -> bool:
        groups: dict[tuple[str, str, Ask], list[Case]] = {}
        for case in self.cases:
            for step, ask in asks(case.state):
                groups.setdefault((case.tree.hash, step, ask), []).append(case)
        for (_, step, ask), cases in groups.items():
            still = [case for case in cases if (step, ask) in asks(case.state)]
            for case, event in zip(still, self._events(still, step, ask), strict=True):
                case.hear(event)
        return bool(groups)

    def _events(self, cases: list[Case], step: str, ask: Ask) -> Sequence[Event]:
        if not cases:
            return []
        with _caused_by(self.work, cases[0].tree):
            match ask:
                case "people":
                    return seats_of(self.work, self.directory, cases, step)
                case "deciding":
                    return decided(self.work, cases, step)
                case "running" if cases[0].tree.steps[step].kind == "flow":
                    return self._begin_parts(cases, step)
                case "running":
                    return run(self.work, self.directory, cases, step)

    def _begin_parts(self, cases: list[Case], name: str) -> list[Event]:
        """Sub-flows of these instances, about the same records or those that they lead to; about nothing, none."""
        step = cases[0].tree.steps[name]
        try:
            found = targets(self.work, cases, step) if step.record else [[case.record] for case in cases]
        except Refusal as problem:
            return [Failed(name, in_words(self.work, problem)) for _ in cases]
        begun = [(case, record) for case, records in zip(cases, found, strict=True) for record in records]
        parents = [(case, name if step.waits else "") for case, _ in begun]
        self.begin(step.flow, [record for _, record in begun], self.work.who.user or 0, None, parents)
        return [Ran(name, waits=step.waits and bool(records)) for records in found]

    def _tell_parents(self) -> bool:
        """What waits for a sub-flow goes on once that has ended."""
        told = False
        for case in list(self.cases):
            if not _is_over(case) or case.is_told or not case.parent_step:
                continue
            parent = case.parent_case or self.take([case.parent or 0])[0]
            parent.hear(Ran(case.parent_step, {case.parent_step: case.state.status}))
            case.is_told = told = True
        return told

    def _call_next(self) -> bool:
        """Where instances run in order, the next begin once those before them have ended."""
        ended = [case for case in self.cases if is_in_line(case) and not case.is_followed and _rests(case)]
        following = self._lines.follow(ended)
        for case in ended:
            case.is_followed = True
        taken = self.take(each for each in following if isinstance(each, int))
        for case in [*taken, *(each for each in following if isinstance(each, Case))]:
            if case.state.status == "new":
                _start(case)
        return bool(following)


def decided(work: Work, cases: Sequence[Case], name: str) -> list[Event]:
    """Which branches of the branching each takes."""
    step = cases[0].tree.steps[name]
    branches = in_order(step.branches)
    asked = [(key, branch.when) for key, branch in branches if branch.when]
    otherwise = [key for key, branch in branches if not branch.when]
    events: list[Event] = []
    for found in evaluate(work, cases, [when for _, when in asked]):
        if isinstance(found, Refusal):
            events.append(Failed(name, in_words(work, found)))
            continue
        fitting = [key for (key, _), holds in zip(asked, found, strict=True) if holds is True] or otherwise
        events.append(Decided(name, fitting[:1] if step.take == "first" else fitting))
    return events


def _start(case: Case) -> None:
    case.hear(Start(case.state.submitter, case.state.chosen))


def _is_over(case: Case) -> bool:
    return case.state.status not in ("new", "running")


def _rests(case: Case) -> bool:
    """One that failed holds up nobody."""
    return _is_over(case) or any(token.phase == "failed" for token in case.state.tokens.values())


@contextmanager
def _caused_by(work: Work, tree: Tree) -> Generator[None]:
    """What is written inside is caused by this flow: what begins by it carries the chain on."""
    before = work.chain
    work.chain = (*before, tree.flow.flow)
    try:
        yield
    finally:
        work.chain = before
