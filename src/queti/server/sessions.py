"""Sign-in and sessions.

A session's token is random and known to its holder only; the database keeps its hash.
Sessions are cached in the process until `Tidings` says that they ended.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from queti.kernel.errors import Language
from queti.kernel.person import Person
from queti.kernel.platform import Platform
from queti.server import lockouts
from queti.server.headers import is_local
from queti.server.messages import Request
from queti.server.passwords import hash_password, is_outdated, is_password
from queti.server.people import find_person, find_program
from queti.server.refusals import SampleSignInElsewhere, WrongSignIn
from queti.server.settings import Settings
from queti.server.throttle import Throttle, too_many
from queti.server.tidings import Tidings, tell

CACHED_FOR = 30.0
"""Seconds after which a cached person is read again in any case."""

SEEN_EVERY = 300.0
MOST_CACHED = 10_000

_FIND = """
    SELECT a.id, a.workspace, a.login, a.user_id, a.must_change, extract(epoch FROM s.expires_at)
    FROM platform.session s JOIN platform.account a ON a.id = s.account_id
    WHERE s.token_hash = %s AND s.revoked_at IS NULL AND s.expires_at > now()
      AND s.seen_at > now() - make_interval(days => %s) AND a.disabled_at IS NULL
"""
_FIND_PROGRAM = """
    SELECT t.id, t.workspace, t.name, t.user_id, t.is_personal, t.roles, a.id,
        extract(epoch FROM coalesce(t.expires_at, now() + interval '10 years')), extract(epoch FROM t.used_at)
    FROM platform.api_token t
    LEFT JOIN platform.account a ON (a.workspace, a.user_id) = (t.workspace, t.user_id) AND a.disabled_at IS NULL
    WHERE t.token_hash = %s AND t.revoked_at IS NULL AND coalesce(t.expires_at > now(), true)
      AND (a.id IS NOT NULL OR NOT t.is_personal)
    LIMIT 1
"""
_SEEN = "UPDATE platform.session SET seen_at = now() WHERE token_hash = %s"
_SEEN_TOKEN = "UPDATE platform.api_token SET used_at = now() WHERE token_hash = %s"  # noqa: S105
_ACCOUNT = """
    SELECT id, workspace, login, user_id, password_hash, must_change, is_sample
    FROM platform.account
    WHERE workspace = %s AND login = %s AND disabled_at IS NULL
"""


@dataclass(slots=True)
class Session:
    """A signed-in person on one device."""

    key: bytes
    account: int
    workspace: str
    login: str
    person: Person
    must_change: bool
    expires_at: float
    read_at: float
    seen_at: float
    token: int = 0
    """Of a program: the id of its API token."""

    @property
    def language(self) -> Language:
        return "zh" if self.person.language.startswith("zh") else "en"

    @property
    def name(self) -> str:
        """How the administrator's page names this session; says nothing about the token."""
        return self.key[:9].hex()


