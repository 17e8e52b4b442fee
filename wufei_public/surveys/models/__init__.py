"""Tables of surveys, with what they refuse."""

from wufei_public.surveys.models import guards
from wufei_public.surveys.models.tables import (
    Attempt,
    Call,
    Coding,
    Contact,
    Device,
    Draft,
    Exclusion,
    Form,
    Invitation,
    Mailing,
    Quota,
    Response,
    ResponseFile,
    Token,
    Topic,
    Unit,
    Wave,
)

__all__ = [
    "Attempt",
    "Call",
    "Coding",
    "Contact",
    "Device",
    "Draft",
    "Exclusion",
    "Form",
    "Invitation",
    "Mailing",
    "Quota",
    "Response",
    "ResponseFile",
    "Token",
    "Topic",
    "Unit",
    "Wave",
    "guards",
]
