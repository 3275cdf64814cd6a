"""Drafts: what is changed in them, tried out, checked, planned and published."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from queti.kernel.errors import FieldProblem
from queti.kernel.publishing import drafts, proposing
from queti.kernel.publishing.drafts import Change, Draft, DraftNotFound
from queti.kernel.publishing.merge import Choice
from queti.kernel.publishing.preview import previewed
from queti.kernel.publishing.renaming import ObjectKeepsItsName, rename_choice, rename_field
from queti.kernel.publishing.retired import bring_back
from queti.kernel.publishing.trying import try_values
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, claim_of, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.previews import seen_user
from queti.server.routes.publications import publish_once
from queti.server.routing import Route
from queti.server.threads import Kind
from queti.server.told import compared, names_of, told_finding, told_foreseen
from queti.store.workspaces import Workspace

_NUMBER = re.compile(r"\d{1,9}\Z")


def create_draft(door: Door, request: Request) -> Answer:
    """`{from, title, note, is_shared}`: a draft upon that release, the newest without one."""
    given = request.json_object()
    base, words = given.get("from"), _described(given)
    if base is not None and (not isinstance(base, int) or isinstance(base, bool) or base < 1):
        raise wrong("from", "wrong_type", "The number of a release.", "应为发布版本号。")

    def act(work: Work) -> Written:
        return 201, _shown(work, drafts.create_draft(work, base, **words))

    return write_once(door, request, act)


def list_drafts(door: Door, request: Request) -> Answer:
    """Those that are open to this person."""

    def act(work: Work) -> Answer:
        listed = drafts.list_drafts(work)
        names = names_of(work, [draft.created_by for draft in listed])
        return answer_json({"drafts": [_told(work, draft, names) for draft in listed]})

    return door.run(request, act, reads_only=True)


def show_draft(door: Door, request: Request) -> Answer:
    number = draft_number(request)
    return door.run(request, lambda work: answer_json(_shown(work, drafts.find_draft(work, number))), reads_only=True)


def describe_draft(door: Door, request: Request) -> Answer:
    """`{title, note, is_shared}`; what isn't given stays."""
    number, words = draft_number(request), _described(request.json_object())

    def act(work: Work) -> Written:
        return 200, _shown(work, drafts.describe_draft(work, number, **words))

    return write_once(door, request, act)


def discard_draft(door: Door, request: Request) -> Answer:
    number = draft_number(request)

    def act(work: Work) -> Written:
        drafts.discard_draft(work, number)
        return 200, {"discarded": number}

    return write_once(door, request, act)


def show_definitions(door: Door, request: Request) -> Answer:
    """Every definition as the draft has it: what the designer works on."""
    number = draft_number(request)

    def act(work: Work) -> Answer:
        return answer_json(proposing.drafted_definitions(work, door.platform.catalogue, number))

    return door.run(request, act, reads_only=True)


def change_draft(door: Door, request: Request) -> Answer:
    """`{version, changes: [{kind, name, body or null}]}`, all or none; 409 names what was written since `version`."""
    number, given = draft_number(request), request.json_object()
    changes, version = read_changes(given.get("changes")), given.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise wrong("version", "wrong_type", "The version that was read.", "应为读取时的版本号。")

    def act(work: Work) -> Written:
        return 200, _shown(work, drafts.change_draft(work, number, changes, version))

    return write_once(door, request, act)


def put_definition(door: Door, request: Request) -> Answer:
    """One definition of the draft, as the YAML's JSON form."""
    number, body = draft_number(request), request.json_object()
    kind, name = request.path_values["kind"], request.path_values["name"]

    def act(work: Work) -> Written:
        return 200, _shown(work, drafts.put_definition(work, number, kind, name, body))

    return write_once(door, request, act)


def remove_definition(door: Door, request: Request) -> Answer:
    number = draft_number(request)
    kind, name = request.path_values["kind"], request.path_values["name"]

    def act(work: Work) -> Written:
        return 200, _shown(work, drafts.remove_definition(work, number, kind, name))

    return write_once(door, request, act)


def merge_draft(door: Door, request: Request) -> Answer:
    """`{from?, choices?}`: another draft's changes, or without `from` what was published since the base."""
    number, given = draft_number(request), request.json_object()
    other, choices = given.get("from"), read_choices(given.get("choices", []))
    if other is not None and (not isinstance(other, int) or isinstance(other, bool)):
        raise wrong("from", "wrong_type", "The number of a draft.", "应为草稿编号。")

    def act(work: Work) -> Written:
        return 200, _shown(work, proposing.merge_draft(work, door.platform.catalogue, number, other, choices))

    return write_once(door, request, act)


