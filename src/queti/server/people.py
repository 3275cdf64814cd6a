"""People as the door knows them: their base.user record with what their roles allow at large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

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


def find_program(
    platform: Platform, workspace: str, user: int, name: str, roles: Iterable[str], *, is_personal: bool
) -> Person | None:
    """The person in whose stead an API token of that name acts, with the token's roles.

    A personal token ends with its person's place here, and never gives more than their own roles.
    """

    def find(work: Work) -> Person | None:
        found = find_people(work, [user], active=True) if is_personal else find_people(work, [user])
        person = next(iter(found), None)
        if person is None:
            return None
        allowed = tuple(role for role in roles if not is_personal or role in person.roles)
        known = work.model.roles
        administers = any(known[role].administers for role in allowed if role in known)
        return replace(person, roles=allowed, administers=administers, via=name)

    return platform.run(workspace, SYSTEM, find, reads_only=True)


@contextmanager
def as_owner(work: Work) -> Iterator[None]:
    """Inside, the Work's transaction may touch the platform's own tables."""
    enter = "SELECT set_config('role', %s, true)"
    work.connection.execute(enter, ("none",))
    yield
    work.connection.execute(enter, (work.workspace.role,))
