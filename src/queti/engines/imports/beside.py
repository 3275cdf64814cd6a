"""Work on an import in a thread of its own; a process that ends meanwhile leaves everything as it was."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg import errors as pg

from queti.engines.imports import kept
from queti.engines.imports.door import Door
from queti.engines.imports.refusals import ImportCancelled, ImportHasErrors, ImportUnderWay
from queti.kernel.errors import Refusal

if TYPE_CHECKING:
    from queti.kernel.work import Work

_LOG = logging.getLogger("queti.imports")
_LAID_DOWN_WITHIN = "5s"


def go_beside(door: Door, number: int, doing: str, act: Callable[[], None]) -> None:
    """Have `act` done by a thread that holds the import in its hands. Raises ImportUnderWay."""
    row = _load(door, number)
    before = resting_state(row)
    with ExitStack() as stack:
        connection = stack.enter_context(door.platform.db.owner())
        lock, is_resting = (_hands_of(door.schema), number), row["state"] not in kept.UNDER_WAY
        if not _takes(connection, lock, is_resting=is_resting) or _load(door, number)["state"] != row["state"]:
            raise ImportUnderWay(id=number)
        kept.put(door, number, doing)
        hands = stack.pop_all()

    def work() -> None:
        with hands:
            _watched(door, number, before, act)

    threading.Thread(target=work, name=f"queti-import-{number}", daemon=True).start()


def _load(door: Door, number: int) -> Mapping[str, Any]:
    return door.run(lambda work: kept.load(work, number), reads_only=True)


def _takes(connection: Connection[Any], lock: tuple[str, int], *, is_resting: bool) -> bool:
    """Into one's own hands; who holds an import that rests is laying it down just now."""
    if not is_resting:
        found = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", lock).fetchone()
        return bool(found and found[0])
    connection.execute(f"SET lock_timeout = '{_LAID_DOWN_WITHIN}'")
    try:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, %s))", lock)
    except pg.LockNotAvailable:
        return False
    return True


def _watched(door: Door, number: int, before: str, act: Callable[[], None]) -> None:
    """Whoever asks for the state later is told what broke it off."""
    try:
        act()
    except (ImportCancelled, ImportHasErrors) as told:
        _LOG.info("import %s: %s", number, told)
    except Refusal as refusal:
        kept.put(door, number, before, problem=refusal.says("zh" if door.language == "zh" else "en"))
    except Exception as problem:  # noqa: BLE001  (told and logged)
        _LOG.exception("import %s broke off", number)
        kept.put(door, number, before, problem=str(problem))


def state_of(work: Work, row: Mapping[str, Any]) -> str:
    """What is under way but in nobody's hands ended with its process; nothing of it stayed."""
    if row["state"] not in kept.UNDER_WAY:
        return row["state"]
    lock = (_hands_of(work.workspace.schema), row["id"])
    [free] = work.column("SELECT pg_try_advisory_xact_lock(hashtextextended($1, $2))", lock)
    return resting_state(row) if free else row["state"]


def resting_state(row: Mapping[str, Any]) -> str:
    """What the import is while nobody works on it."""
    if row["made"]:
        return "paused"
    return "checked" if row["report"] else "new"


def _hands_of(schema: str) -> str:
    return f"queti.import.{schema}"
