"""What is talked about: whole records. Who speaks of a line speaks of its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


def subject_of(work: Work, object: str, id: int) -> tuple[str, int]:
    """The record that the person sees, of a line the record around it; RecordNotFound, NotAllowed."""
    found = work.as_person.look_at(object, id)
    while found.parent is not None:
        parent = column(found, found.definition.parent_field)
        [(id,)] = work.rows(f"SELECT t.{parent} FROM {table(found)} AS t WHERE t.id = $1::bigint", (id,))
        found = found.parent
    return found.name, id
