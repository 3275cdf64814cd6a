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


class Report(msgspec.Struct):
    """`good` rows would be (or were) taken; `problems` lists every reason of every bad row."""

    total: int = 0
    good: int = 0
    bad: int = 0
    created: int = 0
    changed: int = 0
    left_out: int = 0
    taken: Literal["nothing", "all", "good"] = "nothing"
    problems: list[Problem] = []

    def add(self, problems: list[Problem]) -> None:
        self.problems = sorted([*self.problems, *problems], key=lambda problem: problem.row)
        self.bad = len({problem.row for problem in self.problems})
        self.good = self.total - self.bad

    def says(self, language: str) -> dict[str, Any]:
        """The report as JSON in one language."""
        shown = msgspec.to_builtins(self)
        for problem, told in zip(self.problems, shown["problems"], strict=True):
            told["text"] = problem.zh if language == "zh" else problem.en
            del told["en"], told["zh"]
        return shown
