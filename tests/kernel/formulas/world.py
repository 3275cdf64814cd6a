"""One object with a field of every type, its lines, their parts and its customer: what the cases speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.json import Jsonb
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from queti.kernel.definitions import FieldDef
from queti.kernel.formulas import (
    BOOLEAN,
    DATE,
    DURATION,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    FieldInfo,
    Names,
    SqlRows,
    SqlScope,
    Type,
    Typed,
    choice,
    choices,
    compile_python,
    compile_sql,
    compile_where,
    fixed_env,
    link,
    money,
    number,
    parameters,
    rows_of,
)
from queti.kernel.formulas.sql import sql_type
from queti.kernel.formulas.types import DAYS, PARTS
from queti.kernel.values_parts import read_date_range

ENV = fixed_env(
    "2026-11-22T04:30:15+00:00",
    "Asia/Shanghai",
    me=7,
    person={"department": 3, "limit": Decimal(500), "name": "Mei"},
    company={"currency": 1, "name": "Harbour"},
    my_departments=[3, 4],
    rate=lambda source, target, on: Decimal("7.25") if (source, target) == (2, 1) else None,
    map=lambda name, value: {"states": {"1": "open", "2": "done"}}[name].get(value),
)

DEPARTMENT = Names({"name": FieldInfo(TEXT)}, name="base.department")
USER = Names(
    {
        "name": FieldInfo(TEXT),
        "department": FieldInfo(link("base.department"), element=DEPARTMENT),
        "limit": FieldInfo(money()),
    },
    name="base.user",
)
COMPANY = Names({"name": FieldInfo(TEXT), "currency": FieldInfo(link("base.currency"))}, name="base.company")
REGION = Names({"name": FieldInfo(TEXT)}, name="base.region")
PARTY = Names(
    {
        "name": FieldInfo(TEXT),
        "credit": FieldInfo(money()),
        "since": FieldInfo(DATE),
        "active": FieldInfo(BOOLEAN),
        "region": FieldInfo(link("base.region"), element=REGION),
    },
    name="base.party",
)
PRODUCT = Names({"name": FieldInfo(TEXT), "weight": FieldInfo(number(4))}, name="base.product")
PART = Names({"cost": FieldInfo(number(4)), "used": FieldInfo(BOOLEAN)}, name="oms.part")
LINE = Names(
    {
        "quantity": FieldInfo(number(6)),
        "price": FieldInfo(money(("parent", "currency"), 4)),
        "local": FieldInfo(money(("currency",), 2)),
        "currency": FieldInfo(link("base.currency")),
        "taxable": FieldInfo(BOOLEAN),
        "ship_on": FieldInfo(DATE),
        "at": FieldInfo(MOMENT),
        "took": FieldInfo(DURATION),
        "note": FieldInfo(TEXT),
        "kind": FieldInfo(choice("goods", "service")),
        "product": FieldInfo(link("base.product"), element=PRODUCT),
        "parts": FieldInfo(rows_of("oms.part"), element=PART, back="line"),
    },
    name="oms.line",
)
ORDER = Names(
    {
        "id": FieldInfo(INTEGER, required=True),
        "n": FieldInfo(NUMBER),
        "m": FieldInfo(NUMBER),
        "i": FieldInfo(INTEGER),
        "rate": FieldInfo(number(4)),
        "price": FieldInfo(money()),
        "cost": FieldInfo(money()),
        "total": FieldInfo(money(("currency",))),
        "paid": FieldInfo(money(("currency",))),
        "currency": FieldInfo(link("base.currency")),
        "t": FieldInfo(TEXT),
        "u": FieldInfo(TEXT),
        "b": FieldInfo(BOOLEAN),
        "c": FieldInfo(BOOLEAN),
        "d": FieldInfo(DATE),
        "e": FieldInfo(DATE),
        "at": FieldInfo(MOMENT),
        "until": FieldInfo(MOMENT),
        "span": FieldInfo(DURATION),
        "wait": FieldInfo(DURATION),
        "stay": FieldInfo(DAYS),
        "other": FieldInfo(DAYS),
        "place": FieldInfo(PARTS),
        "state": FieldInfo(choice("open", "held", "done")),
        "tags": FieldInfo(choices("red", "green", "blue")),
        "customer": FieldInfo(link("base.party"), element=PARTY),
        "payer": FieldInfo(link("base.party"), element=PARTY),
        "owner": FieldInfo(link("base.user"), element=USER),
        "department": FieldInfo(link("base.department"), element=DEPARTMENT),
        "age": FieldInfo(NUMBER, is_live=True),
        "lines": FieldInfo(rows_of("oms.line"), element=LINE, back="parent"),
    },
    name="oms.order",
    specials={
        "me": FieldInfo(link("base.user"), element=USER),
        "company": FieldInfo(link("base.company"), element=COMPANY),
    },
)
LINE.fields["parent"] = FieldInfo(link("oms.order"), element=ORDER)
PART.fields["line"] = FieldInfo(link("oms.line"), element=LINE)

_SCOPES = {scope.name: scope for scope in (ORDER, LINE, PART, PARTY, PRODUCT, REGION, USER, DEPARTMENT)}
_METADATA = sa.MetaData()


def _table(scope: Names) -> sa.Table:
    columns = [
        sa.Column(name, sql_type(info.type)) for name, info in scope.fields.items() if not info.many and name != "id"
    ]
    order = sa.Column("position", sa.BigInteger)
    return sa.Table(
        scope.name.partition(".")[2], _METADATA, sa.Column("id", sa.BigInteger), order, *columns, schema="world"
    )


TABLES = {name: _table(scope) for name, scope in _SCOPES.items()}
_DIALECT = psycopg_dialect.dialect()


class Rows(SqlScope):
    """Rows of one object; links on the way become joins."""

    def __init__(self, name: str, source: sa.FromClause) -> None:
        self.name = name
        self.source = source
        self.joined: sa.FromClause = source
        self.links: dict[str, Rows] = {}

    def column(self, path: tuple[str, ...]) -> sa.ColumnElement[Any]:
        return self.at(path[:-1]).source.c[path[-1]]

    def at(self, links: Sequence[str]) -> Rows:
        rows = self
        for name in links:
            rows = self.link(rows, name)
        return rows

    def link(self, rows: Rows, name: str) -> Rows:
        if name not in rows.links:
            target = _SCOPES[rows.name].fields[name].type.target
            found = rows.links[name] = Rows(target, TABLES[target].alias())
            self.joined = self.joined.outerjoin(found.source, found.source.c.id == rows.source.c[name])
        return rows.links[name]

    def rows(self, path: tuple[str, ...]) -> SqlRows:
        owner = self.at(path[:-1])
        info = _SCOPES[owner.name].fields[path[-1]]
        inner = Rows(info.type.target, TABLES[info.type.target].alias())
        return SqlRows(lambda: inner.joined, inner.source.c[info.back] == owner.source.c.id, inner)

    def rate(self, source: sa.ColumnElement[Any], target: sa.ColumnElement[Any], on: sa.ColumnElement[Any]) -> Any:
        return sa.case((sa.and_(source == 2, target == 1), sa.literal_column("7.25", sa.Numeric())))


# --- values -----------------------------------------------------------------------

Record = Mapping[str, Any]


def read(value: Any, type: Type) -> Any:
    """A value of a case, as it stands in JSON."""
    if value is None:
        return None
    if type.is_amount:
        return int(value) if type.integral else Decimal(value)
    if type.kind == "date":
        return date.fromisoformat(value)
    if type.kind == "moment":
        return datetime.fromisoformat(value).astimezone(UTC)
    if type.kind == "days":
        return read_date_range(value, FieldDef(type="date_range"))
    if type.kind == "duration":
        return timedelta(microseconds=int(Decimal(value) * 1_000_000))
    return value


def record(scope: Names, written: Record) -> dict[str, Any]:
    """All fields of a record; a link is written as its target's fields, a list as its rows."""
    values: dict[str, Any] = {}
    for name, info in scope.fields.items():
        given = written.get(name)
        if info.many:
            assert isinstance(info.element, Names)
            values[name] = [record(info.element, row) for row in given or ()]
        elif isinstance(given, Mapping) and info.type.kind == "link":
            values[name] = record(_SCOPES[info.type.target], given)
        else:
            values[name] = read(given, info.type)
    return values


