"""Many at once: nothing is promised twice, nobody is told of locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, TypeVar

from queti.kernel.errors import Refusal
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour

T = TypeVar("T")


def at_once(act: Callable[[T], Any], things: Iterable[T], clients: int) -> list[Any]:
    """Answers and refusals; anything else is raised."""

    def attempt(thing: T) -> Any:
        try:
            return act(thing)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(attempt, things))


def place(harbour: Harbour, count: int, *lines: str, **inputs: Any) -> list[int]:
    order = {
        "customer": harbour.id_of("base.party", "Grand Hotel"),
        "lines": [harbour.line(line) for line in lines],
        **inputs,
    }
    placed = harbour.run(lambda work: work.perform("oms.place_order", [order] * count))
    return [each.id for each in placed]


def test_two_hundred_want_fifty(harbour: Harbour) -> None:
    harbour.has("50 Office chair at A-01")
    orders = place(harbour, 200, "1 Office chair @ 100.00")

    answers = at_once(
        lambda order: harbour.run(lambda work: work.perform("oms.confirm_order", {"order": order})), orders, 8
    )

    outcome = Counter(answer.code if isinstance(answer, Refusal) else "confirmed" for answer in answers)
    assert outcome == {"confirmed": 50, "not_enough_stock": 150}
    assert harbour.stock("Office chair") == "50 on hand, 50 reserved, 0 available"


def test_four_clients_go_through_the_whole_loop(harbour: Harbour) -> None:
    customer = harbour.id_of("base.party", "Grand Hotel")
    goods = ("Office chair", "Meeting chair", "Desk lamp", "Bath towel", "Bed sheet")

    def loop(number: int) -> None:
        names = goods if number % 2 else goods[::-1]
        [order] = place(harbour, 1, *(f"1 {name} @ 100.00" for name in names))
        harbour.run(lambda work: work.perform("oms.confirm_order", {"order": order}))
        harbour.run(lambda work: work.perform("oms.ship_order", {"order": order}))
        harbour.run(lambda work: work.perform("finance.record_payment", {"party": customer, "amount": "565.00"}))

    answers = at_once(loop, range(16), 4)

    assert answers == [None] * 16
    assert harbour.run(broken_promises) == {}
    assert harbour.balances()["1002"] == Decimal("9040.00")
    assert {order.state for order in harbour.all("oms.sales_order")} == {"settled"}


def test_the_same_order_sent_by_many_at_once_is_one_order(harbour: Harbour) -> None:
    channel = harbour.id_of("oms.channel", "web")

    def send(_: int) -> int:
        return place(harbour, 1, "1 Desk lamp @ 10.00", channel=channel, external_number="W-77")[0]

    answers = at_once(send, range(8), 4)

    [order] = harbour.all("oms.sales_order")
    assert answers == [order.id] * 8


def test_a_number_without_a_channel_sent_by_many_at_once_is_one_order(harbour: Harbour) -> None:
    def send(_: int) -> int:
        return place(harbour, 1, "2 Desk lamp @ 99.00", external_number="PO-77")[0]

    assert len(set(at_once(send, range(12), clients=4))) == 1
    assert len(place(harbour, 2, "2 Desk lamp @ 99.00")) == 2  # without a number each is a new one


def test_two_payments_at_once_settle_an_order_of_two_parcels(harbour: Harbour) -> None:
    [order] = place(harbour, 1, "2 Desk lamp @ 100.00")
    harbour.run(lambda work: work.perform("oms.confirm_order", {"order": order}))
    [record] = harbour.run(lambda work: work.fetch("oms.sales_order", [order], ("lines",)))
    one = {"order": order, "lines": [{"line": record.lines[0].id, "quantity": "1"}]}
    harbour.run(lambda work: work.perform("oms.ship_order", [one, one]))
    customer = harbour.id_of("base.party", "Grand Hotel")

    def pay(receivable: int) -> None:
        call = {"party": customer, "amount": "113.00", "settle": [{"receivable": receivable}]}
        harbour.run(lambda work: work.perform("finance.record_payment", call))

    assert at_once(pay, [r.id for r in harbour.all("finance.receivable")], 2) == [None, None]
    assert harbour.all("oms.sales_order")[0].state == "settled"
