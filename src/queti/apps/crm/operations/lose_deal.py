from __future__ import annotations

from queti.apps.crm.refusals import DealAlreadyClosed
from queti.kernel.definitions import Choice
from queti.kernel.operations import Call, choice, link, long_text, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work

REASONS = {
    "price": Choice(label=words("Price", "价格")),
    "competitor": Choice(label=words("Competitor", "竞争对手")),
    "no_budget": Choice(label=words("No budget", "没有预算")),
    "no_need": Choice(label=words("No need", "没有需求")),
    "other": Choice(label=words("Other", "其他")),
}


@operation(
    on="crm.deal",
    tone="bad",
    label=words("Lose deal", "输单"),
    help=words("Closes the deal; its open quotes are declined.", "结束商机，未成交的报价单视为已拒绝。"),
    when='stage != "won" and stage != "lost"',
    inputs={
        "deal": link("crm.deal", label=words("Deal", "商机"), required=True, many=True),
        "reason": choice(REASONS, label=words("Reason", "输单原因"), default='"other"'),
        "note": long_text(label=words("Note", "说明")),
    },
    tells=("crm.deal_lost",),
)
def lose_deal(work: Work, calls: list[Call]) -> list[Record]:
    deals = work.fetch("crm.deal", [call.deal for call in calls], lock=True)
    for deal in deals:
        if deal.stage in ("won", "lost"):
            raise DealAlreadyClosed(deal=deal.name)
    lost = work.change(
        "crm.deal",
        [
            (deal, {"stage": "lost", "lost_at": work.now, "lost_reason": call.reason, "note": call.note or deal.note})
            for deal, call in zip(deals, calls, strict=True)
        ],
    )
    _decline_quotes(work, lost)
    work.tell("crm.deal_lost", lost)
    return lost


def _decline_quotes(work: Work, deals: list[Record]) -> None:
    waiting = work.find(
        "crm.quote",
        'deal in $deals and (state = "draft" or state = "sent")',
        {"deals": [deal.id for deal in deals]},
        lock=True,
    )
    if waiting:
        work.change("crm.quote", [(quote, {"state": "declined"}) for quote in waiting])
