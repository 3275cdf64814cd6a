"""A record on A4, as HTML that the browser prints.

The page is made from a print definition with the reader's own rights: a field that the
person may not see is left out, never printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import jinja2

from queti.engines.printing.amounts import in_capitals, in_words
from queti.engines.printing.format import NUMERIC, in_language, show
from queti.kernel.definitions import FieldDef, PrintDef
from queti.kernel.errors import UnknownName

if TYPE_CHECKING:
    from queti.kernel.model import Field, Object
    from queti.kernel.work import Work

SCRIPT = 'document.querySelector("[data-print]").addEventListener("click", () => window.print());\n'
"""Served beside the page, since its content security policy forbids inline script."""

WORDS: dict[str, dict[str, str]] = {
    "en": {"print": "Print", "actions": "Actions", "tax_number": "Tax no.", "in_words": "In words:"},
    "zh": {"print": "打印", "actions": "操作", "tax_number": "税号", "in_words": "大写金额："},
}
MOST_LINES = 1000

_template = jinja2.Environment(
    loader=jinja2.PackageLoader("queti.engines.printing", "."), autoescape=True, trim_blocks=True
).get_template("page.html")


@dataclass(slots=True)
class Column:
    label: str
    right: bool


@dataclass(slots=True)
class Sheet:
    """What stands on the paper; everything is text in the reader's language."""

    title: str
    number: str
    company: dict[str, str]
    party_label: str = ""
    party: str = ""
    address: str = ""
    header: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    columns: list[Column] = field(default_factory=list[Column])
    rows: list[list[str]] = field(default_factory=list[list[str]])
    totals: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    capitals: str = ""
    signatures: list[str] = field(default_factory=list[str])
    footer: str = ""


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, **{f"{link}._label": name for link, name in record["_labels"].items()}}


def print_page(work: Work, name: str, record_id: int, language: str) -> str:
    """The named print of one record as a self-contained HTML page.

    Raises UnknownName for a print that isn't there, RecordNotFound for a record that
    isn't or that this person may not see.
    """
    return _template.render(sheet=sheet_of(work, name, record_id, language), language=language, words=WORDS[language])


def sheet_of(work: Work, name: str, record_id: int, language: str) -> Sheet:
    """What stands on the named print of the record."""
    definition = work.model.prints.get(name)
    if definition is None:
        raise UnknownName(what={"en": "print", "zh": "打印模板"}, name=name, nearest="", at="print")
    return _Reader(work, definition, record_id, language).sheet()


