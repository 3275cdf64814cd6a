"""What flows have to do with a record: those that one may submit, those that it has been through, and what one may
do with each of one's tasks there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.engines.flows.cases import trees_of
from queti.engines.flows.hours import Calendars
from queti.engines.flows.interpreting import read
from queti.engines.flows.outlining import SUBMIT_LABEL, outline
from queti.engines.flows.returning import can_take_back, earlier
from queti.engines.flows.state import SUBMIT, State
from queti.engines.flows.tree import Tree
from queti.kernel.definitions import FlowDef
from queti.kernel.definitions.flows import in_order
from queti.kernel.flows import events_of

if TYPE_CHECKING:
    from queti.kernel.model import Model
    from queti.kernel.work import Work

Row = Mapping[str, Any]

MOST = 500
"""Tasks and lines of the trail, the newest."""
_INSTANCE = (
    "id", "title", "flow", "object", "record", "state", "submitter", "submitter._label", "started_at", "ended_at",
    "urged_at", "problem", "definition", "parent",
)  # fmt: skip
_ACT = (
    "id", "instance", "act", "step", "by", "by._label", "to", "to._label", "at", "reason", "task", "detail",
    "signature", "files",
)  # fmt: skip
_TASK = (
    "id", "instance", "number", "step", "step_en", "step_zh", "kind", "state", "result", "assignee",
    "assignee._label", "on_behalf_of", "on_behalf_of._label", "waits_for", "created_at", "done_at", "due_at",
    "urged_at", "reason", "text", "version",
)  # fmt: skip
_OPEN = ("queued", "running", "failed")


def about(work: Work, object: str, id: int) -> dict[str, Any]:
    """`{flows, instances, tasks, acts}` as far as the person sees them, the newest instance first.

    `flows` may be submitted: `{flow, label, chosen: [{step, label}]}`, chosen are the steps whose people the
    submitter names. An instance has `label`, `at` (the steps where it stands), `outline` (those and what may
    follow, as a tree) and `may` (acts of this person on it). A task has `label`, `hours` (working hours with its
    person) and, where it is this person's, `may`, `back_to`, `back`, `needs_reason`, `confirm`, `fields`, `chosen` and
    `draft`.
    """
    by = work.as_person.open(object, id)
    if "flow.instance" not in work.model.objects:
        return {"flows": [], "instances": [], "tasks": [], "acts": []}
    given = {"object": object, "record": id}
    flows = [] if by and by.tasks else _offered(work, object)
    return {"flows": flows, **_told(work, "object = $object and record = $record", given)}


def about_instance(work: Work, id: int) -> dict[str, Any]:
    """The same of one instance: `{instances, tasks, acts}`; RecordNotFound for one that they don't see."""
    work.as_person.look_at("flow.instance", id)
    return _told(work, "id = $id", {"id": id})


def flows_at_work(work: Work) -> list[dict[str, Any]]:
    """`{flow, label, object, is_active, summary}` of the flows about what the person sees, in the order of the apps."""
    rights = work.as_person.rights
    return [
        {"flow": name, "label": flow.label, "object": flow.object, "is_active": flow.is_active, "summary": flow.summary}
        for name, flow in _sorted(work.model.flows)
        if not flow.object or (flow.object in work.model.objects and rights.sees(flow.object))
    ]


def events_told(work: Work, model: Model, object: str) -> list[dict[str, str]]:
    """`{event, label}` of what is told of the object's records, by their label."""
    found = events_of(model, model.object(object).name)
    told = [{"event": event, "label": label.get(work.language) or label["en"]} for event, label in found.items()]
    return sorted(told, key=lambda each: (not each["event"].startswith(f"{object}."), each["label"]))


def _sorted(flows: Mapping[str, FlowDef]) -> list[tuple[str, FlowDef]]:
    return sorted(flows.items(), key=lambda each: (each[1].order, each[0]))


