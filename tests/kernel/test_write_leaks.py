"""Nothing is written past one's rights: every way to write, as each role, against an oracle that looks at each row.

The counterpart of the leak test for reads. Each attempt is taken back, so that all start
from the same rows; whether the record's own rules would have let it pass is left out by
writing what is always valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from queti.kernel.definitions import Grant
from queti.kernel.errors import AppendOnly, NotAllowed, OutOfSight, RecordNotFound, UnknownName, WrongInput
from queti.kernel.work import Work
from tests.fixtures.database import Databases
from tests.fixtures.shop import ROLES, Shop, make_shop, open_shop
from tests.kernel.oracle import Oracle, Row

ORDER, LINE, PARTY, NOTE = "shop.order", "shop.order_line", "shop.party", "shop.note"
WRITABLE: dict[str, dict[str, Any]] = {
    ORDER: {"number": "X-1", "state": "open", "freight": Decimal(3), "total": Decimal(4), "margin": Decimal(1)},
    PARTY: {"name": "New", "city": "Wuhan", "secret": "fox"},
    NOTE: {"subject": "Hello", "body": "World"},
}
LINE_VALUES: dict[str, Any] = {"product": "Lamp", "quantity": Decimal(2), "cost": Decimal(1)}
MIXES = [
    ("guest",),
    *combinations([role for role in ROLES if ROLES[role]], 1),
    ("seller", "clerk"),
    ("clerk", "auditor"),
]


class TakenBack(Exception):
    """Ends an attempt that was let pass."""


@pytest.fixture(scope="module")
def full_shop(databases: Databases) -> Iterator[Shop]:
    with databases.fresh(databases.template("shop", make_shop)) as database:
        yield open_shop(database)


@dataclass
class Writer:
    """A person's attempts, and what the definitions say of them."""

    oracle: Oracle

    def may(self, act: Callable[[Work], Any]) -> bool:
        """Is it let pass? Whatever happens, nothing of it stays."""

        def attempt(work: Work) -> None:
            act(work)
            work.settle()
            raise TakenBack

        try:
            self.oracle.shop.run(self.oracle.who, attempt, reads_only=False)
        except TakenBack:
            return True
        except (AppendOnly, NotAllowed, OutOfSight, RecordNotFound, UnknownName):
            return False
        except WrongInput as problem:
            if {each.code for each in problem.fields} - {"not_writable", "unknown_field", "not_found"}:
                raise
            return False

    def admitting(self, verb: str, name: str, row: Row) -> list[tuple[str, Grant]]:
        """The roles that allow `verb` on a record as it is."""
        found: list[tuple[str, Grant]] = []
        for role in self.oracle.who.roles:
            grant = self.oracle.grant(role, name)
            scope = getattr(grant, verb) if grant else False
            if grant and scope and (scope is True or self.oracle.holds(scope, name, row)):
                found.append((role, grant))
        return found

    def writes(self, role: str, name: str, field: str) -> bool:
        """May the role write this plain field at all?"""
        grant = self.oracle.grant(role, name) or Grant()
        shown = field in self.oracle.fields(role, name)
        return shown and field not in grant.locked and (not grant.writes or field in grant.writes)

    def may_change(self, name: str, row: Row, field: str, value: Any) -> bool:
        if not any(self.writes(role, name, field) for role, _ in self.admitting("change", name, row)):
            return False
        after = {**row, field: value}
        return bool(self.admitting("see", name, after) or self.admitting("change", name, after))

    def may_write_lines(self, order: Row, field: str, verb: str = "change") -> bool:
        roles = [role for role, _ in self.admitting(verb, ORDER, order) if self.writes(role, ORDER, "lines")]
        return any(self.writes(role, LINE, field) for role in roles)


@pytest.fixture(params=MIXES, ids="+".join)
def writer(request: pytest.FixtureRequest, full_shop: Shop) -> Writer:
    return Writer(Oracle(full_shop, full_shop.person(1, *request.param)))


def alive(writer: Writer, name: str) -> list[Row]:
    return [row for row in writer.oracle.rows(name).values() if row.get("trashed_at") is None]


