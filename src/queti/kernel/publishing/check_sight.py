"""The check of what a step shows: to whom it opens the record, and whether what it hides stays hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from queti.kernel.definitions import FlowDef, StepDef, Words
from queti.kernel.definitions.roles import EVERYONE
from queti.kernel.model import Model, Object
from queti.kernel.publishing.findings import Findings
from queti.kernel.reading.permissions import rights_of

_OPENED: Words = {
    "en": "“{role}” may not see “{object}”: who is asked sees the one record, {what}.",
    "zh": "角色“{role}”无权查看“{object}”：被要求处理的人可查看该条记录，{what}。",
}
_ALL: Words = {"en": "all of it", "zh": "包括其全部字段"}
_BUT: Words = {"en": "all of it but {hidden}", "zh": "但不含{hidden}"}
_NARROW: Words = {"en": "Hide what they need not know.", "zh": "请隐藏其无需了解的字段。"}
_ANYWAY: Words = {
    "en": "“{role}” sees {hidden} anyway: the role shows it.",
    "zh": "角色“{role}”仍可查看{hidden}：该角色本身有权查看。",
}
_TAKE_AWAY: Words = {
    "en": "Hide it in the role; a step that is to show it can name it.",
    "zh": "请在角色中隐藏；需要显示的步骤可单独指定。",
}
_TITLE: Words = {
    "en": "A task is called by its record's title, so that can't be hidden.",
    "zh": "任务以记录标题命名，不能隐藏标题字段。",
}
_COMPUTED: Words = {
    "en": "{shown} is shown and computed from {hidden}, which the step hides.",
    "zh": "{shown}可见，而其值由该步骤隐藏的{hidden}计算得出。",
}


def check_sight(model: Model, flow: FlowDef, place: str, step: StepDef, findings: Findings) -> None:
    """Add to `findings` what the step tells whom, where that may surprise."""
    object = model.objects.get(flow.object)
    if object is not None:
        _Check(model, flow, place, step, object, findings).check()


@dataclass(slots=True)
class _Check:
    model: Model
    flow: FlowDef
    place: str
    step: StepDef
    object: Object
    findings: Findings

    def check(self) -> None:
        if self.object.title in self._hidden():
            place = f"{self.place}.fields.{self.object.title}"
            self.findings.error("flow", self.flow.flow, place, _TITLE["en"], _TITLE["zh"])
        self._check_roles()
        self._check_computed()

    def _hidden(self) -> list[str]:
        return [path for path, right in self.step.fields.items() if right == "hide"]

    def _check_roles(self) -> None:
        for name, who in self.step.who.items():
            if who.by != "role" or who.role not in self.model.roles:
                continue
            rights = rights_of(self.model, (who.role, EVERYONE)).of(self.object)
            shown = [path for path in self._hidden() if path in rights.fields]
            if not rights.see:
                self._warn(f"who.{name}", _OPENED, _NARROW, role=self._role(who.role), what=self._what())
            elif shown:
                self._warn(f"who.{name}", _ANYWAY, _TAKE_AWAY, role=self._role(who.role), hidden=self._fields(shown))

    def _what(self) -> Words:
        hidden = self._fields(self._hidden())
        return {each: _BUT[each].format(hidden=hidden[each]) for each in _BUT} if self._hidden() else _ALL

    def _check_computed(self) -> None:
        for shown, hidden in self._told():
            fields = {"shown": self._fields([shown]), "hidden": self._fields([hidden])}
            self._warn(f"fields.{shown}", _COMPUTED, {"en": "Hide it too.", "zh": "请一并隐藏。"}, **fields)

    def _told(self) -> Iterator[tuple[str, str]]:
        hidden = set(self._hidden())
        for name, field in self.object.fields.items():
            if field.formula is not None and name not in hidden:
                own = {path for source, path in field.formula.reads if source == self.object.name}
                yield from ((name, path) for path in sorted(own & hidden))

    def _role(self, role: str) -> Words:
        return _named(self.model.roles[role].label, role)

    def _fields(self, paths: list[str]) -> Words:
        labels = [_named(self.object.fields[path].definition.label, path) if path in self.object.fields else
                  {"en": path, "zh": path} for path in paths]  # fmt: skip
        return {
            "en": ", ".join(f"“{label['en']}”" for label in labels),
            "zh": "、".join(f"“{label['zh']}”" for label in labels),
        }

    def _warn(self, place: str, words: Words, fix: Words, **given: Words) -> None:
        given = {"object": _named(self.object.definition.label, self.object.name), **given}
        en, zh = (words[each].format(**{name: value[each] for name, value in given.items()}) for each in ("en", "zh"))
        self.findings.warn("flow", self.flow.flow, f"{self.place}.{place}", en, zh, fix)


def _named(label: Words, name: str) -> Words:
    return {each: label.get(each) or label.get("en") or name for each in ("en", "zh")}
