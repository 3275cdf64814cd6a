from __future__ import annotations

from queti.apps.crm.refusals import DealAlreadyClosed
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.deal",
    label=words("Win deal", "赢单"),
    help=words(
        "Closes a deal that was won without a quote; accepting a quote wins its deal by itself.",
        "未经报价成交时手动赢单；接受报价会自动赢单。",
    ),
    when='stage != "won" and stage != "lost"',
    inputs={"deal": link("crm.deal", label=words("Deal", "商机"), required=True, many=True)},
    tells=("crm.deal_won",),
)
def win_deal(work: Work, calls: list[Call]) -> list[Record]:
    deals = work.fetch("crm.deal", [call.deal for call in calls], lock=True)
    for deal in deals:
        if deal.stage in ("won", "lost"):
            raise DealAlreadyClosed(deal=deal.name)
    won = work.change("crm.deal", [(deal, {"stage": "won", "won_at": work.now}) for deal in deals])
    work.tell("crm.deal_won", won)
    return won
