"""A million rows: imported, given another formula while somebody writes, and imported with two links."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any, Self
from urllib.parse import urlencode

import msgspec

from bench.client import Client
from bench.jobs.importing import until
from bench.jobs.publishing import ALL
from bench.jobs.remembering import MEGABYTE, peak, rss
from bench.report import Figure, Target
from bench.running import Bench

PLAIN = "own.pump"
LINKED = "own.fitting"
POLL = 0.2
FIELDS: dict[str, Any] = {
    "name": {"type": "text", "required": True, "search": True, "in_list": True},
    "code": {"type": "text", "unique": True},
    "quantity": {"type": "number", "default": "1"},
    "price": {"type": "money"},
    "discount": {"type": "percent", "default": "0"},
    "made_on": {"type": "date"},
    "state": {"type": "choice", "choices": {"new": {}, "used": {}, "broken": {}}},
    "is_urgent": {"type": "boolean", "default": "false"},
    "phone": {"type": "phone"},
    "email": {"type": "email"},
    "weight": {"type": "number"},
    "amount": {"type": "money", "formula": "round(quantity * price * (1 - discount / 100), 2)"},
}
LINKS: dict[str, Any] = {
    "party": {"type": "link", "to": "base.party"},
    "product": {"type": "link", "to": "base.product"},
}
RULES = {"some": {"require": "quantity > 0", "say": {"en": "At least one.", "zh": "至少一件。"}}}
OTHER = {**FIELDS["amount"], "formula": "round(quantity * price * (1 - discount / 100) * 1.13, 2)"}
READS = ("party", "product")


def measure(bench: Bench) -> Iterator[Figure]:
    owner, size = bench.signed_in("owner"), bench.scale.large
    _publish(owner, PLAIN, FIELDS)
    yield from _imported(bench, PLAIN, size, (), Target(most=90), "12 fields")
    yield from _exported(bench, PLAIN, size)
    yield from _formula(bench, owner, size)
    _publish(owner, LINKED, {**FIELDS, **LINKS})
    yield from _imported(bench, LINKED, size // 2, READS, Target(most=360), "14 fields, two of them links")


def _publish(owner: Client, name: str, fields: dict[str, Any]) -> Any:
    draft = owner.post("/api/drafts", {}).good()["draft"]
    body = {"label": {"en": name, "zh": name}, "title": "name", "sort": "name", "fields": fields, "rules": RULES}
    owner.put(f"/api/drafts/{draft}/object/{name}", body).good()
    granted = {each: {**ALL, "export": True} for each in {PLAIN, name}}
    owner.put(f"/api/drafts/{draft}/role/own:owner", {"objects": granted}).good()
    return owner.post(f"/api/drafts/{draft}/publish").good()


def _imported(bench: Bench, name: str, size: int, links: Sequence[str], target: Target, note: str) -> Iterator[Figure]:
    client = bench.signed_in("owner")
    content = _file(bench, size, links)
    before, began = bench.meter.read(), time.perf_counter()
    started = client.upload("/api/imports", {"target": name}, "rows.csv", content).good()
    checked = until(client, started["id"], "checked")
    assert checked["report"]["bad"] == 0, checked["report"]["problems"][:3]
    trial = time.perf_counter() - began
    client.post(f"/api/imports/{started['id']}/run", {"take": "all"}).good()
    done = until(client, started["id"], "done")
    seconds, cpu = time.perf_counter() - began, (bench.meter.read() - before) / size
    assert done["report"]["created"] == size
    said = f"{note}; uploaded and checked in {trial:.1f} s, {rss(bench):.0f} MB after it, at most {peak(bench):.0f} MB"
    yield Figure(f"import of {size:,} rows, check and run", seconds, "s", cpu=cpu, target=target, note=said)


def _exported(bench: Bench, name: str, size: int) -> Iterator[Figure]:
    asked = {"fields": ",".join(FIELDS), "sort": "name"}
    for format in ("csv", "xlsx"):
        client, most, began = bench.signed_in("owner", fresh=True), [rss(bench)], time.perf_counter()
        start, before = most[0], bench.meter.read()
        place = f"/api/exports/{name}?{urlencode({**asked, 'format': format})}"
        with ThreadPoolExecutor(1) as hands:
            answer = hands.submit(client.get, place)
            while not answer.done():
                most.append(rss(bench))
                time.sleep(POLL)
        seconds, cpu = time.perf_counter() - began, (bench.meter.read() - before) / size
        reply = answer.result()
        assert reply.status == 200, reply.body[:1000]
        assert format == "xlsx" or reply.body.count(b"\n") == size + 1
        note = (
            f"{len(reply.body) / MEGABYTE:.0f} MB; memory of the server {start:.0f} MB, then at most {max(most):.0f} MB"
        )
        yield Figure(f"export of {size:,} rows as {format}", seconds, "s", cpu=cpu, note=note)


def _file(bench: Bench, size: int, links: Sequence[str]) -> bytes:
    random, out = Random(5), io.StringIO()
    parties = [row["code"] for row in bench.find("base.party", "is_customer", ("code",))]
    skus = [row["sku"] for row in bench.find("base.product", 'starts_with(sku, "P-")', ("sku",))]
    rows = csv.writer(out)
    rows.writerow([name for name in (*FIELDS, *links) if name != "amount"])
    for number in range(size):
        row = [
            f"Pump {number} 水泵{number % 997}", f"C-{number:07d}", random.randint(1, 500),
            f"{random.randint(100, 99_999) / 100:.2f}", random.choice(("", "5", "10")),
            f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}", random.choice(("new", "used", "broken")),
            random.choice(("yes", "no")), f"138{number:08d}", f"p{number}@example.com",
            f"{random.randint(1, 9999) / 1000:.3f}",
        ]  # fmt: skip
        if links:
            row += [random.choice(parties), random.choice(skus)]
        rows.writerow(row)
    return out.getvalue().encode()


def _formula(bench: Bench, owner: Client, size: int) -> Iterator[Figure]:
    """The amount is computed otherwise; one person changes records all the while."""
    before, began = bench.meter.read(), time.perf_counter()
    with _Writer(bench) as writer:
        answer = _publish(owner, PLAIN, {**FIELDS, "amount": OTHER})
        if "publication" in answer:
            place = f"/api/publications/{answer['publication']['publication']}"
            while (found := owner.get(place).good())["state"] == "filling":
                time.sleep(POLL)
            assert found["state"] == "done", found
        seconds = time.perf_counter() - began
    cpu = (bench.meter.read() - before) / size
    asked = urlencode({"where": f"amount != {OTHER['formula']}", "limit": 1})
    wrong = owner.get(f"/api/records/{PLAIN}?{asked}").good()["records"]
    assert wrong == [], wrong
    note = f"{len(writer.waits)} writes meanwhile, {writer.wrong} errors"
    yield Figure(f"a formula of {size:,} rows changed", seconds, "s", cpu=cpu, target=Target(most=60), note=note)
    yield Figure("… longest wait of one who writes", max(writer.waits), "s")


class _Writer:
    """Changes the quantity of one record after another."""

    def __init__(self, bench: Bench) -> None:
        self.waits: list[float] = []
        self.wrong = 0
        self._over = threading.Event()
        self._client = bench.signed_in("owner", fresh=True)
        page = self._client.get(f"/api/records/{PLAIN}?fields=id,version&limit=1000&sort=id").good()["records"]
        self._rows = [(row["id"], row["version"]) for row in page]
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        place = 0
        while not self._over.is_set():
            id, version = self._rows[place % len(self._rows)]
            began = time.perf_counter()
            body = {"version": version, "quantity": str(1 + place % 400)}
            reply = self._client.send("PATCH", f"/api/records/{PLAIN}/{id}", msgspec.json.encode(body))
            self.waits.append(time.perf_counter() - began)
            if reply.status < 300:
                self._rows[place % len(self._rows)] = (id, reply.json["version"])
            else:
                self.wrong += 1
            place += 1
            self._over.wait(0.01)
