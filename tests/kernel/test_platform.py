"""A process's way to its workspaces: whatever happens to them elsewhere, and however few connections it has."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from queti.jobs.schema import prepare_database
from queti.kernel.errors import UnknownName
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.store.backup import backup, restore
from queti.store.database import Database
from queti.store.workspaces import Workspace, create_workspace, drop_workspace
from tests.fixtures.database import Databases
from tests.fixtures.patience import PATIENCE
from tests.kernel.shop import ORDER, catalogue, install, with_fields
from tests.server.kiosk import WORKSPACE, kiosk_catalogue, make_kiosk

NOTED = with_fields(ORDER, note={"type": "text"})


class TestAWorkspaceMadeAnew:
    """By another process, under the same name: its releases have numbers that this one knows of others."""

    def test_has_its_own_release_of_that_number(self, database: Database, workspace: Workspace) -> None:
        known, _ = install(database, workspace)
        here = Platform(database, known)
        make = lambda work: work.create("shop.order", [{"number": "A"}])  # noqa: E731
        here.run("test", SYSTEM, make)
        drop_workspace(database, "test")
        install(database, create_workspace(database, "test"), order=NOTED)
        assert "note" in here.run("test", SYSTEM, lambda work: work.model.object("shop.order").fields)
        assert here.run("test", SYSTEM, make)[0].note is None

    def test_has_other_columns(self, database: Database, workspace: Workspace) -> None:
        known, _ = install(database, workspace, order=NOTED)
        here = Platform(database, known)
        here.run("test", SYSTEM, lambda work: work.find("shop.order"))
        drop_workspace(database, "test")
        install(database, create_workspace(database, "test"))
        assert here.run("test", SYSTEM, lambda work: work.find("shop.order")) == []

    def test_is_published_on_from_what_is_there(self, database: Database, workspace: Workspace) -> None:
        known, _ = install(database, workspace, order=NOTED)
        drop_workspace(database, "test")
        install(database, create_workspace(database, "test"))
        here = Platform(database, known)
        assert "note" not in here.model(here.workspace("test"), 1).object("shop.order").fields

    def test_may_come_from_a_backup(self, database: Database, workspace: Workspace, tmp_path: Path) -> None:
        known, _ = install(database, workspace)
        here, file = Platform(database, known), tmp_path / "backup"
        backup(database, file)
        elsewhere = catalogue(order=NOTED)
        Platform(database, elsewhere)
        install(database, workspace, order=NOTED)
        assert here.run("test", SYSTEM, lambda work: work.model.number) == 2
        drop_workspace(database, "test")
        restore(database, file)
        assert here.run("test", SYSTEM, lambda work: work.model.number) == 1
        install(database, workspace, order=with_fields(ORDER, remark={"type": "text"}))
        assert "remark" in here.run("test", SYSTEM, lambda work: work.model.object("shop.order").fields)


class TestAWorkspaceThatIsGone:
    @pytest.mark.parametrize("reads_only", [True, False])
    def test_is_not_there(self, database: Database, workspace: Workspace, reads_only: bool) -> None:
        known, _ = install(database, workspace)
        here = Platform(database, known)
        here.run("test", SYSTEM, lambda work: work.model.number)
        drop_workspace(database, "test")
        with pytest.raises(UnknownName):
            here.run("test", SYSTEM, lambda work: work.model.number, reads_only=reads_only)


class TestASingleConnection:
    def test_is_enough_for_the_first_number_of_a_year(self, databases: Databases) -> None:
        order = with_fields(ORDER, number={"type": "serial", "pattern": "SO-{year}-{0000}"})
        with databases.fresh(databases.template("platform", prepare_database), size=1) as database:
            known, _ = install(database, create_workspace(database, "test"), order=order)
            made = Platform(database, known).run("test", SYSTEM, lambda work: work.create("shop.order", [{}]))
        assert made[0].number.endswith("-0001")


class TestNewsOfPeople:
    def test_comes_with_the_commit_whoever_wrote(self, databases: Databases) -> None:
        with databases.fresh(databases.template("kiosk", make_kiosk)) as database:
            platform = Platform(database, kiosk_catalogue())
            with psycopg.connect(database.dsn, autocommit=True) as listener:
                listener.execute("LISTEN queti_tidings")
                platform.run(WORKSPACE, SYSTEM, lambda work: work.change("base.user", [(1, {"roles": ["clerk"]})]))
                [heard] = listener.notifies(timeout=PATIENCE, stop_after=1)
        assert heard.payload == f"workspace:{WORKSPACE}"
