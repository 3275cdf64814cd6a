"""The general ledger: the one place where entries are written and balances move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.finance.posting import Draft, Leg, month_code, month_of, refuse_unbalanced, to_cents
from queti.apps.finance.refusals import ExchangeRateMissing, PeriodClosed, PeriodNotOpen, UnknownAccount
from queti.kernel.record import Record
from queti.kernel.work import Work

WORD = "记"
"""凭证字: one series of entries a period."""


def post(work: Work, drafts: Sequence[Draft]) -> list[Record]:
    """Write balanced entries, gap-free numbers a period, and move the balances with them.

    Locks, in this order: the periods (a posting waits for the one before it, which is what
    gap-free means), then the balances. Whoever posts does so as the last of its acts.
    """
    for draft in drafts:
        refuse_unbalanced(draft.legs)
    drafts = [draft for draft in drafts if draft.legs]
    if not drafts:
        return []
    accounts = account_ids(work, drafts)
    periods = _count_in(work, drafts)
    _move_balances(work, drafts, accounts, periods)
    return work.create("finance.journal_entry", [_entry(draft, accounts, periods) for draft in drafts])


def account_ids(work: Work, drafts: Iterable[Draft]) -> dict[str | int, int]:
    """Ids of the accounts by code (or by the id itself); the chart is made when it isn't there yet."""
    wanted = {leg.account for draft in drafts for leg in draft.legs}
    codes = sorted(code for code in wanted if isinstance(code, str))
    ids: dict[str | int, int] = {id: id for id in wanted if isinstance(id, int)}
    if not codes:
        return ids
    ids |= _by_code(work, codes)
    if any(code not in ids for code in codes):
        work.perform("finance.set_up", {})
        ids |= _by_code(work, codes)
    for code in codes:
        if code not in ids:
            raise UnknownAccount(code=code)
    return ids


def _by_code(work: Work, codes: Sequence[str]) -> dict[str | int, int]:
    return {a.code: a.id for a in work.find("finance.account", "code in $codes", {"codes": codes}, fields=("code",))}


class Numbering:
    """The open period of a month, and the numbers that its entries take."""

    def __init__(self, record: Record, entries: int) -> None:
        self.id = record.id
        self.next = int(record.entry_count) - entries

    def take(self) -> str:
        self.next += 1
        return f"{WORD}-{self.next:04d}"


def _count_in(work: Work, drafts: Sequence[Draft]) -> dict[date, Numbering]:
    """Lock the periods by counting the entries in; closed ones refuse.

    The month of today and its neighbours open by themselves, others must have been opened.
    """
    counts: dict[date, int] = {}
    for draft in drafts:
        month = month_of(draft.posted_on)
        counts[month] = counts.get(month, 0) + 1
    records: list[Record] = []
    for make in (True, False):
        months = sorted(month for month in counts if _opens_by_itself(work, month) is make)
        if months:
            records += _tally_periods(work, {month: counts[month] for month in months}, make)
    return {record.starts_on: Numbering(record, counts[record.starts_on]) for record in records}


def _tally_periods(work: Work, counts: dict[date, int], make: bool) -> list[Record]:
    rows = [{"starts_on": month, "entry_count": Decimal(count)} for month, count in counts.items()]
    tally = work.tally(
        "finance.period", rows, by=("starts_on",), add=("entry_count",), guard='state = "open"', make=make
    )
    if tally.refused:
        raise PeriodClosed(period=tally.refused[0].code)
    if tally.missing:
        raise PeriodNotOpen(period=month_code(tally.missing[0]["starts_on"]))
    return list(tally.changed)


def _opens_by_itself(work: Work, month: date) -> bool:
    this = month_of(work.today)
    return month_of(this - timedelta(days=1)) <= month <= month_of(this + timedelta(days=32))


def _move_balances(
    work: Work, drafts: Sequence[Draft], accounts: dict[str | int, int], periods: dict[date, Numbering]
) -> None:
    currency = work.company["currency"]
    rows = [
        {
            "account": accounts[leg.account],
            "period": periods[month_of(draft.posted_on)].id,
            "currency": currency,
            "debit": leg.debit,
            "credit": leg.credit,
        }
        for draft in drafts
        for leg in draft.legs
    ]
    work.tally("finance.account_balance", rows, by=("account", "period", "currency"), add=("debit", "credit"))


def _entry(draft: Draft, accounts: dict[str | int, int], periods: dict[date, Numbering]) -> dict[str, Any]:
    period = periods[month_of(draft.posted_on)]
    return {
        "number": period.take(),
        "period": period.id,
        "posted_on": draft.posted_on,
        "summary": draft.summary,
        "party": draft.party,
        "source": draft.source,
        **draft.links,
        "lines": [_line(leg, accounts) for leg in draft.legs],
    }


def _line(leg: Leg, accounts: dict[str | int, int]) -> dict[str, Any]:
    return {
        "account": accounts[leg.account],
        "note": leg.note,
        "debit": leg.debit,
        "credit": leg.credit,
        "currency": leg.currency,
        "foreign_amount": leg.foreign_amount,
    }


class Rates:
    """What other currencies are worth in the company's."""

    def __init__(self, work: Work, currencies: Iterable[int]) -> None:
        own = work.company["currency"]
        self.own = own
        others = sorted({currency for currency in currencies if currency != own})
        found = work.fetch("base.currency", others, fields=("code", "rate")) if others else []
        self.rates: dict[int, Decimal] = {own: Decimal(1)}
        for currency in found:
            if not currency.rate:
                raise ExchangeRateMissing(currency=currency.code)
            self.rates[currency.id] = currency.rate

    def of(self, currency: int) -> Decimal:
        return self.rates[currency]

    def booked(self, amount: Decimal, currency: int) -> Decimal:
        return amount if currency == self.own else to_cents(amount * self.rates[currency])


def day_of(work: Work, moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(ZoneInfo(work.timezone)).date()
