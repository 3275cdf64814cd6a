"""Rules: decided for whoever asks; checked, tried and run over the past while they are designed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from queti.engines.rules.analysis import analyse
from queti.engines.rules.jdm import read_model
from queti.engines.rules.shadow import Shadow, shadow_run
from queti.engines.rules.sheets import read_table, write_table
from queti.engines.rules.why import decisions
from queti.kernel.definitions import FieldDef
from queti.kernel.errors import RecordNotFound
from queti.kernel.fields import FIELD_TYPES, FieldError
from queti.kernel.formulas import BOOLEAN, Typed
from queti.kernel.formulas.typed import value_json
from queti.kernel.names import unknown
from queti.kernel.publishing.preview import previewed, sketched
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.permissions import Rights, rights_of
from queti.kernel.rules.answers import Answer, explained
from queti.kernel.rules.compiling import Problem, Rule
from queti.kernel.rules.deciding import Case, base_of, decide, read_given, rule_of
from queti.kernel.rules.proving import unheld
from queti.kernel.rules.trying import shown, try_tests
from queti.kernel.scopes import object_formula
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer as Response
from queti.server.messages import Request, answer_json, wrong
from queti.server.routes.drafts import draft_number
from queti.server.routes.records import place_of
from queti.server.routing import Route

MOST_CASES = 1000
MOST_MEASURES = 10
MOST_REFUSED = 50
MOST_EXPLAINED = 500
_WHEN = "before", "after"
_XLSX = [
    (b"content-type", b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"content-disposition", b'attachment; filename="rule.xlsx"'),
]


def evaluate(door: Door, request: Request) -> Response:
    """`{cases: [{record}, {given: {…}}], explain}` → outcome and reasons of each, on what this person sees."""
    name, body = request.path_values["name"], request.json_object()
    draft = request.header(b"x-queti-draft")

    def act(work: Work) -> dict[str, Any]:
        if draft.isdecimal() and len(draft) < 10 and work.who.administers:
            work = previewed(work, int(draft))
        rights = None if work.who.administers else rights_of(work.model, work.who.roles)
        _refuse_unless_open(rights, name)
        rule = rule_of(work.model, name)
        cases = read_cases(work, rule, body.get("cases"))
        answers = decide(work, name, cases, rights)
        told = [_told(work, rule, answer, bool(body.get("explain"))) for answer in answers]
        return {"rule": name, "version": rule.version, "answers": told}

    return answer_json(door.run(request, act, reads_only=True))


def _refuse_unless_open(rights: Rights | None, name: str) -> None:
    """Who sees the records that a rule is about, or has the right, may ask it; to others it is as one that isn't
    there."""
    if rights is not None and name not in rights.rules:
        raise unknown({"en": "rule", "zh": "规则"}, name, rights.rules)


def decisions_of(door: Door, request: Request) -> Response:
    """`{decisions}`: what rules decided of a record where it mattered, and why, newest first."""
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json({"decisions": decisions(work, object, id)}), reads_only=True)


def check(door: Door, request: Request) -> Response:
    """Every problem at its cell, what doesn't hold of every answer, and what the rows say of each other."""

    def act(work: Work) -> dict[str, Any]:
        rule = _drafted(door, request, work)
        findings = [
            {
                "kind": found.kind,
                "rows": [int(label) if label.isdigit() else label for label in found.rows],
                "message": found.words[request.language],
                "example": {key: value_json(value) for key, value in found.example.items()},
            }
            for found in analyse(rule)
        ]
        problems = [*rule.problems, *unheld(rule)]
        return {"problems": [_problem(each, request) for each in problems], "findings": findings}

    return answer_json(door.run(request, act, reads_only=True))


def run_tests(door: Door, request: Request) -> Response:
    """`{tests: {name: {passes, outcome, problem}}}`."""

    def act(work: Work) -> dict[str, Any]:
        sketch = sketched(work, door.platform.catalogue, draft_number(request))
        rule = rule_of(sketch.model, request.path_values["name"])
        tried = {
            each.name: {
                "passes": each.passes,
                "outcome": None if each.answer is None else shown(rule, each.answer.outcome),
                "problem": each.problem.get(request.language),
            }
            for each in try_tests(sketch.model, rule)
        }
        return {"tests": tried}

    return answer_json(door.run(request, act, reads_only=True))


def run_over_past(door: Door, request: Request) -> Response:
    """`{from_on, until_on, where, date_field, measures}` → how many records would be decided otherwise, and which.

    `measures` simulate: `{revenue: "total * (1 - answer.percent / 100)"}` are summed before and after.
    """
    number, name, body = draft_number(request), request.path_values["name"], request.json_object()
    measures = _measures(body.get("measures") or {})

    def act(work: Work) -> dict[str, Any]:
        after = previewed(work, number)
        rule = rule_of(after.model, name)
        return _past(work, shadow_run(work, after, name, _period(work, rule, body), measures))

    return answer_json(door.run(request, act, reads_only=True))


