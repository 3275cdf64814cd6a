"""What an operator may set, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits in bytes, times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str = ""
    """Address under which people reach the server; set it behind a proxy. Ends the sample sign-ins."""

    hosts: tuple[str, ...] = ()
    """Further host names that the server answers to."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For is believed."""

    metrics_token: str = ""
    threads: int = 8
    json_limit: int = 2 * MEGABYTE
    upload_limit: int = 500 * MEGABYTE
    sign_in_limit: int = 16 * 1024
    """Of bodies from people who are not signed in."""

    body_seconds: float = 20.0
    """In which a body must have come; of uploads each piece of it."""

    upload_seconds: float = 900.0
    session_days: int = 30
    idle_days: int = 7
    sign_ins_per_login: int = 10
    sign_ins_per_address: int = 60
    sign_in_window: int = 15 * 60
    token_requests: int = 1200
    """Of one API token in a minute, in each process."""

    public_form_seconds: float = 2.0
    """Faster than that nobody fills in a form."""

    lock_after: int = 10
    """Wrong passwords from one address."""

    lock_strangers_after: int = 50
    """Wrong passwords from everywhere; then only addresses that the account knows may try."""

    lock_for: int = 15 * 60
    event_poll: float = 0.5
    event_queue: int = 1000
    event_beat: float = 15.0
    log_format: str = "auto"
    scanner: str = ""
    """Virus scanner of uploads: `tcp://host:3310` (clamd), or a command that gets the file's path."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
        """The settings of `QUETI_*` variables; what is given by name wins."""
        found: dict[str, object] = {
            "public_url": environ.get("QUETI_PUBLIC_URL", "").rstrip("/"),
            "hosts": _listed(environ.get("QUETI_HOSTS", "")),
            "trusted_proxies": _listed(environ.get("QUETI_TRUSTED_PROXIES", "")),
            "metrics_token": environ.get("QUETI_METRICS_TOKEN", ""),
            "scanner": environ.get("QUETI_SCANNER", ""),
            "threads": int(environ.get("QUETI_THREADS", "8")),
            "log_format": environ.get("QUETI_LOG_FORMAT", "auto"),
        }
        return cls(**{**found, **given})  # type: ignore[arg-type]

    @property
    def public_host(self) -> str:
        return (urlsplit(self.public_url).hostname or "").lower()

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())
