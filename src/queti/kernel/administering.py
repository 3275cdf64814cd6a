"""Somebody must be left to administer a workspace, and nobody gives roles that they don't have.

Both hold at every entrance: forms, imports, operations, jobs and publications.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import Connection, RawCursor

from queti.kernel.errors import Refusal
from queti.kernel.model import Model, Object
from queti.kernel.news import PEOPLE
from queti.kernel.people import DEPARTMENT, USER, find_people, roles_of_departments
from queti.kernel.publishing.findings import Finding
from queti.kernel.writing.statements import column, table

if TYPE_CHECKING:
    from queti.kernel.work import Work


class LastAdministrator(Refusal):
    """Nobody would be left to administer this workspace; let somebody else do it first."""

    zh = "此操作会使工作区没有任何管理员，请先指定另一位管理员。"
    kind = "conflict"


class RolesBeyondOwn(Refusal):
    """You can't give roles that you don't have yourself ({roles}); ask an administrator."""

    zh = "不能授予您自己没有的角色（{roles}），请联系管理员。"
    kind = "forbidden"
    field = "roles"


def watch_administrators(work: Work) -> None:
    """Before the commit of whoever changed people or departments. Installers may leave nobody."""
    is_installer = work.who.user is None and work.who.administers
    if not is_installer and any(object in PEOPLE for object, _ in work.journal.touched):
        refuse_locked_out(work)


def refuse_locked_out(work: Work) -> None:
    """LastAdministrator. Of two who take each other's right away at once, the second waits and is refused."""
    if USER not in work.model.objects:
        return
    connection, enter = work.connection, "SELECT set_config('role', %s, true)"
    connection.execute(enter, ("none",))
    connection.execute(_LOCK, (f"queti.administrators.{work.workspace.schema}",))
    is_left = is_administered(connection, work.workspace.name, work.model, administering(work.model))
    connection.execute(enter, (work.workspace.role,))
    if not is_left:
        raise LastAdministrator


def administering(model: Model) -> list[str]:
    return sorted(name for name, role in model.roles.items() if role.administers)


def is_administered(connection: Connection[Any], workspace: str, model: Model, roles: Sequence[str]) -> bool:
    """Has an active person who may sign in one of these roles, of their own or by their department?

    True as well where nobody may sign in at all: such a workspace is still being made.
    """
    [(is_left,)] = RawCursor(connection).execute(_asking(model).encode(), (workspace, list(roles))).fetchall()
    return is_left


def locked_out(connection: Connection[Any], workspace: str, before: Model, after: Model) -> Iterator[Finding]:
    """An error where publishing takes the right to administer from all who have it."""
    left = [name for name in administering(before) if name in after.roles and after.roles[name].administers]
    gained = [name for name in administering(after) if name not in left]
    if USER not in before.objects or left == administering(before):
        return
    if not is_administered(connection, workspace, before, [*left, *gained]):
        lost = next(name for name in administering(before) if name not in left)
        yield Finding(
            "role",
            lost,
            "administers",
            "Nobody would be left to administer this workspace.",
            "发布后工作区将没有任何管理员。",
            fix={
                "en": "Give the right to another role that somebody has.",
                "zh": "请为其他已分配给人员的角色保留管理权限。",
            },
        )


@contextmanager
def no_more_than_own(work: Work, object: Object, ids: Iterable[int]) -> Generator[list[int]]:
    """Around writing people and departments: what they gain in roles is among the writer's own.

    The list that it gives takes the ids of records that are created inside. RolesBeyondOwn.
    """
    touched = list(ids)
    if work.who.administers or object.name not in PEOPLE:
        yield touched
        return
    before = _held(work, object, touched)
    yield touched
    work.settle()
    gained = {
        role for id, roles in _held(work, object, touched).items() for role in roles - before.get(id, frozenset())
    }
    if beyond := sorted(gained.difference(work.who.roles)):
        labels = (work.model.roles[role].label if role in work.model.roles else {} for role in beyond)
        raise RolesBeyondOwn(
            roles=", ".join(label.get(work.language) or role for role, label in zip(beyond, labels, strict=True))
        )


def _held(work: Work, object: Object, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    if object.name == USER:
        return {person.user: frozenset(person.roles) for person in find_people(work, ids) if person.user is not None}
    granted = roles_of_departments(work, ids)
    return {id: frozenset(granted.get(id, ())) for id in ids}


def _asking(model: Model) -> str:
    """`$1`: the workspace's name, `$2`: roles that administer."""
    user, department = model.objects[USER], model.objects.get(DEPARTMENT)
    held = f"u.{column(user, 'roles')} && $2::text[]" if "roles" in user.fields else "$2::text[] IS NULL"
    alive = "u.trashed_at IS NULL" if user.has_trash else "true"
    active = f"u.{column(user, 'is_active')}" if "is_active" in user.fields else "true"
    granting = ""
    if department is not None and "roles" in department.fields and "department" in user.fields:
        granting = _granting(department)
        held = f"({held} OR u.{column(user, 'department')} IN (SELECT id FROM granting))"
    return f"""{granting}SELECT
        NOT EXISTS (SELECT FROM platform.account WHERE workspace = $1 AND disabled_at IS NULL)
        OR EXISTS (SELECT FROM {table(user)} AS u JOIN platform.account a ON a.user_id = u.id
            WHERE a.workspace = $1 AND a.disabled_at IS NULL AND {alive} AND {active} AND {held})"""


def _granting(department: Object) -> str:
    """The departments that give one of the roles `$2`, and all below them."""
    up = next((each for each in department.stored if each.target == department.name and not each.is_system), None)
    rows = f"SELECT d.id FROM {table(department)} AS d"
    below = f" UNION {rows} JOIN granting ON d.{column(department, up.name)} = granting.id" if up else ""
    return f"WITH RECURSIVE granting AS ({rows} WHERE d.{column(department, 'roles')} && $2::text[]{below}) "


_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
