"""Where parcels leave from, and who takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from queti.apps.oms.freight import Quote, Shipment, chosen, destination, goods_of, how_of, quotes, region_of
from queti.apps.oms.packing import Packed, Place
from queti.kernel.record import Record
from queti.kernel.work import Work

OF_PLACE = ("name", "code", "region", "address")
KEPT = (
    *("source", "source_line", "open", "location", "location.warehouse"),
    *(f"{path}.{field}" for path in ("location", "location.warehouse") for field in OF_PLACE),
)


OWN_PLACE = tuple(f"warehouse.{field}" for field in OF_PLACE)


def places_of(work: Work, orders: Sequence[Record]) -> dict[int, list[Place]]:
    """Order → the warehouses that its parcels leave from: its own, or of several those that still hold some of it."""
    places = {order.id: [own_place(order)] for order in orders}
    split = {order.number: order for order in orders if order.get("is_split")}
    if split:
        held = work.find("stock.reservation", "source in $numbers and open > 0", {"numbers": [*split]}, KEPT)
        for number, order in split.items():
            mine = [one for one in held if one.source == number]
            places[order.id] = _held_at(mine, order.warehouse) or places[order.id]
    return places


def own_place(order: Record) -> Place:
    region = region_of(order.get("warehouse.region"), order.get("warehouse.address"))
    name, code = order.get("warehouse.name") or "", order.get("warehouse.code") or ""
    return Place(order.get("warehouse"), name, code, region)


def _held_at(reservations: Iterable[Record], first: int) -> list[Place]:
    """The order's own warehouse first."""
    found: dict[int, Place] = {}
    for one in reservations:
        place = _place(one)
        found.setdefault(place.id or 0, place).keep(int(one.source_line), one.open)
    return sorted(found.values(), key=lambda place: (place.id != first, place.id))


def _place(reservation: Record) -> Place:
    """A location without a warehouse is one itself."""
    path = "location.warehouse" if reservation["location.warehouse"] else "location"
    name, code, region, address = (reservation[f"{path}.{field}"] for field in OF_PLACE)
    return Place(reservation[path], name, code, region_of(region, address), dict[int, Decimal]())


def ways_of(work: Work, packed: Sequence[Packed]) -> list[dict[str, Any]]:
    """What is known of each parcel's way by the freight rules: the carrier named, or the one chosen where its shop or
    order has carriers chosen."""
    asked = [place for place, one in enumerate(packed) if how_of(one.order) or one.call.carrier]
    found = dict(zip(asked, quotes(work, [_shipment(packed[place]) for place in asked]), strict=True))
    return [_way(work, one, found.get(place, [])) for place, one in enumerate(packed)]


def _shipment(parcel: Packed) -> Shipment:
    goods = goods_of((line, share.quantity) for line, share in parcel.shares)
    return Shipment(parcel.place.region, destination(parcel.order), *goods)


def _way(work: Work, parcel: Packed, offers: Sequence[Quote]) -> dict[str, Any]:
    named = parcel.call.carrier
    able = [one for one in offers if named in (None, one.carrier)]
    quote = chosen(able, how_of(parcel.order))
    if quote is None:
        return {"carrier": named}
    left_on = (parcel.call.shipped_at or work.now).astimezone(ZoneInfo(work.timezone)).date()
    expected_on = None if quote.days is None else left_on + timedelta(days=quote.days)
    return {"carrier": quote.carrier, "weight": quote.weight, "freight_cost": quote.fee, "expected_on": expected_on}
