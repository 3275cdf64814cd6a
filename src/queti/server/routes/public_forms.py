"""Public forms: secret links for strangers, who send one record and later follow it, and see nothing else."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from queti.kernel.definitions import PublicFormDef
from queti.kernel.errors import DuplicateKey, FieldProblem, Refusal, WrongInput
from queti.kernel.files import note
from queti.kernel.formulas import compile_python
from queti.kernel.model import Field, Object
from queti.kernel.names import unknown
from queti.kernel.person import Person
from queti.kernel.publishing.check_public_forms import asked_field
from queti.kernel.reading import seeking
from queti.kernel.reading.queries import page
from queti.kernel.scopes import object_formula, type_of
from queti.kernel.work import Work
from queti.kernel.writing.attending import LARGEST, is_accepted
from queti.kernel.writing.entries import refuse
from queti.server import public_links
from queti.server.describing_public import describe_asked
from queti.server.door import Door, signed_in
from queti.server.messages import Answer, Request, answer_json, no_content, wrong
from queti.server.people import as_owner
from queti.server.public_links import Opened, PublicFormClosed
from queti.server.refusals import TooBig
from queti.server.routes.files import FileRefused, take
from queti.server.routing import Route

HONEYPOT = "website"
"""A field that people don't see; programs fill it in, and what they send goes nowhere."""

_FORM_WORDS = {"en": "public form", "zh": "公开表单"}
_CHOOSE = ("Choose one of those offered.", "请从选项中选择。")
_PLACES = re.compile(r"\[\d+\]")


class AnswerNotTaken(Refusal):
    """Your answer can't be taken as it is. Please write to those who gave you this form."""

    zh = "您的内容无法按此提交，请联系向您提供此表单的人。"


class NoSuchLink(Refusal):
    """There is no link {id} of this form."""

    zh = "此表单没有链接 {id}。"
    kind = "not_found"


# --- the administrator's side -------------------------------------------------------------


def list_forms(door: Door, request: Request) -> Answer:
    def act(work: Work) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "label": _say(form.label, request) or name,
                "object": form.object,
                "expires_on": form.expires_on,
            }
            for name, form in sorted(work.model.public_forms.items())
        ]

    return answer_json({"public_forms": door.run(request, act, reads_only=True)})


def list_links(door: Door, request: Request) -> Answer:
    name = _known_form(door, request)
    return answer_json({"links": public_links.list_links(door.platform.db, signed_in(request).workspace, name)})


def make_link(door: Door, request: Request) -> Answer:
    """`{label, expires_on}` → the secret and its address, shown this once."""
    name, given, session = _known_form(door, request), request.json_object(), signed_in(request)
    label, expires = given.get("label", ""), given.get("expires_on")
    if not isinstance(label, str) or len(label) > 200:
        raise wrong("label", "wrong_type", "A text of up to 200 characters.", "应为最多 200 个字符的文本。")
    link, secret = public_links.make_link(
        door.platform.db, session.workspace, name, label, session.person.user, _end_of(expires)
    )
    return answer_json({"id": link, "secret": secret, "path": f"/f/{secret}"}, status=201)


def revoke_link(door: Door, request: Request) -> Answer:
    """The link's form is closed, and those who follow their record see it no more."""
    name, text = _known_form(door, request), request.path_values["id"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if not public_links.revoke_link(door.platform.db, signed_in(request).workspace, name, number):
        raise NoSuchLink(id=text)
    return no_content()


def _known_form(door: Door, request: Request) -> str:
    name = request.path_values["name"]
    forms = door.run(request, lambda work: work.model.public_forms, reads_only=True)
    if name not in forms:
        raise unknown(_FORM_WORDS, name, forms)
    return name


def _end_of(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), datetime.max.time(), UTC)
    except (TypeError, ValueError):
        raise wrong("expires_on", "date", "A day like 2027-12-31.", "应为日期，例如 2027-12-31。") from None


# --- the stranger's side ------------------------------------------------------------------


