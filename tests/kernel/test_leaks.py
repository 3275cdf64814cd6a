"""Nothing leaks: every read, as every mix of roles, against an oracle that looks at each row.

Generated from the definitions: every object, every field and every path of the shop.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from queti.kernel.errors import NotAllowed, RecordNotFound, Refusal, UnknownName
from queti.kernel.formulas import FormulaError
from queti.kernel.work import Work
from tests.fixtures.database import Databases
from tests.fixtures.shop import NOW, ROLES, Shop, make_shop, open_shop
from tests.kernel.oracle import Oracle, Row, key

WITH_GRANTS = [role for role in ROLES if ROLES[role]]
MIXES = [("guest",), *combinations(WITH_GRANTS, 1), *combinations(WITH_GRANTS, 2), ("seller", "clerk", "packer")]
OBJECTS = ["shop.order", "shop.order_line", "shop.party", "shop.note", "base.user", "base.department"]


@pytest.fixture(scope="module")
def full_shop(databases: Databases) -> Iterator[Shop]:
    """One shop for all mixes: nothing here writes."""
    with databases.fresh(databases.template("shop", make_shop)) as database:
        yield open_shop(database)


@pytest.fixture(params=MIXES, ids="+".join)
def oracle(request: pytest.FixtureRequest, full_shop: Shop) -> Oracle:
    user = 3 if request.param and request.param[0] == "packer" else 1
    return Oracle(full_shop, full_shop.person(user, *request.param))


@pytest.fixture(params=OBJECTS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def ask(oracle: Oracle, name: str, **asked: Any) -> list[dict[str, Any]]:
    """All pages of a list, nine records at a time."""

    def act(work: Work) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = []
        after = None
        while True:
            page = work.as_person.query(name, limit=9, after=after, **asked)
            records += page.records
            if page.next is None:
                return records
            after = page.next

    return oracle.shop.run(oracle.who, act)


def told_paths(oracle: Oracle, name: str) -> list[tuple[str, ...]]:
    """Paths whose values differ: own fields and labels, and what lies behind links but for system fields."""
    system = {"version", "created_at", "created_by", "changed_at", "changed_by", "trashed_at", "id", "position"}
    return [path for path in oracle.paths(name) if not system & set(path)]


def refusal(oracle: Oracle, name: str, **asked: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ask(oracle, name, **asked)
    return caught.value


def sees_none(oracle: Oracle, name: str) -> bool:
    """Without a grant, all that is said is that there is none."""
    if oracle.may_see(name):
        return False
    assert isinstance(refusal(oracle, name), NotAllowed)
    return True


class TestLists:
    def test_hold_the_visible_rows_with_what_is_shown_of_them(self, oracle: Oracle, name: str) -> None:
        if sees_none(oracle, name):
            return
        paths = list(oracle.paths(name))
        found = ask(oracle, name, fields=["id", *(".".join(path) for path in paths)], sort="id")
        expected = [
            {"id": row["id"], **{".".join(path): oracle.value(name, row, path) for path in paths}}
            for row in sorted(oracle.listed(name), key=lambda row: row["id"])
        ]
        assert found == expected

    def test_are_counted_by_what_is_visible(self, oracle: Oracle, name: str) -> None:
        if sees_none(oracle, name):
            return
        page = oracle.shop.run(oracle.who, lambda work: work.as_person.query(name, limit=1, count=True))
        assert page.count is not None
        assert page.count.value == len(oracle.listed(name))

    def test_sort_by_what_is_shown(self, oracle: Oracle, name: str) -> None:
        for path in told_paths(oracle, name):
            for sign in ("", "-"):
                found = [row["id"] for row in ask(oracle, name, fields=["id"], sort=sign + ".".join(path))]
                assert found == self.sorted(oracle, name, path, descending=bool(sign)), (path, sign)

    @staticmethod
    def sorted(oracle: Oracle, name: str, path: tuple[str, ...], *, descending: bool) -> list[int]:
        """A link sorts by its label."""
        here = oracle.object(name)
        for step in path[:-1]:
            here = oracle.object(here.fields[step].target or "")
        is_link = path[-1] in here.fields and here.fields[path[-1]].type.name == "link"
        by = (*path, "_label") if is_link else path
        rows = oracle.listed(name)
        return [
            row["id"]
            for row in sorted(rows, key=lambda row: (key(oracle.value(name, row, by)), row["id"]), reverse=descending)
        ]

    def test_filter_by_what_is_shown(self, oracle: Oracle, name: str) -> None:
        for path in told_paths(oracle, name):
            values = {oracle.true_value(name, row, path) for row in oracle.rows(name).values() if "_label" not in path}
            for value in sorted(
                (value for value in values if isinstance(value, str | int) and value is not True), key=str
            )[:2]:
                written = f"'{value}'" if isinstance(value, str) else str(value).lower()
                found = {row["id"] for row in ask(oracle, name, fields=["id"], where=f"{'.'.join(path)} = {written}")}
                assert found == {row["id"] for row in oracle.listed(name) if oracle.value(name, row, path) == value}, (
                    path,
                    value,
                )

    def test_filter_by_lists_of_visible_rows(self, oracle: Oracle) -> None:
        if "orders" not in oracle.known("shop.party") or not oracle.may_see("shop.order"):
            assert "orders" not in ask_names(oracle, "shop.party")
            return
        orders = oracle.listed("shop.order")
        for count in range(4):
            found = {row["id"] for row in ask(oracle, "shop.party", fields=["id"], where=f"count(orders) = {count}")}
            assert found == {
                row["id"] for row in oracle.listed("shop.party") if count == self.seen_orders(oracle, row, orders)
            }

    @staticmethod
    def seen_orders(oracle: Oracle, party: Row, orders: list[Row]) -> int:
        if not oracle.shown("shop.party", party, "orders"):
            return 0
        mine = [order for order in orders if order["customer"] == party["id"]]
        return sum(oracle.shown("shop.order", order, "customer") for order in mine)

    def test_list_rows_are_those_that_show_where_they_belong(self, oracle: Oracle) -> None:
        if "orders" not in oracle.known("shop.party") or not oracle.may_see("shop.order"):
            return
        orders = oracle.listed("shop.order")
        for row in ask(oracle, "shop.party", fields=["id", "orders.id"]):
            party = oracle.rows("shop.party")[row["id"]]
            assert len(row["orders"]) == self.seen_orders(oracle, party, orders)


def ask_names(oracle: Oracle, name: str) -> list[str]:
    names = [*oracle.object(name).fields, *oracle.object(name).reverse]
    return oracle.shop.run(oracle.who, lambda work: work.as_person.visible_paths(name, names))


class TestHiddenFields:
    """A field that no role shows is as unknown as one that doesn't exist."""

    def test_are_unknown_everywhere(self, oracle: Oracle, name: str) -> None:
        if not oracle.may_see(name):
            return
        for field in sorted({*oracle.object(name).fields} - oracle.known(name)):
            for asked in ({"fields": [field]}, {"sort": field}, {"where": f"not blank({field})"}):
                nothing = {
                    place: [text[0].replace(field, "nnnnn")] if place == "fields" else text.replace(field, "nnnnn")
                    for place, text in asked.items()
                }
                refused, unknown = refusal(oracle, name, **asked), refusal(oracle, name, **nothing)
                assert isinstance(refused, UnknownName | FormulaError)
                assert type(refused) is type(unknown)
                assert field not in str(refused.values.get("nearest", "")) + str(refused.values.get("hint", ""))

    def test_are_absent_from_the_record(self, oracle: Oracle, name: str) -> None:
        for row in oracle.opened(name)[:5]:
            record = oracle.shop.run(oracle.who, lambda work, row=row: work.as_person.fetch(name, row["id"]))
            assert set(record) - {"_labels"} <= oracle.known(name)


