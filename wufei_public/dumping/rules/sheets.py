"""A sheet of cases from other doors: its columns, and what each row says."""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.common.text import N_
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.states import ENTERED, SOURCE_LABELS, Source

DOOR, NUMBER, KIND, PLACE = N_("来源"), N_("来源编号"), N_("种类"), N_("村或社区")
SPOT, WORDS, PHONE = N_("地点"), N_("举报内容"), N_("手机号")
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