def _offered(work: Work, object: str) -> list[dict[str, Any]]:
    if not work.as_person.can("flow.submit"):
        return []
    return [
        {"flow": name, "label": flow.label, "chosen": _chosen(Tree.of(flow))}
        for name, flow in _sorted(work.model.flows)
        if flow.object == object and flow.is_active and flow.start.on == "submit"
        and (not flow.start.roles or set(flow.start.roles) & set(work.who.roles))
    ]  # fmt: skip


def _chosen(tree: Tree) -> list[dict[str, Any]]:
    """The steps whose people who submits is to name."""
    asked = [name for name, step in tree.steps.items() if any(who.by == "chosen" for who in step.who.values())]
    return [_step(tree, name) for name in asked]


def _step(tree: Tree, name: str) -> dict[str, Any]:
    label = tree.steps[name].label if name in tree.steps else SUBMIT_LABEL
    return {"step": name, "label": label or {"en": name}}


def _told(work: Work, where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    person = work.as_person
    if not all(person.rights.sees(work.object(name)) for name in ("flow.instance", "flow.task", "flow.act")):
        return {"instances": [], "tasks": [], "acts": []}
    rows = person.query("flow.instance", where, "-id", _INSTANCE, params=given).records
    ids = {"ids": [each["id"] for each in rows]}
    tasks = person.query("flow.task", "instance in $ids", "-id", _TASK, limit=MOST, params=ids).records[::-1]
    acts = person.query("flow.act", "instance in $ids", "-id", _ACT, limit=MOST, params=ids).records[::-1]
    known = {row.id: row for row in work.find("flow.instance", "id in $ids", ids, ["id", "holds", "definition"])}
    trees = trees_of(work, {row.definition for row in known.values()})
    drafts = _drafts(work, [each["id"] for each in tasks if each["waits_for"] == work.who.user])
    calendars = Calendars(work)
    told = {id: Standing(work, trees[row.definition], read(row.holds), calendars) for id, row in known.items()}
    return {
        "instances": [told[each["id"]].instance(each) for each in rows],
        "tasks": [{**told[each["instance"]].task(each, tasks), **drafts.get(each["id"], {})} for each in tasks],
        "acts": [told[each["instance"]].act(each) for each in acts],
    }


def _drafts(work: Work, mine: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What this person has prepared, by task."""
    rows = work.find("flow.task", "id in $ids and not blank(draft)", {"ids": mine}, ["id", "draft"]) if mine else ()
    return {row.id: {"draft": row.draft} for row in rows}


class Standing:
    """Where an instance stands, as one person may know and change it."""

    def __init__(self, work: Work, tree: Tree, state: State, calendars: Calendars) -> None:
        self.work, self.tree, self.state = work, tree, state
        self.calendar = calendars.of(tree.flow.calendar)
        self.me, self.can = work.who.user, work.as_person.can

    def label(self, step: str | None) -> Mapping[str, str] | None:
        return _step(self.tree, step)["label"] if step else None

    def act(self, row: Row) -> dict[str, Any]:
        return {**row, "label": self.label(row["step"]), "way": self._way(row)}

    def _way(self, row: Row) -> Mapping[str, str] | None:
        """The branches taken, or the step that it was sent back to, as they are called."""
        if row["act"] == "sent_back":
            return self.label(row["detail"] or SUBMIT)
        if row["act"] != "branch" or row["step"] not in self.tree.steps:
            return None
        branches = self.tree.steps[row["step"]].branches
        taken = [branches[name].label for name in (row["detail"] or "").split(",") if name in branches]
        return {language: ", ".join(label.get(language, "") for label in taken) for language in ("en", "zh")}

    def instance(self, row: Row) -> dict[str, Any]:
        told = {name: value for name, value in row.items() if name != "definition"}
        return {
            **told,
            "label": self.tree.flow.label,
            "at": [_step(self.tree, name) for name in [*self.tree.steps, SUBMIT] if name in self.state.tokens],
            "outline": outline(self.tree, self.state) if row["state"] in _OPEN else [],
            "steps": self._steps() if self.can("flow.jump") else [],
            "may": self._orders(row),
        }

    def _steps(self) -> list[dict[str, Any]]:
        """Where an administrator may put it."""
        return [_step(self.tree, name) for name, _ in in_order(self.tree.flow.steps)]

    def _orders(self, row: Row) -> list[str]:
        state, is_mine = row["state"], row["submitter"] == self.me
        may: dict[str, bool] = {
            "withdraw": is_mine and state == "running" and self._withdraws(),
            "urge": is_mine and state == "running",
            "cancel": is_mine and state == "running",
            "resubmit": is_mine and state in ("withdrawn", "rejected") and row["parent"] is None,
            "comment": True,
            "restart_step": state == "failed",
            "jump": state in ("running", "failed"),
            "stop": state in ("running", "failed"),
            "move_to_version": state in ("running", "failed"),
        }
        return [act for act, fits in may.items() if fits and self.can(f"flow.{act}")]

    def _withdraws(self) -> bool:
        rule = self.tree.flow.withdraw
        return rule == "always" or (rule == "before_act" and not self.state.has_acted)

    def task(self, row: Row, beside: Sequence[Row]) -> dict[str, Any]:
        label = self.label(row["step"]) if row["step"] in (*self.tree.steps, SUBMIT) else None
        told = {**row, "label": label or {"en": row["step_en"], "zh": row["step_zh"]}, "hours": self._hours(row)}
        may = self._acts(row, beside)
        return told | ({"may": may, **self._rules(row["step"])} if may else {"may": []})

    def _hours(self, row: Row) -> float:
        """For how many working hours somebody has, or had, it."""
        had = self.calendar.between(row["created_at"], row["done_at"] or self.work.now)
        return round(had.total_seconds() / 3600, 1)

    def _acts(self, row: Row, beside: Sequence[Row]) -> list[str]:
        kind, step, no = row["kind"], row["step"], int(row["number"])
        open, is_mine = row["state"] == "open", row["assignee"] == self.me
        is_done = is_mine and row["state"] == "done"
        asked = open and is_mine and kind in ("approve", "handle")
        others = any(
            each["instance"] == row["instance"] and each["step"] == step and each["id"] != row["id"]
            and each["state"] in ("open", "waiting")
            for each in beside
        )  # fmt: skip
        may: dict[str, bool] = {
            "approve": asked and kind == "approve",
            "handle": asked and kind == "handle",
            "reject": asked and kind == "approve",
            "send_back": asked and step != SUBMIT,
            "hand_over": asked and step != SUBMIT,
            "delegate": asked and kind == "approve",
            "add_approver": asked and kind == "approve",
            "remove_approver": asked and kind == "approve" and others,
            "take_back": is_done and can_take_back(self.tree, self.state, no),
            "read": open and is_mine and kind in ("copy", "message"),
            "reassign": open and kind in ("approve", "handle"),
        }  # fmt: skip
        return [act for act, fits in may.items() if fits and self.can(f"flow.{act}")]

    def _rules(self, step: str) -> dict[str, Any]:
        """What the step demands of who decides there, and what it lets them change."""
        if step not in self.tree.steps:
            return {"back_to": [], "back": "choose", "needs_reason": "never", "confirm": "", "fields": {}, "chosen": []}
        definition = self.tree.steps[step]
        back_to = [SUBMIT, *earlier(self.tree, self.state, step)]
        return {
            "back_to": [_step(self.tree, name) for name in back_to],
            "back": definition.back,
            "needs_reason": definition.reason,
            "confirm": definition.confirm,
            "fields": {name: right for name, right in definition.fields.items() if right != "hide"},
            "chosen": self._next_chosen(step),
        }

    def _next_chosen(self, step: str) -> list[dict[str, Any]]:
        """The steps behind this one whose people its approver names."""
        return [
            _step(self.tree, name)
            for name, each in self.tree.steps.items()
            if any(who.by == "step_chosen" for who in each.who.values()) and self.tree.is_before(step, name)
        ]
