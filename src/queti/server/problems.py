"""Refusals as RFC 9457 problem documents, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from queti.kernel.errors import Kind, Refusal, UnknownName
from queti.kernel.formulas import FormulaError
from queti.kernel.publishing.merge import MergeConflicts
from queti.server.messages import Answer, Request, answer_json

STATUS_OF_KIND: dict[Kind, int] = {
    "invalid": 422,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "unauthenticated": 401,
    "too_many": 429,
    "too_large": 413,
    "busy": 503,
    "gone": 410,
}


def problem(refusal: Refusal, request: Request, records: Sequence[Mapping[str, Any]] = ()) -> Answer:
    """The answer to a request that was refused. `records` that stand in the way: `{object, id, label}`."""
    status = status_of(refusal, request.path_values)
    body = document(refusal, status, request)
    if records:
        body["records"] = records
    headers = [(b"content-type", b"application/problem+json")]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if status in (429, 503):
        headers.append((b"retry-after", str(refusal.values.get("seconds", 1)).encode()))
    if "allowed" in refusal.values:
        headers.append((b"allow", str(refusal.values["allowed"]).encode()))
    return answer_json(body, status=status, headers=headers)


def status_of(refusal: Refusal, path_values: Mapping[str, str]) -> int:
    """The status of a refusal. A name is 'not found' when it stands in the address, else a wrong input."""
    own = getattr(refusal, "status", None)
    if own is not None:
        return int(own)
    if isinstance(refusal, UnknownName) and refusal.values.get("name") not in path_values.values():
        return 422
    return STATUS_OF_KIND[refusal.kind]


def document(refusal: Refusal, status: int, request: Request) -> dict[str, Any]:
    language = request.language
    told: dict[str, Any] = {
        "type": f"/docs#problem-{refusal.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.says(language),
        "code": refusal.code,
        "field": refusal.field,
        "fields": [{"path": p.path, "code": p.code, "detail": p.says(language)} for p in refusal.fields],
        "offers": list(_offers(refusal, request)),
        "request_id": request.id,
    }
    if isinstance(refusal, FormulaError):
        told["formula"] = mistake(refusal)
    if isinstance(refusal, MergeConflicts):
        told["conflicts"] = [asdict(conflict) for conflict in refusal.conflicts]
    return told


def mistake(error: FormulaError) -> dict[str, Any]:
    """Where a formula is wrong: place in characters, what was expected, nearest known names."""
    return {
        "text": error.text,
        "reason": error.reason,
        "position": error.position,
        "length": error.length,
        "expected": list(error.expected),
        "nearest": list(error.nearest),
    }


def _offers(refusal: Refusal, request: Request) -> Iterator[dict[str, Any]]:
    """Operations that help, as far as they are installed; one with a tick is called by what is ticked."""
    known = request.model.operations if request.model else {}
    for offer in refusal.offers:
        name, _, tick = offer.partition(" ")
        if name in known:
            words = known[name].inputs[tick].label if tick else known[name].label
            label = words.get(request.language) or words.get("en", name)
            yield {"operation": name, "label": label, **({"inputs": {tick: True}} if tick else {})}
