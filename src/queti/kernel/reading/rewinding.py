"""What records held at a moment that has passed, as far as their history tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.kernel.formulas.types import Path
from queti.kernel.model import Field, Object
from queti.kernel.values import FieldError

if TYPE_CHECKING:
    from queti.kernel.work import Work

Change = tuple[datetime, Mapping[str, Any]]


def held_at(work: Work, object: Object, wanted: Sequence[tuple[int, datetime]]) -> list[dict[str, Any]]:
    """Own fields of each (record, moment) that have changed since, with what they held then. One read.

    Values of lines and of computed fields over others aren't in the history of the record.
    """
    if not wanted:
        return []
    text = f"""SELECT record_id, at, changes FROM {work.schema}.kernel_history
        WHERE object = $1 AND record_id = ANY($2::bigint[]) AND at >= $3::timestamptz ORDER BY id"""
    first = min(moment for _, moment in wanted)
    since: dict[int, list[Change]] = {}
    for record, at, changes in work.rows(text, (object.name, sorted({id for id, _ in wanted}), first)):
        since.setdefault(record, []).append((at, changes))
    return [_back(object, since.get(id, ()), moment) for id, moment in wanted]


def _back(object: Object, changes: Sequence[Change], moment: datetime) -> dict[str, Any]:
    """The first change since then tells what was there."""
    held: dict[str, Any] = {}
    for at, fields in changes:
        for name, change in fields.items() if at >= moment else ():
            field = object.of_history(name)
            if field is None or not isinstance(change, list) or field.name in held or field.type.name == "encrypted":
                continue
            try:
                held[field.name] = field.read(change[0])
            except FieldError:
                continue
    return held


def is_told(work: Work, object: Object, path: Path) -> bool:
    """Does the history tell what was at the end of the path? Of links all the way, and of fields that are kept."""
    head, *rest = path
    field = object.fields.get(head)
    if field is None or not _is_kept(field):
        return False
    return not rest or (field.type.name == "link" and is_told(work, work.model.object(field.target or ""), (*rest,)))


def _is_kept(field: Field) -> bool:
    """Own fields, and formulas over nothing but own fields."""
    own = field.formula is not None and all(len(path) == 1 for path in field.formula.uses)
    return field.is_stored and (own or not field.is_computed)


def followed_at(
    work: Work, object: Object, wanted: Sequence[tuple[int, datetime]], paths: Iterable[Path]
) -> list[dict[str, Any]]:
    """Where these paths led from each (record, moment), by `link.field`; two reads an object on the way.

    What is removed since is blank. The paths are such as the history tells.
    """
    ends: dict[str, list[Path]] = {}
    for head, *rest in paths:
        ends.setdefault(head, []).append((*rest,))
    if not ends or not wanted:
        return [{} for _ in wanted]
    then = _own_at(work, object, wanted, list(ends))
    found = [{name: own[name] for name, rests in ends.items() if () in rests} for own in then]
    for name, rests in ends.items():
        if further := [path for path in rests if path]:
            _follow(work, object.fields[name], wanted, then, found, further)
    return found


def _own_at(
    work: Work, object: Object, wanted: Sequence[tuple[int, datetime]], names: Sequence[str]
) -> list[dict[str, Any]]:
    ids = sorted({id for id, _ in wanted})
    now = {row.id: row.values for row in work.find(object.name, "id in $ids", {"ids": ids}, ["id", *names])}
    blank = dict.fromkeys(names)
    return [
        {**blank, **now.get(id, {}), **held}
        for (id, _), held in zip(wanted, held_at(work, object, wanted), strict=True)
    ]  # fmt: skip


def _follow(
    work: Work, link: Field, wanted: Sequence[tuple[int, datetime]], then: Sequence[Mapping[str, Any]],
    found: Sequence[dict[str, Any]], further: Sequence[Path],
) -> None:  # fmt: skip
    """Add what lies behind the link; where it was blank, so is that."""
    led = [at for at, own in enumerate(then) if own[link.name] is not None]
    targets = [(then[at][link.name], wanted[at][1]) for at in led]
    behind = followed_at(work, work.model.object(link.target or ""), targets, further)
    for values in found:
        values |= dict.fromkeys(f"{link.name}.{'.'.join(path)}" for path in further)
    for at, values in zip(led, behind, strict=True):
        found[at].update({f"{link.name}.{path}": value for path, value in values.items()})
