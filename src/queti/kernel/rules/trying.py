"""The tests that live with a rule: what is given, what must follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from queti.kernel.definitions import FieldDef, RuleTestDef, Words
from queti.kernel.errors import Refusal
from queti.kernel.fields import FIELD_TYPES, FieldError
from queti.kernel.formulas import Env, fixed_env
from queti.kernel.model import Model
from queti.kernel.rules.answers import Answer, Outcome
from queti.kernel.rules.compiling import Rule
from queti.kernel.rules.deciding import Case, World, decide_in, read_given
from queti.kernel.rules.scope import field_of, output_field

NEVER = Env(now=fixed_env().now)
"""Tests don't depend on the day: what a rule asks of the calendar is given (`as_of`)."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`problem` says what went wrong: an input that is missing, or the outcome that differs."""

    name: str
    passes: bool
    answer: Answer | None
    problem: Words


def try_tests(model: Model, rule: Rule) -> Iterator[Tried]:
    """Each test, in its order."""
    world = World(model, NEVER, lambda _rule, _cases: {})
    for name, test in sorted(rule.definition.tests.items(), key=lambda each: each[1].order):
        try:
            [answer] = decide_in(world, rule, [Case(None, read_given(rule, test.given))])
            problem = _difference(rule, answer, test)
            yield Tried(name, not problem, answer, problem)
        except Refusal as refusal:
            yield Tried(name, False, None, {"en": refusal.says("en"), "zh": refusal.says("zh")})
        except FieldError as error:
            yield Tried(name, False, None, {"en": error.en, "zh": error.zh})


def shown(rule: Rule, outcome: Outcome | list[Outcome] | None) -> Any:
    """As JSON carries it."""
    if isinstance(outcome, list):
        return [shown(rule, each) for each in outcome]
    return outcome and {name: _show(rule, name, value) for name, value in outcome.items()}


def _show(rule: Rule, output: str, value: Any) -> Any:
    field = _field(rule, output)
    return None if value is None else FIELD_TYPES[field.type].show(value, field)


def _field(rule: Rule, output: str) -> FieldDef:
    return field_of(rule.outputs[output]) if rule.is_counted else output_field(rule.definition.outputs[output])


def _difference(rule: Rule, answer: Answer, test: RuleTestDef) -> Words:
    """Outputs that a test says nothing of may be anything."""
    if _agrees(rule, answer.outcome, test.expected):
        return {}
    found = shown(rule, answer.outcome)
    return {"en": f"The outcome is {found}, not {test.expected}.", "zh": f"结果是 {found}，而不是 {test.expected}。"}


def _agrees(rule: Rule, found: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        rows = cast("list[Any]", expected)
        return (
            isinstance(found, list)
            and len(cast("list[Any]", found)) == len(rows)
            and all(_agrees(rule, one, other) for one, other in zip(cast("list[Any]", found), rows, strict=True))
        )
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return not expected and not any(cast("Outcome", found).values() if isinstance(found, dict) else found)
    outcome = cast("Outcome", found)
    return all(
        name in outcome and outcome[name] == _read(rule, name, value)
        for name, value in cast("dict[str, Any]", expected).items()
    )


def _read(rule: Rule, output: str, value: Any) -> Any:
    if value is None:
        return None
    field = _field(rule, output)
    return FIELD_TYPES[field.type].read(str(value) if isinstance(value, float) else value, field)
