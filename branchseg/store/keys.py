"""The key file: a random data key, wrapped under a passphrase.

The data key encrypts the database and never changes with the passphrase. Every slot wraps it
once (Argon2id, RFC 9106; AES key wrap, RFC 3394) and carries a keyed hash of its own fields,
so that nobody without the data key can alter a slot unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import Any

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from branchseg.errors import StoreError

SHORTEST_PASSPHRASE = 10
_FORMAT = 1
_KEY_BYTES = 32
_SALT_BYTES = 16
_DEAREST = {"memory_kib": 1024 * 1024, "passes": 64, "lanes": 64}
_MAC_PURPOSE = b"branchseg key slot\0"


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What guessing a passphrase costs; the default is RFC 9106's low-memory choice."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


def new_key() -> bytearray:
    """A fresh data key; the caller wipes it after use."""
    return bytearray(secrets.token_bytes(_KEY_BYTES))


def wipe(key: bytearray) -> None:
    """Overwrite a key in place (copies made by libraries are out of Python's reach)."""
    key[:] = bytes(len(key))


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short (StoreError `store.passphrase_short`)."""
    if len(_normalised(passphrase)) < SHORTEST_PASSPHRASE:
        raise StoreError("store.passphrase_short", shortest=SHORTEST_PASSPHRASE)


def seal(key: bytearray, passphrase: str, cost: Argon2Cost) -> bytes:
    """The content of a key file with one slot: `key` wrapped under `passphrase`."""
    check_passphrase(passphrase)
    salt = secrets.token_bytes(_SALT_BYTES)
    slot: dict[str, Any] = {
        "kind": "passphrase",
        "kdf": {"name": "argon2id", **asdict(cost)},
        "salt": b64encode(salt).decode(),
        "wrapped": b64encode(aes_key_wrap(_stretch(passphrase, salt, cost), bytes(key))).decode(),
    }
    slot["mac"] = _mac(slot, key)
    return json.dumps({"format": _FORMAT, "slots": [slot]}, indent=1).encode()


def unseal(content: bytes, passphrase: str) -> bytearray:
    """The data key out of a key file's content.

    Raises StoreError: `store.passphrase_wrong`, `store.keys_damaged`, or `store.newer` for a
    file of a later format.
    """
    try:
        document = json.loads(content)
        if document["format"] > _FORMAT:
            raise StoreError("store.newer")
        for slot in document["slots"]:
            key = _try_slot(slot, passphrase)
            if key is not None:
                return key
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("store.keys_damaged") from error
    raise StoreError("store.passphrase_wrong")


def _try_slot(slot: dict[str, Any], passphrase: str) -> bytearray | None:
    """The data key if `passphrase` opens this slot, else None."""
    kdf = dict(slot["kdf"])
    if kdf.pop("name") != "argon2id":
        raise StoreError("store.newer")
    cost = Argon2Cost(**kdf)
    if any(not 0 < asdict(cost)[name] <= most for name, most in _DEAREST.items()):
        raise StoreError("store.keys_damaged")
    kek = _stretch(passphrase, b64decode(slot["salt"], validate=True), cost)
    try:
        key = bytearray(aes_key_unwrap(kek, b64decode(slot["wrapped"], validate=True)))
    except InvalidUnwrap:
        return None
    if not hmac.compare_digest(slot["mac"], _mac(slot, key)):
        raise StoreError("store.keys_damaged")
    return key


def _normalised(passphrase: str) -> str:
    """One form for what looks the same: Chinese input methods type full-width digits."""
    return unicodedata.normalize("NFKC", passphrase)


def _stretch(passphrase: str, salt: bytes, cost: Argon2Cost) -> bytes:
    """The key-encryption key of a passphrase."""
    try:
        return hash_secret_raw(
            _normalised(passphrase).encode(), salt, time_cost=cost.passes,
            memory_cost=cost.memory_kib, parallelism=cost.lanes, hash_len=_KEY_BYTES, type=Type.ID)
    except HashingError as error:
        raise StoreError("store.no_memory") from error


def _mac(slot: dict[str, Any], key: bytearray) -> str:
    """Keyed hash over all fields of a slot but itself."""
    fields = {name: value for name, value in slot.items() if name != "mac"}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, _MAC_PURPOSE + text, hashlib.sha256).hexdigest()
