"""App files: an app as one file, to install in another workspace and to upgrade there.

A zip of YAML definitions as they stand in an app's folder, and a manifest with the hash of
each. Definitions only: what an app does in code belongs to the apps that come with Queti.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, cast

import msgspec

import queti
from queti.kernel.definitions import AppDef, Definition
from queti.kernel.errors import Refusal
from queti.kernel.publishing.apps import App, load_definitions
from queti.kernel.publishing.canonical import Identity, body_of, identity, kind_of
from queti.kernel.publishing.files import (
    Files,
    NotAnArchive,
    pack,
    path_of,
    read_definition_file,
    read_foreign_yaml,
    unpack,
    write_definition,
    write_yaml,
)

FORMAT = 1
OURS = "queti"
"""Origin of the templates in the gallery."""

_MANIFEST = "manifest.yaml"
_CHANGES = "changes.json"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")
_REFERENCES = {"to", "of", "lines_of", "object", "extend", "target"}


class Manifest(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an app file says of itself. `needs` and `queti` are the least versions."""

    format: int
    app: str
    version: str
    origin: str
    queti: str
    needs: dict[str, str] = {}
    author: str = ""
    notes: str = ""
    files: dict[str, str] = {}
    """Path → SHA-256 of its content."""


class Patch(msgspec.Struct, kw_only=True):
    """One property of a shipped definition that the app's author changed; None stands for 'not there'."""

    kind: str
    name: str
    property: str
    old: Any = None
    new: Any = None


class AppFileTampered(Refusal):
    """The app file was changed after it was made: {file} is not as its manifest says. Ask its author for it again."""

    zh = "应用文件在生成后被改动过：{file} 与清单不符。请向作者重新索取。"
    field = "file"


class NewerFormat(Refusal):
    """The app file was made by a newer Queti ({made_by}) than this one ({here}). Update Queti first."""

    zh = "该应用文件由更新版本的 Queti（{made_by}）生成，当前为 {here}，请先升级 Queti。"
    kind = "conflict"
    field = "file"


class AppsMissing(Refusal):
    """The app needs {apps}. Install or update these first."""

    zh = "该应用需要 {apps}，请先安装或更新。"
    kind = "conflict"
    field = "file"


class AppNameTaken(Refusal):
    """There is already an app “{app}” of another origin in this workspace; ask the author for another name."""

    zh = "此工作区已有另一来源的应用“{app}”，请作者改用其他名称。"
    kind = "conflict"
    field = "file"


@dataclass(frozen=True)
class Package:
    """An app file's content."""

    manifest: Manifest
    definitions: Mapping[Identity, Definition]
    patches: Sequence[Patch] = ()

    @property
    def definition(self) -> AppDef:
        return cast("AppDef", self.definitions["app", self.manifest.app])

    @property
    def mark(self) -> str:
        """Where it comes from and what is in it; the colon tells it from an app that is shipped."""
        told = hashlib.sha256()
        for key, definition in sorted(self.definitions.items()):
            told.update(path_of(key).encode() + b"\0" + write_definition(definition))
        told.update(msgspec.json.encode(self.patches))
        return f"{self.manifest.origin}:{told.hexdigest()[:16]}"

    def as_app(self) -> App:
        own = [definition for key, definition in self.definitions.items() if key[0] != "app"]
        return App(self.manifest.app, self.definition, read=lambda: tuple(own), mark=self.mark)


def write_package(package: Package) -> bytes:
    """The same bytes for the same package."""
    files = {path_of(key): write_definition(definition) for key, definition in package.definitions.items()}
    if package.patches:
        files[_CHANGES] = _json(package.patches)
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    manifest = msgspec.structs.replace(package.manifest, files=hashes)
    return pack({_MANIFEST: write_yaml(msgspec.to_builtins(manifest)), **files})


def read_package(content: bytes) -> Package:
    """Raises NotAnArchive, NewerFormat, AppFileTampered, WrongAppFile: nothing of it is believed before."""
    files = unpack(content)
    manifest = _read_manifest(files)
    for path in sorted(files.keys() | manifest.files.keys()):
        if hashlib.sha256(files.get(path, b"")).hexdigest() != manifest.files.get(path) or path not in files:
            raise AppFileTampered(file=path)
    patches = _read_json(files.pop(_CHANGES, b"[]"), list[Patch])
    return Package(manifest, _read_definitions(files, manifest), patches)


