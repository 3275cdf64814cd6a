"""The loop of one five-line order takes few statements, however long the history behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from queti.kernel.work import Work
from tests.fixtures.harbour import Harbour

LINES = (
    "1 Office chair @ 9.99",
    "2 Meeting chair @ 9.99",
    "3 Desk lamp @ 9.99",
    "4 Bath towel @ 9.99",
    "5 Bed sheet @ 9.99",
)


def test_the_loop_takes_at_most_sixty_statements(harbour: Harbour) -> None:
    counts: dict[str, int] = {}
    for _ in range(2):  # the first time opens periods, balances and the customer's finance side
        counts = loop(harbour)
    assert counts["oms.place_order"] <= 10
    assert sum(counts.values()) <= 60, counts


def loop(harbour: Harbour) -> dict[str, int]:
    counts: dict[str, int] = {}

    def perform(operation: str, **inputs: Any) -> Any:
        return harbour.run(counted(operation, inputs, counts))

    customer, channel = harbour.id_of("base.party", "Grand Hotel"), harbour.id_of("oms.channel", "web")
    number = f"W-{len(harbour.all('oms.sales_order'))}"
    rows = [harbour.line(line) for line in LINES]
    order = perform("oms.place_order", customer=customer, channel=channel, external_number=number, lines=rows)
    perform("oms.confirm_order", order=order.id)
    perform("oms.ship_order", order=order.id, tracking_number="SF1")
    perform("finance.record_payment", party=customer, amount=order.total)
    return counts


def counted(operation: str, inputs: dict[str, Any], counts: dict[str, int]) -> Callable[[Work], Any]:
    """The Work's statements, those of its end among them: settling and what it leaves behind."""

    def act(work: Work) -> Any:
        answer = work.perform(operation, inputs)
        work.settle()
        counts[operation] = work.statements + 1
        return answer

    return act
