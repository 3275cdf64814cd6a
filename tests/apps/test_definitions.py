"""The shipped definitions: checked without a finding, and labelled in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.canonical import identity
from queti.kernel.publishing.check import check_model
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.findings import Findings

APPS = ("base", "flow", "crm", "oms", "stock", "purchase", "finance", "people")


@pytest.mark.parametrize(
    "installed", [APPS, ("base", "flow", "crm"), ("base", "flow", "oms"), ("base", "stock"), ("base", "finance")]
)
def test_the_apps_check_without_a_finding(installed: tuple[str, ...]) -> None:
    catalogue, findings = Catalogue.standard(), Findings()
    apps = [catalogue.app(name) for name in installed]
    definitions = {identity(definition): definition for app in apps for definition in app.definitions}
    check_model(compile_model(1, "w_test", definitions, apps, findings=findings), findings)
    assert findings.found == []


@pytest.mark.parametrize("name", APPS)
def test_everything_has_words_in_both_languages(name: str) -> None:
    assert list(unlabelled(Catalogue.standard().app(name))) == []


@pytest.mark.parametrize("name", APPS)
def test_every_event_that_is_told_has_a_name(name: str) -> None:
    app, home = Catalogue.standard().app(name), Path(__file__).parents[2] / "src/queti/apps" / name
    told = {event for operation in app.operations.values() for event in operation.tells}
    for file in home.rglob("*.py"):
        told |= set(re.findall(r'\.tell\(\s*"([a-z_.]+)"', file.read_text("utf-8")))
    assert {event for event in told if event.startswith(f"{name}.")} <= app.events.keys()
    about = objects()
    assert all(event.about == "" or event.about in about for event in app.events.values())


@cache
def objects() -> set[str]:
    catalogue = Catalogue.standard()
    return {identity(definition)[1] for name in APPS for definition in catalogue.app(name).definitions}


def test_every_shipped_icon_is_one_that_the_screen_draws() -> None:
    root = Path(__file__).parents[2]
    known = set(re.findall(r'"?([\w-]+)"?: [A-Z]', (root / "web/src/kit/icons.tsx").read_text("utf-8")))
    shipped = [*root.glob("src/queti/apps/**/*.yaml"), *root.glob("src/queti/templates/**/*.yaml")]
    used = {(file.name, icon) for file in shipped for icon in re.findall(r"icon: ([\w-]+)", file.read_text("utf-8"))}
    assert used
    assert sorted((file, icon) for file, icon in used if icon not in known) == []


def unlabelled(app: App) -> Iterator[str]:
    for definition in app.definitions:
        yield from _unlabelled(str(identity(definition)), msgspec.to_builtins(definition))
    for operation in app.operations.values():
        if set(operation.label) != {"en", "zh"}:
            yield operation.name
        for name, entry in operation.inputs.items():
            if set(entry.label) != {"en", "zh"}:
                yield f"{operation.name}.{name}"


def _unlabelled(place: str, part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "en" in part and not ({"en", "zh"} <= part.keys() and all(part.values())):
            yield place
        for name, value in part.items():
            if name in ("fields", "menu", "choices", "cards", "tiles") and isinstance(value, dict):
                for key, entry in value.items():
                    if isinstance(entry, dict) and "label" not in entry:
                        yield f"{place}.{name}.{key}"
            yield from _unlabelled(f"{place}.{name}", value)
    elif isinstance(part, list):
        for entry in part:
            yield from _unlabelled(place, entry)
