"""What carriers would take for a parcel, by the company's rules: how far it goes, who takes it, what they charge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from queti.apps.oms.pricing import NOTHING
from queti.kernel.record import Record
from queti.kernel.regions import province_in
from queti.kernel.work import Work

ZONE, CARRIERS, FREIGHT = "oms.zone", "oms.carriers", "oms.freight"
SHIPS_HOW = ("channel.ship_how", "channel.ship_complete")
OF_LINES = ("lines.product.weight", "lines.product.volume")


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods to be sent: kg and cm³, between two provinces or regions."""

    from_region: str | None
    to_region: str | None
    weight: Decimal = NOTHING
    volume: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Quote:
    """What a carrier takes: for `weight` kg charged, in the company's currency, within `days`."""

    carrier: str
    zone: str | None
    weight: Decimal
    fee: Decimal
    days: int | None


def quotes(work: Work, shipments: Sequence[Shipment], zones: Sequence[str | None] | None = None) -> list[list[Quote]]:
    """What each carrier that takes a shipment charges; none where the company has no such rules."""
    if not all(rule in work.model.rules for rule in (CARRIERS, FREIGHT)):
        return [[] for _ in shipments]
    zones = zones_of(work, shipments) if zones is None else zones
    asked = [{**asdict(one), "zone": zone} for one, zone in zip(shipments, zones, strict=True)]
    offers = [
        (place, {"carrier": offer["carrier"], "zone": zones[place], "weight": offer["billed"] or NOTHING})
        for place, answer in enumerate(work.decide(CARRIERS, asked))
        for offer in (answer.outcome if isinstance(answer.outcome, list) else [answer.outcome])
        if offer.get("carrier")
    ]
    found: list[list[Quote]] = [[] for _ in shipments]
    for (place, offer), answer in zip(offers, work.decide(FREIGHT, [offer for _, offer in offers]), strict=True):
        if answer["fee"] is not None:
            days = None if answer["days"] is None else int(answer["days"])
            found[place].append(Quote(**offer, fee=answer["fee"], days=days))
    return found


def zones_of(work: Work, shipments: Sequence[Shipment]) -> list[str | None]:
    if ZONE not in work.model.rules:
        return [None for _ in shipments]
    ways = [{"from_region": one.from_region, "to_region": one.to_region} for one in shipments]
    return [answer["zone"] for answer in work.decide(ZONE, ways)]


def best_first(offers: Iterable[Quote], how: str | None) -> list[Quote]:
    """The `cheapest` or the `fastest`; of equal ones the other decides."""
    return sorted(offers, key=_by_days if how == "fastest" else _by_fee)


def chosen(offers: Iterable[Quote], how: str | None) -> Quote | None:
    return next(iter(best_first(offers, how)), None)


def goods_of(lines: Iterable[tuple[Record, Decimal]]) -> tuple[Decimal, Decimal]:
    """Weight and volume of so much of each order line."""
    taken = list(lines)
    weight = sum(((line["product.weight"] or NOTHING) * quantity for line, quantity in taken), NOTHING)
    return weight, sum(((line["product.volume"] or NOTHING) * quantity for line, quantity in taken), NOTHING)


def region_of(region: str | None, address: str | None) -> str | None:
    """A province by its full name, else what was typed, else what a Chinese address begins with."""
    return province_in(region) or region or province_in(address)


def destination(order: Record) -> str | None:
    return region_of(order.ship_to_region, order.ship_to_address)


def how_of(order: Record) -> str | None:
    """`cheapest` or `fastest`; nothing where carriers are typed by hand."""
    return order.ship_how or order["channel.ship_how"]


def _by_fee(quote: Quote) -> tuple[Decimal, int, str]:
    return quote.fee, _days(quote), quote.carrier


def _by_days(quote: Quote) -> tuple[int, Decimal, str]:
    return _days(quote), quote.fee, quote.carrier


def _days(quote: Quote) -> int:
    return 999 if quote.days is None else quote.days
