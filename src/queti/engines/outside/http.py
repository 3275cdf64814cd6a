"""One HTTP call: to the address that was checked, verified by TLS, within a time and a size, never redirected."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from queti.engines.outside.reach import resolved
from queti.engines.outside.refusals import (
    AnsweredLater,
    AnsweredNo,
    AnswerTooLong,
    NotTrusted,
    OutsideAway,
    Redirected,
    TookTooLong,
    WrongAddress,
)

LONGEST = 1024 * 1024
"""Bytes of an answer."""
PASSING = frozenset({408, 425, 429})
"""Refusals that may be over soon, beside those of 500 and more."""
_PIECE = 64 * 1024
_SAID = 300


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes


def call(method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Answered:
    """The answer where it is one of success; OutsideFailed."""
    parts = parse(url)
    host, deadline = parts.hostname or "", time.monotonic() + seconds
    try:
        answer = _ask(_connected(parts, seconds), method, _target(parts), headers, body, deadline, host)
    except ssl.SSLError as problem:
        raise NotTrusted(host=host, reason=getattr(problem, "verify_message", "") or problem.reason) from None
    except TimeoutError:
        raise TookTooLong(host=host, seconds=f"{seconds:g}") from None
    except (OSError, http.client.HTTPException) as problem:
        raise OutsideAway(host=host, reason=type(problem).__name__) from None
    _refuse_failure(host, answer)
    return answer


def parse(url: str) -> SplitResult:
    """Raises WrongAddress."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        raise WrongAddress(url=url) from None
    if not is_whole or parts.username or parts.password or any(each <= " " for each in url):
        raise WrongAddress(url=url)
    return parts


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connected(parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
    """A connection to an address of the host; the name is proved by TLS and told in `Host`."""
    host = parts.hostname or ""
    is_safe = parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    connection = http.client.HTTPConnection(host, parts.port or port, timeout=seconds)
    peer = _first_that_answers(resolved(host, port), port, seconds)
    connection.sock = ssl.create_default_context().wrap_socket(peer, server_hostname=host) if is_safe else peer
    if is_safe:
        connection.default_port = 443
    return connection


def _first_that_answers(addresses: list[str], port: int, seconds: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), seconds / len(addresses))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), seconds)


def _ask(
    connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str],
    body: bytes | None, deadline: float, host: str,
) -> Answered:  # fmt: skip
    try:
        connection.request(method, target, body, {name: text.encode() for name, text in headers.items()})
        _hurry(connection, deadline)
        answer = connection.getresponse()
        if 300 <= answer.status < 400:
            raise Redirected(host=host, status=answer.status, to=answer.getheader("location") or "?")
        return Answered(answer.status, _read(connection, answer, deadline, host))
    finally:
        connection.close()


def _read(
    connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float, host: str
) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LONGEST:
            raise AnswerTooLong(host=host, most=LONGEST)
        _hurry(connection, deadline)
    return b"".join(pieces)


def _hurry(connection: http.client.HTTPConnection, deadline: float) -> None:
    """What is left of the time bounds the next wait."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _refuse_failure(host: str, answer: Answered) -> None:
    if answer.status < 400:
        return
    said = " ".join(answer.body[:_SAID].decode(errors="replace").split()) or "–"
    kind = AnsweredLater if answer.status in PASSING or answer.status >= 500 else AnsweredNo
    refusal = kind(host=host, status=answer.status, said=said)
    refusal.answered = answer.status
    raise refusal
