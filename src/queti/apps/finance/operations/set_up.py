from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from queti.apps.finance.chart import CHARTS, chart_named
from queti.kernel.definitions import Choice
from queti.kernel.operations import Call, choice, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

LABELS = {
    "small_enterprise": Choice(label=words("Chinese standard for small enterprises", "小企业会计准则")),
    "international": Choice(label=words("Plain international chart", "国际通用科目")),
}


@operation(
    label=words("Set up the chart of accounts", "初始化会计科目"),
    help=words(
        "Makes the accounts of a chart that aren't there yet; harmless when done twice.",
        "建立所选科目表中尚缺的会计科目，可重复执行。",
    ),
    inputs={"chart": choice(LABELS, label=words("Chart of accounts", "科目表"))},
)
def set_up(work: Work, calls: list[Call]) -> list[list[Record]]:
    """The company keeps the chart that its accounts were begun with."""
    chart = work.company.get("chart") if work.count("finance.account") else None
    chart = chart or calls[-1].chart or work.company.get("chart") or CHARTS[0]
    if (company := work.company.get("id")) and work.company.get("chart") != chart:
        work.change("base.company", [(company, {"chart": chart})])
    made = _make(work, chart_named(chart))
    return [made for _ in calls]


def _make(work: Work, chart: dict[str, dict[str, Any]]) -> list[Record]:
    known = {account.code: account for account in work.find("finance.account", fields=("code", "use"))}
    used = {account.use for account in known.values()}
    unused = [(known[code], {"use": use}) for code, use in _uses(chart) if code in known and use not in used]
    if unused:
        work.change("finance.account", unused)
    made: list[Record] = []
    for level in _levels({code: body for code, body in chart.items() if code not in known}):
        made += work.create("finance.account", [_account(code, body, known, used) for code, body in level.items()])
        known |= {account.code: account for account in made}
    return made


def _uses(chart: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    return ((code, body["use"]) for code, body in chart.items() if "use" in body)


def _levels(chart: dict[str, dict[str, Any]]) -> Iterator[dict[str, dict[str, Any]]]:
    """Accounts before their sub-accounts."""
    rest = dict(chart)
    while rest:
        level = {code: body for code, body in rest.items() if body.get("parent") not in rest}
        yield level
        rest = {code: body for code, body in rest.items() if code not in level}


def _account(code: str, body: dict[str, Any], known: dict[str, Record], used: set[str]) -> dict[str, Any]:
    parent = known[body["parent"]].id if "parent" in body else None
    use = body.get("use")
    return {"code": code, **body, "parent": parent, "use": None if use in used else use}
