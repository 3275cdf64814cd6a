"""A virus scanner that looks at every upload: clamd over TCP, or a command of the operator's."""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from queti.store.errors import StoreProblem

CHUNK = 64 * 1024
SECONDS = 120


class Infected(StoreProblem):
    """“{name}” is refused: the virus scanner found {found}."""

    zh = "“{name}”被拒收：病毒扫描发现 {found}。"


class ScannerAway(StoreProblem):
    """The virus scanner doesn't answer; nothing can be uploaded until it does."""

    zh = "病毒扫描服务无响应，暂时无法上传。"


def scan(scanner: str, file: Path, name: str) -> None:
    """`scanner`: "" for none, `tcp://host:3310` for clamd, else a command that gets the file's path and
    answers 0 for clean and 1 for infected. Raises Infected, ScannerAway."""
    if not scanner:
        return
    found = _ask_clamd(scanner, file) if scanner.startswith("tcp://") else _run(scanner, file)
    if found:
        raise Infected(name=name, found=found)


def _ask_clamd(address: str, file: Path) -> str:
    """By INSTREAM of the clamd protocol; the name of what was found, or ""."""
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS) as peer:
            peer.sendall(b"zINSTREAM\0")
            with file.open("rb") as source:
                while piece := source.read(CHUNK):
                    peer.sendall(struct.pack("!L", len(piece)) + piece)
            peer.sendall(struct.pack("!L", 0))
            answer = _read_to_end(peer)
    except OSError as problem:
        raise ScannerAway from problem
    if answer.endswith("OK"):
        return ""
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()
    raise ScannerAway


def _read_to_end(peer: socket.socket) -> str:
    answer = b""
    while not answer.endswith((b"\0", b"\n")) and (piece := peer.recv(4096)):
        answer += piece
    return answer.decode(errors="replace").strip("\0\n ")


def _run(command: str, file: Path) -> str:
    try:
        done = subprocess.run(
            [*shlex.split(command), str(file)], capture_output=True, timeout=SECONDS, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise ScannerAway from problem
    if done.returncode == 0:
        return ""
    if done.returncode == 1:
        return (done.stdout.strip().splitlines() or ["a virus"])[0]
    raise ScannerAway
