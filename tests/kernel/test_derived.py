"""Stored formulas equal what they would be if everything were computed anew, whatever was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from queti.kernel.errors import Refusal
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch
from tests.fixtures.trade import NOW, Trade

ANEW = """
SELECT 'line amount', l.id FROM {s}.trade_order_line l
    WHERE l.amount IS DISTINCT FROM round(l.quantity * l.unit_price, 2)
UNION ALL SELECT 'order total', o.id FROM {s}.trade_order o WHERE o.total IS DISTINCT FROM round(
    coalesce((SELECT sum(amount) FROM {s}.trade_order_line l WHERE l."order" = o.id), 0)
    * (1 - o.discount / 100) + o.freight, 2)
UNION ALL SELECT 'order region', o.id FROM {s}.trade_order o JOIN {s}.trade_party p ON p.id = o.customer
    WHERE o.region IS DISTINCT FROM p.region
UNION ALL SELECT 'party sold', p.id FROM {s}.trade_party p WHERE p.sold IS DISTINCT FROM
    coalesce((SELECT sum(total) FROM {s}.trade_order o WHERE o.customer = p.id AND o.trashed_at IS NULL), 0)
UNION ALL SELECT 'party open', p.id FROM {s}.trade_party p WHERE p.orders_open IS DISTINCT FROM
    (SELECT count(*) FROM {s}.trade_order o WHERE o.customer = p.id AND o.trashed_at IS NULL AND o.state = 'open')
UNION ALL SELECT 'party credit', p.id FROM {s}.trade_party p
    WHERE p.credit_left IS DISTINCT FROM p.credit_limit - p.sold
UNION ALL SELECT 'party manager', p.id FROM {s}.trade_party p LEFT JOIN {s}.trade_region r ON r.id = p.region
    WHERE p.manager IS DISTINCT FROM r.manager
UNION ALL SELECT 'region sold', r.id FROM {s}.trade_region r WHERE r.sold IS DISTINCT FROM
    coalesce((SELECT sum(sold) FROM {s}.trade_party p WHERE p.region = r.id AND p.trashed_at IS NULL), 0)
UNION ALL SELECT 'product ordered', p.id FROM {s}.trade_product p WHERE p.ordered IS DISTINCT FROM
    coalesce((SELECT sum(quantity) FROM {s}.trade_order_line l JOIN {s}.trade_order o ON o.id = l."order"
        WHERE l.product = p.id AND o.trashed_at IS NULL), 0)