def rename(door: Door, request: Request) -> Answer:
    """`{object, field, to, choice?, version?}`: all that refers to the field, or to its choice, is rewritten;
    the data goes on under the new name."""
    number, given, catalogue = draft_number(request), request.json_object(), door.platform.catalogue
    place = [given.get(name) for name in ("object", "field", "to")]
    choice, version = given.get("choice"), given.get("version")
    if isinstance(place[0], str) and given.get("field") is None:
        raise ObjectKeepsItsName(name=place[0])
    if not all(isinstance(each, str) for each in place) or not (version is None or isinstance(version, int)):
        raise wrong("field", "wrong_type", "Give object, field and to as texts.", "object、field、to 应为文本。")
    if not (choice is None or isinstance(choice, str)):
        raise wrong("choice", "wrong_type", "The name of a choice.", "应为选项名称。")
    object, field, new = (str(each) for each in place)

    def act(work: Work) -> Written:
        if choice is None:
            return 200, _shown(work, rename_field(work, catalogue, number, object, field, new, version))
        return 200, _shown(work, rename_choice(work, catalogue, number, object, field, choice, new, version))

    return write_once(door, request, act)


def compare_draft(door: Door, request: Request) -> Answer:
    """A draft and its base: what it changes, raw and told."""
    number = draft_number(request)

    def act(work: Work) -> Answer:
        before, after = proposing.drafted(work, door.platform.catalogue, number)
        return answer_json({"draft": number, **compared(work, before, after, request)})

    return door.run(request, act, reads_only=True)


def bring_retired_back(door: Door, request: Request) -> Answer:
    """`{draft}`: into that draft, as it last was; publishing brings the data back."""
    draft, object = request.json_object().get("draft"), request.path_values["object"]
    if not isinstance(draft, int) or isinstance(draft, bool):
        raise wrong("draft", "required", "The number of a draft.", "应为草稿编号。")
    field = request.path_values.get("field", "")

    def act(work: Work) -> Written:
        return 200, _shown(work, bring_back(work, door.platform.catalogue, draft, object, field))

    return write_once(door, request, act)


def check_draft(door: Door, request: Request) -> Answer:
    """All findings; errors stand in the way of publishing."""
    found = proposing.check_draft(*_opened(door, request), signed_in(request).person.roles)
    errors = sum(finding.severity == "error" for finding in found)
    return answer_json({"findings": [told_finding(each, request) for each in found], "errors": errors})


def plan_draft(door: Door, request: Request) -> Answer:
    """`{steps, told, seconds, waits, is_beside}`: what publishing would do to the data, in words, how long it
    takes, and how long those who write wait."""
    plan, foreseen = proposing.foresee_draft(*_opened(door, request), signed_in(request).person.roles)
    return answer_json({"steps": plan.shown(), **told_foreseen(foreseen, request)})


def try_draft(door: Door, request: Request) -> Answer:
    """`{object, values, id?}` → `{values, problems, linkage}`: what saving would come to; nothing is written."""
    number, given = draft_number(request), request.json_object()
    object, values, id = given.get("object"), given.get("values", {}), given.get("id")
    if not isinstance(object, str):
        raise wrong("object", "required", "The name of an object.", "应为业务对象的名称。")
    if not isinstance(values, dict) or not (id is None or (isinstance(id, int) and not isinstance(id, bool))):
        raise wrong("values", "wrong_type", "An object of fields; id is a whole number.", "应为字段对象；id 应为整数。")

    user = seen_user(request)

    def act(work: Work) -> None:
        other = previewed(work, number, role=request.header(b"x-queti-role"), user=user)
        raise _TriedOut(try_values(other, object, values, id))

    try:
        door.run(request, act)
    except _TriedOut as out:
        return answer_json({**out.found, "problems": [_problem(each, request) for each in out.found["problems"]]})
    raise AssertionError


