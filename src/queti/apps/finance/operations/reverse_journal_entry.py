from __future__ import annotations

import datetime
from collections.abc import Sequence

from queti.apps.finance.dimensions import dimensions, said
from queti.apps.finance.ledger import post
from queti.apps.finance.posting import Dimensions, Draft, Leg
from queti.apps.finance.refusals import (
    EntryAlreadyReversed,
    EntryBelongsToDocument,
    ReceivableAlreadyPaid,
    ReversalIsFinal,
    ReversedTooEarly,
)
from queti.apps.finance.summaries import word
from queti.kernel.operations import Call, date, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.journal_entry",
    tone="bad",
    label=words("Reverse entry", "红冲凭证"),
    help=words("Posts the same entry with the opposite sign.", "按原凭证生成红字凭证。"),
    when="blank(reverses) and count(reversed_by) = 0 and (blank(source) or not blank(receivable))",
    inputs={
        "entry": link("finance.journal_entry", label=words("Entry", "凭证"), required=True, many=True),
        "posted_on": date(label=words("Date", "红冲日期")),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("finance.journal_entry_reversed",),
)
def reverse_journal_entry(work: Work, calls: list[Call]) -> list[Record]:
    """红冲: once, and only where nothing else stands on the entry."""
    entries = work.fetch("finance.journal_entry", [call.entry for call in calls], fields=("*", "lines"))
    _refuse_reversed(work, entries)
    _refuse_documents(entries)
    _refuse_earlier(calls, entries)
    _reverse_receivables(work, calls, entries)
    reversals = post(work, [_reversal(work, call, entry) for call, entry in zip(calls, entries, strict=True)])
    work.tell("finance.journal_entry_reversed", reversals)
    return reversals


def _refuse_reversed(work: Work, entries: Sequence[Record]) -> None:
    ids = [entry.id for entry in entries]
    numbers = {entry.id: entry.number for entry in entries}
    for reversal in work.find("finance.journal_entry", "reverses in $ids", {"ids": ids}, fields=("number", "reverses")):
        raise EntryAlreadyReversed(number=numbers[reversal.reverses], by=reversal.number)


def _refuse_documents(entries: Sequence[Record]) -> None:
    """Stock, bills and payments are corrected where they were written; a reversal is final."""
    for entry in entries:
        if entry.reverses is not None:
            raise ReversalIsFinal(number=entry.number)
        if entry.source and entry.receivable is None:
            raise EntryBelongsToDocument(number=entry.number, source=entry.source or entry.number)


def _refuse_earlier(calls: Sequence[Call], entries: Sequence[Record]) -> None:
    """Before its day the entry isn't in the books: nothing could stand against its reversal."""
    for call, entry in zip(calls, entries, strict=True):
        if call.posted_on is not None and call.posted_on < entry.posted_on:
            raise ReversedTooEarly(number=entry.number, posted_on=entry.posted_on)


def _reverse_receivables(work: Work, calls: Sequence[Call], entries: Sequence[Record]) -> None:
    """What was owed is owed no more, as long as nobody has paid."""
    days = {
        entry.receivable: _day(work, call, entry)
        for call, entry in zip(calls, entries, strict=True)
        if entry.receivable is not None
    }
    receivables = work.fetch("finance.receivable", list(days), lock=True)
    for receivable in receivables:
        if receivable.settled_amount != 0:
            raise ReceivableAlreadyPaid(receivable=receivable.number)
    changes = [(each, {"reversed_at": work.now, "reversed_on": days[each.id]}) for each in receivables]
    if changes:
        work.change("finance.receivable", changes)


def _day(work: Work, call: Call, entry: Record) -> datetime.date:
    return call.posted_on or max(work.today, entry.posted_on)


def _reversal(work: Work, call: Call, entry: Record) -> Draft:
    names = dimensions(work)
    legs = [_written(line, said(line, names)).reversed() for line in entry.lines]
    return Draft(
        posted_on=_day(work, call, entry),
        summary=call.reason or f"{word(work, 'reverse')} {entry.number} {entry.summary or ''}".strip(),
        legs=legs,
        party=entry.party,
        source=entry.source,
        links={"reverses": entry.id, **({"clears": entry.clears} if entry.clears else {})},
    )


def _written(line: Record, told: Dimensions) -> Leg:
    return Leg(line.account, line.debit, line.credit, line.note, line.currency, line.foreign_amount, told)
