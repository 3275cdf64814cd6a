"""Waiting orders at work: many at once, few statements, and no receipt lost with a worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest

from queti.apps.oms.operations import confirm_order
from queti.apps.purchase import demand
from queti.apps.purchase.operations import propose_orders
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing import reactions
from tests.apps.invariants import broken_promises
from tests.apps.test_concurrency import at_once, place
from tests.fixtures.harbour import UNDONE, WORKSPACE, Harbour


def buy(harbour: Harbour, *lines: tuple[int, int], days: int = 5) -> Record:
    """Of each product that many, in that many days."""

    def act(work: Work) -> Any:
        [supplier] = work.find("base.party", "is_supplier", sort="id", limit=1)
        promised_on = work.today + timedelta(days=days)
        rows = [{"product": p, "quantity": q, "unit_cost": 5, "promised_on": promised_on} for p, q in lines]
        [order] = work.perform("purchase.place_order", [{"supplier": supplier.id, "lines": rows}])
        return work.fetch("purchase.purchase_order", [order.id], ("*", "lines"))[0]

    return harbour.run(act)


def let_wait(harbour: Harbour, orders: list[int]) -> None:
    calls = [{"order": order, "backorder": True} for order in orders]
    harbour.run(lambda work: work.perform("oms.confirm_order", calls))


def waiting(harbour: Harbour) -> Decimal:
    lines = harbour.run(lambda work: work.find("oms.sales_order_line", "waiting_quantity > 0"))
    return sum((line.waiting_quantity for line in lines), Decimal(0))


def promised(harbour: Harbour) -> Decimal:
    where = "waiting_quantity > 0 and not blank(promised_on)"
    lines = harbour.run(lambda work: work.find("oms.sales_order_line", where))
    return sum((line.waiting_quantity for line in lines), Decimal(0))


def test_two_hundred_who_may_wait_are_promised_each_piece_once(harbour: Harbour) -> None:
    harbour.has("50 Office chair at A-01")
    buy(harbour, (harbour.id_of("base.product", "Office chair"), 60))
    harbour.catches_up()
    orders = place(harbour, 200, "1 Office chair @ 100.00")

    answers = at_once(lambda order: let_wait(harbour, [order]), orders, 8)

    assert answers == [None] * 200
    assert harbour.stock("Office chair") == "50 on hand, 50 reserved, 0 available"
    assert (waiting(harbour), promised(harbour)) == (150, 60)


def test_two_receipts_at_once_serve_each_piece_once(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    let_wait(harbour, place(harbour, 30, "1 Office chair @ 100.00"))
    purchases = [buy(harbour, (harbour.id_of("base.product", "Office chair"), 10)) for _ in range(2)]

    def receive(purchase: Record) -> None:
        harbour.run(lambda work: work.perform("purchase.receive_goods", {"order": purchase.id}))
        harbour.catches_up()

    assert at_once(receive, purchases, 2) == [None, None]
    assert harbour.stock("Office chair") == "20 on hand, 20 reserved, 0 available"
    assert waiting(harbour) == 10
    assert harbour.run(broken_promises) == {}


def test_one_delivery_received_by_two_at_once_comes_once(harbour: Harbour) -> None:
    purchase = buy(harbour, (harbour.id_of("base.product", "Desk lamp"), 10))
    call = {"order": purchase.id, "delivery_note": "DN-1"}

    answers = at_once(lambda _: harbour.run(lambda work: work.perform("purchase.receive_goods", call)), range(4), 4)

    codes = sorted(getattr(answer, "code", "received") for answer in answers)
    assert codes.count("received") == 1
    assert set(codes) <= {"received", "delivery_note_twice", "nothing_left_to_come"}
    assert harbour.stock("Desk lamp") == "70 on hand, 0 reserved, 70 available"


def test_a_receipt_and_a_cancelling_at_once_leave_no_promise_behind(harbour: Harbour) -> None:
    harbour.has("0 Office chair at A-01")
    orders = place(harbour, 6, "2 Office chair @ 100.00")
    let_wait(harbour, orders)
    purchase = buy(harbour, (harbour.id_of("base.product", "Office chair"), 12))

    def cancel() -> None:
        for order in orders[:3]:
            harbour.run(lambda work, order=order: work.perform("oms.cancel_order", {"order": order}))

    def receive() -> None:
        harbour.run(lambda work: work.perform("purchase.receive_goods", {"order": purchase.id}))
        harbour.catches_up()

    assert at_once(lambda act: act(), [cancel, receive], 2) == [None, None]
    harbour.catches_up()
    assert harbour.stock("Office chair") == "12 on hand, 6 reserved, 6 available"
    assert waiting(harbour) == 0
    assert harbour.run(broken_promises) == {}


def test_goods_that_come_while_an_order_is_told_to_wait_are_not_left_over(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order has found the shelf empty, and isn't seen yet by who deals out what came."""
    harbour.has("0 Office chair at A-01")
    [order] = place(harbour, 1, "3 Office chair @ 100.00")
    looked, goes_on = Event(), Event()

    def late(*given: Any) -> Any:
        looked.set()
        assert goes_on.wait(30)
        return days_of(*given)

    days_of = confirm_order._days
    monkeypatch.setattr(confirm_order, "_days", late)
    with ThreadPoolExecutor(2) as pool:
        confirming = pool.submit(let_wait, harbour, [order])
        assert looked.wait(30)
        harbour.receives("3 Office chair at A-01", unit_cost="5.00")
        serving = pool.submit(harbour.catches_up)
        wait([serving], timeout=1)
        goes_on.set()
        confirming.result()
        serving.result()

    assert (waiting(harbour), harbour.stock("Office chair")) == (0, "3 on hand, 3 reserved, 0 available")


