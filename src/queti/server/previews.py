"""`X-Queti-Draft: n`: the answers of a draft over the real data; nothing is written through it.

`X-Queti-Role` and `X-Queti-User` show administrators what others would see.
"""

from __future__ import annotations

from dataclasses import dataclass

from queti.kernel.errors import Refusal
from queti.kernel.publishing.drafts import DraftNotFound
from queti.kernel.publishing.preview import previewed
from queti.kernel.work import Work
from queti.server.messages import Request

_READS = ("/api/definitions", "/api/records/", "/api/options", "/api/search", "/api/home", "/api/lineage/")
_ASKS = ("/api/formulas/",)
"""Read whatever the method is."""
_WRITES = ("/api/records/", "/api/operations/", "/api/imports", "/api/exports", "/api/files")


class PreviewWritesNothing(Refusal):
    """You are trying out a draft: nothing is written, sent or exported. Leave the preview first."""

    zh = "正在试用草稿，不会写入、发送或导出任何数据。请先退出预览。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Preview:
    draft: int
    role: str = ""
    user: int | None = None

    def of(self, work: Work) -> Work:
        return previewed(work, self.draft, role=self.role, user=self.user)


def preview_of(request: Request) -> Preview | None:
    """The preview that the request asks for; PreviewWritesNothing where it would do more than read."""
    draft = request.header(b"x-queti-draft")
    if not draft:
        return None
    is_reading = request.method in ("GET", "HEAD")
    if request.path.startswith(_WRITES) and not (is_reading and request.path.startswith(_READS)):
        raise PreviewWritesNothing
    if not (is_reading and request.path.startswith(_READS)) and not request.path.startswith(_ASKS):
        return None
    if _number(draft) is None:
        raise DraftNotFound(draft=draft)
    return Preview(int(draft), request.header(b"x-queti-role"), _number(request.header(b"x-queti-user")))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
