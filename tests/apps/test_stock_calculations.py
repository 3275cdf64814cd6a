"""Moving averages, and what an issue takes first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from queti.apps.stock.costing import Pile
from queti.apps.stock.picking import Place, Wanted, pick


@dataclass(frozen=True, slots=True)
class Held:
    id: int
    source: str
    source_line: int | None
    product: int
    location: int
    open: Decimal
    lot: int | None = None


def test_the_last_unit_takes_the_rest() -> None:
    pile = Pile()
    pile.put(Decimal(3), Decimal("10.666667"))
    assert [pile.take(Decimal(1)) for _ in range(3)] == [Decimal("10.67"), Decimal("10.67"), Decimal("10.66")]
    assert (pile.quantity, pile.value) == (0, 0)


def test_what_goes_below_zero_costs_what_was_known_last() -> None:
    pile = Pile(last_cost=Decimal("4.00"))
    assert pile.take(Decimal(2)) == Decimal("8.00")
    assert (pile.quantity, pile.value) == (-2, Decimal("-8.00"))


def test_a_count_that_finds_nothing_new_costs_nothing() -> None:
    assert Pile(Decimal(0), Decimal("0.03")).take(Decimal(0)) == 0


def test_goods_that_left_before_they_came_cost_what_came() -> None:
    pile = Pile(last_cost=Decimal("4.00"))
    pile.take(Decimal(5))
    assert pile.late_cost(Decimal(2), Decimal("5.00")) == Decimal("2.00")
    assert pile.late_cost(Decimal(8), Decimal("5.00")) == Decimal("5.00")
    assert pile.put(Decimal(8), Decimal("5.00")) - Decimal("5.00") + Decimal("-20.00") == Decimal("15.00")
    assert Pile(Decimal(3), Decimal("9.00")).late_cost(Decimal(2), Decimal("5.00")) == 0


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10_000)), min_size=1, max_size=20), st.data())
def test_all_that_comes_in_goes_out_to_the_cent(receipts: list[tuple[int, int]], data: st.DataObject) -> None:
    pile = Pile()
    value = sum((pile.put(Decimal(q), Decimal(cost) / 100) for q, cost in receipts), Decimal(0))
    issued = Decimal(0)
    while pile.quantity:
        issued += pile.take(Decimal(data.draw(st.integers(1, int(pile.quantity)))))
        assert pile.quantity > 0 or pile.value == 0
    assert issued == value


def test_reservations_of_the_very_line_come_first() -> None:
    held = [
        Held(7, "SO-1", 5, 1, 11, Decimal(3)),
        Held(8, "SO-1", 6, 1, 11, Decimal(9)),
        Held(9, "SO-1", 5, 1, 12, Decimal(3)),
    ]
    picks = pick([Wanted(1, Decimal(5), source="SO-1", source_line=5)], held)
    assert [(p.reservation, p.place, p.quantity) for p in picks.taken] == [
        (7, Place(1, 11, None), 3),
        (9, Place(1, 12, None), 2),
    ]


def test_what_is_not_reserved_for_the_line_is_missing() -> None:
    held = [Held(7, "SO-1", 5, 1, 11, Decimal(3))]
    picks = pick([Wanted(1, Decimal(5), "SO-1", 5), Wanted(1, Decimal(2), "SO-2", 1)], held)
    assert [(p.line, p.quantity, p.reservation) for p in picks.taken] == [(0, 3, 7)]
    assert picks.missing == {0: Decimal(2), 1: Decimal(2)}


def test_two_lines_share_a_reservation_without_taking_it_twice() -> None:
    held = [Held(7, "SO-1", 5, 1, 11, Decimal(3))]
    line = Wanted(1, Decimal(2), source="SO-1", source_line=5)
    picks = pick([line, line], held)
    assert [p.quantity for p in picks.taken] == [2, 1]
    assert picks.missing == {1: Decimal(1)}
