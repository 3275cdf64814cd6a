"""A record that leads back to itself by a link that makes a tree or a chain: refused, whoever writes it.

Who changes such a link waits for others who do until their commit, and looks in a later statement,
so that two at once can't close a circle together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from queti.kernel.errors import FieldProblem
from queti.kernel.model import Object
from queti.kernel.writing import entries
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft
    from queti.kernel.writing.plans import Plan

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


def refuse_circles(work: Work, plan: Plan, written: Sequence[tuple[Draft, Sequence[str]]]) -> None:
    """WrongInput at each link, of those just written, that closes a circle."""
    for lines, part in plan.parts.items():
        for name in sorted(work.model.chains.get(part.object.name, ())):
            _refuse(work, part.object, name, dict(_led(lines, name, written)))


def _led(lines: str, name: str, written: Sequence[tuple[Draft, Sequence[str]]]) -> Iterator[tuple[int, str]]:
    """Record → where its link stands in the input, of those that lead somewhere."""
    for draft, names in written:
        if (lines or name) in names:
            for prefix, values in draft.located(lines):
                if values[name] is not None:
                    yield values["id"], prefix + name


def _refuse(work: Work, object: Object, name: str, paths: dict[int, str]) -> None:
    if not paths:
        return
    work.execute(_LOCK, (f"queti.chain.{work.workspace.schema}.{object.name}.{name}",))
    closed = work.column(_closed(object, name), (sorted(paths),))
    en, zh = "This closes a circle: the record would lead back to itself.", "会形成循环：该记录将指回自身。"
    entries.refuse([FieldProblem(paths[id], "circle", en, zh) for id in closed])


@lru_cache(maxsize=256)
def _closed(object: Object, name: str) -> str:
    """Those of the records `$1` from which the link leads back to them."""
    link = column(object, name)
    return f"""WITH RECURSIVE way AS (
        SELECT t.id AS start, t.{link} AS id FROM {table(object)} AS t WHERE t.id = ANY($1::bigint[])
        UNION SELECT way.start, t.{link} FROM way JOIN {table(object)} AS t ON t.id = way.id WHERE way.id <> way.start)
        SELECT start FROM way WHERE id = start ORDER BY start"""
