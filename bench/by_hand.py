"""The same work as a good hand would write it for this one table: fixed SQL, prepared, set-based.

It stands behind the same server, sign-in, database role and scope, and has the same
effects: rows with their formulas and search text, number, history, event, kept answer.
It has no definitions to follow, so no other field, filter or role could be asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from psycopg import RawCursor

from bench.bulk import SCHEMA
from queti.kernel.errors import RecordNotFound
from queti.kernel.reading.search import search_text
from queti.server.door import Door, signed_in
from queti.server.idempotency import ids_only
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route

Cursor = RawCursor[Any]
COLUMNS = (
    "number", "external_number", "ordered_on", "ship_by", "state", "goods_amount", "freight", "tax", "total",
    "paid_amount", "ship_to_name", "shipped_quantity", "customer.name", "owner.name", "warehouse.name",
)  # fmt: skip


@contextmanager
def transaction(door: Door, request: Request, *, reads_only: bool = False) -> Generator[Cursor]:
    """The workspace's role, as the product takes it."""
    role = door.platform.workspace(signed_in(request).workspace).role
    with door.platform.db.connection() as connection:
        cursor = RawCursor(connection)
        cursor.execute(_READ if reads_only else _WRITE, (role,))
        yield cursor
        connection.commit()


_WRITE = "SELECT set_config('role', $1, true)"
_READ = "SELECT set_config('transaction_read_only', 'on', true), set_config('role', $1, true)"


# --- list -------------------------------------------------------------------------------


