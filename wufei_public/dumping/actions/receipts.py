"""The receipt of a report: code, secret link and PIN, made and made again from the same key."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.receipts import PIN_DIGITS
from wufei_public.infra.keys import Keys


@dataclass(frozen=True, slots=True)
class Receipt:
    """What only the reporter holds: the secret opens the own page, the PIN does too."""

    code: str
    secret: str
    pin: str
    submitted_at: datetime
    accept_due: datetime


def secrets_of(keys: Keys, code: str, salt: bytes) -> tuple[str, str]:
    """Return secret (128 bits, base 32) and PIN (six digits) of a receipt.

    Both are derived from the house's key and the case's salt, so that the same receipt
    can be shown again and a stolen table opens nothing (docs/decisions/0004).
    """
    raw = keys.mac("receipt", code.encode(), salt)
    secret = b32encode(raw[:16]).decode().rstrip("=").lower()
    return secret, f"{int.from_bytes(raw[16:24], 'big') % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def receipt_of(keys: Keys, report: Report) -> Receipt:
    """Return the receipt of a case that was submitted before."""
    secret, pin = secrets_of(keys, report.code, report.salt)
    return Receipt(report.code, secret, pin, report.submitted_at, report.accept_due)
