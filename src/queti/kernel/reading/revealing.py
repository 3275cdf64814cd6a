"""Opening what an encrypted field holds; whoever looks leaves a line in the record's history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.kernel.model import Field, Object
from queti.kernel.values_parts import KEPT
from queti.kernel.writing.attending import place_of
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


def reveal(work: Work, object: Object, id: int, entry: Field) -> str | None:
    """The text in the clear; None where the field is blank. Raises KeyLost."""
    [(sealed, version)] = work.rows(
        f"SELECT {column(object, entry.name)}, {column(object, 'version')} FROM {table(object)} WHERE id = $1", (id,)
    )
    if sealed is None:
        return None
    work.journal.note(work, "revealed", object.name, id, version, {entry.in_history: [KEPT, KEPT]})
    return work.platform.keys.open(sealed, place_of(entry))
