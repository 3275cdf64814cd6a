"""Somebody leaves or changes place: what is theirs goes to somebody else, in one act."""

from __future__ import annotations

from typing import Any

from queti.apps.base.belongings import belongings, records_of
from queti.apps.base.refusals import SamePerson
from queti.kernel.operations import Call, boolean, link, operation, text, words
from queti.kernel.work import Work


@operation(
    on="base.user",
    label=words("Hand over", "交接"),
    help=words(
        "All that stands in this person's name and can be changed goes to a colleague, with all that waits for them.",
        "将该用户名下所有可修改的记录和待其处理的任务转交给同事。",
    ),
    inputs={
        "person": link("base.user", label=words("From", "交出人"), required=True),
        "to": link("base.user", label=words("To", "接收人"), required=True, filter="is_active"),
        "leaves": boolean(
            label=words("The person leaves: no more signing in", "该用户离职：停用登录"), default="false"
        ),
        "reason": text(label=words("Reason", "原因")),
    },
    result="value",
)
def hand_over(work: Work, calls: list[Call]) -> list[Any]:
    """Answers how many records of each kind went over: `[{object, field, label, count}]`."""
    return [_hand_over(work, call) for call in calls]


def _hand_over(work: Work, call: Call) -> list[dict[str, Any]]:
    if call.person == call.to:
        raise SamePerson
    people = {each.id: each for each in work.fetch("base.user", sorted([call.person, call.to]), lock=True)}
    given = belongings(work, call.person)
    for entry in given:
        for records in records_of(work, entry, call.person):
            work.change(entry["object"], [(record, {entry["field"]: call.to}) for record in records])
    work.tell("base.handed_over", people[call.person], {"to": call.to, "reason": call.get("reason") or ""})
    if call.leaves:
        work.change("base.user", [(call.person, {"is_active": False})])
    return given
