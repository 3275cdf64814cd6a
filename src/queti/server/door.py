"""The HTTP door: an ASGI application whose handlers are plain functions in a thread pool.

Each request: find the route, read the body within its limit, then in one thread check
who calls, run the handler, turn refusals into problem documents, count and log. Only
event streams live on the loop.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import psycopg_pool

from queti.kernel.errors import DuplicateKey, Refusal
from queti.kernel.news import PEOPLE
from queti.kernel.platform import Platform
from queti.kernel.work import Work
from queti.kernel.writing.idempotency import Claim
from queti.kernel.writing.twins import twin_of
from queti.server.bodies import read_body, take_in
from queti.server.headers import (
    HostCheck,
    asked_language,
    client_address,
    finish_headers,
    refuse_cross_site,
)
from queti.server.logs import logger
from queti.server.messages import Answer, Request
from queti.server.metrics import Metrics
from queti.server.previews import preview_of, refuse_writing
from queti.server.problems import problem
from queti.server.refusals import (
    NotAdministrator,
    NotForPrograms,
    NotSignedIn,
    PasswordToBeChosen,
    ServerBusy,
    Unexpected,
)
from queti.server.routing import Route, Routes
from queti.server.sessions import Session, Sessions
from queti.server.settings import Settings
from queti.server.streams import Streams
from queti.server.threads import Threads, Turns
from queti.store.files import Arriving

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
T = TypeVar("T")

COOKIE = "queti_session"
SPARE = 4
"""Connections beyond one for each thread: of the queue's worker, and of what is asked in between."""
_ASKED_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
_DISCONNECTED = (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed)
log = logger("http")


