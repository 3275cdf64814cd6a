"""What an import found: one report of every wrong cell, and what was made."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One wrong cell or row. `row` is its number in the file, `column` the file's heading."""

    row: int
    en: str
    zh: str
    code: str
    field: str = ""
    column: str = ""
    value: str = ""


class Kind(msgspec.Struct, omit_defaults=True):
    """How many problems of one kind there are, with the words of the first."""

    code: str
    field: str
    column: str
    en: str
    zh: str
    count: int = 0


MOST_TOLD = 10_000
"""Problems that are kept with their rows; beyond them they are counted."""
SHOWN = 1_000


class Report(msgspec.Struct):
    """`good` rows would be (or were) taken; `problems` lists every reason of every bad row, `kinds` counts them all."""

    total: int = 0
    good: int = 0
    bad: int = 0
    created: int = 0
    changed: int = 0
    left_out: int = 0
    made: dict[str, int] = {}
    """Object → records that were made because rows name them."""
    taken: Literal["nothing", "all", "good"] = "nothing"
    problems: list[Problem] = []
    kinds: list[Kind] = []

    def add(self, problems: list[Problem]) -> None:
        """Problems of further rows, each row's together."""
        if not problems:
            return
        for problem in problems:
            self._kind(problem).count += 1
        room = MOST_TOLD - len(self.problems)
        self.problems = sorted([*self.problems, *problems[:room]], key=lambda problem: problem.row)
        self.bad += len({problem.row for problem in problems})

    def _kind(self, problem: Problem) -> Kind:
        for kind in self.kinds:
            if (kind.code, kind.field, kind.column) == (problem.code, problem.field, problem.column):
                return kind
        self.kinds.append(Kind(problem.code, problem.field, problem.column, problem.en, problem.zh))
        return self.kinds[-1]

    def says(self, language: str) -> dict[str, Any]:
        """The report as JSON in one language; the first problems of many."""
        shown = msgspec.to_builtins(msgspec.structs.replace(self, problems=self.problems[:SHOWN]))
        for told in [*shown["problems"], *shown["kinds"]]:
            told["text"] = told["zh" if language == "zh" else "en"]
            del told["en"], told["zh"]
        return shown
