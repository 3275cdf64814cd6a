"""A mapping made ready: each input a formula over text columns, compiled once for all rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from queti.engines.imports.grouping import Columns
from queti.engines.imports.sources import Source
from queti.kernel.definitions import FieldDef, ImportDef, ImportMap
from queti.kernel.errors import FieldProblem, NotAllowed, Refusal, WrongInput
from queti.kernel.fields import FieldError, field_type
from queti.kernel.formulas import Env, Typed, check, compile_python
from queti.kernel.formulas.types import TEXT, FieldInfo, Names
from queti.kernel.names import unknown

if TYPE_CHECKING:
    from queti.kernel.model import Model, Object
    from queti.kernel.work import Work

ROW = "row_"
"""Prefix of the head row's columns in formulas of its lines."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input: where it goes, what it is, how its text is made."""

    path: tuple[str, ...]
    field: FieldDef
    value: Callable[[Mapping[str, Any], Env], Any]
    column: str
    """The column that the formula is made of, if it is just one; for the report."""
    is_plain: bool
    """The formula is just a column: its text is read as a person writes it."""
    memo: Memo
    """What texts were read as."""


class Memo(dict[str, Any]):
    """Text → value of a field, read once; a FieldError where it doesn't fit. Blank is None."""

    def __init__(self, field: FieldDef, *, whole: bool, zone: ZoneInfo) -> None:
        super().__init__({"": None})
        self.field = field
        self.type = field_type(field.type)
        self.zone = zone
        self.whole = whole
        """Read to the end, as the record keeps it; else as an operation takes it."""
        self.has_errors = False

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) < MOST_REMEMBERED:
            self[text] = value
        return value

    def _read(self, text: str) -> Any:
        text = _without_mark(text)
        if self.type.name == "moment":
            text = _with_offset(text, self.zone)
        if self.type.name == "link":
            return LinkText(text)
        try:
            given = self.type.from_text(text, self.field)
            return self.type.read(given, self.field) if self.whole else given
        except FieldError as error:
            self.has_errors = True
            return error


MOST_REMEMBERED = 20_000


def _without_mark(text: str) -> str:
    """`'=1+1` is how a spreadsheet, and an export, says that the text is no formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in _MARKED else text


_MARKED = ("=", "+", "-", "@")


def _with_offset(text: str, zone: ZoneInfo) -> str:
    """A spreadsheet's moments are the company's own: `2026-03-04 15:20` is told where."""
    found = _LOCAL.fullmatch(text.strip())
    if not found:
        return text
    try:
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=zone).isoformat()  # type: ignore[arg-type]
    except ValueError:
        return text


_LOCAL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.0+)?)?)?")


@dataclass(frozen=True, slots=True)
class LinkText:
    """What a person wrote for a link: a key or the name of the record meant."""

    text: str


@dataclass(frozen=True, slots=True)
class Making:
    """How a record is made for a link whose text finds none: its values by formulas over that text."""

    object: str
    inputs: Sequence[Input]


@dataclass(slots=True)
class Prepared:
    """A definition compiled against a source."""

    definition: ImportDef
    target: Object | None
    inputs: Sequence[Input]
    lines: Mapping[str, Sequence[Input]]
    makes: Mapping[tuple[str, str], Making]
    """(list of lines or "", link) → how a record is made that the link doesn't find."""
    only: Callable[[Mapping[str, Any], Env], Any] | None
    env: Env
    headings: Mapping[str, str]
    known: dict[str, dict[str, int | None]] = dataclass_field(default_factory=dict[str, "dict[str, int | None]"])
    """Target → text of a link → the record; None where several are called so."""


def target_inputs(model: Model, name: str) -> Mapping[str, FieldDef]:
    """What can be written: the inputs of an operation, or the fields of an object with those of its lines."""
    if name in model.operations:
        return model.operations[name].inputs
    return _writable(model, model.object(name))


def _writable(model: Model, source: Object) -> dict[str, FieldDef]:
    fields = {
        name: entry.definition
        for name, entry in source.fields.items()
        if not entry.is_system and not entry.is_computed and entry.type.column is not None
    }
    for name, entry in source.lines.items():
        child = model.object(entry.target or "")
        outer = (child.definition.parent_field, "position")
        inner = {key: value for key, value in _writable(model, child).items() if key not in outer}
        fields[name] = FieldDef(type="lines", label=entry.definition.label, of=child.name, fields=inner)
    return fields


def compile_mapping(work: Work, definition: ImportDef, source: Source, columns: Columns) -> Prepared:
    """Check and compile every formula of the mapping against the source's columns.

    Raises WrongInput with a problem for each input that isn't there and each formula
    that doesn't fit.
    """
    inputs = target_inputs(work.model, definition.target)
    operations = definition.target in work.model.operations
    compiler = _Compiler(work, is_open=source.document is not None, whole=not operations)
    each = compiler.inputs(definition.each, inputs, columns.head, "each")
    lines: dict[str, list[Input]] = {}
    outer = {f"{ROW}{column}" for column in columns.head}
    for name, entry in definition.lines.items():
        inner = inputs.get(name)
        if inner is None or inner.type != "lines":
            compiler.problem(f"lines.{name}", unknown(_INPUT, name, inputs))
            continue
        lines[name] = compiler.inputs(entry.each, inner.fields, columns.lines[name] | outer, f"lines.{name}.each")
    only = compiler.formula(definition.only, columns.head, "only") if definition.only else None
    makes = compiler.makes(definition.make, {"": each, **lines})
    compiler.refuse()
    return Prepared(
        definition=definition,
        target=None if operations else work.model.object(definition.target),
        inputs=each,
        lines=lines,
        makes=makes,
        only=compile_python(only) if only else None,
        env=replace(work.env, map=_maps(definition, source)),
        headings=_headings(source),
    )


