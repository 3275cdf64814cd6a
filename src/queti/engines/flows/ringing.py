"""What is due within the minute is done to the second: the worker's look at the clock comes each minute only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queti.kernel.work import Work

SOON = timedelta(seconds=70)


def ring(work: Work, moments: Iterable[datetime]) -> None:
    """Have the worker called at those of the moments that come before it looks at the clock again."""
    soon = sorted({each for each in moments if work.now < each <= work.now + SOON})
    if soon:
        work.execute("SELECT jobs.enqueue_at('flows', $1::timestamptz[])", (soon,))
