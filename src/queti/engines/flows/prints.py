"""A print made for a flow, kept with its record: as a comment that holds the PDF."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from queti.engines.discussion.comments import keep_with
from queti.engines.printing.pdf import print_pdf
from queti.kernel.files import note
from queti.kernel.person import SYSTEM
from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from queti.engines.flows.cases import Case
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work

PDF = "application/pdf"


def printed(platform: Platform, workspace: str, instance: int | None, name: str) -> Mapping[str, Any]:
    """`{file, name, size, type}` of the PDF, kept in the storage of files."""

    def act(work: Work) -> tuple[bytes, str]:
        [row] = work.fetch("flow.instance", [instance or 0], ["object", "record"])
        label = labels_of(work, None, work.object(row.object), [int(row.record)]).get(int(row.record), row.record)
        language = "zh" if work.company.get("language") == "zh" else "en"
        words = work.model.prints[name].label if name in work.model.prints else {}
        title = words.get(language) or words.get("en") or name
        return print_pdf(work, name, int(row.record), language), f"{title} {label}.pdf"

    content, title = platform.run(workspace, SYSTEM, act, reads_only=True)
    digest = hashlib.sha256(content).hexdigest()
    value = platform.run(workspace, SYSTEM, lambda work: note(work, digest, len(content), title, PDF))
    with tempfile.NamedTemporaryFile(dir=platform.files.inbox, prefix="arriving-", delete=False) as arriving:
        arriving.write(content)
    platform.files.keep(platform.workspace(workspace).schema, digest, Path(arriving.name))
    return value


def attach(work: Work, case: Case, value: Mapping[str, Any]) -> None:
    """The PDF stands with the record from now on, seen by whoever sees that."""
    keep_with(work, case.flow.object, case.record or 0, case.state.submitter, value)
