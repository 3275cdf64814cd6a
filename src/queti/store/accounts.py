"""The people of a workspace as a backup carries them: their accounts and the log of their sign-ins."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

People = dict[str, list[dict[str, Any]]]

READ_ACCOUNTS = "SELECT to_jsonb(a) - 'id' - 'workspace' FROM platform.account a WHERE workspace = %s ORDER BY id"
READ_SIGN_INS = """
SELECT to_jsonb(s) - 'id' - 'workspace' - 'account_id' || jsonb_build_object('has_account', account_id IS NOT NULL)
FROM platform.sign_in s WHERE workspace = %s ORDER BY id
"""
WRITE_ACCOUNTS = """
INSERT INTO platform.account (workspace, login, password_hash, user_id, disabled_at, must_change, created_at,
                              is_sample)
SELECT %s, login, password_hash, user_id, disabled_at, coalesce(must_change, false), coalesce(created_at, now()),
       coalesce(is_sample, false)
FROM jsonb_populate_recordset(NULL::platform.account, %s)
"""
WRITE_SIGN_INS = """
INSERT INTO platform.sign_in (workspace, login, account_id, at, ok, address)
SELECT a.workspace, s.login, CASE WHEN s.has_account THEN known.id END, s.at, s.ok, coalesce(s.address, '')
FROM (SELECT %s AS workspace) a,
     jsonb_to_recordset(%s) AS s (login text, has_account boolean, at timestamptz, ok boolean, address text)
LEFT JOIN platform.account known ON known.login = s.login AND known.workspace = %s
"""


def read_people(connection: Connection[Any], workspace: str) -> People:
    return {
        "accounts": [row for (row,) in connection.execute(READ_ACCOUNTS, [workspace])],
        "sign_ins": [row for (row,) in connection.execute(READ_SIGN_INS, [workspace])],
    }


def write_people(connection: Connection[Any], workspace: str, people: People) -> None:
    """The accounts get new ids: those of the old place may be taken here."""
    connection.execute(WRITE_ACCOUNTS, [workspace, Jsonb(people["accounts"])])
    connection.execute(WRITE_SIGN_INS, [workspace, Jsonb(people["sign_ins"]), workspace])
