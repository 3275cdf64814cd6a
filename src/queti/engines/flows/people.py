"""Who stands at a step: users, roles, heads of departments, people that the record names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import Case, evaluate
from queti.engines.flows.hours import Calendars
from queti.engines.flows.state import People, Seat
from queti.kernel.definitions import WhoDef
from queti.kernel.definitions.flows import in_order
from queti.kernel.errors import Refusal
from queti.kernel.people import DEPARTMENT, USER, find_people
from queti.kernel.person import Person

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work

_FARTHEST = 20


@dataclass
class Directory:
    """The people of the company as they are now, and when they work; read once for a Work."""

    work: Work
    _active: dict[int, bool] = field(default_factory=dict[int, bool])
    _logins: dict[str, int | None] = field(default_factory=dict[str, "int | None"])
    _deputies: dict[int, list[Record]] = field(default_factory=dict[int, "list[Record]"])

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.work)

    @cached_property
    def people(self) -> Mapping[int, Person]:
        """All of them: only for who is found by a role or by the line of departments."""
        return {person.user: person for person in find_people(self.work, active=True) if person.user is not None}

    @cached_property
    def departments(self) -> Mapping[int, tuple[int | None, int | None]]:
        """(the department above, the head) of each."""
        if DEPARTMENT not in self.work.model.objects:
            return {}
        rows = self.work.find(DEPARTMENT, fields=["id", "parent", "head"])
        return {row.id: (row.parent, row.head) for row in rows}

    def with_role(self, role: str) -> list[int]:
        return [id for id, person in self.people.items() if role in person.roles]

    @cached_property
    def administrators(self) -> list[int]:
        return [id for id, person in self.people.items() if person.administers]

    def heads(self, person: int) -> list[int | None]:
        """The head of the person's department, of the one above it, and so on."""
        known = self.people.get(person)
        here, heads = known.department if known else None, list[int | None]()
        while here is not None and here in self.departments and len(heads) < _FARTHEST:
            above, head = self.departments[here]
            heads.append(head)
            here = above
        return heads

    def managers(self, person: int) -> list[int]:
        """Up the line: each head above the person, none twice."""
        line = [head for head in self.heads(person) if head is not None and head != person and head in self.people]
        return list(dict.fromkeys(line))

    def by_login(self, logins: Sequence[str]) -> list[int]:
        new = [login for login in logins if login not in self._logins]
        if new:
            found = self.work.find(USER, "login in $logins and is_active", {"logins": new}, ["id", "login"])
            self._logins |= {**dict.fromkeys(new), **{row.login: row.id for row in found}}
            self._active |= {row.id: True for row in found}
        return [id for login in logins if (id := self._logins[login]) is not None]

    def active(self, people: Iterable[int]) -> set[int]:
        """Those of them who are there still."""
        wanted = set(people)
        new = sorted(wanted - self._active.keys())
        if new:
            found = self.work.find(USER, "id in $ids and is_active", {"ids": new}, ["id"])
            self._active |= {**dict.fromkeys(new, False), **{row.id: True for row in found}}
        return {person for person in wanted if self._active[person]}

    def deputies_of(self, people: Iterable[int], flow: str) -> Mapping[int, int]:
        """Person → their deputy of today, where they have one; one named for the flow comes before one for all."""
        wanted = set(people)
        new = sorted(wanted - self._deputies.keys())
        if new:
            where = "person in $people and from_on <= today() and until_on >= today() and deputy.is_active"
            found = self.work.find("flow.deputy", where, {"people": new}, ["person", "deputy", "flows"], "id")
            self._deputies |= {person: [] for person in new}
            for row in sorted(found, key=lambda row: bool(row.flows)):
                self._deputies[row.person].append(row)
        standing_in = ((person, row) for person in wanted for row in self._deputies[person])
        return {person: row.deputy for person, row in standing_in if not row.flows or flow in row.flows}


def seats_of(work: Work, directory: Directory, cases: Sequence[Case], name: str) -> list[People]:
    """Who is asked at the step, for each case of one version of a flow."""
    step = cases[0].tree.steps[name]
    if step.mode == "up_the_line" and not step.who and step.kind == "approve":
        found = [[Seat(each) for each in directory.managers(case.state.submitter)[: step.levels]] for case in cases]
    else:
        found = named(work, directory, cases, name, step.who)
    active = directory.active(seat.person for seats in found for seat in seats)
    deputies = directory.deputies_of(active, cases[0].flow.flow)
    asked = [[_deputised(deputies, each) for each in seats if each.person in active] for seats in found]
    return [People(name, seats, [] if seats else directory.administrators) for seats in asked]


def _deputised(deputies: Mapping[int, int], seat: Seat) -> Seat:
    deputy = deputies.get(seat.person)
    return Seat(deputy, seat.weight, seat.person) if deputy else seat


def named(
    work: Work, directory: Directory, cases: Sequence[Case], name: str, who: Mapping[str, WhoDef]
) -> list[list[Seat]]:
    """The people of these sources, for each case."""
    found: list[list[Seat]] = [[] for _ in cases]
    for _, source in in_order(who):
        for seats, people in zip(found, _of_source(work, directory, cases, name, source), strict=True):
            seats += [Seat(person, source.weight) for person in people]
    return found


def _of_source(
    work: Work, directory: Directory, cases: Sequence[Case], name: str, who: WhoDef
) -> Sequence[Sequence[int]]:
    match who.by:
        case "user":
            return [directory.by_login(who.users)] * len(cases)
        case "role":
            return [directory.with_role(who.role)] * len(cases)
        case "submitter":
            return [[case.state.submitter] for case in cases]
        case "manager":
            return [directory.managers(case.state.submitter)[who.level - 1 : who.level] for case in cases]
        case "department_head":
            heads = [directory.heads(case.state.submitter)[who.level - 1 : who.level] for case in cases]
            return [[head for head in each if head is not None] for each in heads]
        case "chosen" | "step_chosen":
            return [case.state.chosen.get(name, []) for case in cases]
        case "field" | "formula":
            return [_ids(each) for each in evaluate(work, cases, [who.field or who.formula])]


def _ids(value: list[Any] | Refusal) -> list[int]:
    return [] if isinstance(value, Refusal) or value[0] is None else [value[0]]
