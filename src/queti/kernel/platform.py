"""One process's way to all workspaces of one database.

`Platform.run` opens a Work, performs an act in it and commits: history, events and the
kept answer go with the act's own writes or not at all. What another Work made
impossible (a deadlock, a serialization failure, a newer release) runs again from the
start, at most three times.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import errors as pg

from queti.kernel.errors import Overtaken, Refusal, UnknownName
from queti.kernel.model import Model
from queti.kernel.people import person_of
from queti.kernel.person import SYSTEM, Person
from queti.kernel.publishing.releases import current_model, newest_number, schema_identity
from queti.kernel.work import NewerRelease, Work
from queti.kernel.writing.ids import IdBlocks
from queti.kernel.writing.violations import refusal_of
from queti.store.files import Files, open_files
from queti.store.home import Home
from queti.store.keys import Keyring
from queti.store.workspaces import Workspace, find_workspace

if TYPE_CHECKING:
    from queti.kernel.publishing.apps import Catalogue
    from queti.kernel.writing.idempotency import Claim
    from queti.store.database import Database

__all__ = ["SYSTEM", "Busy", "Person", "Platform"]

T = TypeVar("T")

_RERUNS = 3
_FIRST_PAUSE = 0.004
_LOST = 32
"""Dead connections that a Work puts up with before its first statement: at least all of a pool."""
_RELEASE_ERRORS = (pg.FeatureNotSupported, pg.UndefinedColumn, pg.UndefinedTable)
_RERUN_ERRORS = (pg.DeadlockDetected, pg.SerializationFailure, Overtaken)


class Busy(Refusal):
    """Others are changing the same records; try again in a moment."""

    zh = "其他人正在修改相同的记录，请稍后再试。"
    kind = "busy"


class _ConnectionLost(Exception):
    """The connection was dead before anything was done on it."""

    def __init__(self, reason: psycopg.OperationalError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _RoleGone(Exception):
    """The workspace's role is not there, and so the workspace that was known isn't either."""


class Platform:
    """Process-wide: the database, the known apps, drawn ids, compiled statements."""

    def __init__(self, db: Database, catalogue: Catalogue, home: Home | None = None) -> None:
        self.home = home or Home()
        self.db = db
        self.catalogue = catalogue
        self.ids = IdBlocks()
        self.sequences: set[tuple[int, str]] = set()
        """Sequences of serial numbers that are known to exist, by schema."""
        self._workspaces: dict[str, Workspace] = {}

    @cached_property
    def files(self) -> Files:
        """Where the contents of uploaded files are."""
        return open_files(self.home)

    @cached_property
    def keys(self) -> Keyring:
        """What seals encrypted fields."""
        return Keyring(self.home)

    def workspace(self, name: str) -> Workspace:
        known = self._workspaces.get(name)
        if known is None:
            known = find_workspace(self.db, name)
            if known is None:
                raise UnknownName(what={"en": "workspace", "zh": "工作区"}, name=name, nearest="")
            self._workspaces[name] = known
        return known

    def _find_again(self, name: str) -> Workspace:
        """What is known of the workspace may be old; UnknownName when it is gone."""
        self._workspaces.pop(name, None)
        return self.workspace(name)

    def model(self, workspace: Workspace, number: int | None = None) -> Model:
        return current_model(self.db, workspace, self.catalogue, number)

    def person(self, workspace: str, user: int) -> Person:
        """Somebody of the workspace by the id of their base.user record; RecordNotFound."""
        return self.run(workspace, SYSTEM, lambda work: person_of(work, user), reads_only=True)

    def run(
        self,
        workspace: str,
        who: Person,
        act: Callable[[Work], T],
        *,
        language: str | None = None,
        now: datetime | None = None,
        reads_only: bool = False,
        request_id: str = "",
        claim: Claim | None = None,
    ) -> T:
        """The answer of `act`, with all it did committed.

        With a `claim` its idempotency key is claimed first; see `idempotency`.
        `act` may be called several times and must do nothing outside its Work. Raises its
        refusals, refusals that the database's constraints stand for, and Busy.
        """
        home = self.workspace(workspace)
        model = self.model(home)

        def once(model: Model) -> T:
            with self.db.connection() as connection:
                work = Work(
                    self,
                    home,
                    who,
                    model,
                    connection,
                    language=language or who.language,
                    now=now or datetime.now(UTC),
                    reads_only=reads_only,
                    request_id=request_id,
                    claim=claim,
                )
                return self._finish(work, act)

        reruns, lost = 0, 0
        while True:
            try:
                return once(model)
            except NewerRelease as newer:
                home = self._find_again(workspace)
                model = self.model(home, newer.number)
            except (*_RELEASE_ERRORS, _RoleGone) as problem:
                home = self._find_again(workspace)
                model = self._newer(home, model, problem)
            except _ConnectionLost as problem:
                lost += 1
                if lost > _LOST:
                    raise problem.reason from problem
                continue
            except _RERUN_ERRORS as problem:
                if reruns == _RERUNS:
                    raise Busy from problem
                time.sleep(_FIRST_PAUSE * 2**reruns * random.uniform(0.5, 1.5))  # noqa: S311
            if reruns == _RERUNS:
                raise Busy
            reruns += 1

    def _finish(self, work: Work, act: Callable[[Work], T]) -> T:
        try:
            self._open(work)
            answer = act(work)
            work.close()
            work.connection.commit()
            return answer
        except (pg.IntegrityError, pg.DataError) as problem:
            raise refusal_of(problem, work.model) from problem

    def _open(self, work: Work) -> None:
        """A pooled connection may have died with a server that is up again: nothing was done on it yet."""
        try:
            work.open()
        except (pg.InvalidParameterValue, Refusal) as problem:
            if isinstance(problem, pg.InvalidParameterValue) or isinstance(problem.__cause__, pg.InvalidParameterValue):
                raise _RoleGone from problem
            raise
        except psycopg.OperationalError as problem:
            if work.connection.broken:
                raise _ConnectionLost(problem) from problem
            raise

    def _newer(self, home: Workspace, model: Model, problem: Exception) -> Model:
        """The release that made a cached plan or a retired column fail; the error itself where there is none."""
        with self.db.connection() as connection:
            number = newest_number(connection, home.schema)
            is_known = (number, schema_identity(connection, home.schema)) == (model.number, model.schema_id)
        if is_known and "cached plan" not in str(problem):
            raise problem
        return self.model(home, number)
