"""What the check says of a formula besides its type, and what can be done with its tree."""

from __future__ import annotations

import json

import pytest

from queti.kernel.formulas import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    FormulaError,
    Type,
    check,
    choice,
    compile_python,
    fixed_env,
    link,
    money,
    parse,
    rename,
    rows_scope,
    shape,
    to_json,
    to_text,
)
from queti.kernel.formulas.functions import FUNCTION_NAMES
from tests.kernel.formulas.world import ENV, LINE, ORDER, evaluate, record


class TestUses:
    @pytest.mark.parametrize(
        ("formula", "paths"),
        [
            ("n + customer.region.name = 1", None),
            ("customer.region.name & t", ["customer.region.name", "t"]),
            ("sum(lines.quantity * n where product.name = this.t)",
             ["lines", "lines.quantity", "n", "lines.product.name", "t"]),
            ("count(lines)", ["lines"]),
            ("sum(sum(lines.parts.cost))", ["lines", "lines.parts", "lines.parts.cost"]),
            ("convert(total, company.currency, d)", ["total", "d", "currency"]),
            ("today() > d", ["d"]),
            ("me.department = department", ["department"]),
        ],
    )  # fmt: skip
    def test_are_paths_from_the_record(self, formula: str, paths: list[str] | None) -> None:
        if paths is None:
            with pytest.raises(FormulaError):
                check(formula, ORDER)
            return
        assert [".".join(path) for path in check(formula, ORDER).uses] == paths

    def test_name_every_field_that_is_passed(self) -> None:
        typed = check(
            "sum(lines.product.weight where taxable) + customer.credit / price + if(me.limit > 0, 1, 0)", ORDER
        )
        assert typed.reads == {
            ("oms.order", "lines"), ("oms.line", "product"), ("base.product", "weight"), ("oms.line", "taxable"),
            ("oms.order", "customer"), ("base.party", "credit"), ("oms.order", "price"), ("base.user", "limit"),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("formula", "params"),
        [
            ("n + 1", set()),
            ("d < today()", {"today"}),
            ("at < today()", {"today", "timezone"}),
            ("owner = me and department = me.department", {"me", "me.department"}),
            ("department in my_departments()", {"my_departments"}),
            ("convert(total, company.currency, today())", {"company.currency", "today"}),
        ],
    )
    def test_name_what_is_fixed_for_a_work(self, formula: str, params: set[str]) -> None:
        assert check(formula, ORDER).params == params


class TestLiveness:
    @pytest.mark.parametrize("formula", ["d < today()", "now() - at > days(1)", "owner = me", "age > 3", "-age"])
    def test_comes_from_the_clock_the_reader_and_live_fields(self, formula: str) -> None:
        assert check(formula, ORDER).is_live

    @pytest.mark.parametrize("formula", ["n + 1", "date(at)", "currency = company.currency"])
    def test_does_not_come_from_settings(self, formula: str) -> None:
        assert not check(formula, ORDER).is_live


class TestWarnings:
    @pytest.mark.parametrize(
        "formula",
        ["n / m", "n / (m - 1)", "if(n != 0, n / m, 0)", "sum(lines.quantity) / count(lines)"],
    )
    def test_an_unguarded_division_is_told(self, formula: str) -> None:
        (warning,) = check(formula, ORDER).warnings
        assert warning.code == "unguarded_division"
        assert formula[warning.place.position] == "/"
        assert warning.en != warning.zh

    @pytest.mark.parametrize(
        "formula",
        [
            "n / 2", "if(m != 0, n / m, 0)", "if(m = 0, 0, n / m)", "default(n / m, 0)", "m > 0 and n / m > 1",
            "if(count(lines) > 0, sum(lines.quantity) / count(lines), 0)", "avg(lines.quantity)",
        ],
    )  # fmt: skip
    def test_a_guarded_one_is_fine(self, formula: str) -> None:
        assert check(formula, ORDER).warnings == ()


