"""Accounts: how people of a workspace sign in. What they may do is with their base.user record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from queti.kernel.errors import Refusal
from queti.server.lockouts import unlock
from queti.server.passwords import hash_password
from queti.store.database import Database


class LoginTaken(Refusal):
    """There is already a sign-in “{login}”."""

    zh = "登录名“{login}”已存在。"
    kind = "conflict"
    field = "login"


class NoSuchAccount(Refusal):
    """There is no account {id} in this workspace."""

    zh = "此工作区没有账号 {id}。"
    kind = "not_found"


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    login: str
    user: int
    is_sample: bool
    must_change: bool
    disabled_at: datetime | None
    created_at: datetime


SAMPLE_PASSWORD = "harbour"  # noqa: S105
"""Of sample sign-ins; they work on the server's own machine only."""

COLUMNS = "id, login, user_id, is_sample, must_change, disabled_at, created_at"


def add_account(
    db: Database,
    workspace: str,
    login: str,
    password: str,
    user: int,
    *,
    is_sample: bool = False,
    must_change: bool = False,
) -> int:
    """A new account for a base.user record; its id. Raises LoginTaken."""
    hashed = hash_password(password)
    with db.connection() as connection:
        return insert_account(connection, workspace, login, hashed, user, is_sample=is_sample, must_change=must_change)


def insert_account(
    connection: Connection[Any],
    workspace: str,
    login: str,
    hashed: str,
    user: int,
    *,
    is_sample: bool = False,
    must_change: bool = False,
) -> int:
    """The same with a hashed password, in the caller's transaction."""
    row = connection.execute(
        "INSERT INTO platform.account (workspace, login, password_hash, user_id, is_sample, must_change)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        (workspace, login.casefold(), hashed, user, is_sample, must_change),
    ).fetchone()
    if row is None:
        raise LoginTaken(login=login)
    return row[0]


def accounts_of(db: Database, workspace: str) -> list[Account]:
    with db.connection() as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM platform.account WHERE workspace = %s ORDER BY login", (workspace,)
        ).fetchall()
    return [Account(*row) for row in rows]


def account_of_user(db: Database, workspace: str, user: int) -> Account:
    """Raises NoSuchAccount."""
    with db.connection() as connection:
        row = connection.execute(
            f"SELECT {COLUMNS} FROM platform.account WHERE workspace = %s AND user_id = %s ORDER BY id LIMIT 1",
            (workspace, user),
        ).fetchone()
    if row is None:
        raise NoSuchAccount(id=user)
    return Account(*row)


def set_password(db: Database, account: int, password: str, *, must_change: bool) -> None:
    """Also lifts the lock of too many failures."""
    hashed = hash_password(password)
    with db.connection() as connection:
        connection.execute(
            "UPDATE platform.account SET password_hash = %s, must_change = %s WHERE id = %s",
            (hashed, must_change, account),
        )
        unlock(connection, account)


def replace_given_password(db: Database, account: int, hashed: str) -> bool:
    """Another one-time password; False where the person has chosen one of their own."""
    with db.connection() as connection:
        return bool(
            connection.execute(
                "UPDATE platform.account SET password_hash = %s WHERE id = %s AND must_change", (hashed, account)
            ).rowcount
        )


def set_disabled(connection: Connection[Any], account: int, disabled: bool) -> None:
    connection.execute(
        "UPDATE platform.account SET disabled_at = CASE WHEN %s THEN coalesce(disabled_at, now()) END WHERE id = %s",
        (disabled, account),
    )
