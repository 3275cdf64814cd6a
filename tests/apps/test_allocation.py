"""Which warehouses serve an order, and which lots go first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from queti.apps.oms.allocation import NOTHING, Choice, Demand, Plan, Promise, Supply, allocate, shelves_of

CHAIR, LAMP = 1, 2
EAST, SOUTH, WEST = 10, 20, 30


def demand(quantity: int, product: int = CHAIR, line: int = 1) -> Demand:
    return Demand(line, product, Decimal(quantity))


def supply(quantity: int, warehouse: int = EAST, location: int = 11, **more: object) -> Supply:
    fields = {"product": CHAIR, "lot": None, **more}
    return Supply(warehouse=warehouse, location=location, available=Decimal(quantity), **fields)  # type: ignore[arg-type]


def choice(warehouse: int, cost: int = 0, rank: int = 0) -> Choice:
    return Choice(warehouse, Decimal(cost), Decimal(rank))


def served(demands: Sequence[Demand], supplies: Sequence[Supply], *choices: Choice, **how: bool) -> Plan:
    return allocate(demands, shelves_of(supplies), choices or (choice(EAST),), **how)


def test_the_one_that_is_taken_gladly_serves_when_it_can() -> None:
    plan = served([demand(3)], [supply(5), supply(9, SOUTH, 21)], choice(EAST, rank=1), choice(SOUTH))
    assert plan.promises == [Promise(1, CHAIR, SOUTH, 21, None, Decimal(3))]


def test_another_one_serves_alone_what_that_cannot() -> None:
    plan = served([demand(7)], [supply(5), supply(9, SOUTH, 21)], choice(EAST), choice(SOUTH, rank=1))
    assert list(plan.warehouses) == [SOUTH]


def test_the_cheaper_one_serves_however_gladly_the_other_is_taken() -> None:
    plan = served([demand(3)], [supply(5), supply(9, SOUTH, 21)], choice(EAST, cost=8), choice(SOUTH, cost=7, rank=9))
    assert list(plan.warehouses) == [SOUTH]


def test_two_near_parcels_go_before_a_dear_one_and_one_parcel_where_nothing_costs() -> None:
    stock = [supply(5), supply(7, SOUTH, 21), supply(12, WEST, 31)]
    near, far = (choice(EAST, cost=4), choice(SOUTH, cost=4)), choice(WEST, cost=9)
    assert served([demand(12)], stock, *near, far).warehouses == {SOUTH: 7, EAST: 5}
    assert served([demand(12)], stock, choice(EAST), choice(SOUTH), choice(WEST, rank=9)).warehouses == {WEST: 12}


def test_what_no_warehouse_has_alone_ships_from_several() -> None:
    plan = served([demand(12)], [supply(5), supply(9, SOUTH, 21)], choice(EAST), choice(SOUTH, rank=1))
    assert not plan.missing
    assert (plan.warehouses, plan.lines_from) == ({SOUTH: 7, EAST: 5}, {1: SOUTH})


def test_a_line_comes_from_one_warehouse_if_any_has_it_all() -> None:
    stock = [supply(2), supply(3, product=LAMP), supply(9, SOUTH, 21)]
    plan = served([demand(4), demand(3, LAMP, 2)], stock, choice(EAST), choice(SOUTH))
    assert [(one.line, one.warehouse, one.quantity) for one in plan.promises] == [(1, SOUTH, 4), (2, EAST, 3)]


def test_an_order_that_ships_whole_is_not_split() -> None:
    plan = served([demand(12)], [supply(5), supply(9, SOUTH, 21)], choice(EAST), choice(SOUTH), whole=True)
    assert list(plan.warehouses) == [SOUTH]
    assert [(m.wanted, m.available, m.lacking) for m in plan.missing] == [(12, 9, 3)]


def test_who_may_not_serve_gives_nothing() -> None:
    plan = served([demand(7)], [supply(5), supply(9, SOUTH, 21)], choice(EAST))
    assert [(m.available, m.lacking) for m in plan.missing] == [(5, 2)]


def test_the_lot_that_expires_first_goes_first_and_blank_last() -> None:
    lots = [
        supply(5, lot=1, expires_on=date(2027, 3, 1)),
        supply(5, lot=2, expires_on=date(2027, 1, 1)),
        supply(5),
    ]
    assert [(one.lot, one.quantity) for one in served([demand(7)], lots).promises] == [(2, 5), (1, 2)]


def test_a_place_that_has_it_all_comes_before_two_that_share() -> None:
    plan = served([demand(6)], [supply(5, location=11), supply(8, location=12)])
    assert [(promise.location, promise.quantity) for promise in plan.promises] == [(12, 6)]


def test_two_lines_of_one_product_do_not_get_the_same_unit() -> None:
    plan = served([demand(3), demand(3, line=2)], [supply(5)])
    assert [(m.line, m.lacking) for m in plan.missing] == [(2, 1)]


def test_what_one_order_takes_the_next_does_not_get() -> None:
    shelves = shelves_of([supply(5)])
    first = allocate([demand(3)], shelves, [choice(EAST)])
    second = allocate([demand(3)], shelves, [choice(EAST)])
    assert not first.missing
    assert second.missing[0].available == 2


def test_what_lacks_something_takes_nothing_unless_the_rest_may_wait() -> None:
    shelves = shelves_of([supply(5)])
    allocate([demand(7)], shelves, [choice(EAST)])
    waiting = allocate([demand(7)], shelves, [choice(EAST)], partly=True)
    assert (waiting.warehouses, waiting.missing[0].lacking) == ({EAST: 5}, 2)
    assert allocate([demand(1)], shelves, [choice(EAST)]).missing


def test_a_place_that_may_go_below_zero_serves_anything() -> None:
    plan = served([demand(30)], [supply(5, negative_allowed=True)])
    assert plan.promises == [Promise(1, CHAIR, EAST, 11, None, Decimal(30))]


def test_nothing_anywhere() -> None:
    plan = allocate([demand(1, LAMP)], {}, [])
    assert [(m.product, m.lacking) for m in plan.missing] == [(LAMP, 1)]


stocks = st.dictionaries(
    st.tuples(st.sampled_from([10, 20, 30, 40, 50]), st.integers(1, 3)), st.integers(0, 6), min_size=1
)
offers = st.fixed_dictionaries(
    {warehouse: st.tuples(st.integers(0, 3), st.integers(0, 2)) for warehouse in (10, 20, 30, 40, 50)}
)
wishes = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 8)), min_size=1, max_size=4)


def value_of(
    demands: Sequence[Demand], stock: dict[tuple[int, int], int], together: Sequence[Choice]
) -> tuple[Decimal, Decimal, int]:
    """What lacks, what it costs, how many parcels: computed the plain way."""
    products = {one.product for one in demands}
    wanted = {product: sum(one.quantity for one in demands if one.product == product) for product in products}
    there = {product: sum(stock.get((one.warehouse, product), 0) for one in together) for product in products}
    lacks = sum((max(Decimal(wanted[product] - there[product]), NOTHING) for product in products), NOTHING)
    return lacks, sum((one.cost for one in together), NOTHING), len(together)


@settings(max_examples=300, deadline=None)
@given(wishes, stocks, offers)
def test_of_all_combinations_of_warehouses_the_best_serves(
    wanted: list[tuple[int, int]], stock: dict[tuple[int, int], int], terms: dict[int, tuple[int, int]]
) -> None:
    demands = [demand(quantity, product, line) for line, (product, quantity) in enumerate(wanted)]
    supplies = [supply(n, warehouse, warehouse + 1, product=product) for (warehouse, product), n in stock.items()]
    choices = [choice(warehouse, *each) for warehouse, each in terms.items()]

    plan = served(demands, supplies, *choices, partly=True)

    used = [one for one in choices if one.warehouse in plan.warehouses]
    every = chain.from_iterable(combinations(choices, count) for count in range(len(choices) + 1))
    assert value_of(demands, stock, used) == min(value_of(demands, stock, together) for together in every)
    assert sum((m.lacking for m in plan.missing), NOTHING) == value_of(demands, stock, used)[0]
    for each in supplies:
        assert each.available >= 0
        taken = sum(
            (p.quantity for p in plan.promises if (p.warehouse, p.product) == (each.warehouse, each.product)), NOTHING
        )
        assert each.available == stock[each.warehouse, each.product] - taken
    for line in demands:
        given = sum((one.quantity for one in plan.promises if one.line == line.line), NOTHING)
        assert given + sum((m.lacking for m in plan.missing if m.line == line.line), NOTHING) == line.quantity


@settings(max_examples=60, deadline=None)
@given(wishes, st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 3)), st.integers(0, 3), min_size=8))
def test_of_many_warehouses_none_is_needless(wanted: list[tuple[int, int]], stock: dict[tuple[int, int], int]) -> None:
    demands = [demand(quantity, product, line) for line, (product, quantity) in enumerate(wanted)]
    supplies = [supply(n, warehouse, warehouse, product=product) for (warehouse, product), n in stock.items()]
    choices = [choice(warehouse) for warehouse in range(1, 13)]

    plan = served(demands, supplies, *choices, partly=True)

    used = [one for one in choices if one.warehouse in plan.warehouses]
    lacks = value_of(demands, stock, used)[0]
    assert lacks == value_of(demands, stock, choices)[0]
    for one in used:
        fewer = [other for other in used if other is not one]
        assert value_of(demands, stock, fewer)[0] > lacks
