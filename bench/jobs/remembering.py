"""Memory of the server's process, without PostgreSQL, while eight people list and write."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.jobs.creating import Orders
from bench.jobs.listing import ASKED
from bench.report import Figure, Target
from bench.running import Bench

TARGET = Target(most=250)
MEGABYTE = 1024 * 1024
PEOPLE = 8


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    orders, lock, ends = Orders(bench), threading.Lock(), time.monotonic() + bench.scale.load_seconds
    most, calls = rss(bench), [0]

    def work() -> None:
        client = bench.signed_in("mei", fresh=True)
        while time.monotonic() < ends:
            with lock:
                wanted = orders.next()
                calls[0] += 2
            client.get(f"/api/records/oms.sales_order?{urlencode({**ASKED, 'count': 'true'})}").good()
            client.perform("oms.place_order", wanted).good()

    threads = [threading.Thread(target=work) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, rss(bench))
        threads[0].join(0.05)
    note = f"{calls[0] / bench.scale.load_seconds:.0f} calls/s; peak since the start {peak(bench):.0f} MB"
    yield Figure(f"memory of the server with {PEOPLE} people at once", most, "MB", target=TARGET, note=note)


def rss(bench: Bench) -> float:
    return bench.process.memory_info().rss / MEGABYTE


def peak(bench: Bench) -> float:
    """The most the process ever had, where the system tells it."""
    try:
        status = Path(f"/proc/{bench.process.pid}/status").read_text()
    except OSError:
        return rss(bench)
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
