"""The loop of one order, call by call: placed, confirmed, shipped and booked, paid; then four at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from bench.client import Client, Reply
from bench.cpu import Cpu
from bench.jobs.creating import Orders
from bench.report import Figure, Target, middle, typical
from bench.running import Bench

TARGET = Target(most=45, statements=60)
STEPS = {"place": "mei", "confirm": "lin", "ship": "tomas", "pay": "ada"}
"""Step → who takes it."""


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    orders = Orders(bench)
    people = {login: bench.signed_in(login) for login in STEPS.values()}
    _steps(bench, orders, people, max(2, bench.scale.warm_up // 4))
    rounds = [_steps(bench, orders, people, bench.scale.loops) for _ in range(bench.scale.rounds)]
    for step, login in STEPS.items():
        yield _figure(f"loop: {step} (as {login})", [each[step] for each in rounds], Target())
    whole = [
        (Cpu(*(sum(getattr(cpu, part) for cpu, _ in each.values()) for part in ("server", "database"))),
         sum(statements for _, statements in each.values()))
        for each in rounds
    ]  # fmt: skip
    yield _figure("loop: place → confirm → ship → receivable, entries → payment", whole, TARGET)
    yield _together(bench, orders)


def _figure(job: str, rounds: list[tuple[Cpu, float]], target: Target) -> Figure:
    cpu = typical(cpu for cpu, _ in rounds)
    return Figure(
        job, cpu.total * 1000, cpu=cpu, statements=middle(statements for _, statements in rounds), target=target
    )


def _steps(bench: Bench, orders: Orders, people: Mapping[str, Client], units: int) -> dict[str, tuple[Cpu, float]]:
    """Each step of all orders before the next step, so that what a step costs can be told."""
    placed: list[int] = []
    costs: dict[str, tuple[Cpu, float]] = {}

    def step(name: str, inputs: Callable[[int], Any]) -> None:
        def act(number: int) -> Reply:
            reply = people[STEPS[name]].perform(OPERATIONS[name], inputs(number), idempotency_key=uuid4().hex)
            result = reply.good()["result"]
            if name == "place":
                placed.append(result["id"])
            return reply

        costs[name] = bench.cost(units, act)

    step("place", lambda _: orders.next())
    step("confirm", lambda number: {"order": placed[number]})
    step("ship", lambda number: _parcel(placed[number]))
    owed = _owed(bench, placed)
    step("pay", lambda number: _payment(owed[placed[number]]))
    return costs


OPERATIONS = {
    "place": "oms.place_order",
    "confirm": "oms.confirm_order",
    "ship": "oms.ship_order",
    "pay": "finance.record_payment",
}


def _parcel(order: int) -> dict[str, Any]:
    return {"order": order, "carrier": "SF Express", "tracking_number": f"SF{order:012d}"}


def _owed(bench: Bench, orders: list[int]) -> dict[int, dict[str, Any]]:
    listed = ", ".join(map(str, orders))
    found = bench.find("finance.receivable", f"order in ({listed})", ("order", "party", "open_amount"))
    return {row["order"]: row for row in found}  # type: ignore[misc]


def _payment(owed: Mapping[str, Any]) -> dict[str, Any]:
    amount = str(owed["open_amount"])
    return {"party": owed["party"], "amount": amount, "settle": [{"receivable": owed["id"], "amount": amount}]}


def _together(bench: Bench, orders: Orders) -> Figure:
    """Several clients walk the loop at once over the same goods and customers; none may meet an error."""
    wrong: list[str] = []

    def walk() -> None:
        people = {login: bench.signed_in(login, fresh=True) for login in STEPS.values()}
        for _ in range(bench.scale.loops):
            with lock:
                wanted = orders.next()
            wrong.extend(_walked(people, wanted))

    lock = threading.Lock()
    threads = [threading.Thread(target=walk) for _ in range(bench.scale.crowd)]
    before, began = bench.meter.read(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - began, bench.meter.read() - before
    units = bench.scale.crowd * bench.scale.loops
    return Figure(
        f"loop: errors with {bench.scale.crowd} clients at once",
        len(wrong),
        "errors",
        cpu=cpu / units,
        target=Target(exactly=0),
        note=f"{units / seconds:.0f} loops/s" + "".join(f"; {each}" for each in wrong[:2]),
    )


def _walked(people: Mapping[str, Client], wanted: dict[str, Any]) -> Iterator[str]:
    """The loop through HTTP alone; yields what went wrong."""

    def perform(step: str, inputs: Any) -> Any:
        reply = people[STEPS[step]].perform(OPERATIONS[step], inputs, idempotency_key=uuid4().hex)
        if reply.status >= 300:
            raise _Wrong(f"{step}: {reply.status} {reply.body[:200].decode()}")
        return reply.json["result"]

    try:
        order = perform("place", wanted)
        perform("confirm", {"order": order["id"]})
        perform("ship", _parcel(order["id"]))
        asked = f"/api/records/finance.receivable?where=order%20%3D%20{order['id']}&fields=id,party,open_amount"
        for owed in people["ada"].get(asked).good()["records"]:
            perform("pay", _payment(owed))
    except _Wrong as wrong:
        yield str(wrong)


class _Wrong(Exception):
    pass