def test_two_who_propose_at_once_propose_once(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    supplier = harbour.id_of("base.party", "Anji Furniture")
    chair = harbour.id_of("base.product", "Office chair")
    harbour.run(lambda work: work.change("base.product", [(chair, {"supplier": supplier, "safety_stock": 100})]))
    together = Barrier(2)

    def to_reorder(work: Work, supplier: int | None) -> Any:
        found = demand.to_reorder(work, supplier)
        with suppress(BrokenBarrierError):
            together.wait(timeout=1)
        return found

    monkeypatch.setattr(propose_orders, "to_reorder", to_reorder)
    call = {"supplier": supplier}
    answers = at_once(lambda _: harbour.run(lambda work: work.perform("purchase.propose_orders", call)), range(2), 2)

    assert sorted(getattr(answer, "code", "proposed") for answer in answers) == ["nothing_to_reorder", "proposed"]
    assert len(harbour.all("purchase.purchase_order")) == 1


class Killed(BaseException):
    """As kill -9: nothing is noted, nothing is tidied up."""


def test_a_worker_killed_between_receipt_and_serving_loses_nobody(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour.has("0 Office chair at A-01")
    let_wait(harbour, place(harbour, 3, "1 Office chair @ 100.00"))
    harbour.receives("3 Office chair at A-01", unit_cost="5.00")

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Work, "close", die)
        with pytest.raises(Killed):
            serve(harbour)
    assert harbour.stock("Office chair") == "3 on hand, 0 reserved, 3 available"

    harbour.catches_up()
    assert (waiting(harbour), harbour.stock("Office chair")) == (0, "3 on hand, 3 reserved, 0 available")
    assert harbour.run(lambda work: work.column(UNDONE.format(schema=work.schema))) == []


def serve(harbour: Harbour) -> None:
    events = harbour.run(lambda work: work.column(UNDONE.format(schema=work.schema)))
    reactions.run_reactions(harbour.platform, WORKSPACE, events)


def test_a_receipt_of_a_hundred_lines_that_serves_five_hundred_orders_takes_forty_statements(
    harbour: Harbour,
) -> None:
    products = many_products(harbour, 100)
    customer = harbour.id_of("base.party", "Grand Hotel")
    orders = [{"customer": customer, "lines": [{"product": products[n % 100], "quantity": 1}]} for n in range(500)]
    counts: dict[str, int] = {}
    for note in ("the first makes balances and opens the month", "DN-2"):
        placed = harbour.run(lambda work: work.perform("oms.place_order", orders))
        let_wait(harbour, [order.id for order in placed])
        purchase = buy(harbour, *((product, 5) for product in products))
        harbour.catches_up()
        receipt = {"order": purchase.id, "delivery_note": note}
        counts["receipt"] = counted(harbour, lambda work, r=receipt: work.perform("purchase.receive_goods", r))
        counts["serving"] = counted(
            harbour, lambda work: work.perform("oms.serve_waiting_orders", {"products": products})
        )
        assert waiting(harbour) == 0
    assert sum(counts.values()) <= 40, counts


def counted(harbour: Harbour, act: Callable[[Work], Any]) -> int:
    """The statements of one transaction: entering it, the act, two of its end and the commit."""

    def measured(work: Work) -> int:
        act(work)
        work.settle()
        return work.statements + 4

    return harbour.run(measured)


def many_products(harbour: Harbour, count: int) -> list[int]:
    rows = [{"sku": f"X-{count}-{number}", "name": f"Thing {number}", "price": 10} for number in range(count)]
    return [product.id for product in harbour.run(lambda work: work.create("base.product", rows))]


def test_an_order_of_a_thousand_lines_takes_no_more_statements_than_one_of_ten(harbour: Harbour) -> None:
    counts: list[int] = []
    for length in (10, 1000):
        products = many_products(harbour, length)
        goods = [{"product": p, "quantity": 2, "unit_cost": 1} for p in products]
        received = {"location": harbour.id_of("stock.location", "A-01"), "lines": goods}
        harbour.run(lambda work, received=received: work.perform("stock.receive", received))
        lines = [{"product": p, "quantity": 1} for p in products]
        order = {"customer": harbour.id_of("base.party", "Grand Hotel"), "lines": lines}
        [placed] = harbour.run(lambda work, order=order: work.perform("oms.place_order", [order]))
        call = {"order": placed.id, "backorder": True}
        counts.append(counted(harbour, lambda work, call=call: work.perform("oms.confirm_order", call)))
    assert counts[1] <= counts[0] + 1
