"""Definitions as files of YAML: the same bytes for the same definition, and back again.

One file holds one definition; its folder is its kind, as in an app's own folder. The
writer is small and ours, so that a later version of a library can't change a byte.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from queti.kernel.definitions import Definition
from queti.kernel.errors import Refusal
from queti.kernel.publishing.apps import FOLDERS, CoreConstructor, WrongAppFile
from queti.kernel.publishing.canonical import ORDERED, Body, Identity, decode, identity, kind_of

Files = dict[str, bytes]
"""Path, with `/` between its parts → content."""

MOST_FILES = 5_000
MOST_BYTES = 32 * 1024 * 1024
"""Of all files together, unpacked."""

_PATH = re.compile(r"(?:[a-z0-9_]+/){0,3}[a-z0-9_.]+\.(?:yaml|json)")
_KIND_OF_FOLDER = {**FOLDERS, "": "app"}
_FOLDER_OF_KIND = {kind: folder for folder, kind in FOLDERS.items()}
_PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff ./()%+*<>=，。；、！？（）“”-]*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "nan", "inf"}
_WIDTH = 110


class NotAnArchive(Refusal):
    """This is not a file that Queti wrote: {problem}"""

    zh = "这不是由 Queti 生成的文件：{problem}"
    field = "file"


# --- writing ----------------------------------------------------------------------------


def path_of(key: Identity) -> str:
    """`objects/sales_order.yaml` for `object oms.sales_order`, `objects/base.party.yaml` for what an app adds."""
    kind, name = key
    if kind == "app":
        return "app.yaml"
    app, _, own = name.rpartition(":")
    if kind not in ("role", "object") or (kind == "object" and not app):
        own = name.partition(".")[2] or name
    return f"{_FOLDER_OF_KIND[kind]}/{own}.yaml"


def write_definition(definition: Definition) -> bytes:
    """YAML with the definition's own name first, then its properties in the order of their shape."""
    kind = kind_of(definition)
    body = _plain(definition)
    return write_yaml({kind: body.pop(kind), **body})


def write_yaml(value: Mapping[str, Any]) -> bytes:
    """Block style with short mappings in one line; UTF-8, LF, no comments."""
    return ("\n".join(_block(value, 0)) + "\n").encode()


def _plain(value: Any, property: str = "") -> Any:
    """Plain values: structs without what is at its default, items in their order."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return {
            field.encode_name: _plain(inner, field.encode_name)
            for field in fields
            if (inner := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value)
        names = sorted(items, key=lambda name: (getattr(items[name], "order", 0), name))
        plain = {name: _plain(items[name]) for name in names}
        return _without_orders(plain) if property in ORDERED else plain
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default


def _without_orders(items: Body) -> Body:
    """An order that reading fills in again is left out; one of 0 must then be said."""
    for place, item in enumerate(items.values(), 1):
        if isinstance(item, str):
            continue  # A map of plain values, as the rights of a step's fields, stands in the order of its names.
        if item.get("order", 0) == 10 * place:
            del item["order"]
        else:
            item.setdefault("order", 0)
    return items


def _block(value: Mapping[str, Any], depth: int) -> Iterable[str]:
    indent = "  " * depth
    for name, inner in value.items():
        head = f"{indent}{_scalar(name)}:"
        if isinstance(inner, str) and "\n" in inner and (text := _literal(inner, depth + 1)):
            yield f"{head} {text}"
        elif (line := _line(inner)) and (not inner or len(head) + len(line) < _WIDTH):
            yield f"{head} {line}"
        elif isinstance(inner, Mapping):
            yield head
            yield from _block(cast("Mapping[str, Any]", inner), depth + 1)
        elif isinstance(inner, list):
            yield head
            yield from _items(cast("list[Any]", inner), depth + 1)
        else:
            yield f"{head} {_scalar(inner)}"


def _items(values: list[Any], depth: int) -> Iterable[str]:
    for inner in values:
        yield f"{'  ' * depth}- {_inline(inner)}"


def _line(value: Any) -> str:
    """Short and flat values in one line; empty where it must be a block."""
    if isinstance(value, Mapping):
        inner = list(cast("Mapping[str, Any]", value).values())
        deep = any(isinstance(each, Mapping) and len(cast("Mapping[str, Any]", each)) > 0 for each in inner)
        return "" if deep or any(isinstance(each, str) and "\n" in each for each in inner) else _inline(value)
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return "{" + ", ".join(f"{_scalar(name)}: {_inline(inner)}" for name, inner in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(inner) for inner in cast("list[Any]", value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if _is_plain(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(map(_escaped, quoted))


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def _is_plain(text: str) -> bool:
    """Plain letters and a few signs that mean nothing in YAML, in a block or in one line."""
    return bool(_PLAIN.fullmatch(text)) and not text.endswith(" ") and text.lower() not in _WORDS


def _literal(text: str, depth: int) -> str:
    """Text of several lines as it stands, where YAML lets it."""
    lines = text.removesuffix("\n").split("\n")
    odd = any(line != line.rstrip() or not line.isprintable() for line in lines) or not lines[-1]
    if odd or lines[0] != lines[0].lstrip() or not lines[0]:
        return ""
    head = "|" if text.endswith("\n") else "|-"
    return "\n".join([head, *(("  " * depth + line) if line else "" for line in lines)])


# --- reading ----------------------------------------------------------------------------


class _NoAliases(Composer):
    """Names for repeated parts are refused: a few of them can stand for any amount."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if cast("Any", self).parser.check_event(AliasEvent):
            raise YAMLError("aliases (*name) are not taken")
        return cast("Any", super()).compose_node(parent, index)


