"""The customer's timeline: what orders, parcels and payments leave on it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from queti.kernel.events import Event, reacts_to
from queti.kernel.work import Work


@reacts_to("oms.parcel_shipped", inline=True, needs=("oms",))
def note_parcels(work: Work, events: list[Event]) -> None:
    """Carrier and tracking number, at the moment that the parcel left."""
    work.create("crm.activity", [_parcel(work, event) for event in events])


def _parcel(work: Work, event: Event) -> dict[str, Any]:
    data = event.data
    tracking = " ".join(part for part in (data["carrier"], data["tracking_number"]) if part)
    return {
        "kind": "parcel",
        "subject": " · ".join(part for part in (data["order_number"], data["parcel"], tracking) if part),
        "happened_at": data["shipped_at"],
        "party": data["customer"],
        "owner": work.who.user,
        "reference": data["parcel"],
    }


@reacts_to("finance.payment_recorded", inline=True, needs=("finance",))
def note_payments(work: Work, events: list[Event]) -> None:
    work.create("crm.activity", [_payment(work, event) for event in events])


def _payment(work: Work, event: Event) -> dict[str, Any]:
    data = event.data
    paid_on = data["paid_on"] or work.today
    noon = datetime.combine(paid_on, time(12), ZoneInfo(work.timezone))
    return {
        "kind": "payment",
        "subject": " · ".join(part for part in (f"{data['amount']:,.2f}", data["reference"]) if part),
        "happened_at": work.now if paid_on == work.today else noon,
        "party": data["party"],
        "owner": work.who.user,
        "reference": data["reference"],
    }
