"""One case in memory: which row fires, what follows, what is wrong and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

import pytest

from queti.kernel.model import Model
from queti.kernel.rules.answers import InputMissing, RowsContradict, explained
from queti.kernel.rules.compiling import DEEPEST, MOST_COLUMNS
from queti.kernel.rules.deciding import Case, RuleTakesTooLong, World, decide_in
from tests.kernel.rules.ready import ENV, answer, case, compiled


class TestTheFirstRowThatFits:
    @pytest.mark.parametrize(
        ("amount", "tier", "percent", "why", "rows"),
        [
            (6000, "VIP", Decimal(15), "large and dear", ("0",)),
            (5000, "VIP", Decimal(5), "large", ("1",)),
            (1500, "CN", Decimal("1.5"), "large", ("1",)),
            (6000, "Bronze", Decimal(1), None, ("2",)),
            (6000, None, Decimal(1), None, ("2",)),
            (6000, "CN", Decimal(0), None, ()),
            (None, "CN", Decimal(0), None, ()),
        ],
    )
    def test_decides(self, amount: Any, tier: Any, percent: Decimal, why: Any, rows: tuple[str, ...]) -> None:
        found = answer(compiled(), case(amount, tier))
        assert found.outcome == {"percent": percent, "why": why}
        assert found.rows == rows

    def test_is_explained_cell_by_cell(self) -> None:
        rule = compiled()
        found = answer(rule, case(6000, "Bronze"))
        assert explained(rule, found.values, ENV) == [
            {"row": "0", "cells": {"amount": True, "tier": False}, "fires": False},
            {"row": "1", "cells": {"amount": False}, "fires": False},
            {"row": "2", "cells": {"tier": True}, "fires": True},
        ]

    def test_a_missing_input_is_named(self) -> None:
        with pytest.raises(InputMissing) as caught:
            answer(compiled(), {"amount": Decimal(1)})
        assert "“tier”" in caught.value.says("en")

    def test_the_version_changes_with_the_rule_alone(self) -> None:
        assert compiled().version == compiled().version != compiled(default={"percent": "2"}).version

    def test_outcomes_are_rounded_where_the_column_says_so(self) -> None:
        outputs = {"percent": {"type": "number", "decimals": 1}, "why": {}}
        assert answer(compiled(outputs=outputs), case("1250", None))["percent"] == Decimal("1.3")


ROWS = [
    {"when": {"amount": "> 100"}, "then": {"percent": "1"}, "priority": 1},
    {"when": {"amount": "> 200"}, "then": {"percent": "2"}, "priority": 5},
    {"when": {"amount": "> 300"}, "then": {"percent": "2"}},
]


class TestHitPolicies:
    @pytest.mark.parametrize(
        ("settings", "amount", "outcome"),
        [
            ({"hit": "first"}, 250, {"percent": Decimal(1), "why": None}),
            ({"hit": "priority"}, 250, {"percent": Decimal(2), "why": None}),
            ({"hit": "unique"}, 150, {"percent": Decimal(1), "why": None}),
            ({"hit": "collect"}, 250, [{"percent": Decimal(1), "why": None}, {"percent": Decimal(2), "why": None}]),
            ({"hit": "collect", "default": {}}, 50, []),
        ],
    )
    def test_decide_what_rows_that_fire_together_come_to(self, settings: Any, amount: int, outcome: Any) -> None:
        assert answer(compiled(rows=ROWS, **settings), case(amount, "")).outcome == outcome

    @pytest.mark.parametrize(
        ("collect", "percent"), [("sum", Decimal(5)), ("min", Decimal(1)), ("max", Decimal(2)), ("count", Decimal(3))]
    )
    def test_add_up(self, collect: str, percent: Decimal) -> None:
        rule = compiled(rows=ROWS, hit="collect", collect=collect, outputs={"percent": {"type": "number"}})
        assert answer(rule, case(400, "")).outcome == {"percent": percent}

    def test_any_wants_all_that_fire_to_agree(self) -> None:
        agreeing = compiled(rows=ROWS[1:], hit="any")
        assert answer(agreeing, case(400, ""))["percent"] == Decimal(2)
        with pytest.raises(RowsContradict) as caught:
            answer(compiled(rows=ROWS, hit="any"), case(400, ""))
        assert "(1, 2, 3)" in caught.value.says("en")


def wrong(**changed: Any) -> list[tuple[str, int | None]]:
    return [(problem.place, problem.position) for problem in compiled(**changed).problems]


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("cell", "position"),
        [("> ", 1), ("[1..", 4), ("[5..2]", 1), ('"VIP"', 0), ("> > 3", 2), ("1,,2", 2), ("> freigt", 2)],
    )
    def test_is_told_at_the_cell_and_its_character(self, cell: str, position: int) -> None:
        rows = [{"when": {"tier": "-"}, "then": {}}, {"when": {"amount": cell}, "then": {"percent": "1"}}]
        assert wrong(rows=rows) == [("rows.1.when.amount", position)]

    def test_an_unknown_name_offers_the_nearest(self) -> None:
        [problem] = compiled(rows=[{"when": {"tier": "starts_with(teir, 'V')"}, "then": {"percent": "1"}}]).problems
        assert (problem.place, problem.nearest) == ("rows.0.when.tier", ("tier",))

    def test_an_outcome_of_another_type(self) -> None:
        assert wrong(rows=[{"then": {"percent": '"much"'}}]) == [("rows.0.then.percent", 0)]

    def test_a_table_without_rows_or_outcomes(self) -> None:
        assert wrong(rows=[]) == [("rows", None)]
        assert wrong(outputs={}, default={}, rows=[{}]) == [("outputs", None)]

    def test_a_column_that_isnt_there(self) -> None:
        [problem] = compiled(rows=[{"when": {"amuont": "1"}, "then": {"percent": "1"}}]).problems
        assert "amount" in problem.words["en"]

    def test_a_cell_of_another_type_than_its_column(self) -> None:
        rows = [{"when": {"tier": "> 5", "amount": "2026-01-01"}, "then": {"percent": "1"}}]
        assert [place for place, _ in wrong(rows=rows)] == ["rows.0.when.tier", "rows.0.when.amount"]

    @pytest.mark.parametrize(("depth", "places"), [(DEEPEST, []), (DEEPEST + 1, ["branches"])])
    def test_a_tree_that_is_too_deep_is_told_where_it_is(self, depth: int, places: list[str]) -> None:
        row: dict[str, Any] = {"when": "amount > 0", "then": {"percent": "1"}}
        for _ in range(depth):
            row = {"when": "amount > 0", "branches": [row]}
        assert [place.split(".")[-2] for place, _ in wrong(kind="tree", rows=[row])] == places

    def test_too_many_columns(self) -> None:
        inputs = {f"i{at}": {"type": "number"} for at in range(MOST_COLUMNS)}
        assert wrong(inputs=inputs, rows=[{"then": {"percent": "1"}}], default={})[0] == ("rows", None)

    def test_too_many_rows(self) -> None:
        assert wrong(rows=[{"then": {"percent": "1"}}] * 20_001) == [("rows", None)]


class TestLargeTables:
    """Rows that name values are found by a hash: the answer is that of looking at them one by one."""

    RULE: ClassVar[dict[str, Any]] = {
        "inputs": {"sku": {"type": "text"}, "zone": {"type": "text"}, "quantity": {"type": "number"}},
        "outputs": {"price": {"type": "number"}},
        "rows": [
            {
                "when": {
                    "sku": f'"S{at // 7}"' if at % 11 else "",
                    "zone": ('"east"', '"west", "south"', 'not "north"', "")[at % 4],
                    "quantity": f">= {at % 7}" if at % 3 else "",
                },
                "then": {"price": str(at)},
            }
            for at in range(700)
        ],
        "default": {},
    }

    @pytest.mark.parametrize("hit", ["first", "collect"])
    def test_answer_as_small_ones(self, hit: str) -> None:
        rule = compiled(**self.RULE, hit=hit)
        for at in range(0, 100, 3):
            values = {"sku": f"S{at}", "zone": ("east", "west", "north", None)[at % 4], "quantity": Decimal(at % 8)}
            rows = [each["row"] for each in explained(rule, values, ENV) if each["fires"]]
            assert answer(rule, values).rows == tuple(rows[:1] if hit == "first" else rows)


class TestOtherKinds:
    def test_a_scorecard_adds_points_and_reads_its_bands(self) -> None:
        rule = compiled(
            kind="scorecard",
            outputs={"score": {"type": "number"}, "grade": {}},
            rows=[
                {"when": {"amount": "> 1000"}, "then": {"score": "40"}},
                {"when": {"tier": '"VIP"'}, "then": {"score": "50"}},
                {"when": {"tier": "blank"}, "then": {"score": "-5"}},
            ],
            bands=[
                {"when": {"score": ">= 80"}, "then": {"grade": '"A"'}},
                {"when": {"score": "[0..80)"}, "then": {"grade": '"B"'}},
            ],
            default={"grade": '"C"'},
        )  # fmt: skip
        found = [answer(rule, case(*each)).outcome for each in ((2000, "VIP"), (2000, None), (10, None))]
        assert found == [
            {"score": Decimal(90), "grade": "A"},
            {"score": Decimal(35), "grade": "B"},
            {"score": Decimal(-5), "grade": "C"},
        ]

    def test_a_tree_takes_the_first_branch_that_holds(self) -> None:
        tree = [
            {
                "when": 'tier = "VIP"',
                "branches": [{"when": {"amount": "> 100"}, "then": {"why": '"dear"'}}, {"then": {"why": '"small"'}}],
            },
            {"then": {"why": '"other"'}},
        ]
        rule = compiled(kind="tree", rows=tree, default={})
        answers = [answer(rule, case(*each)) for each in ((200, "VIP"), (1, "VIP"), (1, ""))]
        assert [(each["why"], each.rows) for each in answers] == [
            ("dear", ("0.0",)),
            ("small", ("0.1",)),
            ("other", ("1",)),
        ]

    def test_a_set_of_conditions_collects_all_that_hold(self) -> None:
        rows = [
            {"when": "amount > 100", "then": {"why": '"amount"'}},
            {"when": 'tier = "new"', "then": {"why": '"new"'}},
        ]
        rule = compiled(kind="set", hit="collect", rows=rows, outputs={"why": {}}, default={})
        assert answer(rule, case(200, "new")).outcome == [{"why": "amount"}, {"why": "new"}]

    def test_rates_are_those_of_the_day(self) -> None:
        rule = compiled(
            kind="rates",
            inputs={"tier": {"type": "text"}, "day": {"type": "date"}},
            as_of="day",
            rows=[
                {"from": "2024-01-01", "then": {"percent": "16"}},
                {"from": "2026-04-01", "then": {"percent": "13"}},
                {"from": "2025-01-01", "until": "2025-06-30", "when": {"tier": '"VIP"'}, "then": {"percent": "9"}},
            ],
            default={},
        )
        days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2026, 4, 1)]
        found = [answer(rule, {"tier": "VIP", "day": day}).outcome for day in days]
        assert [each and each["percent"] for each in found] == [None, Decimal(16), Decimal(9), Decimal(16), Decimal(13)]  # type: ignore[index,call-overload]


def test_an_evaluation_that_takes_too_long_is_given_up() -> None:
    world = World(cast("Model", None), ENV, lambda _rule, _ids: {}, until=0)
    with pytest.raises(RuleTakesTooLong) as caught:
        decide_in(world, compiled(), [Case(None, case(6000, "VIP"))])
    assert "20" in caught.value.says("en")
