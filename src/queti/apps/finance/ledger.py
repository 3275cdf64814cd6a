"""The general ledger: the one place where entries are written and balances move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.finance.posting import (
    BANK,
    CASH,
    PLATFORM_ACCOUNT,
    Draft,
    Leg,
    Series,
    month_code,
    month_of,
    refuse_unbalanced,
    series_of,
    to_cents,
)
from queti.apps.finance.refusals import (
    AccountIsHeader,
    ExchangeRateMissing,
    PeriodClosed,
    PeriodNotOpen,
    PostedToUnknownAccount,
    UnknownAccount,
)
from queti.apps.finance.summaries import series_word
from queti.kernel.definitions import Choice, Words
from queti.kernel.errors import Refusal
from queti.kernel.record import Record
from queti.kernel.work import Work

COUNTERS = {
    "general": "entry_count",
    "receipt": "receipt_count",
    "payment": "payment_count",
    "transfer": "transfer_count",
}
"""The period's field that counts the entries of each series."""
MONEY = (BANK, CASH, PLATFORM_ACCOUNT)


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
    series = _series(work, drafts, accounts)
    periods = _count_in(work, drafts, series)
    _move_balances(work, drafts, accounts, periods)
    rows = [_entry(draft, accounts, periods, one, work) for draft, one in zip(drafts, series, strict=True)]
    return work.create("finance.journal_entry", rows)


def account_ids(work: Work, drafts: Iterable[Draft]) -> dict[str | int, int]:
    """Ids of the accounts by use, by code, or by the id itself; the chart is made when it isn't there yet."""
    legs = [leg for draft in drafts for leg in draft.legs]
    wanted = {leg.account for leg in legs}
    ids = _known(work, wanted)
    if any(isinstance(account, str) and account not in ids for account in wanted):
        work.perform("finance.set_up", {})
        ids |= _known(work, wanted)
    for leg in legs:
        if isinstance(leg.account, str) and leg.account not in ids:
            raise _unknown(work, leg)
    return ids


def _unknown(work: Work, leg: Leg) -> Refusal:
    if leg.origin is None:
        return UnknownAccount(use=leg.account)
    rule = work.model.rules[leg.origin.rule]
    return PostedToUnknownAccount(rule=rule.label, row=leg.origin.row, account=_called(work, leg.account))


def _called(work: Work, account: str | int) -> Words | str:
    """A use as people call it."""
    uses = uses_of(work)
    return uses[account].label if account in uses else str(account)


def uses_of(work: Work) -> Mapping[Any, Choice]:
    return work.object("finance.account").fields["use"].definition.choices


def _known(work: Work, wanted: Iterable[str | int]) -> dict[str | int, int]:
    """A use goes before a code of the same letters."""
    asked = list(wanted)
    codes = [account for account in asked if isinstance(account, str)]
    uses = [account for account in codes if account in uses_of(work)]
    ids = [account for account in asked if isinstance(account, int)]
    found = work.find(
        "finance.account",
        "use in $uses or code in $codes or id in $ids",
        {"uses": uses, "codes": codes, "ids": ids},
        fields=("code", "name", "use", "is_header"),
    )
    known: dict[str | int, int] = {account.code: account.id for account in found}
    known |= {account.use: account.id for account in found if account.use}
    known |= {account.id: account.id for account in found}
    for account in found:
        if account.is_header and account.id in {known.get(each) for each in asked}:
            raise AccountIsHeader(account=f"{account.code} {account.name}")
    return known


def _series(work: Work, drafts: Sequence[Draft], accounts: dict[str | int, int]) -> list[Series]:
    if work.company.get("entry_series") != "by_kind":
        return ["general"] * len(drafts)
    money = {account.id for account in work.find("finance.account", "use in $uses", {"uses": MONEY}, fields=("id",))}
    known = [use for use, id in accounts.items() if id in money]
    return [series_of(draft.legs, known) for draft in drafts]


class Numbering:
    """The open period of a month, and the numbers that its entries take in each series."""

    def __init__(self, record: Record, counts: Mapping[str, int]) -> None:
        self.id = record.id
        self.next = {series: int(record[COUNTERS[series]]) - count for series, count in counts.items()}

    def take(self, series: Series) -> int:
        self.next[series] += 1
        return self.next[series]


Counts = dict[date, dict[str, int]]


def _count_in(work: Work, drafts: Sequence[Draft], series: Sequence[Series]) -> dict[date, Numbering]:
    """Lock the periods by counting the entries in; closed ones refuse.

    The month of today and its neighbours open by themselves, others must have been opened.
    """
    counts: Counts = {}
    for draft, one in zip(drafts, series, strict=True):
        month = counts.setdefault(month_of(draft.posted_on), {})
        month[one] = month.get(one, 0) + 1
    records: list[Record] = []
    for make in (True, False):
        months = sorted(month for month in counts if _opens_by_itself(work, month) is make)
        if months:
            records += _tally_periods(work, {month: counts[month] for month in months}, make)
    return {record.starts_on: Numbering(record, counts[record.starts_on]) for record in records}


def _tally_periods(work: Work, counts: Counts, make: bool) -> list[Record]:
    rows = [
        {"starts_on": month, **{COUNTERS[series]: Decimal(count) for series, count in each.items()}}
        for month, each in counts.items()
    ]
    tally = work.tally(
        "finance.period", rows, by=("starts_on",), add=tuple(COUNTERS.values()), guard='state = "open"', make=make
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
            "carried": leg.debit - leg.credit if "clears" in draft.links else Decimal(0),
        }
        for draft in drafts
        for leg in draft.legs
    ]
    sums = ("debit", "credit", "carried")
    work.tally("finance.account_balance", rows, by=("account", "period", "currency"), add=sums)


def _entry(
    draft: Draft, accounts: dict[str | int, int], periods: dict[date, Numbering], series: Series, work: Work
) -> dict[str, Any]:
    period = periods[month_of(draft.posted_on)]
    return {
        "number": f"{series_word(work, series)}-{period.take(series):04d}",
        "series": series,
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
        **dict(leg.dimensions),
    }


class Rates:
    """What other currencies are worth in the company's."""

    def __init__(self, work: Work, currencies: Iterable[int]) -> None:
        self.work = work
        self.own = work.company["currency"]
        others = sorted({currency for currency in currencies if currency != self.own})
        found = work.fetch("base.currency", others, fields=("code",)) if others else []
        self.codes: dict[int, str] = {currency.id: currency.code for currency in found}
        """Of the foreign ones."""

    def of(self, currency: int, on: date | None = None) -> Decimal:
        """On a day, else today's."""
        rate = self.work.rate(currency, self.own, on or self.work.today)
        if not rate:
            raise ExchangeRateMissing(currency=self.codes[currency])
        return rate

    def booked(self, amount: Decimal, currency: int, rate: Decimal | None = None, on: date | None = None) -> Decimal:
        """In the company's currency, at the day's rate or a document's own."""
        return amount if currency == self.own else to_cents(amount * (rate or self.of(currency, on)))


def day_of(work: Work, moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(ZoneInfo(work.timezone)).date()