class TestRecords:
    def test_are_found_when_visible_and_else_as_if_they_were_not(self, oracle: Oracle, name: str) -> None:
        if sees_none(oracle, name):
            return
        visible = {row["id"] for row in oracle.visible(name)}
        opened = {row["id"] for row in oracle.opened(name)}
        for id in [*oracle.rows(name), 9_999]:
            if id in opened:
                self.compare(
                    oracle, name, oracle.shop.run(oracle.who, lambda work, row=id: work.as_person.fetch(name, row))
                )
            else:
                for look in (Reads.fetch, Reads.history, Reads.timeline, Reads.acts):
                    with pytest.raises(RecordNotFound):
                        oracle.shop.run(oracle.who, lambda work, look=look, row=id: look(work, name, row))
        assert (
            oracle.shop.run(oracle.who, lambda work: work.as_person.visible(name, list(oracle.rows(name)))) == visible
        )

    def compare(self, oracle: Oracle, name: str, record: dict[str, Any]) -> None:
        row = oracle.rows(name)[record["id"]]
        labels = record.pop("_labels")
        for field, value in record.items():
            entry = oracle.object(name).fields[field]
            if entry.type.name == "lines":
                lines = [each for each in oracle.visible(entry.target or "") if each["parent"] == row["id"]]
                wanted = sorted(lines, key=lambda each: (each["position"], each["id"]))
                assert [line["id"] for line in value] == [
                    each["id"] for each in wanted if oracle.shown(name, row, field)
                ]
                for line in value:
                    self.compare(oracle, entry.target or "", line)
            else:
                assert value == oracle.value(name, row, (field,)), field
        for field, label in labels.items():
            assert label == oracle.value(name, row, (field, "_label")), field