class TestExpectations:
    @pytest.mark.parametrize(
        ("formula", "expected"),
        [
            ("'open'", choice("open", "held")),
            ("if(b, 'open', 'held')", choice("open", "held")),
            ("default(state, 'open')", choice("open", "held", "done")),
            ("0", money(("currency",))),
            ("total", money(("currency",))),
            ("'2026-01-05'", DATE),
            ("if(b, d, '2026-01-05')", DATE),
            ("blank", NUMBER),
            ("me", link("base.user")),
            ("7", link("base.user")),
            ("state", TEXT),
            ("n > 1", BOOLEAN),
        ],
    )
    def test_literals_become_what_is_expected(self, formula: str, expected: Type) -> None:
        assert check(formula, ORDER, expect=expected)

    @pytest.mark.parametrize(
        ("formula", "expected", "reason"),
        [
            ("'opne'", choice("open", "held"), "not_a_choice"),
            ("if(b, 'open', 'x')", choice("open", "held"), "not_a_choice"),
            ("n", money(), "wrong_type"),
            ("price", money(("currency",)), "mixed_currencies"),
            ("price", NUMBER, "wrong_type"),
            ("customer", link("base.user"), "wrong_type"),
            ("t", DATE, "wrong_type"),
            ("at", DATE, "wrong_type"),
            ("n", BOOLEAN, "wrong_type"),
            ("1.5", link("base.user"), "wrong_type"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, formula: str, expected: Type, reason: str) -> None:
        with pytest.raises(FormulaError) as caught:
            check(formula, ORDER, expect=expected)
        assert caught.value.reason == reason


class TestErrors:
    def test_speak_to_the_reader_in_both_languages(self) -> None:
        with pytest.raises(FormulaError) as caught:
            check("custmer.name", ORDER)
        assert caught.value.says("en") == (
            "There is no field “custmer” of oms.order. Did you mean customer? (character 1 of the formula)"
        )
        assert caught.value.says("zh") == "oms.order 中没有字段“custmer”。您是否想写 customer？（公式第 1 个字符处）"
        assert caught.value.code == "formula_error"

    def test_carry_the_text_and_what_was_expected(self) -> None:
        with pytest.raises(FormulaError) as caught:
            check("n + (m", ORDER)
        error = caught.value
        assert (error.text, error.position, error.expected) == ("n + (m", 6, (")",))


class TestMalice:
    @pytest.mark.parametrize(
        "formula",
        [
            "(" * 5000 + "n" + ")" * 5000,
            "not " * 2400 + "b",
            "-" * 9000 + "n",
            "if(b, " * 1000 + "n" + ")" * 1000,
            "n" * 10_001,
            "n" + " * 99999999999999999999" * 300,
            "upper(" * 1500 + "t" + ")" * 1500,
            "t" + " & t" * 10 + " & " + "9" * 39,
            "b = (" * 60 + "at = d" + ")" * 60 + " and " + "b = (" * 60 + "at = d" + ")" * 60,
        ],
    )
    def test_is_refused_at_once(self, formula: str) -> None:
        with pytest.raises(FormulaError):
            check(formula, ORDER)

    def test_names_and_texts_never_become_source(self) -> None:
        evil = "__import__('os').system('false')"
        typed = check(f'"{evil}" & t', ORDER)
        assert evaluate(typed, record(ORDER, {"t": evil})) == evil * 2

    def test_long_chains_cost_no_depth(self) -> None:
        typed = check(" or ".join(f"n = {number}" for number in range(700)), ORDER)
        assert evaluate(typed, record(ORDER, {"n": "699"})) is True


class TestWriting:
    @pytest.mark.parametrize(
        ("written", "printed"),
        [
            ("((n))+(m*2)", "n + m * 2"),
            ("(n+m)*2", "(n + m) * 2"),
            ("n-(m-1)", "n - (m - 1)"),
            ("not(b and c)or b", "not (b and c) or b"),
            ("(b and c) and b", "b and c and b"),
            ("-(n+1)", "-(n + 1)"),
            ("(n = 1) = b", "(n = 1) = b"),
            ("count( lines  where not taxable )", "count(lines where not taxable)"),
            ("[Order Date] & 'a\"b'", '[Order Date] & "a\\"b"'),
            ("n not in (1,2)", "n not in (1, 2)"),
            ("n <> 1.50", "n != 1.50"),
        ],
    )
    def test_is_one_for_each_meaning(self, written: str, printed: str) -> None:
        assert to_text(parse(written)) == printed

    @pytest.mark.parametrize(
        ("formula", "object", "old", "renamed"),
        [
            ("quantity", "oms.line", "quantity", "qty"),
        ],
    )
    def test_renaming_on_the_object_itself(self, formula: str, object: str, old: str, renamed: str) -> None:
        assert rename(check(formula, LINE), object, old, renamed) == renamed

    @pytest.mark.parametrize(
        ("formula", "object", "old", "expected"),
        [
            ("sum(lines.quantity * n  where quantity>this.n)", "oms.line", "quantity",
             "sum(lines.new * n  where new>this.n)"),
            ("sum(lines.quantity * n  where quantity>this.n)", "oms.order", "n",
             "sum(lines.quantity * new  where quantity>this.new)"),
            ("sum(lines.quantity * sum(lines.parts.cost))", "oms.order", "lines",
             "sum(new.quantity * sum(new.parts.cost))"),
            ("sum(lines.quantity * sum(lines.parts.cost))", "oms.line", "parts",
             "sum(lines.quantity * sum(lines.new.cost))"),
            ("customer.name = payer.name", "base.party", "name", "customer.new = payer.new"),
            ("customer.name = payer.name", "base.region", "name", "customer.name = payer.name"),
            ("me.limit > 3 and 'limit' = t", "base.user", "limit", "me.new > 3 and 'limit' = t"),
            ("5 in lines.quantity", "oms.line", "quantity", "5 in lines.new"),
        ],
    )  # fmt: skip
    def test_renaming_follows_the_field_and_nothing_else(
        self, formula: str, object: str, old: str, expected: str
    ) -> None:
        assert rename(check(formula, ORDER), object, old, "new") == expected


class TestShapes:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("n > 100", "n > 200.5"),
            ("t = 'a' and d > '2026-01-01'", "t = 'b' and d > '2025-01-01'"),
            ("contains(t, 'a')", "contains(t, '%')"),
            ("state in ('open')", "state in ('open', 'done')"),
            ("d >= today() - days(3)", "d >= today() - days(30)"),
        ],
    )
    def test_are_shared_by_formulas_that_differ_in_literals(self, one: str, other: str) -> None:
        first, second = shape(check(one, ORDER)), shape(check(other, ORDER))
        assert first.key == second.key
        assert first.values != second.values
        assert hash(first.key) == hash(second.key)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("n > 1", "n >= 1"), ("t = 'a'", "t = ''"), ("round(n, 1)", "round(n, 2)"), ("i = 1", "i = 1.5"),
         ("n > 1", "m > 1"), ("b = true", "b = false"), ("text(d, 'YYYY')", "text(d, 'MM')")],
    )  # fmt: skip
    def test_differ_with_the_meaning(self, one: str, other: str) -> None:
        assert shape(check(one, ORDER)).key != shape(check(other, ORDER)).key


