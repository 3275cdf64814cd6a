from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from queti.apps.finance.open_items import KINDS, OpenThen, open_on
from queti.kernel.definitions import Choice
from queti.kernel.operations import Call, choice, date, link, money, operation, words
from queti.kernel.work import Work

NOTHING = Decimal(0)
BUCKETS = ((0, "not_due"), (30, "days_1_30"), (60, "days_31_60"), (90, "days_61_90"))
OLDER = "over_90"
NAMES = (*(name for _, name in BUCKETS), OLDER)


@operation(
    label=words("Ageing", "账龄分析表"),
    help=words(
        "What was open at the end of a day by business partner and days past due, in the company's currency.",
        "截至指定日期各往来单位未结清金额按逾期天数分布（本位币）。",
    ),
    inputs={
        "kind": choice(
            {
                "receivable": Choice(label=words("Receivables", "应收")),
                "payable": Choice(label=words("Payables", "应付")),
            },
            label=words("Of", "类别"),
            default='"receivable"',
        ),
        "on": date(label=words("On", "截止日期"), default="today()"),
    },
    columns={
        "party": link("base.party", label=words("Business partner", "往来单位")),
        "total": money(label=words("Open", "未结清合计")),
        "not_due": money(label=words("Not due", "未到期")),
        "days_1_30": money(label=words("1–30 days", "逾期 1–30 天")),
        "days_31_60": money(label=words("31–60 days", "逾期 31–60 天")),
        "days_61_90": money(label=words("61–90 days", "逾期 61–90 天")),
        "over_90": money(label=words("Over 90 days", "逾期 90 天以上")),
    },
    reads_only=True,
    result="rows",
)
def ageing(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    return [_ageing(work, call.kind or "receivable", call.on or work.today) for call in calls]


def _ageing(work: Work, kind: str, on: datetime.date) -> dict[str, Any]:
    rows: dict[int, dict[str, Any]] = {}
    for item in open_on(work, KINDS[kind], on):
        row = rows.setdefault(item.party, _row(item))
        for name in ("total", _bucket(item, on)):
            row[name] += item.open
    return {"on": on, "kind": kind, "rows": list(rows.values()), "totals": _totals(rows.values())}


def _row(item: OpenThen) -> dict[str, Any]:
    return {"party": item.party, **dict.fromkeys(("total", *NAMES), NOTHING)}


def _bucket(item: OpenThen, on: datetime.date) -> str:
    late = (on - item.due_on).days
    return next((name for days, name in BUCKETS if late <= days), OLDER)


def _totals(rows: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    known = list(rows)
    return {name: sum((row[name] for row in known), NOTHING) for name in ("total", *NAMES)}
