"""When a grant is looked at again (GB/T 22239-2019: grants are reviewed at set intervals)."""

from datetime import datetime, timedelta

REVIEW_EVERY = timedelta(days=90)


def is_due(granted_at: datetime, reviewed_at: datetime | None, now: datetime) -> bool:
    """Say whether a grant is to be reviewed: its last review, or its granting, is long ago."""
    return (reviewed_at or granted_at) <= now - REVIEW_EVERY
