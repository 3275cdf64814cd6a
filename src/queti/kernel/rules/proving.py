"""What a rule says of all its answers (`checks`), tried on its tests and on cases made up from its cells.

Each row is visited, and what lies between the values that cells name; amounts are whole cents, small ones among them,
since these tell how shares are rounded. Money may be negative, other numbers only where a cell names one that is.
A version of a rule is always tried on the same cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from random import Random
from typing import Any

from queti.kernel.errors import Language, Refusal
from queti.kernel.fields import FieldError
from queti.kernel.formulas import Type, compile_python
from queti.kernel.formulas.typed import Const, Expr, Op, Ref, typed_of, value_json, walk
from queti.kernel.rules.answers import Deciding, Given
from queti.kernel.rules.compiling import COMPUTED, Problem, Row, Rule
from queti.kernel.rules.deciding import read_given
from queti.kernel.rules.remembering import facts_of
from queti.kernel.rules.trying import NEVER

FREE = 100
A_ROW = 8
MOST_CASES = 20_000
"""Cases made up for no row, for each row, and in all."""
_CENT = Decimal("0.01")
_DAY = timedelta(days=1)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A check that doesn't hold of `case`; `sides` are what its comparison came to."""

    check: str
    case: Mapping[str, Any]
    sides: tuple[Any, ...]


def unheld(rule: Rule) -> list[Problem]:
    """Each check that some case breaks, told at its place with the plainest such case."""
    if rule.problems or rule.calls:
        return []
    return [Problem(f"checks.{each.check}", _told(rule, each), case=each.case) for each in broken(rule)]


def broken(rule: Rule) -> Iterator[Broken]:
    if not rule.checks:
        return
    answers = list(_answered(rule, chain(_of_tests(rule), _Making(rule).cases())))
    for name, check in rule.checks.items():
        holds = compile_python(check)
        worst = [(case, values) for case, values in answers if holds(values, NEVER) is not True]
        if worst:
            case, values = min(worst, key=lambda each: _size(each[0]))
            yield Broken(name, _that_matters(rule, case), _sides(check.expr, values))


def _answered(rule: Rule, cases: Iterable[Values]) -> Iterator[tuple[Values, Values]]:
    """Each case with what may be said of its answer; one that the rule refuses to answer says nothing."""
    deciding = Deciding.of(rule)
    for case in cases:
        try:
            answer = deciding.decide(deciding.inputs(Given(rule, case, NEVER), NEVER), NEVER)
        except Refusal:
            continue
        outcome = {"rows": answer.outcome} if isinstance(answer.outcome, list) else answer.outcome
        rows = {"rows": [outcome]} if "rows" not in outcome else {}
        yield case, {**answer.values, **rows, **outcome}


def _of_tests(rule: Rule) -> Iterator[Values]:
    for test in rule.definition.tests.values():
        try:
            yield read_given(rule, test.given)
        except (FieldError, Refusal):
            continue


class _Making:
    """Cases: for each column values on, beside and between those that its cells name."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.dice = Random(rule.version)  # noqa: S311 - the same cases each time, not secrets
        asked = {key: expr.type for key, expr in rule.questions.items()}
        self.types: dict[str, Type] = {**asked, **rule.given}
        self.named = {name: _named(rule, name) for name in self.types}

    def cases(self) -> Iterator[Values]:
        for _ in range(FREE):
            yield self.case({})
        rows = self.rule.rows[: MOST_CASES // A_ROW]
        for row in rows:
            tests = self.tests(row)
            for _ in range(A_ROW):
                yield self.case(tests)

    def tests(self, row: Row) -> dict[str, list[Callable[[Any, Any], Any]]]:
        """Column → what the row's cells ask of it alone."""
        found: dict[str, list[Callable[[Any, Any], Any]]] = {}
        for cell in row.when:
            names = {".".join(part.path) for part in walk(cell.test) if isinstance(part, Ref)}
            if names <= {cell.column} and cell.column in self.types:
                found.setdefault(cell.column, []).append(compile_python(typed_of(cell.test)))
        return found

    def case(self, tests: Mapping[str, list[Callable[[Any, Any], Any]]]) -> Values:
        return {name: self.value(name, tests.get(name, ())) for name in self.types}

    def value(self, name: str, tests: Sequence[Callable[[Any, Any], Any]]) -> Any:
        values = self.values(self.types[name], self.named[name])
        fitting = [each for each in values if all(test({name: each}, NEVER) is True for test in tests)]
        return self.dice.choice(fitting or values)

    def values(self, type: Type, named: Sequence[Any]) -> Sequence[Any]:
        if type.is_amount:
            around = [each + step for each in named for step in (Decimal(0), _CENT, -_CENT)]
            cents = [Decimal(self.dice.randint(*span)).scaleb(-2) for span in _SPANS]
            least = min([Decimal(0), *named])
            return [each for each in (*around, *cents) if type.kind == "money" or each >= least]
        match type.kind:
            case "boolean":
                return [True, False]
            case "choice" if type.choices:
                return [*type.choices, None]
            case "date":
                return [*(each + step for each in named for step in (-_DAY, 0 * _DAY, _DAY)), date(2026, 1, 1), None]
            case "text" | "choice":
                return [*named, "…", None]
            case _:
                return [None]