class Door:
    """One process's HTTP door. `close()` ends its streams and threads."""

    def __init__(self, platform: Platform, settings: Settings, routes: Routes, backups: Path) -> None:
        self.platform = platform
        self.backups = backups
        self.settings = settings
        self.routes = routes
        self.metrics = Metrics()
        self.sessions = Sessions(platform, settings)
        self.streams = Streams(self)
        self.is_ready = True
        self._check_host = HostCheck(settings)
        self.threads = Threads(settings.threads)
        platform.db.make_room(self.threads.count + SPARE)
        self.turns = Turns()

    def close(self) -> None:
        self.is_ready = False
        self.streams.close()
        self.sessions.close()
        self.threads.close()

    # --- what handlers use -------------------------------------------------------------

    def run(
        self, request: Request, act: Callable[[Work], T], *, reads_only: bool = False, claim: Claim | None = None
    ) -> T:
        """Open a Work for the signed-in person and run `act` in it; its statements are counted."""
        session, preview = signed_in(request), preview_of(request)
        request.seen_as = preview.seen_as if preview else ""
        last: list[Work] = []

        def counted(work: Work) -> T:
            work = preview.of(work) if preview else work
            last[:] = [work]
            request.model = work.model
            return act(work)

        try:
            answer = self.platform.run(
                session.workspace,
                session.person,
                counted,
                language=request.language,
                reads_only=reads_only or bool(request.seen_as),
                request_id=request.id,
                claim=claim,
            )
        finally:
            if last:
                request.statements += last[0].statements
        if any(name in PEOPLE for name, _ in last[0].journal.touched):
            # The commit told all processes; this one doesn't wait for it.
            self.sessions.hear("workspace", session.workspace)
        return answer

    # --- ASGI --------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = self._read(scope)
        began = time.perf_counter()
        try:
            route, request.path_values = self.routes.find(request.method, request.path)
            request.template = route.template
            if route.kind == "long":
                answer = await self._serve_in_turn(route, request, receive, began)
            else:
                answer = await self._serve_now(route, request, receive, began)
        except Exception as error:  # noqa: BLE001  (told and logged)
            answer = self._finish(request, self._failed(error, request), began, 0.0)
        await self._send(answer, request, receive, send)

    async def _serve_in_turn(self, route: Route, request: Request, receive: Receive, began: float) -> Answer:
        await self._admit(route, request)
        session = signed_in(request)
        async with self.turns.of((session.workspace, session.login)):
            return await self._serve_now(route, request, receive, began)

    async def _serve_now(self, route: Route, request: Request, receive: Receive, began: float) -> Answer:
        if request.method not in ("GET", "HEAD"):
            await self._admit(route, request)
            if route.arrives:
                return await self._serve_arriving(route, request, receive, began)
            if route.admits is not None:
                await self.threads.run(route.kind, route.admits, self, request)
            is_known = request.session is not None or route.admits is not None
            await read_body(request, receive, self.settings, upload=route.upload, is_known=is_known)
        return await self.threads.run(route.kind, self._answer, route, request, began)

    async def _serve_arriving(self, route: Route, request: Request, receive: Receive, began: float) -> Answer:
        if route.admits is not None:
            await self.threads.run(route.kind, route.admits, self, request)
        with Arriving(self.platform.home.files) as request.arriving:
            await take_in(request, receive, self.settings, request.arriving)
            return await self.threads.run(route.kind, self._answer, route, request, began)

    async def _admit(self, route: Route, request: Request) -> None:
        """Nobody unknown gets to send a body. Whom this process knows changes no thread for it."""
        if route.guard == "open" or self.sessions.knows(token_of(request)[0]):
            self._let_in(route, request)
        else:
            await self.threads.run("quick", self._let_in, route, request)

    def _read(self, scope: Scope) -> Request:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        asked = headers.get(b"x-request-id", b"")
        client = scope.get("client")
        return Request(
            id=asked.decode() if _ASKED_ID.match(asked) else os.urandom(8).hex(),
            method=scope["method"],
            path=scope["path"],
            raw_query=scope["query_string"],
            headers=headers,
            address=client_address(client[0] if client else "", headers, self.settings),
        )

    def _answer(self, route: Route, request: Request, began: float) -> Answer:
        cpu = time.thread_time()
        try:
            self._let_in(route, request)
            if request.session is not None:
                refuse_writing(route, request)
                preview_of(request)
            answer = route.act(self, request)
        except Exception as error:  # noqa: BLE001  (told and logged)
            answer = self._failed(error, request)
        return self._finish(request, answer, began, time.thread_time() - cpu)

    def _let_in(self, route: Route, request: Request) -> None:
        """Who calls, and may they come in here?"""
        request.language = asked_language(request) or "en"
        self._check_host(request)
        if route.guard == "open" or request.session is not None:
            return
        token, request.by_cookie = token_of(request)
        session = self.sessions.find(token) if token else None
        if session is None:
            raise NotSignedIn
        if request.by_cookie and request.method not in ("GET", "HEAD"):
            refuse_cross_site(request, self.settings)
        request.session = session
        request.language = asked_language(request) or session.language
        if session.must_change and route.guard != "own":
            raise PasswordToBeChosen
        if route.guard == "own" and session.token and request.method != "GET":
            raise NotForPrograms
        if route.guard == "administrator" and not session.person.administers:
            raise NotAdministrator

    def _failed(self, error: Exception, request: Request) -> Answer:
        if isinstance(error, Refusal):
            return self._refused(error, request)
        if isinstance(error, _DISCONNECTED):
            log.error("database away", request=request.id, exc_info=error)
            return problem(ServerBusy(), request)
        log.error("unexpected", request=request.id, route=request.template, exc_info=error)
        return problem(Unexpected(request_id=request.id), request)

    def _refused(self, refusal: Refusal, request: Request) -> Answer:
        if not request.headers.get(b"accept-language") and request.session is None:
            request.language = "en"
        elif request.session is None:
            request.language = asked_language(request) or "en"
        if isinstance(refusal, DuplicateKey) and request.session is not None:
            return problem(refusal, request, self._twins(refusal, request))
        return problem(refusal, request)

    def _twins(self, refusal: DuplicateKey, request: Request) -> list[dict[str, Any]]:
        """The record in the way, read anew: the transaction that met it is over."""
        try:
            twin = self.run(request, lambda work: twin_of(work, refusal), reads_only=True)
        except (Refusal, psycopg.Error):
            return []
        return [twin] if twin is not None else []

    def _finish(self, request: Request, answer: Answer, began: float, cpu: float) -> Answer:
        seconds = time.perf_counter() - began
        timing = f"db;desc={request.statements}, cpu;dur={cpu * 1000:.2f}, total;dur={seconds * 1000:.2f}"
        finish_headers(answer, request.id, timing.encode(), secure=self.settings.is_secure)
        route = request.template or "(none)"
        self.metrics.count(request.method, route, answer.status, seconds, cpu, request.statements)
        session = request.session
        log.info(
            "request",
            request=request.id,
            method=request.method,
            path=_told(request),
            status=answer.status,
            ms=round(seconds * 1000, 2),
            statements=request.statements,
            workspace=session.workspace if session else None,
            login=session.login if session else None,
            **({"seen_as": request.seen_as} if request.seen_as else {}),
        )
        return answer

    async def _send(self, answer: Answer, request: Request, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.stream is None or request.method == "HEAD":
            body = b"" if request.method == "HEAD" else answer.body
            await send({"type": "http.response.body", "body": body, "more_body": False})
            return
        if isinstance(answer.stream, AsyncIterator):
            await _stream_until_gone(answer.stream, receive, send)
        else:
            await self._stream_pieces(answer.stream, send)

    async def _stream_pieces(self, pieces: Iterator[bytes], send: Send) -> None:
        while (piece := await self.threads.run("quick", _next, pieces)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _told(request: Request) -> str:
    """The path as the log may keep it: without the secret of a public form."""
    if "{secret}" in request.template:
        return request.template
    return "/f/…" if request.path.startswith("/f/") else request.path


def signed_in(request: Request) -> Session:
    if request.session is None:
        raise NotSignedIn
    return request.session


def token_of(request: Request) -> tuple[str, bool]:
    """The session's token, and whether a cookie brought it."""
    bearer = request.headers.get(b"authorization", b"")
    if bearer[:7].lower() == b"bearer ":
        return bearer[7:].strip().decode("latin-1"), False
    cookies = request.headers.get(b"cookie")
    if cookies is None:
        return "", False
    for part in cookies.decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value, True
    return "", False


async def _stream_until_gone(pieces: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send until the stream ends or the reader has gone."""

    async def pour() -> None:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.ensure_future(pour()), asyncio.ensure_future(gone())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pieces.aclose()  # type: ignore[attr-defined]


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
