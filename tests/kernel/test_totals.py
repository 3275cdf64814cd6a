"""Totals of a list: exact, of what is seen only, and silent about the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from queti.kernel.errors import NotAllowed, Refusal
from queti.kernel.formulas import FormulaError
from queti.kernel.reading.totals import MOST_GROUPS, NoSuchGroup, NoSuchTotal
from tests.fixtures.database import Databases
from tests.fixtures.shop import ROLES, Shop, make_shop, open_shop
from tests.kernel.oracle import Oracle

WITH_GRANTS = [role for role in ROLES if ROLES[role]]
MIXES = [*combinations(WITH_GRANTS, 1), *combinations(WITH_GRANTS, 2)]


@pytest.fixture(scope="module")
def full_shop(databases: Databases) -> Iterator[Shop]:
    """One shop for all: nothing here writes."""
    with databases.fresh(databases.template("shop", make_shop)) as database:
        yield open_shop(database)


@pytest.fixture(params=MIXES, ids="+".join)
def oracle(request: pytest.FixtureRequest, full_shop: Shop) -> Oracle:
    return Oracle(full_shop, full_shop.person(3 if request.param[0] == "packer" else 1, *request.param))


def totals(oracle: Oracle, name: str, wanted: dict[str, Any], **asked: Any) -> dict[str, Any]:
    return oracle.shop.run(oracle.who, lambda work: work.as_person.totals(name, wanted, **asked))


class TestEachMixOfRoles:
    @pytest.mark.parametrize("group", ["state", "customer", "owner", "is_late"])
    def test_groups_hold_what_is_seen_and_its_sum(self, oracle: Oracle, group: str) -> None:
        name = "shop.order"
        target = oracle.object(name).fields[group].target
        is_blind = target is not None and not oracle.may_see(target)
        if is_blind or not {group, "total", "freight"} <= oracle.known(name):
            with pytest.raises((FormulaError, Refusal)):
                totals(oracle, name, {"total": "sum", "freight": "max"}, group=group)
            return
        counted: dict[Any, int] = defaultdict(int)
        summed: dict[Any, Decimal] = defaultdict(Decimal)
        for row in oracle.listed(name):
            value = oracle.value(name, row, (group, "id") if target else (group,))
            counted[value] += 1
            summed[value] += oracle.value(name, row, ("total",)) or 0
        told = totals(oracle, name, {"total": "sum", "freight": "max"}, group=group)
        assert {each["value"]: each["count"] for each in told["groups"]} == dict(counted)
        assert {each["value"]: Decimal(each["totals"]["total"] or 0) for each in told["groups"]} == dict(summed)
        assert told["count"] == sum(counted.values())
        assert Decimal(told["totals"]["total"] or 0) == sum(summed.values())

    def test_a_hidden_field_can_not_be_added_or_grouped_by(self, oracle: Oracle) -> None:
        hidden = set(oracle.object("shop.order").fields) - oracle.known("shop.order")
        assert hidden or oracle.who.roles
        for field in hidden:
            for asked in ({"wanted": {field: "count"}}, {"wanted": {}, "group": field}):
                with pytest.raises((FormulaError, Refusal)):
                    totals(oracle, "shop.order", **asked)


class TestTotals:
    @pytest.fixture
    def auditor(self, full_shop: Shop) -> Oracle:
        return Oracle(full_shop, full_shop.person(1, "auditor"))

    def test_all_aggregates_agree_with_the_rows(self, auditor: Oracle) -> None:
        values = [row["total"] for row in auditor.listed("shop.order") if row["total"] is not None]
        told = {
            aggregate: totals(auditor, "shop.order", {"total": aggregate})["totals"]["total"]
            for aggregate in ("sum", "min", "max", "count")
        }
        assert told == {
            "sum": f"{sum(values):.2f}",
            "min": f"{min(values):.2f}",
            "max": f"{max(values):.2f}",
            "count": len(values),
        }
        mean = Decimal(totals(auditor, "shop.order", {"total": "avg"})["totals"]["total"])
        assert abs(mean - sum(values) / len(values)) < Decimal("0.000001")

    def test_dates_come_together_by_month(self, auditor: Oracle) -> None:
        counted: dict[str | None, int] = defaultdict(int)
        for row in auditor.listed("shop.order"):
            counted[f"{row['ordered_on']:%Y-%m-01}" if row["ordered_on"] else None] += 1
        told = totals(auditor, "shop.order", {}, group="ordered_on", unit="month")
        assert {each["value"] and str(each["value"]): each["count"] for each in told["groups"]} == dict(counted)
        values = [each["value"] for each in told["groups"] if each["value"] is not None]
        assert values == sorted(values)

    def test_the_list_s_filter_and_search_hold(self, auditor: Oracle) -> None:
        told = totals(auditor, "shop.order", {}, where="state = 'open'")
        assert told["count"] == sum(row["state"] == "open" for row in auditor.listed("shop.order"))
        assert totals(auditor, "shop.order", {}, search="no such number")["count"] == 0

    def test_what_can_not_be_added_or_grouped_is_told(self, auditor: Oracle) -> None:
        with pytest.raises(NoSuchTotal):
            totals(auditor, "shop.order", {"state": "sum"})
        with pytest.raises(NoSuchGroup):
            totals(auditor, "shop.order", {}, group="total")

    def test_without_a_right_there_is_nothing(self, full_shop: Shop) -> None:
        guest = Oracle(full_shop, full_shop.person(1, "guest"))
        with pytest.raises(NotAllowed):
            totals(guest, "shop.order", {})

    def test_at_most_so_many_groups(self, auditor: Oracle) -> None:
        told = totals(auditor, "shop.order", {}, group="number")
        assert len(told["groups"]) <= MOST_GROUPS
        assert told["more"] == (len({row["number"] for row in auditor.listed("shop.order")}) > MOST_GROUPS)
