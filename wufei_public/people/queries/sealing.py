"""What is sealed under the house's keys, and the keyed hashes by which it is found."""

import hmac
import json
from base64 import b32encode, b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from wufei_public.infra.keys import Keys
from wufei_public.people.rules.codes import SECRET_BYTES

_PHONE = "people:phone"
_TOTP = "people:totp"
_MESSAGE = "people:message"


def phone_index(keys: Keys, number: str) -> bytes:
    """Return the keyed hash that a phone number's row gets (32 bytes)."""
    return keys.index("people:phone-index", number.encode())


def phone_indexes(keys: Keys, number: str) -> list[bytes]:
    """Return by what a phone number may be found: while keys are rotated, by several."""
    return keys.indexes("people:phone-index", number.encode())


def seal_phone(keys: Keys, number: str) -> bytes:
    """Return `number` sealed for the account's row."""
    return keys.encrypt(_PHONE, number.encode())


def open_phone(keys: Keys, sealed: bytes) -> str:
    """Return the number that `seal_phone` sealed."""
    return keys.decrypt(_PHONE, sealed).decode()


def identity_index(keys: Keys, subject: str) -> bytes:
    """Return the keyed hash that an outside identity's row gets (32 bytes)."""
    return keys.index("people:identity-index", subject.encode())


def identity_indexes(keys: Keys, subject: str) -> list[bytes]:
    """Return by what an outside identity may be found: while keys are rotated, by several."""
    return keys.indexes("people:identity-index", subject.encode())


def seal_identity(keys: Keys, subject: str) -> bytes:
    """Return an outside identity sealed for its row: messages through WeChat need it again."""
    return keys.encrypt("people:identity", subject.encode())


def open_identity(keys: Keys, sealed: bytes) -> str:
    """Return the identity that `seal_identity` sealed."""
    return keys.decrypt("people:identity", sealed).decode()


def phone_address(keys: Keys, number: str) -> str:
    """Return a sealed number as text, the `to` of an SMS in the outbox."""
    return b64encode(seal_phone(keys, number)).decode()


def read_phone_address(keys: Keys, address: str) -> str:
    """Return the number behind the `to` of an SMS in the outbox."""
    return open_phone(keys, b64decode(address))


def seal_values(keys: Keys, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a message so that the outbox's table does not tell them."""
    return {"sealed": b64encode(keys.encrypt(_MESSAGE, json.dumps(values).encode())).decode()}


def open_values(keys: Keys, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a message, unsealed if they were sealed."""
    if "sealed" not in values:
        return dict(values)
    opened: dict[str, Any] = json.loads(keys.decrypt(_MESSAGE, b64decode(values["sealed"])))
    return opened


def code_hash(keys: Keys, index: bytes, code: str) -> bytes:
    """Return the keyed hash of a one-time code: six digits alone would be guessed from it."""
    return keys.mac("people:code", index, code.encode())


def is_code(keys: Keys, index: bytes, code: str, kept: bytes) -> bool:
    """Say whether `kept` is the keyed hash of `code`, under any version of the key."""
    return _is_one(keys.macs("people:code", index, code.encode()), kept)


def device_pass(keys: Keys, account_code: str) -> str:
    """Return a new pass for the browser in which `account_code` has just signed in.

    It opens nothing: by it the browser's failures are counted apart from those of strangers.
    """
    device = token_urlsafe(12)
    return f"{device}.{_pass_macs(keys, account_code, device)[0].decode()}"


def read_pass(keys: Keys, account_code: str, given: str) -> str:
    """Return the device that a pass of `account_code` names; empty if it is none."""
    device, _, mac = given.partition(".")
    right = _pass_macs(keys, account_code, device)
    return device if _is_one(right, mac.encode()) else ""


def _pass_macs(keys: Keys, account_code: str, device: str) -> list[bytes]:
    found = keys.macs("people:device", account_code.encode(), device.encode())
    return [mac.hex()[:32].encode() for mac in found]


def _is_one(right: Iterable[bytes], given: bytes) -> bool:
    return any(hmac.compare_digest(one, given) for one in right)


def merge_tokens(keys: Keys, mine: int, other: str, until: int) -> list[str]:
    """Return what says until an instant that both accounts were proven, newest key first."""
    parts = (str(mine).encode(), other.encode(), str(until).encode())
    return [mac.hex() for mac in keys.macs("people:merge", *parts)]


def seal_totp(keys: Keys, secret: str) -> bytes:
    """Return an authenticator's secret sealed for the account's row."""
    return keys.encrypt(_TOTP, secret.encode())


def open_totp(keys: Keys, sealed: bytes) -> str:
    """Return the secret (base 32) that `seal_totp` sealed."""
    return keys.decrypt(_TOTP, sealed).decode()


def token_hash(token: str) -> bytes:
    """Return what is kept of a session's or link's token: it is random, so a plain hash will do."""
    return sha256(token.encode()).digest()


def setup_tokens(keys: Keys, nonce: bytes) -> list[str]:
    """Return the token of a set-up link, the same each time it is printed; newest key first."""
    return [urlsafe_b64encode(mac[:24]).decode() for mac in keys.macs("people:setup", nonce)]


def totp_secret(keys: Keys, token: str) -> str:
    """Return the secret (base 32) that is offered under a set-up link.

    It is derived, so that looking at the page writes nothing and shows the same QR twice.
    """
    return totp_secrets(keys, token)[0]


def totp_secrets(keys: Keys, token: str) -> list[str]:
    """Return what was offered under a set-up link before and after a rotation, newest first."""
    found = keys.macs("people:totp-setup", token.encode())
    return [b32encode(mac[:SECRET_BYTES]).decode() for mac in found]