class Reads:
    @staticmethod
    def fetch(work: Work, name: str, id: int) -> Any:
        return work.as_person.fetch(name, id)

    @staticmethod
    def history(work: Work, name: str, id: int) -> Any:
        return work.as_person.history(name, id)

    @staticmethod
    def timeline(work: Work, name: str, id: int) -> Any:
        return work.as_person.timeline(name, id)

    @staticmethod
    def acts(work: Work, name: str, id: int) -> Any:
        return work.as_person.acts(name, id)


class TestSearch:
    WORDS = ("tiger", "上海", "hotel", "蓝鲸", "jinghu", "so-01", "call", "mei", "north", "浦", "chair")

    def test_finds_by_what_is_shown(self, oracle: Oracle, name: str) -> None:
        if sees_none(oracle, name):
            return
        for word in self.WORDS:
            found = {row["id"] for row in ask(oracle, name, fields=["id"], search=word)}
            assert found <= {row["id"] for row in oracle.listed(name)}
            for row in oracle.listed(name):
                seen = " ".join(
                    str(oracle.value(name, row, (entry.name,)) or "") for entry in oracle.object(name).searched
                ).lower()
                if word in seen:
                    assert row["id"] in found, word
                elif all(
                    entry.name in oracle.known(name) and oracle.shown(name, row, entry.name)
                    for entry in oracle.object(name).searched
                ):
                    continue
                else:
                    assert row["id"] not in found, word

    def test_across_objects_finds_visible_records_by_their_labels(self, oracle: Oracle) -> None:
        for word in self.WORDS:
            for hit in oracle.shop.run(oracle.who, lambda work, word=word: work.as_person.search(word, limit=100)):
                row = oracle.rows(hit["object"])[hit["id"]]
                assert row in oracle.listed(hit["object"])
                assert hit["label"] == (oracle.value(hit["object"], row, ("_label",)) or "")

    def test_options_are_visible_records(self, oracle: Oracle, name: str) -> None:
        if sees_none(oracle, name):
            return
        options = oracle.shop.run(oracle.who, lambda work: work.as_person.options(name, "", limit=200))
        rows = {row["id"]: row for row in oracle.listed(name)}
        assert {option["id"] for option in options} == set(rows)
        for option in options:
            assert option["label"] == str(oracle.value(name, rows[option["id"]], ("_label",)) or "")
            subtitle = oracle.object(name).definition.subtitle
            assert option["subtitle"] == str(
                oracle.value(name, rows[option["id"]], (subtitle,)) or "" if subtitle else ""
            )


@pytest.fixture(scope="module")
def told_shop(databases: Databases) -> Iterator[Shop]:
    """Every order had every field changed."""
    with databases.fresh(databases.template("shop", make_shop)) as database:
        shop = open_shop(database)
        tell_everything(shop)
        yield shop


