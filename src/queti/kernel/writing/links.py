"""Who links to an object, and what becomes of it when what it links to goes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from queti.kernel.model import Field, Model, Object
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


@lru_cache(maxsize=1024)
def links_to(model: Model, object: Object) -> tuple[Field, ...]:
    return tuple(
        entry
        for other in model.objects.values()
        for entry in other.stored
        if entry.target == object.name
        and entry.type.name == "link"
        and not entry.is_system
        and not entry.is_computed
        and not _is_parent(other, entry)
        and not (other.append_only and entry.definition.on_remove == "blank")
    )


def _is_parent(object: Object, entry: Field) -> bool:
    return object.is_lines and entry.name == object.definition.parent_field


def let_go_of_lines(work: Work, child: Object, ids: list[int]) -> None:
    """Lines are gone for good, so links that may go blank go blank at once, wherever they are."""
    for link in links_to(work.model, child):
        if link.definition.on_remove == "blank":
            name = column(link.object, link.name)
            work.execute(f"UPDATE {table(link.object)} SET {name} = NULL WHERE {name} = ANY($1::bigint[])", (ids,))
