"""The SQL back end: a typed tree becomes a SQLAlchemy Core expression for PostgreSQL.

Literals are bind parameters, so that one text serves all formulas of a shape (`shape`).
In a WHERE a test is written bare: NULL there is false, and an index serves. Where NULL
would not do (under `not`, as a value) the test is closed by `IS TRUE`. Nothing written
here can raise in PostgreSQL, whatever the rows hold, and no argument is written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.dialects import postgresql

from queti.kernel.formulas import sql_operations as operations
from queti.kernel.formulas.env import parameter_name
from queti.kernel.formulas.errors import FormulaError, Place
from queti.kernel.formulas.operations import IN_MEMORY, TESTS
from queti.kernel.formulas.typed import Aggregate, Const, Expr, Op, Param, Ref, Slots, Typed, is_parameter
from queti.kernel.formulas.types import Path, Type

Element = ColumnElement[Any]


class SqlRows(NamedTuple):
    """Rows of a list: where from, how they belong to the record outside, and their own columns.

    `source` may be a function; it is asked after all columns, so that it can hold the
    joins that they needed.
    """

    source: FromClause | Callable[[], FromClause]
    condition: ColumnElement[bool]
    scope: SqlScope


class SqlScope:
    """Where a formula's names are in SQL. Subclasses give `column` and, for lists, `rows`."""

    def column(self, path: Path) -> Element:
        """The column at the end of a path; links on the way are joined by the scope."""
        raise KeyError(path)

    def rows(self, path: Path) -> SqlRows | tuple[Any, Any, Any]:
        """The rows of the list at the end of a path, correlated with this scope's row."""
        raise KeyError(path)

    def parameter(self, name: str, type: Type) -> Element:
        """What is fixed for a Work; values by `env.parameters`."""
        return sa.bindparam(parameter_name(name), type_=sql_type(type))

    def rate(self, source: Element, target: Element, on: Element) -> Element:  # noqa: ARG002
        """Units of currency `target` for one of `source` on a day; NULL where none is known."""
        raise FormulaError("not_here", Place(0, 0), "convert() can't be used here.", "此处不能使用 convert()。")


_SQL_TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "number": sa.Numeric(),
    "money": sa.Numeric(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "moment": sa.TIMESTAMP(timezone=True),
    "clock": sa.TIMESTAMP(),
    "duration": postgresql.INTERVAL(),
    "months": sa.Integer(),
    "choice": sa.Text(),
    "choices": postgresql.ARRAY(sa.Text()),
    "link": sa.BigInteger(),
    "days": postgresql.DATERANGE(),
    "parts": postgresql.JSONB(),
    "blank": sa.Text(),
}


def sql_type(type: Type) -> Any:
    """The SQLAlchemy type of a formula type."""
    if type.kind == "list":
        return postgresql.ARRAY(sql_type(type.element) if type.element else sa.BigInteger())
    return sa.BigInteger() if type.integral else _SQL_TYPES[type.kind]


def compile_sql(
    typed: Typed, scope: SqlScope, *, literals: str | None = None, over: tuple[Path, SqlScope] | None = None
) -> Element:
    """The formula's value: for SELECT, UPDATE … SET, ORDER BY. A test is true or false, never NULL.

    With `literals="f"` the literals are the parameters f0, f1, … in the order of
    `shape(typed).values`; without it each has a name and value of its own. With `over`
    aggregates over that list are plain aggregates with FILTER, for a statement that
    already selects from its rows: many roll-ups in one pass.
    """
    return _Compiler(typed, scope, literals, over).run(lambda compiler: compiler.value(typed.expr))


def compile_where(typed: Typed, scope: SqlScope, *, literals: str | None = None) -> ColumnElement[bool]:
    """The formula as a condition of a WHERE, where NULL is as good as false."""
    return _Compiler(typed, scope, literals, None).run(lambda compiler: compiler.where(typed.expr))


class _Test(NamedTuple):
    element: Element
    is_total: bool
    """Never NULL."""


