"""Reading request bodies within their limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from queti.server.messages import Request
from queti.server.refusals import MalformedUpload, TooBig, TooSlow, WrongContentType
from queti.server.settings import MEGABYTE, Settings
from queti.store.files import Arriving

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
DRAIN_SECONDS = 20
MOST_FILES = 8
"""Files that belong together in one import."""


async def read_body(request: Request, receive: Receive, settings: Settings, *, upload: bool, is_known: bool) -> None:
    """Read the body into `request.body`, or a multipart one into `request.upload`.

    Raises TooBig, TooSlow, WrongContentType, MalformedUpload.
    """
    if upload and not request.header(b"content-type").startswith("multipart/form-data"):
        raise WrongContentType(wanted="multipart/form-data", given=request.header(b"content-type"))
    try:
        async with asyncio.timeout(settings.upload_seconds if upload else settings.body_seconds):
            if upload:
                await _read_upload(request, _in_time(receive, settings.body_seconds), settings.upload_limit)
            else:
                limit = settings.json_limit if is_known else settings.sign_in_limit
                request.body = b"".join([chunk async for chunk in _chunks(request, receive, limit)])
    except TimeoutError:
        raise TooSlow from None


async def take_in(request: Request, receive: Receive, settings: Settings, arriving: Arriving) -> None:
    """Write the body into `arriving` as it comes. Raises TooBig, TooSlow, MalformedUpload."""
    try:
        async with asyncio.timeout(settings.upload_seconds):
            async for piece in _chunks(request, _in_time(receive, settings.body_seconds), settings.upload_limit):
                arriving.write(piece)
    except TimeoutError:
        raise TooSlow from None


def _in_time(receive: Receive, seconds: float) -> Receive:
    async def receive_in_time() -> MutableMapping[str, Any]:
        async with asyncio.timeout(seconds):
            return await receive()

    return receive_in_time


async def _chunks(request: Request, receive: Receive, limit: int) -> AsyncGenerator[bytes, None]:
    announced = request.header(b"content-length")
    if announced.isdigit() and int(announced) > limit:
        await _refuse_size(receive, limit)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedUpload(problem={"en": "it ended too early.", "zh": "内容不完整。"})
        chunk: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            await _refuse_size(receive, limit)
        if chunk:
            yield chunk


async def _refuse_size(receive: Receive, limit: int) -> None:
    """Let the caller finish sending, keeping nothing: one who still sends doesn't read an answer."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    size = f"{limit // MEGABYTE} MB" if limit >= MEGABYTE else f"{limit} B"
    raise TooBig(limit=size)


async def _read_upload(request: Request, receive: Receive, limit: int) -> None:
    headers = Headers(raw=[(b"content-type", request.headers[b"content-type"])])
    parser = MultiPartParser(headers, _chunks(request, receive, limit), max_files=MOST_FILES, max_fields=20)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise MalformedUpload(problem=error.message) from error
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    request.upload = {**form, "files": files}
