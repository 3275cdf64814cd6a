"""Telling that there is something to promise again, for whoever keeps orders waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from queti.kernel.record import Record
from queti.kernel.work import Work

BECAME_AVAILABLE = "stock.became_available"


def tell_available(work: Work, records: Sequence[Record], data: Sequence[tuple[Iterable[int], str | None]]) -> None:
    """One event for each of the records, with the products that came free for it and its source."""
    told = [(record, _data(products, source)) for record, (products, source) in zip(records, data, strict=True)]
    if told:
        work.tell(BECAME_AVAILABLE, [record for record, _ in told], data=[each for _, each in told])


def _data(products: Iterable[int], source: str | None) -> dict[str, Any]:
    return {"products": sorted(set(products)), "source": source}
