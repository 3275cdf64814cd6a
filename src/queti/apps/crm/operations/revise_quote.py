from __future__ import annotations

from queti.apps.crm.quotes import quotes_with_deals
from queti.apps.crm.refusals import DealAlreadyClosed, QuoteAlreadyAccepted
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.quote",
    label=words("Revise quote", "修订报价"),
    help=words(
        "Makes a sent or declined quote a draft again, to be changed and sent anew.",
        "将已发送或已拒绝的报价单退回草稿，修改后重新发送。",
    ),
    when='state = "sent" or state = "declined"',
    inputs={"quote": link("crm.quote", label=words("Quote", "报价单"), required=True, many=True)},
    tells=("crm.quote_revised",),
)
def revise_quote(work: Work, calls: list[Call]) -> list[Record]:
    """What the customer holds counts no more; a draft stays as it is."""
    quotes, deals = quotes_with_deals(work, [call.quote for call in calls])
    for quote in quotes:
        if quote.state == "accepted":
            raise QuoteAlreadyAccepted(quote=quote.number)
        if quote.deal in deals and deals[quote.deal].stage in ("won", "lost"):
            raise DealAlreadyClosed(deal=deals[quote.deal].name)
    sent = [quote for quote in quotes if quote.state != "draft"]
    if sent:
        revised = work.change("crm.quote", [(quote, {"state": "draft", "sent_at": None}) for quote in sent])
        work.tell("crm.quote_revised", revised)
    return work.fetch("crm.quote", [quote.id for quote in quotes])
