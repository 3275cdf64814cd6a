"""A statement's rows for a person: the amounts of its lines in the layout that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.finance.balances import Balances
from queti.apps.finance.chart import CHARTS
from queti.apps.finance.refusals import LayoutForAnotherChart
from queti.apps.finance.statements import LAYOUTS, Line, inherited, layout, unplaced, values_of
from queti.kernel.definitions import Choice
from queti.kernel.operations import choice, words
from queti.kernel.work import Work

NOTHING = Decimal(0)
LAYOUT = choice(
    {
        "small_enterprise": Choice(label=words("Chinese standard for small enterprises", "小企业会计准则")),
        "international": Choice(label=words("Plain international layout", "国际通用格式")),
    },
    label=words("Layout", "报表格式"),
    help=words("That of the chart of accounts when none is chosen", "未选择时按科目表"),
)
UNPLACED = words("On accounts that no line holds", "未归入报表项目的科目")


class Statement:
    """The lines of a statement over the company's accounts."""

    def __init__(self, work: Work, statement: str, chosen: str | None) -> None:
        self.work = work
        self.chart = work.company.get("chart") or CHARTS[0]
        self.layout = chosen or self.chart
        if self.layout not in LAYOUTS:
            raise LayoutForAnotherChart(layout=self.layout)
        found = work.find("finance.account", fields=("code", "category", "statement_part"))
        marks = {account.code: account.statement_part for account in found if account.statement_part}
        self.marks = inherited(marks, [account.code for account in found])
        marked = set(marks.values())
        lines = layout(statement, self.layout)
        self.lines: Sequence[Line] = [line for line in lines if not line.is_marked or line.name in marked]
        self.codes = {account.id: account.code for account in found}
        self.of_profit = {account.code for account in found if account.category == "profit_and_loss"}

    def rows(self, columns: Mapping[str, Balances], *, only_profit: bool) -> list[dict[str, Any]]:
        """A row a line; each column holds the amounts of one set of balances."""
        by_code = {name: self._by_code(balances, only_profit) for name, balances in columns.items()}
        values = {name: values_of(self.lines, self.chart, balances, self.marks) for name, balances in by_code.items()}
        rows = [self._row(line, {name: found[line.name] for name, found in values.items()}) for line in self.lines]
        lost = {name: unplaced(self.lines, self.chart, balances) for name, balances in by_code.items()}
        if any(lost.values()):
            rows.append(self._unplaced({name: sum(found.values(), NOTHING) for name, found in lost.items()}, lost))
        return rows

    def _by_code(self, balances: Balances, only_profit: bool) -> dict[str, Decimal]:
        known = {self.codes[id]: amount for id, amount in balances.items()}
        return {code: amount for code, amount in known.items() if not only_profit or code in self.of_profit}

    def _row(self, line: Line, amounts: Mapping[str, Decimal]) -> dict[str, Any]:
        shown = dict.fromkeys(amounts, None) if line.kind == "heading" else dict(amounts)
        return {
            "line": line.name,
            "label": self._say(line.label),
            "number": line.number,
            **shown,
            "_kind": line.kind,
            "_level": line.level,
        }

    def _unplaced(self, amounts: Mapping[str, Decimal], lost: Mapping[str, Mapping[str, Decimal]]) -> dict[str, Any]:
        codes = ", ".join(sorted({code for found in lost.values() for code in found}))
        label = f"{self._say(UNPLACED)}: {codes}"
        return {"line": "unplaced", "label": label, "number": None, **amounts, "_kind": "warning", "_level": 0}

    def _say(self, label: Mapping[str, str]) -> str:
        return label.get(self.work.language) or label["en"]
