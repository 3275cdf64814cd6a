"""Where calls may go: into the world, and of the server's own networks only where its operator allows it.

Names are resolved here, once, and the connection is made to the very address that was looked at,
so that a name can't lead elsewhere in between.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from queti.engines.outside.refusals import InsideAddress, OutsideAway

VARIABLE = "QUETI_REACH"
"""Hosts, addresses and networks inside that may be called: `erp.corp.local, 10.0.0.0/8`."""


PUBLIC = "QUETI_PUBLIC_URL"


def public_address() -> str:
    """Under which people and programs reach this server; "" where its operator hasn't said."""
    return os.environ.get(PUBLIC, "").rstrip("/")


def resolved(host: str, port: int) -> list[str]:
    """The addresses of the host; raises OutsideAway, InsideAddress where one of them isn't allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutsideAway(host=host, reason={"en": "there is no such host", "zh": "主机不存在"}) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    listed = allowed()
    for address in addresses:
        if host.lower() not in listed and not is_open(address, listed):
            raise InsideAddress(host=host, address=address)
    return addresses


def allowed() -> Sequence[str]:
    return [part.strip().lower() for part in os.environ.get(VARIABLE, "").split(",") if part.strip()]


def is_open(address: str, listed: Sequence[str]) -> bool:
    """Is it out in the world, or in a network that the operator allows?"""
    known = _plain(address)
    return _is_public(known) or any(_holds(each, known) for each in listed)


def _plain(address: str) -> IPv4Address | IPv6Address:
    """An IPv4 address that is wrapped in an IPv6 one is that address."""
    known = ip_address(address.partition("%")[0])
    if isinstance(known, IPv6Address):
        return known.ipv4_mapped or known.sixtofour or known
    return known


def _is_public(known: IPv4Address | IPv6Address) -> bool:
    return known.is_global and not known.is_multicast and not _is_translated(known)


def _is_translated(known: IPv4Address | IPv6Address) -> bool:
    """NAT64 leads to any IPv4 address, those inside among them."""
    return isinstance(known, IPv6Address) and known in ip_network("64:ff9b::/96")


def _holds(network: str, known: IPv4Address | IPv6Address) -> bool:
    try:
        return known in ip_network(network, strict=False)
    except ValueError:
        return False
