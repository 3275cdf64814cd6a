"""Backup and restore of workspaces: everything of a company in one file.

A backup is one consistent moment: all reads share a snapshot, and no release is published
between reading the structure and locking it. Rows travel as COPY text, so any supported
version of PostgreSQL can restore what another wrote. Sessions stay behind: a restored
company signs in anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel, sql

import queti
from queti.store.accounts import read_people, write_people
from queti.store.archive import FORMAT, ArchiveReader, ArchiveWriter, Counter, Entry, Manifest
from queti.store.database import Database
from queti.store.errors import UnknownWorkspace
from queti.store.files import Files
from queti.store.structure import (
    Position,
    Structure,
    Table,
    build_tables,
    finish_tables,
    look_into,
    read_positions,
    read_structure,
)
from queti.store.workspaces import Workspace, add_workspace, all_workspaces, upgrade_bookkeeping

RELEASE_LOCK = "hashtextextended('queti.release.' || %s, 0)"


def backup(
    db: Database, file: Path, workspaces: Collection[str] | None = None, *, files: Files | None = None
) -> list[Workspace]:
    """Write these workspaces (all when None) to `file`, uploads included; answers them. Raises UnknownWorkspace."""
    chosen = _choose(db, workspaces)
    schemas = [workspace.schema for workspace in chosen]
    with ArchiveWriter(file) as archive, db.owner() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with _unpublished(connection, schemas) as publish_again, connection.transaction():
                structures = [_locked_structure(connection, workspace) for workspace in chosen]
                publish_again()
                for workspace, structure in zip(chosen, structures, strict=True):
                    _write(archive, connection, workspace, structure)
                    if files is not None:
                        _write_files(archive, connection, workspace, files)
        finally:
            connection.isolation_level = None
        archive.finish(_manifest(connection, chosen, archive))
    return chosen


def restore(
    db: Database,
    file: Path,
    workspaces: Collection[str] | None = None,
    rename: Mapping[str, str] | None = None,
    *,
    files: Files | None = None,
) -> list[Workspace]:
    """Bring these workspaces (all when None) back, under new names where `rename` says so: all or none.

    Raises DamagedBackup before anything is touched, UnknownWorkspace, WorkspaceExists.
    """
    with ArchiveReader(file) as archive:
        entries = archive.manifest.workspaces
        for name in set(workspaces or ()) - {entry.name for entry in entries}:
            raise UnknownWorkspace(name=name)
        wanted = [entry for entry in entries if workspaces is None or entry.name in workspaces]
        with db.connection() as connection:
            names = rename or {}
            restored = [_read(archive, connection, entry, names.get(entry.name, entry.name)) for entry in wanted]
            if files is not None:
                for entry, workspace in zip(wanted, restored, strict=True):
                    _read_files(archive, entry, workspace, files)
    with db.owner() as connection:
        connection.execute("ANALYZE")
    return restored


def _choose(db: Database, names: Collection[str] | None) -> list[Workspace]:
    found = {workspace.name: workspace for workspace in all_workspaces(db)}
    for name in names or ():
        if name not in found:
            raise UnknownWorkspace(name=name)
    return [workspace for name, workspace in found.items() if names is None or name in names]


@contextmanager
def _unpublished(connection: Connection[Any], schemas: list[str]) -> Generator[Callable[[], None]]:
    """Keep releases as they are until the yielded function is called."""
    for schema in schemas:
        connection.execute(f"SELECT pg_advisory_lock_shared({RELEASE_LOCK})", [schema])
    held = list(schemas)

    def release() -> None:
        while held:
            connection.execute(f"SELECT pg_advisory_unlock_shared({RELEASE_LOCK})", [held.pop()])

    try:
        yield release
    finally:
        release()


def _locked_structure(connection: Connection[Any], workspace: Workspace) -> Structure:
    """The structure, whose tables nobody can alter or drop to the end of the transaction."""
    structure = read_structure(connection, workspace.schema, workspace.role)
    tables = [sql.Identifier(workspace.schema, table.name) for table in structure.tables]
    if tables:
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.SQL(", ").join(tables)))
    return structure


def _write(archive: ArchiveWriter, connection: Connection[Any], workspace: Workspace, structure: Structure) -> None:
    folder = workspace.name
    archive.add_json(f"{folder}/structure.json", structure)
    for table in structure.tables:
        rows = Counter()
        with connection.cursor().copy(_copy(workspace.schema, table, "TO STDOUT")) as copy:
            archive.add(f"{folder}/tables/{table.name}", rows.chunks(copy), rows=rows)
    archive.add_json(f"{folder}/positions.json", read_positions(connection, workspace.schema, structure))
    archive.add_json(f"{folder}/people.json", read_people(connection, workspace.name))


def _write_files(archive: ArchiveWriter, connection: Connection[Any], workspace: Workspace, files: Files) -> None:
    """Contents that are lost already are left out: the rest is worth keeping."""
    named = sql.SQL("SELECT DISTINCT digest FROM {} ORDER BY digest")
    rows = connection.execute(named.format(sql.Identifier(workspace.schema, "kernel_file"))).fetchall()
    for [digest] in rows:
        if files.has(workspace.schema, digest):
            archive.add(f"{workspace.name}/files/{digest}", files.read(workspace.schema, digest))


def _read_files(archive: ArchiveReader, entry: Entry, workspace: Workspace, files: Files) -> None:
    folder = f"{entry.folder}/files/"
    for name in archive.manifest.members:
        if name.startswith(folder):
            with tempfile.NamedTemporaryFile(dir=files.inbox, delete=False) as out:
                out.writelines(archive.chunks(name))
            files.keep(workspace.schema, name.removeprefix(folder), Path(out.name))


def _read(archive: ArchiveReader, connection: Connection[Any], entry: Entry, name: str) -> Workspace:
    workspace = add_workspace(connection, name, entry.label)
    structure = archive.json(f"{entry.folder}/structure.json", Structure)
    look_into(connection, workspace.schema)
    build_tables(connection, structure)
    for table in structure.tables:
        with connection.cursor().copy(_copy(workspace.schema, table, "FROM STDIN")) as copy:
            for chunk in archive.chunks(f"{entry.folder}/tables/{table.name}"):
                copy.write(chunk)
    positions = archive.json(f"{entry.folder}/positions.json", dict[str, Position])
    finish_tables(connection, structure, positions, workspace.schema, workspace.role)
    upgrade_bookkeeping(connection, workspace)
    write_people(connection, name, archive.json(f"{entry.folder}/people.json", dict[str, list[dict[str, Any]]]))
    return workspace


def _copy(schema: str, table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    how = sql.SQL(direction)  # pyright: ignore[reportArgumentType]
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(schema, table.name), columns, how)


def _manifest(connection: Connection[Any], workspaces: list[Workspace], archive: ArchiveWriter) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        queti=queti.__version__,
        postgres=connection.info.server_version // 10_000,
        workspaces=[Entry(each.name, dict(each.label), each.name) for each in workspaces],
        members=archive.members,
    )
