"""The jobs by name, in the order in which they are run: those of one client before those of many, large ones last.

Each measures and answers its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bench.jobs import (
    booking,
    buying,
    confirming,
    creating,
    deciding,
    deciding_many,
    designing,
    flowing,
    growing,
    importing,
    listing,
    looping,
    opening,
    pricing,
    publishing,
    remembering,
    starting,
)
from bench.report import Figure
from bench.running import Bench
from bench.scale import Scale

ON_A_COMPANY: Mapping[str, Callable[[Bench], Iterable[Figure]]] = {
    "list": listing.measure,
    "decide many": deciding_many.measure,
    "create": creating.measure,
    "price": pricing.measure,
    "loop": looping.measure,
    "publish": publishing.measure,
    "confirm": confirming.measure,
    "memory": remembering.measure,
    "buy": buying.measure,
    "opening": opening.measure,
    "books": booking.measure,
    "import": importing.measure,
    "flow": flowing.measure,
    "million": growing.measure,
}
ON_THEIR_OWN: Mapping[str, Callable[[Scale], Iterable[Figure]]] = {
    "start": starting.measure,
    "design": designing.measure,
    "decide": deciding.measure,
}
