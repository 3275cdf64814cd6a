"""People as the door knows them: their base.user record with what their roles allow at large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from queti.kernel.people import USER as USER
from queti.kernel.people import find_people
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.work import Work


def find_person(platform: Platform, workspace: str, user: int) -> Person | None:
    """The person with that base.user record; None when it is gone or not active."""

    def find(work: Work) -> Person | None:
        return next(iter(find_people(work, [user], active=True)), None)

    return platform.run(workspace, SYSTEM, find, reads_only=True)


@contextmanager
def as_owner(work: Work) -> Iterator[None]:
    """Inside, the Work's transaction may touch the platform's own tables."""
    enter = "SELECT set_config('role', %s, true)"
    work.connection.execute(enter, ("none",))
    yield
    work.connection.execute(enter, (work.workspace.role,))
