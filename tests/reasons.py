"""What the trail keeps sealed, as a test reads it."""

from wufei_public.infra.audit import AuditRow, opened
from wufei_public.infra.work import house, reading


def said(row: AuditRow) -> str | None:
    """Return the reason of an audit row in words; None where its key is gone."""
    (words,) = opened(reading(), house().keys, [(row.target, row.reason)])
    return words
