"""An object of 15 fields made at run time: from the publish call to its first record, while others work."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Self
from uuid import uuid4

from bench.client import Client, Reply
from bench.jobs.creating import Orders
from bench.report import Figure, Target, middle
from bench.running import Bench

TARGET = Target(most=0.12)
ALL = {"see": True, "create": True, "change": True, "remove": True}
FIELDS: dict[str, Any] = {
    "name": {"type": "text", "required": True, "search": True, "in_list": True},
    "code": {"type": "text", "unique": True},
    "customer": {"type": "link", "to": "base.party"},
    "owner": {"type": "link", "to": "base.user", "default": "me"},
    "quantity": {"type": "number", "default": "1"},
    "price": {"type": "money"},
    "discount": {"type": "percent", "default": "0"},
    "amount": {"type": "money", "formula": "round(quantity * price * (1 - discount / 100), 2)"},
    "is_urgent": {"type": "boolean", "default": "false"},
    "wanted_on": {"type": "date", "default": "today() + days(7)"},
    "promised_at": {"type": "moment"},
    "state": {"type": "choice", "choices": {"new": {}, "done": {}}, "default": '"new"'},
    "phone": {"type": "phone"},
    "page": {"type": "url"},
    "note": {"type": "long_text"},
}


def measure(bench: Bench) -> Iterator[Figure]:
    bench.has_orders(bench.scale.orders[0])
    owner = bench.signed_in("owner")
    _published(owner, 0)
    yield _figure(
        "run-time object of 15 fields, publish to first record",
        [_published(owner, number) for number in range(bench.scale.rounds)],
        TARGET,
    )
    with _Others(bench) as others:
        times = [_published(owner, number) for number in range(bench.scale.rounds)]
    yield _figure("… while others read and write without pause", times, Target())
    yield Figure(
        "… longest wait of those others",
        others.longest,
        "s",
        note=f"median {middle(others.waits):.3f} s of {len(others.waits)} calls, {others.wrong} errors",
    )


def _figure(job: str, times: Sequence[tuple[float, float]], target: Target) -> Figure:
    note = f"of which publishing {middle(alone for _, alone in times):.3f} s"
    return Figure(job, middle(whole for whole, _ in times), "s", target=target, note=note)


def _published(owner: Client, number: int) -> tuple[float, float]:
    name = f"own.gadget_{number}_{uuid4().hex[:6]}"
    draft = owner.post("/api/drafts", {}).good()["draft"]
    body = {"label": {"en": "Gadget", "zh": "器件"}, "title": "name", "fields": FIELDS}
    owner.put(f"/api/drafts/{draft}/object/{name}", body).good()
    owner.put(f"/api/drafts/{draft}/role/own:owner", {"objects": {name: ALL}}).good()
    assert owner.post(f"/api/drafts/{draft}/check").good()["errors"] == 0
    began = time.perf_counter()
    owner.post(f"/api/drafts/{draft}/publish").good()
    published = time.perf_counter()
    owner.post(f"/api/records/{name}", {"name": "First", "code": "G-1", "price": "9.90"}).good()
    return time.perf_counter() - began, published - began


class _Others:
    """One who reads and one who writes orders all the while."""

    def __init__(self, bench: Bench) -> None:
        self.waits: list[float] = []
        self.wrong = 0
        self._over = threading.Event()
        orders = Orders(bench)
        reader, writer = (bench.signed_in("mei", fresh=True) for _ in range(2))
        self._threads = [
            threading.Thread(target=self._repeat, args=(lambda: reader.get("/api/records/oms.sales_order"),)),
            threading.Thread(target=self._repeat, args=(lambda: writer.perform("oms.place_order", orders.next()),)),
        ]

    @property
    def longest(self) -> float:
        return max(self.waits)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Any) -> None:
        while not self._over.is_set():
            began = time.perf_counter()
            reply: Reply = act()
            self.waits.append(time.perf_counter() - began)
            self.wrong += reply.status >= 300
            self._over.wait(0.01)
