"""Following records: what happened to them since one last looked.

Nothing is written when a record changes. What is new is asked of the history and the
comments when somebody opens the list, record by record that they follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from queti.engines.printing.format import in_language, show
from queti.kernel.reading.past import labels_of, title_of

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

MOST_NEWS = 200


def follow(work: Work, object: str, id: int, people: Sequence[int], *, seen_at: datetime | None = None) -> None:
    """These people follow the record. Those who do already keep what they have seen, unless `seen_at` is later."""
    follow_each(work, object, [(id, person) for person in people], seen_at=seen_at)


def follow_each(work: Work, object: str, pairs: Iterable[tuple[int, int]], *, seen_at: datetime | None = None) -> None:
    """As `follow`, of many records: (record, person)."""
    unique = sorted(set(pairs))
    if not unique:
        return
    # Who is new has seen nothing of this Work: its comments and changes carry its moment.
    work.execute(
        f"INSERT INTO {work.schema}.kernel_follower AS known (person, object, record_id, seen_at)"
        " SELECT person, $3, record, coalesce($4::timestamptz, $5::timestamptz - interval '1 microsecond')"
        " FROM unnest($1::bigint[], $2::bigint[]) AS pair (record, person) ORDER BY record, person"
        " ON CONFLICT (object, record_id, person) DO UPDATE SET seen_at = greatest(known.seen_at, $4)"
        " WHERE $4::timestamptz IS NOT NULL",
        ([record for record, _ in unique], [person for _, person in unique], object, seen_at, work.now),
    )


def unfollow(work: Work, object: str, id: int) -> None:
    work.execute(
        f"DELETE FROM {work.schema}.kernel_follower"
        " WHERE object = $1 AND record_id = $2::bigint AND person = $3::bigint",
        (object, id, work.who.user),
    )


def note_seen(work: Work, object: str, id: int) -> None:
    """The person has looked at the record; of those who don't follow nothing is kept."""
    work.execute(
        f"UPDATE {work.schema}.kernel_follower SET seen_at = $4"
        " WHERE object = $1 AND record_id = $2::bigint AND person = $3::bigint AND seen_at < $4",
        (object, id, work.who.user, work.now),
    )


def note_all_seen(work: Work, until: datetime) -> None:
    """The person knows of everything up to that moment; what comes later is news."""
    work.execute(
        f"UPDATE {work.schema}.kernel_follower SET seen_at = $2 WHERE person = $1::bigint AND seen_at < $2",
        (work.who.user, min(until, work.now)),
    )


def followers_of(work: Work, object: str, id: int) -> dict[str, Any]:
    """`{followers: [{id, name}], following}`."""
    people = work.column(
        f"SELECT person FROM {work.schema}.kernel_follower WHERE object = $1 AND record_id = $2::bigint",
        (object, id),
    )
    names = labels_of(work, None, work.object("base.user"), people)
    followers = sorted(({"id": id, "name": name} for id, name in names.items()), key=lambda one: one["name"])
    return {"followers": followers, "following": work.who.user in people}


def news_of(work: Work) -> dict[str, Any]:
    """What others did to records that the person follows, since it last looked at each; the latest first.

    `{news: [{object, id, label, object_label, act, changes, comments, mentioned, at, by_name, text}], unread}`;
    `act` is the latest change in words, `text` the latest comment or what that change made of the fields that
    stand in lists. One query, and one an object. Records out of sight are
    left out, however long they have been followed, and so are changes of fields that the person sees nowhere.
    """
    guarded = work.as_person
    fields = msgspec.json.encode(_seen_fields(work)).decode()
    rows = work.rows(_NEWS.format(schema=work.schema, limit=MOST_NEWS), (work.who.user, fields))
    seen: dict[str, dict[int, str]] = {}
    by_object: dict[str, list[int]] = {}
    for object, id, *_ in rows:
        by_object.setdefault(object, []).append(id)
    for object, ids in by_object.items():
        known = work.model.objects.get(object)
        if known is not None and guarded.rights.sees(known):
            seen[object] = labels_of(work, guarded.sight, known, ids)
    names = labels_of(work, None, work.object("base.user"), [row[6] for row in rows if row[6] is not None])
    news = [
        {
            "object": object,
            "object_label": _in(work, object),
            "id": id,
            "label": seen[object][id],
            "act": title_of(work, kind, operation) if kind else "",
            "changes": changes,
            "comments": comments,
            "mentioned": mentioned,
            "at": at,
            "by_name": names.get(by, ""),
            "text": text or _told(work, object, latest or {}),
        }
        for object, id, changes, comments, mentioned, at, by, text, kind, operation, latest in rows
        if id in seen.get(object, {})
    ]
    return {"news": news, "unread": len(news)}


