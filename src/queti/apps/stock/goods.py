"""Which goods may lie, be promised or leave: no services, and no lot under another product's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from queti.apps.stock.refusals import LotExpired, LotOfAnotherProduct, ServiceInStock
from queti.kernel.record import Record
from queti.kernel.work import Work


def refuse_services(work: Work, products: Iterable[int]) -> None:
    for product in work.fetch("base.product", sorted(set(products)), fields=("name", "kind")):
        if product.kind == "service":
            raise ServiceInStock(product=product.name)


def refuse_lots_of_others(work: Work, lines: Sequence[Any]) -> None:
    """Each line's lot is one of its product."""
    _lots(work, lines)


def refuse_lots_past(work: Work, lines: Sequence[Any]) -> None:
    """Each line's lot is one of its product, and not past its day."""
    for lot in _lots(work, lines).values():
        if lot.expires_on is not None and lot.expires_on < work.today:
            raise LotExpired(lot=lot.number, expires_on=lot.expires_on)


def _lots(work: Work, lines: Sequence[Any]) -> dict[int, Record]:
    ids = sorted({line.lot for line in lines if line.lot is not None})
    if not ids:
        return {}
    lots = {lot.id: lot for lot in work.fetch("stock.lot", ids, fields=("number", "product", "expires_on"))}
    for line in lines:
        if line.lot is not None and lots[line.lot].product != line.product:
            [product] = work.fetch("base.product", [line.product], fields=("name",))
            raise LotOfAnotherProduct(lot=lots[line.lot].number, product=product.name)
    return lots
