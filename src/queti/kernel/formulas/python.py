"""The Python back end: a typed tree becomes one Python function.

The source is made from the typed tree alone: names in it are the generator's own, and
literals, field names and formats reach it as constants of its namespace. Nothing that
a person wrote is ever part of the source. Every operation is total and pure, so
branches may be computed before it is known which one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple, cast

from queti.kernel.formulas import values
from queti.kernel.formulas.env import Env
from queti.kernel.formulas.errors import FormulaError, Place
from queti.kernel.formulas.operations import PARTIAL, PLAIN_FUNCTIONS, STRICT, TESTS
from queti.kernel.formulas.typed import Aggregate, Const, Expr, Op, Param, Ref, Typed, children, walk

Values = Mapping[str, Any]
"""Field → value; links' fields under flat keys (`customer.name`), lists as sequences of such mappings."""

Evaluate = Callable[[Values, Env], Any]

_INFIX = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_SEARCHES = frozenset({"contains", "starts_with", "ends_with"})
_INLINE = {
    "date_part year": "Decimal({}.year)",
    "date_part month": "Decimal({}.month)",
    "date_part day": "Decimal({}.day)",
    "add_durations": "({} + {})",
    "subtract_durations": "({} - {})",
    "moments_between": "({} - {})",
    "days_between": "({} - {})",
}
_NEVER_BLANK = frozenset({"today", "now", "timezone", "my_departments"})
_DEEPEST_TEXT = 8
_MOST_LOOPS = 12


def compile_python(typed: Typed) -> Evaluate:
    """A function of (values, env) that answers the formula's value; None is blank.

    `values` must hold every path of `typed.uses`. Numbers are Decimal (or int), money the
    amount alone, moments aware datetimes in UTC, durations timedelta, links ids.
    """
    writer = _Writer()
    return writer.function(writer.result(typed.expr))


def compile_choice(rows: Sequence[Sequence[Expr]], *, is_all: bool) -> Evaluate:
    """A function that answers which of `rows` holds first, each a list of tests; None where none does.
    With `is_all` all that hold, as a list."""
    writer = _Writer()
    for test in (test for row in rows for test in row):
        writer.load(test, 0, "v")
        writer.load_params(test)
    if is_all:
        writer.write("found = []")
    for at, row in enumerate(rows):
        codes = [writer.shallow(writer.condition(test)) for test in row]
        condition = " and ".join(code.text for code in codes) or "True"
        writer.write(f"if {condition}: " + (f"found.append({at})" if is_all else f"return {at}"))
    return writer.function("found" if is_all else "None")


