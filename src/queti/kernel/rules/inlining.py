"""A rule inside a formula: `decide("oms.discount", "percent")` is the tree that its rows come to.

So a validation, a computed field, a linkage, a filter and a flow's condition ask a rule as they ask anything else,
in memory as in SQL, and are computed anew where the rule changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from queti.kernel.fields import decimals_of
from queti.kernel.formulas.operations import constant, op
from queti.kernel.formulas.typed import Aggregate, Const, Expr, Op, Ref
from queti.kernel.formulas.types import BLANK, BOOLEAN, NUMBER, Decided, RuleNotUsable
from queti.kernel.names import did_you_mean
from queti.kernel.rules.compiling import COMPUTED, ORDERED, SCORE, Row, Rule, compile_rule
from queti.kernel.rules.scope import output_field
from queti.kernel.scopes import ObjectScope

Env = Mapping[str, Expr]
"""What the rule calls a value → the formula over the record."""

NO_ROW = Const(None, BLANK)
ZERO, ONE = constant(Decimal(0), NUMBER), constant(Decimal(1), NUMBER)


def decided(base: ObjectScope, name: str, output: str) -> Decided:
    """What the rule says of a record of `base`; `output` may be left out where there is one. RuleNotUsable."""
    definition = base.model.rules.get(name)
    if definition is None:
        raise _unknown("rule", "规则", name, base.model.rules)
    if definition.on != base.object.name:
        of = base.object.name
        raise RuleNotUsable(f"Rule “{name}” isn't about {of}.", f"规则“{name}”不针对 {of}。")
    rule = compile_rule(definition, base)
    if rule.problems:
        words = rule.problems[0].words
        raise RuleNotUsable(f"Rule “{name}” isn't sound: {words['en']}", f"规则“{name}”有误：{words['zh']}")
    _refuse_what_no_formula_says(rule)
    wanted = output or next(iter(rule.outputs))
    if wanted not in rule.outputs:
        raise _unknown("outcome", "结果", wanted, rule.outputs)
    if not output and len(rule.outputs) > 1:
        named = ", ".join(rule.outputs)
        raise RuleNotUsable(f"Say which outcome: {named}.", f"请指定结果：{named}。")
    return Decided(_answer(rule, wanted), _uses(rule), _reads(rule, base))


def _refuse_what_no_formula_says(rule: Rule) -> None:
    is_one = rule.hit in ORDERED or (rule.hit == "collect" and rule.collect in ("sum", "count"))
    if rule.given or rule.calls or not is_one:
        raise RuleNotUsable(
            f"Rule “{rule.name}” can't stand in a formula: it is given values, calls others, or lists rows.",
            f"规则“{rule.name}”不能用于公式：需要传入值、调用其他规则或多行同时生效。",
        )


def _answer(rule: Rule, output: str) -> Expr:
    env: dict[str, Expr] = {key: expr for key, expr in rule.questions.items() if key.startswith(COMPUTED)}
    for name, typed in rule.asked.items():
        env[name] = _over_record(typed.expr, env)
    if rule.definition.kind == "scorecard":
        env[SCORE] = _sum(rule, SCORE, env)
        return env[SCORE] if output == SCORE else _first(rule, rule.bands, output, env)
    if rule.hit != "collect":
        return _first(rule, rule.rows, output, env)
    total = _sum(rule, output, env)
    if not rule.default:
        return total
    some = Op("or", tuple(_holds(row, env) for row in rule.rows), BOOLEAN)
    return Op("if", (some, total, _value(rule, output, rule.default, env)), rule.outputs[output])


def _first(rule: Rule, rows: Sequence[Row], output: str, env: Env) -> Expr:
    fallen = _value(rule, output, rule.default, env)
    return reduce(
        lambda rest, row: Op("if", (_holds(row, env), _value(rule, output, row.then, env), rest), rule.outputs[output]),
        reversed(rows),
        fallen,
    )


def _sum(rule: Rule, output: str, env: Env) -> Expr:
    """Of the rows that hold; each counts for one where they are counted."""
    found: Expr = ZERO
    for row in rule.rows:
        value = _value(rule, output, row.then, env)
        if rule.collect == "count":
            value = Op("if", (Op("is_blank", (value,), BOOLEAN), ZERO, ONE), NUMBER)
        counted = Op("if", (_holds(row, env), Op("default", (value, ZERO), NUMBER), ZERO), NUMBER)
        found = Op("add", (found, counted), NUMBER)
    return found


def _holds(row: Row, env: Env) -> Expr:
    tests = tuple(_over_record(cell.test, env) for cell in row.when)
    return Op("and", tests, BOOLEAN) if len(tests) > 1 else tests[0] if tests else Const(True, BOOLEAN)


def _value(rule: Rule, output: str, then: Mapping[str, Expr], env: Env) -> Expr:
    column, type = rule.definition.outputs[output], rule.outputs[output]
    if output not in then:
        return NO_ROW
    value = _over_record(then[output], env)
    if column.decimals is None or not type.is_amount:
        return value
    return op("round", value, type=type, static=(decimals_of(output_field(column)),))


def _over_record(expr: Expr, env: Env) -> Expr:
    if isinstance(expr, Ref):
        return env.get(".".join(expr.path), expr) if expr.level == 0 else expr
    if isinstance(expr, Op):
        return replace(expr, args=tuple(_over_record(arg, env) for arg in expr.args))
    return expr


def _uses(rule: Rule) -> tuple[tuple[str, ...], ...]:
    paths = (path for _, typed in rule.uses for path in typed.uses)
    return tuple(dict.fromkeys(path for path in paths if path[0] not in rule.asked or _is_field(rule, path)))


def _reads(rule: Rule, base: ObjectScope) -> frozenset[tuple[str, str]]:
    own = {name for name in rule.asked if not _is_field(rule, (name,))}
    found = {read for _, typed in rule.uses for read in typed.reads}
    return frozenset(read for read in found if read[0] != base.object.name or read[1] not in own)


def _is_field(rule: Rule, path: tuple[str, ...]) -> bool:
    """An input that is the very field of its name."""
    asked = rule.asked.get(path[0])
    return asked is not None and any(
        isinstance(part, Ref | Aggregate) and part.path[0] == path[0] for part in rule.questions.values()
    )


def _unknown(en: str, zh: str, name: str, known: Mapping[str, object]) -> RuleNotUsable:
    near = did_you_mean(name, known) or {}
    said = f"There is no {en} “{name}”. {near.get('en', '')}".strip()
    return RuleNotUsable(said, f"没有{zh}“{name}”。{near.get('zh', '')}")
