"""When to try again, when to give up, and the words of each message."""

from datetime import timedelta

from wufei_public.common.text import N_

MOST_TRIES = 6
FIRST_PAUSE = timedelta(seconds=20)

TEXTS = {
    "people.code": N_("您的验证码是 %(code)s，10 分钟内有效。不要告诉别人。"),
    "dumping.accept": N_("您举报的 %(code)s 已受理。"),
    "dumping.refuse": N_("您举报的 %(code)s 没有受理，点开看原因。"),
    "dumping.assign": N_("您举报的 %(code)s 已派人去办。"),
    "dumping.ask": N_("您举报的 %(code)s 需要您补充一点情况。"),
    "dumping.close": N_("您举报的 %(code)s 已办结，点开看结果。"),
}


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after `tries` failures; None when it is enough."""
    return None if tries >= MOST_TRIES else FIRST_PAUSE * 4 ** (tries - 1)
