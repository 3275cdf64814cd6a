"""Every word that people read stands in English and in Chinese, or `bin/check` says where it doesn't."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

import queti
from queti.kernel.errors import Refusal
from queti.kernel.publishing.apps import Catalogue
from queti.store.errors import StoreProblem

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = {"en", "zh"}
MUST_BE_LABELLED = {"object", "view", "role", "app"}


def main() -> None:
    import_everything()
    missing = [*untranslated_refusals(Refusal), *untranslated_refusals(StoreProblem), *untranslated_definitions()]
    for place in missing:
        print(f"  {place}")
    sys.exit(bool(missing))


def import_everything() -> None:
    for module in pkgutil.walk_packages(queti.__path__, "queti."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def untranslated_refusals(base: type[Any]) -> Iterator[str]:
    for refusal in base.__subclasses__():
        yield from untranslated_refusals(refusal)
        place = f"{refusal.__module__}.{refusal.__name__}"
        if refusal.__name__.startswith("_") or refusal.__subclasses__():
            continue
        if not (refusal.__doc__ or "").strip():
            yield f"{place}: no English words (its docstring)"
        if "zh" not in vars(refusal) or not CHINESE.search(refusal.zh):
            yield f"{place}: no Chinese words (`zh`)"
        elif names_in(refusal.zh) - names_in(refusal.__doc__ or ""):
            yield f"{place}: the Chinese words use values that the English ones don't"


def names_in(words: str) -> set[str]:
    return set(re.findall(r"{(\w+)", words))


def untranslated_definitions() -> Iterator[str]:
    for app in Catalogue.standard().apps.values():
        for definition in (app.definition, *app.definitions):
            kind = type(definition).__name__.removesuffix("Def").lower()
            body = msgspec.to_builtins(definition)
            name = body.get(kind, app.name)
            is_part = body.get("extend") or (kind == "role" and app.name != "base")
            if kind in MUST_BE_LABELLED and not is_part and not body.get("label"):
                yield f"{app.name}/{kind} {name}: no label"
            yield from halves(body, f"{app.name}/{kind} {name}")
        for operation in app.operations.values():
            label = getattr(operation, "label", None) or {}
            if set(label) != LANGUAGES:
                yield f"{app.name}/operation {operation.name}: its label needs en and zh"


def halves(value: Any, place: str) -> Iterator[str]:
    """Words in one language only, anywhere in a definition."""
    if isinstance(value, dict):
        if value and set(value) < LANGUAGES and all(isinstance(text, str) for text in value.values()):
            yield f"{place}: only in {', '.join(value)}: {next(iter(value.values()))}"
        for key, inner in value.items():
            yield from halves(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from halves(inner, f"{place}[{number}]")


main()
