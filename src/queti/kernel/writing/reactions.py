"""What a worker does with events: each reaction once per event, in a Work of its own.

Which reactions an event has to wait for is written with it (`kernel_reaction`), so none is
lost with a job, a worker or a restored backup: what is not done is tried again, ever more
seldom, and what failed stands there with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from queti.kernel.errors import RecordNotFound, Refusal, UnknownName
from queti.kernel.events import Event, Reaction
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Busy
from queti.kernel.writing.telling import react

if TYPE_CHECKING:
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work

PASSING: tuple[type[Exception], ...] = (Busy, psycopg.OperationalError)
"""What others made impossible for the moment."""
AT_ONCE = 1000
"""Events that one Work reacts to; a killed worker goes on behind those done."""
STEPS_ASIDE = 5
"""After so many failures a reaction no longer holds back those to later events of the same record."""

log = logging.getLogger("queti.reactions")


@dataclass(frozen=True, slots=True)
class _Group:
    """Events of one name and one teller, for one reaction."""

    reaction: str
    events: Sequence[Event]

    def portions(self) -> Iterator[_Group]:
        for at in range(0, len(self.events), AT_ONCE):
            yield replace(self, events=self.events[at : at + AT_ONCE])

    def halves(self) -> Iterator[_Group]:
        middle = len(self.events) // 2
        yield replace(self, events=self.events[:middle])
        yield replace(self, events=self.events[middle:])


def run_reactions(platform: Platform, workspace: str, events: Sequence[int]) -> int:
    """Perform the reactions that these events wait for; how many ran. Events of one name and one
    teller go together, in portions. Twice is harmless: a reaction is marked as done in its own transaction.

    A failing one stops no other; its reason is noted, and the first is raised at the end,
    one that may soon pass before others.
    """
    groups = platform.run(workspace, SYSTEM, lambda work: _load(work, events), reads_only=True)
    problems: list[Exception] = []
    done = sum(_try(platform, workspace, part, problems) for group in groups for part in group.portions())
    for problem in sorted(problems, key=lambda each: not isinstance(each, PASSING)):
        raise problem
    return done


def _load(work: Work, ids: Sequence[int]) -> list[_Group]:
    groups: dict[tuple[str, int | None, str], list[Event]] = {}
    for reaction, *values in work.rows(_WAITING.format(schema=work.schema), (list(ids),)):
        event = Event(*values)
        groups.setdefault((event.name, event.by, reaction), []).append(event)
    return [_Group(reaction, events) for (_, _, reaction), events in groups.items()]


def _try(platform: Platform, workspace: str, group: _Group, problems: list[Exception]) -> int:
    """How many ran. Of several events those are found that can't be reacted to."""
    try:
        return _run(platform, workspace, group)
    except Exception as problem:
        if len(group.events) > 1 and not isinstance(problem, PASSING):
            return sum(_try(platform, workspace, half, problems) for half in group.halves())
        if not isinstance(problem, Refusal):
            log.exception("%s failed in %s", group.reaction, workspace)
        problems.append(problem)
        words = msgspec.json.encode(_words(problem)).decode()
        platform.run(workspace, SYSTEM, lambda work: _note(work, group, words))
        return 0


def _run(platform: Platform, workspace: str, group: _Group) -> int:
    def act(work: Work) -> int:
        ids = [event.id for event in group.events]
        left = set(work.column(_CLAIM.format(schema=work.schema), (ids, group.reaction, STEPS_ASIDE)))
        if not left:
            return 0
        react(work, _reaction(work, group), [event for event in group.events if event.id in left])
        return 1

    return platform.run(workspace, _teller(platform, workspace, group.events[0].by), act)


def _teller(platform: Platform, workspace: str, user: int | None) -> Person:
    """Who told the event. Somebody who has left in the meantime stays the one who did it."""
    if user is None:
        return SYSTEM
    try:
        return platform.person(workspace, user)
    except RecordNotFound:
        return replace(SYSTEM, user=user)


def _reaction(work: Work, group: _Group) -> Reaction:
    for each in work.model.reactions.get(group.events[0].name, ()):
        if each.name == group.reaction:
            return each
    raise UnknownName(what={"en": "reaction", "zh": "反应"}, name=group.reaction, nearest="")


def _note(work: Work, group: _Group, words: str) -> None:
    ids = [event.id for event in group.events]
    work.execute(_FAILED.format(schema=work.schema), (ids, group.reaction, words))


def _words(problem: Exception) -> Mapping[str, str]:
    if isinstance(problem, Refusal):
        return {"code": problem.code, "en": problem.says("en"), "zh": problem.says("zh")}
    name = type(problem).__name__
    return {
        "code": "unexpected",
        "en": f"An unexpected error ({name}); the server's log has the details.",
        "zh": f"发生意外错误（{name}），详情见服务器日志。",
    }


def failed_reactions(work: Work, limit: int = 200) -> list[dict[str, Any]]:
    """The reactions that failed and are not done yet, newest first, for the administrator."""
    names = ("event", "name", "at", "object", "record", "reaction", "tries", "tried_at", "problem")
    rows = work.rows(_FAILURES.format(schema=work.schema), (limit,))
    return [dict(zip(names, row, strict=True)) for row in rows]


_WAITING = """SELECT r.reaction, e.id, e.name, e.object, e.record_id, e.data, e.by, e.version
FROM {schema}.kernel_reaction AS r JOIN {schema}.kernel_event AS e ON e.id = r.event_id
WHERE r.event_id = ANY($1::bigint[]) AND r.done_at IS NULL ORDER BY e.id, r.reaction"""

# Reactions to one record's events run in their order: an earlier one that failed goes first.
_CLAIM = """UPDATE {schema}.kernel_reaction AS r SET done_at = now()
FROM {schema}.kernel_event AS e
WHERE r.event_id = ANY($1::bigint[]) AND r.reaction = $2 AND r.done_at IS NULL AND e.id = r.event_id
AND NOT EXISTS (SELECT FROM {schema}.kernel_reaction AS other
    JOIN {schema}.kernel_event AS before ON before.id = other.event_id
    WHERE other.done_at IS NULL AND other.reaction = r.reaction AND other.event_id < r.event_id
    AND other.tries BETWEEN 1 AND $3 AND other.event_id <> ALL($1::bigint[])
    AND (before.object, before.record_id) = (e.object, e.record_id))
RETURNING r.event_id"""
_FAILED = """UPDATE {schema}.kernel_reaction SET tries = tries + 1, tried_at = now(), problem = $3::jsonb
WHERE event_id = ANY($1::bigint[]) AND reaction = $2 AND done_at IS NULL"""
_FAILURES = """SELECT e.id, e.name, e.at, e.object, e.record_id, r.reaction, r.tries, r.tried_at, r.problem
FROM {schema}.kernel_reaction AS r JOIN {schema}.kernel_event AS e ON e.id = r.event_id
WHERE r.done_at IS NULL AND r.tries > 0 ORDER BY e.id DESC LIMIT $1"""
