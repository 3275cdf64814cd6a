"""An order of 100 lines priced by list, promotions on products and on the order, and tax."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bench.client import Reply
from bench.company import WORKSPACE
from bench.report import Figure, Target, typical
from bench.running import Bench
from queti.kernel.person import SYSTEM
from queti.kernel.publishing import drafts
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work

TARGET = Target(most=15)
LINES = 100
ROWS = {
    "oms.line_promotions": [
        {"when": {"quantity": ">= 2"}, "then": {"label": '"Second at half"', "percent": "50", "nth": "2"}},
        {"when": {"sku": 'not "NONE"'}, "then": {"label": '"5 %"', "percent": "5"}},
    ],
    "oms.order_promotions": [
        {"when": {"goods": ">= 300"}, "then": {"label": '"300 − 30"', "at_least": "300", "off": "30", "every": "true"}}
    ],
}


def measure(bench: Bench) -> Iterator[Figure]:
    _promote(bench)
    order = bench.platform.run(WORKSPACE, SYSTEM, _order)
    client = bench.signed_in("lin")

    def price(_: int) -> Reply:
        reply = client.post("/api/operations/oms.price_order", {"order": order})
        reply.good()
        return reply

    bench.cost(bench.scale.warm_up, price)
    rounds = [bench.cost(bench.scale.creations, price) for _ in range(bench.scale.rounds)]
    cpu = typical(own for own, _ in rounds)
    statements = rounds[-1][1]
    yield Figure(
        f"price an order of {LINES} lines anew", cpu.total * 1000, cpu=cpu, statements=statements, target=TARGET
    )


def _promote(bench: Bench) -> None:
    def write(work: Work) -> int:
        draft = drafts.create_draft(work, None).id
        for rule, rows in ROWS.items():
            body = {**body_of(work.model.rules[rule]), "rows": rows, "tests": {}}
            drafts.put_definition(work, draft, "rule", rule, body)
        return draft

    platform = bench.platform
    draft = platform.run(WORKSPACE, SYSTEM, write)
    publish_draft(platform.db, platform.workspace(WORKSPACE), platform.catalogue, draft)


def _order(work: Work) -> int:
    """Of a customer whose group has a list of all products."""
    products = work.find("base.product", 'starts_with(sku, "P-")', limit=LINES)
    [customer] = work.find("base.party", "is_customer", limit=1)
    [listed] = work.create("oms.price_list", [{"code": "BENCH", "name": "Bench"}])
    prices = [{"price_list": listed.id, "product": each.id, "price": Decimal("9.99")} for each in products]
    work.create("oms.price", prices)
    lines = [{"product": products[at % len(products)].id, "quantity": Decimal(1 + at % 7)} for at in range(LINES)]
    call = {"customer": customer.id, "price_list": listed.id, "lines": lines}
    order = work.perform("oms.place_order", call)
    assert order.promotion_amount > 0
    return order.id
