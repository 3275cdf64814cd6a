"""Passwords: argon2id with OWASP's smaller setting (19 MiB, two passes), about 20 ms each.

The small memory, and no more than two at once, keep a burst of sign-ins from pushing the
process over its budget; they run in a pool of threads beside the hot path.
"""

from __future__ import annotations

import secrets
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from queti.server.refusals import WeakPassword

LEAST = 8
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = Semaphore(2)
_nobody = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Does `password` fit? An unknown account (`None`) takes just as long to refuse."""
    try:
        with _at_once:
            _hasher.verify(stored or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Was the hash made with weaker settings than today's?"""
    return _hasher.check_needs_rehash(stored)


def refuse_weak(password: str, login: str) -> None:
    if len(password) < LEAST or password.casefold() == login.casefold():
        raise WeakPassword(least=LEAST)


def invented_password() -> str:
    """A one-time password to read out: 80 bits, no letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
