"""Cells made up by the grammar: whatever they say, SQL and memory read them alike, and so do hash and row by row."""

from __future__ import annotations

import random
from typing import Any

import pytest

from queti.kernel.rules.answers import explained
from queti.kernel.rules.deciding import Case, decide_in, world_of
from queti.kernel.rules.many import stream
from queti.kernel.work import Work
from tests.fixtures.shop import Shop
from tests.kernel.rules.test_many import rule_over_orders

VALUES = {
    "total": ["0", "250", "499.99", "blank", "-3", "freight * 4", "1000"],
    "city": ['"Rotterdam"', '"Shanghai"', "blank", '""', "number", '"a, b"'],
    "ordered_on": ["2026-11-01", "2026-09-15", "blank", "today()", "2025-12-31"],
    "state": ['"open"', '"sent"', '"closed"', "blank"],
}
COLUMNS: dict[str, Any] = {"total": {}, "city": {"formula": "customer.city"}, "ordered_on": {}, "state": {}}


def cell(chance: random.Random, column: str) -> str:
    items = ", ".join(item(chance, column) for _ in range(chance.choice((1, 1, 2, 3))))
    return chance.choice(("", "", "not ")) + items


def item(chance: random.Random, column: str) -> str:
    one, other = (chance.choice(VALUES[column]) for _ in range(2))
    shape = chance.randrange(4 if column != "state" else 2)
    if shape == 0:
        return one
    if shape == 1:
        return f"{chance.choice(('=', '!=', '<>'))} {one}"
    if shape == 2:
        return f"{chance.choice(('<', '<=', '>', '>='))}{one}"
    low, high = sorted((one, other), key=lambda text: (len(text) < 4, text))
    closing, opening = chance.choice("])"), chance.choice("[(")
    return f"{opening}{low}..{high}{closing}" if column == "ordered_on" else f"{chance.choice(('>', '<'))} {high}"


@pytest.mark.parametrize("seed", range(4))
def test_sql_and_memory_read_every_cell_alike(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        {
            "when": {name: cell(chance, name) for name in chance.sample(list(COLUMNS), chance.choice((1, 1, 2)))},
            "then": {"percent": str(at)},
        }
        for at in range(90)
    ]

    def act(work: Work) -> None:
        outputs = {"percent": {"type": "number"}}
        for hit in ({"hit": "first"}, {"hit": "collect", "collect": "sum", "default": {}}):
            rule = rule_over_orders(work, inputs=COLUMNS, outputs=outputs, rows=rows, **hit)
            many = dict(row for part in stream(work, rule) for row in part)
            answers = decide_in(world_of(work), rule, [Case(id) for id in many])
            for (id, outcome), answer in zip(many.items(), answers, strict=True):
                assert answer.outcome == outcome, id
                fired = [each["row"] for each in explained(rule, answer.values, work.env) if each["fires"]]
                assert answer.rows == tuple(fired[:1] if hit["hit"] == "first" else fired)

    shop.run(shop.person(1), act)
