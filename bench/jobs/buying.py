"""Buying: a receipt of 100 lines that serves 500 waiting orders, the reorder list of 15,000 products, a long order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.cpu import Cpu
from bench.report import Figure, Target, typical
from bench.running import WORKSPACE, Bench
from queti.kernel.person import SYSTEM
from queti.kernel.work import Work

LINES, WAITING, LONG, MANY = 100, 500, 1000, 15_000


def measure(bench: Bench) -> Iterator[Figure]:
    products = _run(bench, lambda work: _products(work, "BUY", LONG))
    yield _receipt(bench, products[:LINES])
    yield _long_order(bench, products)
    yield _reorder(bench)


def _receipt(bench: Bench, products: Sequence[int]) -> Figure:
    """The receipt and the serving of one, as the worker does it, are timed together."""
    rounds: list[Cpu] = []
    for number in range(bench.scale.rounds + 1):
        purchase = _run(bench, lambda work: _let_wait(work, products))
        call = {"order": purchase, "delivery_note": f"BENCH-{number}"}
        before = bench.meter.read()
        bench.signed_in("owner").perform("purchase.receive_goods", call).good()
        bench.signed_in("owner").perform("oms.serve_waiting_orders", {"products": list(products)}).good()
        if number:
            rounds.append(bench.meter.read() - before)
        assert not bench.find("oms.sales_order_line", "waiting_quantity > 0")
    cpu = typical(rounds)
    job = f"a receipt of {LINES} lines serves {WAITING} waiting orders"
    return Figure(job, cpu.total * 1000, cpu=cpu, target=Target(most=400))


def _let_wait(work: Work, products: Sequence[int]) -> int:
    [customer] = work.find("base.party", 'owner.login = "mei"', limit=1)
    [supplier] = work.create("base.party", [{"name": "Bench supplier", "is_supplier": True}])
    [shelf] = work.find("stock.location", 'code = "A-01"')
    line = [{"product": products[number % LINES], "quantity": 1} for number in range(WAITING)]
    placed = work.perform("oms.place_order", [{"customer": customer.id, "lines": [each]} for each in line])
    work.perform("oms.confirm_order", [{"order": order.id, "backorder": True} for order in placed])
    bought = [{"product": product, "quantity": WAITING // LINES, "unit_cost": 5} for product in products]
    call = {"supplier": supplier.id, "location": shelf.id, "lines": bought}
    return work.perform("purchase.place_order", call).id


def _long_order(bench: Bench, products: Sequence[int]) -> Figure:
    def order(work: Work) -> int:
        [shelf] = work.find("stock.location", 'code = "A-01"')
        [customer] = work.find("base.party", 'owner.login = "mei"', limit=1)
        goods = [{"product": product, "quantity": 1, "unit_cost": 5} for product in products]
        work.perform("stock.receive", {"location": shelf.id, "lines": goods})
        lines = [{"product": product, "quantity": 1} for product in products]
        return work.perform("oms.place_order", {"customer": customer.id, "lines": lines}).id

    orders = [_run(bench, order) for _ in range(bench.scale.rounds)]
    lin = bench.signed_in("lin")
    cpu, statements = bench.cost(
        len(orders), lambda number: lin.perform("oms.confirm_order", {"order": orders[number]})
    )
    job = f"confirm an order of {LONG:,} lines"
    return Figure(job, cpu.total * 1000, cpu=cpu, statements=statements, target=Target(most=2000))


def _reorder(bench: Bench) -> Figure:
    _run(bench, lambda work: _products(work, "MANY", MANY, safety_stock=5, lead_days=7))
    owner = bench.signed_in("owner")
    assert len(owner.perform("purchase.reorder_list", {}).good()["result"]["rows"]) >= MANY
    cpu, statements = bench.cost(bench.scale.rounds, lambda _: owner.perform("purchase.reorder_list", {}))
    job = f"reorder list over {MANY:,} products"
    return Figure(job, cpu.total * 1000, cpu=cpu, statements=statements, target=Target(most=10_000))


def _products(work: Work, mark: str, count: int, **values: Any) -> list[int]:
    rows = [
        {"sku": f"{mark}-{number:05d}", "name": f"{mark} {number}", "price": 10, **values} for number in range(count)
    ]
    return [product.id for product in work.create("base.product", rows)]


def _run(bench: Bench, act: Any) -> Any:
    return bench.platform.run(WORKSPACE, SYSTEM, act)
