"""A lean HTTP client with one kept connection; its own CPU is not part of what is measured."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

_STATEMENTS = re.compile(r"db;desc=(\d+)")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    statements: int

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def good(self) -> Any:
        """The JSON value of an answer that is no refusal."""
        assert self.status < 300, f"{self.status} {self.body[:2000].decode(errors='replace')}"
        return self.json


class Client:
    """One person's connection to the server."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.token = token

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    def connect(self) -> None:
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def sign_in(self, workspace: str, login: str, password: str) -> None:
        given = {"workspace": workspace, "login": login, "password": password}
        self.token = self.post("/api/session", given).good()["token"]

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def post(self, path: str, value: Any = None, **headers: str) -> Reply:
        return self.send("POST", path, msgspec.json.encode({} if value is None else value), headers)

    def put(self, path: str, value: Any) -> Reply:
        return self.send("PUT", path, msgspec.json.encode(value), {})

    def perform(self, operation: str, inputs: Any, **headers: str) -> Reply:
        return self.post(f"/api/operations/{operation}", inputs, **headers)

    def upload(self, path: str, fields: Mapping[str, str], file_name: str, content: bytes) -> Reply:
        mark = "----queti-bench"
        parts = [
            f'--{mark}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), content, f"\r\n--{mark}--\r\n".encode()])
        return self.send("POST", path, body, {"content-type": f"multipart/form-data; boundary={mark}"})

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        typed = {"content-type": "application/json"} if body is not None else {}
        given = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        answer = self._answer(method, path, body, {**typed, **given, **self._headers})
        content = answer.read()
        found = _STATEMENTS.search(answer.headers.get("server-timing", ""))
        return Reply(answer.status, content, int(found[1]) if found else 0)

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        """The server closes connections that rest; then once more by a new one."""
        is_kept = self._connection.sock is not None
        try:
            if not is_kept:
                self.connect()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            if not is_kept:
                raise
            return self._answer(method, path, body, headers)

    def close(self) -> None:
        self._connection.close()
