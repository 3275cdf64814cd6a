"""Cells made up by the grammar: whatever they say, SQL and memory read them alike, and so do hash and row by row."""

from __future__ import annotations

import random
import re
from itertools import chain
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
    "margin": ["0.25", "-1.5", "3", "0.250001", "blank", "-0", "margin", "total / 400"],
    "weight": ["0", "4", "7.5", "12", "blank", "sum(lines.quantity)"],
    "late": ["true", "false", "blank", "total > 200", "not blank(freight)"],
}
COLUMNS: dict[str, Any] = {
    "total": {},
    "city": {"formula": "customer.city"},
    "ordered_on": {},
    "state": {},
    "margin": {},
    "weight": {"formula": "sum(lines.quantity)"},
    "late": {"formula": "is_late"},
}
NUMBERS = {
    name: sorted(text for text in VALUES[name] if re.fullmatch(r"-?[\d.]+", text))
    for name in ("total", "margin", "weight")
}
"""What ranges may begin and end with, so that none runs backwards."""
HITS: list[dict[str, Any]] = [
    {"hit": "first"},
    {"hit": "priority"},
    {"hit": "collect", "collect": "sum", "default": {}},
    {"hit": "collect", "collect": "min", "default": {}},
    {"hit": "collect", "collect": "count", "default": {"percent": "-1"}},
    {"hit": "collect"},
]


def cell(chance: random.Random, column: str) -> str:
    items = ", ".join(item(chance, column) for _ in range(chance.choice((1, 1, 2, 3))))
    return chance.choice(("", "", "not ")) + items


def item(chance: random.Random, column: str) -> str:
    one = chance.choice(VALUES[column])
    match chance.randrange(2 if column in ("state", "late") else 4):
        case 0:
            return one
        case 1:
            return f"{chance.choice(('=', '!=', '<>'))} {one}"
        case 2:
            return f"{chance.choice(('<', '<=', '>', '>='))}{one}"
        case _:
            return span(chance, column)


def span(chance: random.Random, column: str) -> str:
    """A range, where the column has an order that the eye can tell."""
    if column == "city":
        return f"{chance.choice('><')} {chance.choice(VALUES[column])}"
    known = NUMBERS.get(column) or [text for text in VALUES[column] if text.startswith("20")]
    low, high = sorted(chance.choices(known, k=2), key=lambda text: (float(text), text) if column in NUMBERS else text)
    return f"{chance.choice('[(')}{low}..{high}{chance.choice('])')}"


@pytest.mark.parametrize("hit", HITS, ids=lambda hit: f"{hit['hit']} {hit.get('collect', '')}")
@pytest.mark.parametrize("seed", range(3))
def test_sql_and_memory_read_every_cell_alike(shop: Shop, seed: int, hit: dict[str, Any]) -> None:
    chance = random.Random(f"{seed}{hit}")
    rows = [
        {
            "when": {name: cell(chance, name) for name in chance.sample(list(COLUMNS), chance.choice((1, 1, 2, 3)))},
            "then": {"percent": chance.choice((str(at), f"{at} + total / 7", "margin"))},
            "priority": chance.randrange(5),
        }
        for at in range(80)
    ]

    def act(work: Work) -> None:
        outputs = {"percent": {"type": "number", "decimals": 4}}
        rule = rule_over_orders(work, inputs=COLUMNS, outputs=outputs, rows=rows, **hit)
        many = dict(chain.from_iterable(stream(work, rule)))
        answers = decide_in(world_of(work), rule, [Case(id) for id in many])
        for (id, outcome), answer in zip(many.items(), answers, strict=True):
            assert answer.outcome == outcome, id
            fired = [each["row"] for each in explained(rule, answer.values, work.env) if each["fires"]]
            assert answer.rows == tuple(fired if rule.hit == "collect" else fired[:1])

    shop.run(shop.person(1), act)
