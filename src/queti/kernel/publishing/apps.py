"""Apps: folders of definitions and business acts, read from their Python packages.

An app's folder holds `app.yaml`, one YAML file per definition in the folders of the
kinds, one operation per file in `operations/`, and `reactions.py`. Nothing registers
itself: the loader collects what the folder has.
"""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from queti.kernel.definitions import AppDef, Definition
from queti.kernel.errors import Refusal
from queti.kernel.events import Reaction, Told
from queti.kernel.names import unknown
from queti.kernel.operations import Operation
from queti.kernel.publishing.canonical import decode

if TYPE_CHECKING:
    from queti.kernel.model import Model

FOLDERS = {
    "objects": "object",
    "forms": "form",
    "views": "view",
    "public_forms": "public_form",
    "roles": "role",
    "homes": "home",
    "prints": "print",
    "imports": "import",
    "flows": "flow",
    "rules": "rule",
}
EXTENSION_ORDER = 1000.0
"""Fields that an app adds to another's object stand behind the object's own."""


class WrongAppFile(Refusal):
    """{file} can't be read: {problem}"""

    zh = "无法读取 {file}：{problem}"


@dataclass(frozen=True, eq=False)
class App:
    """One app as shipped. Definitions are read when first asked for: only publishing needs them."""

    name: str
    definition: AppDef
    operations: dict[str, Operation] = field(default_factory=dict[str, Operation])
    reactions: tuple[Reaction, ...] = ()
    events: dict[str, Told] = field(default_factory=dict[str, Told])
    read: Callable[[], tuple[Definition, ...]] = tuple
    folder: Traversable | None = None
    mark: str = ""
    """Of an app from a file: where it comes from and what is in it."""

    @cached_property
    def fingerprint(self) -> str:
        """Changes with every byte of the app's YAML, and is known without reading its meaning."""
        if self.mark:
            return self.mark
        mark = hashlib.sha256()
        for file in _yaml_files(self.folder) if self.folder else ():
            mark.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return mark.hexdigest()[:16] if self.folder else ""

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """All of the app's definitions, the AppDef first."""
        return (self.definition, *self.read())

    @staticmethod
    def of(
        definition: AppDef,
        definitions: Iterable[Definition] = (),
        operations: Iterable[Callable[..., Any]] = (),
        reactions: Iterable[Callable[..., Any]] = (),
        events: Iterable[Told] = (),
    ) -> App:
        """An app from Python values and decorated functions."""
        known = tuple(definitions)
        return App(
            name=definition.app,
            definition=definition,
            operations=_operations(definition.app, operations),
            reactions=_reactions(definition.app, reactions),
            events=_events(definition.app, events),
            read=lambda: known,
        )


class Catalogue:
    """All apps that this server knows, and the releases of them that this process has compiled."""

    def __init__(self, apps: Iterable[App]) -> None:
        self.apps: dict[str, App] = {app.name: app for app in apps}
        self.bodies: dict[str, Definition] = {}
        """Published definitions by content hash."""
        self.models: dict[tuple[str, str], dict[int, Model]] = {}
        """By database and schema, then by release number; see releases."""
        self.lock = RLock()

    @staticmethod
    def standard() -> Catalogue:
        """The apps of this package's `apps` folder."""
        return Catalogue.of(*_standard_packages())

    @staticmethod
    def of(*packages: str) -> Catalogue:
        return Catalogue(load_app(package) for package in packages)

    def app(self, name: str) -> App:
        if name not in self.apps:
            raise unknown({"en": "app", "zh": "应用"}, name, self.apps)
        return self.apps[name]

    def with_needs(self, names: Iterable[str]) -> list[str]:
        """The named apps and all that they need, each behind its needs."""
        ordered: list[str] = []

        def add(name: str) -> None:
            if name not in ordered:
                for need in self.app(name).definition.needs:
                    add(need)
                ordered.append(name)

        for name in names:
            add(name)
        return ordered


