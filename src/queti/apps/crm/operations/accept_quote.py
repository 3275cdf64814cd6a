from __future__ import annotations

from queti.apps.crm.quotes import quotes_with_deals
from queti.apps.crm.refusals import QuoteDeclined, QuoteExpired, QuoteNotSent
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="crm.quote",
    key="a",
    primary=True,
    label=words("Accept quote", "接受报价"),
    help=words(
        "The customer agreed; an order follows. Twice is harmless.", "客户已接受报价，自动生成订单；重复操作不受影响。"
    ),
    when='state = "sent"',
    inputs={"quote": link("crm.quote", label=words("Quote", "报价单"), required=True, many=True)},
    tells=("crm.quote_accepted", "crm.deal_won"),
)
def accept_quote(work: Work, calls: list[Call]) -> list[Record]:
    quotes, deals = quotes_with_deals(work, [call.quote for call in calls])
    fresh = list({quote.id: quote for quote in quotes if quote.state != "accepted"}.values())
    for quote in fresh:
        _refuse_unacceptable(work, quote)
    if fresh:
        accepted = work.change(
            "crm.quote", [(quote, {"state": "accepted", "accepted_at": work.now}) for quote in fresh]
        )
        _win_deals(work, accepted, deals)
        work.tell("crm.quote_accepted", accepted)
    return work.fetch("crm.quote", [quote.id for quote in quotes]) if fresh else quotes


def _refuse_unacceptable(work: Work, quote: Record) -> None:
    if quote.state == "declined":
        raise QuoteDeclined(quote=quote.number)
    if quote.state != "sent":
        raise QuoteNotSent(quote=quote.number)
    if quote.valid_until is not None and quote.valid_until < work.today:
        raise QuoteExpired(quote=quote.number, valid_until=quote.valid_until)


def _win_deals(work: Work, quotes: list[Record], deals: dict[int, Record]) -> None:
    """The deal is worth what was agreed, and won; so is one that was thought lost."""
    agreed = {quote.deal: quote.total for quote in quotes if quote.deal in deals}
    outcome = {"stage": "won", "won_at": work.now, "lost_at": None, "lost_reason": None}
    won = [(deals[id], {**outcome, "amount": total}) for id, total in agreed.items()]
    if won:
        work.tell("crm.deal_won", work.change("crm.deal", won))
