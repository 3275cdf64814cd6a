"""Entries that one person wrote and another checks before they are posted."""

from __future__ import annotations

from collections.abc import Sequence

from queti.apps.finance.ledger import account_ids
from queti.apps.finance.posting import Draft, Leg, refuse_unbalanced
from queti.kernel.record import Record
from queti.kernel.work import Work


def entry_of(draft: Record) -> Draft:
    legs = [Leg(line.account, line.debit, line.credit, line.note) for line in draft.lines]
    return Draft(draft.posted_on, draft.summary, legs, draft.party, links={"draft": draft.id})


def refuse_unpostable(work: Work, drafts: Sequence[Record]) -> None:
    """What posting would refuse is said at the check."""
    entries = [entry_of(draft) for draft in drafts]
    for entry in entries:
        refuse_unbalanced(entry.legs)
    account_ids(work, entries)
