"""Taking an import back: what it made goes into the trash, what it changed is as it was before.

What somebody has changed since is named and nothing is done, or it is left and the rest goes
back. What somebody put into the trash already stays there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.engines.imports.refusals import CannotUndoImport
from queti.engines.upkeep.earlier import earlier_values
from queti.kernel.errors import StillUsed
from queti.kernel.reading.past import labels_of
from queti.kernel.writing.statements import alive, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

Left = dict[str, list[int]]
"""Object → records that were not taken back."""
AT_ONCE = 5_000
SHOWN = 10
"""Records that a refusal names."""


def take_back(work: Work, number: int, made: Mapping[str, Any], *, keep_changed: bool) -> Left:
    """Raises CannotUndoImport where somebody has built on it, unless that is to be kept; answers what is left."""
    with work.doing(f"import {number}"):
        return _Undoing(work, number, made, keep_changed=keep_changed).run()


class _Undoing:
    def __init__(self, work: Work, number: int, made: Mapping[str, Any], *, keep_changed: bool) -> None:
        self.work = work
        self.number = number
        self.made = made
        self.keep_changed = keep_changed
        self.left: Left = {}

    def run(self) -> Left:
        """Changes first: they may link to what was made."""
        for name, ids in _parts(self._changed()):
            self._bring_back(name, ids)
        for name, ids in _parts(self.made.get("created", {})):
            self._remove(name, ids)
        for name, ids in _parts(self.made.get("links", {})):
            self._remove(name, ids)
        return self.left

    # -- what was changed

    def _changed(self) -> Left:
        """Without what it made itself, and changed by a later row."""
        changed, created = self.made.get("changed", {}), self.made.get("created", {})
        return {name: sorted(set(ids) - set(created.get(name, ()))) for name, ids in changed.items()}

    def _bring_back(self, name: str, ids: Sequence[int]) -> None:
        """The oldest of a record's values that the import overwrote is the last to be written."""
        object, work = self.work.model.object(name), self.work
        text = _CHANGED.format(schema=work.schema, table=table(object), alive=alive(object))
        rows = work.rows(text, (name, list(ids), f"import {self.number}"))
        self._leave(name, [id for id, _, is_last in rows if not is_last])
        steps = [(id, changes) for id, changes, is_last in rows if is_last]
        depth = 0
        while steps := [(id, changes) for id, changes in steps if len(changes) > depth]:
            values = [(id, earlier_values(work, object, changes[depth], set(), added=True)) for id, changes in steps]
            work.as_person.change(name, [(id, patch) for id, patch in values if patch])
            depth += 1

    # -- what was made

    def _remove(self, name: str, ids: Sequence[int]) -> None:
        versions = self.made.get("versions", {}).get(name, {})
        there = self.work.find(name, "id in $ids", {"ids": list(ids)}, ["id", "version"], lock=True)
        same = {each.id: each.version for each in there if each.version == versions.get(str(each.id), 1)}
        self._leave(name, [each.id for each in there if each.id not in same])
        self._trash(name, same)

    def _trash(self, name: str, versions: Mapping[int, int]) -> None:
        """What others name by now is among what is left; it is found by halves."""
        if not versions:
            return
        try:
            with self.work.attempt():
                self.work.as_person.trash(name, list(versions), expect=versions)
        except StillUsed:
            if not self.keep_changed:
                raise
            if len(versions) == 1:
                self._leave(name, list(versions))
                return
            items, middle = list(versions.items()), len(versions) // 2
            self._trash(name, dict(items[:middle]))
            self._trash(name, dict(items[middle:]))

    # -- what stays

    def _leave(self, name: str, ids: Sequence[int]) -> None:
        if not ids:
            return
        if not self.keep_changed:
            raise CannotUndoImport(id=self.number, reason=self._told(name, ids))
        self.left.setdefault(name, []).extend(ids)

    def _told(self, name: str, ids: Sequence[int]) -> dict[str, str]:
        known = labels_of(self.work, self.work.as_person.sight, self.work.model.object(name), ids[:SHOWN])
        names = [known.get(id) or str(id) for id in ids[:SHOWN]]
        more = {"en": f" and {len(ids) - SHOWN} more", "zh": f" 等 {len(ids)} 条"} if len(ids) > SHOWN else {}
        return {
            "en": f"these were changed since: {', '.join(names)}{more.get('en', '')}.",
            "zh": f"以下记录之后已被修改：{'、'.join(names)}{more.get('zh', '')}。",
        }


_CHANGED = """
SELECT t.id, jsonb_agg(h.changes ORDER BY h.version DESC),
    max(h.version) = t.version AND count(*) = max(h.version) - min(h.version) + 1
FROM {schema}.kernel_history AS h JOIN {table} AS t ON t.id = h.record_id
WHERE h.object = $1 AND h.record_id = ANY($2::bigint[]) AND h.operation = $3 AND h.kind = 'changed'{alive}
GROUP BY t.id, t.version ORDER BY t.id"""
"""(record, what the import changed with the newest first, is nothing newer than that)"""


def _parts(ids: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, Sequence[int]]]:
    """An object's records, AT_ONCE of them."""
    for name, several in ids.items():
        for start in range(0, len(several), AT_ONCE):
            yield name, several[start : start + AT_ONCE]