"""

quantities = some.decimals("0.001", "40", places=3)
lines = some.lists(some.tuples(some.integers(0, 2), quantities), max_size=3)
acts = some.one_of(
    some.tuples(some.just("order"), some.integers(0, 1), lines, some.sampled_from(["open", "closed"])),
    some.tuples(some.just("lines"), some.integers(0, 9), lines),
    some.tuples(some.just("patch"), some.integers(0, 9), quantities, some.booleans()),
    some.tuples(
        some.just("values"), some.integers(0, 9), some.sampled_from(["freight", "discount"]), some.integers(0, 9)
    ),
    some.tuples(some.just("customer"), some.integers(0, 9), some.integers(0, 1)),
    some.tuples(some.just("state"), some.integers(0, 9), some.sampled_from(["open", "closed"])),
    some.tuples(some.just("trash"), some.integers(0, 9)),
    some.tuples(some.just("region"), some.integers(0, 1), some.sampled_from([0, 1, None])),
    some.tuples(some.just("manager"), some.integers(0, 1), some.sampled_from([1, 2, None])),
    some.tuples(some.just("credit"), some.integers(0, 1), some.integers(0, 9)),
    some.tuples(some.just("read"), some.integers(0, 1)),
)
works = some.lists(some.lists(acts, min_size=1, max_size=4), min_size=1, max_size=6)


class Writer:
    """Does the acts on whatever orders there are."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.orders: list[int] = []
        self.trashed: list[int] = []

    def run(self, act: tuple[Any, ...], work: Work) -> None:
        name, place, *rest = act
        if name in ("lines", "patch", "values", "customer", "state", "trash"):
            if not self.orders:
                return
            place = self.orders[place % len(self.orders)]
        getattr(self, f"act_{name}")(work, place, *rest)

    def act_order(self, work: Work, customer: int, wanted: Any, state: str) -> None:
        row = {"customer": self.trade.parties[customer], "state": state, "lines": self.rows(wanted)}
        self.orders.append(work.create("trade.order", [row])[0].id)

    def rows(self, wanted: Any) -> list[dict[str, Any]]:
        return [{"product": self.trade.products[product], "quantity": quantity} for product, quantity in wanted]

    def act_lines(self, work: Work, order: int, wanted: Any) -> None:
        known = work.fetch("trade.order", [order], ["lines"])[0].lines
        kept = [{"id": line.id, "quantity": line.quantity + 1} for line in known[1:]]
        work.change("trade.order", [(order, {"lines": [*kept, *self.rows(wanted)]})])

    def act_patch(self, work: Work, order: int, quantity: Decimal, remove: bool) -> None:
        known = work.fetch("trade.order", [order], ["lines"])[0].lines
        if known:
            patch = Patch(remove=known[:1]) if remove else Patch(change=[{"id": known[0].id, "quantity": quantity}])
            work.change("trade.order", [(order, {"lines": patch})])

    def act_values(self, work: Work, order: int, name: str, value: int) -> None:
        work.change("trade.order", [(order, {name: value})])

    def act_customer(self, work: Work, order: int, customer: int) -> None:
        work.change("trade.order", [(order, {"customer": self.trade.parties[customer]})])

    def act_state(self, work: Work, order: int, state: str) -> None:
        work.change("trade.order", [(order, {"state": state})])

    def act_trash(self, work: Work, order: int) -> None:
        self.orders.remove(order)
        work.trash("trade.order", [order])
        if self.trashed:
            back = self.trashed.pop()
            work.restore("trade.order", [back])
            self.orders.append(back)
        self.trashed.append(order)

    def act_region(self, work: Work, party: int, region: int | None) -> None:
        target = None if region is None else self.trade.regions[region]
        work.change("trade.party", [(self.trade.parties[party], {"region": target})])

    def act_manager(self, work: Work, region: int, user: int | None) -> None:
        work.change("trade.region", [(self.trade.regions[region], {"manager": user})])

    def act_credit(self, work: Work, party: int, limit: int) -> None:
        work.change("trade.party", [(self.trade.parties[party], {"credit_limit": limit})])

    def act_read(self, work: Work, party: int) -> None:
        """What is read in the middle is as true as what is committed."""
        read = work.fetch("trade.party", [self.trade.parties[party]])[0]
        orders = work.find("trade.order", "customer = $party", {"party": read.id})
        assert read.sold == sum((order.total for order in orders), Decimal(0))


@contextmanager
def taken_back(trade: Trade) -> Iterator[Writer]:
    """Everything is undone afterwards, so that the next example starts from the same."""
    with trade.platform.db.owner() as owner:
        yield Writer(trade)
        for table in ("trade_order_line", "trade_order", "kernel_history"):
            owner.execute(f"DELETE FROM w_trade.{table}".encode())
        owner.execute("UPDATE w_trade.trade_party SET sold = 0, orders_open = 0, credit_left = credit_limit")
        owner.execute("UPDATE w_trade.trade_region SET sold = 0")
        owner.execute("UPDATE w_trade.trade_product SET ordered = 0")


class TestStoredFormulas:
    @settings(
        max_examples=60,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(works=works)
    def test_equal_recomputation_from_scratch(self, trade: Trade, works: list[list[tuple[Any, ...]]]) -> None:
        with taken_back(trade) as writer:
            for acts in works:
                before = list(writer.orders), list(writer.trashed)
                try:
                    trade.run(lambda work, acts=acts: [writer.run(act, work) for act in acts])
                except Refusal:
                    writer.orders, writer.trashed = before
                assert trade.sql(ANEW) == []

    def test_are_right_after_a_bulk_of_rows(self, trade: Trade) -> None:
        rows = [
            {
                "customer": trade.parties[place % 2],
                "discount": place % 7,
                "lines": [{"product": trade.products[line % 3], "quantity": line + 1} for line in range(place % 5)],
            }
            for place in range(500)
        ]
        trade.create("trade.order", *rows)
        assert trade.sql(ANEW) == []

    def test_moments_stand_still_in_a_work(self, trade: Trade) -> None:
        assert trade.run(lambda work: (work.now, work.today.isoformat())) == (NOW, "2026-11-22")


@pytest.mark.parametrize("quantity", ["0.001", "1.005", "999999.999"])
def test_rounding_is_the_same_in_memory_and_in_the_database(trade: Trade, quantity: str) -> None:
    order = trade.order(quantity, quantity, discount="33.3333")
    assert trade.sql(ANEW) == []
    assert trade.fetch("trade.order", order.id).total == order.total