def in_memory(values: Record, uses: Sequence[tuple[str, ...]], parent: Record | None = None) -> dict[str, Any]:
    """The values under flat keys, as the Python back end reads them."""
    flat: dict[str, Any] = {}
    for path in uses:
        flat[".".join(path)] = _along(values, path, parent)
    for name, value in values.items():
        if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            inner = [path[1:] for path in uses if path[0] == name and len(path) > 1]
            flat[name] = [in_memory(row, inner, values) for row in value]
    return flat


def _along(values: Record, path: tuple[str, ...], parent: Record | None) -> Any:
    found: Any = values
    for name in path:
        if name in ("parent", "line") and found is values:
            found = parent
            continue
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return number_of(found)


_numbers: dict[int, tuple[int, Any]] = {}
"""Each record's number, by its identity; the record is held so that no other gets the same."""


def number_of(value: Any) -> Any:
    """A linked record written out stands for an id."""
    if not isinstance(value, Mapping):
        return value
    return _numbers.setdefault(id(value), (100_000 + len(_numbers), value))[0]


def evaluate(typed: Typed, values: Record) -> Any:
    flat = in_memory(values, typed.uses)
    return compile_python(typed)(flat | {"id": number_of(values)}, ENV)


# --- PostgreSQL -------------------------------------------------------------------


