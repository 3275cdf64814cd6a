from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from queti.apps.finance.dimensions import dimensions
from queti.apps.finance.refusals import PeriodsNeedAnOrder
from queti.kernel.model import Field
from queti.kernel.names import unknown
from queti.kernel.operations import Call, date, money, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

NOTHING = Decimal(0)
EARNED = """account.category = "profit_and_loss" and blank(entry.clears)
    and entry.posted_on >= $first and entry.posted_on <= $last"""
UNSAID = words("Not said", "未指定")


@operation(
    label=words("Profit by department", "部门损益表"),
    help=words(
        "Revenue and costs of each department, or of another field that your journal lines have.",
        "按部门列示收入与成本；也可改按分录上的其他字段。",
    ),
    inputs={
        "from": date(label=words("From", "起始日期"), default="start_of_month(today())"),
        "to": date(label=words("To", "截止日期"), default="today()"),
        "by": text(
            label=words("By", "维度"),
            help=words("Department, or another field of your journal lines", "部门，或分录上的其他字段"),
        ),
    },
    columns={
        "label": text(label=words("Account", "科目")),
        "revenue": money(label=words("Revenue", "收入")),
        "costs": money(label=words("Costs", "成本与费用")),
        "profit": money(label=words("Profit", "利润")),
    },
    reads_only=True,
    result="rows",
)
def profit_by_dimension(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Summed from the lines: balances are kept for accounts alone."""
    return [_profit(work, call) for call in calls]


def _profit(work: Work, call: Call) -> dict[str, Any]:
    last: datetime.date = call["to"] or work.today
    first: datetime.date = call["from"] or last.replace(day=1)
    if first > last:
        raise PeriodsNeedAnOrder
    field, days = _dimension(work, call.by), {"first": first, "last": last}
    sums = work.sums("finance.journal_line", EARNED, days, by=(field.name, "account"), add=("debit", "credit"))
    accounts = _accounts(work, [row["account"] for row in sums])
    rows = [_row(work, accounts[row["account"]], row, first, last) for row in sums]
    by_value: dict[Any, list[dict[str, Any]]] = {}
    for line, row in sorted(zip(sums, rows, strict=True), key=lambda pair: pair[1]["code"]):
        by_value.setdefault(line[field.name], []).append(row)
    shown = _shown(work, field, by_value)
    ordered = sorted(by_value, key=lambda value: (value is None, shown[value]))
    listed = [each for value in ordered for each in (_group(shown[value], by_value[value]), *by_value[value])]
    return {"from": first, "to": last, "by": field.definition.label, "rows": listed, "totals": _sum(rows)}


def _dimension(work: Work, asked: str | None) -> Field:
    """By its name or by what it is called, in either language."""
    known = dimensions(work)
    wanted = (asked or "department").strip().casefold()
    for name, field in known.items():
        if wanted in (name, *(label.casefold() for label in field.definition.label.values())):
            return field
    raise unknown(words("field of journal lines", "分录字段"), asked or "", known)


def _accounts(work: Work, ids: Iterable[int]) -> dict[int, Record]:
    wanted = sorted(set(ids))
    found = (
        work.fetch("finance.account", wanted, fields=("code", "name", "name_en", "normal_balance")) if wanted else []
    )
    return {account.id: account for account in found}


def _row(
    work: Work, account: Record, sums: Mapping[str, Any], first: datetime.date, last: datetime.date
) -> dict[str, Any]:
    earned: Decimal = sums["credit"] - sums["debit"]
    is_revenue = account.normal_balance == "credit"
    name = account.name if work.language == "zh" else account.name_en or account.name
    ledger = {"account": account.id, "from": first, "to": last}
    return {
        "label": f"{account.code} {name}",
        "code": account.code,
        "revenue": earned if is_revenue else NOTHING,
        "costs": NOTHING if is_revenue else -earned,
        "profit": earned,
        "_level": 1,
        "_drill": {"operation": "finance.ledger", "inputs": ledger},
    }


def _group(label: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"label": label, **_sum(rows), "_kind": "total", "_level": 0}


def _sum(rows: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    known = list(rows)
    return {name: sum((row[name] for row in known), NOTHING) for name in ("revenue", "costs", "profit")}


def _shown(work: Work, field: Field, values: Iterable[Any]) -> dict[Any, str]:
    said = [value for value in values if value is not None]
    choices = field.definition.choices
    words_of = {value: choices[value].label.get(work.language, value) for value in said if value in choices}
    if field.target and said:
        title = work.object(field.target).title
        words_of = {record.id: record[title] for record in work.fetch(field.target, sorted(said), fields=(title,))}
    unsaid = UNSAID.get(work.language) or UNSAID["en"]
    return {None: unsaid, **{value: str(words_of.get(value, value)) for value in said}}
