"""A sheet of cases from other doors: its columns, and what each row says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.states import ENTERED, SOURCE_LABELS, Source

DOOR, NUMBER, KIND, PLACE = N_("来源"), N_("来源编号"), N_("种类"), N_("村或社区")
SPOT, WORDS, PHONE = N_("地点"), N_("举报内容"), N_("手机号")
# When the other office took it down; the clocks run from there. A sheet may leave it out.
RECEIVED = N_("接报时间")
OPTIONAL = (RECEIVED,)
MOST_BEFORE = timedelta(days=30)
COLUMNS = (DOOR, NUMBER, KIND, PLACE, SPOT, WORDS, PHONE)
MOST_ROWS, MOST_NUMBER, MOST_SPOT, MOST_WORDS = 500, 40, 80, 500
# As they stand in a cell: the door's name or code, a kind in residents' words.
DOORS: Mapping[str, Source] = {
    **{SOURCE_LABELS[source]: source for source in ENTERED},
    **{source.value: source for source in ENTERED},
}
KINDS: Mapping[str, str] = {kind.label: kind.code for kind in PLAIN.values()}


@dataclass(frozen=True, slots=True)
class Outside:
    """One case of another office, known by its door and its number there."""

    source: Source
    number: str
    kind: str
    division: str | None
    spot: str
    words: str
    phone: str
    received_at: datetime | None = None


# As people write it, and as Excel's cells are read.
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S")


def read_received(cell: str, now: datetime) -> datetime:
    """Return when a case was taken down elsewhere (UTC), from the district's time in a cell.

    Raises Invalid for what is no time, for one that is still to come, and for one more than
    MOST_BEFORE ago: such a case is entered by hand, with a note.
    """
    found = _instant(cell)
    if found is None:
        raise Invalid("no_time", N_("请写成 2026-11-23 08:05 这样。"))
    if found > now:
        raise Invalid("not_yet", N_("接报时间不能晚于现在。"))
    if found < now - MOST_BEFORE:
        words = N_("接报时间太早，最多 %(days)s 天以前。")
        raise Invalid("too_early", words, days=MOST_BEFORE.days)
    return found


def _instant(cell: str) -> datetime | None:
    plain = " ".join(cell.replace("T", " ").split())
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=DISTRICT_ZONE).astimezone(UTC)
        except ValueError:
            continue
    return None
