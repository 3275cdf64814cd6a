"""A rule inside a formula: `decide("oms.discount", "percent")` is the tree that its rows come to.

So a validation, a computed field, a linkage, a filter and a flow's condition ask a rule as they ask anything else,
in memory as in SQL, and are computed anew where the rule changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from queti.kernel.fields import decimals_of
from queti.kernel.formulas.operations import constant, op
from queti.kernel.formulas.typed import Aggregate, Const, Expr, Op, Ref, walk
from queti.kernel.formulas.types import BLANK, BOOLEAN, NUMBER, Decided, RuleNotUsable, Type
from queti.kernel.model import Model
from queti.kernel.names import did_you_mean
from queti.kernel.rules.compiling import COMPUTED, ORDERED, SCORE, Row, Rule, compile_rule
from queti.kernel.rules.scope import output_field
from queti.kernel.scopes import ObjectScope

Env = Mapping[str, Expr]
"""What the rule calls a value → the formula over the record."""

NO_ROW = Const(None, BLANK)
ZERO, ONE = constant(Decimal(0), NUMBER), constant(Decimal(1), NUMBER)


def with_called(model: Model, names: Iterable[str]) -> set[str]:
    """These rules and those that they call, however far."""
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in model.rules:
            found.add(name)
            waiting += [call.rule for call in model.rules[name].calls.values()]
    return found


def asked_by(base: ObjectScope, name: str) -> Mapping[str, Type]:
    """The inputs that may be given by name."""
    rule = _sound(base, name)
    return {**rule.given, **{input: typed.type for input, typed in rule.asked.items()}}


def decided(base: ObjectScope, name: str, output: str, given: Env) -> Decided:
    """What the rule says of a record of `base` and of what is `given`; `output` may be left out where there is one.
    RuleNotUsable."""
    rule = _sound(base, name)
    wanted = output or next(iter(rule.outputs))
    if wanted not in rule.outputs:
        raise _unknown("outcome", "结果", wanted, rule.outputs)
    if not output and len(rule.outputs) > 1:
        named = ", ".join(rule.outputs)
        raise RuleNotUsable(f"Say which outcome: {named}.", f"请指定结果：{named}。")
    asked = _Asked(base)
    expr = asked.answer(rule, wanted, given)
    return Decided(expr, tuple(asked.uses), frozenset(asked.reads))


def _sound(base: ObjectScope, name: str) -> Rule:
    rule = _compiled(base, name, ())
    if rule.problems:
        words = rule.problems[0].words
        raise RuleNotUsable(f"Rule “{name}” isn't sound: {words['en']}", f"规则“{name}”有误：{words['zh']}")
    return rule


def _compiled(base: ObjectScope, name: str, above: tuple[str, ...]) -> Rule:
    """Over the scope of the formula where it is about the same object, so that what it reads is settled and watched."""
    model, around = base.model, (*above, name)
    if name not in model.rules:
        raise _unknown("rule", "规则", name, model.rules)
    if name in above or len(around) > MOST_CALLS:
        told = " → ".join(around)
        raise RuleNotUsable(f"Decisions call each other in a circle: {told}.", f"决策互相循环调用：{told}。")
    definition = model.rules[name]
    other = ObjectScope(model, model.objects[definition.on]) if definition.on in model.objects else None
    scope = base if definition.on == base.object.name else other
    return compile_rule(definition, scope, lambda call: _compiled(base, call, around) if call in model.rules else None)


MOST_CALLS = 12


class _Asked:
    """The trees of a rule and of those that it calls; `uses` and `reads`: what they ask of the record."""

    def __init__(self, base: ObjectScope) -> None:
        self.base = base
        self.uses: dict[tuple[str, ...], None] = {}
        self.reads: set[tuple[str, str]] = set()

    def answer(self, rule: Rule, output: str, given: Env) -> Expr:
        env = self.known(rule, given)
        if rule.definition.kind == "scorecard":
            env[SCORE] = _sum(rule, SCORE, env)
            return env[SCORE] if output == SCORE else _first(rule, rule.bands, output, env)
        if rule.hit != "collect":
            return _first(rule, rule.rows, output, env)
        total = _sum(rule, output, env)
        if not rule.default:
            return total
        some = Op("or", tuple(_holds(row, env) for row in rule.rows), BOOLEAN)
        return Op(
            "if",
            (
                some,
                total,
                _value(rule, output, rule.default, env),
            ),
            rule.outputs[output],
        )

    def known(self, rule: Rule, given: Env) -> dict[str, Expr]:
        """What the rule names: what is given, what it asks of the record, the answers of the rules that it calls."""
        self.refuse(rule, given)
        env: dict[str, Expr] = {key: expr for key, expr in rule.questions.items() if key.startswith(COMPUTED)}
        env |= given
        for name, typed in rule.asked.items():
            if name not in given:
                env[name] = _over_record(typed.expr, env)
        for call, values in rule.calls.items():
            other = _compiled(self.base, rule.definition.calls[call].rule, (rule.name,))
            put = {name: _over_record(expr, env) for name, expr in values.items()}
            named = {ref.path[1] for ref in _refs(rule) if ref.path[0] == call and len(ref.path) > 1}
            env |= {f"{call}.{output}": self.answer(other, output, put) for output in sorted(named)}
        if rule.definition.on == self.base.object.name:
            self.uses |= dict.fromkeys(_uses(rule, given))
            self.reads |= _reads(rule, self.base, given)
        return env

    def refuse(self, rule: Rule, given: Env) -> None:
        lacking = [name for name in rule.given if name not in given]
        if lacking:
            raise RuleNotUsable(
                f"Rule “{rule.name}” is given “{lacking[0]}”: {lacking[0]} = ….",
                f"规则“{rule.name}”需要传入“{lacking[0]}”：{lacking[0]} = …。",
            )
        is_about_this = rule.definition.on in ("", self.base.object.name)
        if not is_about_this and any(key not in given for key in _still_asked(rule, given)):
            of = self.base.object.name
            raise RuleNotUsable(
                f"Rule “{rule.name}” isn't about {of}: give it all that it asks by name.",
                f"规则“{rule.name}”不针对 {of}，请按名称传入它所需的全部输入。",
            )
        is_one = rule.hit in ORDERED or (rule.hit == "collect" and rule.collect in ("sum", "count"))
        if not is_one and rule.definition.kind != "decision":
            raise RuleNotUsable(
                f"Rule “{rule.name}” can't stand in a formula: several of its rows may count at once.",
                f"规则“{rule.name}”不能用于公式：可能有多行同时生效。",
            )


def _still_asked(rule: Rule, given: Env) -> set[str]:
    """Questions to the record that what is given doesn't answer."""
    exprs = [typed.expr for name, typed in rule.asked.items() if name not in given]
    parts = (part for expr in (*exprs, *_exprs(rule)) for part in walk(expr))
    return {".".join(part.path) for part in parts if isinstance(part, Ref) and part.level == 0} & rule.questions.keys()


def _refs(rule: Rule) -> Iterator[Ref]:
    parts = (part for expr in _exprs(rule) for part in walk(expr))
    return (part for part in parts if isinstance(part, Ref) and part.level == 0)


def _exprs(rule: Rule) -> Iterator[Expr]:
    """Of rows, default and calls."""
    for row in (*rule.rows, *rule.bands):
        yield from (cell.test for cell in row.when)
        yield from row.then.values()
    yield from rule.default.values()
    yield from (expr for values in rule.calls.values() for expr in values.values())


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


def _uses(rule: Rule, given: Env) -> Iterator[tuple[str, ...]]:
    own = {*_own(rule, given), *rule.calls}
    return (path for _, typed in rule.uses for path in typed.uses if path[0] not in own)


def _own(rule: Rule, given: Env) -> set[str]:
    """Names that are the rule's and none of the record's fields."""
    return {*given, *rule.given, *(name for name in rule.asked if not _is_field(rule, (name,)))}


def _reads(rule: Rule, base: ObjectScope, given: Env) -> frozenset[tuple[str, str]]:
    own = _own(rule, given)
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