def show_form(door: Door, request: Request) -> Answer:
    """The form, or the one record that was sent through it."""
    opened = _opened(door, request)
    _count_look(door, opened, request)

    def act(work: Work) -> dict[str, Any]:
        form = _form_of(work, opened)
        if opened.record is not None:
            return _followed(work, form, opened.record, request)
        return {
            "kind": "form",
            "title": _say(form.title, request) or _say(form.label, request),
            "intro": _say(form.intro, request),
            "object": describe_asked(work.model, work.model.objects[form.object], form.fields, request.language),
            "honeypot": HONEYPOT,
        }

    told = _run(door, opened, request, act, reads_only=True)
    stamp = {} if opened.record is not None else {"stamp": public_links.new_stamp(door.platform.db, opened)}
    return answer_json({**told, **stamp})


def _followed(work: Work, form: PublicFormDef, record: int, request: Request) -> dict[str, Any]:
    object = work.model.objects[form.object]
    shown = [name for name in form.follow if name in object.fields]
    links = {name for name in shown if object.fields[name].type.name == "link"}
    paths = [f"{name}._label" if name in links else name for name in shown]
    found = page(work, None, object, paths, where="id = $record", params={"record": record}, limit=1).records
    if not found or not paths:
        raise PublicFormClosed
    fields = [
        {**entry, "value": found[0].get(path)}
        for entry, path in zip(
            describe_asked(work.model, object, shown, request.language)["fields"], paths, strict=True
        )
    ]
    return {"kind": "record", "title": _say(form.title, request) or _say(form.label, request), "fields": fields}


def show_options(door: Door, request: Request) -> Answer:
    """What a link of the form may be set to: labels of records that its filter offers, and nothing more of them."""
    opened, path = _opened(door, request), request.path_values["field"]
    query = request.query.get("query", "")[:100]
    _count_look(door, opened, request)

    def act(work: Work) -> list[dict[str, Any]]:
        form = _form_of(work, opened)
        field = asked_field(work.model, work.model.objects[form.object], path) if path in form.fields else None
        if opened.record is not None or field is None or field.filter is None:
            raise PublicFormClosed
        target = work.model.objects[field.target or ""]
        found = seeking.options(work, None, target, query, "", field, 100)
        return [{"id": each["id"], "label": each["label"]} for each in found]

    return answer_json({"options": _run(door, opened, request, act, reads_only=True)})


def admit_file(door: Door, request: Request) -> None:
    """Before a byte comes: the form asks for files, none so large, and not too many of them."""
    opened, announced = _opened(door, request), request.header(b"content-length")
    most = max((_most_bytes(field) for field in _file_fields(door, opened, request)), default=0)
    if opened.record is not None or not most:
        raise PublicFormClosed
    if not announced.isdigit() or int(announced) > most:
        raise TooBig(limit=most)
    public_links.count_upload(door.platform.db, opened, request.address, int(announced))


def upload_file(door: Door, request: Request) -> Answer:
    """The body is the file, `name` what it is called → `{file, name, size, type, key}` for a field of the answer."""
    opened = _opened(door, request)
    fields = _file_fields(door, opened, request)

    def noted(digest: str, size: int, name: str, type: str) -> dict[str, Any]:
        if not any(is_accepted(field, type) for field in fields):
            raise FileRefused(reason={"en": "This form takes no such files.", "zh": "此表单不接收该类型的文件。"})
        value = _run(door, opened, request, lambda work: note(work, digest, size, name, type))
        return {**value, "key": public_links.file_key(door.platform.db, opened, value["file"])}

    return answer_json(take(door, request, opened.workspace, noted), status=201)


def _file_fields(door: Door, opened: Opened, request: Request) -> list[Field]:
    def act(work: Work) -> list[Field]:
        form = _form_of(work, opened)
        asked = (asked_field(work.model, work.model.objects[form.object], path) for path in form.fields)
        return [field for field in asked if field is not None and field.type.holds_files]

    return _run(door, opened, request, act, reads_only=True)


def _most_bytes(field: Field) -> int:
    return field.definition.max_size or LARGEST


