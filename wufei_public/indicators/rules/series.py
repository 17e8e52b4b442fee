"""Everything that has values: the plan's indicators, and activity under names of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.common.text import N_

PERCEIVED = ("52", "53", "54")


@dataclass(frozen=True, slots=True)
class Activity:
    """What people did on this site: never an indicator, never mixed with a survey's estimate."""

    series: str
    label: str
    unit: str
    meaning: str


ACTIVITIES: Mapping[str, Activity] = {
    one.series: one
    for one in (
        Activity(
            "checkins",
            N_("打卡次数"),
            N_("次"),
            N_("一个月里居民打卡的次数，代家人打的也算。只说明用这个网站的人，不是全体居民。"),
        ),
        Activity(
            "reports",
            N_("随手拍件数"),
            N_("件"),
            N_("一个月里收到的举报，不论后来怎么办。件数多，可能是问题多，也可能是肯说的人多。"),
        ),
    )
}
# What each of the three means, without a word of statistics.
PLAIN: Mapping[str, str] = {
    "52": N_("每 100 个居民里，有多少人一年内接触过宣传，而且三道常识题答对两道以上。"),
    "53": N_("政府、企业、社会组织和居民，平均每 100 个里有多少真的做了点什么。"),
    "54": N_("每 100 个居民里，有多少人说满意或比较满意。"),
}
