"""What is sealed of people: an organisation's contact, an applicant's name and duty."""

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
