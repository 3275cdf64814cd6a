"""A rule's definition → typed conditions and outcomes, in the order in which they are tried.

Everything that is wrong is told at its place; what is right beside it is compiled all the same.
What is asked of a record (fields, paths, aggregates) becomes a *question*: a plain value that one
SELECT answers, in memory as in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from queti.kernel.definitions import RowDef, RuleDef
from queti.kernel.definitions.rules import leaves
from queti.kernel.errors import Language
from queti.kernel.formulas import BOOLEAN, DATE, NUMBER, FormulaError, Names, NameScope, Place, Type, Typed, check
from queti.kernel.formulas.typed import Aggregate, Expr, Op, Ref, walk
from queti.kernel.formulas.types import FieldInfo, rows_of
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.canonical import body_of, hash_of
from queti.kernel.rules.cells import is_any, read_cell
from queti.kernel.rules.scope import RuleScope, input_type, output_type

MOST_ROWS, MOST_COLUMNS, DEEPEST = 20_000, 60, 20
ORDERED = frozenset({"first", "priority"})
"""Hit policies under which one row fires."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
SCORE = "score"
COMPUTED = "#"
"""First letter of a question that is no plain path."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `place` is the property, `position` the character in its text; `case` shows it."""

    place: str
    words: Mapping[Language, str]
    position: int | None = None
    length: int = 0
    nearest: tuple[str, ...] = ()
    case: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition of a row. `column` is the input it stands under; none: the row's own formula."""

    place: str
    column: str
    test: Expr
    typed: Typed


@dataclass(frozen=True, slots=True)
class Row:
    """`when` are all to hold; `then` are the outcomes as formulas."""

    place: str
    when: tuple[Cell, ...]
    then: Mapping[str, Expr]
    definition: RowDef

    @property
    def label(self) -> str:
        """`3`; of a tree `0.1`: the branches taken."""
        return ".".join(part for part in self.place.split(".") if part.isdigit())


@dataclass(slots=True)
class Rule:
    """A rule as compiled. `rows` stand in the order in which they are tried."""

    definition: RuleDef
    version: str
    given: dict[str, Type] = field(default_factory=dict[str, Type])
    """Inputs that come with the case."""
    asked: dict[str, Typed] = field(default_factory=dict[str, Typed])
    """Inputs that are formulas, in order."""
    outputs: dict[str, Type] = field(default_factory=dict[str, Type])
    rows: tuple[Row, ...] = ()
    default: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    bands: tuple[Row, ...] = ()
    calls: dict[str, dict[str, Expr]] = field(default_factory=dict[str, dict[str, Expr]])
    checks: dict[str, Typed] = field(default_factory=dict[str, Typed])
    """What must hold of every answer, by name."""
    questions: dict[str, Expr] = field(default_factory=dict[str, Expr])
    """Key → what is asked of the record under it."""
    problems: list[Problem] = field(default_factory=list[Problem])
    uses: list[tuple[str, Typed]] = field(default_factory=list[tuple[str, Typed]])
    """Every formula, by its place: edges of the graph of definitions."""
    kept: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False)
    """What back ends made of it."""

    @property
    def name(self) -> str:
        return self.definition.rule

    @property
    def hit(self) -> str:
        return {"scorecard": "collect", "tree": "first", "rates": "first"}.get(
            self.definition.kind, self.definition.hit
        )

    @property
    def collect(self) -> str:
        return "sum" if self.definition.kind == "scorecard" else self.definition.collect

    @property
    def is_counted(self) -> bool:
        """What follows is how many rows say something, whatever they say."""
        return self.hit == "collect" and self.collect == "count"


def compile_rule(
    definition: RuleDef, base: NameScope | None, called: Callable[[str], Rule | None] = lambda _: None
) -> Rule:
    """The rule over the names of `base`: those of its object. `called` gives the rules that a decision calls."""
    return _Compiler(definition, base, called).compile()


