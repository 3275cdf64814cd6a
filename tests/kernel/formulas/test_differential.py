"""Whatever typed formula is made up over whatever record: Python and PostgreSQL agree, and neither raises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from queti.kernel.formulas import FormulaError, check, parse, shape, to_text
from tests.kernel.formulas.test_conformance import same
from tests.kernel.formulas.world import LINE, ORDER, PART, PARTY, PRODUCT, World, evaluate

Texts = st.SearchStrategy[str]

DECIMALS = st.sampled_from(["0", "1", "-1", "2.5", "0.1", "100", "3", "-7.25", "0.000001", "99999999999.99", "12"])
WORDS = st.sampled_from(["a", "B", "上海", "%", "_", "\\\\", "é", "12", "1,000", " x ", "İ", "ß", "ab", "AB", ""])


def calls(template: str, *arguments: Texts) -> Texts:
    return st.tuples(*arguments).map(lambda found: template.format(*found))


def of(*options: Texts) -> Texts:
    return st.one_of(*options)


def names(*written: str) -> Texts:
    return st.sampled_from(written)


KINDS = ("number", "money", "text", "date", "moment", "duration", "boolean")


@st.composite
def formulas(draw: st.DrawFn, kind: str, depth: int) -> str:
    return draw(grammar(depth)[kind])


@cache
def grammar(depth: int) -> dict[str, Texts]:
    """Formulas of each type, by name."""
    if depth == 0:
        return {
            "number": of(names("n", "m", "i", "rate", "(customer.credit / price)"), DECIMALS),
            "money": names("price", "cost", "customer.credit", "me.limit", "payer.credit"),
            "text": of(
                names("t", "u", "customer.name", "customer.region.name", "(state & t)"), WORDS.map(lambda w: f'"{w}"')
            ),
            "date": names("d", "e", "today()", "customer.since", 'date("2024-02-29")', 'date("9999-12-31")'),
            "moment": names("at", "until", "now()", 'moment("2026-03-29T01:30:00Z")'),
            "duration": of(names("span", "wait", "days(1)", "hours(0.5)")),
            "boolean": names(
                "b", "c", "customer.active", "true", "(owner = me)", "(customer = payer)", '("red" in tags)'
            ),
        }
    inner = {kind: formulas(kind, depth - 1) for kind in KINDS}
    n, money, t, d, at, span, b = inner.values()
    row = rows(inner)
    sign, compare = names("+", "-"), names("=", "!=", "<", "<=", ">", ">=")
    return {
        "number": of(
            n, calls("({} {} {})", n, sign, n), calls("({} * {})", n, n), calls("({} / {})", n, n), calls("-{}", n),
            calls("round({}, {})", n, st.integers(-3, 8).map(str)), calls("round({}, {})", n, names("n", "i")),
            calls("{}({})", names("floor", "ceil", "abs"), n), calls("mod({}, {})", n, n), calls("({} / {})", money, money),
            calls("if({}, {}, {})", b, n, n), calls("default({}, {})", n, n), calls("{}({}, {})", names("min", "max"), n, n),
            calls("number({})", t), calls("len({})", t), calls("{}({})", names("year", "month", "day", "weekday"), d),
            calls("{}({})", names("hour", "minute", "year"), at), calls("{}({})", names("days", "hours", "minutes"), span),
            calls("({} / {})", span, span), row["number"],
        ),
        "money": of(
            money, calls("({} {} {})", money, sign, money), calls("({} * {})", money, n), calls("({} / {})", money, n),
            calls("if({}, {}, 0)", b, money), calls("round({}, 2)", money), calls("max({}, 0)", money),
        ),
        "text": of(
            t, calls("({} & {})", t, t), calls("({} & {})", t, n), calls("({} & {})", d, t), calls("text({})", at),
            calls("{}({})", names("upper", "lower", "trim"), t), calls("{}({}, {})", names("left", "right"), t, n),
            calls("middle({}, {}, {})", t, n, n), calls('replace({}, {}, "-")', t, t), calls("join({}, {}, {})", t, t, t),
            calls("if({}, {}, {})", b, t, t), calls("default({}, {})", t, t), calls("text({}, 2)", n), row["text"],
            calls("text({}, \"{}\")", at, names("YYYY/M/D HH:MI", "SS:MI 年")), calls("min({}, {})", t, t),
        ),
        "date": of(
            d, calls("({} {} {})", d, sign, span), calls("({} {} months({}))", d, sign, n), calls("date({})", at),
            calls("({} {} years({}))", d, sign, n), calls("date({}, {}, {})", n, n, n), calls("max({}, {})", d, d),
            calls("{}({})", names("start_of_month", "end_of_month", "start_of_year", "start_of_week"), d), row["date"],
            calls("if({}, {}, {})", b, d, d),
        ),
        "moment": of(
            at, calls("({} {} {})", at, sign, span), calls("moment({})", d), calls("({} {} months({}))", at, sign, n),
            calls("default({}, {})", at, at),
        ),
        "duration": of(
            span, calls("({} {} {})", span, sign, span), calls("({} - {})", d, d), calls("({} - {})", at, at),
            calls("({} * {})", span, n), calls("({} / {})", span, n), calls("{}({})", names("days", "hours"), n), calls("-{}", span),
        ),
        "boolean": of(
            b, calls("({} and {})", b, b), calls("({} or {})", b, b), calls("(not {})", b), calls("({} = {})", b, b),
            *(calls("({} {} {})", kind, compare, kind) for kind in (n, money, t, d, at, span)),
            calls("({} {} {})", at, compare, d), calls("blank({})", of(n, t, d, b)), calls("({} in ({}, {}))", n, n, n),
            calls("{}({}, {})", names("contains", "starts_with", "ends_with"), t, t), calls("({} != blank)", n),
            calls("if({}, {}, {})", b, b, b), calls("between({}, {}, {})", n, n, n), row["boolean"],
        ),
    }  # fmt: skip


def rows(record: dict[str, Texts]) -> dict[str, Texts]:
    """Aggregates over the lines; in their arguments the record's own names stay what they are."""
    number = of(
        names(
            "lines.quantity", "lines.product.weight", "(lines.price / paid)", "sum(lines.parts.cost)", "lines.parent.n"
        ),
        calls("(lines.quantity * {})", grammar(0)["number"]),
    )
    where = of(
        names(
            "taxable", "not taxable", "quantity > 1", "product.name = note", "ship_on < this.d", "any(parts where used)"
        ),
        names("blank(note)", "note = this.t", "at >= this.e", "count(parts) > 0", 'kind in ("goods", "service")'),
    )
    filtered = of(st.just(""), where.map(lambda text: f" where {text}"))
    return {
        "number": of(
            calls("{}({}{})", names("sum", "avg", "min", "max", "count"), number, filtered),
            calls("count(lines{})", filtered),
        ),
        "text": calls("{}(lines.note{})", names("min", "max"), filtered),
        "date": calls("{}(lines.ship_on{})", names("min", "max"), filtered),
        "boolean": of(
            calls("any(lines{})", where.map(lambda text: f" where {text}")),
            calls("{}(lines.taxable{})", names("any", "all"), filtered),
            calls("({} in lines.quantity)", record["number"]),
        ),
    }  # fmt: skip


