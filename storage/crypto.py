"""Encryption: a master key wraps one data key per case; the data key seals what is kept.

AES-256-GCM with a random 96-bit nonce. A sealed value is

    version (1 byte) · key id (8) · nonce (12) · ciphertext and tag

and is bound by its associated data to the table, column and row it stands in, so it opens nowhere
else. This is the only module that knows the `cryptography` package.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.entropy import random_bytes
from storage.errors import KEY_SETTING, StorageError

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_HEADER_BYTES: Final = len(_VERSION) + _ID_BYTES
# GCM shows the length of what it hides, and "yes" and "unknown" differ in length. Sealed payloads
# are filled up to whole blocks, so that short answers look alike.
_BLOCK_BYTES: Final = 128


class NotSealedHere(Exception):  # noqa: N818 - never leaves this package
    """The bytes do not open with this key at this place."""


def _key_id(key: bytes, purpose: bytes) -> bytes:
    # Keyed one-way: knowing the id says nothing about the key.
    return hmac.digest(key, b"volgorde key id: " + purpose, hashlib.sha256)[:_ID_BYTES]


def _bound_to(header: bytes, place: Iterable[str]) -> bytes:
    # Lengths first, so that no two places can run together to the same bytes.
    parts = [part.encode() for part in place]
    return header + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _seal(key: bytes, key_id: bytes, plain: bytes, place: Iterable[str]) -> bytes:
    header = _VERSION + key_id
    nonce = random_bytes(_NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(header, place))


def _open(key: bytes, key_id: bytes, sealed: bytes, place: Iterable[str]) -> bytes:
    header = sealed[:_HEADER_BYTES]
    if header != _VERSION + key_id:
        raise NotSealedHere
    nonce = sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    body = sealed[_HEADER_BYTES + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, _bound_to(header, place))
    except (InvalidTag, ValueError):
        raise NotSealedHere from None


def _filled(plain: bytes) -> bytes:
    return plain + b"\x80" + bytes(-(len(plain) + 1) % _BLOCK_BYTES)


def _unfilled(filled: bytes) -> bytes:
    return filled.rstrip(b"\x00")[:-1]


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that wraps the data keys of the cases: 32 bytes, as text in urlsafe base64."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")

    @classmethod
    def generate(cls) -> "MasterKey":
        """Draw a new key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parse(cls, text: str, *, setting: str = KEY_SETTING) -> "MasterKey":
        """Read a key's text form, in urlsafe or plain base64; spaces around it do not matter.

        Raises StorageError `key_malformed`, naming the setting and never the text.
        """
        try:
            return cls(
                base64.b64decode(text.strip().encode("ascii"), altchars=b"-_", validate=True)
            )
        except (UnicodeEncodeError, binascii.Error, ValueError):
            raise StorageError("key_malformed", setting=setting) from None

    def text(self) -> str:
        """Give the text form: a secret, for a key file or an environment, never for a log."""
        return base64.urlsafe_b64encode(self.secret).decode("ascii")

    @property
    def key_id(self) -> str:
        """A fingerprint of 16 hex digits that says which key it is, and nothing about it."""
        return _key_id(self.secret, b"master").hex()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A case's data key, sealed by a master key."""

    master_key_id: str
    sealed: bytes = field(repr=False)


class Keyring:
    """The master keys at hand: the current one wraps and unwraps, older ones only unwrap."""

    def __init__(self, current: MasterKey, older: Iterable[MasterKey] = ()) -> None:
        self.current = current
        self._by_id = {key.key_id: key for key in (*older, current)}

    def __repr__(self) -> str:
        return f"Keyring(current={self.current.key_id!r}, holds={sorted(self._by_id)!r})"

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of all keys held."""
        return frozenset(self._by_id)

    def wrap(self, data_key: bytes, *, case_id: str) -> WrappedKey:
        """Seal a case's data key with the current master key, bound to that case."""
        key = self.current
        place = ("case_keys", "wrapped_key", case_id)
        sealed = _seal(key.secret, _key_id(key.secret, b"master"), data_key, place)
        return WrappedKey(key.key_id, sealed)

    def unwrap(self, wrapped: WrappedKey, *, case_id: str, case: str) -> bytes:
        """Open a case's data key. `case` is what people call the case.

        Raises StorageError `case_unreadable` where the master key is not held or the bytes do not
        verify.
        """
        key = self._by_id.get(wrapped.master_key_id)
        if key is None:
            raise StorageError("case_unreadable", case=case)
        place = ("case_keys", "wrapped_key", case_id)
        try:
            return _open(key.secret, _key_id(key.secret, b"master"), wrapped.sealed, place)
        except NotSealedHere:
            raise StorageError("case_unreadable", case=case) from None


def new_data_key() -> bytes:
    """Draw a data key for a case."""
    return os.urandom(KEY_BYTES)


class CaseCipher:
    """Seals and opens what is kept about one case. `case` is what people call it, for errors."""

    def __init__(self, data_key: bytes, *, case: str) -> None:
        self._key = data_key
        self._key_id = _key_id(data_key, b"data")
        self._case = case

    def __repr__(self) -> str:
        return f"CaseCipher(case={self._case!r})"

    def seal(self, payload: Mapping[str, Any], *, table: str, column: str, row_id: str) -> bytes:
        """Seal a payload for one place. TypeError or ValueError where it is not JSON-able."""
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # Half a surrogate pair is not UTF-8, but some keyboards send it; it comes back as it was
        # typed.
        plain = _filled(text.encode("utf-8", "surrogatepass"))
        return _seal(self._key, self._key_id, plain, (table, column, row_id))

    def open(self, sealed: bytes, *, table: str, column: str, row_id: str) -> dict[str, Any]:
        """Open what `seal` made for the same place.

        Raises StorageError `case_unreadable` for another key, another place or altered bytes.
        """
        try:
            plain = _open(self._key, self._key_id, sealed, (table, column, row_id))
        except NotSealedHere:
            raise StorageError("case_unreadable", case=self._case) from None
        payload: dict[str, Any] = json.loads(_unfilled(plain).decode("utf-8", "surrogatepass"))
        return payload
