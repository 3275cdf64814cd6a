"""The cases of conformance.json: what each formula answers, the same in Python and in PostgreSQL.

A case is `{formula, values, answer}` or `{formula, error, at}`. Decimals, dates and
moments are texts, durations seconds; what isn't given is blank. `memory: true` marks
what has no SQL.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from queti.kernel.formulas import FormulaError, Typed, check, parse, shape, to_json, to_text
from tests.kernel.formulas.world import ORDER, World, evaluate, read, record

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("conformance.json").read_text("utf-8"))
ANSWERS = [case for case in CASES if "error" not in case]
ERRORS = [case for case in CASES if "error" in case]


def same(found: Any, expected: Any) -> bool:
    if isinstance(found, (Decimal, int)) and isinstance(expected, (Decimal, int)) and not isinstance(found, bool):
        return Decimal(found) == Decimal(expected)
    return found == expected and isinstance(found, type(expected))


def name_of(case: dict[str, Any]) -> str:
    return case["formula"][:60]


class TestEveryCase:
    def test_is_one_of_many(self) -> None:
        assert len(CASES) >= 300
        assert len({json.dumps(case, sort_keys=True) for case in CASES}) == len(CASES)

    @pytest.mark.parametrize("case", ANSWERS, ids=name_of)
    def test_answers_in_python(self, case: dict[str, Any]) -> None:
        typed = check(case["formula"], ORDER)
        found = evaluate(typed, record(ORDER, case.get("values", {})))
        assert same(found, read(case["answer"], typed.type)), found

    @pytest.mark.parametrize("case", ANSWERS, ids=name_of)
    def test_reads_back_from_its_own_text(self, case: dict[str, Any]) -> None:
        node = parse(case["formula"])
        assert shape(check(to_text(node), ORDER)) == shape(check(case["formula"], ORDER))

    @pytest.mark.parametrize("case", ANSWERS, ids=name_of)
    def test_travels_as_json(self, case: dict[str, Any]) -> None:
        typed = check(case["formula"], ORDER)
        assert json.loads(json.dumps(to_json(typed)))["type"]["kind"] == typed.type.kind

    @pytest.mark.parametrize("case", ERRORS, ids=name_of)
    def test_is_refused_with_place_and_reason(self, case: dict[str, Any]) -> None:
        with pytest.raises(FormulaError) as caught:
            check(case["formula"], ORDER)
        error = caught.value
        written = case["formula"][error.position : error.position + error.length]
        assert (error.reason, written) == (case["error"], case["at"])
        assert list(error.nearest) == case.get("nearest", list(error.nearest))
        assert error.says("en") != error.says("zh")


class TestPostgres:
    def test_answers_the_same(self, world: World) -> None:
        wrong: list[str] = []
        for case, typed, identity in self.stored(world):
            found = world.answer(typed, identity)
            if not same(found, read(case["answer"], typed.type)):
                wrong.append(f"{case['formula']} {case.get('values')}: {found!r}, not {case['answer']!r}")
        assert not wrong, "\n".join(wrong)

    def test_finds_the_same_by_where(self, world: World) -> None:
        wrong: list[str] = []
        for case, typed, identity in self.stored(world):
            if typed.type.kind == "boolean" and world.admits(typed, identity) is not bool(case["answer"]):
                wrong.append(f"{case['formula']} {case.get('values')}: not {case['answer']!r}")
        assert not wrong, "\n".join(wrong)

    def stored(self, world: World) -> list[tuple[dict[str, Any], Typed, int]]:
        cases: list[tuple[dict[str, Any], Typed, int]] = []
        for case in ANSWERS:
            typed = check(case["formula"], ORDER)
            if not typed.in_memory:
                cases.append((case, typed, world.add(record(ORDER, case.get("values", {})))))
        world.store()
        return cases
