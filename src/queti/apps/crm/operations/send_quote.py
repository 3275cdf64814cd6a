from __future__ import annotations

from collections.abc import Iterable

from queti.apps.crm.quotes import quotes_with_deals
from queti.apps.crm.refusals import QuoteNotDraft, QuoteWithoutLines
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.quote",
    key="s",
    primary=True,
    label=words("Send quote", "发送报价单"),
    help=words("Marks the quote as sent to the customer.", "标记报价单已发送给客户。"),
    when='state = "draft"',
    inputs={"quote": link("crm.quote", label=words("Quote", "报价单"), required=True, many=True)},
    tells=("crm.quote_sent",),
)
def send_quote(work: Work, calls: list[Call]) -> list[Record]:
    quotes, deals = quotes_with_deals(work, [call.quote for call in calls], ("*", "lines"))
    for quote in quotes:
        if quote.state != "draft":
            raise QuoteNotDraft(quote=quote.number)
        if not quote.lines:
            raise QuoteWithoutLines(quote=quote.number)
    sent = work.change("crm.quote", [(quote, {"state": "sent", "sent_at": work.now}) for quote in quotes])
    _move_deals_on(work, deals.values())
    work.tell("crm.quote_sent", sent)
    return sent


def _move_deals_on(work: Work, deals: Iterable[Record]) -> None:
    """A deal that was only being qualified is now at its proposal."""
    qualified = [deal for deal in deals if deal.stage == "qualify"]
    if qualified:
        work.change("crm.deal", [(deal, {"stage": "proposal"}) for deal in qualified])