class _Reader:
    """Reads what one print needs: one query for the record, one for its lines."""

    def __init__(self, work: Work, definition: PrintDef, record_id: int, language: str) -> None:
        self.work = work
        self.definition = definition
        self.record_id = record_id
        self.language = language
        self.zone = ZoneInfo(work.timezone)
        self.object = work.model.object(definition.object)
        self.opened: dict[str, Any] | None = None
        """The record where only a task opens it: its own fields, and what links are called."""

    def sheet(self) -> Sheet:
        values = self._record()
        definition = self.definition
        sheet = Sheet(
            title=in_language(definition.title or definition.label, self.language),
            number=str(values.get(self.object.title) or ""),
            company=self._company(),
            footer=in_language(definition.footer, self.language),
            signatures=[in_language(words, self.language) for words in definition.signatures],
        )
        if definition.party:
            sheet.party = str(values.get(f"{definition.party}._label") or "")
            sheet.party_label = self._label(self.object, definition.party)
        if definition.address:
            sheet.address = str(values.get(definition.address) or "")
        header = [self._shown_path(self.object, path) for path in definition.header]
        sheet.header = [self._pair(path, values) for path in header if path in values and path != self.object.title]
        sheet.totals = [self._pair(path, values) for path in definition.totals if path in values]
        sheet.capitals = self._capitals(values)
        if definition.lines:
            sheet.columns, sheet.rows = self._lines()
        return sheet

    def _record(self) -> dict[str, Any]:
        header = [self._shown_path(self.object, path) for path in self.definition.header]
        wanted = [self.object.title, *header, *self.definition.totals, self.definition.address]
        wanted += [self.definition.capitals, self._currency_path()]
        wanted += [f"{self.definition.party}._label"] if self.definition.party else []
        sees = self.work.as_person.rights.sees(self.object)
        records = self._query(self.object, f"id = {self.record_id}", wanted, limit=1) if sees else []
        return records[0] if records else self._by_task()

    def _by_task(self) -> dict[str, Any]:
        self.opened = self.work.as_person.fetch(self.object.name, self.record_id)
        return self._as_opened(self.object, self.opened, self.definition.header)

    def _as_opened(self, source: Object, record: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
        """What a link that is shown is called is shown, whichever way a path says it; nothing else behind it is."""
        flat = _flat(record)
        for path in paths:
            link, _, title = path.rpartition(".")
            target = source.fields[link].target if link in record and link in source.fields else None
            if target and self.work.model.object(target).title == title:
                flat[path] = flat.get(f"{link}._label")
        return flat

    def _query(self, source: Object, where: str, wanted: list[str], limit: int, sort: str = "") -> list[dict[str, Any]]:
        seen = self.work.as_person.visible_paths(source.name, list(dict.fromkeys(path for path in wanted if path)))
        return self.work.as_person.query(source.name, where=where, fields=seen, limit=limit, sort=sort).records

    def _currency_path(self) -> str:
        money = self.object.fields.get(self.definition.capitals)
        currency = money.definition.currency if money else None
        return f"{currency}._label" if currency else ""

    def _company(self) -> dict[str, str]:
        company = self.work.company
        name = str(company.get("name") or "")
        if self.language == "zh":
            name = str(company.get("name_zh") or name)
        return {
            "name": str(company.get("legal_name") or name),
            "address": str(company.get("address") or ""),
            "tax_number": str(company.get("tax_number") or ""),
        }

    def _lines(self) -> tuple[list[Column], list[list[str]]]:
        field_or_list = self.definition.lines
        lines = self.object.lines.get(field_or_list)
        if lines is not None and lines.target:
            child = self.work.model.object(lines.target)
            parent, sort = child.definition.parent_field, "position"
        else:
            reverse = self.object.reverse[field_or_list]
            child, parent, sort = self.work.model.object(reverse.object), reverse.field, "id"
        wanted = [self._shown_path(child, path) for path in self.definition.columns]
        where = f"{parent} = {self.record_id}" + (f" and ({self.definition.where})" if self.definition.where else "")
        records = (
            self._query(child, where, wanted, limit=MOST_LINES, sort=sort)
            if self.opened is None
            else self._opened_lines(child, where)
        )
        paths = [path for path in wanted if not records or path in records[0]]
        columns = [Column(self._label(child, path), self._field(child, path).type in NUMERIC) for path in paths]
        return columns, [[self._show(child, path, record.get(path)) for path in paths] for record in records]

    def _opened_lines(self, child: Object, where: str) -> list[dict[str, Any]]:
        """Those that fit; the list of others that point here isn't opened."""
        shown = (self.opened or {}).get(self.definition.lines, [])
        fit = {row.id for row in self.work.find(child.name, where, fields=["id"])} if shown else set[int]()
        return [self._as_opened(child, row, self.definition.columns) for row in shown if row["id"] in fit]

    def _shown_path(self, source: Object, path: str) -> str:
        """A link prints as the name of what it links to."""
        return f"{path}._label" if self._field(source, path).type == "link" else path

    def _pair(self, path: str, values: dict[str, Any]) -> tuple[str, str]:
        return self._label(self.object, path), self._show(self.object, path, values.get(path))

    def _show(self, source: Object, path: str, value: Any) -> str:
        return show(value, self._field(source, path), self.language, self.zone)

    def _field(self, source: Object, path: str) -> FieldDef:
        found = self._walk(source, path)
        return found[-1].definition if found and not path.endswith("._label") else FieldDef(type="text")

    def _label(self, source: Object, path: str) -> str:
        """The label of what the path shows; a link's name is labelled as the link is."""
        walked = self._walk(source, path.removesuffix("._label"))
        if len(walked) > 1 and walked[-1].definition.label and walked[-1].name == walked[-1].object.title:
            walked = walked[:-1]
        return in_language(walked[-1].definition.label, self.language) if walked else path

    def _walk(self, source: Object, path: str) -> list[Field]:
        walked: list[Field] = []
        here: Object | None = source
        for name in path.removesuffix("._label").split("."):
            step = here.fields.get(name) if here else None
            if step is None:
                break
            walked.append(step)
            here = self.work.model.object(step.target) if step.target else None
        return walked

    def _capitals(self, values: dict[str, Any]) -> str:
        amount = values.get(self.definition.capitals)
        if amount is None:
            return ""
        currency = str(values.get(self._currency_path()) or self.work.company.get("currency_code") or "CNY")
        write = in_capitals if self.language == "zh" else in_words
        return write(Decimal(amount), currency)
