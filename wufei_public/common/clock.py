"""The only clock, and the district's day."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

# One zone for the whole country (GB/T 7408: 北京时间), so no setting.
DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def district_day(instant: datetime) -> date:
    """Return the business day in the district that `instant` falls on."""
    return instant.astimezone(DISTRICT_ZONE).date()


def day_start(day: date) -> datetime:
    """Return the instant (UTC) at which `day` begins in the district."""
    return datetime.combine(day, time(), DISTRICT_ZONE).astimezone(UTC)


def day_end(day: date) -> datetime:
    """Return the last whole second (UTC) of `day` in the district."""
    return datetime.combine(day, time(23, 59, 59), DISTRICT_ZONE).astimezone(UTC)


def district_iso(instant: datetime) -> str:
    """Return `instant` to the second in the district's zone (ISO 8601), for other programs."""
    return instant.astimezone(DISTRICT_ZONE).isoformat(timespec="seconds")
