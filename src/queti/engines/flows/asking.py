"""What steps want to know of their cases: values of formulas, texts that hold what the braces name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import Case, evaluate
from queti.kernel.errors import Refusal
from queti.kernel.flows import PLACE, THIS

if TYPE_CHECKING:
    from queti.kernel.work import Work


def computed(work: Work, cases: Sequence[Case], texts: Sequence[str]) -> list[list[Any]]:
    """The values of the formulas for each case; raises what can't be evaluated."""
    found = evaluate(work, cases, texts)
    for each in found:
        if isinstance(each, Refusal):
            raise each
    return [each for each in found if not isinstance(each, Refusal)]


def filled(work: Work, cases: Sequence[Case], text: str, shown: Callable[[str], str] = str) -> list[str]:
    """The text with `{path}` replaced by what it leads to."""
    paths = list(dict.fromkeys(PLACE.findall(text)))
    given = computed(work, cases, paths)
    said: list[str] = []
    for values in given:
        held = {path: "" if value is None else shown(str(value)) for path, value in zip(paths, values, strict=True)}
        said.append(PLACE.sub(lambda part, held=held: held[part[1]], text))
    return said


def in_find(where: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A find's condition with `this.path` as parameters, and these: each path with its value."""
    named = {path: "this_" + path.replace(".", "_") for path in THIS.findall(where)}
    return THIS.sub(lambda part: "$" + named[part[1]], where), {name: values[path] for path, name in named.items()}


def in_company_words(work: Work, words: Mapping[str, str]) -> str:
    """In the language that the company writes in."""
    return words.get(str(work.company.get("language"))) or words.get("en") or next(iter(words.values()), "")