class _Compiler:
    def __init__(self, definition: RuleDef, base: NameScope | None, called: Callable[[str], Rule | None]) -> None:
        self.definition = definition
        self.base = base
        self.called = called
        self.scope = RuleScope(base)
        self.rule = Rule(definition, hash_of("rule", body_of(definition)))
        self.cells: dict[tuple[str, str], Typed | FormulaError | None] = {}
        self.columns: dict[str, Type] = {}
        """Outputs, as their rows say them."""

    def compile(self) -> Rule:
        rule, definition = self.rule, self.definition
        if len(definition.rows) > MOST_ROWS or len(definition.inputs) + len(definition.outputs) > MOST_COLUMNS:
            self.wrong(
                "rows",
                f"A rule has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns.",
                f"规则最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列。",
            )
            return rule
        self.inputs()
        self.calls()
        for name, column in _in_order(definition.outputs):
            self.columns[name] = output_type(column)
            rule.outputs[name] = NUMBER if rule.is_counted else self.columns[name]
        self.check_shape()
        rule.rows = tuple(sorted(self.rows(definition.rows, "rows"), key=self.precedence))
        rule.default = self.outcome("default", definition.default)
        self.scope.inputs[SCORE] = NUMBER
        rule.bands = tuple(self.rows(definition.bands, "bands")) if definition.kind == "scorecard" else ()
        if definition.kind == "decision":
            rule.default = self.outcome("outputs", {n: o.formula for n, o in definition.outputs.items()}, ".formula")
        self.checks()
        return rule

    def checks(self) -> None:
        scope = answer_scope(self.rule, self.scope.inputs)
        for name, each in self.definition.checks.items():
            typed = self.checked(f"checks.{name}.require", lambda: check(each.require, scope, expect=BOOLEAN))  # noqa: B023
            if typed is not None:
                self.rule.checks[name] = typed

    def precedence(self, row: Row) -> Any:
        """Of rates the latest comes first, of priorities the largest; otherwise the order written."""
        if self.definition.kind == "rates":
            return _falling(row.definition.from_)
        return -row.definition.priority if self.definition.hit == "priority" else 0

    # -- columns

    def inputs(self) -> None:
        for name, column in _in_order(self.definition.inputs):
            if column.formula or (self.base is not None and not column.type):
                self.ask(name, column.formula or name)
            else:
                self.rule.given[name] = self.scope.inputs[name] = input_type(column)
        self.as_of()

    def ask(self, name: str, formula: str) -> None:
        place = f"inputs.{name}.formula"
        typed = self.checked(place, lambda: check(formula, self.scope))
        if typed is None:
            return
        self.rule.asked[name] = replace(typed, expr=self.lifted(typed.expr, place))
        self.scope.inputs[name] = typed.type

    def as_of(self) -> None:
        if self.definition.kind != "rates":
            return
        typed = self.checked("as_of", lambda: check(self.definition.as_of or "today()", self.scope, expect=DATE))
        if typed is not None:
            self.rule.asked["as_of"] = replace(typed, expr=self.lifted(typed.expr, "as_of"))
            self.scope.inputs["as_of"] = DATE

    def calls(self) -> None:
        for name, call in _in_order(self.definition.calls):
            rule = self.called(call.rule)
            place = f"calls.{name}"
            if rule is None:
                self.wrong(f"{place}.rule", f"There is no rule “{call.rule}”.", f"没有规则“{call.rule}”。")
                continue
            given: dict[str, Expr] = {}
            for input, text in call.given.items():
                expect = rule.given.get(input) or (rule.asked[input].type if input in rule.asked else None)
                if expect is None:
                    self.unknown(f"{place}.given.{input}", input, [*rule.given, *rule.asked])
                elif (expr := self.formula(f"{place}.given.{input}", text, expect)) is not None:
                    given[input] = expr
            for input in rule.given:
                if input not in call.given:
                    self.wrong(f"{place}.given", f"{call.rule} needs “{input}”.", f"{call.rule} 需要“{input}”。")
            self.rule.calls[name] = given
            self.scope.answered(name, rule.outputs)

    def check_shape(self) -> None:
        definition, outputs = self.definition, self.rule.outputs
        if not outputs:
            self.wrong("outputs", "The rule has no outcome yet.", "规则还没有结果列。")
        if definition.kind != "decision" and not definition.rows:
            self.wrong("rows", "The rule has no row yet.", "规则还没有任何行。")
        if definition.kind == "scorecard" and (SCORE not in outputs or not outputs[SCORE].is_amount):
            self.wrong("outputs", "A scorecard has a number output “score”.", "评分卡需要数字结果列“score”。")
        if self.rule.hit == "collect" and self.rule.collect in ("sum", "min", "max") and definition.kind != "scorecard":
            for name, type in outputs.items():
                if not type.is_amount:
                    self.wrong(
                        f"outputs.{name}.type", "Only numbers can be summed or compared.", "只有数字可以求和或比较。"
                    )

    # -- rows

    def rows(self, rows: list[RowDef], place: str) -> Iterator[Row]:
        conditions: dict[str, tuple[Cell, ...]] = {}
        for here, row, above in leaves(rows, place):
            if len(above) > DEEPEST:
                self.wrong(here, f"A tree is at most {DEEPEST} deep.", f"决策树最多 {DEEPEST} 层。")
                continue
            for branching in above:
                if branching not in conditions:
                    conditions[branching] = tuple(self.conditions(branching, _at(rows, place, branching)))
            around = tuple(cell for branching in above for cell in conditions[branching])
            then = self.outcome(f"{here}.then", row.then)
            yield Row(here, (*around, *self.conditions(here, row)), then, row)

    def conditions(self, here: str, row: RowDef) -> Iterator[Cell]:
        yield from self.days(here, row)
        if isinstance(row.when, str):
            if row.when:
                typed = self.checked(f"{here}.when", lambda: check(str(row.when), self.scope, expect=BOOLEAN))
                if typed is not None:
                    yield Cell(f"{here}.when", "", self.lifted(typed.expr, f"{here}.when"), typed)
            return
        for column, text in row.when.items():
            if is_any(text):
                continue
            if column not in self.scope.inputs:
                if column not in self.definition.inputs:
                    self.unknown(f"{here}.when.{column}", column, self.scope.inputs)
                continue
            place = f"{here}.when.{column}"
            typed = self.cell(place, column, text)
            if typed is not None:
                yield Cell(place, column, typed.expr, typed)

    def days(self, here: str, row: RowDef) -> Iterator[Cell]:
        if self.definition.kind != "rates":
            return
        for name, sign, text in (("from", ">=", row.from_), ("until", "<=", row.until)):
            place = f"{here}.{name}"
            if text and not _DAY.fullmatch(text):
                self.wrong(place, f"“{text}” is no day.", f"“{text}”不是日期。")
            elif text and "as_of" in self.scope.inputs and (typed := self.cell(place, "as_of", f"{sign} {text}")):
                yield Cell(place, "", typed.expr, typed)
        if not row.from_:
            self.wrong(f"{here}.from", "Say from which day the row is valid.", "请填写生效日期。")

    def cell(self, place: str, column: str, text: str) -> Typed | None:
        """Each text of a column is checked once; a table repeats itself."""
        if (column, text) not in self.cells:
            try:
                self.cells[column, text] = self.read(place, column, text)
            except FormulaError as error:
                self.cells[column, text] = error
        known = self.cells[column, text]
        if isinstance(known, FormulaError):
            self.mistake(place, known)
            return None
        if known is not None:
            self.rule.uses.append((place, known))
        return known

    def read(self, place: str, column: str, text: str) -> Typed | None:
        info = self.scope.field(column)
        if info is not None and info.element is None and _names_nothing(text):
            return _plain_cell(text, column, self.scope.inputs[column], info, self.scope.name)
        typed = _read(text, column, self.scope.inputs[column], self.scope)
        return typed and replace(typed, expr=self.lifted(typed.expr, place))

    # -- outcomes

    def outcome(self, place: str, then: Mapping[str, str], behind: str = "") -> Mapping[str, Expr]:
        found: dict[str, Expr] = {}
        for name, text in then.items():
            here = f"{place}.{name}{behind}"
            if name not in self.rule.outputs:
                self.unknown(here, name, self.rule.outputs)
            elif (expr := self.formula(here, text, self.said(name, place))) is not None:
                found[name] = expr
        return found

    def said(self, output: str, place: str) -> Type:
        """What rows say is of the column's own type, though they are only counted; a default is told as it stands."""
        return self.rule.outputs[output] if place == "default" else self.columns[output]

    def formula(self, place: str, text: str, expect: Type) -> Expr | None:
        if not text.strip():
            return None
        key = f"\0{expect.kind}{expect.target}{expect.choices}", text
        if key not in self.cells:
            try:
                if _names_nothing(text):
                    self.cells[key] = _plain_outcome(text, expect)
                else:
                    typed = _follow(text, expect, self.scope)
                    self.cells[key] = replace(typed, expr=self.lifted(typed.expr, place))
            except FormulaError as error:
                self.cells[key] = error
        known = self.cells[key]
        if isinstance(known, Typed):
            self.rule.uses.append((place, known))
            return known.expr
        if known is not None:
            self.mistake(place, known)
        return None

    # -- questions

    def lifted(self, expr: Expr, place: str) -> Expr:
        """Whatever is of the record becomes a question; inputs and answers stay names."""
        if isinstance(expr, Ref):
            if not self.is_own(expr.path):
                self.rule.questions.setdefault(".".join(expr.path), expr)
            return expr
        if isinstance(expr, Op):
            return replace(expr, args=tuple(self.lifted(arg, place) for arg in expr.args))
        return self.question(expr, place) if isinstance(expr, Aggregate) else expr

    def question(self, expr: Aggregate, place: str) -> Ref:
        own = [part for part in walk(expr) if isinstance(part, Ref) and part.level == 0 and self.is_own(part.path)]
        if own:
            self.wrong(
                place,
                "Inside a list only the record's fields can be named.",
                "在列表函数中只能使用记录的字段。",
            )
        key = next((key for key, each in self.rule.questions.items() if each == expr), "")
        key = key or f"{COMPUTED}{len(self.rule.questions)}"
        self.rule.questions[key] = expr
        return Ref((key,), expr.type)

    def is_own(self, path: Path) -> bool:
        """An input or an answer. An input that is the very field of its name is asked under that name, too."""
        return path[0] in self.scope.answers or (len(path) == 1 and path[0] in self.scope.inputs)

    # -- what is wrong

    def checked(self, place: str, make: Callable[[], Typed]) -> Typed | None:
        try:
            typed = make()
        except FormulaError as error:
            self.mistake(place, error)
            return None
        self.rule.uses.append((place, typed))
        return typed

    def mistake(self, place: str, error: FormulaError) -> None:
        words: dict[Language, str] = {"en": error.problem_in("en"), "zh": error.problem_in("zh")}
        self.rule.problems.append(Problem(place, words, error.position, error.length, tuple(error.nearest)))

    def wrong(self, place: str, en: str, zh: str) -> None:
        self.rule.problems.append(Problem(place, {"en": en, "zh": zh}))

    def unknown(self, place: str, name: str, known: Any) -> None:
        near = did_you_mean(name, known) or {}
        en, zh = near.get("en", ""), near.get("zh", "")
        self.wrong(place, f"There is no “{name}”. {en}".strip(), f"没有“{name}”。{zh}")


