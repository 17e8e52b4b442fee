"""Everything that has values: the plan's indicators, and activity under names of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.common.text import N_
from wufei_public.indicators.rules.states import Source

PERCEIVED = ("52", "53", "54")


def may_compare(series: str, one: str, other: str) -> bool:
    """Say whether values of two sources may stand on one line, or be set against each other.

    What somebody outside has asked is another survey than ours, with other words and people.
    """
    return series not in PERCEIVED or (one == Source.EXTERNAL) == (other == Source.EXTERNAL)


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
            "residents",
            N_("活跃居民"),
            N_("人"),
            N_(
                "一个月里自己打过卡、答过题或者举报过的账号，一个人只算一次。只说明用这个网站的人，不是全体居民。"
            ),
        ),
        Activity(
            "checkins",
            N_("打卡次数"),
            N_("次"),
            N_("一个月里居民打卡的次数，代家人打的也算。只说明用这个网站的人，不是全体居民。"),
        ),
        Activity(
            "quiz",
            N_("答题人次"),
            N_("人次"),
            N_("一个月里答完每日 5 题的人次，一个人一天最多算一次。答得对不对，不在这里算。"),
        ),
        Activity(
            "training",
            N_("参加培训人次"),
            N_("人次"),
            N_("一个月里在培训现场扫码签到的人次，一个人一场算一次。没有扫码的不算。"),
        ),
        Activity(
            "reports",
            N_("随手拍件数"),
            N_("件"),
            N_("一个月里收到的举报，不论后来怎么办。件数多，可能是问题多，也可能是肯说的人多。"),
        ),
        Activity(
            "units",
            N_("有人认证的单位"),
            N_("家"),
            N_("到月底，在本站有认证代表的企业、学校、机关和村。单位做了多少事，不在这里算。"),
        ),
    )
}
# What each of the three means, without a word of statistics.
PLAIN: Mapping[str, str] = {
    "52": N_("每 100 个居民里，有多少人一年内接触过宣传，而且三道常识题答对两道以上。"),
    "53": N_("政府、企业、社会组织和居民，平均每 100 个里有多少真的做了点什么。"),
    "54": N_("每 100 个居民里，有多少人说满意或比较满意。"),
}
