"""Where calls may go, and what becomes of peers that are slow, large or not whom they say they are."""

from __future__ import annotations

import datetime as dates
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from queti.engines.outside.http import LONGEST, call, parse
from queti.engines.outside.reach import VARIABLE, is_open, resolved
from queti.engines.outside.refusals import (
    AnswerTooLong,
    InsideAddress,
    NotTrusted,
    OutsideAway,
    TookTooLong,
    WrongAddress,
)

Talk = Callable[[socket.socket], None]


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_the_world_is_open(address: str) -> None:
    assert is_open(address, [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "2002:7f00:0001::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_networks_inside_are_closed_until_they_are_listed(address: str) -> None:
    assert not is_open(address, [])
    assert not is_open(address, ["192.0.2.0/24", "erp.corp.local"])


def test_the_operator_opens_networks_and_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_open("10.1.2.3", ["10.1.0.0/16"])
    assert is_open("::ffff:10.1.2.3", ["10.1.2.3"])
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(InsideAddress):
        resolved("localhost", 80)
    monkeypatch.setenv(VARIABLE, "other.example, LOCALHOST")
    assert resolved("localhost", 80)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "peer",
        "ftp://peer/",
        "https://",
        "https://a:b@peer/",
        "https://peer/a b",
        "https://peer:99999/",
        "http://[::1",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(WrongAddress):
        parse(url)


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """A peer that says what the test wants, to each who calls."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def live() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = door.accept()
                    with peer, suppress(OSError):
                        talk(peer)

        threading.Thread(target=live, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "127.0.0.1, ::1")


def drip(peer: socket.socket, start: bytes) -> None:
    peer.recv(65536)
    peer.sendall(start)
    while True:
        threading.Event().wait(0.01)
        peer.sendall(b"x")


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 fine\r\nx-", b"HTTP/1.1 200 fine\r\n\r\n", b"HTTP/1.1 200 "])
def test_who_sends_a_byte_now_and_then_is_cut_off(start: bytes) -> None:
    with talking(lambda peer: drip(peer, start)) as port, pytest.raises(TookTooLong):
        call("GET", f"http://127.0.0.1:{port}/", {}, None, 0.3)


def test_who_says_nothing_took_too_long() -> None:
    gone = threading.Event()
    with talking(lambda _: gone.wait() and None) as port, pytest.raises(TookTooLong):
        call("GET", f"http://127.0.0.1:{port}/", {}, None, 0.2)
    gone.set()


def test_an_answer_has_an_end() -> None:
    def talk(peer: socket.socket) -> None:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 200 fine\r\n\r\n" + b"x" * (LONGEST + 10))

    with talking(talk) as port, pytest.raises(AnswerTooLong):
        call("GET", f"http://127.0.0.1:{port}/", {}, None, 10)


def test_who_hangs_up_or_is_not_there_is_away() -> None:
    with talking(lambda peer: None) as port, pytest.raises(OutsideAway):
        call("GET", f"http://127.0.0.1:{port}/", {}, None, 10)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(OutsideAway):
        call("GET", f"http://127.0.0.1:{port}/", {}, None, 10)
    with pytest.raises(OutsideAway):
        call("GET", "http://no-such-host.invalid/", {}, None, 10)


def test_who_can_not_prove_its_name_is_not_trusted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made_up_certificate(tmp_path))

    def talk(peer: socket.socket) -> None:
        context.wrap_socket(peer, server_side=True).recv(1)

    with talking(talk) as port, pytest.raises(NotTrusted) as refused:
        call("GET", f"https://127.0.0.1:{port}/", {}, None, 10)
    assert "self" in refused.value.says("en")


def made_up_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dates.datetime.now(dates.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + dates.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "peer.pem"
    file.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_no_call_is_made_once_its_time_is_over() -> None:
    """Finding the address takes of the same time: what outlasted its claim would be made twice."""
    heard: list[bytes] = []
    with talking(lambda peer: heard.append(peer.recv(1024))) as port, pytest.raises(TookTooLong):
        call("POST", f"http://127.0.0.1:{port}/", {}, b"{}", 1e-9)
    assert heard == []
