"""Two or more records that are the same become one, and can be parted again.

One record is kept. It takes chosen values of the others and copies of their lines; what
links to the others links to it; the others go to the trash. What happened is kept, so
that parting brings everything back that nobody has changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from queti.engines.upkeep.refusals import NothingToUnite, PostedRecords, TooManyAtOnce, TooManyLinks, UnionUndone
from queti.kernel.errors import RecordNotFound
from queti.kernel.model import Field, Object
from queti.kernel.reading import showing
from queti.kernel.reading.past import labels_of
from queti.kernel.writing.changing import Patch
from queti.kernel.writing.statements import alive, column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work

MOST = 50
"""Records that one absorbs at once."""
MOST_LINKS = 10_000
"""Records whose links are led over in one union, which is one transaction."""
Links = dict[str, dict[int, int]]
"""`object.field` → record that links → what it linked to."""
Led = dict[str, dict[int, tuple[int, int]]]
"""`object.field` → record that links → what it linked to, and what it links to now."""


@dataclass(slots=True)
class _Found:
    """What leads to the records that are absorbed."""

    links: Links = field(default_factory=Links)
    posted: dict[str, set[int]] = field(default_factory=dict[str, "set[int]"])
    """Append-only object → absorbed records that its records name."""


@dataclass(slots=True)
class _Copies:
    """Lines of the absorbed records, by their list: what they were, and what a copy of each holds."""

    ids: list[int] = field(default_factory=list[int])
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def preview_union(work: Work, object: str, keep: int, others: Sequence[int], take: Mapping[str, int]) -> dict[str, Any]:
    """What `unite` would do, nothing written: `{values, links: [{object, label, count}], lines, posted}`.

    `posted` counts records that can't be changed and stand in the way.
    """
    found, absorbed = _chosen(work, object, keep, others)
    looked = _look(work, found, absorbed)
    return {
        "values": _taken(work, found, keep, absorbed, take),
        "links": [
            {"object": name, "label": _label(work, name), "count": count}
            for name, count in _counts(_seen_links(work, looked.links)).items()
        ],
        "lines": {name: len(copies.rows) for name, copies in _lines_of(work, found, absorbed).items()},
        "posted": [
            {"object": name, "label": _label(work, name), "records": sorted(ids)} for name, ids in looked.posted.items()
        ],
    }


def unite(
    work: Work,
    object: str,
    keep: int,
    others: Sequence[int],
    take: Mapping[str, int] | None = None,
    expect: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """`keep` absorbs `others`; `take` names, by field, the record whose value it gets. Answers `{union, record}`.

    The person needs the rights to change the one and to remove the others; links are led over
    wherever they stand. PostedRecords where a record that can't be changed names one of `others`.
    """
    found, absorbed = _chosen(work, object, keep, others)
    guarded, versions = work.as_person, dict(expect or {})
    _refuse_many(work, found, absorbed)
    with work.doing(f"{object}.unite"):
        guarded.change(object, [(keep, {})], expect={id: v for id, v in versions.items() if id == keep})
        values = _taken(work, found, keep, absorbed, take or {})
        before = {name: guarded.fetch(object, keep).get(name) for name in values}
        copies = _lines_of(work, found, absorbed)
        looked = _look(work, found, absorbed)
        _refuse_posted(work, found, looked)
        led = _lead_over(work, looked.links, dict.fromkeys(absorbed, keep))
        added, led_lines = _take_lines(work, found, keep, copies)
        guarded.trash(object, absorbed, expect={id: versions[id] for id in absorbed if id in versions})
        kept = guarded.change(object, [(keep, values)])[0]
    moved = {"links": led | led_lines, "lines": added}
    told = {"before": before, "after": {name: kept.get(name) for name in values}}
    [(number,)] = work.rows(
        f"INSERT INTO {work.schema}.kernel_union (object, kept, others, by, at, before, moved)"
        " VALUES ($1, $2::bigint, $3::bigint[], $4::bigint, $5, $6::jsonb, $7::jsonb) RETURNING id",
        (
            object,
            keep,
            absorbed,
            work.who.user,
            work.now,
            _json(told),
            _json(moved),
        ),
    )
    return {"union": number, "record": kept}


def part(work: Work, object: str, union: int) -> dict[str, Any]:
    """Undo a union: the others come back, with the links that still lead to the kept record.

    Values and links that somebody has changed since stay as they are: `{record, restored, kept_as_is}`.
    """
    guarded = work.as_person
    found = guarded.seen(object)
    keep, others, undone_at, values, moved = _read_union(work, object, union)
    if keep not in guarded.visible(object, [keep]):
        raise _no_union(union)
    if undone_at is not None:
        raise UnionUndone(moment=f"{undone_at:%Y-%m-%d %H:%M}")
    with work.doing(f"{object}.part"):
        now = guarded.fetch(object, keep)
        untouched = {name: old for name, old in values["before"].items() if now.get(name) == values["after"].get(name)}
        guarded.change(object, [(keep, untouched)])
        guarded.restore(object, others)
        _lead_back(work, moved["links"])
        guarded.change(object, [(keep, _without_copies(found, now, moved["lines"]))])
    work.execute(f"UPDATE {work.schema}.kernel_union SET undone_at = $2 WHERE id = $1::bigint", (union, work.now))
    return {
        "record": guarded.fetch(object, keep),
        "restored": others,
        "kept_as_is": sorted(values["before"].keys() - untouched.keys()),
    }


def unions_of(work: Work, object: str, id: int) -> list[dict[str, Any]]:
    """`[{union, kept, others, at, by_name, undone_at}]` that the record took part in, newest first."""
    work.as_person.fetch(object, id)
    rows = work.rows(
        f"SELECT id, kept, others, at, by, undone_at FROM {work.schema}.kernel_union"
        " WHERE object = $1 AND (kept = $2::bigint OR $2::bigint = ANY (others)) ORDER BY id DESC LIMIT 50",
        (object, id),
    )
    names = labels_of(work, None, work.object("base.user"), [row[4] for row in rows if row[4] is not None])
    return [
        {"union": union, "kept": kept, "others": others, "at": at, "by_name": names.get(by, ""), "undone_at": undone}
        for union, kept, others, at, by, undone in rows
    ]


def _chosen(work: Work, object: str, keep: int, others: Sequence[int]) -> tuple[Object, list[int]]:
    absorbed = sorted(set(others) - {keep})
    if not absorbed:
        raise NothingToUnite(many=len({keep, *others}))
    if len(absorbed) > MOST:
        raise TooManyAtOnce(many=len(absorbed), most=MOST)
    found, sight = work.as_person.seen(object), work.as_person.sight
    if sight is not None:
        for verb in ("change", "remove"):
            sight.of(found).refuse_unless(verb)
    _shown(work, found, [keep, *absorbed])
    return found, absorbed


def _shown(work: Work, object: Object, ids: Sequence[int]) -> list[dict[str, Any]]:
    return showing.show(work, work.as_person.sight, object, ids, "without")


def _taken(work: Work, object: Object, keep: int, absorbed: Sequence[int], take: Mapping[str, int]) -> dict[str, Any]:
    """The values that the kept record gets: those chosen, as far as the person sees and may write them."""
    writable = work.as_person.writable(object.name)
    chosen = {name: id for name, id in take.items() if id != keep and name in writable and name not in object.lines}
    wanted = sorted(set(chosen.values()))
    unknown = set(wanted) - set(absorbed)
    if unknown:
        raise RecordNotFound(what=object.definition.label or object.name, id=min(unknown))
    shown = dict(zip(wanted, _shown(work, object, wanted), strict=True)) if wanted else {}
    return {name: shown[id].get(name) for name, id in chosen.items()}


def _lines_of(work: Work, object: Object, absorbed: Sequence[int]) -> dict[str, _Copies]:
    """Copies of the lines of the absorbed records, as far as the person sees and may write them."""
    guarded = work.as_person
    writable = guarded.writable(object.name)
    records = _shown(work, object, absorbed)
    copies: dict[str, _Copies] = {}
    for name, entry in object.lines.items():
        inputs = guarded.writable(entry.target or "", "create")
        lines = [line for record in records for line in record.get(name) or ()] if name in writable else []
        if lines:
            rows = [{key: value for key, value in line.items() if key in inputs} for line in lines]
            copies[name] = _Copies([line["id"] for line in lines], rows)
    return copies


def _take_lines(
    work: Work, object: Object, keep: int, copies: Mapping[str, _Copies]
) -> tuple[dict[str, list[int]], Led]:
    """Add the copies to the kept record, and lead links to the lines over to them."""
    added: dict[str, list[int]] = {}
    led: Led = {}
    if not copies:
        return added, led
    patches = {name: Patch(add=each.rows) for name, each in copies.items()}
    record = work.as_person.change(object.name, [(keep, patches)])[0]
    for name, each in copies.items():
        added[name] = [line["id"] for line in record[name]][-len(each.rows) :]
        looked = _look(work, work.object(object.lines[name].target or ""), each.ids)
        led |= _lead_over(work, looked.links, dict(zip(each.ids, added[name], strict=True)))
    return added, led


def _look(work: Work, object: Object, absorbed: Sequence[int]) -> _Found:
    """Everything that links to the absorbed records; one query a link field."""
    looked = _Found()
    for link in _links_to(work, object):
        owner, name = link.object, column(link.object, link.name)
        rows = work.rows(
            f"SELECT t.id, t.{name} FROM {table(owner)} AS t"
            f" WHERE t.{name} = ANY($1::bigint[]){alive(owner)} ORDER BY t.id",
            (list(absorbed),),
        )
        if rows and owner.append_only:
            looked.posted.setdefault(owner.name, set()).update(target for _, target in rows)
        elif rows:
            looked.links[f"{owner.name}.{link.name}"] = dict(rows)
    return looked


def _refuse_many(work: Work, object: Object, absorbed: Sequence[int]) -> None:
    """Counted before anything is written or read as a whole: links to the records and to their lines."""
    many = _count_links(work, object, absorbed)
    for entry in object.lines.values():
        child = work.object(entry.target or "")
        parent = column(child, child.definition.parent_field)
        lines = work.column(
            f"SELECT t.id FROM {table(child)} AS t WHERE t.{parent} = ANY($1::bigint[])", (list(absorbed),)
        )
        many += _count_links(work, child, lines)
    if many > MOST_LINKS:
        raise TooManyLinks(many=many, most=MOST_LINKS)


def _count_links(work: Work, object: Object, ids: Sequence[int]) -> int:
    counts = [
        f"(SELECT count(*) FROM {table(link.object)} AS t"
        f" WHERE t.{column(link.object, link.name)} = ANY($1::bigint[]){alive(link.object)})"
        for link in _links_to(work, object)
        if not link.object.append_only
    ]
    return work.column(f"SELECT {' + '.join(counts)}", (list(ids),))[0] if counts and ids else 0


def _links_to(work: Work, object: Object) -> Iterator[Field]:
    for other in work.model.objects.values():
        for entry in other.stored:
            is_parent = other.is_lines and entry.name == other.definition.parent_field
            if entry.target == object.name and not (is_parent or entry.is_system or entry.is_computed):
                yield entry


def _refuse_posted(work: Work, object: Object, looked: _Found) -> None:
    if not looked.posted:
        return
    id = min(next(iter(looked.posted.values())))
    labels = labels_of(work, work.as_person.sight, object, [id])
    names = {language: ", ".join(_label(work, name, language) for name in looked.posted) for language in ("en", "zh")}
    raise PostedRecords(what=object.definition.label or object.name, title=labels.get(id, str(id)), users=names)


def _lead_over(work: Work, links: Links, to: Mapping[int, int]) -> Led:
    for place, rows in links.items():
        owner, _, name = place.rpartition(".")
        work.change(owner, [(id, {name: to[target]}) for id, target in rows.items()])
    return {place: {id: (target, to[target]) for id, target in rows.items()} for place, rows in links.items()}


def _lead_back(work: Work, led: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
    """The links that nobody has led elsewhere since."""
    for place, rows in led.items():
        owner, _, name = place.rpartition(".")
        known = work.model.objects.get(owner)
        if known is None or name not in known.fields:
            continue
        there = work.rows(
            f"SELECT t.id, t.{column(known, name)} FROM {table(known)} AS t"
            f" WHERE t.id = ANY($1::bigint[]){alive(known)} ORDER BY t.id",
            ([int(id) for id in rows],),
        )
        work.change(owner, [(id, {name: rows[str(id)][0]}) for id, now in there if now == rows[str(id)][1]])


def _without_copies(object: Object, now: Mapping[str, Any], copies: Mapping[str, Sequence[int]]) -> dict[str, Patch]:
    patches: dict[str, Patch] = {}
    for name, ids in copies.items():
        there = [line["id"] for line in now.get(name) or () if line["id"] in set(ids)]
        if there and name in object.lines:
            patches[name] = Patch(remove=there)
    return patches


def _read_union(
    work: Work, object: str, union: int
) -> tuple[int, list[int], datetime | None, dict[str, Any], dict[str, Any]]:
    rows = work.rows(
        f"SELECT kept, others, undone_at, before, moved FROM {work.schema}.kernel_union"
        " WHERE id = $1::bigint AND object = $2 FOR UPDATE",
        (union, object),
    )
    if not rows:
        raise _no_union(union)
    keep, others, undone_at, before, moved = rows[0]
    return keep, others, undone_at, before, moved


def _no_union(union: int) -> RecordNotFound:
    return RecordNotFound(what={"en": "union", "zh": "合并记录"}, id=union)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def _seen_links(work: Work, links: Links) -> Links:
    """Those from records that the person sees: of the others not even their number is told."""
    sight = work.as_person.sight
    shown = {place: rows for place, rows in links.items() if sight is None or sight.sees(place.rpartition(".")[0])}
    seen = {place: work.as_person.visible(place.rpartition(".")[0], list(rows)) for place, rows in shown.items()}
    return {place: {id: shown[place][id] for id in ids} for place, ids in seen.items() if ids}


def _counts(links: Links) -> dict[str, int]:
    counts: dict[str, int] = {}
    for place, rows in links.items():
        owner = place.rpartition(".")[0]
        counts[owner] = counts.get(owner, 0) + len(rows)
    return counts


def _label(work: Work, name: str, language: str | None = None) -> str:
    label = work.object(name).definition.label
    return label.get(language or work.language) or label.get("en") or name
