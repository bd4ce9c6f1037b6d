"""Personal fields at rest: AES-256-GCM under keys that are kept in a file, outside the database.

The context (table, row, field) is authenticated with each value, so that a ciphertext that is moved to another row
cannot be opened there. No error and no `repr` holds a key or a plain value.
"""

import binascii
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.process import state_of_file

KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SealingError(Exception):
    """Base of the errors of this module."""


class KeysUnusable(SealingError):  # noqa: N818 - says what is the case
    """The key file is missing or malformed; the message says why, without its content."""


class KeyUnknown(SealingError):  # noqa: N818
    """The value was sealed with a key that the file does not have."""


class SealBroken(SealingError):  # noqa: N818
    """The value was changed, moved to another place, or sealed with another key of this name."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The content of a key file: `{"active": "k1", "keys": {"k1": "<32 bytes in base64>"}}`."""

    active: str
    keys: Mapping[str, bytes]

    def __repr__(self) -> str:
        """Names only."""
        return f"KeyRing(active={self.active!r}, keys={sorted(self.keys)})"

    @classmethod
    def generate(cls) -> Self:
        """One new key, `k1`, which is the active one."""
        return cls("k1", {"k1": secrets.token_bytes(KEY_BYTES)})

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The keys in a key file's content. Raises KeysUnusable."""
        try:
            found = orjson.loads(content)
        except ValueError:
            raise KeysUnusable("is not JSON") from None
        if not isinstance(found, dict) or not isinstance(found.get("keys"), dict):
            raise KeysUnusable('is not {"active": …, "keys": {…}}')
        keys = {name: _parse_key(name, value) for name, value in found["keys"].items()}
        if not isinstance(found.get("active"), str) or found["active"] not in keys:
            raise KeysUnusable("names an active key that it does not have")
        return cls(found["active"], keys)

    def to_json(self) -> bytes:
        """The file's content."""
        keys = {name: b64encode(key).decode() for name, key in self.keys.items()}
        return orjson.dumps({"active": self.active, "keys": keys}, option=orjson.OPT_INDENT_2)

    def next_name(self) -> str:
        """The name of the next new key: one above the highest number that is in use."""
        numbers = [int(name[1:]) for name in self.keys if re.fullmatch(r"k[0-9]{1,9}", name)]
        return f"k{max(numbers, default=0) + 1}"

    def with_new_key(self) -> "KeyRing":
        """The same with one more key, which becomes the active one."""
        name = self.next_name()
        return KeyRing(name, {**self.keys, name: secrets.token_bytes(KEY_BYTES)})

    def keeping(self, names: Collection[str]) -> "KeyRing":
        """Only these keys, and the active one."""
        return KeyRing(self.active, {name: key for name, key in self.keys.items() if name in {*names, self.active}})


def _parse_key(name: str, value: object) -> bytes:
    if not _KEY_ID.fullmatch(name):
        raise KeysUnusable("has a key whose name is not of letters, digits and . _ - (at most 64)")
    try:
        key = b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysUnusable(f"has a key {name} that is not {KEY_BYTES} bytes in base64")
    return key


def read_key_file(path: Path) -> KeyRing:
    """The keys in a key file. Raises KeysUnusable."""
    try:
        return KeyRing.parse(path.read_bytes())
    except OSError as error:
        raise KeysUnusable(f"the key file {path} cannot be read: {error.strerror}") from None
    except KeysUnusable as error:
        raise KeysUnusable(f"the key file {path} {error}") from None


def place(table: str, row: str, field: str) -> bytes:
    """The context of a value: its table, row and field."""
    return orjson.dumps([table, row, field])


class FieldKeys:
    """Seals and opens with the keys of a file, which is read again when it changes."""

    def __init__(self, path: Path) -> None:
        """Raises KeysUnusable, so that a service without good keys does not start."""
        self._path = path
        self._state = state_of_file(path)
        self._ring = read_key_file(path)

    def __repr__(self) -> str:
        """Names only."""
        return f"FieldKeys({self._ring!r})"

    @property
    def active(self) -> str:
        """Name of the key that new values are sealed with. Raises KeysUnusable."""
        return self._current().active

    def seal(self, plain: bytes, context: bytes) -> tuple[str, bytes]:
        """(key id, nonce and ciphertext). Raises KeysUnusable."""
        ring = self._current()
        nonce = secrets.token_bytes(NONCE_BYTES)
        return ring.active, nonce + AESGCM(ring.keys[ring.active]).encrypt(nonce, plain, context)

    def open(self, key_id: str, sealed: bytes, context: bytes) -> bytes:
        """The plain value. Raises KeyUnknown, SealBroken, KeysUnusable."""
        key = self._current().keys.get(key_id)
        if key is None:
            raise KeyUnknown(f"no key {key_id}")
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise SealBroken(f"does not open with key {key_id} in this place") from None

    def _current(self) -> KeyRing:
        state = state_of_file(self._path)  # none: reading it will say so
        if state != self._state:
            self._ring = read_key_file(self._path)
            self._state = state
        return self._ring
