"""Comments on records, who follows them, and what is new for me."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from queti.engines.discussion import comments, followers
from queti.engines.discussion.subject import subject_of
from queti.kernel.errors import RecordNotFound
from queti.kernel.files import not_found
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routes.files import answer_file
from queti.server.routes.records import place_of
from queti.server.routing import Route


def list_comments(door: Door, request: Request) -> Answer:
    """Newest first; `before` is the id that a page ended with."""
    object, id = place_of(request)
    limit, before = request.whole("limit", 50, 1, 200), request.whole("before", 0, 0, 2**62) or None

    def act(work: Work) -> Answer:
        return answer_json(comments.read_comments(work, object, id, limit=limit, before=before))

    return door.run(request, act, reads_only=True)


def add_comment(door: Door, request: Request) -> Answer:
    """`{text, mentions: [user], files: [{file, name, size, type}]}`."""
    object, id = place_of(request)
    text, mentions, files = _said(request)

    def act(work: Work) -> Written:
        return 201, comments.add_comment(work, object, id, text, mentions, files)

    return write_once(door, request, act)


def change_comment(door: Door, request: Request) -> Answer:
    comment = _comment(request)
    text, mentions, _ = _said(request)
    return write_once(door, request, lambda work: (200, comments.change_comment(work, comment, text, mentions)))


def remove_comment(door: Door, request: Request) -> Answer:
    comment = _comment(request)

    def act(work: Work) -> Written:
        comments.remove_comment(work, comment)
        return 200, {"removed": comment}

    return write_once(door, request, act)


def comment_file(door: Door, request: Request) -> Answer:
    """A file that came with a comment; `size` for a smaller picture."""
    comment, text = _comment(request), request.path_values["file"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise not_found(0)
    side = request.whole("size", 0, 0, 4096)
    kept = door.run(request, lambda work: comments.comment_file(work, comment, int(text)), reads_only=True)
    return answer_file(door, request, kept, side)


def list_files(door: Door, request: Request) -> Answer:
    """Files of all comments on the record, newest first."""
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json({"files": comments.files_of(work, object, id)}), reads_only=True)


def whom_to_mention(door: Door, request: Request) -> Answer:
    """Who sees the record, by a part of name or login."""
    object, id = place_of(request)
    asked = request.query.get("q", "")
    return door.run(
        request,
        lambda work: answer_json({"people": comments.whom_to_mention(work, object, id, asked)}),
        reads_only=True,
    )


def list_followers(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Answer:
        return answer_json(followers.followers_of(work, *subject_of(work, object, id)))

    return door.run(request, act, reads_only=True)


def follow(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Written:
        subject = subject_of(work, object, id)
        if work.who.user is not None:
            followers.follow(work, *subject, [work.who.user], seen_at=work.now)
        return 200, followers.followers_of(work, *subject)

    return write_once(door, request, act)


def unfollow(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Written:
        followers.unfollow(work, *subject_of(work, object, id))
        return 200, {"following": False}

    return write_once(door, request, act)


def note_seen(door: Door, request: Request) -> Answer:
    object, id = place_of(request)

    def act(work: Work) -> Written:
        followers.note_seen(work, *subject_of(work, object, id))
        return 200, {}

    return write_once(door, request, act)


def show_news(door: Door, request: Request) -> Answer:
    """What others did to records that I follow, since I last looked at each."""
    return door.run(request, lambda work: answer_json(followers.news_of(work)), reads_only=True)


def note_all_seen(door: Door, request: Request) -> Answer:
    """`{until}`: the latest moment among the news that were shown; what came since stays."""
    until = _moment(request.json_object().get("until"))

    def act(work: Work) -> Written:
        followers.note_all_seen(work, until)
        return 200, {}

    return write_once(door, request, act)


def _moment(given: Any) -> datetime:
    try:
        return msgspec.convert(given, Annotated[datetime, msgspec.Meta(tz=True)])
    except msgspec.ValidationError as error:
        raise wrong("until", "wrong_type", "A moment, as the news answer it.", "应为消息返回的时间。") from error


def _said(request: Request) -> tuple[str, list[int], list[dict[str, Any]]]:
    given = request.json_object()
    text, mentions, files = given.get("text", ""), given.get("mentions", []), given.get("files", [])
    if not isinstance(text, str):
        raise wrong("text", "wrong_type", "A text.", "应为文本。")
    if not isinstance(mentions, list) or not all(type(each) is int for each in mentions):
        raise wrong("mentions", "wrong_type", "A list of people's ids.", "应为用户 id 的列表。")
    if not isinstance(files, list) or not all(
        isinstance(each, dict) and type(each.get("file")) is int for each in files
    ):
        raise wrong("files", "wrong_type", "A list of uploaded files.", "应为已上传文件的列表。")
    return text, mentions, files


def _comment(request: Request) -> int:
    text = request.path_values["comment"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(what={"en": "comment", "zh": "评论"}, id=text)
    return int(text)


_RECORD = "/api/records/{object}/{id}"
ROUTES = [
    Route("GET", f"{_RECORD}/comments", list_comments),
    Route("POST", f"{_RECORD}/comments", add_comment),
    Route("GET", f"{_RECORD}/comments/files", list_files),
    Route("GET", "/api/comments/{comment}/files/{file}", comment_file),
    Route("PATCH", "/api/comments/{comment}", change_comment),
    Route("DELETE", "/api/comments/{comment}", remove_comment),
    Route("GET", f"{_RECORD}/mentionable", whom_to_mention),
    Route("GET", f"{_RECORD}/followers", list_followers),
    Route("POST", f"{_RECORD}/followers", follow),
    Route("DELETE", f"{_RECORD}/followers", unfollow),
    Route("POST", f"{_RECORD}/seen", note_seen),
    Route("GET", "/api/news", show_news),
    Route("POST", "/api/news/seen", note_all_seen),
]