class Sessions:
    """The sessions of this server, as this process knows them."""

    def __init__(self, platform: Platform, settings: Settings) -> None:
        self.platform = platform
        self.db = platform.db
        self.settings = settings
        self.throttle = Throttle(settings)
        self._cache: dict[bytes, Session] = {}
        self._turn = 0
        self._tidings = Tidings(self.db.dsn, self.hear, self._forget)

    def close(self) -> None:
        self._tidings.close()

    # --- finding -----------------------------------------------------------------------

    def find(self, token: str) -> Session | None:
        """The living session of a token; no statement while it is cached and current."""
        known = self._living(hashlib.sha256(token.encode()).digest())
        if known is not None and known.token:
            self.throttle.refuse_busy(known.token)
        if known is not None and time.time() - known.seen_at > SEEN_EVERY:
            self._note_seen(known)
        return known

    def knows(self, token: str) -> bool:
        """Would `find` need no statement?"""
        known = self._cache.get(hashlib.sha256(token.encode()).digest())
        now = time.time()
        return known is not None and self._is_current(known, now) and now - known.seen_at <= SEEN_EVERY

    def again(self, session: Session) -> Session:
        """The same session with what is known of the person now."""
        return self._living(session.key) or session

    def stored_password(self, account: int) -> str | None:
        with self.db.connection() as connection:
            row = connection.execute("SELECT password_hash FROM platform.account WHERE id = %s", (account,)).fetchone()
        return row[0] if row else None

    def person_now(self, session: Session) -> Person | None:
        """The session's person with today's rights; None when the session has ended."""
        living = self._living(session.key)
        return living.person if living else None

    def _living(self, key: bytes) -> Session | None:
        known = self._cache.get(key)
        now = time.time()
        if known is None or not self._is_current(known, now):
            known = self._read(key)
        return None if known is None or known.expires_at < now else known

    def _is_current(self, known: Session, now: float) -> bool:
        return now - known.read_at <= CACHED_FOR and self._tidings.is_current

    def _note_seen(self, session: Session) -> None:
        session.seen_at = time.time()
        with self.db.connection() as connection:
            connection.execute(_SEEN_TOKEN if session.token else _SEEN, (session.key,))

    def _read(self, key: bytes) -> Session | None:
        turn = self._turn
        before = self._cache.pop(key, None)
        with self.db.connection() as connection:
            row = connection.execute(_FIND, (key, self.settings.idle_days)).fetchone()
        session = self._session_of(key, row) if row else self._program(key)
        if session is None:
            return None
        session.seen_at = before.seen_at if before else session.seen_at
        # What was read while news came in may be old already: used once, not kept.
        if turn == self._turn:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            self._cache[key] = session
        return session

    def _session_of(self, key: bytes, row: tuple[Any, ...]) -> Session | None:
        account, workspace, login, user, must_change, expires_at = row
        person = find_person(self.platform, workspace, user)
        if person is None:
            return None
        return Session(key, account, workspace, login, person, must_change, float(expires_at), time.time(), 0.0)

    def _program(self, key: bytes) -> Session | None:
        """Who signs in by an API token: its maker with the token's roles, of a personal one no more than their own."""
        with self.db.connection() as connection:
            row = connection.execute(_FIND_PROGRAM, (key,)).fetchone()
        if row is None:
            return None
        token, workspace, name, user, is_personal, roles, account, expires_at, used_at = row
        person = find_program(self.platform, workspace, user, name, roles, is_personal=is_personal)
        if person is None:
            return None
        seen_at = float(used_at or 0)
        return Session(
            key, account or 0, workspace, person.login, person, False, float(expires_at), time.time(), seen_at, token
        )

    def hear(self, what: str, key: str) -> None:
        """News of a session, an account or a workspace's people: what is known of them has ended."""
        self._turn += 1
        if what == "session":
            self._cache.pop(bytes.fromhex(key), None)
        elif what == "account":
            self._drop(lambda s: s.account == int(key))
        else:
            self._drop(lambda s: s.workspace == key)

    def _drop(self, ended: Any) -> None:
        for session in [s for s in list(self._cache.values()) if ended(s)]:
            self._cache.pop(session.key, None)

    def _forget(self) -> None:
        self._turn += 1
        self._cache.clear()

    # --- beginning ---------------------------------------------------------------------

    def sign_in(self, workspace: str, login: str, password: str, request: Request) -> tuple[str, Session]:
        """A new session and its token. Raises WrongSignIn, TooManyAttempts, SampleSignInElsewhere."""
        name = f"{workspace}/{login.casefold()}"
        self.throttle.refuse_tired(name, request.address)
        with self.db.connection() as connection:
            row = connection.execute(_ACCOUNT, (workspace, login.casefold())).fetchone()
            shut = lockouts.locked_for(connection, row[0], request.address, self.settings) if row else None
        if shut is not None:
            raise too_many(shut)
        if not is_password(row[4] if row else None, password) or row is None:
            self.throttle.note_failure(name, request.address)
            self._note_failure(row[0] if row else None, workspace, login, request.address)
            raise WrongSignIn
        if row[6] and (self.settings.public_url or not is_local(request)):
            raise SampleSignInElsewhere
        self.throttle.note_success(name, request.address)
        return self._begin(row, password, request)

    def is_theirs(self, session: Session, password: str, request: Request) -> bool:
        """Is it the person's password? Raises TooManyAttempts: wrong ones count as in signing in."""
        name = f"{session.workspace}/{session.login}"
        self.throttle.refuse_tired(name, request.address)
        with self.db.connection() as connection:
            shut = lockouts.locked_for(connection, session.account, request.address, self.settings)
        if shut is not None:
            raise too_many(shut)
        if is_password(self.stored_password(session.account), password):
            return True
        self.throttle.note_failure(name, request.address)
        self._note_failure(session.account, session.workspace, session.login, request.address)
        return False

    def _begin(self, row: tuple[Any, ...], password: str, request: Request) -> tuple[str, Session]:
        account, workspace, login, _user, stored, _must, _sample = row
        token = secrets.token_urlsafe(32)
        key = hashlib.sha256(token.encode()).digest()
        agent = request.header(b"user-agent")[:200]
        fresh = hash_password(password) if is_outdated(stored) else None
        with self.db.connection() as connection:
            connection.execute(
                "INSERT INTO platform.session (token_hash, account_id, created_at, seen_at, expires_at, address, agent)"
                " VALUES (%s, %s, now(), now(), now() + make_interval(days => %s), %s, %s)",
                (key, account, self.settings.session_days, request.address, agent),
            )
            if fresh is not None:
                connection.execute(
                    "UPDATE platform.account SET password_hash = %s WHERE id = %s AND password_hash = %s",
                    (fresh, account, stored),
                )
            lockouts.note_success(connection, account, request.address, self.settings)
            _note_sign_in(connection, workspace, login, account, True, request.address)
        session = self._read(key)
        if session is None:
            raise WrongSignIn
        return token, session

    def _note_failure(self, account: int | None, workspace: str, login: str, address: str) -> None:
        with self.db.connection() as connection:
            _note_sign_in(connection, workspace, login, account, False, address)
            if account is not None:
                lockouts.note_failure(connection, account, address, self.settings)

    # --- ending ------------------------------------------------------------------------

    def end(self, key: bytes) -> None:
        """Sign out one session, in all processes."""
        with self.db.connection() as connection:
            connection.execute(
                "UPDATE platform.session SET revoked_at = now() WHERE token_hash = %s AND revoked_at IS NULL", (key,)
            )
            tell(connection, "session", key.hex())
        self.hear("session", key.hex())

    def forget(self, key: bytes) -> None:
        """Whoever signed in by this key has ended, in all processes."""
        with self.db.connection() as connection:
            tell(connection, "session", key.hex())
        self.hear("session", key.hex())

    def end_all(self, account: int, *, but: bytes = b"") -> int:
        """Sign out all sessions of an account (but one); how many there were."""
        with self.db.connection() as connection:
            ended = connection.execute(
                "UPDATE platform.session SET revoked_at = now()"
                " WHERE account_id = %s AND token_hash <> %s AND revoked_at IS NULL",
                (account, but),
            ).rowcount
            tell(connection, "account", account)
        self.hear("account", str(account))
        return ended

    def read_again(self, workspace: str) -> None:
        """Rights or names of people of a workspace changed: read them afresh, in all processes."""
        with self.db.connection() as connection:
            tell(connection, "workspace", workspace)
        self.hear("workspace", workspace)


def _note_sign_in(
    connection: psycopg.Connection, workspace: str, login: str, account: int | None, ok: bool, address: str
) -> None:
    connection.execute(
        "INSERT INTO platform.sign_in (workspace, login, account_id, ok, address)"
        " SELECT name, %s, %s, %s, %s FROM platform.workspace WHERE name = %s",
        (login[:200], account, ok, address, workspace),
    )