class _Compiler:
    def __init__(self, typed: Typed, scope: SqlScope, literals: str | None, over: tuple[Path, SqlScope] | None) -> None:
        self.typed = typed
        self.scopes: dict[int, SqlScope] = {0: scope}
        self.literals = literals
        self.slots = Slots(typed.expr) if literals is not None else None
        self.settings = 0
        self.over = over

    def run(self, build: Callable[[_Compiler], Any]) -> Any:
        try:
            return build(self)
        except RecursionError:
            raise FormulaError("too_deep", Place(0, 0), "The formula is nested too deeply.", "公式嵌套过深。") from None

    # --- values

    def value(self, expr: Expr) -> Element:
        """As it is stored: integral numbers stay bigint."""
        if isinstance(expr, Const):
            return self.literal(expr)
        if isinstance(expr, Ref):
            return self.scopes[expr.level].column(expr.path)
        if isinstance(expr, Param):
            return self.scopes[0].parameter(expr.name, expr.type)
        if isinstance(expr, Aggregate):
            return self.aggregate(expr)
        if expr.name in TESTS:
            return self.closed(self.test(expr))
        return self.op(expr)

    def amount(self, expr: Expr) -> Element:
        """As an operand: numbers are numeric."""
        element = self.value(expr)
        return sa.cast(element, sa.Numeric()) if expr.type.integral else element

    def literal(self, const: Const) -> Element:
        if const.value is None:
            return sa.null()
        if isinstance(const.value, bool):
            return sa.true() if const.value else sa.false()
        if self.slots is None:
            return sa.bindparam(None, const.value, type_=sql_type(const.type), unique=True)
        return sa.bindparam(f"{self.literals}{self.slots.index(const)}", const.value, type_=sql_type(const.type))

    def setting(self, value: str) -> Element:
        """A text that is part of the operation; equal for all formulas of the shape."""
        if self.literals is None:
            return sa.bindparam(None, value, type_=sa.Text(), unique=True)
        self.settings += 1
        return sa.bindparam(f"{self.literals}_s{self.settings}", value, type_=sa.Text())

    def op(self, expr: Op) -> Element:
        if expr.name in IN_MEMORY:
            raise FormulaError(
                "not_here",
                Place(0, len(self.typed.text)),
                "Texts can be read as dates or mapped in imports only, not in stored formulas and filters.",
                "从文本读取日期或使用对照表仅限导入，不能用于存储公式和筛选。",
                text=self.typed.text,
            )
        if expr.name == "if":
            return self.choice(expr)
        if expr.name == "convert":
            amount, source, target, on = (self.amount(arg) for arg in expr.args)
            return self.written(expr, amount, source, target, self.scopes[0].rate(source, target, on))
        if expr.name in ("min", "max", "default"):
            return self.written(expr, *(self.branch(arg, expr) for arg in expr.args))
        args = [self.amount(arg) for arg in expr.args]
        if expr.name in operations.FORMATTED:
            args.insert(0, self.setting(operations.char_format(expr)))
        return self.written(expr, *args)

    def choice(self, expr: Op) -> Element:
        """`if` inside the last branch of another goes on in the same CASE."""
        cases: list[tuple[Element, Element]] = []
        rest: Expr = expr
        while isinstance(rest, Op) and rest.name == "if":
            condition, yes, no = rest.args
            cases.append((self.where(condition), self.branch(yes, expr)))
            rest = no
        return sa.case(*cases, else_=self.branch(rest, expr))

    def written(self, expr: Op, *args: Element) -> Element:
        return operations.Written(operations.text_of(expr), sql_type(expr.type), *args)

    def branch(self, expr: Expr, whole: Op) -> Element:
        """One of several values of a type; a blank literal takes their type."""
        if isinstance(expr, Const) and expr.value is None:
            return sa.cast(sa.null(), sql_type(whole.type))
        return self.amount(expr)

    # --- tests

    def where(self, expr: Expr) -> Element:
        """True, or false or NULL."""
        if isinstance(expr, Op) and expr.name in TESTS:
            return self.test(expr).element
        if isinstance(expr, Aggregate) and expr.kind == "any" and not self.is_over(expr):
            return self.exists(expr)
        return self.value(expr)

    def closed(self, test: _Test) -> Element:
        return test.element if test.is_total else test.element.is_(sa.true())

    def total(self, expr: Expr) -> Element:
        """True or false."""
        if isinstance(expr, Const):
            return self.value(expr) if expr.value is not None else sa.false()
        if isinstance(expr, Op) and expr.name in TESTS:
            return self.closed(self.test(expr))
        if isinstance(expr, Aggregate) and expr.kind == "any" and not self.is_over(expr):
            return self.exists(expr)
        return self.value(expr).is_(sa.true())

    def test(self, expr: Op) -> _Test:
        name = expr.name
        if name in ("and", "or"):
            join = sa.and_ if name == "and" else sa.or_
            return _Test(join(*(self.where(arg) for arg in expr.args)), False)
        if name == "not":
            return _Test(self.negated(expr.args[0]), True)
        if name == "is_blank":
            return _Test(self.value(expr.args[0]).is_(sa.null()), True)
        if name == "eq":
            return self.equal(expr)
        if name in ("in_list", "in_param"):
            return _Test(self.member(expr), False)
        left, right = expr.args
        one, other = self.pair(left, right)
        if name in operations.COMPARISONS:
            return _Test(operations.COMPARISONS[name](one, other), False)
        return _Test(one.ilike(other) if name == "like" else self.written(expr, one, other), False)

    def negated(self, expr: Expr) -> Element:
        if isinstance(expr, Op) and expr.name == "eq":
            left, right = self.pair(*expr.args)
            if not any(_is_setting(arg) for arg in expr.args):
                return left.is_distinct_from(right)
        if isinstance(expr, Op) and expr.name == "is_blank":
            return self.value(expr.args[0]).is_not(sa.null())
        if isinstance(expr, (Op, Aggregate)) and _is_total(self, expr):
            return sa.not_(self.total(expr))
        return self.where(expr).is_not(sa.true())

    def equal(self, expr: Op) -> _Test:
        """Bare where one side can't be blank; settings that are blank (`me`) equal nothing."""
        left, right = self.pair(*expr.args)
        if any(_is_setting(arg) or _is_present(arg) for arg in expr.args):
            return _Test(left == right, False)
        return _Test(left.is_not_distinct_from(right), True)

    def pair(self, left: Expr, right: Expr) -> tuple[Element, Element]:
        if left.type.integral and right.type.integral:
            return self.value(left), self.value(right)
        return self.amount(left), self.amount(right)

    def member(self, expr: Op) -> Element:
        value, options = expr.args
        element = options.type.element
        raw = value.type.integral and element is not None and element.integral
        left = self.value(value) if raw else self.amount(value)
        return left == sa.any_(self.value(options))

    # --- aggregates

    def is_over(self, expr: Aggregate) -> bool:
        return self.over is not None and expr.owner == 0 and expr.path == self.over[0]

    def aggregate(self, expr: Aggregate) -> Element:
        if self.is_over(expr):
            self.scopes[expr.level] = cast("tuple[Path, SqlScope]", self.over)[1]
            return self.total_of(expr, None if expr.where is None else self.where(expr.where))
        if expr.kind == "any":
            return sa.case((self.exists(expr), sa.true()), (self.exists(expr, whatever=True), sa.false()))
        source, condition, scope = self.scopes[expr.owner].rows(expr.path)
        self.scopes[expr.level] = scope
        conditions = [condition] if expr.where is None else [condition, self.where(expr.where)]
        chosen = self.total_of(expr, None)
        return _select(chosen, source, conditions).scalar_subquery()

    def exists(self, expr: Aggregate, *, whatever: bool = False) -> Element:
        """Is there a row of which the body is true, or one at all? The first that is found is enough."""
        source, condition, scope = self.scopes[expr.owner].rows(expr.path)
        self.scopes[expr.level] = scope
        asked = [expr.where, None if whatever else expr.body]
        conditions = [condition, *(self.where(each) for each in asked if each is not None)]
        return _select(sa.literal_column("1"), source, conditions).exists()

    def total_of(self, expr: Aggregate, only: Element | None) -> Element:
        """The aggregate function, with FILTER where the statement's rows are not all meant."""
        if expr.kind in ("any", "all"):
            name = "bool_or" if expr.kind == "any" else "bool_and"
            return _filtered(getattr(sa.func, name)(self.total(cast("Expr", expr.body)), type_=sa.Boolean()), only)
        if expr.kind == "count":
            found = sa.func.count() if expr.body is None else sa.func.count(self.value(expr.body))
            return sa.cast(_filtered(found, only), sa.Numeric())
        body = self.amount(cast("Expr", expr.body))
        found = _filtered(getattr(sa.func, expr.kind)(body, type_=sql_type(expr.type)), only)
        if expr.kind != "sum":
            return found
        nothing = "interval '0'" if expr.type.kind == "duration" else "0.0"
        return sa.func.coalesce(found, sa.literal_column(nothing), type_=sql_type(expr.type))


def _filtered(function: Any, only: Element | None) -> Element:
    return function if only is None else function.filter(only)


def _select(
    chosen: Element, source: FromClause | Callable[[], FromClause], conditions: list[Element]
) -> sa.Select[Any]:
    """`source` is asked last, when every column has made its joins."""
    rows: FromClause = source() if callable(source) else source
    return sa.select(chosen).select_from(rows).where(*conditions).correlate_except(rows)


def _is_setting(expr: Expr) -> bool:
    """`me`, `company` and their fields: may be blank, and then equal nothing."""
    return isinstance(expr, Param) and expr.name.partition(".")[0] in ("me", "company")


def _is_present(expr: Expr) -> bool:
    """Never NULL."""
    if isinstance(expr, Const):
        return is_parameter(expr) or isinstance(expr.value, bool)
    if isinstance(expr, Ref):
        return expr.required
    if isinstance(expr, Aggregate):
        return expr.kind in ("sum", "count")
    return isinstance(expr, Param) and expr.name in ("today", "now")


def _is_total(compiler: _Compiler, expr: Op | Aggregate) -> bool:
    if isinstance(expr, Aggregate):
        return expr.kind == "any" and not compiler.is_over(expr)
    return expr.name in ("not", "is_blank")
