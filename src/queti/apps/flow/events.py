"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("address_renewed", "flow.address", "Incoming address renewed", "接收地址更换"),
]
