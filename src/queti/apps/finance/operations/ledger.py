from __future__ import annotations

import datetime
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from queti.apps.finance.balances import balances_on
from queti.apps.finance.refusals import PeriodsNeedAnOrder
from queti.kernel.operations import Call, date, json, link, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
MOST = 5000
DOCUMENTS = ("receivable", "payable", "payment", "draft")
HEAD = ("posted_on", "number", "summary", "source", "party", *DOCUMENTS)
FIELDS = ("entry", "note", "debit", "credit", *(f"entry.{name}" for name in HEAD))
NAMES = tuple(f"entry.{name}.number" for name in DOCUMENTS)
OPENING = words("Opening", "期初余额")
CLOSING = words("Closing", "期末余额")


@operation(
    on="finance.account",
    label=words("Ledger", "明细账"),
    help=words("One account with its opening, every movement and its closing.", "单个科目的期初、逐笔发生额与期末。"),
    inputs={
        "account": link("finance.account", label=words("Account", "会计科目"), required=True),
        "from": date(label=words("From", "起始日期"), default="start_of_month(today())"),
        "to": date(label=words("To", "截止日期"), default="today()"),
    },
    columns={
        "posted_on": date(label=words("Date", "日期")),
        "entry": link("finance.journal_entry", label=words("Entry", "凭证字号")),
        "summary": text(label=words("Summary", "摘要")),
        "party": link("base.party", label=words("Business partner", "往来单位")),
        "document": json(label=words("Document", "来源单据")),
        "debit": money(label=words("Debit", "借方")),
        "credit": money(label=words("Credit", "贷方")),
        "balance": money(label=words("Balance", "余额")),
    },
    reads_only=True,
    result="rows",
)
def ledger(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Of an account with sub-accounts, what moved on any of them."""
    return [_ledger(work, call) for call in calls]


def _ledger(work: Work, call: Call) -> dict[str, Any]:
    last: datetime.date = call["to"] or work.today
    first: datetime.date = call["from"] or last.replace(day=1)
    if first > last:
        raise PeriodsNeedAnOrder
    account, accounts = _with_parts(work, call.account)
    opening = _sum(balances_on(work, first - timedelta(days=1)), accounts)
    closing = _sum(balances_on(work, last), accounts)
    where = "account in $accounts and entry.posted_on >= $first and entry.posted_on <= $last"
    days = {"accounts": accounts, "first": first, "last": last}
    found = work.find(
        "finance.journal_line", where, days, (*FIELDS, *NAMES), "entry.posted_on,entry,position", limit=MOST + 1
    )
    moved = work.sums("finance.journal_line", where, days, by=(), add=("debit", "credit"))[0]
    rows = _movements(found[:MOST], opening)
    return {
        "account": account.code,
        "name": account.name,
        "from": first,
        "to": last,
        "opening": opening,
        "debit": moved["debit"],
        "credit": moved["credit"],
        "closing": closing,
        **({"notice": _shortened(work)} if len(found) > MOST else {}),
        "rows": [_sum_row(work, OPENING, opening, first), *rows, _sum_row(work, CLOSING, closing, last)],
        "totals": {"debit": moved["debit"], "credit": moved["credit"]},
    }


def _shortened(work: Work) -> dict[str, str]:
    more = words(
        f"Only the first {MOST} movements are shown; the sums are of all. Choose a shorter period to see the rest.",
        f"仅显示前 {MOST} 笔，合计含全部发生额；请缩短期间查看其余部分。",
    )
    return {"tone": "warning", "text": more.get(work.language, more["en"])}


def _with_parts(work: Work, id: int) -> tuple[Record, list[int]]:
    [account] = work.fetch("finance.account", [id], ("code", "name"))
    parts = work.find("finance.account", "starts_with(code, $begin)", {"begin": account.code}, ("code",))
    return account, [part.id for part in parts]


def _sum(balances: dict[int, Decimal], accounts: Sequence[int]) -> Decimal:
    return sum((balances.get(account, NOTHING) for account in accounts), NOTHING)


def _sum_row(work: Work, label: dict[str, str], balance: Decimal, on: datetime.date) -> dict[str, Any]:
    empty = dict.fromkeys(("entry", "party", "document", "debit", "credit"))
    summary = label.get(work.language) or label["en"]
    return {"posted_on": on, "summary": summary, **empty, "balance": balance, "_kind": "total", "_level": 0}


def _movements(lines: Sequence[Record], balance: Decimal) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for line in lines:
        balance += line.debit - line.credit
        rows.append(_row(line, balance))
    return rows


def _row(line: Record, balance: Decimal) -> dict[str, Any]:
    return {
        "posted_on": line["entry.posted_on"],
        "entry": line.entry,
        "summary": line.note or line["entry.summary"],
        "party": line["entry.party"],
        "document": _document(line),
        "debit": line.debit,
        "credit": line.credit,
        "balance": balance,
    }


def _document(line: Record) -> dict[str, Any] | None:
    """The record behind the entry, or only its name where the entry knows no more."""
    for name in DOCUMENTS:
        if line[f"entry.{name}"] is not None:
            object = "finance.entry_draft" if name == "draft" else f"finance.{name}"
            label = line["entry.source"] or line[f"entry.{name}.number"]
            return {"object": object, "id": line[f"entry.{name}"], "label": label}
    return {"label": line["entry.source"]} if line["entry.source"] else None