def _brought(door: Door, opened: Opened, values: Any) -> tuple[Any, frozenset[int]]:
    """The values without the keys of their files, and the files whose keys are right."""
    if isinstance(values, list):
        parts = [_brought(door, opened, each) for each in cast("list[Any]", values)]
        return [value for value, _ in parts], frozenset[int]().union(*(files for _, files in parts))
    if not isinstance(values, dict):
        return values, frozenset()
    given = cast("dict[str, Any]", values)
    file, key = given.get("file"), given.get("key")
    if type(file) is int and isinstance(key, str):
        is_theirs = key.isascii() and hmac.compare_digest(key, public_links.file_key(door.platform.db, opened, file))
        return {name: value for name, value in given.items() if name != "key"}, frozenset({file} if is_theirs else ())
    parts = {name: _brought(door, opened, value) for name, value in given.items()}
    return {name: value for name, (value, _) in parts.items()}, frozenset[int]().union(
        *(files for _, files in parts.values())
    )


def send_form(door: Door, request: Request) -> Answer:
    """`{values, stamp}` → what is said to the sender, and the secret to follow the record by."""
    opened, given = _opened(door, request), request.json_object()
    if opened.record is not None:
        raise PublicFormClosed
    form = _known(door, opened, request)
    public_links.count_answer(door.platform.db, opened, request.address, form.per_hour)
    thanks = _say(form.thanks, request)
    if given.get(HONEYPOT):
        return answer_json({"thanks": thanks, "follow": secrets.token_urlsafe(24) if form.follow else None}, status=201)
    stamp, values = given.get("stamp"), given.get("values")
    if not isinstance(stamp, str) or not isinstance(values, dict):
        raise wrong("values", "required", "An object of values, and the form's stamp.", "需要填写内容和表单戳记。")
    asked, brought = _brought(door, opened, cast("dict[str, Any]", values))
    public_links.check_stamp(door.platform.db, opened, stamp, door.settings.public_form_seconds)

    def act(work: Work) -> str | None:
        form = _form_of(work, opened)
        with as_owner(work):
            public_links.use_stamp(work.connection, stamp)
        record = _write(work, form, asked)
        if not form.follow:
            return None
        with as_owner(work):
            return public_links.keep_follower(work.connection, opened, record)

    return answer_json({"thanks": thanks, "follow": _run(door, opened, request, act, brought=brought)}, status=201)


def _write(work: Work, form: PublicFormDef, given: Mapping[str, Any]) -> int:
    """The record, through the path of all records, with what is asked and what the form sets."""
    object = work.model.objects[form.object]
    problems = [*_not_asked(work, object, form, given)]
    if problems:
        raise WrongInput(summary=problems[0].en, fields=problems)
    values = {**given, **_settings(work, object, form, given)}
    try:
        with work.doing(f"{object.name}.create"), work.writing_for(is_persons=True):
            [record] = work.create(object.name, [values])
            work.settle()
    except DuplicateKey:
        # Which value is taken would tell a stranger what is there.
        raise AnswerNotTaken from None
    except WrongInput as wrong:
        if not (told := [_untold(work, object, each) for each in wrong.fields if _asks(form, each.path)]):
            # What the record lacks beside the form is nothing that its sender could mend.
            raise AnswerNotTaken from None
        refuse(told)
        raise
    return record.id


def _asks(form: PublicFormDef, path: str) -> bool:
    name = _PLACES.sub("", path)
    return not name or name in form.fields or any(each.startswith(f"{name}.") for each in form.fields)


def _untold(work: Work, object: Object, problem: FieldProblem) -> FieldProblem:
    """Of a link that isn't offered neither what its filter asks nor whether the record is there."""
    field = asked_field(work.model, object, _PLACES.sub("", problem.path))
    if field is None or field.type.name != "link" or problem.code not in ("not_offered", "not_found"):
        return problem
    return FieldProblem(problem.path, "not_offered", *_CHOOSE)


