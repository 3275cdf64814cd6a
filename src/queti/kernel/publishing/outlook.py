"""What a publication would do, before anybody decides: findings, conflicts, steps, data that goes out of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from queti.kernel.errors import FieldProblem, Refusal
from queti.kernel.model import Model, Object
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.foreseen import Foreseen, foresee
from queti.kernel.publishing.merge import Conflict
from queti.kernel.publishing.plan import Plan
from queti.kernel.publishing.publish import Proposal, Publication, examine
from queti.kernel.publishing.releases import hashed, identity_of


class DataLost(Refusal):
    """Publishing would put data out of use: {losses}. Confirm it if that is meant; the data is kept and comes back."""

    zh = "发布将停用现有数据：{losses}。如确认无误请确认继续；数据会保留，可以恢复。"
    kind = "conflict"


@dataclass(slots=True)
class Outlook:
    """`losses` are objects and fields that hold data and would go out of use, `changes` lines like `+ view own.x`."""

    findings: list[Finding] = field(default_factory=list[Finding])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    plan: Plan = field(default_factory=Plan)
    losses: list[str] = field(default_factory=list[str])
    changes: list[str] = field(default_factory=list[str])
    foreseen: Foreseen = field(default_factory=Foreseen)

    @property
    def is_good(self) -> bool:
        return not self.conflicts and not any(each.severity == "error" for each in self.findings)


def outlook_of(publication: Publication, proposal: Proposal | None, conflicts: list[Conflict]) -> Outlook:
    if proposal is None:
        return Outlook(conflicts=conflicts)
    examined = examine(publication, proposal)
    before = publication.base.manifest["effective"]
    effective, _ = hashed(proposal.definitions, publication.catalogue, before)
    changes = _changes(before, effective)
    lost = losses(publication, examined.model)
    return Outlook(examined.findings, conflicts, examined.plan, lost, changes, foresee(publication, examined))


def refuse_losses(publication: Publication, proposal: Proposal) -> None:
    """DataLost."""
    lost = losses(publication, examine(publication, proposal).model)
    if lost:
        problems = [FieldProblem(each, "data_lost", "Holds data.", "存有数据。") for each in lost]
        raise DataLost(losses=", ".join(lost[:8]), fields=problems)


def losses(publication: Publication, after: Model) -> list[str]:
    """Objects and fields that hold data now and are not in the release to come."""
    lost: list[str] = []
    for name, object in sorted(publication.before.objects.items()):
        now = after.objects.get(name)
        if now is None:
            lost += [name] if _holds(publication, object, "true") else []
        elif now is not object:
            lost += [f"{name}.{each}" for each in _lost_fields(publication, object, now)]
    return lost


def _lost_fields(publication: Publication, object: Object, now: Object) -> list[str]:
    gone = [
        entry
        for name, entry in object.fields.items()
        if entry.column is not None and not entry.is_computed and not entry.is_system
        if name not in now.fields or not now.fields[name].is_stored
    ]
    return [each.name for each in gone if _holds(publication, object, f"{quoted(each.column.name)} IS NOT NULL")]  # type: ignore[union-attr]


def _holds(publication: Publication, object: Object, condition: str) -> bool:
    table = f"{quoted(publication.workspace.schema)}.{quoted(object.table.name)}"
    found = execute(publication.connection, f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1")
    return found.fetchone() is not None


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """`+ kind name`, `~ kind name`, `- kind name`."""
    lines: list[str] = []
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            sign = "+" if key not in before else "-" if key not in after else "~"
            lines.append(f"{sign} {' '.join(identity_of(key))}")
    return lines