def _told(work: Work, name: str, changes: Mapping[str, Any]) -> str:
    """`Promised on 2026-12-24 · Waiting for goods 4`."""
    return " · ".join(_changed(work, work.object(name), changes))


def _changed(work: Work, object: Object, changes: Mapping[str, Any]) -> Iterator[str]:
    guarded = work.as_person
    for name, change in changes.items():
        field = object.of_history(name)
        if field is None or not field.definition.in_list or field.type.name in ("link", "lines"):
            continue
        if guarded.sight is None or guarded.sight.of(object).always_shows(field.name):
            label = in_language(field.definition.label, work.language) or field.name
            yield f"{label} {show(change[1], field.definition, work.language, ZoneInfo(work.timezone)) or '–'}"


def _seen_fields(work: Work) -> dict[str, list[str]]:
    """By object that the person sees: its fields that the person sees, as the history calls them."""
    guarded = work.as_person
    return {
        name: [
            each.in_history
            for each in object.fields.values()
            if guarded.sight is None or each.name in guarded.sight.of(object).fields
        ]
        for name, object in work.model.objects.items()
        if guarded.rights.sees(object)
    }


_NEWS = """
SELECT f.object, f.record_id, coalesce(h.many, 0), coalesce(c.many, 0), coalesce(c.mentioned, false),
    greatest(h.at, c.at), CASE WHEN c.at IS NULL OR h.at > c.at THEN h.by ELSE c.by END, c.text,
    h.act[1][1], h.act[1][2], CASE WHEN h.act[1][1] = 'changed' THEN h.latest END
FROM {schema}.kernel_follower AS f
LEFT JOIN LATERAL (
    SELECT count(*) AS many, max(at) AS at, (array_agg(by ORDER BY id DESC))[1] AS by,
        (array_agg(ARRAY[kind, operation] ORDER BY id DESC))[1:1] AS act,
        (array_agg(changes ORDER BY id DESC))[1] AS latest FROM {schema}.kernel_history
    WHERE object = f.object AND record_id = f.record_id AND at > f.seen_at AND by IS DISTINCT FROM f.person
        AND (kind <> 'changed'
            OR jsonb_exists_any(changes, ARRAY(SELECT jsonb_array_elements_text($2::jsonb -> f.object))))
) AS h ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS many, max(at) AS at, bool_or(f.person = ANY (mentions)) AS mentioned,
        (array_agg(by ORDER BY id DESC))[1] AS by, (array_agg(left(text, 200) ORDER BY id DESC))[1] AS text
    FROM {schema}.kernel_comment
    WHERE object = f.object AND record_id = f.record_id AND removed_at IS NULL AND by <> f.person
        AND coalesce(edited_at, at) > f.seen_at
) AS c ON true
WHERE f.person = $1::bigint AND NOT f.is_muted AND (h.many > 0 OR c.many > 0)
ORDER BY greatest(h.at, c.at) DESC LIMIT {limit}"""


def _in(work: Work, object: str) -> str:
    label = work.object(object).definition.label
    return label.get(work.language) or label.get("en") or object
