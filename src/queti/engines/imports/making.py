"""Records that links name and nobody has: made once for each text, together with the rows that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from queti.engines.imports.cells import Cells, Wrong, map_inputs
from queti.engines.imports.links import Holder, Rows, places, resolve_links
from queti.engines.imports.mapping import NAME, Input, LinkText, Making, Prepared
from queti.kernel.errors import FieldProblem, WrongInput

if TYPE_CHECKING:
    from queti.kernel.work import Work

MadeLinks = dict[str, dict[str, int]]
"""Object → text → the new record."""


def make_links(work: Work, prepared: Prepared, rows: Rows) -> MadeLinks:
    """Make what the rows name. Raises WrongInput that names the rows whose record can't be made so."""
    made: MadeLinks = {}
    for lines, entry, holders in places(prepared, rows):
        name = entry.path[-1]
        making = prepared.makes[lines, name]
        here = made.setdefault(making.object, {})
        texts = [text for text in dict.fromkeys(holder[name].text for _, holder in holders) if text not in here]
        try:
            here.update(zip(texts, _create(work, prepared, making, texts), strict=True))
        except WrongInput as refusal:
            raise _of_rows(refusal, texts, name, holders, list(rows)) from refusal
    return made


def _create(work: Work, prepared: Prepared, making: Making, texts: Sequence[str]) -> list[int]:
    inner = replace(prepared, inputs=making.inputs, lines={}, makes={})
    wrong: list[Wrong] = []
    rows = {
        place: map_inputs(inner, making.inputs, place, Cells({NAME: text}), wrong) for place, text in enumerate(texts)
    }
    problems = [
        FieldProblem(f"[{each.row}].{'.'.join(each.input.path)}", each.error.code, each.error.en, each.error.zh)
        for each in wrong
    ]
    unfound = resolve_links(work, inner, rows)
    problems += [FieldProblem(f"[{each.row}].{each.field}", each.code, each.en, each.zh) for each in unfound]
    if problems:
        raise WrongInput(summary=problems[0].en, fields=problems)
    return work.as_person.add(making.object, list(rows.values())) if rows else []


def _of_rows(
    refusal: WrongInput, texts: Sequence[str], name: str, holders: Sequence[Holder], numbers: Sequence[int]
) -> WrongInput:
    """The refusal of the records, told of the rows that name them."""
    rows: dict[str, dict[int, None]] = {}
    for number, holder in holders:
        rows.setdefault(holder[name].text, {})[number] = None

    def told() -> Iterator[FieldProblem]:
        places = {number: place for place, number in enumerate(numbers)}
        for problem in refusal.fields:
            found = re.match(r"\[(\d+)\]", problem.path)
            text = texts[int(found[1]) if found else 0]
            en, zh = f"“{text}” can't be made: {problem.en}", f"无法新建“{text}”：{problem.zh}"
            for number in rows[text]:
                yield FieldProblem(f"[{places[number]}].{name}", problem.code, en, zh)

    return WrongInput(summary=refusal.fields[0].en, fields=list(told()))


def with_links(prepared: Prepared, row: dict[str, Any], made: MadeLinks) -> dict[str, Any]:
    """The row with the new records in place of their texts."""
    put = _linked(prepared.inputs, row, made)
    for name, inputs in prepared.lines.items():
        if name in put:
            put = {**put, name: [_linked(inputs, line, made) for line in put[name]]}
    return put


def _linked(inputs: Sequence[Input], values: dict[str, Any], made: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    targets = {entry.path[-1]: entry.field.to or "" for entry in inputs if entry.field.type == "link"}
    texts = [(name, value.text) for name, value in values.items() if isinstance(value, LinkText)]
    if not texts:
        return values
    put = type(values)(values)
    put.update((name, made[targets[name]][text]) for name, text in texts)
    return put
