"""Workspaces keep to themselves."""

from __future__ import annotations

import psycopg
import pytest

from queti.store.database import Database
from queti.store.errors import UnknownWorkspace, WorkspaceExists, WrongWorkspaceName
from queti.store.workspaces import Workspace, all_workspaces, create_workspace, drop_workspace, find_workspace


def enter(connection: psycopg.Connection, workspace: Workspace) -> None:
    connection.execute("SELECT set_config('role', %s, true)", [workspace.role])


class TestAWorkspace:
    def test_is_found_by_its_name(self, database: Database, workspace: Workspace) -> None:
        assert find_workspace(database, "test") == workspace
        assert find_workspace(database, "other") is None
        assert workspace.label["zh"] == "测试"

    def test_has_a_name_of_its_own(self, database: Database, workspace: Workspace) -> None:
        with pytest.raises(WorkspaceExists):
            create_workspace(database, "test")

    @pytest.mark.parametrize("name", ["", "Test", "1st", "a-b", 'a"b', "a" * 41, "港湾"])
    def test_name_is_plain(self, database: Database, name: str) -> None:
        with pytest.raises(WrongWorkspaceName):
            create_workspace(database, name)

    def test_goes_with_all_it_has(self, database: Database, workspace: Workspace) -> None:
        drop_workspace(database, "test")
        assert all_workspaces(database) == []
        assert create_workspace(database, "test").role == workspace.role

    def test_that_is_unknown_cannot_be_dropped(self, database: Database) -> None:
        with pytest.raises(UnknownWorkspace):
            drop_workspace(database, "nowhere")


class TestTheRoleOfAWorkspace:
    def test_owns_nothing(self, database: Database, workspace: Workspace) -> None:
        with database.connection() as connection:
            owned = connection.execute(
                "SELECT 1 FROM pg_class WHERE relowner = %s::regrole", [f'"{workspace.role}"']
            ).fetchall()
        assert owned == []

    @pytest.mark.parametrize("forbidden", [
        "SELECT * FROM w_other.kernel_counter",
        "SELECT * FROM platform.account",
        "UPDATE w_test.kernel_history SET version = 2",
        "DELETE FROM w_test.kernel_event",
        "INSERT INTO w_test.kernel_release (number, manifest) VALUES (1, '{}')",
        "CREATE TABLE w_test.mine (id bigint)",
        "DROP TABLE w_test.kernel_counter",
    ])  # fmt: skip
    def test_may_only_what_it_was_granted(self, database: Database, workspace: Workspace, forbidden: str) -> None:
        create_workspace(database, "other")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection() as connection:
            enter(connection, workspace)
            connection.execute(forbidden)

    def test_writes_its_own_tables(self, database: Database, workspace: Workspace) -> None:
        with database.connection() as connection:
            enter(connection, workspace)
            connection.execute("INSERT INTO w_test.kernel_counter VALUES ('n', '2026', 1)")
            assert connection.execute("SELECT last FROM w_test.kernel_counter").fetchone() == (1,)

    def test_ends_with_the_transaction(self, database: Database, workspace: Workspace) -> None:
        with database.connection() as connection:
            enter(connection, workspace)
            connection.commit()
            assert connection.execute("SELECT current_user = session_user").fetchone() == (True,)
