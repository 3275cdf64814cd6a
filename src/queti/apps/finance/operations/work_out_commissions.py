from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from queti.apps.finance.commissions import RULE, Earned, earned
from queti.apps.finance.refusals import NothingEarned
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer
from queti.kernel.work import Work


@operation(
    on="finance.period",
    label=words("Work out commissions", "计提销售提成"),
    help=words(
        "Of all receivables that are paid by the end of the month and have none yet, by the rule “Commission”.",
        "按“销售提成”规则，为截至期末已结清且尚未计提的应收单计提提成。",
    ),
    inputs={"period": link("finance.period", label=words("Period", "会计期间"), required=True)},
)
def work_out_commissions(work: Work, calls: list[Call]) -> Sequence[Record]:
    """What is below zero, a credit note that was settled, takes back. Asked again, only what came since is added."""
    made: list[Record] = []
    for period in work.fetch("finance.period", sorted({call.period for call in calls}), fields=("code", "ends_on")):
        found = earned(work, period.ends_on)
        if not found:
            raise NothingEarned(period=period.code)
        answers = work.decide(RULE, [dict(each.asked) for each in found])
        rows = [_row(period, *each) for each in zip(found, answers, strict=True)]
        commissions = work.create("finance.commission", rows)
        work.keep_answers(RULE, list(zip(commissions, answers, strict=True)))
        made += commissions
    return made


def _row(period: Record, one: Earned, answer: Answer) -> dict[str, Any]:
    outcomes = answer.outcome if isinstance(answer.outcome, list) else [answer.outcome]
    return {
        "salesperson": one.salesperson,
        "period": period.id,
        "receivable": one.receivable.id,
        "base": one.base,
        "margin_percent": one.asked["margin_percent"],
        "percent": sum((each["percent"] or Decimal(0) for each in outcomes), Decimal(0)),
    }
