"""Wrong passwords, counted in the database: the count outlives a process and holds in all of them.

They are counted by account and address, so that who guesses shuts out nobody else. All
addresses together are counted too; too many of those shut out the addresses from which
the account has never signed in, and the owner's own stay open.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import Connection

from queti.server.settings import Settings
from queti.store.database import Database


def locked_for(connection: Connection[Any], account: int, address: str, settings: Settings) -> float | None:
    """Seconds for which the account is shut for this address; None when it is open."""
    row = connection.execute(_LOCKED_FOR, _limits(settings) | {"account": account, "address": address}).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def locked_until(db: Database, workspace: str, settings: Settings) -> dict[int, datetime]:
    """The accounts of a workspace that are shut for somebody, and until when."""
    with db.connection() as connection:
        return dict(connection.execute(_LOCKED_UNTIL, _limits(settings) | {"workspace": workspace}).fetchall())


def note_failure(connection: Connection[Any], account: int, address: str, settings: Settings) -> None:
    """One more; the first one again where the last lies further back than a lock lasts."""
    connection.execute(_NOTE, _limits(settings) | {"account": account, "address": address})


def note_success(connection: Connection[Any], account: int, address: str, settings: Settings) -> None:
    connection.execute(_FORGIVE, _limits(settings) | {"account": account, "address": address})


def unlock(connection: Connection[Any], account: int) -> None:
    connection.execute("DELETE FROM platform.sign_in_failure WHERE account_id = %s", (account,))


def _limits(settings: Settings) -> dict[str, float]:
    return {"after": settings.lock_after, "all_after": settings.lock_strangers_after, "seconds": settings.lock_for}


_LASTS = "make_interval(secs => %(seconds)s)"
_LOCKED_FOR = f"""
    SELECT extract(epoch FROM max(at) + {_LASTS} - now()) FROM platform.sign_in_failure
    WHERE account_id = %(account)s AND at > now() - {_LASTS} AND (
        address = %(address)s AND count >= %(after)s
        OR address = '' AND count >= %(all_after)s AND NOT EXISTS (
            SELECT FROM platform.sign_in known
            WHERE known.account_id = %(account)s AND known.ok AND known.address = %(address)s))
"""
_LOCKED_UNTIL = f"""
    SELECT account_id, max(failure.at) + {_LASTS}
    FROM platform.sign_in_failure failure JOIN platform.account ON account.id = account_id
    WHERE workspace = %(workspace)s AND failure.at > now() - {_LASTS}
      AND count >= CASE address WHEN '' THEN %(all_after)s ELSE %(after)s END
    GROUP BY account_id
"""
_NOTE = f"""
    INSERT INTO platform.sign_in_failure AS known (account_id, address, count, at)
    SELECT %(account)s, address, 1, now() FROM (SELECT '' UNION SELECT %(address)s) AS place (address) ORDER BY address
    ON CONFLICT (account_id, address) DO UPDATE SET at = excluded.at,
        count = CASE WHEN known.at > now() - {_LASTS} THEN known.count + 1 ELSE 1 END
"""
_FORGIVE = f"""
    DELETE FROM platform.sign_in_failure
    WHERE account_id = %(account)s AND (address = %(address)s OR at <= now() - {_LASTS})
"""