class _Code(NamedTuple):
    """A Python expression, valid while no variable of `guards` is None; it is then not None itself."""

    text: str
    guards: frozenset[str] = frozenset()
    depth: int = 1


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.indent = "    "
        self.count = 0
        self.names: dict[str, Any] = {"Decimal": Decimal, "ZERO": Decimal(0), "NOTHING": timedelta(0)}
        self.refs: dict[tuple[int, tuple[str, ...]], str] = {}
        self.params: dict[str, str] = {}
        self.loops = 0
        self.rows: dict[int, str] = {}

    def function(self, result: str) -> Evaluate:
        source = "\n".join(["def formula(v, e):", *self.lines, f"    return {result}"])
        namespace = dict(self.names)
        exec(compile(source, "<formula>", "exec"), namespace)  # noqa: S102
        return namespace["formula"]

    def result(self, expr: Expr) -> str:
        self.load(expr, 0, "v")
        self.load_params(expr)
        code = self.expr(expr)
        if not expr.type.is_amount or isinstance(expr, (Ref, Param)):
            return self.value(code)
        found = self.variable(code)
        whole = f"Decimal({found})" if isinstance(expr, Aggregate) and expr.kind == "count" else found
        return f"None if {found} is None else {whole} if {found} else ZERO"

    # --- source

    def write(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def new(self, letter: str = "t") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def constant(self, value: Any) -> str:
        name = self.new("k")
        self.names[name] = value
        return name

    def load(self, expr: Expr, level: int, row: str) -> None:
        """Reads once all fields of one level that a tree names."""
        for part in walk(expr):
            if isinstance(part, Ref) and part.level == level and (level, part.path) not in self.refs:
                name = self.refs[level, part.path] = self.new("f")
                self.write(f"{name} = {row}[{self.constant('.'.join(part.path))}]")

    def load_params(self, expr: Expr) -> None:
        for part in walk(expr):
            if isinstance(part, Param) and part.name not in self.params:
                name = self.params[part.name] = self.new("p")
                self.write(f"{name} = {self.param(part.name)}")

    def param(self, name: str) -> str:
        if name in ("today", "now", "me", "my_departments"):
            return f"e.{name}"
        if name == "timezone":
            return "e.zone"
        record, _, field = name.partition(".")
        return f"e.{'person' if record == 'me' else 'company'}.get({self.constant(field)})"

    def variable(self, code: _Code) -> str:
        """The value under a name; None is blank."""
        if code.text.isidentifier() and code.text[0] in "tfpk":
            return code.text
        name = self.new()
        self.write(f"{name} = {self.value(code)}")
        return name

    def value(self, code: _Code) -> str:
        if not code.guards or code.text in code.guards:
            return code.text
        return f"({code.text} if {_present(code.guards)} else None)"

    def nullable(self, text: str) -> _Code:
        name = self.new()
        self.write(f"{name} = {text}")
        return _Code(name, frozenset({name}))

    def shallow(self, code: _Code) -> _Code:
        """Keeps the source's nesting within Python's own limits."""
        if code.depth <= _DEEPEST_TEXT:
            return code
        name = self.variable(code)
        return _Code(name, frozenset({name}) if code.guards else frozenset())

    # --- expressions

    def expr(self, expr: Expr) -> _Code:
        if isinstance(expr, Const):
            return self.literal(expr.value)
        if isinstance(expr, Ref):
            name = self.refs[expr.level, expr.path]
            return _Code(name, frozenset({name}))
        if isinstance(expr, Param):
            name = self.params[expr.name]
            return _Code(name, frozenset() if expr.name in _NEVER_BLANK else frozenset({name}))
        if isinstance(expr, Aggregate):
            return self.aggregate(expr)
        return self.shallow(self.op(expr))

    def literal(self, value: Any) -> _Code:
        if value is None:
            return self.nullable("None")
        if isinstance(value, bool):
            return _Code(str(value))
        if isinstance(value, list):
            value = frozenset(cast("list[Any]", value))
        return _Code(self.constant(value))

    def op(self, expr: Op) -> _Code:
        if expr.name in TESTS:
            return self.test(expr)
        if expr.name in STRICT:
            return self.strict(expr)
        if expr.name in PARTIAL:
            return self.nullable(self.value(self.strict(expr)))
        return self.nullable(self.own(expr))

    def strict(self, expr: Op) -> _Code:
        codes = [self.expr(arg) for arg in expr.args]
        guards = frozenset[str]().union(*(code.guards for code in codes))
        return _Code(self.apply(expr, [code.text for code in codes]), guards, _deeper(codes))

    def apply(self, expr: Op, args: Iterable[str]) -> str:
        template = _INLINE.get(" ".join((expr.name, *map(str, expr.static))))
        if template:
            return template.format(*args)
        if expr.name == "map":
            return f"e.map({self.constant(expr.static[0])}, {', '.join(args)})"
        if expr.name == "convert":
            return f"{self.name('convert', _convert)}(e, {', '.join(args)})"
        self.names[expr.name] = PLAIN_FUNCTIONS[expr.name]
        static = [self.constant(setting) for setting in expr.static]
        return f"{expr.name}({', '.join([*static, *args])})"

    def name(self, name: str, value: Any) -> str:
        self.names[name] = value
        return name

    def own(self, expr: Op) -> str:
        if expr.name == "if":
            condition, yes, no = expr.args
            return f"{self.value(self.expr(yes))} if {self.condition(condition).text} else {self.value(self.expr(no))}"
        values = [self.variable(self.expr(arg)) for arg in expr.args]
        if expr.name == "default":
            *firsts, last = values
            return "".join(f"{name} if {name} is not None else " for name in firsts) + last
        if expr.name == "concat":
            return "(" + " + ".join(f"({name} or '')" for name in values) + ") or None"
        return self.apply(expr, values)

    # --- tests: true or false, never None

    def condition(self, expr: Expr) -> _Code:
        """A blank condition is false."""
        code = self.expr(expr)
        return _Code(f"({code.text} is True)") if code.guards else code

    def test(self, expr: Op) -> _Code:
        name = expr.name
        if name in ("and", "or"):
            codes = [self.shallow(self.condition(arg)) for arg in expr.args]
            return _Code("(" + f" {name} ".join(code.text for code in codes) + ")", depth=_deeper(codes))
        if name == "not":
            code = self.condition(expr.args[0])
            return _Code(f"(not {code.text})", depth=code.depth + 1)
        if name == "eq":
            return self.equal(expr)
        if name == "is_blank":
            code = self.expr(expr.args[0])
            return _Code(f"({_absent(code.guards)})") if code.guards else _Code("False")
        codes = [self.expr(arg) for arg in expr.args]
        guards = frozenset[str]().union(*(code.guards for code in codes))
        text = self.comparison(expr, [code.text for code in codes])
        return _Code(f"({_present(guards)} and {text})" if guards else f"({text})", depth=_deeper(codes))

    def comparison(self, expr: Op, args: list[str]) -> str:
        if expr.name in _INFIX:
            return f"{args[0]} {_INFIX[expr.name]} {args[1]}"
        if expr.name in ("in_list", "in_param"):
            return f"{args[0]} in {args[1]}"
        if expr.name == "holds":
            return f"{args[1]} in {args[0]}"
        if expr.name == "like":
            return self.like(expr, args[0])
        return self.apply(expr, args)

    def like(self, expr: Op, text: str) -> str:
        """The part is read back out of its pattern: the tree has one literal for both back ends."""
        pattern = expr.args[1]
        assert isinstance(pattern, Const)
        part = self.constant(part_of(expr.static[0], pattern.value))
        return self.apply(Op(expr.static[0], (), expr.type), [text, part])

    def equal(self, expr: Op) -> _Code:
        left, right = expr.args
        codes = [self.expr(left), self.expr(right)]
        names = [self.variable(code) if code.guards else code.text for code in codes]
        text = f"{names[0]} == {names[1]}"
        for side, name in zip(expr.args, names, strict=True):
            if isinstance(side, Param) and side.name not in _NEVER_BLANK:
                text = f"{name} is not None and {text}"
        return _Code(f"({text})", depth=_deeper(codes))

    # --- aggregates

    def aggregate(self, expr: Aggregate) -> _Code:
        total, row = self.new(), self.new("r")
        start = {"sum": "NOTHING" if expr.type.kind == "duration" else "ZERO", "count": "0"}.get(expr.kind, "None")
        self.write(f"{total} = {start}")
        owner = "v" if expr.owner == 0 else self.rows[expr.owner]
        self.write(f"for {row} in {owner}[{self.constant('.'.join(expr.path))}] or ():")
        with _Loop(self, expr, row):
            if expr.where is not None:
                self.write(f"if not {self.condition(expr.where).text}: continue")
            self.row(expr, total)
        return _Code(total, frozenset() if expr.kind in ("sum", "count") else frozenset({total}))

    def row(self, expr: Aggregate, total: str) -> None:
        if expr.body is None:
            self.write(f"{total} += 1")
            return
        if expr.kind in ("any", "all"):
            found = "True" if expr.kind == "any" else "False"
            code = self.condition(expr.body)
            self.write(f"{total} = {code.text}")
            self.write(f"if {total} is {found}: break")
            return
        code = self.expr(expr.body)
        if expr.kind in ("min", "max"):
            name, sign = self.variable(code), "<" if expr.kind == "min" else ">"
            self.write(f"if {name} is not None and ({total} is None or {name} {sign} {total}): {total} = {name}")
            return
        if expr.kind == "count":
            step = f"{total} += 1"
        elif expr.type.kind == "duration":
            step = f"{total} = {total} + {code.text}"
        else:
            step = f"{total} = {self.name('add', PLAIN_FUNCTIONS['add'])}({total}, {code.text})"
        self.write(f"if {_present(code.guards)}: {step}" if code.guards else step)


class _Loop:
    """The body of one aggregate's loop: its rows' fields are read at its top."""

    def __init__(self, writer: _Writer, expr: Aggregate, row: str) -> None:
        self.writer, self.expr, self.row = writer, expr, row

    def __enter__(self) -> None:
        writer, level = self.writer, self.expr.level
        writer.loops += 1
        if writer.loops > _MOST_LOOPS:
            raise FormulaError("too_deep", Place(0, 0), "Too many lists inside lists.", "列表嵌套过深。")
        self.before = writer.indent, dict(writer.refs), writer.rows
        writer.indent += "    "
        writer.rows = {**writer.rows, level: self.row}
        writer.refs = {key: name for key, name in writer.refs.items() if key[0] < level}
        for part in children(self.expr):
            writer.load(part, level, self.row)

    def __exit__(self, *_: object) -> None:
        self.writer.indent, self.writer.refs, self.writer.rows = self.before
        self.writer.loops -= 1


def part_of(name: str, pattern: str) -> str:
    """The text that a LIKE pattern of `functions.like_pattern` was made of."""
    inner = pattern[0 if name == "starts_with" else 1 : None if name == "ends_with" else -1]
    return "".join(_unescaped(inner))


def _unescaped(pattern: str) -> Iterator[str]:
    letters = iter(pattern)
    for letter in letters:
        yield next(letters) if letter == "\\" else letter


def _convert(env: Env, amount: Any, source: Any, target: Any, on: Any) -> Any:
    """The same currency needs no day."""
    if amount is None or source is None or target is None:
        return None
    if source == target:
        return amount
    rate = None if on is None else env.rate(source, target, on)
    return None if rate is None else values.multiply(amount, rate)


def _present(guards: Iterable[str]) -> str:
    return " and ".join(f"{name} is not None" for name in sorted(guards))


def _absent(guards: Iterable[str]) -> str:
    return " or ".join(f"{name} is None" for name in sorted(guards))


def _deeper(codes: Iterable[_Code]) -> int:
    return 1 + max((code.depth for code in codes), default=0)
