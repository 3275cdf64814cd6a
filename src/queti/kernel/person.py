"""Who does something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a workspace, as the session knows them. `user` is the id of their base.user record."""

    user: int | None
    login: str
    name: str
    roles: tuple[str, ...] = ()
    language: str = "en"
    department: int | None = None
    administers: bool = False
    via: str = ""
    """Name of the API token or public form that acts in the person's stead; history shows it."""
    brought: frozenset[int] = frozenset()
    """Uploads that somebody without an account has shown to be theirs."""


SYSTEM = Person(user=None, login="", name="Queti", administers=True)
"""Installers, the worker, the sample company: no person, all rights."""