_INPUT = {"en": "input", "zh": "输入项"}
_LINK = {"en": "link", "zh": "关联字段"}
CREATE = {"en": "create", "zh": "新建"}
NAME = "name"
"""What the file calls a record that is made, in the formulas of its values."""
Makes = Mapping[tuple[str, str], Making]


def _named_by(object: Object, inputs: Mapping[str, FieldDef]) -> list[str]:
    """Fields that take what a record is called, where nothing else is said: its title and required keys of text."""
    texts = [(name, field) for name, field in inputs.items() if field_type(field.type).is_text]
    return [name for name, field in texts if name == object.title or (field.unique and field.required)]


def _headings(source: Source) -> dict[str, str]:
    headings: dict[str, str] = {}
    for table in source.tables.values():
        headings.update(table.headings)
    return headings


def _maps(definition: ImportDef, source: Source) -> Callable[[str, Any], Any]:
    """`map("status", value)` over the definition's look-up tables."""
    tables = {name: _look_up(entry, source) for name, entry in definition.maps.items()}

    def look_up(name: str, value: Any) -> Any:
        if name not in tables:
            raise unknown({"en": "look-up table", "zh": "对照表"}, name, tables)
        return tables[name].get(value) or definition.maps[name].default or None

    return look_up


def _look_up(entry: ImportMap, source: Source) -> Mapping[str, str]:
    values = dict(entry.values)
    if entry.table and entry.table in source.tables:
        for row in source.tables[entry.table].rows:
            if all(row.get(column) == value for column, value in entry.when.items()):
                values[row.get(entry.key, "")] = row.get(entry.value, "")
    return values


class _OpenNames(Names):
    """Documents leave out what is empty, so a column that this one lacks is blank and not a mistake."""

    def field(self, name: str) -> FieldInfo | None:
        return super().field(name) or FieldInfo(TEXT)


class _Compiler:
    """Compiles the formulas of one mapping and gathers what is wrong with them."""

    def __init__(self, work: Work, *, is_open: bool, whole: bool) -> None:
        self.work = work
        self.is_open = is_open
        self.whole = whole
        self.problems: list[FieldProblem] = []

    def inputs(
        self, each: Mapping[str, str], known: Mapping[str, FieldDef], columns: AbstractSet[str], place: str
    ) -> list[Input]:
        made: list[Input] = []
        for name, text in each.items():
            if not text:
                continue
            at = f"{place}.{name}"
            path, field = self._find(name, known, at)
            typed = self.formula(text, columns, at)
            if field is not None and typed is not None:
                plain = text.strip("[]") if text.strip("[]") in columns else ""
                memo = Memo(field, whole=len(path) == 1 and self.whole, zone=ZoneInfo(self.work.timezone))
                made.append(Input(path, field, compile_python(typed), plain, bool(plain), memo))
        return made

    def makes(self, wanted: Mapping[str, Mapping[str, str]], inputs: Mapping[str, Sequence[Input]]) -> Makes:
        """`lines.product` → how a product is made."""
        links = {
            ".".join(filter(None, (lines, *entry.path))): (lines, entry.field)
            for lines, entries in inputs.items()
            for entry in entries
            if entry.field.type == "link" and len(entry.path) == 1
        }
        made: dict[tuple[str, str], Making] = {}
        for name, values in wanted.items():
            if name not in links:
                self.problem(f"make.{name}", unknown(_LINK, name, links))
                continue
            lines, field = links[name]
            made[lines, name.rpartition(".")[2]] = self._making(self.work.model.object(field.to or ""), values, name)
        return made

    def _making(self, target: Object, values: Mapping[str, str], name: str) -> Making:
        if not self.work.as_person.rights.may(target.name, "create"):
            what = target.definition.plural or target.definition.label
            self.problem(f"make.{name}", NotAllowed(act=CREATE, what=what))
        inputs = target_inputs(self.work.model, target.name)
        given = {**dict.fromkeys(_named_by(target, inputs), NAME), **values}
        return Making(target.name, self.inputs(given, inputs, {NAME}, f"make.{name}"))

    def _find(self, name: str, known: Mapping[str, FieldDef], at: str) -> tuple[tuple[str, ...], FieldDef | None]:
        head, _, rest = name.partition(".")
        field = known.get(head)
        if field is None:
            self.problem(at, unknown(_INPUT, head, known))
            return (), None
        if not rest:
            return (head,), field
        if field.type == "group":
            path, inner = self._find(rest, field.fields, at)
            return (head, *path), inner
        target = self.work.model.object(field.to or "")
        if rest not in target.fields:
            self.problem(at, unknown(_INPUT, rest, target.fields))
            return (), None
        return (head, rest), target.fields[rest].definition

    def formula(self, text: str, columns: AbstractSet[str], at: str) -> Typed | None:
        known = {column: FieldInfo(TEXT) for column in columns}
        scope = _OpenNames(known) if self.is_open else Names(known)
        try:
            return check(text, scope)
        except Refusal as refusal:
            self.problem(at, refusal)
            return None

    def problem(self, at: str, refusal: Refusal) -> None:
        self.problems.append(FieldProblem(at, refusal.code, refusal.says("en"), refusal.says("zh")))

    def refuse(self) -> None:
        if self.problems:
            raise WrongInput(summary=self.problems[0].en, fields=self.problems)
