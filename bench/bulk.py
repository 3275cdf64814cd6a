"""Orders by the hundred thousand, set-based and past the product: only reading them is measured.

Their values are what the product would have stored; every 200,000 spread over three years.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from queti.kernel.reading.search import search_text

SCHEMA = "w_bench"
ORDERS = "oms_sales_order"
LINES = "oms_sales_order_line"
AT_ONCE = 200_000
NAMES = (
    "Wang Lei 王磊",
    "Li Na 李娜",
    "Zhang Wei 张伟",
    "Chen Jing 陈静",
    "Grand Hotel",
    "Sofia Lindqvist",
    "刘洋",
    "赵敏",
)


def grow(superuser: str, size: int) -> None:
    """Have `size` such orders, analysed; `superuser` may leave foreign keys unchecked."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        [(there,)] = _run(connection, f"SELECT count(*) FROM {SCHEMA}.{ORDERS} WHERE external_number LIKE 'B-%'")
        _run(connection, "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        _run(connection, "SET max_parallel_maintenance_workers = 2")
        if there < size:
            indexes = {table: _drop_indexes(connection, table) for table in (ORDERS, LINES)}
            for start in range(there + 1, size + 1, AT_ONCE):
                _insert(connection, start, min(start + AT_ONCE - 1, size), with_lines=start == 1)
            for definitions in indexes.values():
                for definition in definitions:
                    _run(connection, definition)
    settle(superuser)


def settle(superuser: str) -> None:
    """What PostgreSQL would do by and by of its own accord, so that it is not busy with it while lists are read."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        _run(connection, "VACUUM ANALYZE")
        _run(connection, "CHECKPOINT")


def _drop_indexes(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """All but the primary key's; their definitions."""
    found = _run(
        connection,
        f"SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        f" WHERE indrelid = '{SCHEMA}.{table}'::regclass AND NOT indisprimary",
    )
    for name, _ in found:
        _run(connection, f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _insert(connection: psycopg.Connection[Any], start: int, stop: int, *, with_lines: bool) -> None:
    _run(connection, f"CREATE TEMP TABLE buyer AS SELECT * FROM (VALUES {_buyers()}) AS b (place, name, words)")
    # Ids above those that the product has drawn, and numbers that its own serial never makes.
    [(first,)] = _run(connection, f"SELECT nextval('{SCHEMA}.{ORDERS}_id_seq')")
    given = {"start": start, "stop": stop, "first": first}
    connection.execute(_ORDERS, given)
    _run(connection, f"SELECT setval('{SCHEMA}.{ORDERS}_id_seq', {first + stop - start + 1})")
    if with_lines:
        [(line,)] = _run(connection, f"SELECT nextval('{SCHEMA}.{LINES}_id_seq')")
        made = connection.execute(_ORDER_LINES, {**given, "line": line}).rowcount
        _run(connection, f"SELECT setval('{SCHEMA}.{LINES}_id_seq', {line + made + 1})")
    _run(connection, "DROP TABLE buyer")


def _buyers() -> str:
    return ", ".join(
        sql.SQL("({}, {}, {})").format(place, name, search_text([name])).as_string(None)
        for place, name in enumerate(NAMES)
    )


def _run(connection: psycopg.Connection[Any], statement: str) -> list[tuple[Any, ...]]:
    cursor = connection.execute(statement.encode())
    return cursor.fetchall() if cursor.description else []


_ORDERS = f"""
WITH customer AS (
    SELECT p.id, p.owner, p.department, d.code AS part,
           row_number() OVER (PARTITION BY d.code) - 1 AS place, count(*) OVER (PARTITION BY d.code) AS all
    FROM {SCHEMA}.base_party p JOIN {SCHEMA}.base_department d ON d.id = p.department WHERE p.is_customer
), wanted AS (
    SELECT i, abs(hashint4(i)) AS h, abs(hashint4(i + 7777777)) AS g,
           CASE WHEN i %% 2000 = 7 THEN 'rare' WHEN i %% 10 < 3 THEN 'common'
                ELSE (ARRAY['north', 'west', 'south', 'east'])[1 + i %% 4] END AS part,
           DATE '2023-11-01' + (((i - 1) %% 200000) * 1095 / 200000) AS day
    FROM generate_series(%(start)s::int, %(stop)s::int) AS i
), valued AS (
    SELECT wanted.*, round((60 * exp((h %% 1000) / 190.0))::numeric, 2) AS goods,
           (ARRAY[0, 10, 15])[1 + g %% 3]::numeric(20, 2) AS freight,
           CASE WHEN g %% 100 < 85 THEN 'settled' WHEN g %% 100 < 90 THEN 'shipped' WHEN g %% 100 < 94 THEN 'confirmed'
                WHEN g %% 100 < 97 THEN 'draft' ELSE 'cancelled' END AS state,
           'SO-' || to_char(day, 'YYYY') || '-B' || lpad(i::text, 7, '0') AS number
    FROM wanted
)
INSERT INTO {SCHEMA}.{ORDERS} (
    id, version, created_at, created_by, changed_at, changed_by, number, channel, external_number, customer,
    ordered_on, ship_by, state, currency, prices_include_tax, goods_amount, discount_amount, platform_discount, freight,
    tax, total, buyer_pays, paid_amount, ship_to_name, ship_to_phone, ship_to_address, owner, department, warehouse,
    confirmed_at, shipped_quantity, is_shipped, shipped_at, freight_billed, on_time, settled_at, cancelled_at, search)
SELECT %(first)s + i - %(start)s, 2, day, c.owner, day, c.owner, v.number, channel.id, 'B-' || i, c.id,
    day, day + 5, v.state, company.currency, false, goods, 0, 0, freight,
    round(goods * 0.13, 2), goods + freight + round(goods * 0.13, 2), goods + freight + round(goods * 0.13, 2),
    CASE WHEN v.state = 'settled' THEN goods + freight + round(goods * 0.13, 2) ELSE 0 END,
    buyer.name, '138' || lpad((h %% 100000000)::text, 8, '0'), '上海市浦东新区港城路 ' || g %% 400 || ' 号',
    c.owner, c.department, warehouse.id,
    CASE WHEN v.state NOT IN ('draft', 'cancelled') THEN day + interval '5 hours' END,
    CASE WHEN v.state IN ('settled', 'shipped') THEN 3 ELSE 0 END, v.state IN ('settled', 'shipped'),
    CASE WHEN v.state IN ('settled', 'shipped') THEN day + interval '2 days' END, v.state IN ('settled', 'shipped'),
    v.state IN ('settled', 'shipped'), CASE WHEN v.state = 'settled' THEN day + interval '30 days' END,
    CASE WHEN v.state = 'cancelled' THEN day + interval '1 day' END,
    ' ' || lower(v.number) || ' b-' || i || buyer.words
FROM valued v
JOIN customer c ON c.part = v.part AND c.place = (h / 1000) %% c.all
JOIN buyer ON buyer.place = g %% {len(NAMES)}
CROSS JOIN (SELECT currency FROM {SCHEMA}.base_company LIMIT 1) AS company
CROSS JOIN (SELECT id FROM {SCHEMA}.oms_channel ORDER BY id LIMIT 1) AS channel
CROSS JOIN (SELECT id FROM {SCHEMA}.stock_location WHERE code = 'SH') AS warehouse
ORDER BY i
"""
_ORDER_LINES = f"""
INSERT INTO {SCHEMA}.{LINES} (
    id, "order", position, product, quantity, unit_price, discount_percent, discount_amount, tax_rate, amount,
    discount_share, platform_share, net_amount, tax, shipped_quantity, open_quantity, shipped_amount, shipped_tax)
SELECT %(line)s + row_number() OVER (ORDER BY o.id, n), o.id, n, p.id, q, p.price, 0, 0, 13, q * p.price,
    0, 0, q * p.price, round(q * p.price * 0.13, 2), CASE WHEN o.is_shipped THEN q ELSE 0 END,
    CASE WHEN o.is_shipped THEN 0 ELSE q END, 0, 0
FROM {SCHEMA}.{ORDERS} o
CROSS JOIN LATERAL (SELECT n, 1 + (o.id + n) %% 4 AS q, (o.id * 7 + n * 31) %% 200 AS place
                    FROM generate_series(1, 1 + o.id %% 3) AS n) AS line
JOIN (SELECT id, price, row_number() OVER (ORDER BY id) - 1 AS place FROM {SCHEMA}.base_product) AS p
    ON p.place = line.place
WHERE o.id BETWEEN %(first)s AND %(first)s + %(stop)s - %(start)s
"""