def answer_scope(rule: Rule, inputs: Mapping[str, Type]) -> Names:
    """What may be said of an answer: its case's inputs, and its outcome or the list of its `rows`."""
    outputs = {name: FieldInfo(type) for name, type in rule.outputs.items()}
    told = outputs
    if rule.hit == "collect" and rule.collect == "list":
        told = {"rows": FieldInfo(rows_of(rule.name), element=Names(outputs))}
    return Names({name: FieldInfo(type) for name, type in inputs.items()} | told)


# -- cells and outcomes that name nothing but their column: the same whatever stands around them


MOST_KEPT = 20_000
_NAME = re.compile(r"[^\W\d]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_SAYING = re.compile(r"\b(?:not|blank|true|false)\b")


def _names_nothing(text: str) -> bool:
    return _NAME.search(_SAYING.sub("", _QUOTED.sub("", text))) is None


@lru_cache(MOST_KEPT)
def _plain_cell(text: str, column: str, type: Type, info: FieldInfo, object: str) -> Typed | None:
    return _read(text, column, type, Names({column: info}, name=object))


@lru_cache(MOST_KEPT)
def _plain_outcome(text: str, expect: Type) -> Typed:
    return _follow(text, expect, Names({}))


def _read(text: str, column: str, type: Type, scope: NameScope) -> Typed | None:
    node = read_cell(text, column, type)
    if node is None:
        return None
    typed = check(node, scope, expect=BOOLEAN)
    return replace(typed, text=text, occurrences=tuple(each for each in typed.occurrences if each.position >= 0))


def _follow(text: str, expect: Type, scope: NameScope) -> Typed:
    typed = check(text, scope, expect=None if expect.is_amount else expect)
    refuse_no_amount(typed, expect)
    return typed


def refuse_no_amount(typed: Typed, expect: Type) -> None:
    """An amount's outcome may be a number, or money of whatever source."""
    if expect.is_amount and not (typed.type.is_amount or typed.type.kind == "blank"):
        raise FormulaError("wrong_type", Place(0, len(typed.text)), "A number is expected here.", "此处应为数字。")


def _in_order(items: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(items.items(), key=lambda each: each[1].order)


def _at(rows: list[RowDef], place: str, wanted: str) -> RowDef:
    found: list[RowDef] = rows
    row = RowDef()
    for part in wanted.removeprefix(f"{place}.").split("."):
        if part.isdigit():
            row = found[int(part)]
            found = row.branches
    return row


def _falling(day: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in day)
