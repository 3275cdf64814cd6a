"""Rules for the tests, from what a YAML file would say."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from queti.kernel.definitions import RuleDef
from queti.kernel.formulas import Env, NameScope, fixed_env
from queti.kernel.publishing.canonical import decode
from queti.kernel.rules.answers import Answer, Deciding, Given
from queti.kernel.rules.compiling import Rule, compile_rule

ENV: Env = fixed_env()

DISCOUNT: dict[str, Any] = {
    "rule": "shop.discount",
    "inputs": {"amount": {"type": "money"}, "tier": {"type": "text"}},
    "outputs": {"percent": {"type": "number"}, "why": {}},
    "rows": [
        {"when": {"amount": "> 5000", "tier": '"VIP", "Gold"'}, "then": {"percent": "15", "why": '"large and dear"'}},
        {"when": {"amount": "[1000..5000]"}, "then": {"percent": "amount / 1000", "why": '"large"'}},
        {"when": {"tier": 'not "CN"'}, "then": {"percent": "1"}},
    ],
    "default": {"percent": "0"},
}


def definition(**changed: Any) -> RuleDef:
    return cast("RuleDef", decode("rule", {**DISCOUNT, **changed}))


def compiled(base: NameScope | None = None, **changed: Any) -> Rule:
    return compile_rule(definition(**changed), base)


def answer(rule: Rule, values: Mapping[str, Any]) -> Answer:
    assert not rule.problems, rule.problems
    deciding = Deciding.of(rule)
    return deciding.decide(deciding.inputs(Given(rule, values, ENV), ENV), ENV)


def case(amount: Any, tier: str | None) -> dict[str, Any]:
    return {"amount": None if amount is None else Decimal(amount), "tier": tier}
