"""One change to many records: tried before it is made, and then made as tried or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from queti.engines.upkeep.earlier import earlier_values
from queti.engines.upkeep.refusals import TooManyAtOnce
from queti.kernel.errors import Refusal
from queti.kernel.reading.past import labels_of
from queti.kernel.writing.statements import table

if TYPE_CHECKING:
    from queti.kernel.work import Work

MOST = 10_000
SAMPLE = 20


class _OnlyTried(Exception):
    """Undoes what was tried."""


def try_bulk(
    work: Work, object: str, values: Mapping[str, Any], *, ids: Sequence[int] = (), where: str = "", search: str = ""
) -> dict[str, Any]:
    """What `change_many` would do: `{count, versions, sample: [{id, label, before, after}], problem}`.

    The change is made in full, with all rules and rights, and undone; `problem` is the
    refusal that it would meet. `versions` are for `change_many`, so that nothing that
    somebody changes in between is overwritten unseen.
    """
    rows = _rows(work, object, values, ids, where, search)
    before = {row["id"]: row for row in rows}
    after: dict[int, Mapping[str, Any]] = {}
    problem: Refusal | None = None
    try:
        with work.attempt():
            changed = work.as_person.change(object, [(id, values) for id in before]) if before else []
            after = {row["id"]: row for row in changed[:SAMPLE]}
            raise _OnlyTried
    except _OnlyTried:
        pass
    except Refusal as refusal:
        problem = refusal
    shown = list(before)[:SAMPLE]
    labels = labels_of(work, work.as_person.sight, work.object(object), shown)
    return {
        "count": len(before),
        "versions": {id: row["version"] for id, row in before.items()},
        "sample": [
            {
                "id": id,
                "label": labels.get(id, str(id)),
                "before": _only(before[id], values),
                "after": _only(after.get(id, {}), values),
            }
            for id in shown
        ],
        "problem": problem,
    }


def change_many(work: Work, object: str, values: Mapping[str, Any], versions: Mapping[int, int]) -> dict[str, Any]:
    """Give all these records these values, all or nothing; StaleVersion where one was changed since it was tried.

    Answers `{changed, work}`; by `work` it can be undone.
    """
    if len(versions) > MOST:
        raise TooManyAtOnce(many=len(versions), most=MOST)
    work.as_person.change(object, [(id, values) for id in sorted(versions)], expect=versions)
    return {"changed": len(versions), "work": str(work.id)}


def undo_many(work: Work, object: str, made: UUID, ids: Sequence[int]) -> dict[str, Any]:
    """Write back what these records held before the change that `work` names: `{brought_back, changed_since}`.

    Records that somebody has changed since stay as they are and are counted; all others go
    back together. An ordinary change with the person's rights.
    """
    found = work.object(object)
    work.as_person.seen(object)
    rows = work.rows(
        _MADE.format(schema=work.schema, table=table(found)), (object, sorted(set(ids)), made, work.who.user)
    )
    patches = {id: earlier_values(work, found, changes, set()) for id, _, changes in rows}
    with work.doing(f"{object}.bring_back"):
        work.as_person.change(
            object, [(id, patch) for id, patch in patches.items() if patch], expect={id: v for id, v, _ in rows}
        )
    return {"brought_back": len(rows), "changed_since": len(set(ids)) - len(rows)}


_MADE = """
SELECT h.record_id, h.version, h.changes FROM {schema}.kernel_history AS h JOIN {table} AS t ON t.id = h.record_id
WHERE h.object = $1 AND h.record_id = ANY($2::bigint[]) AND h.work = $3::uuid AND h.by = $4::bigint
    AND h.kind = 'changed' AND t.version = h.version ORDER BY h.record_id"""


def trash_many(work: Work, object: str, versions: Mapping[int, int]) -> int:
    """Move all these to the trash, or none; StaleVersion where one was changed since it was read."""
    if len(versions) > MOST:
        raise TooManyAtOnce(many=len(versions), most=MOST)
    return len(work.as_person.trash(object, sorted(versions), expect=versions))


def restore_many(work: Work, object: str, ids: Sequence[int]) -> int:
    """Bring all these back from the trash, or none."""
    if len(ids) > MOST:
        raise TooManyAtOnce(many=len(ids), most=MOST)
    return len(work.as_person.restore(object, sorted(set(ids))))


def _rows(
    work: Work, object: str, values: Mapping[str, Any], ids: Sequence[int], where: str, search: str
) -> list[dict[str, Any]]:
    """The wanted records that the person sees, with what they hold now."""
    guarded = work.as_person
    fields = ["id", "version", *(name for name in values if guarded.visible_paths(object, [name]))]
    wanted = sorted(set(ids))
    asked = "id in $ids" if wanted else where
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = guarded.query(
            object, asked, sort="id", fields=fields, limit=1000, after=after,
            search="" if wanted else search, params={"ids": wanted} if wanted else None,
        )  # fmt: skip
        found += page.records
        after = page.next
        if len(found) > MOST:
            raise TooManyAtOnce(many=f"> {MOST}", most=MOST)
        if after is None:
            return found


def _only(row: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in values if name in row}
