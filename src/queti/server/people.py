"""People as the door knows them: their base.user record with what their roles allow at large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.work import Work

USER = "base.user"
PROFILE = ("name", "login", "roles", "language", "department", "is_active")


def find_person(platform: Platform, workspace: str, user: int) -> Person | None:
    """The person with that base.user record; None when it is gone or not active."""
    return platform.run(workspace, SYSTEM, lambda work: _read(work, user), reads_only=True)


def _read(work: Work, user: int) -> Person | None:
    known = work.model.objects.get(USER)
    if known is None:
        return None
    fields = [name for name in PROFILE if name in known.fields]
    found = work.find(USER, "id = user_id", {"user_id": user}, fields)
    if not found or found[0].values.get("is_active") is False:
        return None
    values = found[0].values
    roles = tuple(values.get("roles") or ())
    return Person(
        user=user,
        login=values.get("login") or "",
        name=values.get("name") or "",
        roles=roles,
        language=values.get("language") or "en",
        department=values.get("department"),
        administers=any(work.model.roles[role].administers for role in roles if role in work.model.roles),
    )


@contextmanager
def as_owner(work: Work) -> Iterator[None]:
    """Inside, the Work's transaction may touch the platform's own tables."""
    enter = "SELECT set_config('role', %s, true)"
    work.connection.execute(enter, ("none",))
    yield
    work.connection.execute(enter, (work.workspace.role,))
