"""A list: 50 orders of 15 columns, three of them through links, filtered and sorted, with and without a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench import bulk
from bench.by_hand import COLUMNS
from bench.client import Client
from bench.cpu import Cpu
from bench.report import Figure, Target, middle, typical
from bench.running import Bench

LEAST = "500"
ASKED = {
    "where": f'total >= {LEAST} and state != "cancelled"',
    "sort": "-ordered_on,-number",
    "fields": ",".join(COLUMNS),
    "limit": "50",
}
LINKED = {
    "fields": "number,ordered_on,total,customer.name,owner.name,department.name,warehouse.name,channel.name",
    "sort": "-ordered_on,-number",
    "limit": "100",
}
DEEP = 20_000
TARGET = Target(most=2.5, ratio=2)
COUNT_TARGET = Target(most=6, ratio=2)
GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Case:
    scope: str
    login: str
    is_deep: bool
    is_counted: bool

    @property
    def name(self) -> str:
        page = "deep page" if self.is_deep else "first page"
        return f"{self.scope} scope, {page}{', count' if self.is_counted else ''}"


CASES = [
    Case(scope, login, deep, counted)
    for counted in (False, True)
    for scope, login in (("common", "mei"), ("rare", "rui"))
    for deep in (False, True)
]


def measure(bench: Bench) -> Iterator[Figure]:
    found: dict[str, list[float]] = {}
    for size in bench.scale.orders:
        bench.has_orders(size)
        bulk.settle(bench.superuser)
        for case in CASES:
            figure = _measured(bench, case, size)
            found.setdefault(case.name, []).append(figure.value)
            yield figure
    yield _scoped(bench, bench.scale.orders[-1])
    for name, values in found.items():
        if len(values) > 1:
            sizes = f"{bench.scale.orders[-1]:,} : {bench.scale.orders[0]:,}"
            yield Figure(f"list {sizes}, {name}", values[-1] / values[0], "×", target=Target(most=GROWTH))


def _scoped(bench: Bench, size: int) -> Figure:
    """What a scope costs: Mei's page beside the administrator's, who sees all."""
    place = f"/api/records/oms.sales_order?{urlencode(LINKED)}"
    costs: dict[str, list[Cpu]] = {"mei": [], "owner": []}
    for login in costs:
        client = bench.signed_in(login)
        assert len(client.get(place).good()["records"]) == min(100, size)
        bench.cost(bench.scale.warm_up, lambda _, client=client: client.get(place))
    for _ in range(bench.scale.rounds):
        for login, rounds in costs.items():
            client = bench.signed_in(login)
            rounds.append(bench.cost(bench.scale.lists, lambda _, client=client: client.get(place))[0])
    mei, owner = (typical(rounds) for rounds in costs.values())
    note = f"{mei.total * 1000:.2f} ms beside {owner.total * 1000:.2f} ms CPU"
    return Figure(
        f"list of {size:,}, 100 rows with 5 links: a scope's cost",
        mei.total / owner.total,
        "×",
        target=Target(most=1.2),
        note=note,
    )


def _measured(bench: Bench, case: Case, size: int) -> Figure:
    client = bench.signed_in(case.login)
    ours, theirs = _addresses(client, case)
    same = client.get(ours).good()["records"], client.get(theirs).good()["records"]
    assert [row["number"] for row in same[0]] == [row["number"] for row in same[1]], "the two lists differ"
    assert len(same[0][0]) == len(same[1][0]) == len(COLUMNS)
    rounds: list[tuple[Cpu, float]] = []
    by_hand: list[Cpu] = []
    for address in (ours, theirs):
        bench.cost(bench.scale.warm_up, lambda _, address=address: client.get(address))
    for _ in range(bench.scale.rounds):
        rounds.append(bench.cost(bench.scale.lists, lambda _: client.get(ours)))
        by_hand.append(bench.cost(bench.scale.lists, lambda _: client.get(theirs))[0])
    cpu = typical(cpu for cpu, _ in rounds)
    return Figure(
        f"list of {size:,}, {case.name}",
        cpu.total * 1000,
        cpu=cpu,
        by_hand=typical(by_hand),
        statements=middle(statements for _, statements in rounds),
        target=COUNT_TARGET if case.is_counted else TARGET,
        note=f"{len(same[0])} rows",
    )


def _addresses(client: Client, case: Case) -> tuple[str, str]:
    """The product's address of the page, and the hand-written one."""
    asked, by_hand = dict(ASKED), {"least": LEAST, "limit": "50"}
    if case.is_deep:
        asked |= _behind(client, "/api/records/oms.sales_order", asked)
        by_hand |= _behind(client, "/api/bench/orders", by_hand)
    if case.is_counted:
        asked["count"] = by_hand["count"] = "true"
    return f"/api/records/oms.sales_order?{urlencode(asked)}", f"/api/bench/orders?{urlencode(by_hand)}"


def _behind(client: Client, address: str, asked: dict[str, str]) -> dict[str, str]:
    """The cursor before the last full page of the first 20,000 rows."""

    def page(limit: int, after: dict[str, str]) -> dict[str, Any]:
        return client.get(f"{address}?{urlencode({**asked, **after, 'limit': str(limit)})}").good()

    there, after, more = 0, dict[str, str](), True
    while more and there < DEEP:
        found = page(1000, after)
        there, after, more = there + len(found["records"]), {"after": found["next"]}, found["next"] is not None
    wanted, after = max(0, there - 50), dict[str, str]()
    while wanted:
        step = min(wanted, 1000)
        wanted, after = wanted - step, {"after": page(step, after)["next"]}
    return after
