"""Many confirm at once what is there only for some."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from bench.client import Client
from bench.report import Figure, Target
from bench.running import WORKSPACE, Bench
from queti.kernel.person import SYSTEM
from queti.kernel.work import Work


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    confirmed: list[int] = []
    outcomes: Counter[int] = Counter()
    reserved: list[Decimal] = []
    for number in range(bench.scale.rounds):
        product, orders = bench.platform.run(
            WORKSPACE, SYSTEM, lambda work, number=number: _scarce(work, bench, number)
        )
        met = _all_at_once(bench, orders)
        outcomes += met
        confirmed.append(met[200])
        [balance] = bench.find("stock.balance", f"product = {product}", ("reserved",))
        reserved.append(Decimal(str(balance["reserved"])))
    scale = bench.scale
    worst = max(confirmed, key=lambda value: abs(value - scale.contended))
    seen = ", ".join(f"{count} × {status}" for status, count in sorted(outcomes.items()))
    yield Figure(
        f"{scale.contenders} at once confirm what is there for {scale.contended}",
        worst,
        "confirmed",
        target=Target(exactly=scale.contended),
        note=f"answers of {scale.rounds} rounds: {seen}; reserved {', '.join(map(str, map(int, reserved)))}",
    )
    yield Figure(
        "… answers that are neither success nor refusal",
        sum(count for status, count in outcomes.items() if status not in (200, 409, 422)),
        "answers",
        target=Target(exactly=0),
    )


def _scarce(work: Work, bench: Bench, number: int) -> tuple[int, list[int]]:
    """A product of which there are too few, and orders of one each."""
    [product] = work.create("base.product", [{"sku": f"SCARCE-{number}", "name": "Scarce", "price": "9.90"}])
    [shelf] = work.find("stock.location", 'code = "A-01"')
    [customer] = work.find("base.party", 'owner.login = "mei"', limit=1)
    goods = [{"product": product.id, "quantity": bench.scale.contended, "unit_cost": "5"}]
    work.perform("stock.receive", {"location": shelf.id, "lines": goods})
    wanted = {"customer": customer.id, "lines": [{"product": product.id, "quantity": "1"}]}
    placed = work.perform("oms.place_order", [wanted] * bench.scale.contenders)
    return product.id, [order.id for order in placed]


def _all_at_once(bench: Bench, orders: list[int]) -> Counter[int]:
    """Statuses of the answers. Each has a connection of its own and waits for the common start."""
    token = bench.signed_in("lin").token
    start = threading.Barrier(len(orders))
    statuses: Counter[int] = Counter()
    lock = threading.Lock()

    def confirm(order: int) -> None:
        client = Client(bench.port, token)
        client.connect()
        start.wait()
        status = client.perform("oms.confirm_order", {"order": order}).status
        client.close()
        with lock:
            statuses[status] += 1

    threads = [threading.Thread(target=confirm, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
