"""A company begins with 20,000 rows of stock: its spreadsheet imported, then the books opened with them."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator

from bench.client import Client
from bench.company import PASSWORD
from bench.jobs.importing import until
from bench.report import Figure, Target
from bench.running import Bench
from queti.kernel.person import SYSTEM
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.server.founding import found_company

WORKSPACE = "opening"
LABEL = {"en": "Opening", "zh": "期初"}
APPS = ("oms", "purchase", "finance")
SHELVES = 5
COST = 3
TARGET = Target(most=20)


def measure(bench: Bench) -> Iterator[Figure]:
    client, rows = _founded(bench), bench.scale.opening
    content = _sheet(rows)
    before, began = bench.meter.read(), time.perf_counter()
    fields = {"target": "stock.opening_stock"}
    started = until(client, client.upload("/api/imports", fields, "stock.csv", content).good()["id"], "checked")
    assert started["report"]["problems"] == [], started["report"]["problems"][:3]
    client.post(f"/api/imports/{started['id']}/run", {"take": "all"}).good()
    assert until(client, started["id"], "done")["report"]["created"] == rows
    imported = time.perf_counter() - began
    today = bench.platform.run(WORKSPACE, SYSTEM, lambda work: work.today.isoformat())
    client.perform("finance.open_books", {"opened_on": today}).good()
    seconds, cpu = time.perf_counter() - began, (bench.meter.read() - before) / rows
    assert client.perform("finance.sub_ledger_check", {}).good()["result"]["agrees"]
    note = f"{imported:.1f} s of it the import"
    yield Figure(
        f"opening of {rows:,} stock rows, imported and booked", seconds, "s", cpu=cpu, target=TARGET, note=note
    )


def _founded(bench: Bench) -> Client:
    found_company(bench.platform, WORKSPACE, LABEL, APPS, owner="owner")
    user = bench.platform.run(WORKSPACE, SYSTEM, lambda work: _fill(work, bench.scale.opening))
    add_account(bench.platform.db, WORKSPACE, "ada", PASSWORD, user)
    client = Client(bench.port)
    client.sign_in(WORKSPACE, "ada", PASSWORD)
    return client


def _fill(work: Work, rows: int) -> int:
    [warehouse] = work.create("stock.location", [{"code": "SH", "name": "SH", "kind": "warehouse"}])
    shelves = [{"code": f"A-{number}", "name": f"A-{number}", "parent": warehouse.id} for number in range(SHELVES)]
    work.create("stock.location", shelves)
    products = [{"sku": f"P-{number:05d}", "name": f"Product {number}"} for number in range(_products(rows))]
    work.create("base.product", products)
    for code, side in (("1405", "debit"), ("3001", "credit")):
        [account] = work.find("finance.account", f'code = "{code}"')
        work.create("finance.opening_balance", [{"account": account.id, side: rows * COST}])
    return work.create("base.user", [{"login": "ada", "name": "Ada", "roles": ["owner"], "language": "en"}])[0].id


def _products(rows: int) -> int:
    return -(-rows // SHELVES)


def _sheet(rows: int) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("product", "location", "quantity", "unit_cost"))
    sheet.writerows((f"P-{row // SHELVES:05d}", f"A-{row % SHELVES}", 1, COST) for row in range(rows))
    return out.getvalue().encode()
