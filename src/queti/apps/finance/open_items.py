"""Receivables and payables: one mechanism, two sides of the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from queti.apps.finance.ledger import Rates
from queti.apps.finance.posting import PAYABLES, RECEIVABLES
from queti.apps.finance.refusals import NothingToSettle, PaidTooMuch
from queti.apps.finance.settling import Open, Settled
from queti.kernel.errors import Refusal
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Kind:
    """`sign`: how the account's debit less credit counts what is open; `moved`: the posting rule's word for money."""

    name: str
    direction: str
    account: str
    sign: int
    moved: str
    too_much: type[Refusal]

    @property
    def object(self) -> str:
        return f"finance.{self.name}"

    @property
    def payment(self) -> str:
        """What the posting rule of its payments is called."""
        return f"payment_{self.direction}"

    @property
    def settled_event(self) -> str:
        return f"finance.{self.name}_settled"


RECEIVABLE = Kind("receivable", "in", RECEIVABLES, 1, "received", NothingToSettle)
PAYABLE = Kind("payable", "out", PAYABLES, -1, "paid", PaidTooMuch)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (PAYABLE, RECEIVABLE)}
"""By name, in the order in which their records are locked."""


@dataclass(slots=True)
class Book:
    """The items of one kind that may be settled, and how much of each still is open."""

    kind: Kind
    records: dict[int, Record]
    open: dict[int, Open]

    def of(self, party: int, currency: int) -> list[Open]:
        return [self.open[id] for id, r in self.records.items() if r.party == party and r.currency == currency]

    def settle(self, work: Work, settled: Sequence[Settled]) -> list[Record]:
        """The items after it that are settled whole."""
        amounts: dict[int, tuple[Decimal, Decimal]] = {}
        for one in settled:
            amount, booked = amounts.get(one.item, (NOTHING, NOTHING))
            amounts[one.item] = amount + one.amount, booked + one.booked
        changes = [(self.records[id], _settled_more(self.records[id], *more)) for id, more in amounts.items()]
        changed = work.change(self.kind.object, changes) if changes else []
        return [item for item in changed if item.open_amount == 0]


def _settled_more(record: Record, amount: Decimal, booked: Decimal) -> dict[str, Decimal]:
    return {"settled_amount": record.settled_amount + amount, "booked_settled": record.booked_settled + booked}


def open_book(work: Work, kind: Kind, named: Sequence[int], parties: Sequence[int]) -> Book:
    """The named items and all open ones of the parties, held until the commit."""
    if not named and not parties:
        return Book(kind, {}, {})
    found = work.find(
        kind.object,
        "id in $named or party in $parties and open_amount != 0",
        {"named": list(named), "parties": list(parties)},
        lock=True,
    )
    opened = {r.id: Open(r.id, r.due_on or r.booked_on, r.open_amount, r.booked_open) for r in found}
    return Book(kind, {r.id: r for r in found}, opened)


@dataclass(frozen=True, slots=True)
class OpenThen:
    """An item as it stood at the end of a day; amounts in the company's currency."""

    id: int
    number: str
    party: int
    booked_on: date
    due_on: date
    source: str
    amount: Decimal
    open: Decimal


def open_on(work: Work, kind: Kind, on: date) -> list[OpenThen]:
    """What was open at the end of `on`: booked by then, and neither settled nor reversed by then."""
    later = work.sums(
        "finance.settlement",
        f"payment.paid_on > $on and not blank({kind.name}) and {kind.name}.booked_on <= $on",
        {"on": on},
        by=(kind.name,),
        add=("booked_amount",),
    )
    settled_later = {row[kind.name]: row["booked_amount"] for row in later}
    items = work.find(
        kind.object,
        "booked_on <= $on and (booked_open != 0 or id in $later or reversed_on > $on)",
        {"on": on, "later": list(settled_later)},
        fields=("number", "party", "booked_on", "due_on", "source", *_AMOUNTS),
        sort="party.name,due_on",
    )
    return [_then(item, on, settled_later.get(item.id, NOTHING)) for item in items]


_AMOUNTS = ("booked_amount", "booked_open", "reversed_on")


def _then(item: Record, on: date, settled_later: Decimal) -> OpenThen:
    is_reversed_later = item.reversed_on is not None and item.reversed_on > on
    return OpenThen(
        id=item.id,
        number=item.number,
        party=item.party,
        booked_on=item.booked_on,
        due_on=item.due_on or item.booked_on,
        source=item.source or item.number,
        amount=item.booked_amount,
        open=item.booked_amount if is_reversed_later else item.booked_open + settled_later,
    )


def item_of(rates: Rates, **values: Any) -> dict[str, Any]:
    """A row to create: what it is worth in the books is the amount at the rate."""
    rate = values.pop("rate", None) or rates.of(values["currency"], values["booked_on"])
    return {"rate": rate, "booked_amount": rates.booked(values["amount"], values["currency"], rate), **values}
