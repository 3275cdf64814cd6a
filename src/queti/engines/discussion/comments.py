"""Comments on a record: seen by exactly those who see the record.

A comment never reaches anybody else: who is mentioned must see the record, and the
person who comments or is mentioned follows the record from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.engines.discussion.followers import follow
from queti.engines.discussion.subject import subject_of
from queti.kernel.errors import FieldProblem, RecordNotFound, Refusal, WrongInput
from queti.kernel.files import Kept, kept_file, not_found
from queti.kernel.people import find_people, people_of
from queti.kernel.reading.audiences import who_sees
from queti.kernel.reading.past import labels_of
from queti.kernel.writing.attending import known_files, mark_attached
from queti.kernel.writing.statements import as_json

if TYPE_CHECKING:
    from queti.kernel.person import Person
    from queti.kernel.work import Work

COMMENTED = "kernel.commented"
"""Event that tells open pages of a new, changed or removed comment; it is no business fact."""
LONGEST = 20_000
MOST_MENTIONS = 50
MOST_FILES = 20


class NotYourComment(Refusal):
    """Comment {id} is {by}'s; only who wrote it can change it."""

    zh = "评论 {id} 由 {by} 发表，只有本人可以修改。"
    kind = "forbidden"


def read_comments(work: Work, object: str, id: int, *, limit: int = 50, before: int | None = None) -> dict[str, Any]:
    """`{comments, next}`, newest first: `{id, by, by_name, at, text, mentions, files, edited_at, mine}`."""
    object, id = subject_of(work, object, id)
    rows = work.rows(
        f"SELECT id, by, at, text, mentions, files, edited_at FROM {work.schema}.kernel_comment"
        " WHERE object = $1 AND record_id = $2::bigint AND removed_at IS NULL AND ($3::bigint IS NULL OR id < $3)"
        f" ORDER BY id DESC LIMIT {limit + 1}",
        (object, id, before),
    )
    names = _names(work, [number for row in rows for number in (row[1], *row[4])])
    comments = [_shown(work, row, names) for row in rows[:limit]]
    return {"comments": comments, "next": comments[-1]["id"] if len(rows) > limit else None}


