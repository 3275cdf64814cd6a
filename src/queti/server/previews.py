"""What is shown through a request's headers instead of what its person sees, and always without writing.

`X-Queti-Draft: n`: the answers of a draft over the real data. `X-Queti-Role` and `X-Queti-User` show
administrators what others would see, in a draft or in what is published; the server's log tells of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from queti.kernel.errors import Refusal
from queti.kernel.publishing.drafts import DraftNotFound
from queti.kernel.publishing.preview import NoSuchRole, previewed, seen_as
from queti.kernel.work import Work
from queti.server.messages import Request
from queti.server.routing import Route

_READS = (
    "/api/definitions",
    "/api/records/",
    "/api/options",
    "/api/search",
    "/api/home",
    "/api/lineage/",
    "/api/totals/",
    "/api/kept_views/",
)
_ASKS = ("/api/formulas/evaluate",)
"""Read whatever the method is."""
_SEEN = (*_READS, "/api/comments/", "/api/duplicates/", "/api/prints/")
"""What a person sees of the workspace, beside the definitions that a draft changes."""
_TRIES = re.compile(r"/api/drafts/[0-9]+/try\Z")
"""Reads the headers itself: what it writes is taken back."""
_OWN = ("/api/session", "/api/events", "/api/news", "/api/regions")
"""What stays the administrator's own while looking as somebody else."""


class PreviewWritesNothing(Refusal):
    """You are trying out a draft: nothing is written, sent or exported. Leave the preview first."""

    zh = "正在试用草稿，不会写入、发送或导出任何数据。请先退出预览。"
    kind = "conflict"


class SeeingWritesNothing(Refusal):
    """You are looking as somebody else: nothing is written, sent or exported. Leave that first."""

    zh = "正在以他人身份查看，不会写入、发送或导出任何数据。请先退出。"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Preview:
    draft: int | None
    role: str = ""
    user: int | None = None

    @property
    def seen_as(self) -> str:
        return f"user {self.user}" if self.user is not None else f"role {self.role}" if self.role else ""

    def of(self, work: Work) -> Work:
        if self.draft is None:
            return seen_as(work, role=self.role, user=self.user)
        return previewed(work, self.draft, role=self.role, user=self.user)


def refuse_writing(route: Route, request: Request) -> None:
    """Raises PreviewWritesNothing where the request would do more than read through a draft."""
    if route.refuses_previews and request.header(b"x-queti-draft"):
        raise PreviewWritesNothing


def preview_of(request: Request) -> Preview | None:
    """The preview that the request asks for; who looks as somebody else is refused all but reading."""
    draft = request.header(b"x-queti-draft")
    if not draft:
        return _seeing(request)
    if not _is_reading(request, _READS) and not request.path.startswith(_ASKS):
        return None
    if _number(draft) is None:
        raise DraftNotFound(draft=draft)
    return Preview(int(draft), request.header(b"x-queti-role"), _number(request.header(b"x-queti-user")))


def seen_user(request: Request) -> int | None:
    return _number(request.header(b"x-queti-user"))


def _seeing(request: Request) -> Preview | None:
    """As somebody else in what is published: all else than reading is refused, and what they haven't saved yet."""
    role, user = request.header(b"x-queti-role"), request.header(b"x-queti-user")
    if not (role or user) or request.path.startswith(_OWN) or _TRIES.match(request.path):
        return None
    is_kept = request.path.startswith("/api/records/") and request.path.endswith("/draft")
    if is_kept or not (_is_reading(request, _SEEN) or request.path.startswith(_ASKS)):
        raise SeeingWritesNothing
    if user and _number(user) is None:
        raise NoSuchRole(role=user)
    return Preview(None, role, _number(user))


def _is_reading(request: Request, paths: tuple[str, ...]) -> bool:
    return request.method in ("GET", "HEAD") and request.path.startswith(paths)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
