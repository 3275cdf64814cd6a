"""Links written as people write them: by code, number or name; one query per target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from queti.engines.imports.mapping import Input, LinkText, Prepared
from queti.engines.imports.report import Problem

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

Holder = tuple[int, dict[str, Any]]
"""A row's number, and the row or the line of it."""
Rows = Mapping[int, dict[str, Any]]
AT_ONCE = 500
"""Texts looked up in one query; each may stand for two records, and a page holds 1000."""


def resolve_links(work: Work, prepared: Prepared, rows: Rows) -> list[Problem]:
    """Put ids where rows hold the text of a link; what is not found, or not unique, is a problem.

    A text whose record is to be made stays.
    """
    problems: list[Problem] = []
    for lines, entry, holders in places(prepared, rows):
        name, target = entry.path[-1], entry.field.to or ""
        found = prepared.known.setdefault(target, {})
        texts = {holder[name].text for _, holder in holders}
        found.update(_find(work, work.model.object(target), sorted(texts - found.keys())))
        for number, holder in holders:
            text = holder[name].text
            if found.get(text) is not None:
                holder[name] = found[text]
            elif text in found or (lines, name) not in prepared.makes:
                del holder[name]
                problems.append(_problem(prepared, number, entry, text, text in found))
    return problems


def places(prepared: Prepared, rows: Rows) -> Iterator[tuple[str, Input, list[Holder]]]:
    """(list of lines or "", link, the rows that hold a text for it)."""
    for lines, inputs in (("", prepared.inputs), *prepared.lines.items()):
        for entry in inputs:
            if entry.field.type != "link" or len(entry.path) != 1:
                continue
            holders = [
                (number, holder)
                for number, row in rows.items()
                for holder in (row.get(lines, ()) if lines else (row,))
                if isinstance(holder.get(entry.path[-1]), LinkText)
            ]
            if holders:
                yield lines, entry, holders


def _find(work: Work, target: Object, texts: list[str]) -> dict[str, int | None]:
    """Text → id; None where several records have that name. A key wins over a name."""
    keys = [name for name, entry in target.fields.items() if entry.definition.unique and entry.type.is_text]
    keys += [name for name, entry in target.fields.items() if entry.definition.type == "serial"]
    names = [*keys, *([target.title] if target.title in target.fields and target.title not in keys else [])]
    names = work.as_person.visible_paths(target.name, names)
    found: dict[str, int | None] = {}
    for start in range(0, len(texts) if names else 0, AT_ONCE):
        part = texts[start : start + AT_ONCE]
        where = " or ".join(f"{name} in $wanted" for name in names)
        page = work.as_person.query(
            target.name, where=where, params={"wanted": part}, fields=["id", *names], limit=AT_ONCE * 2
        )
        for name in reversed(names):
            seen: dict[str, int | None] = {}
            for record in page.records:
                text = record.get(name)
                if text is not None:
                    seen[text] = None if text in seen else record["id"]
            found.update(seen)
    return found


def _problem(prepared: Prepared, number: int, entry: Input, text: str, several: bool) -> Problem:
    column = prepared.headings.get(entry.column, entry.column)
    if several:
        en, zh = f"Several records are called “{text}”; use the code.", f"有多条记录名为“{text}”，请使用编码。"
    else:
        en, zh = f"There is no “{text}”.", f"不存在“{text}”。"
    return Problem(row=number, en=en, zh=zh, code="link", field=".".join(entry.path), column=column, value=text)
