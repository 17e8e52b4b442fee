"""How messages read: a new version from now on; messages of before stay as they read then."""

from collections.abc import Mapping

from sqlalchemy import func, select

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.messages.models import MessageText
from wufei_public.messages.rules import BAD_PLACEHOLDER, placeholder_faults

FIELDS = ("title", "words", "title_en", "words_en")


def write_text(w: Work, *, template: str, shipped: str, words: Mapping[str, str]) -> None:
    """Write how messages of `template` read from now on; facts are those of `shipped` alone."""
    faults = [
        FieldError(name, BAD_PLACEHOLDER)
        for name in FIELDS
        if placeholder_faults(words[name], shipped)
    ]
    if faults:
        raise Invalid("bad_placeholder", BAD_PLACEHOLDER, faults)
    newest = w.session.scalar(
        select(func.max(MessageText.number)).where(MessageText.template == template)
    )
    row = {name: words[name] for name in FIELDS}
    number = (newest or 0) + 1
    w.insert(
        MessageText,
        row
        | {
            "template": template,
            "number": number,
            "written_by": w.actor.id,
            "written_at": w.now,
        },
    )
    record(w, "messages:text:write", f"messages/{template}", after={"version": number})
