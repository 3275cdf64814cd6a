"""What is wrong with a formula, where, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from queti.kernel.errors import Language, Refusal

Reason = Literal[
    "syntax",
    "too_long",
    "too_deep",
    "too_large",
    "unknown_name",
    "unknown_function",
    "wrong_type",
    "wrong_count",
    "mixed_currencies",
    "not_a_choice",
    "not_here",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of the formula's text, in characters."""

    position: int
    length: int


@dataclass(frozen=True, slots=True)
class FormulaWarning:
    """Allowed, but probably not meant."""

    code: str
    place: Place
    en: str
    zh: str


class FormulaError(Refusal):
    """{problem}{hint} (character {place} of the formula)"""

    zh = "{problem}{hint}（公式第 {place} 个字符处）"

    def __init__(
        self,
        reason: Reason,
        place: Place,
        en: str,
        zh: str,
        *,
        text: str = "",
        expected: tuple[str, ...] = (),
        nearest: tuple[str, ...] = (),
    ) -> None:
        self.reason: Reason = reason
        self.position = place.position
        self.length = place.length
        self.text = text
        self.expected = expected
        self.nearest = nearest
        self.problem: dict[Language, str] = {"en": en, "zh": zh}
        super().__init__(problem=self.problem, hint=_hint(nearest), place=place.position + 1)

    def problem_in(self, language: Language) -> str:
        """What is wrong, without its place: said beside the place itself."""
        return self.problem[language]


def _hint(nearest: tuple[str, ...]) -> dict[str, str]:
    if not nearest:
        return {"en": "", "zh": ""}
    named = ", ".join(nearest)
    return {"en": f" Did you mean {named}?", "zh": f"您是否想写 {'、'.join(nearest)}？"}


def nearest_names(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Known names that look like `name`; best first."""
    by_fold = {known_name.casefold(): known_name for known_name in known}
    found = difflib.get_close_matches(name.casefold(), by_fold, n=limit, cutoff=0.6)
    return tuple(by_fold[fold] for fold in found)
