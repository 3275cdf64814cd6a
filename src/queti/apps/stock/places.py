"""Balances by their places: the guarded changes that every stock act makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from queti.apps.stock.refusals import NotEnoughStock, QuantityNotPositive
from queti.kernel.errors import FieldProblem
from queti.kernel.record import Record
from queti.kernel.work import Work

PLACE = ("product", "location", "lot")
COVERED = "negative_allowed or on_hand >= 0 and (reserved <= on_hand or short)"
"""What must hold of a balance after reserved goods went out."""

PROMISES_KEPT = "negative_allowed or reserved <= on_hand"
"""What must hold of a balance after more was promised, or goods left that nobody was promised."""


def warehouses_of(work: Work, locations: Iterable[int]) -> dict[int, int]:
    """Location → the warehouse that it belongs to; a warehouse belongs to itself."""
    records = work.fetch("stock.location", sorted(set(locations)), fields=("warehouse",))
    return {record.id: record.warehouse or record.id for record in records}


def change_balances(
    work: Work, rows: Sequence[Mapping[str, Any]], guard: str | None, make: bool
) -> dict[tuple[Any, ...], Record]:
    """Add `on_hand` and `reserved` of the rows to their balances; NotEnoughStock where the guard fails."""
    tally = work.tally("stock.balance", rows, by=PLACE, add=("on_hand", "reserved"), guard=guard, make=make)
    if tally.refused or tally.missing:
        refuse_lacking(work, rows, tally.refused)
    return {place_of(record): record for record in tally.changed}


def end_shortage(work: Work, balances: Iterable[Record]) -> None:
    """A balance whose promises are covered again is no longer short."""
    covered = [record for record in balances if record.short and record.reserved <= record.on_hand]
    if covered:
        work.change("stock.balance", [(record, {"short": False}) for record in covered])


def place_of(row: Any) -> tuple[Any, ...]:
    return tuple(row[name] for name in PLACE)


def refuse_not_positive(quantities: Iterable[Decimal]) -> None:
    if any(quantity <= 0 for quantity in quantities):
        raise QuantityNotPositive


def refuse_lacking(work: Work, rows: Sequence[Mapping[str, Any]], refused: Sequence[Record]) -> None:
    """Say of each line how much it lacks at its place."""
    wanted = _wanted_by_place(rows)
    held = {place_of(row) for row in rows if row["reserved"] < 0}
    there = {place_of(record): record for record in refused}
    known = {place_of(record) for record in refused}
    lacking = [place for place in wanted if place in known] or list(wanted)
    products = work.fetch("base.product", sorted({place[0] for place in lacking}), fields=("name",))
    names = {product.id: product.name for product in products}
    problems: list[FieldProblem] = []
    for place in lacking:
        balance = there.get(place)
        available = _free(balance, own=place in held) if balance else Decimal(0)
        problems.append(_lack(_line_of(rows, place), names[place[0]], wanted[place], available))
    raise NotEnoughStock(
        fields=problems,
        lacking={"en": "; ".join(p.en for p in problems), "zh": "；".join(p.zh for p in problems)},
    )


def _free(balance: Record, *, own: bool) -> Decimal:
    """What the caller could have; `own`: of what is reserved for it, all that lies there."""
    return max(balance.on_hand if own else balance.on_hand - balance.reserved, Decimal(0))


def _wanted_by_place(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Decimal]:
    wanted: dict[tuple[Any, ...], Decimal] = {}
    for row in rows:
        change = row.get("reserved", 0) if row.get("reserved", 0) > 0 else -row.get("on_hand", 0)
        wanted[place_of(row)] = wanted.get(place_of(row), Decimal(0)) + change
    return wanted


def _line_of(rows: Sequence[Mapping[str, Any]], place: tuple[Any, ...]) -> int:
    return next(number for number, row in enumerate(rows) if place_of(row) == place)


def _lack(line: int, product: str, wanted: Decimal, available: Decimal) -> FieldProblem:
    shown, needed, less = plain(available), plain(wanted), plain(wanted - available)
    return FieldProblem(
        path=f"lines[{line}].quantity",
        code="not_enough_stock",
        en=f"{product}: {needed} wanted, {shown} available, {less} lacking",
        zh=f"{product} 需要 {needed}，可用 {shown}，缺 {less}",
    )


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