def load_app(package: str) -> App:
    """The app in that package; WrongAppFile names the file that can't be read."""
    app = load_definitions(resources.files(package))
    return replace(
        app,
        operations=_operations(app.name, _functions(_modules_of(f"{package}.operations"), "__operation__")),
        reactions=_reactions(app.name, _functions(_module(f"{package}.reactions"), "__reaction__")),
        events=_events(app.name, (each for module in _module(f"{package}.events") for each in module.EVENTS)),
    )


def load_definitions(folder: Traversable) -> App:
    """The app of that folder without its acts."""
    definition = _read_definition("app", folder / "app.yaml", "", 0)
    assert isinstance(definition, AppDef)
    return App(definition.app, definition, read=lambda: tuple(_read_folder(folder, definition)), folder=folder)


def read_yaml(text: str) -> Any:
    """YAML 1.2, core schema: `no` and `2026-01-31` are text."""
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = CoreConstructor
    return cast("Any", reader).load(text)


class CoreConstructor(SafeConstructor):
    """The core schema has no timestamps."""


cast("Any", CoreConstructor).add_constructor(
    "tag:yaml.org,2002:timestamp", cast("Any", SafeConstructor).construct_yaml_str
)


def _standard_packages() -> list[str]:
    home = import_module("queti.apps")
    names = sorted(module.name for module in pkgutil.iter_modules(home.__path__) if module.ispkg)
    return [f"queti.apps.{name}" for name in names if (resources.files(f"queti.apps.{name}") / "app.yaml").is_file()]


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    places = [folder, *(folder / name for name in FOLDERS)]
    for place in places:
        if place.is_dir():
            yield from sorted(
                (file for file in place.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name
            )


def _read_folder(folder: Traversable, app: AppDef) -> Iterator[Definition]:
    for name, kind in FOLDERS.items():
        place = folder / name
        if place.is_dir():
            for file in sorted(place.iterdir(), key=lambda entry: entry.name):
                if file.name.endswith(".yaml"):
                    yield _read_definition(kind, file, app.app, EXTENSION_ORDER + 100 * app.order)


def _read_definition(kind: str, file: Traversable, app: str, extension_order: float) -> Definition:
    try:
        body = read_yaml(file.read_text("utf-8"))
        if not isinstance(body, dict):
            raise WrongAppFile(file=str(file), problem=f"it must be a {kind}")
        known = cast("dict[str, Any]", body)
        return decode(kind, known, app=app, first_order=extension_order if known.get("extend") else 0)
    except (YAMLError, OSError, UnicodeError) as problem:
        raise WrongAppFile(file=str(file), problem=str(problem)) from problem
    except Refusal as refusal:
        raise WrongAppFile(file=str(file), problem=refusal.says("en")) from refusal


def _operations(app: str, functions: Iterable[Callable[..., Any]]) -> dict[str, Operation]:
    declared = [function.__operation__.of(app) for function in functions]  # type: ignore[attr-defined]
    return {operation.name: operation for operation in declared}


def _reactions(app: str, functions: Iterable[Callable[..., Any]]) -> tuple[Reaction, ...]:
    return tuple(function.__reaction__.of(app) for function in functions)  # type: ignore[attr-defined]


def _events(app: str, declared: Iterable[Told]) -> dict[str, Told]:
    full = [replace(each, name=f"{app}.{each.name}") for each in declared]
    return {each.name: each for each in full}


def _functions(modules: Sequence[ModuleType], mark: str) -> Iterator[Callable[..., Any]]:
    """Functions that carry the mark, in the order of their files and lines; imported ones don't count."""
    for module in modules:
        for value in vars(module).values():
            if hasattr(value, mark) and value.__module__ == module.__name__:
                yield value


def _modules_of(package: str) -> list[ModuleType]:
    return [
        import_module(f"{package}.{entry.name}")
        for home in _module(package)
        for entry in sorted(pkgutil.iter_modules(home.__path__), key=lambda entry: entry.name)
    ]


def _module(name: str) -> list[ModuleType]:
    """The module, or nothing where the app has none of that name."""
    try:
        return [import_module(name)]
    except ModuleNotFoundError as problem:
        if problem.name != name:
            raise
        return []
