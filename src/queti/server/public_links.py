"""The secret addresses of public forms: made, found, counted and ended, for all processes in PostgreSQL.

A secret is known to those who got it; the database keeps its hash. What is unknown, over
or revoked looks the same from outside.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from queti.kernel.errors import Refusal
from queti.server.addresses import caller_of
from queti.server.refusals import DoorRefusal
from queti.store.database import Database
from queti.store.platform import add_setting, read_setting

STAMP_LASTS = 24 * 3600
MEGABYTES = 500
"""Of files an hour through one link; a tenth of it from one address."""
READS = 20
"""Looks at a form for each submission that one address may make."""

_STAMP_KEY = "public_form_key"
_FIND = """
    SELECT id, workspace, form, NULL FROM platform.public_link
    WHERE secret_hash = %(hash)s AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
    UNION ALL SELECT l.id, l.workspace, l.form, r.record_id
    FROM platform.public_record r JOIN platform.public_link l ON l.id = r.link_id
    WHERE r.secret_hash = %(hash)s AND l.revoked_at IS NULL
"""
_COUNT = """
    INSERT INTO platform.public_count AS known (link_id, address, hour, count)
    VALUES (%(link)s, %(address)s, date_trunc('hour', now()), %(count)s)
    ON CONFLICT (link_id, address, hour) DO UPDATE SET count = known.count + excluded.count RETURNING count
"""


class PublicFormClosed(DoorRefusal):
    """There is no form at this address, or it is closed."""

    zh = "此地址没有表单，或表单已关闭。"
    kind = "not_found"
    status = 404


class FormFlooded(DoorRefusal):
    """The form gets too many answers at the moment; try again in an hour."""

    zh = "当前提交过多，请一小时后再试。"
    kind = "too_many"
    status = 429


class StampWrong(Refusal):
    """The form was open for too short or too long a time, or was sent already; load the page again and send it then."""

    zh = "表单打开的时间过短或过长，或已提交过，请重新载入页面后再提交。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a secret opens: a form, or with `record` the one record that was sent through it."""

    link: int
    workspace: str
    form: str
    record: int | None


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def make_link(
    db: Database, workspace: str, form: str, label: str, who: int | None, expires_at: datetime | None
) -> tuple[int, str]:
    """The link's id and its secret, which is told this once."""
    secret = secrets.token_urlsafe(24)
    with db.connection() as connection:
        row = connection.execute(
            "INSERT INTO platform.public_link (workspace, form, secret_hash, label, created_by, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            (workspace, form, hash_of(secret), label, who, expires_at),
        ).fetchone()
    return (row[0] if row else 0), secret


def list_links(db: Database, workspace: str, form: str) -> list[dict[str, Any]]:
    with db.connection() as connection:
        rows = connection.execute(
            "SELECT l.id, l.label, l.created_at, l.expires_at, count(r.record_id) FROM platform.public_link l"
            " LEFT JOIN platform.public_record r ON r.link_id = l.id"
            " WHERE l.workspace = %s AND l.form = %s AND l.revoked_at IS NULL"
            " GROUP BY l.id ORDER BY l.id DESC LIMIT 200",
            (workspace, form),
        ).fetchall()
    return [dict(zip(("id", "label", "created_at", "expires_at", "sent"), row, strict=True)) for row in rows]


def revoke_link(db: Database, workspace: str, form: str, link: int) -> bool:
    with db.connection() as connection:
        ended = connection.execute(
            "UPDATE platform.public_link SET revoked_at = now()"
            " WHERE (workspace, form, id) = (%s, %s, %s) AND revoked_at IS NULL",
            (workspace, form, link),
        )
        return ended.rowcount > 0


def open_secret(db: Database, secret: str) -> Opened:
    """Raises PublicFormClosed."""
    with db.connection() as connection:
        row = connection.execute(_FIND, {"hash": hash_of(secret)}).fetchone()
    if row is None:
        raise PublicFormClosed
    return Opened(*row)


