"""Server-sent events: what changed, for this person.

Events and record changes alike. One task per workspace with readers looks twice a second.
A transaction's are sent once it is older than every running one, so that none can slip in
behind it. (transaction, n-th of it) is the reader's place, from which it can come back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from queti.engines import presence
from queti.engines.discussion.comments import COMMENTED
from queti.engines.presence import Stirred
from queti.kernel.person import SYSTEM, Person
from queti.kernel.publishing.releases import newest_number
from queti.kernel.reading.audiences import Audience, audiences
from queti.kernel.reading.tasks import opened_to
from queti.kernel.work import Work
from queti.server.logs import logger
from queti.server.messages import encode_json

if TYPE_CHECKING:
    from queti.server.door import Door
    from queti.server.sessions import Session

BATCH = 500
MOST_BEHIND = 20_000
Place = tuple[int, int]
log = logger("streams")

# Within a transaction events come first, then what it wrote; the order never changes once
# the transaction is done, so its n-th row is a place to come back to.
_SINCE = """
    SELECT transaction::text::bigint, name, object, record_id, version, at, by FROM (
        SELECT transaction, 0 AS part, id, name, object, record_id, version, at, by
        FROM {schema}.kernel_event
        WHERE transaction >= %(from)s::text::xid8 AND transaction < pg_snapshot_xmin(pg_current_snapshot())
        UNION ALL
        SELECT transaction, 1, id, object || '.' || kind, object, record_id, version, at, by
        FROM {schema}.kernel_history
        WHERE transaction >= %(from)s::text::xid8 AND transaction < pg_snapshot_xmin(pg_current_snapshot())
    ) AS told
    ORDER BY transaction, part, id OFFSET %(skip)s LIMIT %(limit)s
"""
_NOW = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is sent."""

    place: Place
    name: str
    object: str
    id: int
    version: int
    at: Any
    by: int | None

    def line(self) -> bytes:
        body = {"event": self.name, "object": self.object, "id": self.id, "version": self.version,
                "at": self.at, "by": self.by}  # fmt: skip
        return b"id: %d-%d\nevent: change\ndata: %b\n\n" % (*self.place, encode_json(body))


TOO_FAR = b"event: reload\ndata: {}\n\n"


@dataclass(eq=False, slots=True)
class Reader:
    """One open stream. `queue` holds ready pieces; None ends it."""

    session: Session
    queue: asyncio.Queue[bytes | None]
    place: Place

    def put(self, piece: bytes) -> None:
        if self.queue.full():
            # A reader that doesn't read comes back later with its place.
            self.end()
        else:
            self.queue.put_nowait(piece)

    def end(self) -> None:
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


@dataclass(slots=True)
class _Workspace:
    place: Place
    readers: set[Reader] = field(default_factory=set[Reader])
    release: int | None = None
    stirred: Stirred = frozenset()
    task: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """`seen`: what each session's person may see; sessions that ended are not in it."""

    place: Place
    release: int
    seen: dict[bytes, list[Told]]
    stirred: Stirred
    stirs: dict[bytes, set[tuple[str, int]]]
    """Records that each session's person may see, and whose readers have changed."""