def add_comment(
    work: Work, object: str, id: int, text: str, mentions: Sequence[int] = (), files: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Say something about a record that the person sees. WrongInput when a mentioned person doesn't see it."""
    object, id = subject_of(work, object, id)
    author = _author(work)
    said = _said(text, files)
    attached = _attach(work, [each["file"] for each in files])
    mentioned = _who_may_hear(work, object, id, mentions)
    [(number,)] = work.rows(
        f"INSERT INTO {work.schema}.kernel_comment (object, record_id, by, at, text, mentions, files)"
        " VALUES ($1, $2::bigint, $3::bigint, $4, $5, $6::bigint[], $7::jsonb) RETURNING id",
        (object, id, author, work.now, said, mentioned, as_json(attached)),
    )
    follow(work, object, id, [author], seen_at=work.now)
    follow(work, object, id, mentioned)
    _tell(work, object, id)
    row = (number, author, work.now, said, mentioned, attached, None)
    return _shown(work, row, _names(work, [author, *mentioned]))


def keep_with(work: Work, object: str, id: int, by: int, file: Mapping[str, Any]) -> None:
    """A file that was made for the record, beside what people say about it; `by` is 0 where nobody asked for it."""
    mark_attached(work, [file["file"]])
    work.execute(
        f"INSERT INTO {work.schema}.kernel_comment (object, record_id, by, at, text, mentions, files)"
        " VALUES ($1, $2::bigint, $3::bigint, $4, '', '{}', $5::jsonb)",
        (object, id, by, work.now, as_json([dict(file)])),
    )
    _tell(work, object, id)


def change_comment(work: Work, comment: int, text: str, mentions: Sequence[int] = ()) -> dict[str, Any]:
    """The author says it otherwise; that it was changed stays to be seen."""
    object, id, files = _own(work, comment)
    said = _said(text, files)
    mentioned = _who_may_hear(work, object, id, mentions)
    [(at,)] = work.rows(
        f"UPDATE {work.schema}.kernel_comment SET text = $2, mentions = $3::bigint[], edited_at = $4"
        " WHERE id = $1::bigint RETURNING at",
        (comment, said, mentioned, work.now),
    )
    follow(work, object, id, mentioned)
    _tell(work, object, id)
    row = (comment, work.who.user, at, said, mentioned, files, work.now)
    return _shown(work, row, _names(work, [_author(work), *mentioned]))


def remove_comment(work: Work, comment: int) -> None:
    """The author takes it back; an administrator may too."""
    object, id, _ = _own(work, comment, or_administrator=True)
    work.execute(f"UPDATE {work.schema}.kernel_comment SET removed_at = $2 WHERE id = $1::bigint", (comment, work.now))
    _tell(work, object, id)


def whom_to_mention(work: Work, object: str, id: int, query: str, limit: int = 10) -> list[dict[str, Any]]:
    """`[{id, name, login}]`: active people who see the record and whose name or login fits."""
    object, id = subject_of(work, object, id)
    wanted = query.strip().casefold()
    people = [
        person
        for person in find_people(work, active=True)
        if wanted in person.name.casefold() or wanted in person.login.casefold()
    ]
    seen = who_sees(work, people, object, [id])
    may = [person for person, ids in seen.items() if ids]
    may.sort(key=lambda person: person.name)
    return [{"id": person.user, "name": person.name, "login": person.login} for person in may[:limit]]


def files_of(work: Work, object: str, id: int, *, limit: int = 200) -> list[dict[str, Any]]:
    """`[{comment, by_name, at, file, name, size, type}]`: all that came with comments, newest first."""
    object, id = subject_of(work, object, id)
    rows = work.rows(
        f"SELECT c.id, c.by, c.at, f.value FROM {work.schema}.kernel_comment AS c, jsonb_array_elements(c.files) AS f"
        " WHERE c.object = $1 AND c.record_id = $2::bigint AND c.removed_at IS NULL"
        f" ORDER BY c.id DESC LIMIT {limit}",
        (object, id),
    )
    names = _names(work, [by for _, by, _, _ in rows])
    return [{"comment": comment, "by_name": names.get(by, ""), "at": at, **file} for comment, by, at, file in rows]


def comment_file(work: Work, comment: int, file: int) -> Kept:
    """A file that came with a comment, for whoever reads the comment; RecordNotFound."""
    rows = work.rows(
        f"SELECT object, record_id, files FROM {work.schema}.kernel_comment"
        " WHERE id = $1::bigint AND removed_at IS NULL",
        (comment,),
    )
    for object, id, files in rows:
        work.as_person.look_at(object, id)
        if any(entry["file"] == file for entry in files):
            return kept_file(work, file)
    raise not_found(file)


def _attach(work: Work, files: Sequence[int]) -> list[dict[str, Any]]:
    """What the comment holds of the person's own uploads; WrongInput for others."""
    known = known_files(work, files)
    strange = [file for file in files if known.get(file, {}).get("uploaded_by") != work.who.user]
    if strange:
        listed = ", ".join(map(str, strange))
        raise _wrong("files", "not_found", f"You uploaded no file {listed}.", f"您没有上传文件 {listed}。")
    mark_attached(work, files)
    return [{"file": file, **{key: known[file][key] for key in ("name", "size", "type")}} for file in files]


def _author(work: Work) -> int:
    if work.who.user is None:
        raise RecordNotFound(what={"en": "person", "zh": "用户"}, id=work.who.name)
    return work.who.user


def _said(text: str, files: Sequence[Any]) -> str:
    said = text.strip()
    if not said and not files:
        raise _wrong("text", "required", "Say something, or attach a file.", "请填写内容或添加附件。")
    if len(said) > LONGEST:
        raise _wrong("text", "too_long", f"At most {LONGEST} characters.", f"最多 {LONGEST} 个字符。")
    if len(files) > MOST_FILES:
        raise _wrong("files", "too_many", f"At most {MOST_FILES} files.", f"最多 {MOST_FILES} 个文件。")
    return said


def _who_may_hear(work: Work, object: str, id: int, mentions: Sequence[int]) -> list[int]:
    """The mentioned people, all of whom see the record; WrongInput names the others."""
    wanted = sorted(set(mentions))
    if len(wanted) > MOST_MENTIONS:
        raise _wrong("mentions", "too_many", f"At most {MOST_MENTIONS} people.", f"最多提及 {MOST_MENTIONS} 人。")
    if not wanted:
        return []
    people = people_of(work, wanted)
    seen = who_sees(work, people, object, [id])
    blind = [person for person in people if id not in seen[person]]
    if blind:
        names = _listed(blind)
        raise _wrong(
            "mentions",
            "out_of_sight",
            f"{names} may not see this record, and so would not hear of it.",
            f"{names} 无权查看该记录，无法提及。",
        )
    return wanted


def _listed(people: Sequence[Person]) -> str:
    return ", ".join(person.name or person.login for person in people)


def _own(work: Work, comment: int, *, or_administrator: bool = False) -> tuple[str, int, list[Any]]:
    rows = work.rows(
        f"SELECT object, record_id, by, files FROM {work.schema}.kernel_comment"
        " WHERE id = $1::bigint AND removed_at IS NULL FOR UPDATE",
        (comment,),
    )
    if not rows:
        raise RecordNotFound(what={"en": "comment", "zh": "评论"}, id=comment)
    object, id, by, files = rows[0]
    work.as_person.look_at(object, id)
    if by != work.who.user and not (or_administrator and work.who.administers):
        raise NotYourComment(id=comment, by=_names(work, [by]).get(by, ""))
    return object, id, files


def _tell(work: Work, object: str, id: int) -> None:
    work.journal.tell(work, COMMENTED, object, id, 0, {})


def _names(work: Work, people: Sequence[int]) -> Mapping[int, str]:
    """Who speaks is told to all who may hear it."""
    return labels_of(work, None, work.object("base.user"), people)


def _shown(work: Work, row: Sequence[Any], names: Mapping[int, str]) -> dict[str, Any]:
    id, by, at, text, mentions, files, edited_at = row
    edited: datetime | None = edited_at
    return {
        "id": id,
        "by": by,
        "by_name": names.get(by, ""),
        "at": at,
        "text": text,
        "mentions": [{"id": person, "name": names.get(person, "")} for person in mentions],
        "files": files,
        "edited_at": edited,
        "mine": by == work.who.user,
    }


def _wrong(path: str, code: str, en: str, zh: str) -> WrongInput:
    return WrongInput(summary={"en": en, "zh": zh}, fields=[FieldProblem(path, code, en, zh)])
