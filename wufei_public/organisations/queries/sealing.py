"""What is sealed of people: an organisation's contact, an applicant's name and duty."""

import hmac
import json
from collections.abc import Mapping

from wufei_public.infra.keys import Keys

CONTACT, APPLICANT = "organisations:contact", "organisations:applicant"


def seal(keys: Keys, purpose: str, values: Mapping[str, str]) -> bytes:
    """Return `values` sealed for their row."""
    return keys.encrypt(purpose, json.dumps(values).encode())


def unseal(keys: Keys, purpose: str, sealed: bytes | None) -> dict[str, str]:
    """Return what `seal` sealed, nothing where nothing was kept."""
    if sealed is None:
        return {}
    opened: dict[str, str] = json.loads(keys.decrypt(purpose, sealed))
    return opened


def code_hash(keys: Keys, membership: str, phone: str, code: str) -> bytes:
    """Return the keyed hash of a code: for one application, and the contact of that hour."""
    return keys.mac("organisations:code", membership.encode(), phone.encode(), code.encode())


def is_code(keys: Keys, membership: str, phone: str, code: str, kept: bytes) -> bool:
    """Say whether `kept` is the keyed hash of `code`, under any version of the key."""
    right = keys.macs("organisations:code", membership.encode(), phone.encode(), code.encode())
    return any(hmac.compare_digest(one, kept) for one in right)