def list_orders(door: Door, request: Request) -> Answer:
    """`least`, `limit`, `count`, and `after` as the last row's [ordered_on, number, id]."""
    query, person = request.query, signed_in(request).person
    least, limit = Decimal(query["least"]), request.whole("limit", 50, 1, 1000)
    values: list[Any] = [person.department, person.user, least, limit + 1]
    statement = _FIRST_PAGE
    if "after" in query:
        day, number, id = msgspec.json.decode(query["after"], type=tuple[date, str, int])
        values += [day, number, id]
        statement = _PAGE_BEHIND
    with transaction(door, request, reads_only=True) as cursor:
        rows = cursor.execute(statement, values, binary=True).fetchall()
        request.statements = 1
        count = None
        if query.get("count"):
            [(value,)] = cursor.execute(_COUNT, (person.department, least), binary=True).fetchall()
            count = {"value": min(value, 1000), "exact": value <= 1000}
            request.statements = 2
    records = [dict(zip(COLUMNS, row, strict=False)) for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = msgspec.json.encode((last[2], last[0], last[-1])).decode()
    return answer_json({"records": records, "next": following, "count": count})


_SEEN = "o.department = $1 AND o.trashed_at IS NULL AND o.total >= $2 AND o.state <> 'cancelled'"
_PAGE = f"""
SELECT o.number, o.external_number, o.ordered_on, o.ship_by, o.state, o.goods_amount, o.freight, o.tax, o.total,
       o.paid_amount, o.ship_to_name, o.shipped_quantity, c.name, u.name, w.name, o.id
FROM {SCHEMA}.oms_sales_order o
LEFT JOIN {SCHEMA}.base_party c ON c.id = o.customer AND c.trashed_at IS NULL
    AND (c.owner = $2 OR c.department = $1 OR c.owner IS NULL)
LEFT JOIN {SCHEMA}.base_user u ON u.id = o.owner AND u.trashed_at IS NULL
LEFT JOIN {SCHEMA}.stock_location w ON w.id = o.warehouse AND w.trashed_at IS NULL
    AND w.kind IN ('warehouse', 'zone', 'location')
WHERE {_SEEN.replace("$2", "$3")} %s
ORDER BY o.ordered_on DESC, o.number DESC, o.id DESC LIMIT $4
"""
_FIRST_PAGE = _PAGE % ""
_PAGE_BEHIND = _PAGE % "AND (o.ordered_on, o.number, o.id) < ($5, $6, $7)"
_COUNT = f"SELECT count(*) FROM (SELECT FROM {SCHEMA}.oms_sales_order o WHERE {_SEEN} LIMIT 1001) AS counted"


# --- create -----------------------------------------------------------------------------


def create_order(door: Door, request: Request) -> Answer:
    """An order with its lines, as `POST /api/records/oms.sales_order` makes it."""
    return _written(door, request, tells=False)


def place_order(door: Door, request: Request) -> Answer:
    """The same with its event and the credit check, as `oms.place_order` makes it."""
    return _written(door, request, tells=True)


def _written(door: Door, request: Request, *, tells: bool) -> Answer:
    person = signed_in(request).person
    place = (person.user, request.method, request.path, request.header(b"idempotency-key"))
    with transaction(door, request) as cursor:
        digest = hashlib.sha256(request.body).digest()
        if not cursor.execute(_CLAIM, (*place, digest), binary=True).fetchall():
            [(status, kept)] = cursor.execute(_KEPT, place, binary=True).fetchall()
            return answer_json(kept, status=status)
        order, lines = _insert(cursor, request.json_object(), person)
        answer = {"records": [{**order, "lines": lines}]}
        history = {"object": "oms.sales_order", "record_id": order["id"], "version": 1, "changes": {}}
        told = {"customer": order["customer"], "number": order["number"], "total": order["total"]}
        notes = (datetime.now(UTC), person.user, uuid4(), _json(history), _json(answer), *place)
        if tells:
            cursor.execute(_NOTE_AND_TELL, (*notes, _json(told)), binary=True)
        else:
            cursor.execute(_NOTE, notes, binary=True)
        request.statements = 5
        assert ids_only(answer)
    return answer_json(answer, status=201)


def _insert(cursor: Cursor, given: dict[str, Any], person: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    customers = cursor.execute(_CUSTOMER, (given["customer"], person.user, person.department), binary=True).fetchall()
    wanted = [line["product"] for line in given["lines"]]
    products = {id: (price, rate) for id, price, rate in cursor.execute(_PRODUCTS, (wanted,), binary=True).fetchall()}
    if not customers or any(product not in products for product in wanted):
        raise RecordNotFound(what="customer or product", id=given["customer"])
    [(owner, department, currency, with_tax, warehouse)] = customers
    lines = [_line(row, *products[row["product"]], with_tax) for row in given["lines"]]
    freight = Decimal(given.get("freight", "0"))
    order = _order(given, lines, freight, with_tax) | {
        "owner": owner, "department": department, "currency": currency, "warehouse": warehouse,
        "created_by": person.user, "changed_by": person.user,
    }  # fmt: skip
    year = datetime.now(ZoneInfo("Asia/Shanghai")).year
    search = (order["ship_to_name"],)
    rows = cursor.execute(_ORDER, (_json(order), _json(lines), f"SO-{year}-", search_text(search)), binary=True)
    order["id"], order["number"], ids = rows.fetchall()[0]
    for line, id in zip(lines, ids, strict=True):
        line["id"] = id
    return order, lines


def _line(given: Mapping[str, Any], price: Decimal, rate: Decimal, with_tax: bool) -> dict[str, Any]:
    quantity, discount = Decimal(given["quantity"]), Decimal(given.get("discount_percent", "0"))
    if quantity <= 0 or not 0 <= discount <= 100:
        raise ValueError("not a line")
    amount = _cents(quantity * price * (1 - discount / 100))
    return {
        "product": given["product"], "quantity": quantity, "unit_price": price, "discount_percent": discount,
        "discount_amount": _NOTHING, "tax_rate": rate, "amount": amount, "discount_share": _NOTHING,
        "platform_share": _NOTHING, "net_amount": amount,
        "tax": _cents(amount * rate / (100 + rate) if with_tax else amount * rate / 100),
        "shipped_quantity": _NOTHING, "open_quantity": quantity, "shipped_amount": _NOTHING, "shipped_tax": _NOTHING,
    }  # fmt: skip


def _order(
    given: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], freight: Decimal, with_tax: bool
) -> dict[str, Any]:
    now = datetime.now(UTC)
    amount, tax = (sum((line[name] for line in lines), _NOTHING) for name in ("amount", "tax"))
    total = amount + freight + (0 if with_tax else tax)
    return {
        "version": 1, "created_at": now, "changed_at": now, "channel": None, "external_number": None,
        "customer": given["customer"], "ordered_on": now.date(), "state": "draft", "prices_include_tax": with_tax,
        "goods_amount": amount, "discount_amount": _NOTHING, "platform_discount": _NOTHING, "freight": freight,
        "tax": tax, "total": total, "buyer_pays": total, "paid_amount": _NOTHING,
        "ship_to_name": given.get("ship_to_name"), "shipped_quantity": _NOTHING, "is_shipped": False,
        "freight_billed": False, "on_time": False,
    }  # fmt: skip


_NOTHING = Decimal(0)
_CENT = Decimal("0.01")


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_CLAIM = f"""INSERT INTO {SCHEMA}.kernel_idempotency (who, method, path, key, body_hash) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING 1"""
_KEPT = f"""SELECT status, answer FROM {SCHEMA}.kernel_idempotency
WHERE who = $1 AND method = $2 AND path = $3 AND key = $4"""
_CUSTOMER = f"""
SELECT c.owner, u.department, company.currency, company.prices_include_tax, NULL::bigint
FROM {SCHEMA}.base_party c JOIN {SCHEMA}.base_user u ON u.id = c.owner CROSS JOIN {SCHEMA}.base_company AS company
WHERE c.id = $1 AND c.is_customer AND c.trashed_at IS NULL AND (c.owner = $2 OR c.department = $3)
    AND u.department = $3 AND c.credit_limit IS NULL AND c.finance_opened_at IS NOT NULL"""
_PRODUCTS = f"SELECT id, price, tax_rate FROM {SCHEMA}.base_product WHERE id = ANY ($1) AND trashed_at IS NULL"
_ORDER_TYPES = {
    "version": "int", "created_at": "timestamptz", "created_by": "bigint", "changed_at": "timestamptz",
    "changed_by": "bigint", "channel": "bigint", "external_number": "text", "customer": "bigint", "ordered_on": "date",
    "state": "text", "currency": "bigint", "prices_include_tax": "boolean", "goods_amount": "numeric",
    "discount_amount": "numeric", "platform_discount": "numeric", "freight": "numeric", "tax": "numeric",
    "total": "numeric", "buyer_pays": "numeric", "paid_amount": "numeric", "ship_to_name": "text", "owner": "bigint",
    "department": "bigint", "warehouse": "bigint", "shipped_quantity": "numeric", "is_shipped": "boolean",
    "freight_billed": "boolean", "on_time": "boolean",
}  # fmt: skip
_LINE_TYPES = {"product": "bigint"} | dict.fromkeys(
    ("quantity", "unit_price", "discount_percent", "discount_amount", "tax_rate", "amount", "discount_share",
     "platform_share", "net_amount", "tax", "shipped_quantity", "open_quantity", "shipped_amount", "shipped_tax"),
    "numeric",
)  # fmt: skip


def _typed(types: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {type}" for name, type in types.items())


_ORDER = f"""
WITH made AS (
    INSERT INTO {SCHEMA}.oms_sales_order (id, number, search, {", ".join(_ORDER_TYPES)})
    SELECT nextval('{SCHEMA}.oms_sales_order_id_seq'), made.number, ' ' || lower(made.number) || $4::text, row.*
    FROM jsonb_to_record($1::jsonb) AS row ({_typed(_ORDER_TYPES)}),
        (SELECT $3::text || lpad(nextval('{SCHEMA}.bench_number')::text, 7, '0') AS number) AS made
    RETURNING id, number
), lines AS (
    INSERT INTO {SCHEMA}.oms_sales_order_line (id, "order", position, {", ".join(_LINE_TYPES)})
    SELECT nextval('{SCHEMA}.oms_sales_order_line_id_seq'), made.id, row.position, {", ".join(_LINE_TYPES)}
    FROM made, ROWS FROM (jsonb_to_recordset($2::jsonb) AS ({_typed(_LINE_TYPES)})) WITH ORDINALITY
        AS row ({", ".join(_LINE_TYPES)}, position)
    RETURNING id
)
SELECT made.id, made.number, (SELECT array_agg(lines.id ORDER BY lines.id) FROM lines) FROM made"""
_NOTES = f"""
WITH noted AS (
    INSERT INTO {SCHEMA}.kernel_history (at, by, work, kind, operation, object, record_id, version, changes)
    SELECT $1::timestamptz, $2::bigint, $3::uuid, 'created', 'oms.sales_order.create', row.*
    FROM jsonb_to_record($4::jsonb) AS row (object text, record_id bigint, version int, changes jsonb)
    RETURNING record_id
), kept AS (
    UPDATE {SCHEMA}.kernel_idempotency SET status = 201, answer = $5::jsonb
    WHERE who = $6 AND method = $7 AND path = $8 AND key = $9
)"""
_NOTE = f"{_NOTES} SELECT 1"
_NOTE_AND_TELL = f"""{_NOTES}
INSERT INTO {SCHEMA}.kernel_event (at, by, work, name, object, record_id, version, operation, data)
SELECT $1, $2, $3, 'oms.order_placed', 'oms.sales_order', record_id, 1, 'oms.place_order', $10::jsonb FROM noted"""

ROUTES = (
    Route("GET", "/api/bench/orders", list_orders),
    Route("POST", "/api/bench/orders", create_order),
    Route("POST", "/api/bench/place_order", place_order),
)
