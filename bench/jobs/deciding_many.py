"""A rule of 50 rows over all orders as one statement, against a CASE written by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import psycopg

from bench import bulk
from bench.company import WORKSPACE
from bench.cpu import Cpu
from bench.report import Figure, Target
from bench.running import Bench
from queti.kernel.definitions import RuleDef
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.canonical import decode
from queti.kernel.rules.compiling import compile_rule
from queti.kernel.rules.deciding import base_of
from queti.kernel.rules.many import is_sql, stream
from queti.kernel.work import Work

ROWS = 50
TARGET = Target(most=20, ratio=1.5)
AT_ONCE = 10_000
_STATES = 'not "cancelled"', '"shipped", "settled"'
BODY: dict[str, Any] = {
    "rule": "bench.discount",
    "on": "oms.sales_order",
    "inputs": {"total": {}, "state": {}},
    "outputs": {"percent": {"type": "number"}, "why": {}},
    "rows": [
        {
            "when": {"total": f"[{at * 40}..{at * 40 + 40})", "state": _STATES[at % 2]},
            "then": {"percent": str(at), "why": f'"row {at}"'},
        }
        for at in range(ROWS)
    ],
    "default": {"percent": "0", "why": '"none"'},
}
ONE: dict[str, Any] = {
    **BODY,
    "outputs": {"percent": {"type": "number"}},
    "rows": [{**row, "then": {"percent": row["then"]["percent"]}} for row in BODY["rows"]],
    "default": {"percent": "0"},
}


def measure(bench: Bench) -> Iterator[Figure]:
    size = bench.scale.orders[-1]
    bench.has_orders(size)
    bulk.settle(bench.superuser)
    for name, body in (("one outcome", ONE), ("two outcomes", BODY)):
        rule, hand = _by_rule(bench, body), _by_hand(bench, list(body["outputs"]))
        note = f"{size:,} orders, one statement; a CASE by hand takes {hand.total:.1f} s"
        job = f"rule of {ROWS} rows over all orders, {name}"
        yield Figure(job, rule.total, "s CPU", cpu=rule, by_hand=hand, target=TARGET, note=note)


def _by_rule(bench: Bench, body: dict[str, Any]) -> Cpu:
    def act(work: Work) -> int:
        rule = compile_rule(cast("RuleDef", decode("rule", body)), base_of(work.model, "oms.sales_order"))
        assert is_sql(work.model, rule), rule.problems
        return sum(len(part) for part in stream(work, rule))

    return _cost(bench, lambda: bench.platform.run(WORKSPACE, SYSTEM, act, reads_only=True))


def _by_hand(bench: Bench, outputs: list[str]) -> Cpu:
    """A good hand's: no record in the trash, the CASE of each outcome, rows by a cursor."""
    values: dict[str, Callable[[int], str]] = {"percent": lambda at: f"{at}::numeric", "why": lambda at: f"'row {at}'"}
    fallen = {"percent": "0::numeric", "why": "'none'"}
    cases = (f"CASE {_branches(values[name])} ELSE {fallen[name]} END" for name in outputs)
    text = f"SELECT id, {', '.join(cases)} FROM {bulk.SCHEMA}.{bulk.ORDERS} WHERE trashed_at IS NULL"

    def act() -> None:
        with psycopg.connect(bench.superuser) as connection, connection.cursor("by_hand", binary=True) as cursor:
            cursor.execute(text.encode())
            while rows := cursor.fetchmany(AT_ONCE):
                _ = [(row[0], dict(zip(outputs, row[1:], strict=True))) for row in rows]

    return _cost(bench, act)


def _branches(value: Callable[[int], str]) -> str:
    states = "state IS DISTINCT FROM 'cancelled'", "state IN ('shipped', 'settled')"
    return " ".join(
        f"WHEN total >= {at * 40} AND total < {at * 40 + 40} AND {states[at % 2]} THEN {value(at)}"
        for at in range(ROWS)
    )


def _cost(bench: Bench, act: Callable[[], Any]) -> Cpu:
    """Of this process and the database, the middle of the rounds."""
    found: list[Cpu] = []
    for _ in range(min(3, bench.scale.rounds)):
        before, began = bench.meter.read(), time.process_time()
        act()
        found.append(Cpu(time.process_time() - began, (bench.meter.read() - before).database))
    return sorted(found, key=lambda each: each.total)[len(found) // 2]
