"""Trial balance and balance sheet over 1,500,000 journal lines: read from kept balances, on any day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg

from bench.bulk import SCHEMA, settle
from bench.report import Figure, Target
from bench.running import Bench

MONTHS = 36
FIRST = date(2023, 1, 1)
DAYS = {"month's last day": "2025-06-30", "mid-month": "2025-06-15"}
REPORTS = {"trial balance": "finance.trial_balance", "balance sheet": "finance.balance_sheet"}
TARGET = Target(most=200)


def measure(bench: Bench) -> Iterator[Figure]:
    ada = bench.signed_in("ada")
    ada.perform("finance.set_up", {}).good()
    ada.perform("finance.open_periods", {"first": FIRST.isoformat(), "last": "2025-12-31"}).good()
    lines = _fill(bench.superuser, bench.scale.journal_lines)
    settle(bench.superuser)
    for report, operation in REPORTS.items():
        for day, on in DAYS.items():
            balances = ada.perform(operation, {"on": on}).good()["result"]
            assert balances["debit"] == balances["credit"] if "debit" in balances else balances["balances"]
            cpu, statements = bench.cost(bench.scale.rounds, lambda _, of=operation, on=on: ada.perform(of, {"on": on}))
            note = f"over {lines:,} lines"
            yield Figure(f"{report}, {day}", cpu.total * 1000, cpu=cpu, statements=statements, target=TARGET, note=note)


def _fill(superuser: str, lines: int) -> int:
    """Two lines an entry, spread over the months, and the balances that posting them would have kept."""
    given = {"entries": lines // 2, "months": MONTHS, "first": FIRST}
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        for statement in (_ENTRIES, _LINES, _BALANCES):
            connection.execute(statement.format(s=SCHEMA).encode(), given)
        return _count(connection)


def _count(connection: psycopg.Connection[Any]) -> int:
    found = connection.execute(f"SELECT count(*) FROM {SCHEMA}.finance_journal_line".encode()).fetchone()
    return found[0] if found else 0


_ENTRIES = """
INSERT INTO {s}.finance_journal_entry
    (id, created_at, number, series, period, posted_on, summary, debit_total, credit_total)
SELECT 10000000 + i, now(), 'B-' || i, 'general', p.id, d.day, 'Bench', i %% 900 + 1, i %% 900 + 1
FROM generate_series(1, %(entries)s::int) AS i
CROSS JOIN LATERAL (SELECT %(first)s::date + ((i::bigint * 1095) / %(entries)s)::int AS day) AS d
JOIN {s}.finance_period p ON p.starts_on = date_trunc('month', d.day)::date
"""
_LINES = """
WITH account AS (
    SELECT id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS all
    FROM {s}.finance_account WHERE NOT is_header
)
INSERT INTO {s}.finance_journal_line (id, entry, position, account, debit, credit)
SELECT 20000000 + 2 * e.id + side, e.id, side, a.id,
       CASE side WHEN 0 THEN e.debit_total ELSE 0 END, CASE side WHEN 1 THEN e.debit_total ELSE 0 END
FROM {s}.finance_journal_entry e CROSS JOIN (VALUES (0), (1)) AS s (side)
JOIN account a ON a.place = (e.id * (side * 6 + 1) + side) %% a.all
WHERE e.id > 10000000
"""
_BALANCES = """
INSERT INTO {s}.finance_account_balance
    (id, version, created_at, changed_at, account, period, currency, debit, credit, movement)
SELECT 10000000 + row_number() OVER (), 1, now(), now(), l.account, e.period, c.currency,
       sum(l.debit), sum(l.credit), sum(l.debit - l.credit)
FROM {s}.finance_journal_line l JOIN {s}.finance_journal_entry e ON e.id = l.entry
CROSS JOIN (SELECT currency FROM {s}.base_company LIMIT 1) AS c
WHERE e.id > 10000000 GROUP BY l.account, e.period, c.currency
"""