FORMULAS = st.sampled_from(KINDS).flatmap(lambda kind: formulas(kind, 3))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def digits(places: int) -> st.SearchStrategy[Decimal]:
    return st.one_of(
        st.decimals(-1000, 1000, places=places, allow_nan=False),
        st.sampled_from(
            [Decimal(0), Decimal(1), Decimal(-1), Decimal("1e15"), Decimal("0.5"), Decimal(2026), Decimal(12)]
        ),
    )


# Control characters and halves of pairs can't be stored as text.
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co", "Cs"]), min_size=1, max_size=5)
WRITTEN = LETTERS | st.sampled_from(["a", "AB", "上海", "12.5", "-7", "%", "\\", " a ", "ß", "İ", "ab_"])
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.sampled_from([date(1, 1, 1), date(9999, 12, 31)])
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(days=-1000), timedelta(days=1000)) | st.just(timedelta(0))
BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "text": WRITTEN,
    "boolean": st.booleans(),
    "date": DAYS,
    "moment": MOMENTS,
    "duration": SPANS,
    "choices": st.lists(st.sampled_from(["red", "green"]), unique=True),
    "link": st.integers(3, 8),
}


def records(scope: Any, **below: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in scope.fields.items():
        if name in below:
            fields[name] = below[name]
        elif info.many or info.back or name in ("id", "parent", "line"):
            fields[name] = st.just([]) if info.many else st.none()
        elif info.type.kind == "choice":
            fields[name] = maybe(st.sampled_from(info.type.choices))
        elif info.type.integral:
            fields[name] = maybe(st.integers(-5, 2000))
        elif info.type.is_amount:
            fields[name] = maybe(digits(min(info.type.scale, 8)))
        else:
            fields[name] = maybe(BY_KIND[info.type.kind])
    return st.fixed_dictionaries(fields)


PARTIES = records(PARTY, region=st.fixed_dictionaries({"name": maybe(WRITTEN)}))
LINES = records(LINE, product=maybe(records(PRODUCT)), parts=st.lists(records(PART), max_size=2))
ORDERS = records(ORDER, customer=maybe(PARTIES), payer=maybe(PARTIES), lines=st.lists(LINES, max_size=3))


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=FORMULAS, values=ORDERS)
def test_python_and_postgres_agree(world: World, formula: str, values: dict[str, Any]) -> None:
    note(formula)
    try:
        typed = check(formula, ORDER)
    except FormulaError as error:
        assume(error.reason not in ("too_large", "not_here"))
        raise
    identity = world.add(values)
    world.store()
    in_python = evaluate(typed, values)
    in_postgres = world.answer(typed, identity)
    assert same(in_postgres, in_python), f"{formula}: PostgreSQL {in_postgres!r}, Python {in_python!r}"
    if typed.type.kind == "boolean":
        assert world.admits(typed, identity) is bool(in_python)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=FORMULAS)
def test_what_is_printed_means_the_same(formula: str) -> None:
    try:
        typed = check(formula, ORDER)
    except FormulaError as error:
        assert error.reason in ("too_large", "not_here")
        return
    printed = to_text(parse(formula))
    assert shape(check(printed, ORDER)) == shape(typed)
    assert to_text(parse(printed)) == printed
