"""What a person may write: rights to object, record, field, link and operation."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from queti.kernel.errors import NotAllowed, OutOfSight, RecordNotFound, StaleVersion, UnknownName, WrongInput
from queti.kernel.person import SYSTEM, Person
from queti.kernel.work import Work
from tests.fixtures.patience import PATIENCE, eventually
from tests.fixtures.shop import Shop

LINES = "shop.order_line"


@pytest.fixture
def seller(shop: Shop) -> Person:
    return shop.person(1, "seller")


def own(shop: Shop, **wanted: Any) -> int:
    """An order of user 1 that is open and not in the trash."""
    fits = {"owner": 1, "state": "open", "trashed_at": None} | wanted
    orders = shop.rows["shop.order"].values()
    return next(row["id"] for row in orders if all(row[name] == value for name, value in fits.items()))


def create(shop: Shop, who: Person, row: Mapping[str, Any]) -> dict[str, Any]:
    return shop.run(who, lambda work: work.as_person.create("shop.order", [row])[0], reads_only=False)


def change(shop: Shop, who: Person, id: int, **values: Any) -> dict[str, Any]:
    return shop.run(who, lambda work: work.as_person.change("shop.order", [(id, values)])[0], reads_only=False)


def write(shop: Shop, who: Person, act: Callable[[Work], Any]) -> Any:
    return shop.run(who, act, reads_only=False)


def add_line(shop: Shop, who: Person, row: Mapping[str, Any]) -> dict[str, Any]:
    return write(shop, who, lambda work: work.as_person.create(LINES, [row])[0])


def stored(shop: Shop, object: str, id: int, field: str) -> Any:
    table = shop.model.object(object).table
    with shop.platform.db.owner() as connection:
        [row] = connection.execute(f'SELECT "{field}" FROM "{table.schema}"."{table.name}" WHERE id = {id}')
        return row[0]


@contextmanager
def held(shop: Shop, object: str, id: int, **values: Any) -> Generator[Callable[..., None]]:
    """Somebody else's change that waits to be committed; call what is answered once so many wait for it."""
    changed, done = Event(), Event()

    def change_slowly(work: Work) -> None:
        work.change(object, [(id, values)])
        changed.set()
        assert done.wait(PATIENCE)

    def let_go(waiting: int = 1) -> None:
        stuck = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with shop.platform.db.owner() as connection:
            eventually(lambda: connection.execute(stuck).rowcount >= waiting, "waiting for the lock")
        done.set()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write, shop, SYSTEM, change_slowly)
        assert changed.wait(PATIENCE)
        try:
            yield let_go
        finally:
            done.set()
            slow.result(PATIENCE)


def problem(caught: pytest.ExceptionInfo[WrongInput]) -> tuple[str, str]:
    [found] = caught.value.fields
    return found.path, found.code


def seen_party(shop: Shop, *, seen: bool) -> int:
    parties = shop.rows["shop.party"].values()
    return next(row["id"] for row in parties if (row["owner"] in (1, None)) == seen and row["city"])