def read_foreign_yaml(path: str, content: bytes) -> Any:
    """The YAML of a file that comes from elsewhere. WrongAppFile says where it is wrong."""
    reader = YAML(typ="safe", pure=True)
    reader.Constructor, reader.Composer = CoreConstructor, _NoAliases
    try:
        return cast("Any", reader).load(content.decode())
    except (YAMLError, UnicodeError) as problem:
        raise WrongAppFile(file=path, problem=" ".join(str(problem).split())) from None
    except RecursionError:
        raise WrongAppFile(file=path, problem="it is nested too deeply") from None


def read_definition_file(path: str, content: bytes) -> Definition:
    """The definition in a file of that path, whose folder tells its kind."""
    folder, _, name = path.rpartition("/")
    body = read_foreign_yaml(path, content)
    kind = _KIND_OF_FOLDER.get(folder)
    if kind is None or not isinstance(body, dict) or kind not in body:
        raise WrongAppFile(file=path, problem=f"it must be a {kind or 'file in a folder of definitions'}")
    try:
        definition = decode(kind, cast("Body", body))
    except (RecursionError, AttributeError, TypeError, ValueError) as problem:
        raise WrongAppFile(file=path, problem=str(problem)) from None
    except Refusal as refusal:
        raise WrongAppFile(file=path, problem=refusal.says("en")) from refusal
    if path_of(identity(definition)).rpartition("/")[2] != name:
        raise WrongAppFile(file=path, problem=f"it holds {identity(definition)[1]}; a file is named as what it holds")
    return definition


# --- archives ---------------------------------------------------------------------------


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same bytes for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def unpack(content: bytes) -> Files:
    """The files of a zip, read in memory only. NotAnArchive for code, strange paths and bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_entries(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        raise _odd("it is no whole zip file.", "不是完整的 zip 文件。") from problem
    except Exception as problem:
        if isinstance(problem, Refusal):
            raise
        raise _odd("it is damaged.", "文件已损坏。") from problem


def _read_entries(archive: zipfile.ZipFile) -> Files:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _odd(f"it holds more than {MOST_FILES} files.", f"其中的文件超过 {MOST_FILES} 个。")
    files: Files = {}
    left = MOST_BYTES
    for entry in entries:
        if not is_path(entry.filename) or entry.filename in files:
            shown = entry.filename[:80]
            raise _odd(f"“{shown}” has no place in it.", f"其中不应有“{shown}”。")
        with archive.open(entry) as source:
            files[entry.filename] = source.read(left + 1)
        left -= len(files[entry.filename])
        if left < 0:
            size = MOST_BYTES // 1024 // 1024
            raise _odd(f"unpacked it is larger than {size} MB.", f"解压后超过 {size} MB。")
    return files


def is_path(path: str) -> bool:
    """A YAML or JSON file in plain folders: nothing outside, nothing hidden, no code."""
    return bool(_PATH.fullmatch(path)) and ".." not in path and len(path) < 200


def _odd(en: str, zh: str) -> NotAnArchive:
    return NotAnArchive(problem={"en": en, "zh": zh})
