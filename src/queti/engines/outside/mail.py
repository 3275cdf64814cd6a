"""One mail through a company's SMTP server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from queti.engines.outside.reach import resolved
from queti.engines.outside.refusals import (
    MailDeferred,
    MailRefused,
    NotTrusted,
    OutsideAway,
    TookTooLong,
    why_away,
)

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Server:
    """`security`: starttls, tls, none."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    login: str = ""
    password: str = ""


def send(server: Server, to: Sequence[str], subject: str, text: str, key: str) -> list[str]:
    """Several people don't read each other's addresses. Those whom the server refused; OutsideFailed where all were.

    The `Message-ID` is made of the key, so that a mail sent twice is known to be the same.
    """
    try:
        with _opened(server) as peer:
            return list(peer.send_message(_message(server, to, subject, text, key), server.sender, list(to)))
    except smtplib.SMTPRecipientsRefused as problem:
        code, said = next(iter(problem.recipients.values()))
        raise _refusal(server, code, said) from None
    except smtplib.SMTPResponseException as problem:
        raise _refusal(server, problem.smtp_code, problem.smtp_error) from None
    except smtplib.SMTPNotSupportedError as problem:
        raise MailRefused(host=server.host, reason=str(problem)) from None
    except ssl.SSLError as problem:
        raise NotTrusted(host=server.host, reason=getattr(problem, "verify_message", "") or problem.reason) from None
    except TimeoutError:
        raise TookTooLong(host=server.host, seconds=SECONDS) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise OutsideAway(host=server.host, reason=why_away(problem)) from None


def _message(server: Server, to: Sequence[str], subject: str, text: str, key: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = to[0] if len(to) == 1 else "undisclosed-recipients:;"
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{key}@{server.sender.rpartition('@')[2].strip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


@contextmanager
def _opened(server: Server) -> Generator[smtplib.SMTP]:
    """How the server takes the leave is its own affair: the mail was taken, or wasn't."""
    peer = _connected(server)
    try:
        if server.login:
            peer.login(server.login, server.password)
        yield peer
    finally:
        with suppress(smtplib.SMTPException, OSError):
            peer.quit()


def _connected(server: Server) -> smtplib.SMTP:
    [address, *_] = resolved(server.host, server.port)
    context = ssl.create_default_context()
    peer = _Safe(server.host, address, context) if server.security == "tls" else _Plain(server.host, address)
    peer.connect(server.host, server.port)
    if server.security == "starttls":
        peer.starttls(context=context)
    return peer


class _Plain(smtplib.SMTP):
    """Connects to the address that was checked; the name is proved by TLS."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(timeout=SECONDS)
        self._host = host
        self._address = address

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return socket.create_connection((self._address, port), timeout)


class _Safe(_Plain):
    def __init__(self, host: str, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, address)
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return self._context.wrap_socket(plain, server_hostname=self._host)


def _refusal(server: Server, code: int, said: bytes | str) -> MailRefused:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = MailDeferred if 400 <= code < 500 else MailRefused
    return kind(host=server.host, reason=f"{code} {text}")
