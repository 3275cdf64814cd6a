"""What publishing promises: columns follow definitions, data stays, work goes on, nothing half-done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from queti.kernel.errors import UnknownName
from queti.kernel.model import Model
from queti.kernel.platform import SYSTEM, Platform
from queti.kernel.publishing import phases
from queti.kernel.publishing import publish as publishing
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import decode
from queti.kernel.publishing.findings import DefinitionsWrong
from queti.kernel.publishing.installing import install_apps, rollback
from queti.kernel.publishing.publish import publish, repair
from queti.kernel.publishing.releases import current_model, forget_models, list_releases, newest_number
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.kernel.shop import LINE, ORDER, PARTY, catalogue, install, with_fields, words


def run(db: Database, sql: str, *values: Any) -> Any:
    with db.connection() as connection:
        cursor = connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def add_orders(db: Database, count: int = 3) -> None:
    run(db, "INSERT INTO w_test.shop_party (name, region) VALUES ('Grand Hotel', 'north')")
    run(
        db,
        "INSERT INTO w_test.shop_order (number, party, freight, ordered_on, total)"
        " SELECT 'O' || n, 1, n, '2026-01-01', n * 10 + n FROM generate_series(1, %s) AS n",
        count,
    )
    run(
        db,
        'INSERT INTO w_test.shop_order_line ("order", position, quantity, price, amount)'
        " SELECT n, 1, n, 10, n * 10 FROM generate_series(1, %s) AS n",
        count,
    )


def columns(db: Database, table: str = "shop_order") -> set[str]:
    rows = run(
        db,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'w_test' AND table_name = %s",
        table,
    )
    return {name for (name,) in rows}


class TestTables:
    def test_rights_of_the_workspace_are_granted_table_by_table(self, database: Database, workspace: Workspace) -> None:
        entry = {"object": "entry", "label": words("Entry"), "append_only": True, "fields": {"text": {"type": "text"}}}
        install(database, workspace, entry=entry)
        rows = run(
            database,
            "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE grantee = %s AND table_name LIKE 'shop%%' GROUP BY 1",
            workspace.role,
        )
        assert dict(rows) == {
            "shop_entry": "INSERT SELECT",
            "shop_order": "INSERT SELECT UPDATE",
            "shop_order_line": "DELETE INSERT SELECT UPDATE",
            "shop_party": "INSERT SELECT UPDATE",
        }

    def test_keys_ignore_the_trash(self, database: Database, workspace: Workspace) -> None:
        _, model = install(database, workspace)
        add_orders(database, 1)
        with pytest.raises(psycopg.errors.UniqueViolation) as problem:
            run(database, "INSERT INTO w_test.shop_order (number) VALUES ('O1')")
        assert problem.value.diag.constraint_name == model.object("shop.order").keys["number"].index
        run(database, "UPDATE w_test.shop_order SET trashed_at = now()")
        run(database, "INSERT INTO w_test.shop_order (number) VALUES ('O1')")

    def test_rules_and_links_hold_in_the_database(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        with pytest.raises(psycopg.errors.CheckViolation):
            run(database, "INSERT INTO w_test.shop_order (freight) VALUES (-1)")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            run(database, "INSERT INTO w_test.shop_order (party) VALUES (77)")
        with pytest.raises(psycopg.errors.NotNullViolation):
            run(database, "INSERT INTO w_test.shop_party (region) VALUES ('north')")

    def test_scope_fields_have_the_default_sort_behind_them(self, database: Database, workspace: Workspace) -> None:
        _, model = install(database, workspace)
        found = {index.columns for index in model.indexes["shop.order"]}
        sort = (("ordered_on", True), ("number", False), ("id", False))
        assert sort in found
        assert (("region", False), *sort) in found

    def test_the_same_again_publishes_nothing(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        assert install(database, workspace)[1].number == 1


class TestChanges:
    def test_a_new_formula_is_filled_with_all_that_depends_on_it(
        self, database: Database, workspace: Workspace
    ) -> None:
        install(database, workspace)
        add_orders(database)
        line = with_fields(LINE, weight={"type": "number", "formula": "quantity * 2"})
        order = with_fields(ORDER, weight={"type": "rollup", "formula": "sum(lines.weight)"})
        party = with_fields(PARTY, weight={"type": "rollup", "formula": "sum(orders.weight)"})
        install(database, workspace, line=line, order=order, party=party)
        assert run(database, "SELECT weight FROM w_test.shop_order ORDER BY id") == [(2,), (4,), (6,)]
        assert run(database, "SELECT weight FROM w_test.shop_party") == [(12,)]

    def test_a_changed_formula_reaches_what_depends_on_it(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        line = with_fields(LINE, amount={"type": "money", "formula": "quantity * price * 2"})
        install(database, workspace, line=line)
        assert run(database, "SELECT total FROM w_test.shop_order ORDER BY id") == [(21,), (42,), (63,)]
        assert run(database, "SELECT owed FROM w_test.shop_party") == [(126,)]

    def test_derived_values_touch_neither_version_nor_changed_at(
        self, database: Database, workspace: Workspace
    ) -> None:
        install(database, workspace)
        add_orders(database)
        before = run(database, "SELECT version, changed_at FROM w_test.shop_order ORDER BY id")
        install(
            database,
            workspace,
            order=with_fields(
                ORDER,
                double={"type": "number", "formula": "quantity_of * 2"},
                quantity_of={"type": "number", "formula": "count(lines)"},
            ),
        )
        assert run(database, "SELECT version, changed_at FROM w_test.shop_order ORDER BY id") == before
        assert run(database, "SELECT DISTINCT double FROM w_test.shop_order") == [(2,)]

    def test_a_new_required_field_takes_its_default(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        urgent = {"type": "boolean", "required": True, "default": False}
        install(database, workspace, order=with_fields(ORDER, urgent=urgent))
        assert run(database, "SELECT DISTINCT urgent FROM w_test.shop_order") == [(False,)]

    def test_a_new_required_field_without_default_is_a_finding(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        with pytest.raises(DefinitionsWrong) as refused:
            install(database, workspace, order=with_fields(ORDER, carrier={"type": "text", "required": True}))
        [found] = refused.value.findings
        assert (found.name, found.place) == ("shop.order", "fields.carrier.required")
        assert "carrier" not in columns(database)

    def test_a_key_that_the_rows_break_is_a_finding(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        with pytest.raises(DefinitionsWrong) as refused:
            install(database, workspace, order={**ORDER, "keys": {"by_day": {"fields": ["party", "ordered_on"]}}})
        assert refused.value.findings[0].place == "keys.by_day"

    def test_a_rule_that_the_rows_break_is_a_finding(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        rules = {"small": {"require": "freight < 3", "say": words("Too much"), "at_database": True}}
        with pytest.raises(DefinitionsWrong) as refused:
            install(database, workspace, order={**ORDER, "rules": rules})
        assert refused.value.findings[0].place == "rules.small.require"

    def test_more_decimals_take_the_values_over(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        _, model = install(database, workspace, order=with_fields(ORDER, freight={"type": "money", "decimals": 4}))
        freight = model.object("shop.order").fields["freight"]
        assert freight.column is not None
        assert freight.column.name == "freight__2"
        assert run(database, "SELECT freight__2 FROM w_test.shop_order ORDER BY id")[0] == (Decimal("1.0000"),)

    def test_a_field_whose_search_is_new_can_be_found(self, database: Database, workspace: Workspace) -> None:
        note = {"type": "text"}
        install(database, workspace, order=with_fields(ORDER, note=note))
        add_orders(database, 1)
        run(database, "UPDATE w_test.shop_order SET note = '上海浦东'")
        install(database, workspace, order=with_fields(ORDER, note={**note, "search": True}))
        [(text,)] = run(database, "SELECT search FROM w_test.shop_order")
        assert "上海浦东" in text
        assert "o1" in text


class TestRetiring:
    def test_a_column_keeps_its_data_and_comes_back(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database)
        _, without = install(
            database, workspace, order=with_fields(ORDER, ordered_on=None, is_late=None) | {"sort": "number"}
        )
        assert "ordered_on" not in without.object("shop.order").fields
        run(database, "INSERT INTO w_test.shop_order (number) VALUES ('late')")
        install(database, workspace)
        found = run(database, "SELECT ordered_on::text FROM w_test.shop_order ORDER BY id")
        assert found == [("2026-01-01",)] * 3 + [(None,)]

    def test_a_retired_required_column_lets_rows_in(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        install(
            database,
            workspace,
            line=with_fields(LINE, price=None, amount={"type": "number", "formula": "quantity * 2"}),
            order=with_fields(ORDER, total={"type": "money", "formula": "freight"}),
        )
        add = 'INSERT INTO w_test.shop_order_line ("order", position, quantity) VALUES (1, 1, 1)'
        run(database, "INSERT INTO w_test.shop_order (number) VALUES ('O1')")
        assert run(database, add) == 1

    def test_another_type_under_the_same_name_gets_a_column_of_its_own(
        self, database: Database, workspace: Workspace
    ) -> None:
        extra = with_fields(ORDER, extra={"type": "text"})
        install(database, workspace, order=extra)
        add_orders(database, 1)
        run(database, "UPDATE w_test.shop_order SET extra = 'as it was'")
        install(database, workspace, order=with_fields(ORDER, extra={"type": "date"}))
        assert {"extra", "extra__2"} <= columns(database)
        install(database, workspace, order=extra)
        _, model = install(database, workspace, order=extra)
        column = model.object("shop.order").fields["extra"].column
        assert column is not None
        assert run(database, f"SELECT {column.name} FROM w_test.shop_order") == [("as it was",)]

    def test_an_object_that_is_gone_comes_back_with_its_records(self, database: Database, workspace: Workspace) -> None:
        crate = {"object": "crate", "label": words("Crate"), "fields": {"size": {"type": "text"}}}
        install(database, workspace, crate=crate)
        run(database, "INSERT INTO w_test.shop_crate (size) VALUES ('large')")
        _, without = install(database, workspace)
        assert "shop.crate" not in without.objects
        install(database, workspace, crate=crate)
        assert run(database, "SELECT size FROM w_test.shop_crate") == [("large",)]

    def test_a_rollback_brings_definitions_and_data_back(self, database: Database, workspace: Workspace) -> None:
        known, first = install(database, workspace)
        add_orders(database)
        install(
            database,
            workspace,
            order={**with_fields(ORDER, freight={"type": "text"}, total=None, note={"type": "text"}), "rules": {}},
            view=None,
            party=with_fields(PARTY, owed=None),
        )
        run(database, "UPDATE w_test.shop_order_line SET amount = 100")
        number = rollback(database, workspace, known, first.number, who=7)
        back = current_model(database, workspace, known)
        assert (number, back.number) == (3, 3)
        assert back.definitions.keys() == first.definitions.keys()
        assert run(database, "SELECT freight, total FROM w_test.shop_order ORDER BY id")[0] == (1, 101)
        assert run(database, "SELECT owed FROM w_test.shop_party") == [(306,)]
        with database.connection() as connection:
            newest = list_releases(connection, workspace.schema)[0]
        assert (newest.rolls_back_to, newest.published_by) == (1, 7)


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    done = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if is_so():
            return
        done.wait(0.01)
    raise AssertionError("it never came about")


@contextmanager
def busy(act: Callable[[], None], threads: int = 3) -> Iterator[list[Exception]]:
    """`act` again and again on other connections."""
    stop, problems, rounds = threading.Event(), list[Exception](), [0] * threads

    def go(place: int) -> None:
        while not stop.is_set():
            try:
                act()
                rounds[place] += 1
            except Exception as problem:  # noqa: BLE001
                problems.append(problem)
                return

    workers = [threading.Thread(target=go, args=(place,)) for place in range(threads)]
    for worker in workers:
        worker.start()
    wait_until(lambda: bool(problems) or all(rounds))
    yield problems
    stop.set()
    for worker in workers:
        worker.join()


class TestAtWork:
    def test_others_read_and_write_while_fields_and_objects_are_published(
        self, database: Database, workspace: Workspace
    ) -> None:
        install(database, workspace)
        add_orders(database)

        def write() -> None:
            with database.connection() as connection:
                connection.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('queti.release.w_test', 0))")
                number = newest_number(connection, "w_test")
                connection.execute(
                    "INSERT INTO w_test.shop_order (number, party) SELECT 'N' || nextval('w_test.shop_order_id_seq'), 1"
                )
                connection.execute("SELECT number, total FROM w_test.shop_order ORDER BY id DESC LIMIT 5").fetchall()
                assert newest_number(connection, "w_test") == number

        with busy(write) as problems:
            for place in range(1, 5):
                extra = {f"extra_{n}": {"type": "number", "formula": f"count(lines) + {n}"} for n in range(place)}
                crate = {
                    "object": f"crate{place}",
                    "label": words("Crate"),
                    "fields": {"order": {"type": "link", "to": "order", "reverse": "crates"}},
                }
                install(database, workspace, order=with_fields(ORDER, **extra), crate=crate)
        assert problems == []
        assert run(database, "SELECT count(*) FROM w_test.shop_order WHERE extra_0 IS NULL AND id <= 3") == [(0,)]

    def test_a_long_write_holds_publishing_up_and_nothing_else(
        self, database: Database, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install(database, workspace)
        monkeypatch.setattr(publishing, "_TRIES", 3)
        monkeypatch.setattr(publishing, "LOCK_TIMEOUT", "20ms")
        with database.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('queti.release.w_test', 0))")
            with pytest.raises(publishing.PublishingHeldUp):
                install(database, workspace, order=with_fields(ORDER, note={"type": "text"}))
        assert "note" not in columns(database)
        assert install(database, workspace, order=with_fields(ORDER, note={"type": "text"}))[1].number == 2

    def test_two_publish_at_once_and_both_arrive(self, database: Database, workspace: Workspace) -> None:
        known, _ = install(database, workspace)
        numbers: list[int] = []

        def go(name: str) -> None:
            def propose(publication: publishing.Publication) -> publishing.Proposal:
                manifest = publication.base.manifest
                definitions = dict(publication.before.definitions)
                body = {"object": f"own.{name}", "label": words(name), "fields": {"size": {"type": "text"}}}
                definitions["object", f"own.{name}"] = decode("object", body)
                return publishing.Proposal(definitions, manifest["shipped"], manifest["sources"])

            numbers.append(publish(database, workspace, known, propose).number)

        both = [threading.Thread(target=go, args=(name,)) for name in ("crate", "pallet")]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert sorted(numbers) == [2, 3]
        assert {"own.crate", "own.pallet"} <= current_model(database, workspace, known).objects.keys()


class TestWorks:
    def test_records_are_written_to_the_column_that_a_field_has_now(
        self, database: Database, workspace: Workspace
    ) -> None:
        install(database, workspace)
        add_orders(database, 1)
        known, model = install(database, workspace, order=with_fields(ORDER, freight={"type": "money", "decimals": 4}))
        platform = Platform(database, known)
        lines = [{"quantity": "2", "price": "5.00"}]
        [order] = platform.run(
            workspace.name,
            SYSTEM,
            lambda work: work.create("shop.order", [{"number": "O2", "party": 1, "freight": "0.1234", "lines": lines}]),
        )
        assert model.object("shop.order").table.c["freight"].name == "freight__2"
        assert run(database, "SELECT freight, freight__2, total FROM w_test.shop_order WHERE id = %s", order.id) == [
            (None, Decimal("0.1234"), Decimal("10.12"))
        ]

    def test_a_work_meets_the_newer_release(self, database: Database, workspace: Workspace) -> None:
        known, _ = install(database, workspace)
        elsewhere, here = Platform(database, known), Platform(database, catalogue())
        assert here.run(workspace.name, SYSTEM, lambda work: work.model.number) == 1
        install(database, workspace, order=with_fields(ORDER, note={"type": "text"}))
        for platform in (elsewhere, here):
            assert platform.run(workspace.name, SYSTEM, lambda work: work.model.number) == 2


class TestStandardApps:
    def test_they_install_and_a_second_start_reads_none_of_their_definitions(
        self, database: Database, workspace: Workspace
    ) -> None:
        first, second = Catalogue.standard(), Catalogue.standard()
        installed = install_apps(database, workspace, first, first.apps)
        assert install_apps(database, workspace, second, second.apps).definitions == installed.definitions
        assert not any("definitions" in vars(app) for app in second.apps.values())


class TestLargeTables:
    def test_they_are_prepared_outside_the_transaction(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        add_orders(database, 50)
        line = with_fields(
            LINE, amount={"type": "money", "formula": "quantity * price"}, code={"type": "text", "index": True}
        )
        order = with_fields(
            ORDER, weight={"type": "number", "formula": "count(lines) + 1"}, plan={"type": "link", "to": "party"}
        ) | {"keys": {"place": {"fields": ["number", "party"]}}}
        new = catalogue(order=order, line=line)
        model = install_large(database, workspace, new)
        assert run(database, "SELECT DISTINCT weight FROM w_test.shop_order") == [(2,)]
        made = run(database, "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid")
        assert {index.name for index in model.indexes["shop.order"]} <= {name for name, valid in made if valid}
        invalid = run(database, "SELECT conname FROM pg_constraint WHERE NOT convalidated")
        assert invalid == []

    def test_a_crash_in_the_middle_leaves_the_old_release_whole(
        self, database: Database, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known, first = install(database, workspace)
        add_orders(database, 50)
        order = with_fields(ORDER, weight={"type": "number", "formula": "count(lines) + 1"})
        new = catalogue(order=order)

        def crash(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(phases, "write_release", crash)
            with pytest.raises(KeyboardInterrupt):
                install_large(database, workspace, new)
        assert "weight" in columns(database)
        forget_models(database, workspace, known)
        assert current_model(database, workspace, known).number == first.number
        other = catalogue(order=with_fields(ORDER, weight={"type": "text"}))
        install_large(database, workspace, other)
        assert run(database, "SELECT DISTINCT weight FROM w_test.shop_order") == [(None,)]

    def test_a_lost_connection_leaves_the_old_release_and_lets_the_next_in(
        self, database: Database, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install(database, workspace)
        add_orders(database)

        def lose(connection: psycopg.Connection, *_: Any) -> None:
            run(database, "SELECT pg_terminate_backend(%s)", connection.info.backend_pid)
            connection.execute("SELECT 1")

        order = with_fields(ORDER, weight={"type": "number", "formula": "count(lines) + 1"})
        with monkeypatch.context() as patch:
            patch.setattr(publishing, "write_release", lose)
            with pytest.raises(psycopg.OperationalError):
                install(database, workspace, order=order)
        assert "weight" not in columns(database)
        assert install(database, workspace, order=order)[1].number == 2

    def test_a_start_drops_invalid_indexes_and_makes_missing_ones(
        self, database: Database, workspace: Workspace
    ) -> None:
        known, model = install(database, workspace)
        add_orders(database)
        names = [index.name for index in model.indexes["shop.order"]]
        run(database, f"DROP INDEX w_test.{names[0]}")
        run(database, f"DROP INDEX w_test.{names[1]}")
        with database.owner() as connection, pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {names[1]} ON w_test.shop_order (ordered_on)")
        assert len(repair(database, workspace, known)) == 3
        assert repair(database, workspace, known) == []
        made = run(database, "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indisvalid")
        assert set(names) <= {name for (name,) in made}


def install_large(database: Database, workspace: Workspace, known: Catalogue) -> Model:
    """As if every table had many rows."""
    return install_apps(database, workspace, known, ["shop"], large=0)


class TestModels:
    def test_a_process_that_knows_nothing_compiles_the_same(self, database: Database, workspace: Workspace) -> None:
        known, model = install(database, workspace)
        forget_models(database, workspace, known)
        known.bodies.clear()
        again = current_model(database, workspace, known)
        assert again is not model
        assert again.definitions == model.definitions
        assert again.storage == model.storage
        assert again.indexes == model.indexes
        assert {n: [f.name for f in o.fields.values()] for n, o in again.objects.items()} == {
            n: [f.name for f in o.fields.values()] for n, o in model.objects.items()
        }

    def test_an_earlier_release_can_still_be_had(self, database: Database, workspace: Workspace) -> None:
        install(database, workspace)
        known, _ = install(database, workspace, order=with_fields(ORDER, note={"type": "text"}))
        assert "note" not in current_model(database, workspace, known, 1).object("shop.order").fields
        assert "note" in current_model(database, workspace, known).object("shop.order").fields

    def test_installing_needs_what_is_needed(self, database: Database, workspace: Workspace) -> None:
        with pytest.raises(UnknownName):
            install_apps(database, workspace, catalogue(), ["shopp"])
