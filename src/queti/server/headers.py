"""Headers that every answer carries, and the checks on those that come in."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from queti.kernel.errors import Language
from queti.server.refusals import ForeignOrigin, MissingHeader, UnknownHost

if TYPE_CHECKING:
    from queti.server.messages import Answer, Header, Request
    from queti.server.settings import Settings

# The kit of the screen writes its styles at run time, hence 'unsafe-inline' for styles alone.
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    b"frame-src blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"

_ALWAYS: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=()"),
]
_FORWARDING = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip")


def finish_headers(answer: Answer, request_id: str, timing: bytes, *, secure: bool) -> None:
    """Complete an answer's headers; what the handler set stays."""
    headers = answer.headers
    given = {name for name, _ in headers}
    headers += _ALWAYS
    headers.append((b"x-request-id", request_id.encode()))
    if timing:
        headers.append((b"server-timing", timing))
    if b"content-security-policy" not in given:
        headers.append((b"content-security-policy", DATA_POLICY))
    if b"cache-control" not in given:
        headers.append((b"cache-control", b"no-store"))
    if answer.stream is None and answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    if secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))


class HostCheck:
    """Refuses names that this server doesn't go by, so that a foreign name can't be pointed at it.

    An address in figures can't be rebound, hence passes.
    """

    def __init__(self, settings: Settings) -> None:
        self._names = {"localhost", settings.public_host, *settings.hosts} - {""}
        self._passed: set[bytes] = set()

    def __call__(self, request: Request) -> None:
        raw = request.headers.get(b"host", b"")
        if raw in self._passed:
            return
        name = _host_name(raw.decode("latin-1"))
        if name not in self._names and not _is_address(name):
            raise UnknownHost(host=name)
        if len(self._passed) < 100:
            self._passed.add(raw)


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def refuse_cross_site(request: Request, settings: Settings) -> None:
    """A write that a cookie signs must come from our own pages."""
    if request.header(b"x-queti") != "1":
        raise MissingHeader
    refuse_foreign_origin(request, settings)


def refuse_foreign_origin(request: Request, settings: Settings) -> None:
    origin = request.header(b"origin")
    if not origin:
        if request.header(b"sec-fetch-site") in ("", "same-origin", "none"):
            return
        raise ForeignOrigin(origin=request.header(b"sec-fetch-site"))
    own = {request.header(b"host").lower(), urlsplit(settings.public_url).netloc.lower()} - {""}
    if urlsplit(origin).netloc.lower() not in own:
        raise ForeignOrigin(origin=origin)


def is_forwarded(request: Request) -> bool:
    return any(name in request.headers for name in _FORWARDING)


def is_local(request: Request) -> bool:
    """Did the request come from this machine itself, through no proxy?"""
    try:
        return ipaddress.ip_address(request.address).is_loopback and not is_forwarded(request)
    except ValueError:
        return False


def client_address(peer: str, headers: dict[bytes, bytes], settings: Settings) -> str:
    """The caller's address: the peer, or whom a trusted proxy names last."""
    forwarded = headers.get(b"x-forwarded-for")
    if forwarded is None or peer not in settings.trusted_proxies:
        return peer
    for hop in reversed(forwarded.decode("latin-1").split(",")):
        address = hop.strip()
        if address not in settings.trusted_proxies:
            return address if _is_address(address) else peer
    return peer


def asked_language(request: Request) -> Language | None:
    """The language that `Accept-Language` asks for first, when it is one of ours."""
    first = request.headers.get(b"accept-language", b"")[:2].lower()
    if first == b"zh":
        return "zh"
    return "en" if first == b"en" else None
