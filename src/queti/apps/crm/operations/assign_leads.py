from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from queti.apps.crm.refusals import LeadHasOwner, NobodyToAssign
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.people import find_people
from queti.kernel.record import Record
from queti.kernel.work import Work

RULE, SELLS = "crm.lead_assignment", "sales"


@operation(
    on="crm.lead",
    key="a",
    label=words("Assign", "分配"),
    help=words("Gives leads of the pool to people, as the rule says.", "按线索分配规则将公海线索分配给销售。"),
    when='blank(owner) and (state = "new" or state = "working")',
    inputs={"lead": link("crm.lead", label=words("Lead", "线索"), required=True, many=True)},
    tells=("crm.leads_assigned",),
)
def assign_leads(work: Work, calls: list[Call]) -> list[Record]:
    """One decision for all; of people with equally few the one who was given a lead longest ago. The people are held
    until the commit, so that two who assign at once see each other's."""
    leads = work.fetch("crm.lead", [call.lead for call in calls], lock=True)
    for lead in leads:
        if lead.owner is not None:
            raise LeadHasOwner(lead=lead.name)
    desk = Desk(_sellers(work))
    changes = [(lead, {"owner": desk.choose(lead, answer["department"] or "", answer["how"])})
               for lead, answer in zip(leads, work.decide(RULE, leads), strict=True)
               if answer["how"] != "pool"]  # fmt: skip
    changed = {lead.id: lead for lead in work.change("crm.lead", changes)}
    work.tell("crm.leads_assigned", list(changed.values()))
    return [changed.get(lead.id, lead) for lead in leads]


@dataclass(slots=True)
class Seller:
    id: int
    department: str
    open: int
    last: int
    """The newest lead that they have: who has the oldest is next."""


class Desk:
    """Who may be given leads, and what they have."""

    def __init__(self, sellers: Iterable[Seller]) -> None:
        self.sellers = list(sellers)
        self._next = max((seller.last for seller in self.sellers), default=0) + 1

    def choose(self, lead: Record, department: str, how: str | None) -> int:
        fitting = [each for each in self.sellers if department in ("", each.department)]
        if not fitting:
            raise NobodyToAssign(lead=lead.name, department=department)
        busy = how == "least_open"
        chosen = min(fitting, key=lambda each: (each.open if busy else 0, each.last, each.id))
        chosen.open, chosen.last, self._next = chosen.open + 1, self._next, self._next + 1
        return chosen.id


def _sellers(work: Work) -> list[Seller]:
    people = [person for person in find_people(work, active=True) if SELLS in person.roles]
    ids = sorted(person.user or 0 for person in people)
    work.fetch("base.user", ids, ("id",), lock=True)
    codes = {each.id: each.code for each in work.find("base.department", fields=["id", "code"])}
    leads = work.object("crm.lead").table
    held = {owner: (open, last) for owner, open, last in work.rows(_HELD.format(leads=leads), (ids,))}
    return [
        Seller(person.user or 0, codes.get(person.department or 0, ""), *held.get(person.user, (0, 0)))
        for person in people
    ]


_HELD = """SELECT owner, count(*) FILTER (WHERE state IN ('new', 'working') AND trashed_at IS NULL), max(id)
  FROM {leads} WHERE owner = ANY($1::bigint[]) GROUP BY owner"""
