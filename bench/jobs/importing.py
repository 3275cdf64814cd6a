"""A spreadsheet of orders with one to eight lines each, through the ordinary import."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from bench.client import Client
from bench.jobs.creating import Orders
from bench.jobs.remembering import peak, rss
from bench.report import Figure, Target, middle, typical
from bench.running import Bench

TARGET = Target(least=2000)
POLL = 0.05
HEADINGS = ("order", "customer", "ordered_on", "freight", "recipient", "sku", "quantity", "discount")
LINES = {"product.sku": "sku", "quantity": "quantity", "discount_percent": "discount"}
HEAD = {"external_number": "order", "customer.code": "customer", "ordered_on": "ordered_on", "freight": "freight"}
AS_RECORDS = {"target": "oms.sales_order", "each": {**HEAD, "ship_to_name": "recipient"}}
AS_OPERATIONS = {"target": "oms.place_order", "each": {**HEAD, "ship_to.name": "recipient"}}


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    common = {"import": "bench", "group_by": ["order"], "lines": {"lines": {"each": LINES}}}
    for job, mapping in (("order records", AS_RECORDS), ("calls of oms.place_order", AS_OPERATIONS)):
        yield _measured(bench, job, {**common, **mapping})
    yield Figure("memory of the server after these imports", rss(bench), "MB", note=f"at most {peak(bench):.0f} MB")


def _measured(bench: Bench, job: str, mapping: dict[str, Any]) -> Figure:
    client, size = bench.signed_in("mei"), bench.scale.imported
    rounds: list[Any] = []
    checks: list[float] = []
    for number in range(bench.scale.rounds):
        content = _file(bench, size, f"{mapping['target'][4:9]}-{number}-")
        fields = {"mapping": msgspec.json.encode(mapping).decode()}
        began = time.perf_counter()
        started = until(client, client.upload("/api/imports", fields, "orders.csv", content).good()["id"], "checked")
        checks.append(time.perf_counter() - began)
        assert started["report"]["problems"] == [], started["report"]["problems"][:3]
        before, began = bench.meter.read(), time.perf_counter()
        client.post(f"/api/imports/{started['id']}/run", {"take": "all"}).good()
        done = until(client, started["id"], "done")
        rounds.append((time.perf_counter() - began, (bench.meter.read() - before) / size))
        assert done["report"]["created"] == size
    seconds = middle(seconds for seconds, _ in rounds)
    note = f"{size:,} in {seconds:.1f} s; trying it out before takes {middle(checks):.1f} s"
    cpu = typical(cpu for _, cpu in rounds)
    return Figure(f"import of {job}, 1 to 8 lines", size / seconds, "orders/s", cpu=cpu, target=TARGET, note=note)


def until(client: Client, number: int, state: str) -> Any:
    """The import once it is in that state; large ones are worked on beside the request."""
    while True:
        found = client.get(f"/api/imports/{number}").good()
        if found["state"] == state:
            return found
        assert found["state"] in ("checking", "running", "checked"), found
        assert not (found["progress"] or {}).get("problem"), found["progress"]
        time.sleep(POLL)


def _file(bench: Bench, size: int, prefix: str) -> bytes:
    orders = Orders(bench)
    codes = {row["id"]: row["code"] for row in bench.find("base.party", "is_customer", ("code",))}
    skus = [row["sku"] for row in bench.find("base.product", 'starts_with(sku, "P-")', ("sku",))]
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEADINGS)
    for number in range(size):
        customer = codes[orders.customers[number % len(orders.customers)]]
        head = (f"{prefix}{number}", customer, "2026-03-02", "10.00", f"Recipient {number % 500} 收件人")
        for line in range(1 + number % 8):
            rows.writerow((*head, skus[(number * 3 + line) % len(skus)], 1 + line, "5" if line % 3 == 2 else ""))
    return out.getvalue().encode()