def some(rows: list[Row], most: int = 16) -> list[Row]:
    return rows[:: max(1, len(rows) // most)]


@pytest.mark.parametrize("name", WRITABLE)
def test_changes_of_each_field(writer: Writer, name: str) -> None:
    for row in some(alive(writer, name), 10):
        for field, value in WRITABLE[name].items():
            allowed = writer.may(
                lambda work, row=row, field=field, value=value: work.as_person.change(
                    name, [(row["id"], {field: value})]
                )
            )
            assert allowed == writer.may_change(name, row, field, value), (row["id"], field)


def test_changes_of_the_owner(writer: Writer) -> None:
    for row in some(alive(writer, ORDER)):
        for owner in (None, 1, 2):
            expected = writer.may_change(ORDER, row, "owner", owner)
            if owner is not None:
                expected = expected and bool(
                    writer.admitting("see", "base.user", writer.oracle.rows("base.user")[owner])
                )
            allowed = writer.may(
                lambda work, row=row, owner=owner: work.as_person.change(ORDER, [(row["id"], {"owner": owner})])
            )
            assert allowed == expected, (row["id"], owner)


def test_links_lead_to_what_is_seen_and_offered(writer: Writer) -> None:
    [row, *_] = [row for row in alive(writer, ORDER) if row["owner"] == 1 and row["state"] == "open"]
    for party in [party for party in alive(writer, PARTY) if party["city"] is not None]:
        expected = writer.may_change(ORDER, row, "customer", party["id"])
        expected = expected and bool(writer.admitting("see", PARTY, party))
        allowed = writer.may(
            lambda work, party=party: work.as_person.change(ORDER, [(row["id"], {"customer": party["id"]})])
        )
        assert allowed == expected, party["id"]


def test_creation_of_each_field(writer: Writer) -> None:
    for name, values in WRITABLE.items():
        for owner in (1, 2, None):
            for field, value in values.items():
                made: Row = {**dict.fromkeys(writer.oracle.object(name).fields), "owner": owner, field: value}
                users = writer.oracle.rows("base.user")
                seen = owner is None or bool(writer.admitting("see", "base.user", users[owner]))
                roles = [role for role, _ in writer.admitting("create", name, made)]
                expected = seen and all(
                    any(writer.writes(role, name, each) for role in roles) for each in ("owner", field)
                )
                allowed = writer.may(
                    lambda work, name=name, field=field, value=value, owner=owner: work.as_person.create(
                        name, [{"owner": owner, field: value}]
                    )
                )
                assert allowed == expected, (name, owner, field)


class TestLines:
    def test_added_by_their_own_address(self, writer: Writer) -> None:
        for order in some(list(writer.oracle.rows(ORDER).values())):
            for field, value in LINE_VALUES.items():
                row = {"parent": order["id"], field: value}
                allowed = writer.may(lambda work, row=row: work.as_person.create(LINE, [row]))
                assert allowed == (order["trashed_at"] is None and writer.may_write_lines(order, field)), row

    def test_changed_by_their_own_address_as_inside_their_record(self, writer: Writer) -> None:
        lines = writer.oracle.rows(LINE).values()
        orders = {row["id"]: row for row in alive(writer, ORDER)}
        for line in some([line for line in lines if line["parent"] in orders]):
            order = orders[line["parent"]]
            for field, value in LINE_VALUES.items():
                inside = [
                    {"id": each["id"], **({field: value} if each is line else {})}
                    for each in lines
                    if each["parent"] == order["id"]
                ]
                for act in (
                    lambda work, line=line, field=field, value=value: work.as_person.change(
                        LINE, [(line["id"], {field: value})]
                    ),
                    lambda work, order=order, inside=inside: work.as_person.change(
                        ORDER, [(order["id"], {"lines": inside})]
                    ),
                ):
                    assert writer.may(act) == writer.may_write_lines(order, field), (line["id"], field)

    def test_written_with_a_new_record(self, writer: Writer) -> None:
        made: Row = {**dict.fromkeys(writer.oracle.object(ORDER).fields), "owner": 1}
        for field, value in LINE_VALUES.items():
            allowed = writer.may(
                lambda work, field=field, value=value: work.as_person.create(
                    ORDER, [{"owner": 1, "lines": [{field: value}]}]
                )
            )
            assert allowed == writer.may_write_lines(made, field, "create"), field

    def test_never_go_to_the_trash(self, writer: Writer) -> None:
        for line in some(list(writer.oracle.rows(LINE).values())):
            assert not writer.may(lambda work, line=line: work.as_person.trash(LINE, [line["id"]]))


class TestTheTrash:
    @pytest.mark.parametrize("name", [ORDER, NOTE])
    def test_takes_what_one_may_remove_and_gives_it_back(self, writer: Writer, name: str) -> None:
        for row in writer.oracle.rows(name).values():
            removable = bool(writer.admitting("remove", name, row))
            is_alive = row["trashed_at"] is None
            trashed = writer.may(lambda work, row=row: work.as_person.trash(name, [row["id"]]))
            restored = writer.may(lambda work, row=row: work.as_person.restore(name, [row["id"]]))
            assert (trashed, restored) == (removable and is_alive, removable and not is_alive), row["id"]


def test_operations_need_their_right_and_sight_of_the_record(writer: Writer) -> None:
    granted = {"shop.send_order": {"seller", "clerk"}, "shop.close_order": {"clerk"}}
    for order in some(list(writer.oracle.rows(ORDER).values())):
        seen = bool(writer.admitting("see", ORDER, order)) and order["trashed_at"] is None
        for operation, roles in granted.items():
            allowed = writer.may(
                lambda work, operation=operation, order=order: work.as_person.perform(operation, {"order": order["id"]})
            )
            assert allowed == (seen and bool(roles & set(writer.oracle.who.roles))), (operation, order["id"])
