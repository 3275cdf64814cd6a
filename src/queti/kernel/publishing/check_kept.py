"""What flows want of records that administrators keep: secrets by their names, a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from queti.kernel.definitions import FlowDef
from queti.kernel.definitions.flows import walk
from queti.kernel.flows import host_of, is_host_of
from queti.kernel.model import Model
from queti.kernel.publishing.ddl import execute, table_of
from queti.kernel.publishing.findings import Finding

SECRET, MAIL_SERVER = "flow.secret", "flow.mail_server"


def not_kept(connection: Connection[Any], before: Model, after: Model) -> Iterator[Finding]:
    """A warning for each secret that isn't set or not for where it is shown, and for mail that no server takes."""
    flows = [flow for flow in after.flows.values() if flow.is_active]
    secrets = [(flow, *each) for flow in flows for each in _secrets(flow)]
    known = _hosts(connection, before) if secrets else {}
    for flow, place, name, url in secrets:
        if name in known and url and not is_host_of(known[name], url):
            host = host_of(url)
            yield _warning(
                flow, place, f"The secret “{name}” is for {known[name]} only, and not shown to {host}.",
                f"密钥“{name}”仅限 {known[name]}，不会发送给 {host}。",
                {"en": "An administrator sets its hosts under Flows, Secrets.",
                 "zh": "请管理员在“流程 → 密钥”中设置可用主机。"},
            )  # fmt: skip
        if name not in known:
            yield _warning(
                flow, place, f"The secret “{name}” is not set yet.", f"密钥“{name}”尚未设置。",
                {"en": "An administrator sets it under Flows, Secrets.", "zh": "请管理员在“流程 → 密钥”中设置。"},
            )  # fmt: skip
    mails = [(flow, place) for flow in flows for place, _, step in walk(flow.steps) if step.kind == "mail"]
    if mails and not _rows(connection, before, MAIL_SERVER, "id"):
        for flow, place in mails:
            yield _warning(
                flow, place, "No mail server is set yet.", "尚未设置邮件服务器。",
                {"en": "An administrator sets one under Flows.", "zh": "请管理员在“流程 → 邮件服务器”中设置。"},
            )  # fmt: skip


def _secrets(flow: FlowDef) -> Iterator[tuple[str, str, str]]:
    """(place, secret, the address that it is shown to)."""
    if flow.start.secret:
        yield "start.secret", flow.start.secret, ""
    for place, _, step in walk(flow.steps):
        if step.secret:
            yield f"{place}.secret", step.secret, step.url


def _hosts(connection: Connection[Any], model: Model) -> dict[str, str | None]:
    """Secret → the hosts that it is bound to."""
    kept = model.objects.get(SECRET)
    columns = "name, hosts" if kept is not None and "hosts" in kept.fields else "name, NULL"
    return dict(_rows(connection, model, SECRET, columns))


def _rows(connection: Connection[Any], model: Model, object: str, columns: str) -> list[tuple[Any, ...]]:
    kept = model.objects.get(object)
    if kept is None:
        return []
    return execute(connection, f"SELECT {columns} FROM {table_of(kept)} WHERE trashed_at IS NULL").fetchall()


def _warning(flow: FlowDef, place: str, en: str, zh: str, fix: dict[str, str]) -> Finding:
    return Finding("flow", flow.flow, place, en, zh, "warning", fix=fix)
