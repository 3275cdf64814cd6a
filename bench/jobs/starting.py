"""From `bin/run` to a page with orders on it: the first start, which makes the sample company, and later ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.client import Client
from bench.report import Figure, Target, middle
from bench.running import ROOT, a_home, free_port, served
from bench.scale import Scale

WARM = Target(most=3.5)


def measure(scale: Scale) -> Iterator[Figure]:
    with a_home() as home:
        cold = _start(home)
        warm = [_start(home) for _ in range(scale.rounds)]
    yield Figure(
        "start, cold: first start, makes the sample company", cold, "s", note="environment and screen are there"
    )
    yield Figure("start, warm: bin/run to Mei's orders", middle(warm), "s", target=WARM)


def _start(home: Path) -> float:
    """Seconds until the screen's page is served and Mei has signed in and sees her orders."""
    port = free_port()
    began = time.perf_counter()
    with served(home, port, str(ROOT / "bin" / "run"), path="/"):
        client = Client(port)
        client.sign_in("harbour", "mei", "harbour")
        assert client.get("/api/records/oms.sales_order").good()["records"]
        return time.perf_counter() - began
