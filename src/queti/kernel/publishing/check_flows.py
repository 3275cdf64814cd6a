"""The check of flows: each setting fits its step, names lead somewhere, no way is without an end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from queti.kernel.definitions import FlowDef, StepDef, Words
from queti.kernel.definitions.flows import MOMENTS, OUTSIDE, PEOPLE, TakeDef, walk
from queti.kernel.flows import START, THIS, Use, events_of, formula_of, subject_of, target_of, uses_of
from queti.kernel.formulas import FormulaError
from queti.kernel.model import Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.check_objects import follow
from queti.kernel.publishing.check_sight import check_sight
from queti.kernel.publishing.findings import Findings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_NEEDS: dict[str, tuple[str, ...]] = {
    "create": ("object",), "find": ("object",), "change": ("set",), "compute": ("set",), "perform": ("operation",),
    "loop": ("over",), "flow": ("flow",), "evaluate": ("rule",),
    "mail": ("subject", "text"), "http": ("url",), "webhook": ("url", "secret"), "print": ("print",),
    "message": ("who", "text"), "branch": ("branches",), "handle": ("who",), "copy": ("who",),
}  # fmt: skip
_WAITS = {"hours": "hours", "until": "until", "value": "when", "event": "event"}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_OF_SUBMITTER = frozenset({"submitter", "manager", "department_head", "chosen"})
_URL = re.compile(r"https?://[^\s{}/?#@]+([/?][^\s]*)?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,80}")
_OUR_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "idempotency-key"}
)
MOST_TRIES, MOST_SECONDS = 20, 60
_LEFT_OUT: Words = {"en": "Fill it in.", "zh": "请填写。"}


def check_flow(model: Model, flow: FlowDef, findings: Findings) -> None:
    """Add to `findings` what is wrong with the flow."""
    _Check(model, flow, findings).check()


@dataclass(slots=True)
class _Check:
    model: Model
    flow: FlowDef
    findings: Findings

    def check(self) -> None:
        if subject_of(self.model, self.flow) is None:
            return self._unknown("object", self.flow.object, self.model.objects)
        self._check_names()
        self._check_start()
        for moment in self.flow.sets:
            if moment not in MOMENTS:
                self._unknown(f"sets.{moment}", moment, MOMENTS)
        if not self.flow.steps:
            self._error("steps", "The flow has no step.", "流程没有任何步骤。")
        for use in uses_of(self.model, self.flow):
            self._check_use(use)
        for place, name, step in walk(self.flow.steps):
            self._check_step(place, name, step)
            self._check_event(f"{place}.event", step.event)
            if step.kind in PEOPLE:
                check_sight(self.model, self.flow, place, step, self.findings)
        return None

    def _check_names(self) -> None:
        seen: set[str] = set()
        subject = subject_of(self.model, self.flow)
        for place, name, step in walk(self.flow.steps):
            if name in seen:
                self._error(place, f"There are two steps “{name}”.", f"有两个名为“{name}”的步骤。")
            if not _NAME.fullmatch(name) or name == "submit":
                self._error(place, f"“{name}” can't name a step.", f"“{name}”不能用作步骤名。")
            if _brings_names(step) and subject is not None and name in (*subject.fields, *subject.reverse):
                self._error(
                    place,
                    f"The record has a field “{name}”: give the step another name.",
                    f"记录已有字段“{name}”，请为步骤换一个名称。",
                )
            seen.add(name)

    def _check_start(self) -> None:
        start, object = self.flow.start, self.flow.object
        if not object and start.on not in ("flow", "schedule", "webhook"):
            self._error("object", "Choose whose records it is about.", "请选择流程所针对的业务对象。")
        if start.on in ("date", "schedule"):
            self._check_clock()
        if start.on == "webhook":
            self._check_webhook()
        if start.on == "event" and not start.event:
            self._error("start.event", "Choose the event.", "请选择事件。")
        if start.on == "event":
            self._check_event("start.event", start.event)

    def _check_event(self, place: str, event: str) -> None:
        known = events_of(self.model, self.flow.object) if self.flow.object in self.model.objects else {}
        if event and event not in known:
            self.findings.warn(
                "flow", self.flow.flow, place, f"Nothing tells “{event}” of these records.",
                f"没有任何操作会就此类记录发出事件“{event}”。", did_you_mean(event, known),
            )  # fmt: skip

    def _check_clock(self) -> None:
        start, subject = self.flow.start, self.model.objects.get(self.flow.object)
        if not _CLOCK.fullmatch(start.at):
            self._error("start.at", "A time of day is written as 09:30.", "时刻应写作 09:30。")
        if not 1 <= start.weekday <= 7:
            self._error("start.weekday", "Days of the week are 1 to 7.", "星期应为 1 至 7。")
        if not 1 <= start.day <= 31:
            self._error("start.day", "Days of the month are 1 to 31.", "日期应为 1 至 31。")
        if start.on == "schedule" and bool(start.each) != bool(self.flow.object):
            self._error(
                "start.each",
                "Say for which records it begins, or leave out the object.",
                "请设置对哪些记录启动，或不选业务对象。",
            )
        field = subject.fields.get(start.date_field) if subject else None
        if start.on == "date" and (field is None or field.type.name not in ("date", "moment")):
            self._error("start.date_field", "Choose a date of the record.", "请选择记录的日期字段。")
        for place, _, step in walk(self.flow.steps):
            for name, who in step.who.items():
                if who.by in _OF_SUBMITTER:
                    self._error(
                        f"{place}.who.{name}",
                        "Nobody submits a flow that begins by the clock.",
                        "定时启动的流程没有发起人。",
                    )

    def _check_webhook(self) -> None:
        start = self.flow.start
        if not start.secret:
            self._error("start.secret", "Name the secret that signs it.", "请填写签名所用的密钥名称。")
        if self.flow.object and not start.when:
            self._error(
                "start.when", "Say which record it is about, like number = this.start.number, or leave out the object.",
                "请用条件指明针对哪条记录，例如 number = this.start.number；或不选业务对象。",
            )  # fmt: skip
        for path in THIS.findall(start.when):
            if path.removeprefix(f"{START}.") not in start.takes:
                self._unknown("start.when", f"this.{path}", [f"this.{START}.{name}" for name in start.takes])
        subject = subject_of(self.model, self.flow)
        if start.takes and subject is not None and START in subject.fields:
            self._error(
                "start.takes", f"The record has a field “{START}”, which hides what the webhook brings.",
                f"记录已有字段“{START}”，会遮盖 Webhook 带来的值。",
            )  # fmt: skip
        self._check_takes("start", start.takes)

    def _check_takes(self, place: str, takes: Mapping[str, TakeDef]) -> None:
        for name, take in takes.items():
            here = f"{place}.takes.{name}"
            if not _NAME.fullmatch(name):
                self._error(here, f"“{name}” can't name a value.", f"“{name}”不能用作名称。")
            if not take.at:
                self._error(f"{here}.at", "Say where it stands in the JSON.", "请填写它在 JSON 中的位置。", _LEFT_OUT)

    def _check_outside(self, place: str, name: str, step: StepDef) -> None:
        if not 1 <= step.tries <= MOST_TRIES:
            self._error(f"{place}.tries", f"Tries are 1 to {MOST_TRIES}.", f"尝试次数应为 1 至 {MOST_TRIES}。")
        if not 1 <= step.seconds <= MOST_SECONDS:
            self._error(f"{place}.seconds", f"Seconds are 1 to {MOST_SECONDS}.", f"时限应为 1 至 {MOST_SECONDS} 秒。")
        if step.kind == "mail" and not step.who and not step.address:
            self._error(f"{place}.who", f"Say to whom “{name}” goes.", f"请设置“{name}”的收件人。")
        if step.kind in ("http", "webhook"):
            self._check_call(place, step)
        printed = self.model.prints.get(step.print)
        if step.kind == "print" and printed is not None and printed.object != self.flow.object:
            self._error(f"{place}.print", "It prints other records.", "该打印模板针对的是其他业务对象。")

    def _check_call(self, place: str, step: StepDef) -> None:
        if step.url and not _URL.fullmatch(step.url):
            self._error(
                f"{place}.url", "An address reads https://host/path; {values} may stand behind the host.",
                "地址应为 https://主机/路径，花括号中的值只能放在主机之后。",
            )  # fmt: skip
        if step.method == "GET" and step.body:
            self._error(f"{place}.body", "GET carries no content; use POST.", "GET 不能携带内容，请改用 POST。")
        if step.kind == "webhook" and step.method == "GET":
            self._error(f"{place}.method", "A webhook is sent by POST.", "Webhook 应使用 POST。")
        for header in step.headers:
            if not _HEADER.fullmatch(header) or header.lower() in _OUR_HEADERS:
                self._error(f"{place}.headers.{header}", f"“{header}” can't be set.", f"不能设置请求头“{header}”。")

    def _check_use(self, use: Use) -> None:
        known: Iterable[str]
        match use.sort:
            case "formula" | "place":
                return self._check_formula(use)
            case "path":
                leads = _leads_on if use.place[-2:-1] == ("fields",) else _leads
                if use.over is not None and not leads(self.model, use.over, use.value):
                    self._unknown(use.where, use.value, use.over.fields)
                return None
            case "step":
                known = [name for _, name, _ in walk(self.flow.steps)]
            case sort:
                known = getattr(self.model, f"{sort}s")
        if use.value not in known:
            self._unknown(use.where, use.value, known)
        return None

    def _check_formula(self, use: Use) -> None:
        try:
            formula_of(self.model, self.flow, use)
        except FormulaError as problem:
            self.findings.formula("flow", self.flow.flow, use.where, problem)

    def _check_step(self, place: str, name: str, step: StepDef) -> None:
        for needed in _needs(step):
            if not getattr(step, needed):
                self._error(f"{place}.{needed}", f"“{name}” lacks {needed}.", f"“{name}”缺少 {needed}。", _LEFT_OUT)
        self._check_takes(place, step.takes)
        if step.confirm and step.kind not in ("approve", "handle"):
            self._error(f"{place}.confirm", "Nobody decides at this step.", "该步骤无人作出决定，无需确认。")
        match step.kind:
            case kind if kind in OUTSIDE:
                self._check_outside(place, name, step)
            case "branch":
                self._check_branches(place, step)
            case "approve":
                self._check_approval(place, name, step)
            case "loop":
                self._check_loop(place, step)
            case "create":
                self._check_created(place, step)
            case "perform":
                self._check_performed(place, step)
            case "evaluate":
                self._check_evaluated(place, step)
            case "flow":
                self._check_part(place, step)
            case _:
                pass

    def _check_branches(self, place: str, step: StepDef) -> None:
        without = [name for name, branch in step.branches.items() if not branch.when]
        if step.take == "all":
            for name, branch in step.branches.items():
                if branch.when:
                    self._error(
                        f"{place}.branches.{name}.when",
                        "A parallel branch takes no condition.",
                        "并行分支不能设置条件。",
                    )
        elif len(without) != 1:
            self._error(
                f"{place}.branches", "One branch, and only one, must have no condition: the way where no other fits.",
                "必须有且只有一个无条件的默认分支，供其他分支都不满足时使用。",
            )  # fmt: skip

    def _check_approval(self, place: str, name: str, step: StepDef) -> None:
        if not step.who and step.mode != "up_the_line":
            self._error(f"{place}.who", f"Say who approves “{name}”.", f"请设置“{name}”的审批人。")
        if step.mode == "vote" and not 0 < step.share <= 100:
            self._error(f"{place}.share", "A share lies above 0 and up to 100.", "通过比例应大于 0 且不超过 100。")

    def _check_loop(self, place: str, step: StepDef) -> None:
        subject = subject_of(self.model, self.flow)
        if subject is not None and step.over not in subject.lines and step.over not in subject.reverse:
            self._unknown(f"{place}.over", step.over, [*subject.lines, *subject.reverse])

    def _check_created(self, place: str, step: StepDef) -> None:
        made = self.model.objects.get(step.object)
        if made is not None and made.append_only:
            self._error(f"{place}.object", "Such records are made by operations alone.", "此类记录只能由操作产生。")

    def _check_performed(self, place: str, step: StepDef) -> None:
        operation = self.model.operations.get(step.operation)
        if operation is None:
            return
        subject = target_of(self.model, self.flow, step)
        for name in step.inputs:
            if name not in operation.inputs:
                self._unknown(f"{place}.inputs.{name}", name, operation.inputs)
        for name, entry in operation.inputs.items():
            is_record = entry.type == "link" and subject is not None and entry.to == subject.name
            if entry.required and name not in step.inputs and not is_record and not step.found:
                self._error(f"{place}.inputs.{name}", f"“{name}” must be given.", f"必须提供“{name}”。", _LEFT_OUT)

    def _check_part(self, place: str, step: StepDef) -> None:
        part, target = self.model.flows.get(step.flow), target_of(self.model, self.flow, step)
        if part is not None and part.object and target is not None and target.name != part.object:
            self._error(
                f"{place}.flow", f"“{step.flow}” is about other records.", f"流程“{step.flow}”针对的是其他业务对象。"
            )

    def _check_evaluated(self, place: str, step: StepDef) -> None:
        rule = self.model.rules.get(step.rule)
        if rule is None:
            return
        target = target_of(self.model, self.flow, step)
        if rule.on and (target is None or target.name != rule.on):
            self._error(
                f"{place}.rule", f"“{step.rule}” decides on other records.", f"规则“{step.rule}”针对的是其他业务对象。"
            )
        if rule.hit == "collect" and rule.collect == "list":
            self._error(f"{place}.rule", "A flow takes one answer, not a list.", "流程只能使用单一结果，不能使用列表。")
        for name in step.inputs:
            if name not in rule.inputs:
                self._unknown(f"{place}.inputs.{name}", name, rule.inputs)
        for name, column in rule.inputs.items():
            if not column.formula and name not in step.inputs:
                self._error(f"{place}.inputs.{name}", f"“{name}” must be given.", f"必须提供“{name}”。", _LEFT_OUT)

    def _error(self, place: str, en: str, zh: str, fix: Words | None = None) -> None:
        self.findings.error("flow", self.flow.flow, place, en, zh, fix)

    def _unknown(self, place: str, wanted: str, known: Iterable[str]) -> None:
        self._error(place, f"There is no “{wanted}”.", f"没有“{wanted}”。", did_you_mean(wanted, known))


def _brings_names(step: StepDef) -> bool:
    """Do later formulas know values by the step's name?"""
    return step.kind in OUTSIDE or step.kind in ("loop", "evaluate") or step.wait_for == "callback"


def _needs(step: StepDef) -> tuple[str, ...]:
    """Settings without which the step means nothing."""
    if step.kind != "wait":
        return _NEEDS.get(step.kind, ())
    return (_WAITS[step.wait_for],) if step.wait_for in _WAITS else ()


def _leads(model: Model, over: Object, path: str) -> bool:
    """Is it a path of fields, or a list of others that point here?"""
    return path in over.reverse or follow(model, over, path) is not None


def _leads_on(model: Model, over: Object, path: str) -> bool:
    """What a step shows or hides: a field, or one of the rows of a list inside."""
    list, _, name = path.partition(".")
    rows = over.lines.get(list)
    return name in model.objects[rows.target or ""].fields if rows and name else path in over.fields