class TestTheTreeAsJson:
    def test_is_plain(self) -> None:
        tree = to_json(check("sum(lines.quantity * 1.50 where ship_on < today())", ORDER))
        assert json.loads(json.dumps(tree)) == tree
        assert tree["tree"] == {
            "aggregate": "sum",
            "list": ["lines"],
            "owner": 0,
            "level": 1,
            "body": {
                "op": "multiply",
                "args": [
                    {"ref": ["quantity"], "level": 1, "type": "number"},
                    {"const": "1.50", "type": "number"},
                ],
                "type": "number",
            },
            "where": {
                "op": "lt",
                "args": [
                    {"ref": ["ship_on"], "level": 1, "type": "date"},
                    {"param": "today", "type": "date"},
                ],
                "type": "boolean",
            },
            "type": "number",
        }


class TestScopes:
    def test_tiles_speak_of_rows(self) -> None:
        typed = check("count(rows where n > 1) / count(rows)", rows_scope(ORDER))
        assert typed.uses == (("rows",), ("rows", "n"))
        values = {"rows": [{"n": number} for number in (1, 2, 3, None)]}
        assert compile_python(typed)(values, ENV) == 0.5

    def test_nobody_is_nobody(self) -> None:
        nobody = fixed_env(me=None)
        for formula in ("owner = me", "department = me.department", "department in my_departments()"):
            typed = check(formula, ORDER)
            assert compile_python(typed)({"owner": None, "department": None}, nobody) is False

    def test_every_function_is_known_by_name(self) -> None:
        assert {"sum", "if", "default", "convert", "map"} <= set(FUNCTION_NAMES)
