"""All records that fit, from one snapshot, in parts that a server's cursor hands out: no memory grows with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.kernel.model import Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.queries import attach, refuse_unseen_lists, sort_out, where_of, with_id
from queti.kernel.reading.search import search_patterns
from queti.kernel.reading.selecting import Question, Shape, question

if TYPE_CHECKING:
    from queti.kernel.work import Work

Rows = list[tuple[Any, ...]]
AT_ONCE = 2000


def stream(
    work: Work, rights: Rights | None, object: Object, fields: Sequence[str], *, where: str, sort: str, search: str
) -> Iterator[Rows]:
    """Rows with the values of `fields` in their order, AT_ONCE together; as `page` shows them."""
    wanted = sort_out(work.model, object, tuple(fields), rights)
    refuse_unseen_lists(work.model, rights, object, wanted)
    patterns = search_patterns(search)
    asked_where, given = where_of(work.model, rights, object, where)
    given.update((f"word_{at}", pattern) for at, pattern in enumerate(patterns))
    shape = Shape(
        object=object.name,
        fields=with_id(wanted.own) if wanted.lists else wanted.own or ("id",),
        where=asked_where,
        sort=sort or object.definition.sort,
        words=len(patterns),
        as_json=True,
    )
    asked = question(work.model, rights, shape)
    # A cursor is planned for its first tenth unless told otherwise; here all of it is read.
    work.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
    width = len(asked.fields)
    for rows in asked.statement.in_parts(work, given, AT_ONCE):
        cut = [row[:width] for row in rows]
        yield _with_lists(work, rights, object, asked, cut, wanted.lists, fields) if wanted.lists else cut


def _with_lists(
    work: Work,
    rights: Rights | None,
    object: Object,
    asked: Question,
    rows: Rows,
    lists: Mapping[str, tuple[str, ...]],
    fields: Sequence[str],
) -> Rows:
    records = [dict(zip(asked.fields, row, strict=False)) for row in rows]
    attach(work, rights, object, records, lists, as_json=True)
    return [tuple(record.get(name, record.get(name.partition(".")[0])) for name in fields) for record in records]
