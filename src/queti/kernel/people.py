"""The people of a workspace, from their base.user records: their own roles and those of their departments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from queti.kernel.definitions.roles import EVERYONE
from queti.kernel.errors import RecordNotFound
from queti.kernel.person import Person
from queti.kernel.writing.statements import above

if TYPE_CHECKING:
    from queti.kernel.definitions import RoleDef
    from queti.kernel.record import Record
    from queti.kernel.work import Work

USER = "base.user"
DEPARTMENT = "base.department"
_PROFILE = ("name", "login", "roles", "language", "department", "is_active")


def person_of(work: Work, user: int) -> Person:
    """The person whose base.user record that is; RecordNotFound."""
    return people_of(work, [user])[0]


def people_of(work: Work, users: Sequence[int]) -> list[Person]:
    """The people whose base.user records these are, in their order; RecordNotFound."""
    found = {person.user: person for person in find_people(work, users)}
    for user in users:
        if user not in found:
            raise RecordNotFound(what={"en": "person", "zh": "用户"}, id=user)
    return [found[user] for user in users]


def find_people(work: Work, users: Iterable[int] | None = None, *, active: bool = False) -> list[Person]:
    """Those of these people who are there, by their ids; all of them without `users`."""
    known = work.model.objects.get(USER)
    if known is None:
        return []
    fields = [name for name in _PROFILE if name in known.fields]
    wanted = [] if users is None else ["id in $users"]
    wanted += ["is_active"] if active and "is_active" in known.fields else []
    params = {} if users is None else {"users": sorted(set(users))}
    found = work.find(USER, " and ".join(wanted), params, fields, "id")
    granted = roles_of_departments(work, {user.get("department") for user in found})
    return [_person(work, user, granted) for user in found]


def _person(work: Work, user: Record, granted: Mapping[int | None, Sequence[str]]) -> Person:
    department, known = user.get("department"), work.model.roles
    roles = with_everyone(known, (*user.get("roles", ()), *granted.get(department, ())))
    return Person(
        user=user.id,
        login=user.get("login", ""),
        name=user.get("name", ""),
        roles=roles,
        language=user.get("language", "en"),
        department=department,
        administers=any(known[role].administers for role in roles if role in known),
    )


def with_everyone(known: Mapping[str, RoleDef], roles: Iterable[str]) -> tuple[str, ...]:
    """These roles, and the one that everybody has."""
    return tuple(dict.fromkeys((*roles, *known.keys() & {EVERYONE})))


def roles_of_departments(work: Work, departments: Iterable[int | None]) -> dict[int | None, list[str]]:
    """What everybody in a department may do: its own roles and those of the departments that it is part of."""
    known = work.model.objects.get(DEPARTMENT)
    wanted = sorted({department for department in departments if department is not None})
    granted: dict[int | None, list[str]] = {}
    if known is not None and "roles" in known.fields and wanted:
        for department, roles in work.rows(above(known, "roles"), (wanted,)):
            granted.setdefault(department, []).extend(roles)
    return granted