def _not_asked(work: Work, object: Object, form: PublicFormDef, given: Mapping[str, Any]) -> list[FieldProblem]:
    """Fields that the form doesn't ask, and links given otherwise than as one of the choices."""
    problems: list[FieldProblem] = []
    for name, value in given.items():
        inner = [path.partition(".")[2] for path in form.fields if path.startswith(f"{name}.")]
        if inner and isinstance(value, list):
            for place, row in enumerate(cast("list[Any]", value)):
                known = cast("Mapping[str, Any]", row) if isinstance(row, dict) else {"": row}
                for key, each in known.items():
                    path = f"{name}.{key}"
                    problems += _problem(work, object, form, path, each, f"{name}[{place}].{key}")
        else:
            problems += _problem(work, object, form, name, value, name)
    return problems


def _problem(work: Work, object: Object, form: PublicFormDef, path: str, value: Any, place: str) -> list[FieldProblem]:
    field = asked_field(work.model, object, path) if path in form.fields else None
    if field is None:
        return [FieldProblem(place, "not_asked", "Isn't asked for here.", "此处不填写该字段。")]
    if field.type.name == "link" and value is not None and not isinstance(value, int):
        return [FieldProblem(place, "wrong_type", *_CHOOSE)]
    return []


def _settings(work: Work, object: Object, form: PublicFormDef, given: Mapping[str, Any]) -> dict[str, Any]:
    """What each answer carries without being asked; a value that doesn't fit is told by the record's own path."""
    values = {name: _read(object.fields[name], value) for name, value in given.items() if name in object.fields}
    blank = dict.fromkeys(object.fields)
    settings: dict[str, Any] = {}
    for name, text in form.set.items():
        field = object.fields[name]
        typed = object_formula(work.model, object, text, type_of(field.definition, field.target))
        settings[name] = field.show(field.fit(compile_python(typed)({**blank, **values}, work.env)))
    return settings


def _read(field: Field, value: Any) -> Any:
    try:
        return field.read(value)
    except Exception:  # noqa: BLE001  (told by the record's own path)
        return None


def _opened(door: Door, request: Request) -> Opened:
    return public_links.open_secret(door.platform.db, request.path_values["secret"])


def _count_look(door: Door, opened: Opened, request: Request) -> None:
    """Before the Work that looks: whose connection is held waits for no other."""
    form = _known(door, opened, request)
    public_links.count_look(door.platform.db, opened, request.address, form.per_hour)


def _known(door: Door, opened: Opened, request: Request) -> PublicFormDef:
    return _run(door, opened, request, lambda work: _form_of(work, opened), reads_only=True)


def _form_of(work: Work, opened: Opened) -> PublicFormDef:
    """PublicFormClosed where the form is gone, or its last day is over for new answers."""
    form = work.model.public_forms.get(opened.form)
    if form is None or (opened.record is None and form.expires_on and work.env.today.isoformat() > form.expires_on):
        raise PublicFormClosed
    return form


def _run(
    door: Door,
    opened: Opened,
    request: Request,
    act: Any,
    *,
    reads_only: bool = False,
    brought: frozenset[int] = frozenset(),
) -> Any:
    """In the form's workspace as nobody, who has no right of their own; history names the form."""
    nobody = Person(user=None, login="", name="", language=request.language, via=opened.form, brought=brought)
    return door.platform.run(
        opened.workspace, nobody, act, language=request.language, reads_only=reads_only, request_id=request.id
    )


def _say(words: Mapping[str, str], request: Request) -> str:
    return words.get(request.language) or words.get("en", "")


def _admin(method: str, template: str, act: Any) -> Route:
    return Route(method, template, act, guard="administrator")


_LINKS = "/api/public_forms/{name}/links"
_PUBLIC = "/api/public/{secret}"
ROUTES = [
    _admin("GET", "/api/public_forms", list_forms),
    _admin("GET", _LINKS, list_links),
    _admin("POST", _LINKS, make_link),
    _admin("DELETE", f"{_LINKS}/{{id}}", revoke_link),
    Route("GET", _PUBLIC, show_form, guard="open"),
    Route("POST", _PUBLIC, send_form, guard="open"),
    Route("GET", f"{_PUBLIC}/options/{{field}}", show_options, guard="open"),
    Route("POST", f"{_PUBLIC}/files", upload_file, guard="open", arrives=True, admits=admit_file),
]
