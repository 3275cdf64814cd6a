from __future__ import annotations

from decimal import Decimal

from queti.apps.finance.dimensions import said
from queti.apps.finance.ledger import post
from queti.apps.finance.posting import Draft, Leg
from queti.apps.finance.refusals import EntryDoesNotBalance, EntryNeedsCheck
from queti.kernel.operations import Call, date, lines, link, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)


@operation(
    label=words("Post a journal entry", "录入凭证"),
    help=words(
        "Debit and credit must be equal; a posted entry is corrected by a reversal.",
        "借贷必须平衡；过账后只能红冲更正。",
    ),
    inputs={
        "posted_on": date(label=words("Date", "凭证日期"), default="today()"),
        "summary": text(label=words("Summary", "摘要")),
        "party": link("base.party", label=words("Business partner", "往来单位")),
        "lines": lines(
            {
                "account": link(
                    "finance.account", label=words("Account", "会计科目"), required=True, filter="not is_header"
                ),
                "debit": money(label=words("Debit", "借方金额"), default="0"),
                "credit": money(label=words("Credit", "贷方金额"), default="0"),
                "note": text(label=words("Summary", "摘要")),
                "department": link("base.department", label=words("Department", "部门")),
            },
            label=words("Lines", "分录"),
            required=True,
            min_rows=2,
        ),
    },
    tells=("finance.journal_entry_posted",),
)
def post_journal_entry(work: Work, calls: list[Call]) -> list[Record]:
    if work.company.get("entries_are_checked"):
        raise EntryNeedsCheck
    entries = post(work, [_draft(work, call) for call in calls])
    work.tell("finance.journal_entry_posted", entries)
    return entries


def _draft(work: Work, call: Call) -> Draft:
    legs = [_leg(line) for line in call.lines]
    if not legs:
        raise EntryDoesNotBalance(debit=NOTHING, credit=NOTHING, difference=NOTHING)
    return Draft(call.posted_on or work.today, call.summary or "", legs, call.party)


def _leg(line: Call) -> Leg:
    told = said(line.values, ("department",))
    return Leg(line.account, line.get("debit", NOTHING), line.get("credit", NOTHING), line.note, dimensions=told)
