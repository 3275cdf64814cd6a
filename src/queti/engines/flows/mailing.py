"""Tasks told by mail to whom they wait for, where the company wants that and the person does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from queti.engines.flows.outside import Asked, begin, key_of, written
from queti.engines.outside.reach import public_address
from queti.kernel.people import USER

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work

_TRIES = 5
_TO_DO = frozenset({"approve", "handle"})
_SUBJECT = {"en": "{step}: {title}", "zh": "{step}：{title}"}
_TEXT = {
    "en": "“{title}” waits for you: {step}.{due}\n\n{link}\n\n"
    "Sign in to decide. You can turn these mails off under My account.",
    "zh": "“{title}”正等待您处理：{step}。{due}\n\n{link}\n\n请登录后处理。可在“我的账号”中关闭此类邮件。",
}
_DUE = {"en": " It is due at {at}.", "zh": "截止时间：{at}。"}


def mail_tasks(work: Work, tasks: Iterable[Record]) -> None:
    """Whom each of these waits for gets a mail with a link, which needs signing in."""
    if not work.company.get("mails_tasks"):
        return
    asked = [task for task in tasks if task.waits_for and task.kind in _TO_DO]
    where = 'id in $ids and not blank(email) and not (task_mail = "off")'
    ids = sorted({task.waits_for for task in asked})
    people = {row.id: row for row in work.find(USER, where, {"ids": ids}, ["id", "email", "language"])} if ids else {}
    rows = [_call(work, task, people[task.waits_for]) for task in asked if task.waits_for in people]
    if rows:
        begin(work, rows)


def _call(work: Work, task: Record, person: Record) -> Mapping[str, Any]:
    language = person.language or work.company.get("language") or "en"
    due = _DUE[language].format(at=f"{task.due_at:%Y-%m-%d %H:%M %Z}") if task.due_at else ""
    held = {
        "title": task.title,
        "step": task.step_zh if language == "zh" else task.step_en,
        "link": f"{public_address()}/work/{task.id}",
        "due": due,
    }
    asked = Asked(
        "mail", to=[person.email], subject=_SUBJECT[language].format(**held), text=_TEXT[language].format(**held)
    )
    call = written(asked, person.email, _TRIES)
    return {**call, "instance": task.instance, "key": key_of(work, "task", task.id, task.version)}
