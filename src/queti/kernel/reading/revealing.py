"""Opening what an encrypted field holds; whoever looks leaves a line in the record's history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.kernel.errors import Refusal
from queti.kernel.model import Field, Object
from queti.kernel.values_parts import KEPT
from queti.kernel.writing.attending import place_of
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


class NeverShown(Refusal):
    """It is kept and used, but shown to nobody. Replace it where it is lost."""

    zh = "该内容仅供系统使用，任何人都不能查看；遗失时请重新设置。"
    kind = "forbidden"


def reveal(work: Work, object: Object, id: int, entry: Field) -> str | None:
    """The text in the clear; None where the field is blank. Raises KeyLost."""
    [(sealed, version)] = work.rows(
        f"SELECT {column(object, entry.name)}, {column(object, 'version')} FROM {table(object)} WHERE id = $1", (id,)
    )
    if sealed is None:
        return None
    work.journal.note(work, "revealed", object.name, id, version, {entry.in_history: [KEPT, KEPT]})
    return work.platform.keys.open(sealed, place_of(entry))


def opened(work: Work, object: Object, id: int, field: str) -> str:
    """What the field holds, for the platform's own use; "" where it is blank. Raises KeyLost."""
    entry = object.fields[field]
    [sealed] = work.column(f"SELECT {column(object, field)} FROM {table(object)} WHERE id = $1", (id,))
    return work.platform.keys.open(sealed, place_of(entry)) if sealed else ""