_SPANS = ((1, 9), (1, 99), (1, 99_999), (1, 99_999_999), (-99_999, -1), (0, 0))
"""Cents."""
_KINDS = {"date": date, "text": str, "choice": str}


def _named(rule: Rule, name: str) -> list[Any]:
    """What cells and outcomes name beside this column."""
    found: set[Any] = set()
    for test in (cell.test for row in rule.rows for cell in row.when):
        parts = list(walk(test))
        if any(isinstance(part, Ref) and ".".join(part.path) == name for part in parts):
            found.update(value for part in parts if isinstance(part, Const) for value in _values(part))
    type = rule.given[name] if name in rule.given else rule.questions[name].type
    kind = Decimal if type.is_amount else _KINDS.get(type.kind, ())
    return sorted(each for each in found if isinstance(each, kind))


def _values(part: Const) -> list[Any]:
    value: Any = part.value
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


# -- telling


def _told(rule: Rule, found: Broken) -> dict[Language, str]:
    say, sides = rule.definition.checks[found.check].say, " ≠ ".join(map(_plain, _alike(found.sides)))
    en, zh = (", ".join(_labelled(rule, found.case, language)) for language in ("en", "zh"))
    return {
        "en": f"{say.get('en', found.check)} Not so where {en}" + (f": {sides}." if sides else "."),
        "zh": f"{say.get('zh', found.check)}反例：{zh}" + (f"，此时 {sides}。" if sides else "。"),
    }


def _labelled(rule: Rule, case: Mapping[str, Any], language: str) -> Iterator[str]:
    for name, value in case.items():
        column = rule.definition.inputs.get(name)
        yield f"{(column.label if column else {}).get(language, name)} = {_plain(value)}"


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else "—" if value is None else str(value_json(value))


def _alike(sides: Sequence[Any]) -> list[Any]:
    """Amounts that are compared have the same decimals."""
    finest = min((each for each in sides if isinstance(each, Decimal)), key=_exponent, default=Decimal(0))
    return [each.quantize(finest) if isinstance(each, Decimal) else each for each in sides]


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _sides(expr: Expr, values: Values) -> tuple[Any, ...]:
    """Both sides of a comparison."""
    if isinstance(expr, Op) and expr.name == "eq":
        return tuple(compile_python(typed_of(arg))(values, NEVER) for arg in expr.args)
    return ()


def _size(case: Values) -> tuple[Decimal, int]:
    """The plainest case: little money, little said."""
    amounts = sum((abs(each) + (each < 0) for each in case.values() if isinstance(each, Decimal)), Decimal(0))
    return amounts, sum(1 for each in case.values() if each not in (None, False))


def _that_matters(rule: Rule, case: Values) -> Values:
    """What the rows look at and reckon with."""
    exprs = [expr for row in rule.rows for expr in (*(cell.test for cell in row.when), *row.then.values())]
    names = facts_of(rule, exprs)
    return {name: value for name, value in case.items() if name in names and not name.startswith(COMPUTED)}