def count_answer(db: Database, opened: Opened, address: str, per_hour: int) -> None:
    """Raises FormFlooded; counted by the hour, from this address and from everybody.

    What one address sends beyond its own share uses up nothing of the others'.
    """
    with db.connection() as connection:
        is_flood = _counted(connection, opened, _address(address)) > most_from_one(per_hour)
        is_flood = is_flood or _counted(connection, opened, b"") > per_hour
    if is_flood:
        raise FormFlooded


def count_look(db: Database, opened: Opened, address: str, per_hour: int) -> None:
    """Raises FormFlooded for an address that looks at the form or its choices again and again."""
    with db.connection() as connection:
        if _counted(connection, opened, b"look" + _address(address)) > READS * most_from_one(per_hour):
            raise FormFlooded


def count_upload(db: Database, opened: Opened, address: str, size: int) -> None:
    """Raises FormFlooded for more than an hour's share of megabytes, from this address and from everybody."""
    megabytes = -(-size // 1024**2)
    with db.connection() as connection:
        is_flood = _counted(connection, opened, b"file" + _address(address), megabytes) > MEGABYTES // 10
        is_flood = is_flood or _counted(connection, opened, b"file", megabytes) > MEGABYTES
    if is_flood:
        raise FormFlooded


def file_key(db: Database, opened: Opened, file: int) -> str:
    """By which a stranger shows that an upload through this link is theirs."""
    return _sign(db, f"file.{opened.link}.{file}")


def most_from_one(per_hour: int) -> int:
    return max(3, per_hour // 10)


def _counted(connection: Connection[Any], opened: Opened, address: bytes, count: int = 1) -> int:
    row = connection.execute(_COUNT, {"link": opened.link, "address": address, "count": count}).fetchone()
    if row is None or row[0] > count:
        return row[0] if row else 0
    connection.execute("DELETE FROM platform.public_count WHERE hour < now() - interval '2 hours'")
    connection.execute("DELETE FROM platform.public_used WHERE at < now() - interval '2 days'")
    return count


def _address(address: str) -> bytes:
    """Kept as a hash: who sent something is nobody's business."""
    return hashlib.sha256(caller_of(address).encode()).digest()[:16]


# --- how long a form was open -------------------------------------------------------------


def new_stamp(db: Database, opened: Opened) -> str:
    """Goes out with the form and must come back with the answer."""
    told = f"{int(time.time())}.{opened.link}.{secrets.token_hex(8)}"
    return f"{told}.{_sign(db, told)}"


def check_stamp(db: Database, opened: Opened, stamp: str, least: float) -> None:
    """Raises StampWrong for one too young, too old or foreign."""
    told, _, sign = stamp.rpartition(".")
    began, _, rest = told.partition(".")
    is_ours = stamp.isascii() and hmac.compare_digest(sign, _sign(db, told)) and rest.startswith(f"{opened.link}.")
    if not is_ours or not least <= time.time() - int(began) <= STAMP_LASTS:
        raise StampWrong


def use_stamp(connection: Connection[Any], stamp: str) -> None:
    """In the transaction that writes the answer. Raises StampWrong for one that was used."""
    used = connection.execute(
        "INSERT INTO platform.public_used (stamp) VALUES (%s) ON CONFLICT DO NOTHING", (hash_of(stamp),)
    )
    if used.rowcount == 0:
        raise StampWrong


def _sign(db: Database, text: str) -> str:
    key = read_setting(db, _STAMP_KEY)
    if key is None:
        add_setting(db, _STAMP_KEY, secrets.token_hex(32))
        key = read_setting(db, _STAMP_KEY)
    return hmac.new(bytes.fromhex(key), text.encode(), "sha256").hexdigest()[:32]


def keep_follower(connection: Connection[Any], opened: Opened, record: int) -> str:
    """The secret by which the sender sees that one record later."""
    secret = secrets.token_urlsafe(24)
    connection.execute(
        "INSERT INTO platform.public_record (secret_hash, link_id, record_id) VALUES (%s, %s, %s)",
        (hash_of(secret), opened.link, record),
    )
    return secret
