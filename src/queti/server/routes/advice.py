"""The advisor: what it asks, what it suggests to begin with and why, and the installation of what was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from queti.apps.base.advising import ADVISOR, Advised, advised
from queti.engines.rules.why import decisions
from queti.kernel.definitions import AppDef, ColumnDef
from queti.kernel.publishing import sharing
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.packages import Package, gallery
from queti.kernel.record import Record
from queti.kernel.rules.answers import Answer as Decided
from queti.kernel.rules.deciding import decide, rule_of
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.founding import add_apps
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routes.rules import read_cases
from queti.server.routing import Route
from queti.server.told import said


def ask(door: Door, request: Request) -> Answer:
    """`{questions, last}`: what the rule is given, and what was answered when it was followed."""

    def act(work: Work) -> dict[str, Any]:
        inputs = rule_of(work.model, ADVISOR).definition.inputs
        given = sorted(
            ((name, each) for name, each in inputs.items() if not each.formula), key=lambda one: one[1].order
        )
        return {"questions": [_question(name, each, request) for name, each in given], "last": _last(work)}

    return answer_json(door.run(request, act, reads_only=True))


def _question(name: str, column: ColumnDef, request: Request) -> dict[str, Any]:
    choices = sorted(column.choices.items(), key=lambda each: each[1].order)
    return {
        "name": name,
        "label": said(column.label, request) or name,
        "help": said(column.help, request),
        "type": column.type or "number",
        "choices": [
            {"name": key, "label": said(choice.label, request) or key} for key, choice in choices if not choice.retired
        ],
    }


def _last(work: Work) -> dict[str, Any] | None:
    for company in _company(work):
        for kept in decisions(work, company.object, company.id):
            if kept["rule"] == ADVISOR:
                return {each["name"]: each.get("value") for each in kept["values"]}
    return None


def advise(door: Door, request: Request) -> Answer:
    """`{answers}` → `{apps: [{app, label, help, icon, now, why, brings, installed, offered}]}`, those to begin with
    first. `brings` are apps that it needs and that aren't here."""

    def act(work: Work) -> list[dict[str, Any]]:
        shelf = _Shelf(door.platform.catalogue, gallery(), work.model.apps)
        reasons = rule_of(work.model, ADVISOR).definition.outputs["why"].choices
        words = {name: said(choice.label, request) for name, choice in reasons.items()}
        return [shelf.told(each, words, request) for each in advised(_rows(_decided(work, request)))]

    return answer_json({"apps": door.run(request, act, reads_only=True)})


def _rows(decided: Decided) -> Sequence[Mapping[str, Any]]:
    return decided.outcome if isinstance(decided.outcome, list) else [decided.outcome]


def _decided(work: Work, request: Request) -> Decided:
    rule = rule_of(work.model, ADVISOR)
    cases = read_cases(work, rule, [{"given": request.json_object().get("answers")}])
    return decide(work, ADVISOR, cases)[0]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What can be had: apps that come with Queti, and templates; and what is here."""

    catalogue: Catalogue
    templates: Mapping[str, Package]
    here: Mapping[str, Any]

    def told(self, one: Advised, words: Mapping[str, str], request: Request) -> dict[str, Any]:
        definition = self.definition(one.app)
        return {
            "app": one.app,
            "label": self.label(one.app, request),
            "help": said(definition.help, request) if definition else "",
            "icon": definition.icon if definition else "",
            "now": one.is_now,
            "why": [words.get(each, each) for each in one.why],
            "brings": [{"app": need, "label": self.label(need, request)} for need in self.brings(one.app)],
            "installed": one.app in self.here,
            "offered": definition is not None,
        }

    def definition(self, app: str) -> AppDef | None:
        if app in self.catalogue.apps:
            return self.catalogue.app(app).definition
        return self.templates[app].definition if app in self.templates else None

    def label(self, app: str, request: Request) -> str:
        definition = self.definition(app)
        return (said(definition.label, request) if definition else "") or app

    def brings(self, app: str) -> Iterator[str]:
        needs = self.templates[app].manifest.needs if app in self.templates else [app]
        known = [each for each in needs if each in self.catalogue.apps]
        return (each for each in self.catalogue.with_needs(known) if each != app and each not in self.here)


def follow(door: Door, request: Request) -> Answer:
    """`{apps, answers}` → `{release}`: apps that come with Queti and templates by one release; the answers are kept
    with the company. Nobody needs answers to choose by themselves."""
    body, who, platform = request.json_object(), signed_in(request), door.platform
    names, templates = _names(body.get("apps")), gallery()
    lacking = [name for name in names if name not in platform.catalogue.apps and name not in templates]
    if lacking:
        raise sharing.unknown({"en": "app", "zh": "应用"}, lacking[0], [*platform.catalogue.apps, *templates])
    if body.get("answers") is not None:
        door.run(request, lambda work: _keep(work, _decided(work, request)))
    shipped = [name for name in names if name not in templates]
    taken = [templates[name] for name in dict.fromkeys(names) if name in templates]
    model = add_apps(platform, who.workspace, shipped, who.person.user, templates=taken)
    door.sessions.read_again(who.workspace)
    return answer_json({"release": model.number})


def _names(given: Any) -> list[str]:
    names = cast("list[Any]", given) if isinstance(given, list) else []
    if not names or not all(isinstance(each, str) for each in names):
        raise wrong("apps", "wrong_type", "A list of apps, at least one.", "应为应用列表，至少一个。")
    return names


def _keep(work: Work, decided: Decided) -> None:
    work.keep_answers(ADVISOR, [(company, decided) for company in _company(work)])


def _company(work: Work) -> Iterable[Record]:
    return work.find("base.company", "", {}, ["name"])[:1]


ROUTES = [
    Route("GET", "/api/advice", ask, guard="administrator"),
    Route("POST", "/api/advice", advise, guard="administrator"),
    Route("POST", "/api/advice/follow", follow, guard="administrator", kind="long"),
]
