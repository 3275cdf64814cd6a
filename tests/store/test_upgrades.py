"""A workspace of the first version that landed becomes, table by table, what a new one is."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from queti.store import bookkeeping
from queti.store.database import Database
from queti.store.workspaces import create_workspace, upgrade_bookkeeping
from tests.store import first_bookkeeping

_STRUCTURE = {
    "columns": """SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = %(schema)s""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = %(schema)s::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s",
    "grants": """SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = %(schema)s AND grantee = %(role)s""",
    "column grants": """SELECT table_name, column_name, privilege_type FROM information_schema.role_column_grants
        WHERE table_schema = %(schema)s AND grantee = %(role)s""",
    "unlogged": """SELECT relname, relpersistence::text FROM pg_class
        WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r'""",
}


def structure(connection: psycopg.Connection[Any], schema: str, role: str) -> dict[str, list[str]]:
    """Everything told about the schema, without its own name."""
    told: dict[str, list[str]] = {}
    for part, query in _STRUCTURE.items():
        rows = connection.execute(query, {"schema": schema, "role": role}).fetchall()
        told[part] = sorted("  ".join(map(str, row)).replace(schema, "S").replace(role, "R") for row in rows)
    return told


@pytest.mark.parametrize("times", [1, 2])
def test_an_upgraded_workspace_is_like_a_new_one(
    database: Database, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    new = create_workspace(database, "new")
    with monkeypatch.context() as before:
        before.setattr(bookkeeping, "TABLES", first_bookkeeping.TABLES)
        before.setattr(bookkeeping, "GRANTS", first_bookkeeping.GRANTS)
        old = create_workspace(database, "old")
    with database.connection() as connection:
        for _ in range(times):
            upgrade_bookkeeping(connection, old)
        upgraded = structure(connection, old.schema, old.role)
        made = structure(connection, new.schema, new.role)
    assert upgraded == made


def test_what_a_workspace_held_stays(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "TABLES", first_bookkeeping.TABLES)
    monkeypatch.setattr(bookkeeping, "GRANTS", first_bookkeeping.GRANTS)
    old = create_workspace(database, "old")
    table = sql.SQL("{}.kernel_counter").format(sql.Identifier(old.schema))
    with database.connection() as connection:
        connection.execute(sql.SQL("INSERT INTO {} VALUES ('oms.sales_order.number', '2026', 41)").format(table))
        upgrade_bookkeeping(connection, old)
        assert connection.execute(sql.SQL("SELECT last FROM {}").format(table)).fetchone() == (41,)
