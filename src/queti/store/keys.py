"""The keys that seal encrypted fields: in the home, for its owner alone, never in the database.

A sealed value is `id:base64(nonce + ciphertext)` by AES-256-GCM. The id tells the key, so
that a new key can be begun while older values are still read; what was sealed belongs to
its place (`associated`) and opens nowhere else.
"""

from __future__ import annotations

import base64
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from queti.store.errors import StoreProblem
from queti.store.home import Home

NONCE = 12


class KeyLost(StoreProblem):
    """The key {id} that sealed this value is not in the home's folder of secrets."""

    zh = "数据目录中缺少加密该内容的密钥 {id}。"


class Keyring:
    """The home's keys; the newest seals, all open."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, AESGCM] = {}

    def seal(self, text: str, associated: str) -> str:
        id = self.newest()
        nonce = os.urandom(NONCE)
        sealed = nonce + self._key(id).encrypt(nonce, text.encode(), associated.encode())
        return f"{id}:{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, associated: str) -> str:
        """Raises KeyLost; also where it was sealed for another place."""
        id, _, text = sealed.partition(":")
        whole = base64.b64decode(text)
        try:
            return self._key(id).decrypt(whole[:NONCE], whole[NONCE:], associated.encode()).decode()
        except InvalidTag:
            raise KeyLost(id=id) from None

    def sign(self, text: str) -> str:
        """A mark that only this home can make; those of older keys are recognised too."""
        return self._mark(self.newest(), text)

    def is_signed(self, text: str, sign: str) -> bool:
        ids = [file.name.removeprefix("field-key-") for file in self._files()]
        return any(hmac.compare_digest(self._mark(id, text).encode(), sign.encode()) for id in ids)

    def rotate(self) -> str:
        """Begin a new key; its id. What older ones sealed stays until it is sealed anew."""
        with self._home.locked("secrets.lock"):
            return self._make(len(self._files()) + 1)

    def newest(self) -> str:
        """The id of the key that seals; the first is made when it is asked for."""
        files = self._files()
        if files:
            return files[-1].name.removeprefix("field-key-")
        with self._home.locked("secrets.lock"):
            files = self._files()
            return files[-1].name.removeprefix("field-key-") if files else self._make(1)

    def _files(self) -> list[Path]:
        return sorted(self._home.secrets.glob("field-key-*[0-9]"), key=lambda file: int(file.name.rpartition("-")[2]))

    def _make(self, number: int) -> str:
        self._home.keep(self._home.secrets / f"field-key-{number}", base64.b64encode(os.urandom(32)).decode())
        return str(number)

    def _mark(self, id: str, text: str) -> str:
        own = hmac.digest(self._read(id), b"queti.sign", "sha256")
        return hmac.digest(own, text.encode(), "sha256").hex()[:32]

    def _key(self, id: str) -> AESGCM:
        if id not in self._known:
            self._known[id] = AESGCM(self._read(id))
        return self._known[id]

    def _read(self, id: str) -> bytes:
        try:
            return base64.b64decode((self._home.secrets / f"field-key-{int(id)}").read_text())
        except (FileNotFoundError, ValueError):
            raise KeyLost(id=id) from None
