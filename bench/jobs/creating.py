"""An order with five lines: formulas, number, history, event, idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import uuid4

from bench.client import Reply
from bench.report import Figure, Target, middle, typical
from bench.running import Bench

TARGET = Target(most=8, ratio=2.5, statements=10)
LINES = 5


class Orders:
    """New orders of Mei's customers, each another one."""

    def __init__(self, bench: Bench) -> None:
        mine = bench.find("base.party", 'is_customer and owner.login = "mei"')
        self.customers = [party["id"] for party in mine]
        self.products = [product["id"] for product in bench.find("base.product", 'starts_with(sku, "P-")')]
        self._numbers = count()

    def next(self) -> dict[str, Any]:
        number = next(self._numbers)
        products = self.products
        return {
            "customer": self.customers[number % len(self.customers)],
            "freight": "12.00",
            "lines": [
                {"product": products[(number * LINES + at) % len(products)], "quantity": f"{1 + at}", **discount}
                for at, discount in enumerate(({}, {}, {"discount_percent": "5"}, {}, {"discount_percent": "2.5"}))
            ],
        }


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    orders = Orders(bench)
    yield _measured(
        bench, orders, "create an order record with 5 lines", "/api/records/oms.sales_order", "/api/bench/orders"
    )
    yield _measured(
        bench,
        orders,
        "create by oms.place_order, with event and credit check",
        "/api/operations/oms.place_order",
        "/api/bench/place_order",
    )


def _measured(bench: Bench, orders: Orders, job: str, ours: str, theirs: str) -> Figure:
    client = bench.signed_in("mei")

    def post(address: str) -> Callable[[int], Reply]:
        def act(_: int) -> Reply:
            reply = client.post(address, orders.next(), idempotency_key=uuid4().hex)
            reply.good()
            return reply

        return act

    for address in (ours, theirs):
        bench.cost(bench.scale.warm_up, post(address))
    rounds = [
        (bench.cost(bench.scale.creations, post(ours)), bench.cost(bench.scale.creations, post(theirs)))
        for _ in range(bench.scale.rounds)
    ]
    cpu = typical(own[0] for own, _ in rounds)
    return Figure(
        job,
        cpu.total * 1000,
        cpu=cpu,
        by_hand=typical(hand[0] for _, hand in rounds),
        statements=middle(own[1] for own, _ in rounds),
        target=TARGET,
    )
