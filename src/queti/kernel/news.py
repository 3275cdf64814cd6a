"""News for the processes of one server: told in a Work's own commit, never before and never without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queti.kernel.work import Work

CHANNEL = "queti_tidings"
PEOPLE = "base.user"


def tell_of_people(work: Work) -> None:
    """Somebody's roles, department or name changed: whoever keeps what sessions know reads it again."""
    if any(object == PEOPLE for object, _ in work.journal.touched):
        work.execute("SELECT pg_notify($1, $2)", (CHANNEL, f"workspace:{work.workspace.name}"))
