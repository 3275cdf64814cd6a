from __future__ import annotations

from queti.apps.crm.refusals import DealStillOpen
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.deal",
    label=words("Reopen deal", "重新打开"),
    help=words("Takes a closed deal up again, in negotiation.", "重新跟进已结束的商机，回到商务谈判阶段。"),
    when='stage = "won" or stage = "lost"',
    inputs={"deal": link("crm.deal", label=words("Deal", "商机"), required=True, many=True)},
    tells=("crm.deal_reopened",),
)
def reopen_deal(work: Work, calls: list[Call]) -> list[Record]:
    deals = work.fetch("crm.deal", [call.deal for call in calls], lock=True)
    for deal in deals:
        if deal.stage not in ("won", "lost"):
            raise DealStillOpen(deal=deal.name)
    anew = {"stage": "negotiation", "won_at": None, "lost_at": None, "lost_reason": None}
    opened = work.change("crm.deal", [(deal, anew) for deal in deals])
    work.tell("crm.deal_reopened", opened)
    return opened
