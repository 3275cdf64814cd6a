"""What a Work has locked, and what it therefore knows without reading it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from queti.kernel.model import Object
from queti.kernel.record import Record
from queti.kernel.writing.statements import stored_names

Values = dict[str, Any]
Place = tuple[str, int]
"""(object, id)."""

_NO_LISTS: Mapping[str, Object] = {}
_MOST = 1000
"""Records remembered: a bulk of rows is not read again."""


@dataclass(slots=True)
class Known:
    """A locked record's stored values, and the rows of those of its lists that were read."""

    values: Values
    lists: dict[str, list[Values]] = field(default_factory=dict[str, list[Values]])


class Held:
    """Locked records stay as they are but for what the Work itself writes."""

    def __init__(self) -> None:
        self._locked: set[Place] = set()
        self._known: dict[Place, Known] = {}
        self._kept: set[Place] = set()
        self._watched: dict[Place, list[Any]] = {}
        self.doubtful: dict[str, dict[int, str]] = {}
        """By object: records that were linked to, each with the link's path, which may be in the trash."""

    def lock(self, object: str, ids: Iterable[int]) -> None:
        """These records are locked until the commit."""
        self._locked.update((object, id) for id in ids)

    def has(self, object: str, ids: Iterable[int]) -> bool:
        return all((object, id) in self._locked for id in ids)

    def keep(self, object: str, ids: Iterable[int]) -> None:
        """These records are there and can't go to the trash until the commit."""
        self._kept.update((object, id) for id in ids)

    def keeps(self, object: str, id: int) -> bool:
        return (object, id) in self._kept or (object, id) in self._known

    def learn(self, object: Object, values: Mapping[str, Any], lists: Mapping[str, Object] = _NO_LISTS) -> None:
        """The locked record's values; they hold all that is stored, and so do the rows of `lists`."""
        place = (object.name, values["id"])
        if place in self._known or len(self._known) < _MOST:
            known = self._known.setdefault(place, Known({}))
            known.values = {name: values[name] for name in stored_names(object)}
            for name, child in lists.items():
                names = stored_names(child)
                known.lists[name] = [{each: row[each] for each in names} for row in values[name]]

    def known(self, object: str, id: int) -> Known | None:
        return self._known.get((object, id))

    def forget(self, object: str, ids: Iterable[int] | None = None) -> None:
        """Something else wrote these records; all of the object without `ids`."""
        for place in list(self._known) if ids is None else [(object, id) for id in ids]:
            if place[0] == object:
                self._known.pop(place, None)
        self._kept -= {place for place in self._kept if place[0] == object and (ids is None or place[1] in ids)}

    def watch(self, object: str, rows: Iterable[Any]) -> None:
        """Values of these rows follow what derived writes make of them."""
        for row in rows:
            self._watched.setdefault((object, row["id"]), []).append(row)

    def renew(self, object: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Derived writes made these values: `(id, *values of names)`."""
        if self._watched or self._known:
            for id, *values in rows:
                fresh = dict(zip(names, values, strict=True))
                for row in self._watched.get((object, id), ()):
                    _values(row).update(fresh)
                if (object, id) in self._known:
                    self._known[object, id].values.update(fresh)

    def copy(self) -> Held:
        """For a savepoint: what is locked later is let go with it."""
        copied = Held()
        copied._locked = set(self._locked)
        copied._kept = set(self._kept)
        copied._watched = dict(self._watched)
        return copied


def _values(row: Any) -> Any:
    return row.values if isinstance(row, Record) else row