def _measures(given: Any) -> dict[str, str]:
    measures = cast("dict[str, Any]", given) if isinstance(given, dict) else {"": ""}
    if len(measures) > MOST_MEASURES or not all(
        isinstance(text, str) and re.fullmatch(r"[a-z]\w{0,39}", name) for name, text in measures.items()
    ):
        words = f"Up to {MOST_MEASURES} formulas by name.", f"应为最多 {MOST_MEASURES} 个“名称: 公式”。"
        raise wrong("measures", "wrong_type", *words)
    return measures


def as_spreadsheet(door: Door, request: Request) -> Response:
    """The draft's table as xlsx, its cells as they are typed."""
    rule = door.run(request, lambda work: _drafted(door, request, work).definition, reads_only=True)
    return Response(200, write_table(rule), _XLSX)


def from_spreadsheet(door: Door, request: Request) -> Response:
    """A spreadsheet (multipart `file`) → `{rows}` for the draft; nothing is written."""
    name, content = _uploaded(request)
    rule = door.run(request, lambda work: _drafted(door, request, work).definition, reads_only=True)
    return answer_json({"rows": read_table(rule, name, content)})


def from_gorules(door: Door, request: Request) -> Response:
    """A decision model of GoRules (multipart `file`) → `{rules: {name: body}, left: [{node, place, message}]}` for the
    draft; nothing is written."""
    content = _uploaded(request)[1]
    number, name = draft_number(request), request.path_values["name"]

    def act(work: Work) -> dict[str, Any]:
        model = sketched(work, door.platform.catalogue, number).model
        on = model.rules[name].on if name in model.rules else ""
        made = read_model(name, content, on, base_of(model, on))
        left = [{"node": each.node, "place": each.place, "message": each.words[request.language]} for each in made.left]
        return {"rules": made.rules, "left": left}

    return answer_json(door.run(request, act, reads_only=True))


def _uploaded(request: Request) -> tuple[str, bytes]:
    files = [(file.filename or "file", file.file.read()) for file in request.upload.get("files", ()) if file.filename]
    if not files:
        raise wrong("file", "required", "Choose a file.", "请选择文件。")
    return files[0]


def _drafted(door: Door, request: Request, work: Work) -> Rule:
    sketch = sketched(work, door.platform.catalogue, draft_number(request))
    return rule_of(sketch.model, request.path_values["name"])


def read_cases(work: Work, rule: Rule, given: Any) -> list[Case]:
    """As JSON brings them; what a case lacks is refused at its place."""
    if not isinstance(given, list) or len(cast("list[Any]", given)) > MOST_CASES:
        words = f"A list of up to {MOST_CASES} cases.", f"应为最多 {MOST_CASES} 个用例的列表。"
        raise wrong("cases", "wrong_type", *words)
    cases = [_case(rule, at, each) for at, each in enumerate(cast("list[Any]", given))]
    ids = sorted({case.record for case in cases if case.record is not None})
    object = rule.definition.on
    unseen = set(ids) - set(work.as_person.visible(object, ids)) if ids and object else set(ids)
    if unseen:
        raise RecordNotFound(what=object or rule.name, id=min(unseen))
    return cases


def _case(rule: Rule, at: int, given: Any) -> Case:
    body = cast("Mapping[str, Any]", given) if isinstance(given, dict) else {}
    record, values = body.get("record"), body.get("given", {})
    if not isinstance(values, dict) or (record is None and "given" not in body):
        words = "A case is {record} or {given: {…}}.", "用例应为 {record} 或 {given: {…}}。"
        raise wrong(f"cases[{at}]", "wrong_type", *words)
    if record is not None and (not isinstance(record, int) or isinstance(record, bool)):
        raise wrong(f"cases[{at}].record", "wrong_type", "The id of a record.", "应为记录编号。")
    try:
        read = read_given(rule, cast("dict[str, Any]", values))
    except FieldError as error:
        raise wrong(f"cases[{at}].given", "wrong_type", error.en, error.zh) from None
    lacking = [name for name in rule.given if name not in read]
    if lacking:
        name = lacking[0]
        words = f"The rule needs “{name}”.", f"该规则需要“{name}”。"
        raise wrong(f"cases[{at}].given.{name}", "required", *words)
    return Case(record, read)


def _told(work: Work, rule: Rule, answer: Answer, explain: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "outcome": shown(rule, answer.outcome),
        "rows": [int(label) if label.isdigit() else label for label in answer.rows],
        "values": {name: value_json(answer.values.get(name)) for name in (*rule.given, *rule.asked)},
        "version": answer.version,
    }
    if explain:
        only = answer.rows if len(rule.rows) > MOST_EXPLAINED else ()
        told["explained"] = explained(rule, answer.values, work.env, only)
        told["calls"] = {
            call: {
                "rule": rule.definition.calls[call].rule,
                **_told(work, rule_of(work.model, rule.definition.calls[call].rule), each, explain),
            }
            for call, each in answer.calls.items()
        }
    return told


