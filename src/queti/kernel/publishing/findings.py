"""What a check finds: the place of each problem and its fix, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from queti.kernel.definitions import Words
from queti.kernel.errors import FieldProblem, Refusal
from queti.kernel.formulas.errors import FormulaError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A fix to choose: its words, and the change as in a Finding."""

    label: Words
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is the property inside the definition (`fields.total.formula`), `position` the
    character inside a formula. Only errors stand in the way of publishing."""

    kind: str
    name: str
    place: str
    en: str
    zh: str
    severity: Severity = "error"
    position: int | None = None
    fix: Words = field(default_factory=dict[str, str])
    change: Mapping[str, Any] | None = None
    """The fix for a machine: `{kind, name, property, value}`."""
    offers: tuple[Offer, ...] = ()
    """Other fixes, of which one is chosen."""
    uses: tuple[Mapping[str, str], ...] = ()
    """Where what is removed is used: `{kind, name, place}`, all of them."""


class DefinitionsWrong(Refusal):
    """{count} problems stand in the way of publishing: {first}"""

    zh = "有 {count} 个问题，无法发布：{first}"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = [finding for finding in findings if finding.severity == "error"]
        first = self.findings[0]
        super().__init__(
            count=len(self.findings),
            first={"en": f"{first.name} {first.place}: {first.en}", "zh": f"{first.name} {first.place}：{first.zh}"},
            fields=[
                FieldProblem(f"{entry.kind}/{entry.name}/{entry.place}", "definition", entry.en, entry.zh)
                for entry in self.findings
            ],
        )


@dataclass(slots=True)
class Findings:
    """Findings as they are collected."""

    found: list[Finding] = field(default_factory=list[Finding])

    def error(self, kind: str, name: str, place: str, en: str, zh: str, fix: Words | None = None) -> None:
        self.found.append(Finding(kind, name, place, en, zh, fix=fix or {}))

    def warn(self, kind: str, name: str, place: str, en: str, zh: str, fix: Words | None = None) -> None:
        self.found.append(Finding(kind, name, place, en, zh, "warning", fix=fix or {}))

    def formula(self, kind: str, name: str, place: str, problem: FormulaError) -> None:
        fix: Words = {}
        if problem.nearest:
            named = ", ".join(problem.nearest)
            fix = {"en": f"Did you mean {named}?", "zh": f"是否要用 {named}？"}
        self.found.append(
            Finding(kind, name, place, problem.says("en"), problem.says("zh"), position=problem.position, fix=fix)
        )

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.found if finding.severity == "error"]

    def refuse(self) -> None:
        """DefinitionsWrong when there is an error."""
        if self.errors:
            raise DefinitionsWrong(self.found)
