"""Entries that one person wrote and another checks before they are posted."""

from __future__ import annotations

from collections.abc import Sequence

from queti.apps.finance.dimensions import dimensions, said
from queti.apps.finance.ledger import account_ids
from queti.apps.finance.posting import Draft, Leg, refuse_unbalanced
from queti.kernel.record import Record
from queti.kernel.work import Work


def entry_of(work: Work, draft: Record) -> Draft:
    """With all dimensions that its lines have as well."""
    names = dimensions(work)
    legs = [Leg(line.account, line.debit, line.credit, line.note, dimensions=said(line, names)) for line in draft.lines]
    return Draft(draft.posted_on, draft.summary, legs, draft.party, links={"draft": draft.id})


def refuse_unpostable(work: Work, drafts: Sequence[Record]) -> None:
    """What posting would refuse is said at the check."""
    entries = [entry_of(work, draft) for draft in drafts]
    for entry in entries:
        refuse_unbalanced(entry.legs)
    account_ids(work, entries)