class _TriedOut(Exception):
    """Carries the answer out of a Work that is taken back."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__()
        self.found = found


def _problem(problem: FieldProblem, request: Request) -> dict[str, str]:
    return {"path": problem.path, "code": problem.code, "detail": problem.says(request.language)}


def publish_draft(door: Door, request: Request) -> Answer:
    """`{note, version?, confirm?, choices: [{kind, name, property, take}]}` → the new release's number; or 202
    and the publication. With `version` the draft is published as it was read, or not at all."""
    given, later = request.json_object(), list[int]()
    version = given.get("version")
    if not (version is None or (isinstance(version, int) and not isinstance(version, bool))):
        raise wrong("version", "wrong_type", "The version that was read.", "应为读取时的版本号。")
    opened = _opened(door, request)

    def act() -> int:
        return proposing.publish_draft(
            *opened,
            signed_in(request).person.user,
            note=given.get("note") if isinstance(given.get("note"), str) else None,
            choices=read_choices(given.get("choices", [])),
            is_confirmed=given.get("confirm") is True,
            version=version,
            claim=claim_of(request),
            later=later.append,
            roles=signed_in(request).person.roles,
        )

    return publish_once(door, request, act, later)


def read_choices(given: Any) -> dict[tuple[str, str, str], Choice]:
    choices: dict[tuple[str, str, str], Choice] = {}
    for entry in given if isinstance(given, list) else _refuse_choices():
        match entry:
            case {"kind": str(kind), "name": str(name), "property": str(place), "take": "ours" | "theirs" as take}:
                choices[kind, name, place] = take
            case _:
                _refuse_choices()
    return choices


def _refuse_choices() -> NoReturn:
    raise wrong(
        "choices",
        "wrong_type",
        'A list of {kind, name, property, take}, take is "ours" or "theirs".',
        '应为 {kind, name, property, take} 的列表，take 为 "ours" 或 "theirs"。',
    )


def draft_number(request: Request) -> int:
    text = request.path_values["draft"]
    if not _NUMBER.match(text):
        raise DraftNotFound(draft=text)
    return int(text)


def _opened(door: Door, request: Request) -> tuple[Any, Workspace, Any, int]:
    """Where the draft is; DraftNotFound for one that another builder keeps to themselves."""
    number = draft_number(request)
    door.run(request, lambda work: drafts.find_draft(work, number), reads_only=True)
    return *_place(door, request), number


def _described(given: dict[str, Any]) -> dict[str, Any]:
    """The title, the note and whether it is shared, as far as given."""
    for name in ("title", "note"):
        if not isinstance(given.get(name, ""), str):
            raise wrong(name, "wrong_type", "A text.", "应为文本。")
    if not isinstance(given.get("is_shared", False), bool):
        raise wrong("is_shared", "wrong_type", "true or false.", "应为 true 或 false。")
    return {name: given[name] for name in ("title", "note", "is_shared") if name in given}


def read_changes(given: Any) -> list[Change]:
    changes: list[Change] = []
    for entry in given if isinstance(given, list) else [None]:
        match entry:
            case {"kind": str(kind), "name": str(name), "body": dict() | None as body}:
                changes.append(Change(kind, name, body))
            case _:
                raise wrong(
                    "changes",
                    "wrong_type",
                    "A list of {kind, name, body}; null instead of a body removes it.",
                    "应为 {kind, name, body} 的列表；body 为 null 表示删除。",
                )
    return changes


def _shown(work: Work, draft: Draft) -> dict[str, Any]:
    return _told(work, draft, names_of(work, [draft.created_by]))


def _told(work: Work, draft: Draft, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "draft": draft.id,
        "base": draft.base,
        "title": draft.title,
        "note": draft.note,
        "is_shared": draft.is_shared,
        "created_by": draft.created_by,
        "created_by_name": names.get(draft.created_by or 0, ""),
        "created_at": draft.created_at,
        "changed_at": draft.changed_at,
        "changes": draft.changes,
        "version": draft.version,
        "release_is_newer": draft.published_as is None and draft.base != work.model.number,
        "published_as": draft.published_as,
        "suggestion": draft.suggestion,
        "proposers": draft.proposers,
        "merged_into": draft.merged_into,
    }


def _place(door: Door, request: Request) -> tuple[Any, Workspace, Any]:
    platform = door.platform
    return platform.db, platform.workspace(signed_in(request).workspace), platform.catalogue


def _admin(method: str, template: str, act: Callable[[Door, Request], Answer], *, kind: Kind = "quick") -> Route:
    """What changes drafts may be called while one is tried out: the records stay as they are."""
    return Route(method, template, act, guard="administrator", kind=kind, previews="allow")


_DRAFT = "/api/drafts/{draft}"
ROUTES = [
    _admin("POST", "/api/drafts", create_draft),
    _admin("GET", "/api/drafts", list_drafts),
    _admin("GET", _DRAFT, show_draft),
    _admin("PATCH", _DRAFT, describe_draft),
    _admin("DELETE", _DRAFT, discard_draft),
    _admin("GET", f"{_DRAFT}/definitions", show_definitions),
    _admin("POST", f"{_DRAFT}/changes", change_draft),
    _admin("GET", f"{_DRAFT}/differences", compare_draft),
    _admin("POST", f"{_DRAFT}/rename", rename),
    _admin("POST", f"{_DRAFT}/merge", merge_draft),
    _admin("PUT", f"{_DRAFT}/{{kind}}/{{name}}", put_definition),
    _admin("DELETE", f"{_DRAFT}/{{kind}}/{{name}}", remove_definition),
    Route("POST", f"{_DRAFT}/try", try_draft, previews="allow"),
    _admin("POST", f"{_DRAFT}/check", check_draft, kind="long"),
    _admin("POST", f"{_DRAFT}/plan", plan_draft, kind="long"),
    _admin("POST", f"{_DRAFT}/publish", publish_draft, kind="long"),
    _admin("POST", "/api/retired/{object}/restore", bring_retired_back),
    _admin("POST", "/api/retired/{object}/{field}/restore", bring_retired_back),
]
