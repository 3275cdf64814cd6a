"""News for the processes of one server: told in a Work's own commit, never before and never without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queti.kernel.work import Work

CHANNEL = "queti_tidings"
PEOPLE = frozenset({"base.user", "base.department"})
"""What decides about who somebody is and which roles they have."""


def tell_of_people(work: Work) -> None:
    """Who somebody is or which roles they have changed: whoever keeps what sessions know reads it again."""
    if any(object in PEOPLE for object, _ in work.journal.touched):
        work.execute("SELECT pg_notify($1, $2)", (CHANNEL, f"workspace:{work.workspace.name}"))