class TestCreating:
    def test_answers_the_record_as_the_person_sees_it(self, shop: Shop, seller: Person) -> None:
        made = create(shop, seller, {"number": "N1", "owner": 1, "total": "5.00", "lines": [{"product": "Desk"}]})
        assert made["number"] == "N1"
        assert made["_labels"] == {"owner": "Mei", "created_by": "Mei", "changed_by": "Mei"}
        assert [line["product"] for line in made["lines"]] == ["Desk"]
        assert "margin" not in made
        assert "cost" not in made["lines"][0]

    def test_outside_of_the_scope_is_refused_and_leaves_nothing(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(NotAllowed):
            create(shop, seller, {"number": "N2", "owner": 2})
        found = shop.run(shop.person(4, "auditor"), lambda work: work.as_person.query("shop.order", "number = 'N2'"))
        assert found.records == []

    def test_without_the_right_is_refused(self, shop: Shop) -> None:
        with pytest.raises(NotAllowed):
            create(shop, shop.person(1, "clerk"), {"number": "N3"})

    def test_hidden_fields_are_unknown(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(WrongInput) as caught:
            create(shop, seller, {"owner": 1, "margin": "1"})
        assert problem(caught) == ("margin", "unknown_field")
        with pytest.raises(WrongInput) as caught:
            create(shop, seller, {"owner": 1, "lines": [{"product": "Desk"}, {"cost": "1.00"}]})
        assert problem(caught) == ("lines[1].cost", "unknown_field")

    def test_computed_fields_are_not_written(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(WrongInput) as caught:
            create(shop, seller, {"owner": 1, "is_late": True})
        assert problem(caught) == ("is_late", "not_writable")

    def test_a_link_out_of_sight_is_not_found_as_one_that_is_not_there(self, shop: Shop, seller: Person) -> None:
        said = []
        for id in (seen_party(shop, seen=False), 777):
            with pytest.raises(WrongInput) as caught:
                create(shop, seller, {"owner": 1, "customer": id})
            assert problem(caught) == ("customer", "not_found")
            said.append(caught.value.fields[0].en.replace(str(id), "…"))
        assert said[0] == said[1]
        create(shop, seller, {"owner": 1, "customer": seen_party(shop, seen=True)})

    def test_links_of_lines_too(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(WrongInput) as caught:
            create(shop, seller, {"owner": 1, "lines": [{"supplier": seen_party(shop, seen=False)}]})
        assert problem(caught) == ("lines[0].supplier", "not_found")


class TestChanging:
    def test_within_the_scope_works(self, shop: Shop, seller: Person) -> None:
        assert change(shop, seller, own(shop), total="7.00")["total"] == 7

    def test_what_is_seen_only_is_refused_and_what_is_out_of_sight_not_found(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(NotAllowed):
            change(shop, seller, own(shop, state="sent"), total="7.00")
        hidden = next(
            row["id"] for row in shop.rows["shop.order"].values() if row["owner"] == 3 and row["department"] == 2
        )
        for id in (hidden, 4711):
            with pytest.raises(RecordNotFound):
                change(shop, seller, id, total="7.00")

    def test_fields_are_those_of_the_roles_that_admit_the_record(self, shop: Shop) -> None:
        """A clerk's total is locked; the seller's right to it ends with the seller's scope."""
        both = shop.person(1, "seller", "clerk")
        change(shop, both, own(shop), total="8.00")
        other = next(
            row["id"]
            for row in shop.rows["shop.order"].values()
            if row["state"] == "open" and row["owner"] != 1 and not row["trashed_at"]
        )
        change(shop, both, other, number="X")
        with pytest.raises(WrongInput) as caught:
            change(shop, both, other, total="8.00")
        assert problem(caught) == ("total", "not_writable")

    def test_hands_a_record_over_to_somebody_as_long_as_it_stays_in_sight(self, shop: Shop, seller: Person) -> None:
        shop.insert("shop.order", [{"id": 900, "owner": 1, "state": "open", "department": 1}])
        assert change(shop, seller, 900, owner=2)["owner"] == 2

    def test_does_not_put_a_record_out_of_ones_own_sight(self, shop: Shop, seller: Person) -> None:
        shop.insert("shop.order", [{"id": 900, "owner": 1, "state": "open", "department": 2}])
        with pytest.raises(OutOfSight):
            change(shop, seller, 900, owner=2)
        assert stored(shop, "shop.order", 900, "owner") == 1

    def test_looks_at_the_record_as_it_is_once_others_are_done_with_it(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        with held(shop, "shop.order", id, state="sent") as let_go, ThreadPoolExecutor(1) as pool:
            late = pool.submit(change, shop, seller, id, total="7.00")
            let_go()
            with pytest.raises(NotAllowed):
                late.result(PATIENCE)
        assert stored(shop, "shop.order", id, "version") == 2


class TestLinesByTheirOwnAddress:
    """Writing a line is changing its record."""

    def test_are_added_to_records_that_may_be_changed(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        [line] = write(shop, seller, lambda work: work.as_person.create(LINES, [{"parent": id, "product": "Lamp"}]))
        assert (line["parent"], line["product"]) == (id, "Lamp")

    def test_are_not_added_to_records_that_one_may_only_create(self, shop: Shop, seller: Person) -> None:
        with pytest.raises(NotAllowed):
            add_line(shop, seller, {"parent": own(shop, state="sent"), "product": "Lamp"})

    def test_need_the_right_to_the_list(self, shop: Shop) -> None:
        with pytest.raises(NotAllowed):
            add_line(shop, shop.person(1, "auditor"), {"parent": own(shop), "product": "Lamp"})

    def test_are_not_added_to_what_is_out_of_sight(self, shop: Shop, seller: Person) -> None:
        shop.insert("shop.order", [{"id": 901, "owner": 3, "department": 2, "state": "open"}])
        for id in (901, 9_999):
            with pytest.raises(WrongInput) as caught:
                add_line(shop, seller, {"parent": id, "product": "Lamp"})
            assert problem(caught) == ("parent", "not_found")

    def test_name_their_record(self, shop: Shop, seller: Person) -> None:
        for row in ({"product": "Lamp"}, {"parent": None, "product": "Lamp"}):
            for who in (seller, SYSTEM):
                with pytest.raises(WrongInput) as caught:
                    add_line(shop, who, row)
                assert problem(caught) == ("parent", "required")

    def test_name_their_record_by_its_id_or_a_key_of_it(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        assert add_line(shop, seller, {"parent": {"id": id}, "product": "Lamp"})["parent"] == id
        with pytest.raises(WrongInput) as caught:
            add_line(shop, SYSTEM, {"parent": {"state": "open"}, "product": "Lamp"})
        assert problem(caught) == ("parent", "not_a_key")
        with pytest.raises(WrongInput) as caught:
            add_line(shop, SYSTEM, {"parent": 9_999, "product": "Lamp"})
        assert problem(caught) == ("parent", "not_found")

    def test_are_changed_with_the_version_of_their_record(self, shop: Shop, seller: Person) -> None:
        line = add_line(shop, seller, {"parent": own(shop), "product": "Lamp"})["id"]
        write(shop, seller, lambda work: work.as_person.change(LINES, [(line, {"product": "Bed"})], expect={line: 2}))
        with pytest.raises(StaleVersion):
            write(
                shop, seller, lambda work: work.as_person.change(LINES, [(line, {"product": "Rug"})], expect={line: 2})
            )

    def test_are_looked_at_once_others_are_done_with_their_record(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        line = add_line(shop, seller, {"parent": id, "product": "Lamp"})["id"]
        acts: list[Callable[[Work], Any]] = [
            lambda work: work.as_person.change(LINES, [(line, {"product": "Bed"})]),
            lambda work: work.as_person.create(LINES, [{"parent": id, "product": "Bed"}]),
        ]
        with held(shop, "shop.order", id, state="sent") as let_go, ThreadPoolExecutor(2) as pool:
            late = [pool.submit(write, shop, seller, act) for act in acts]
            let_go(2)
            for each in late:
                with pytest.raises(NotAllowed):
                    each.result(PATIENCE)


class TestRemoving:
    def test_needs_the_right_on_the_record(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        shop.run(seller, lambda work: work.as_person.trash("shop.order", [id]), reads_only=False)
        trash = shop.run(seller, lambda work: work.as_person.query("shop.order", trash=True, limit=100))
        assert id in {record["id"] for record in trash.records}
        shop.run(seller, lambda work: work.as_person.restore("shop.order", [id]), reads_only=False)
        clerk = shop.person(2, "clerk")
        with pytest.raises(NotAllowed):
            shop.run(clerk, lambda work: work.as_person.trash("shop.order", [id]), reads_only=False)

    def test_looks_at_the_record_as_it_is_once_others_are_done_with_it(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        with held(shop, "shop.order", id, owner=2) as let_go, ThreadPoolExecutor(1) as pool:
            late = pool.submit(write, shop, seller, lambda work: work.as_person.trash("shop.order", [id]))
            let_go()
            with pytest.raises((NotAllowed, RecordNotFound)):
                late.result(PATIENCE)


class TestOperations:
    def test_are_performed_by_right_and_on_what_is_seen(self, shop: Shop, seller: Person) -> None:
        id = own(shop)
        shop.run(seller, lambda work: work.as_person.perform("shop.send_order", {"order": id}), reads_only=False)
        with pytest.raises(NotAllowed):
            shop.run(seller, lambda work: work.as_person.perform("shop.close_order", {"order": id}), reads_only=False)
        with pytest.raises(UnknownName):
            shop.run(seller, lambda work: work.as_person.perform("shop.snd_order", {"order": id}), reads_only=False)

    def test_do_not_reach_records_out_of_sight(self, shop: Shop) -> None:
        clerk = shop.person(1, "clerk")
        hidden = own(shop, state="sent")
        with pytest.raises(WrongInput) as caught:
            shop.run(clerk, lambda work: work.as_person.perform("shop.close_order", {"order": hidden}))
        assert problem(caught) == ("order", "not_found")
