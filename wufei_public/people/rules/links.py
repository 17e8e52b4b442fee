"""Set-up links: what for, and how long they can be used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(days=7)


class Purpose(StrEnum):
    """Why a member of staff chooses a password and enrols an authenticator."""

    ENROL = "enrol"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A set-up link that can be used now."""

    account: int
    account_code: str
    user_name: str
    display_name: str
    purpose: Purpose
    expires_at: datetime
