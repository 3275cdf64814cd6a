from __future__ import annotations

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
    quotes = work.fetch("crm.quote", [call.quote for call in calls], lock=True)
    fresh = list({quote.id: quote for quote in quotes if quote.state != "accepted"}.values())
    for quote in fresh:
        _refuse_unacceptable(work, quote)
    if fresh:
        accepted = work.change(
            "crm.quote", [(quote, {"state": "accepted", "accepted_at": work.now}) for quote in fresh]
        )
        _win_deals(work, accepted)
        work.tell("crm.quote_accepted", accepted)
    return work.fetch("crm.quote", [quote.id for quote in quotes]) if fresh else quotes


def _refuse_unacceptable(work: Work, quote: Record) -> None:
    if quote.state == "declined":
        raise QuoteDeclined(quote=quote.number)
    if quote.state != "sent":
        raise QuoteNotSent(quote=quote.number)
    if quote.valid_until is not None and quote.valid_until < work.today:
        raise QuoteExpired(quote=quote.number, valid_until=quote.valid_until)


def _win_deals(work: Work, quotes: list[Record]) -> None:
    by_deal = {quote.deal: quote for quote in quotes if quote.deal is not None}
    deals = work.fetch("crm.deal", sorted(by_deal), lock=True) if by_deal else []
    won = [(deal, {"stage": "won", "won_at": work.now, "amount": by_deal[deal.id].total}) for deal in deals]
    if won:
        work.tell("crm.deal_won", work.change("crm.deal", won))
