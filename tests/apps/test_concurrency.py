"""Many at once: nothing is promised twice, nobody is told of locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
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


def test_first_receipts_of_new_goods_into_two_places_at_once_make_one_average(harbour: Harbour) -> None:
    """Nothing is there to lock yet: whoever comes second counts what the first put in."""
    places = [harbour.thing("stock.location", code) for code in ("A-01", "A-02")]
    names = [f"New thing {number}" for number in range(8)]
    things = [harbour.owner.writes("base.product", sku=f"NEW-{name}", name=name, price="1").id for name in names]

    def receive(one: tuple[int, int, str]) -> None:
        product, place, unit_cost = one
        line = {"product": product, "quantity": "10", "unit_cost": unit_cost}
        start.wait()
        harbour.run(lambda work: work.perform("stock.receive", {"location": place, "lines": [line]}))

    for thing in things:
        start = Barrier(2)
        both = [(thing, places[0].id, "24.00"), (thing, places[1].id, "30.00")]
        assert at_once(receive, both, 2) == [None, None]
    values = harbour.run(lambda work: work.find("stock.valuation", "product in $ids", {"ids": things}))
    assert {(v.quantity, v.value, v.last_cost) for v in values} == {(20, 540, 27)}
    assert harbour.run(broken_promises) == {}


def test_postings_into_two_months_in_either_order_wait_for_each_other(harbour: Harbour) -> None:
    """The months are locked in one order, however the entries are named; none loses its number."""
    today = harbour.run(lambda work: work.today)
    months = [today, today.replace(day=1) - timedelta(days=1)]
    account = {code: harbour.id_of("finance.account", code) for code in ("1002", "3001")}

    def entry(day: date) -> dict[str, Any]:
        lines = [{"account": account["1002"], "debit": "10"}, {"account": account["3001"], "credit": "10"}]
        return {"posted_on": day, "lines": lines}

    def post(number: int) -> None:
        days = months if number % 2 else months[::-1]
        calls = [entry(day) for day in days]
        harbour.run(lambda work: work.perform("finance.post_journal_entry", calls))

    assert at_once(post, range(24), 4) == [None] * 24
    assert harbour.run(broken_promises) == {}
    counts = [period.entry_count for period in harbour.all("finance.period", "entry_count >= 24")]
    assert len(counts) == 2
