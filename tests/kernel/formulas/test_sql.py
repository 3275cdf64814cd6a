"""Promises of the SQL back end beyond its answers: indexes serve, texts are shared, roll-ups can share a pass."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from queti.kernel.formulas import check, compile_sql, compile_where, parameters, shape
from tests.kernel.formulas.world import ENV, ORDER, TABLES, Rows, World, record

DIALECT = psycopg_dialect.dialect()
TABLE = TABLES["oms.order"]


def where(formula: str, literals: str | None = "f") -> tuple[str, dict[str, Any]]:
    typed = check(formula, ORDER)
    rows = Rows("oms.order", TABLE)
    condition = compile_where(typed, rows, literals=literals)
    statement = sa.select(TABLE.c.id).select_from(rows.joined).where(condition)
    compiled = statement.compile(dialect=DIALECT)
    return str(compiled), {**compiled.params, **parameters(ENV, typed.params)}


class TestTexts:
    def test_are_one_for_a_shape(self) -> None:
        one, _ = where("n > 100 and contains(t, 'a') and d > today() - days(3)")
        other, _ = where("n > 7 and contains(t, '%') and d > today() - days(90)")
        assert one == other

    def test_take_the_values_of_the_shape(self) -> None:
        typed = check("n > 100 and contains(t, '5%')", ORDER)
        _, params = where(typed.text)
        assert {name: params[name] for name in ("f0", "f1")} == dict(
            zip(("f0", "f1"), shape(typed).values, strict=True)
        )
        assert params["f1"] == "%5\\%%"

    def test_hold_no_literal_of_a_person(self) -> None:
        text, _ = where("t = 'sneaky' or text(d, 'YYYY sneaky') = u or state in ('open') or n * 424242 > 1")
        assert not any(word in text for word in ("sneaky", "open", "424242"))

    @pytest.mark.parametrize(
        ("formula", "written"),
        [
            ("state = 'open'", "state = %(f0)s"),
            ("owner = me", "owner = %(env_me)s"),
            ("d >= today() - days(30)", "d >= (%(env_today)s::DATE + %(f0)s::INTERVAL)::date"),
            ("at >= today()", "at >= timezone(%(env_timezone)s"),
            ("not (state = 'open')", "IS DISTINCT FROM %(f0)s"),
            ("not (n < 1)", "IS NOT true"),
            ("customer = payer", "IS NOT DISTINCT FROM"),
            ("department in my_departments()", "= ANY (%(env_my_departments)s"),
        ],
    )
    def test_compare_barely_where_an_index_could_serve(self, formula: str, written: str) -> None:
        text, _ = where(formula)
        assert written in text


class TestIndexes:
    @pytest.mark.parametrize(
        ("formula", "column"),
        [
            ("state = 'open'", "state"),
            ("state in ('open', 'held') and n > 1", "state"),
            ("owner = me", "owner"),
            ("i = 5", "i"),
            ("i in (5, 6)", "i"),
            ("d >= today() - days(30)", "d"),
            ("at = today()", "at"),
            ("at > today() - days(7)", "at"),
            ("n > 5 and not b", "n"),
            ("blank(d) and n > 1", "d"),
            ("between(n, 1, 2)", "n"),
            ("department in my_departments()", "department"),
            ("starts_with(t, '60')", "t"),
        ],
    )
    def test_serve_a_filter(self, world: World, formula: str, column: str) -> None:
        connection = world.connection
        kind = " text_pattern_ops" if column == "t" else ""
        connection.execute(f'CREATE INDEX IF NOT EXISTS by_{column} ON world."order" ("{column}"{kind})')
        text, params = where(formula)
        with connection.transaction():
            connection.execute("SET LOCAL enable_seqscan = off")
            plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + text, params).fetchall())
        assert f"by_{column}" in plan
        assert "Index Cond" in plan


class TestOnePass:
    def test_aggregates_over_rows_that_are_already_there(self, world: World) -> None:
        written = {"lines": [{"quantity": "2", "taxable": True}, {"quantity": "3"}, {}]}
        identity = world.add(record(ORDER, written))
        world.store()
        line = TABLES["oms.line"]
        rows = Rows("oms.line", line)
        formulas = ["sum(lines.quantity)", "count(lines where taxable)", "avg(lines.quantity)", "all(lines.taxable)",
                    "if(count(lines) > 2, max(lines.quantity), 0)"]  # fmt: skip
        columns = [
            compile_sql(check(formula, ORDER), Rows("oms.order", TABLE), over=(("lines",), rows)).label(f"c{number}")
            for number, formula in enumerate(formulas)
        ]
        statement = sa.select(*columns).select_from(line).where(line.c.parent == identity).group_by(line.c.parent)
        compiled = statement.compile(dialect=DIALECT)
        found = world.connection.execute(str(compiled), compiled.params).fetchall()
        assert found == [(Decimal(5), Decimal(1), Decimal("2.5"), False, Decimal(3))]
        assert str(compiled).count("FROM") == 1
