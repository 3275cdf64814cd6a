"""Workspaces: one company each, a schema and a database role of its own.

The role owns nothing and signs in nowhere; the owner's connection enters it by
`SET LOCAL ROLE` for each Work. What it may touch is granted table by table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.errors import DependentObjectsStillExist
from psycopg.types.json import Jsonb

from queti.store import bookkeeping
from queti.store.database import Database
from queti.store.errors import UnknownWorkspace, WorkspaceExists, WrongWorkspaceName
from queti.store.files import Files

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
COLUMNS = "name, schema, role, label"


@dataclass(frozen=True, slots=True)
class Workspace:
    name: str
    schema: str
    role: str
    label: Mapping[str, str]


def create_workspace(db: Database, name: str, label: Mapping[str, str] | None = None) -> Workspace:
    """A new, empty workspace with the kernel's own tables. Raises WrongWorkspaceName, WorkspaceExists."""
    with db.connection() as connection:
        workspace = add_workspace(connection, name, label or {"en": name})
        names = {"schema": sql.Identifier(workspace.schema), "role": sql.Identifier(workspace.role)}
        for script in (bookkeeping.TABLES, bookkeeping.GRANTS):
            connection.execute(sql.SQL(script).format(**names))
        return workspace


def add_workspace(connection: Connection[Any], name: str, label: Mapping[str, str]) -> Workspace:
    """The row, the role and the schema without any table, in the caller's transaction."""
    if not NAME.fullmatch(name):
        raise WrongWorkspaceName(name=name)
    workspace = Workspace(name, f"w_{name}", _role_name(connection, name), dict(label))
    added = connection.execute(
        f"INSERT INTO platform.workspace ({COLUMNS}) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [workspace.name, workspace.schema, workspace.role, Jsonb(workspace.label)],
    )
    if added.rowcount == 0:
        raise WorkspaceExists(name=name)
    _ensure_role(connection, workspace.role)
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(workspace.schema)))
    return workspace


def upgrade_bookkeeping(connection: Connection[Any], workspace: Workspace) -> None:
    """Bring the kernel's own tables of a workspace of an earlier version up to date."""
    names = {"schema": sql.Identifier(workspace.schema), "role": sql.Identifier(workspace.role)}
    for (table, column), script in bookkeeping.UPGRADES:
        place = [workspace.schema, table, column]
        if not connection.execute(_HAS_COLUMN, place).fetchone():
            connection.execute(sql.SQL(script).format(**names))  # pyright: ignore[reportArgumentType]


_HAS_COLUMN = """
SELECT 1 FROM information_schema.columns WHERE (table_schema, table_name, column_name) = (%s, %s, %s)
"""


def find_workspace(db: Database, name: str) -> Workspace | None:
    with db.connection() as connection:
        found = connection.execute(f"SELECT {COLUMNS} FROM platform.workspace WHERE name = %s", [name]).fetchone()
    return Workspace(*found) if found else None


def all_workspaces(db: Database) -> list[Workspace]:
    with db.connection() as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM platform.workspace ORDER BY name").fetchall()
    return [Workspace(*row) for row in rows]


def drop_workspace(db: Database, name: str, files: Files | None = None) -> None:
    """Remove the company with all its data, accounts and sessions, and what lies in `files`. Raises UnknownWorkspace.

    The files go when the rest is gone for good: what breaks off leaves files without a company, never the reverse.
    """
    with db.connection() as connection:
        found = connection.execute(
            f"DELETE FROM platform.workspace WHERE name = %s RETURNING {COLUMNS}", [name]
        ).fetchone()
        if not found:
            raise UnknownWorkspace(name=name)
        workspace = Workspace(*found)
        schema, role = sql.Identifier(workspace.schema), sql.Identifier(workspace.role)
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
        _drop_role(connection, role)
    if files is not None:
        files.forget_all(workspace.schema)


def _role_name(connection: Connection[Any], name: str) -> str:
    # Roles belong to the whole server, workspaces to one database of it.
    return f"w_{name}@{connection.info.dbname}"[:63]


def _ensure_role(connection: Connection[Any], role: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    _enter(connection, sql.Identifier(role), inherit=False)


def _enter(connection: Connection[Any], role: sql.Identifier, *, inherit: bool) -> None:
    # Before version 16 inheriting can't be chosen; there it gives the owner nothing that it doesn't own.
    how = sql.SQL("")
    if connection.info.server_version >= 160_000:
        how = sql.SQL("WITH SET TRUE, INHERIT TRUE" if inherit else "WITH SET TRUE, INHERIT FALSE")
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER {}").format(role, how))


def _drop_role(connection: Connection[Any], role: sql.Identifier) -> None:
    """Gone, unless a copy of this database on the same server still uses it."""
    _enter(connection, role, inherit=True)
    connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
    try:
        with connection.transaction():
            connection.execute(sql.SQL("DROP ROLE {}").format(role))
    except DependentObjectsStillExist:
        pass
