"""Signatures of calls between programs, as Standard Webhooks (standardwebhooks.com) has them.

`webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

from queti.engines.outside.refusals import NotSigned, TooOld

MINUTES = 5
"""How old a signature may be, and how far ahead of our clock."""
ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def signed(secret: str, id: str, at: int, body: bytes) -> dict[str, str]:
    return {ID: id, TIME: str(at), SIGNATURE: f"v1,{_sign(secret, id, str(at), body)}"}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of the call. Raises NotSigned, TooOld."""
    id, at = headers.get(ID, ""), headers.get(TIME, "")
    wanted = _sign(secret, id, at, body).encode()
    given = [part.partition(",") for part in headers.get(SIGNATURE, "").split(" ")]
    fits = [version == "v1" and hmac.compare_digest(sign.encode(), wanted) for version, _, sign in given]
    if not id or not at.isascii() or not at.isdigit() or not any(fits):
        raise NotSigned
    if abs(now - int(at)) > MINUTES * 60:
        raise TooOld(minutes=MINUTES)
    return id


def _sign(secret: str, id: str, at: str, body: bytes) -> str:
    told = f"{id}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(_key(secret), told, "sha256")).decode()


def _key(secret: str) -> bytes:
    """`whsec_…` is base64, as the standard has it; anything else is itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
