"""One HTTP call: to the address that was checked, verified by TLS, within a time and a size, never redirected."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from queti.engines.outside.reach import resolved
from queti.engines.outside.refusals import (
    AnsweredLater,
    AnsweredNo,
    AnswerTooLong,
    NotTrusted,
    OutsideAway,
    OutsideFailed,
    Redirected,
    TookTooLong,
    WrongAddress,
    why_away,
)

LONGEST = 1024 * 1024
"""Bytes of an answer."""
PASSING = frozenset({408, 425, 429})
"""Refusals that may be over soon, beside those of 500 and more."""
_SAID = 300


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes


def call(method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Answered:
    """The answer where it is one of success; OutsideFailed."""
    parts = parse(url)
    host, ends = parts.hostname or "", time.monotonic() + seconds
    try:
        answer = _ask(parts, method, headers, body, ends)
        if time.monotonic() >= ends:
            raise TimeoutError
    except (OSError, http.client.HTTPException) as problem:
        raise _refusal(host, problem, seconds, ends) from None
    _refuse_failure(host, answer)
    return answer


def _refusal(host: str, problem: Exception, seconds: float, ends: float) -> OutsideFailed:
    """A connection that was cut at the end of its time fails in many ways."""
    if isinstance(problem, TimeoutError) or time.monotonic() >= ends:
        return TookTooLong(host=host, seconds=f"{seconds:g}")
    if isinstance(problem, ssl.SSLError):
        return NotTrusted(host=host, reason=getattr(problem, "verify_message", "") or problem.reason)
    return OutsideAway(host=host, reason=why_away(problem))


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


def _ask(parts: SplitResult, method: str, headers: Mapping[str, str], body: bytes | None, ends: float) -> Answered:
    """Over a connection to an address that was looked at; the name is proved by TLS and told in `Host`.

    One time for all of it, from finding the address to the last byte: a call never outlasts its claim.
    """
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    peer = _first_that_answers(resolved(host, port), port, ends)
    kind = http.client.HTTPSConnection if is_safe else http.client.HTTPConnection
    peer.settimeout(_left(ends))
    with _cut_at(peer, ends), closing(kind(host, port)) as connection:
        connection.sock = ssl.create_default_context().wrap_socket(peer, server_hostname=host) if is_safe else peer
        connection.request(method, _target(parts), body, {name: text.encode() for name, text in headers.items()})
        answer = connection.getresponse()
        if 300 <= answer.status < 400:
            raise Redirected(host=host, status=answer.status, to=answer.getheader("location") or "?")
        content = answer.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise AnswerTooLong(host=host, most=LONGEST)
    return Answered(answer.status, content)


def _first_that_answers(addresses: list[str], port: int, ends: float) -> socket.socket:
    for place, address in enumerate(addresses[:-1]):
        try:
            return socket.create_connection((address, port), _left(ends) / (len(addresses) - place))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), _left(ends))


def _left(ends: float) -> float:
    """Seconds; TimeoutError when none are."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextmanager
def _cut_at(peer: socket.socket, ends: float) -> Generator[None]:
    """Who sends a byte now and then would hold the line for ever: it is cut when the time is over."""
    # TLS takes the socket over; the line itself stays within reach.
    line = peer.dup()
    timer = threading.Timer(max(ends - time.monotonic(), 0), _cut, [line])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()
        peer.close()


def _cut(peer: socket.socket) -> None:
    with suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)


def _refuse_failure(host: str, answer: Answered) -> None:
    if answer.status < 400:
        return
    said = " ".join(answer.body[:_SAID].decode(errors="replace").split()) or "–"
    kind = AnsweredLater if answer.status in PASSING or answer.status >= 500 else AnsweredNo
    refusal = kind(host=host, status=answer.status, said=said)
    refusal.answered = answer.status
    raise refusal
