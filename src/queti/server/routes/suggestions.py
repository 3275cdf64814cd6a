"""Suggestions: anybody proposes a change, tries it with the own rights, and sees what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from queti.engines.spelling import spelled
from queti.kernel.publishing import suggestions
from queti.kernel.publishing.drafts import Draft
from queti.kernel.publishing.wishes import Wish, changes_of
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routes.drafts import draft_number, read_changes
from queti.server.routing import Route
from queti.server.told import names_of

_ABOUT = ("object", "field", "page")
LONGEST = 4000


def suggest(door: Door, request: Request) -> Answer:
    """`{text, object?, field?, page?, changes?, wish?}` → the suggestion; its number is a draft's, to preview and try.

    `wish` is what somebody who knows no definitions may want of the field: `{label?, help?, required?, choice?}`.
    """
    given = request.json_object()
    text, about = _text(given, "text"), {name: _text(given, name) for name in _ABOUT if given.get(name)}
    if not text.strip():
        raise wrong("text", "required", "Say what should change.", "请说明希望如何修改。")
    changes = read_changes(given.get("changes") or [])
    wishes = [_wish(about, given["wish"])] if given.get("wish") else []

    def act(work: Work) -> Written:
        made = suggestions.suggest(work, text, about, [*changes, *changes_of(work, wishes)])
        return 201, _told(made, names_of(work, made.proposers))

    return write_once(door, request, act)


def list_suggestions(door: Door, request: Request) -> Answer:
    """One's own with their fate; `?all=true` for builders: those of everybody that wait."""
    is_all = request.query.get("all") == "true" and signed_in(request).person.administers

    def act(work: Work) -> Answer:
        found = suggestions.open_suggestions(work) if is_all else suggestions.own_suggestions(work)
        names = names_of(work, [user for each in found for user in each.proposers])
        return answer_json({"suggestions": [_told(each, names) for each in found]})

    return door.run(request, act, reads_only=True)


def show_suggestion(door: Door, request: Request) -> Answer:
    number = draft_number(request)

    def act(work: Work) -> Answer:
        found = suggestions.find_suggestion(work, number)
        return answer_json(_told(found, names_of(work, found.proposers)))

    return door.run(request, act, reads_only=True)


def decline(door: Door, request: Request) -> Answer:
    """`{reply}`: the proposer reads why not."""
    number, reply = draft_number(request), _text(request.json_object(), "reply")

    def act(work: Work) -> Written:
        found = suggestions.decline(work, number, reply)
        return 200, _told(found, names_of(work, found.proposers))

    return write_once(door, request, act)


def _wish(about: Mapping[str, str], given: Any) -> Wish:
    if not isinstance(given, dict) or not {"object", "field"} <= about.keys():
        raise wrong(
            "wish",
            "wrong_type",
            "What should change, of which field of which object.",
            "请说明修改哪个对象的哪个字段。",
        )
    required, choice = given.get("required"), _text(given, "choice").strip()
    if required is not None and not isinstance(required, bool):
        raise wrong("wish.required", "wrong_type", "true or false.", "应为 true 或 false。")
    return Wish(
        about["object"],
        about["field"],
        label=_text(given, "label").strip(),
        help=_text(given, "help").strip(),
        required=required,
        choice=(_name(choice), choice) if choice else None,
    )


def _name(words: str) -> str:
    """`待复核` → `dai_fu_he`: the name of a choice that is called so."""
    return re.sub(r"[^a-z0-9]+", "_", spelled(words).lower()).strip("_")[:40] or "other"


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise wrong(name, "wrong_type", f"A text of at most {LONGEST} characters.", f"应为不超过 {LONGEST} 字的文本。")
    return value


def _told(draft: Draft, names: Mapping[int, str]) -> dict[str, Any]:
    about = draft.suggestion or {}
    return {
        "suggestion": draft.id,
        "draft": draft.id,
        "text": about.get("text", draft.note),
        **{name: about.get(name) for name in _ABOUT},
        "proposed_by": draft.created_by,
        "proposed_by_name": names.get(draft.created_by or 0, ""),
        "created_at": draft.created_at,
        "changes": len(draft.changes),
        "fate": suggestions.fate_of(draft),
        "release": draft.published_as,
        "merged_into": draft.merged_into,
        "reply": draft.reply,
    }


ROUTES = [
    Route("POST", "/api/suggestions", suggest, previews="allow"),
    Route("GET", "/api/suggestions", list_suggestions),
    Route("GET", "/api/suggestions/{draft}", show_suggestion),
    Route("POST", "/api/suggestions/{draft}/decline", decline, guard="administrator", previews="allow"),
]