def _read_manifest(files: Files) -> Manifest:
    """The manifest, taken out of the files."""
    if _MANIFEST not in files:
        raise _odd("it has no manifest.", "缺少清单。")
    told = read_foreign_yaml(_MANIFEST, files.pop(_MANIFEST))
    made = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    if isinstance(made.get("format"), int) and made["format"] > FORMAT:
        raise NewerFormat(made_by=made.get("queti", "?"), here=queti.__version__)
    try:
        manifest = msgspec.convert(made, Manifest)
    except msgspec.ValidationError as problem:
        raise _odd(f"its manifest is wrong: {problem}", f"清单有误：{problem}") from None
    if is_newer(manifest.queti, queti.__version__):
        raise NewerFormat(made_by=manifest.queti, here=queti.__version__)
    if not _NAME.fullmatch(manifest.app) or not is_version(manifest.version) or ":" in manifest.origin:
        raise _odd("its manifest names no app.", "清单中的应用名称或版本有误。")
    return manifest


def _read_definitions(files: Files, manifest: Manifest) -> dict[Identity, Definition]:
    found: dict[Identity, Definition] = {}
    for path, content in files.items():
        definition = read_definition_file(path, content)
        key = identity(definition)
        if owner_of(key) != manifest.app:
            raise _odd(f"{path} belongs to another app.", f"{path} 属于其他应用。")
        found[key] = definition
    if not isinstance(found.get(("app", manifest.app)), AppDef):
        raise _odd("it has no app.yaml.", "缺少 app.yaml。")
    return found


def _read_json(content: bytes, type: Any) -> Any:
    try:
        return msgspec.json.decode(content, type=type)
    except msgspec.MsgspecError as problem:
        raise _odd(f"{problem}", f"{problem}") from None


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def owner_of(key: Identity) -> str:
    """The app that a definition belongs to; empty for the workspace's own roles."""
    kind, name = key
    if ":" in name:
        return name.partition(":")[0]
    return "" if kind == "role" else name.partition(".")[0]


def is_version(text: str) -> bool:
    return bool(_VERSION.fullmatch(text))


def is_newer(one: str, other: str) -> bool:
    return _numbers(one) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def needs_of(definitions: Iterable[Definition], own: str) -> set[str]:
    """The apps that these definitions speak of besides their own."""
    found: set[str] = set()
    for definition in definitions:
        if isinstance(definition, AppDef):
            found.update(definition.needs)
        _collect(body_of(definition), kind_of(definition) == "role", found)
    return {name for name in found if name and name != own}


def _collect(part: Any, is_role: bool, found: set[str]) -> None:
    if isinstance(part, list):
        for inner in cast("list[Any]", part):
            _collect(inner, is_role, found)
    if not isinstance(part, dict):
        return
    for name, inner in cast("dict[str, Any]", part).items():
        if name in _REFERENCES and isinstance(inner, str) and "." in inner:
            found.add(inner.partition(".")[0])
        elif is_role and name == "objects":
            found.update(each.partition(".")[0] for each in inner)
        else:
            _collect(inner, is_role, found)


# --- the gallery ------------------------------------------------------------------------


def gallery() -> dict[str, Package]:
    """The templates that come with Queti, by name."""
    home = resources.files("queti.templates")
    names = sorted(entry.name for entry in home.iterdir() if (entry / "app.yaml").is_file())
    return {name: _template(home / name, name) for name in names}


def _template(folder: Traversable, name: str) -> Package:
    app = load_definitions(folder)
    definitions = {identity(definition): definition for definition in app.definitions}
    needs = dict.fromkeys(sorted(needs_of(app.definitions, name)), "0")
    manifest = Manifest(
        format=FORMAT, app=name, version=app.definition.version, origin=OURS, queti="0", needs=needs, author="Queti"
    )
    return Package(manifest, definitions)


def _odd(en: str, zh: str) -> NotAnArchive:
    return NotAnArchive(problem={"en": en, "zh": zh})