class TestThePast:
    @pytest.mark.parametrize("mix", MIXES, ids="+".join)
    def test_tells_the_shown_fields_of_visible_records(self, told_shop: Shop, mix: tuple[str, ...]) -> None:
        oracle = Oracle(told_shop, told_shop.person(1, *mix))
        for row in oracle.opened("shop.order"):
            for look in (Reads.history, Reads.timeline):
                told = told_shop.run(oracle.who, lambda work, look=look, row=row: look(work, "shop.order", row["id"]))
                [entry] = [entry for entry in told["entries"] if entry["kind"] == "history"]
                self.compare(oracle, row, entry["changes"])

    @staticmethod
    def compare(oracle: Oracle, row: Row, changes: list[dict[str, Any]]) -> None:
        fields = {change["field"] for change in changes}
        assert fields == {
            field
            for field in TOLD
            if oracle.shown("shop.order", row, field) and (field != "lines" or oracle.may_see("shop.order_line"))
        }
        by_field = {change["field"]: change for change in changes}
        if "customer" in fields:
            party = oracle.rows("shop.party")[1]
            label = oracle.value("shop.party", party, ("_label",)) if oracle.roles("shop.party", party) else None
            assert by_field["customer"].get("new_label") == label
        if "lines" in fields:
            told = {each["field"] for each in by_field["lines"]["lines"]["changed"]["1"]}
            roles = [role for role in oracle.roles("shop.order", row) if "lines" in oracle.fields(role, "shop.order")]
            assert told == {field for role in roles for field in oracle.fields(role, "shop.order_line")} & {
                "product",
                "cost",
            }


TOLD = ("customer", "owner", "freight", "total", "margin", "lines")


def tell_everything(shop: Shop) -> None:
    changes = (
        '{"customer": [null, 1], "owner": [1, 2], "freight": [null, "1.00"], "total": ["1.00", "2.00"],'
        ' "margin": [null, "0.5"], "lines": {"changed": {"1": {"product": ["a", "b"], "cost": [null, "5.00"]}}}}'
    )
    with shop.platform.db.owner() as connection:
        connection.execute(
            f'INSERT INTO "{shop.model.schema}".kernel_history'
            " (at, by, kind, object, record_id, version, operation, work, changes)"
            " SELECT %s, 2, 'changed', 'shop.order', id, 2, 'shop.order.change', gen_random_uuid(), %s::jsonb"
            f' FROM "{shop.model.schema}".shop_order',
            (NOW, changes),
        )


class TestActs:
    def test_are_those_of_the_roles_and_possible_where_their_condition_holds(self, oracle: Oracle) -> None:
        granted = {"seller": {"shop.send_order"}, "clerk": {"shop.send_order", "shop.close_order"}}
        wanted = {operation for role in oracle.who.roles for operation in granted.get(role, ())}
        for row in oracle.opened("shop.order"):
            acts = oracle.shop.run(oracle.who, lambda work, row=row: work.as_person.acts("shop.order", row["id"]))
            assert {act["operation"] for act in acts} == wanted
            for act in acts:
                holds = oracle.holds("state = 'open' and margin > 0", "shop.order", row)
                assert act["possible"] == (holds or act["operation"] == "shop.close_order")


class TestHome:
    def test_counts_and_sums_what_is_shown(self, oracle: Oracle) -> None:
        home = oracle.shop.run(oracle.who, lambda work: work.as_person.home())
        if not oracle.may_see("shop.order"):
            assert home == {"cards": [], "tiles": []}
            return
        rows = oracle.listed("shop.order")
        opened = [row for row in rows if oracle.value("shop.order", row, ("state",)) == "open"]
        assert [card["count"] for card in home["cards"]] == [len(opened)]
        tiles = {tile["name"]: tile for tile in home["tiles"]}
        assert ("shop.margin" in tiles) == ("margin" in oracle.known("shop.order"))
        if "shop.margin" in tiles:
            live = [row for row in rows if oracle.value("shop.order", row, ("state",)) != "closed"]
            margins = [oracle.value("shop.order", row, ("margin",)) or 0 for row in live]
            assert tiles["shop.margin"]["value"] == sum(margins)