def _problem(problem: Problem, request: Request) -> dict[str, Any]:
    """`row` is -1 where it is none's; of a tree its first branch. `example`: a case of which a check isn't true."""
    parts = problem.place.split(".")
    is_row = parts[0] in ("rows", "bands") and len(parts) > 1
    return {
        "place": problem.place,
        "row": int(parts[1]) if is_row and parts[0] == "rows" else -1,
        "column": parts[1] if parts[0] in ("inputs", "outputs", "default") and len(parts) > 1 else parts[-1],
        "side": "output" if "then" in parts or parts[0] in ("outputs", "default") else "input",
        "message": problem.words[request.language],
        "position": problem.position,
        "length": problem.length,
        "nearest": problem.nearest,
        "example": {name: value_json(value) for name, value in problem.case.items()},
    }


def _period(work: Work, rule: Rule, body: Mapping[str, Any]) -> Typed | None:
    """The records of these days; a draft's own fields aren't there yet."""
    object = work.model.object(rule.definition.on)
    day = body.get("date_field") or ("ordered_on" if "ordered_on" in object.fields else "created_at")
    if day not in object.fields or object.fields[day].type.name not in ("date", "moment"):
        raise unknown({"en": "date field", "zh": "日期字段"}, str(day), object.fields)
    conditions = [
        f'{day} {sign} date("{_day(body, name)}")'
        for name, sign in (("from_on", ">="), ("until_on", "<="))
        if body.get(name)
    ]
    if body.get("where"):
        conditions.append(f"({body['where']})")
    return object_formula(work.model, object, " and ".join(conditions), BOOLEAN) if conditions else None


def _day(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    try:
        return FIELD_TYPES["date"].read(value, FieldDef(type="date")).isoformat()
    except FieldError as error:
        raise wrong(name, "wrong_type", error.en, error.zh) from None


def _past(work: Work, shadow: Shadow) -> dict[str, Any]:
    rule, object = shadow.rule, shadow.rule.definition.on
    sums = [
        {
            "output": output,
            **{when: shown(rule, {output: sum})[output] for when, sum in zip(_WHEN, sums, strict=True)},
        }
        for output, sums in shadow.sums.items()
    ]
    refused = shadow.refused[:MOST_REFUSED]
    told = [*(id for id, _, _ in shadow.records), *(id for id, _ in refused)]
    labels = labels_of(work, None, work.model.object(object), told)
    return {
        "cases": shadow.cases,
        "changed": shadow.changed,
        "counts": [
            {"output": output, "before": _counted(before), "after": _counted(after)}
            for output, (before, after) in shadow.counts.items()
        ],
        "sums": [each for each in sums if each["output"] not in shadow.measures],
        "measures": [each for each in sums if each["output"] in shadow.measures],
        "refused": len(shadow.refused),
        "refusals": [
            {
                "object": object,
                "id": id,
                "label": labels.get(id),
                "message": problem.says("zh" if work.language == "zh" else "en"),
            }
            for id, problem in refused
        ],
        "records": [
            {
                "object": object,
                "id": id,
                "label": labels.get(id),
                "before": shown(rule, before),
                "after": shown(rule, after),
            }
            for id, before, after in shadow.records
        ],
    }


def _counted(counter: Any) -> dict[str, int]:
    return {str(value_json(value)) if value is not None else "": count for value, count in counter.most_common(50)}


ROUTES = [
    Route("POST", "/api/rules/{name}/evaluate", evaluate, previews="allow"),
    Route("GET", "/api/records/{object}/{id}/decisions", decisions_of),
    Route("POST", "/api/drafts/{draft}/rules/{name}/check", check, guard="administrator", previews="allow"),
    Route("POST", "/api/drafts/{draft}/rules/{name}/tests", run_tests, guard="administrator", previews="allow"),
    Route(
        "POST", "/api/drafts/{draft}/rules/{name}/shadow_run", run_over_past,
        guard="administrator", kind="long", previews="allow",
    ),
    Route("GET", "/api/drafts/{draft}/rules/{name}/xlsx", as_spreadsheet, guard="administrator"),
    Route(
        "POST", "/api/drafts/{draft}/rules/{name}/xlsx", from_spreadsheet,
        guard="administrator", upload=True, kind="long", previews="allow",
    ),
    Route(
        "POST", "/api/drafts/{draft}/rules/{name}/jdm", from_gorules,
        guard="administrator", upload=True, kind="long", previews="allow",
    ),
]  # fmt: skip
