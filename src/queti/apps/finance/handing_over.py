"""Posted entries as a plain table for another bookkeeping system: one row a line; see docs/reference."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from queti.kernel.record import Record
from queti.kernel.work import Work

HEADER = (
    "hand_over",
    "period",
    "number",
    "date",
    "summary",
    "account",
    "account_name",
    "debit",
    "credit",
    "currency",
    "foreign_amount",
    "party",
    "party_name",
    "source",
    "reverses",
)
ENTRY = ("number", "posted_on", "summary", "source", "period.code", "party.code", "party.name", "reverses.number")
LINE = ("note", "account.code", "account.name", "debit", "credit", "currency.code", "foreign_amount")


def file_of(work: Work, hand_over: Record) -> dict[str, Any]:
    """The file of a hand-over is the same however often it is asked for: posted entries don't change."""
    handed = work.find("finance.handed_entry", "hand_over = $id", {"id": hand_over.id}, ("entry",))
    lines = tuple(f"lines.{name}" for name in LINE)
    entries = work.fetch("finance.journal_entry", [each.entry for each in handed], (*ENTRY, *lines))
    entries.sort(key=lambda entry: (entry.posted_on, entry.number))
    return {
        "hand_over": hand_over.id,
        "number": hand_over.number,
        "entries": len(entries),
        "file": {"name": f"{hand_over.number}.csv", "type": "text/csv", "content": _csv(hand_over.number, entries)},
    }


def _csv(number: str, entries: Sequence[Record]) -> str:
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(HEADER)
    write.writerows(_row(number, entry, line) for entry in entries for line in entry.lines)
    return text.getvalue()


def _row(number: str, entry: Record, line: Record) -> list[Any]:
    return [
        number,
        entry["period.code"],
        entry.number,
        entry.posted_on.isoformat(),
        _plain(line.note or entry.summary),
        line["account.code"],
        _plain(line["account.name"]),
        line.debit,
        line.credit,
        line["currency.code"],
        line.foreign_amount,
        entry["party.code"],
        _plain(entry["party.name"]),
        _plain(entry.source),
        entry["reverses.number"],
    ]


def _plain(text: str | None) -> str:
    """Text that a spreadsheet would take for a formula is quoted."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text or ""