class Streams:
    """All open event streams of this process. Lives on the loop, but for what it reads."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._settings = door.settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workspaces: dict[str, _Workspace] = {}
        self._closing = False

    def close(self) -> None:
        """End all streams; may be called from any thread."""
        self._closing = True
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for known in self._workspaces.values():
            for reader in known.readers:
                reader.end()
            if known.task is not None:
                known.task.cancel()

    async def follow(self, session: Session, place: Place, missed: list[Told] | None) -> AsyncIterator[bytes]:
        """The stream of one reader, from `place`; `missed` is what was told since it was last here."""
        self._loop = asyncio.get_running_loop()
        reader = Reader(session, asyncio.Queue(self._settings.event_queue), place)
        known = self._join(reader)
        self._door.metrics.streams.inc()
        try:
            yield b"retry: 2000\n: here\n\n"
            if missed is None:
                yield TOO_FAR
            for told in missed or ():
                yield told.line()
            async for piece in self._pieces(reader):
                yield piece
        finally:
            self._door.metrics.streams.dec()
            known.readers.discard(reader)

    async def _pieces(self, reader: Reader) -> AsyncIterator[bytes]:
        while not self._closing:
            try:
                async with asyncio.timeout(self._settings.event_beat):
                    piece = await reader.queue.get()
            except TimeoutError:
                piece = b": beat\n\n"
            if piece is None:
                return
            yield piece

    def _join(self, reader: Reader) -> _Workspace:
        name = reader.session.workspace
        known = self._workspaces.setdefault(name, _Workspace(reader.place))
        known.readers.add(reader)
        known.place = min(r.place for r in known.readers)
        if known.task is None or known.task.done():
            known.task = asyncio.ensure_future(self._watch(name, known))
        return known

    async def _watch(self, workspace: str, known: _Workspace) -> None:
        while known.readers and not self._closing:
            await asyncio.sleep(self._settings.event_poll)
            with contextlib.suppress(asyncio.CancelledError):
                await self._pass_on(workspace, known)

    async def _pass_on(self, workspace: str, known: _Workspace) -> None:
        readers = list(known.readers)
        try:
            sessions = [reader.session for reader in readers]
            found = await self._door.threads.run("streams", self._look, workspace, known.place, sessions, known.stirred)
        except Exception:
            if not self._closing:
                log.exception("event streams wait", workspace=workspace)
            return
        news = known.release is not None and found.release != known.release
        known.release, known.stirred = found.release, found.stirred
        for reader in readers:
            seen = found.seen.get(reader.session.key)
            if seen is None:
                reader.end()
                continue
            for told in seen:
                if told.place > reader.place:
                    reader.put(told.line())
            for object, id in found.stirs[reader.session.key]:
                reader.put(b"event: presence\ndata: %b\n\n" % encode_json({"object": object, "id": id}))
            if news:
                reader.put(b'event: release\ndata: {"release": %d}\n\n' % found.release)
            reader.place = max(reader.place, found.place)
        # A reader that came in the meantime may stand further back.
        known.place = min((reader.place for reader in known.readers), default=found.place)

    def _look(self, workspace: str, place: Place, sessions: list[Session], before: Stirred) -> _Found:
        """What was told after `place`, for each session that has not ended."""
        people = {s.key: self._door.sessions.person_now(s) for s in sessions}
        told, stirred = self._read(workspace, place), self._stirred(workspace)
        moved = {(object, id) for object, id, *_ in before ^ stirred}
        stirs = [Told((0, 0), "presence", object, id, 0, None, None) for object, id in moved]
        visible = self.visible(workspace, {person for person in people.values() if person}, [*told, *stirs])
        return _Found(
            told[-1].place if told else place,
            self._newest_release(workspace),
            {key: visible[person] for key, person in people.items() if person},
            stirred,
            {
                key: {(e.object, e.id) for e in visible[person] if e.name == "presence"}
                for key, person in people.items()
                if person
            },
        )

    def _stirred(self, workspace: str) -> Stirred:
        schema = '"' + self._door.platform.workspace(workspace).schema + '"'
        with self._door.platform.db.connection() as connection:
            return presence.stirred(connection, schema)

    def since(self, session: Session, place: Place) -> tuple[Place, list[Told] | None]:
        """What `session`'s person may see of all that was told after `place`, and the place behind it.

        None: so much that the reader had better load everything again.
        """
        told = self._read(session.workspace, place, MOST_BEHIND)
        if len(told) == MOST_BEHIND:
            return self.now(), None
        if not told:
            return place, []
        return told[-1].place, self.visible(session.workspace, {session.person}, told)[session.person]

    def now(self) -> Place:
        """The place behind everything that was told so far."""
        with self._door.platform.db.connection() as connection:
            row = connection.execute(_NOW).fetchone()
        return (row[0] if row else 0, 0)

    def _read(self, workspace: str, place: Place, limit: int = BATCH) -> list[Told]:
        """Told after `place`, by finished transactions that no running one can come before."""
        schema = '"' + self._door.platform.workspace(workspace).schema + '"'
        first, skip = place
        with self._door.platform.db.connection() as connection:
            rows = connection.execute(
                _SINCE.format(schema=schema).encode(), {"from": str(first), "skip": skip, "limit": limit}
            ).fetchall()
        told: list[Told] = []
        for transaction, *rest in rows:
            skip = skip + 1 if transaction == first else 1
            first = transaction
            told.append(Told((transaction, skip), *rest))
        return told

    def _newest_release(self, workspace: str) -> int:
        with self._door.platform.db.connection() as connection:
            return newest_number(connection, self._door.platform.workspace(workspace).schema)

    def visible(self, workspace: str, people: Collection[Person], told: list[Told]) -> dict[Person, list[Told]]:
        """What each may see: one query for an object and those who see the same of it, however many events."""
        if not told:
            return {person: [] for person in people}
        wanted: dict[str, set[int]] = {}
        for event in told:
            wanted.setdefault(event.object, set()).add(event.id)
        platform = self._door.platform
        model = platform.model(platform.workspace(workspace), self._newest_release(workspace))
        seen: dict[Person, list[Told]] = {}
        for audience in audiences(model, people, wanted):
            found = self._look_at(workspace, audience, wanted)
            heard = [event for event in told if event.object in audience.whole or (event.object, event.id) in found]
            seen.update(dict.fromkeys(audience.people, heard))
        opened = self._opened_by_tasks(workspace, people, wanted)
        return {person: _with(opened.get(person.user), heard, told) for person, heard in seen.items()}

    def _opened_by_tasks(
        self, workspace: str, people: Collection[Person], wanted: dict[str, set[int]]
    ) -> dict[int | None, set[tuple[str, int]]]:
        """The records that a task opens, by user: one query for all of them."""
        users = {person.user for person in people if person.user is not None}

        def look(work: Work) -> dict[int | None, set[tuple[str, int]]]:
            found: dict[int | None, set[tuple[str, int]]] = {}
            for user, object, id in opened_to(work, users, wanted):
                found.setdefault(user, set()).add((object, id))
            return found

        return self._door.platform.run(workspace, SYSTEM, look, reads_only=True)

    def _look_at(self, workspace: str, audience: Audience, wanted: dict[str, set[int]]) -> set[tuple[str, int]]:
        """The records that this audience sees, of the objects of which it doesn't see all."""
        if not audience.partly:
            return set()

        def look(work: Work) -> set[tuple[str, int]]:
            names = [name for name in sorted(audience.partly) if name in work.model.objects]
            return {(name, id) for name in names for id in work.as_person.visible(name, sorted(wanted[name]))}

        return self._door.platform.run(workspace, audience.people[0], look, reads_only=True)


NOT_BY_TASK = ("presence", COMMENTED)
"""A task opens a record, not the talk about it nor who looks at it."""


def _with(opened: set[tuple[str, int]] | None, heard: list[Told], told: list[Told]) -> list[Told]:
    """What is heard, and what happened to records that a task opens, in their order."""
    if not opened:
        return heard
    known = {id(event) for event in heard}
    return [
        event
        for event in told
        if id(event) in known or (event.name not in NOT_BY_TASK and (event.object, event.id) in opened)
    ]
