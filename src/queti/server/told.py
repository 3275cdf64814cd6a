"""What publishing has to say, as the JSON of whoever asks: findings, plans, differences, names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from queti.kernel.definitions import Words
from queti.kernel.publishing.comparing import Definitions, Told, tell
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.foreseen import Foreseen
from queti.kernel.publishing.merge import Conflict
from queti.kernel.publishing.releases import compare
from queti.kernel.work import Work
from queti.server.messages import Request


def said(words: Words, request: Request) -> str:
    return words.get(request.language) or words.get("en", "")


def told_finding(finding: Finding, request: Request) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "name": finding.name,
        "place": finding.place,
        "position": finding.position,
        "severity": finding.severity,
        "detail": finding.zh if request.language == "zh" else finding.en,
        "change": finding.change,
        "offers": [{"label": said(each.label, request), "change": each.change} for each in finding.offers],
        "uses": finding.uses,
        "fix": said(finding.fix, request),
    }


def told_conflict(conflict: Conflict) -> dict[str, Any]:
    """What was, what is here, what comes."""
    return {
        "kind": conflict.kind,
        "name": conflict.name,
        "property": conflict.property,
        "base": conflict.base,
        "ours": conflict.ours,
        "theirs": conflict.theirs,
    }


def told_foreseen(foreseen: Foreseen, request: Request) -> dict[str, Any]:
    is_zh = request.language == "zh"
    told = [
        {"act": each.act, "object": each.object, "field": each.field, "text": each.zh if is_zh else each.en}
        for each in foreseen.told
    ]
    return {"told": told, "seconds": foreseen.seconds, "waits": foreseen.waits, "is_beside": foreseen.is_beside}


def compared(work: Work, before: Definitions, after: Definitions, request: Request) -> dict[str, Any]:
    told = tell(before, after, work.model.operations, around=work.model.definitions)
    return {"differences": compare(before, after), "told": [told_sentences(each, request) for each in told]}


def told_sentences(told: Told, request: Request) -> dict[str, Any]:
    say = (lambda said: said.zh) if request.language == "zh" else (lambda said: said.en)
    return {
        "app": told.app,
        "kind": told.kind,
        "name": told.name,
        "label": told.label.get(request.language) or told.label.get("en") or told.name,
        "sentences": [{"property": said.property, "text": say(said)} for said in told.sentences],
    }


def names_of(work: Work, users: Iterable[int | None]) -> dict[int, str]:
    """The names of these people; somebody who is gone for good has none."""
    wanted = sorted({user for user in users if user is not None})
    if not wanted or "base.user" not in work.model.objects:
        return {}
    return {each.id: each.get("name") or "" for each in work.fetch("base.user", wanted)}
