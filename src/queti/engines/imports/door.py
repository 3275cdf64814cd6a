"""Through which an import comes: which workspace, who, in which language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from queti.kernel.writing import idempotency

if TYPE_CHECKING:
    from queti.kernel.person import Person
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work
    from queti.kernel.writing.idempotency import Claim

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Door:
    """A person at a workspace's door."""

    platform: Platform
    workspace: str
    who: Person
    language: str = "en"
    claim: Claim | None = None
    """Of the idempotency key that the request came with."""
    beside: bool = False
    """Large imports are worked on in a thread of their own; the answer doesn't wait for them."""

    @property
    def folder(self) -> Path:
        """Where uploads are kept."""
        return self.platform.home.imports

    @property
    def schema(self) -> str:
        return self.platform.workspace(self.workspace).schema

    def place(self, number: int) -> Path:
        """The folder of one import. A workspace that was made anew counts from 1 again, and is another."""
        workspace = self.platform.workspace(self.workspace)
        made = self.platform.model(workspace).schema_id
        return self.folder / f"{workspace.schema}-{made}" / str(number)

    def run(self, act: Callable[[Work], T], *, reads_only: bool = False) -> T:
        return self.platform.run(self.workspace, self.who, act, language=self.language, reads_only=reads_only)

    def once(self, number: int, act: Callable[[Work], int | None]) -> tuple[int, bool]:
        """Perform `act` once under the claimed key: the import's number (`act` tells a new one's), and was it now?"""

        def claimed(work: Work) -> tuple[int, bool]:
            kept = idempotency.kept(work)
            if kept is not None:
                return kept.body["id"], False
            found = act(work) or number
            idempotency.keep(work, 200, {"id": found})
            return found, True

        return self.platform.run(self.workspace, self.who, claimed, language=self.language, claim=self.claim)
