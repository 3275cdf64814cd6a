"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("handed_over", "base.user", "What a person had was handed over", "离职交接完成"),
]
