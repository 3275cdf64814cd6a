"""Suggestions: what anybody would change, as a draft that belongs to the builders and names its proposer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from queti.kernel.errors import Refusal
from queti.kernel.publishing.ddl import execute
from queti.kernel.publishing.drafts import (
    Change,
    Draft,
    change_draft,
    create_draft,
    draft_table,
    find_draft,
    refuse_closed,
    select_drafts,
)

if TYPE_CHECKING:
    from queti.kernel.work import Work

LONGEST_TITLE = 80
MOST_OPEN = 50

Fate = Literal["open", "merged", "published", "declined"]


class TooManySuggestions(Refusal):
    """{count} of your suggestions wait for an answer already; ask a builder to look at them first."""

    zh = "您已有 {count} 条建议等待答复，请先联系搭建者处理。"
    kind = "too_many"


class NotASuggestion(Refusal):
    """Draft {draft} was not suggested by anybody; discard it instead."""

    zh = "草稿 {draft} 不是建议，请直接放弃该草稿。"
    kind = "conflict"


def suggest(work: Work, text: str, about: Mapping[str, str], changes: Iterable[Change] = ()) -> Draft:
    """A suggestion `about` an object, a field or a page, in words and perhaps with its changes."""
    waiting = sum(fate_of(each) == "open" for each in own_suggestions(work))
    if waiting >= MOST_OPEN:
        raise TooManySuggestions(count=waiting)
    title = text.strip().partition("\n")[0][:LONGEST_TITLE]
    draft = create_draft(work, note=text, title=title, is_shared=True, suggestion={**about, "text": text})
    wanted = list(changes)
    return change_draft(work, draft.id, wanted) if wanted else draft


def own_suggestions(work: Work) -> list[Draft]:
    """Those of this person with their fates, newest first."""
    return select_drafts(work, "suggestion IS NOT NULL AND created_by = %(who)s")


def open_suggestions(work: Work) -> list[Draft]:
    """Those of everybody that wait for a builder, oldest first."""
    waiting = select_drafts(
        work, "suggestion IS NOT NULL AND published_as IS NULL AND declined_at IS NULL AND merged_into IS NULL"
    )
    return waiting[::-1]


def find_suggestion(work: Work, draft: int) -> Draft:
    """DraftNotFound where it is somebody else's, unless a builder asks."""
    return find_draft(work, draft, own=not work.who.administers)


def decline(work: Work, draft: int, reply: str) -> Draft:
    """The proposer reads the reply; the draft is closed."""
    known = find_draft(work, draft)
    refuse_closed(known)
    if known.suggestion is None:
        raise NotASuggestion(draft=draft)
    execute(
        work.connection,
        f"UPDATE {draft_table(work.workspace)} SET declined_at = now(), reply = %s WHERE id = %s",
        [reply, draft],
    )
    return find_draft(work, draft)


def fate_of(draft: Draft) -> Fate:
    if draft.published_as is not None:
        return "published"
    if draft.declined_at is not None:
        return "declined"
    return "merged" if draft.merged_into is not None else "open"
