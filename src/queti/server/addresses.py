"""Whom an address stands for, where somebody's requests are counted."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

SHARED_BITS = 64
"""Of IPv6, what everybody gets a network of: whose device may take any address within."""


def caller_of(address: str) -> str:
    """An IPv4 address as it is; of IPv6 the network of its line. What is no address stays as it is."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((known, SHARED_BITS), strict=False))
