"""Quotes and their deals, locked in one order everywhere: deals first."""

from __future__ import annotations

from collections.abc import Sequence

from queti.kernel.record import Record
from queti.kernel.work import Work


def quotes_with_deals(
    work: Work, ids: Sequence[int], fields: Sequence[str] | None = None
) -> tuple[list[Record], dict[int, Record]]:
    """The quotes in the order of `ids` and their deals by id, all locked."""
    known = work.fetch("crm.quote", ids, fields=("deal",))
    wanted = sorted({quote.deal for quote in known if quote.deal is not None})
    deals = work.fetch("crm.deal", wanted, lock=True) if wanted else []
    quotes = work.fetch("crm.quote", ids, fields=fields, lock=True)
    return quotes, {deal.id: deal for deal in deals}
