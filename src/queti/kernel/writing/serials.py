"""Serial numbers: `SO-{year}-{000000}`.

The zeros count within what stands around them: each filled-in pattern has its own
counter, so a new year, or another period of the accounts, starts at 1. Numbers that may
have gaps come from a PostgreSQL sequence per pattern, made by the owner on first use.
Gap-free ones come from a row of `kernel_counter`, which stays locked until the commit
and is therefore drawn last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from psycopg import sql

from queti.kernel.formulas import Env, check, compile_python
from queti.kernel.model import Field, Model
from queti.kernel.scopes import ObjectScope

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft
    from queti.kernel.writing.plans import Plan

Fill = Callable[[Mapping[str, Any], Env], str]

_PLACE = re.compile(r"\{([^{}]+)\}")
_NOW: dict[str, Fill] = {
    "year": lambda _, env: f"{env.today:%Y}",
    "month": lambda _, env: f"{env.today:%m}",
    "day": lambda _, env: f"{env.today:%d}",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A number that the inserting statement itself draws, between `before` and `after`."""

    field: str
    sequence: str
    before: str
    width: int
    after: str


def draw(work: Work, plan: Plan, drafts: Sequence[Draft]) -> Drawing | None:
    """Numbers from sequences for the serial fields that were left blank; or how the insert is to draw them."""
    for entry in plan.serials:
        if not entry.definition.gap_free:
            groups = _by_pattern(work, entry, drafts)
            if len(plan.serials) == 1 and (drawing := _in_the_insert(work, plan, entry, groups, len(drafts))):
                return drawing
            for text, values in groups.items():
                _number(entry, text, values, _from_sequence(work, entry, text, len(values)))
    return None


def _in_the_insert(
    work: Work, plan: Plan, entry: Field, groups: Mapping[str, Sequence[Any]], count: int
) -> Drawing | None:
    """For one pattern, all records, and a sequence that is there; pinyin can't be found in SQL."""
    text = next(iter(groups), "")
    if len(groups) != 1 or len(groups[text]) != count or plan.root.totals or not text.isascii():
        return None
    sequence = sequence_name(work.workspace.schema, entry, text)
    if (work.schema_id, sequence) not in work.platform.sequences:
        return None
    before, width, after = _around(text)
    return Drawing(entry.name, sequence, before, width, after)


def draw_gap_free(work: Work, plan: Plan, drafts: Sequence[Draft]) -> None:
    """Consecutive numbers, in the order of the drafts."""
    for entry in plan.serials:
        if entry.definition.gap_free:
            for text, values in sorted(_by_pattern(work, entry, drafts).items()):
                _number(entry, text, values, _from_counter(work, entry, text, len(values)))


def _by_pattern(work: Work, entry: Field, drafts: Sequence[Draft]) -> dict[str, list[dict[str, Any]]]:
    """The records without a number, by their filled-in pattern: `SO-2026-{000000}`."""
    fills = _fills(work.model, entry)
    groups: dict[str, list[dict[str, Any]]] = {}
    for draft in drafts:
        if draft.values.get(entry.name) is None:
            text = "".join(part if isinstance(part, str) else part(draft.values, work.env) for part in fills)
            groups.setdefault(text, []).append(draft.values)
    return groups


@lru_cache(maxsize=512)
def _fills(model: Model, entry: Field) -> tuple[str | Fill, ...]:
    """The pattern as fixed texts (the zeros among them) and texts made from the record."""
    parts = _PLACE.split(pattern_of(entry))
    return tuple(part if place % 2 == 0 else _fill(model, entry, part) for place, part in enumerate(parts))


def pattern_of(entry: Field) -> str:
    pattern = entry.definition.pattern or "{000000}"
    return pattern if re.search(r"\{0+\}", pattern) else pattern + "{000000}"


def _fill(model: Model, entry: Field, place: str) -> str | Fill:
    if set(place) == {"0"}:
        return f"{{{place}}}"
    if place in _NOW:
        return _NOW[place]
    compute = compile_python(check(place, ObjectScope(model, entry.object)))
    return lambda values, env: str(compute(values, env) if compute(values, env) is not None else "")


def _number(entry: Field, text: str, values: Sequence[dict[str, Any]], numbers: Sequence[int]) -> None:
    before, width, after = _around(text)
    for row, number in zip(values, numbers, strict=True):
        row[entry.name] = f"{before}{number:0{width}}{after}"


def _around(text: str) -> tuple[str, int, str]:
    """What stands before the number, how many digits it has at least, and what stands behind."""
    zeros = re.search(r"\{(0+)\}", text)
    assert zeros is not None, f"{text} has no place for the number"
    return text[: zeros.start()], len(zeros[1]), text[zeros.end() :]


def _from_sequence(work: Work, entry: Field, text: str, count: int) -> list[int]:
    name = sequence_name(work.workspace.schema, entry, text)
    drawn = work.column(_NEXT, (name, count))
    if drawn[0] is None:
        return _from_new_sequence(work, name, count)
    work.platform.sequences.add((work.schema_id, name))
    return drawn


def sequence_name(schema: str, entry: Field, text: str) -> str:
    """Quoted; a digest of field and pattern keeps it within PostgreSQL's 63 bytes."""
    digest = hashlib.sha256(f"{entry.object.name}.{entry.name}:{text}".encode()).hexdigest()[:24]
    return f'"{schema}"."serial_{digest}"'


def _from_new_sequence(work: Work, name: str, count: int) -> list[int]:
    """Made and first drawn from by the owner: a transaction that missed a name goes on missing it."""
    schema, sequence = (sql.Identifier(part.strip('"')) for part in name.split("."))
    made = sql.SQL("CREATE SEQUENCE IF NOT EXISTS {}.{}").format(schema, sequence)
    granted = sql.SQL("GRANT USAGE ON SEQUENCE {}.{} TO {}").format(
        schema, sequence, sql.Identifier(work.workspace.role)
    )
    with work.platform.db.owner() as owner:
        # Two at once would meet in the catalogue's unique index.
        owner.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        try:
            with owner.transaction():  # nobody may see it before its right
                owner.execute(made)
                owner.execute(granted)
            return [
                row[0]
                for row in owner.execute(
                    "SELECT nextval(%s::text::regclass) FROM generate_series(1, %s)", [name, count]
                )
            ]
        finally:
            owner.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _from_counter(work: Work, entry: Field, text: str, count: int) -> list[int]:
    name = f"{entry.object.name}.{entry.name}"
    [last] = work.column(_COUNT.format(schema=work.schema), (name, text, count))
    return list(range(last - count + 1, last + 1))


_NEXT = "SELECT nextval(to_regclass($1)) FROM generate_series(1, $2::integer)"
_COUNT = """INSERT INTO {schema}.kernel_counter AS counter (name, period, last) VALUES ($1, $2, $3)
ON CONFLICT (name, period) DO UPDATE SET last = counter.last + excluded.last RETURNING last"""