class World:
    """The tables of the world in one database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.count = 0
        self.rows: dict[str, list[dict[str, Any]]] = {}
        connection.execute("SET timezone = 'UTC'")
        connection.execute("CREATE SCHEMA world")
        for table in TABLES.values():
            connection.execute(str(sa.schema.CreateTable(table).compile(dialect=_DIALECT)))

    def add(self, values: Record) -> int:
        """Takes note of a record with all below it; `store` writes them."""
        return self._add(ORDER, values, {})

    def _add(self, scope: Names, values: Record, fixed: Record) -> int:
        self.count += 1
        identity = number_of(values)
        row: dict[str, Any] = {"id": identity, "position": self.count, **fixed}
        for name, value in values.items():
            info = scope.fields[name]
            if name == "id" or name in fixed:
                continue
            if info.many:
                assert isinstance(info.element, Names)
                for child in value:
                    self._add(info.element, child, {info.back: identity})
            elif isinstance(value, Mapping) and info.type.kind == "parts":
                row[name] = Jsonb(value)
            elif isinstance(value, Mapping):
                row[name] = self._add(_SCOPES[info.type.target], value, {})
            else:
                row[name] = value
        self.rows.setdefault(scope.name, []).append(row)
        return identity

    def store(self) -> None:
        for name, rows in self.rows.items():
            table = TABLES[name]
            columns = [column.name for column in table.columns]
            into = ", ".join(f'"{column}"' for column in columns)
            with self.connection.cursor().copy(f'COPY world."{table.name}" ({into}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([row.get(column) for column in columns])
        self.rows.clear()

    def answer(self, typed: Typed, identity: int) -> Any:
        """The formula's value as PostgreSQL computes it."""
        table = TABLES[ORDER.name]
        scope = Rows(ORDER.name, table)
        value = compile_sql(typed, scope)
        return self._run(sa.select(value).select_from(scope.joined).where(table.c.id == identity), typed)

    def admits(self, typed: Typed, identity: int) -> bool:
        """Whether a WHERE of the formula finds the record."""
        table = TABLES[ORDER.name]
        scope = Rows(ORDER.name, table)
        condition = compile_where(typed, scope, literals="f")
        statement = sa.select(sa.literal_column("1")).select_from(scope.joined).where(condition, table.c.id == identity)
        return self._run(statement, typed) is not None

    def _run(self, statement: sa.Select[Any], typed: Typed) -> Any:
        compiled = statement.compile(dialect=_DIALECT)
        found = self.connection.execute(str(compiled), {**compiled.params, **parameters(ENV, typed.params)}).fetchone()
        return found[0] if found else None
