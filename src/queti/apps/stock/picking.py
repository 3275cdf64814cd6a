"""Which of its reservations a line takes, in the order they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

NOTHING = Decimal(0)


class Place(NamedTuple):
    """The key of a balance."""

    product: int
    location: int
    lot: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line to issue; `source` and `source_line` name the reservations it may use: all, or of one `warehouse`."""

    product: int
    quantity: Decimal
    source: str
    source_line: int | None = None
    warehouse: int | None = None

    def may_use(self, reservation: Any) -> bool:
        return self.warehouse is None or self.warehouse == (reservation["location.warehouse"] or reservation.location)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is taken for the line number `line`; `reservation` is the one used up by it, if any."""

    line: int
    place: Place
    quantity: Decimal
    reservation: int | None = None


@dataclass(slots=True)
class Picks:
    taken: list[Pick] = field(default_factory=list[Pick])
    missing: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    """Line number → the quantity that isn't reserved."""


def pick(wanted: Sequence[Wanted], reservations: Iterable[Any]) -> Picks:
    """A reservation has `id`, `source`, `source_line`, `product`, `location`, `lot`, `open`, and where a line names a
    warehouse also `location.warehouse`."""
    held = _by_line(reservations)
    picks = Picks()
    for number, line in enumerate(wanted):
        rest = line.quantity
        for reservation in held.get((line.source, line.source_line, line.product), ()):
            record = reservation[0]
            taken = min(rest, reservation[1]) if line.may_use(record) else NOTHING
            if taken > 0:
                place = Place(record.product, record.location, record.lot)
                picks.taken.append(Pick(number, place, taken, record.id))
                reservation[1] -= taken
                rest -= taken
        if rest > 0:
            picks.missing[number] = rest
    return picks


def _by_line(reservations: Iterable[Any]) -> dict[tuple[str, int | None, int], list[list[Any]]]:
    held: dict[tuple[str, int | None, int], list[list[Any]]] = {}
    for record in reservations:
        line = None if record.source_line is None else int(record.source_line)
        held.setdefault((record.source, line, record.product), []).append([record, record.open])
    return held
