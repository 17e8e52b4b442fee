"""One-time codes cost money, and each is a message on somebody's phone: how many may be sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from wufei_public.common.budgets import Budget, Span
from wufei_public.common.text import N_

OF_NUMBER = N_("这个手机号这一小时要的验证码够多了，请过 %(minutes)s 分钟再要。")
OF_NETWORK = N_("您所在的网络要的验证码太多了，请过 %(minutes)s 分钟再要，或者换个网络。")
OF_SITE = N_("现在要验证码的人太多，请过 %(minutes)s 分钟再要。举报不用登录，照常可以交。")
NUMBER_HOUR = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget, for whom it is counted, and what is said when it is spent."""

    code: str
    budget: Budget
    whom: Sequence[str]
    sentence: str


def limits(
    number: str, network: str, *, of_network: tuple[int, int], of_site: tuple[int, int]
) -> Sequence[Limit]:
    """Return what a code for `number`, asked for from `network`, is taken from.

    `of_network` and `of_site` are how many in an hour and in a day. In this order the
    rows are locked, so that no two requests wait for each other.
    """
    spans = (Span.HOUR, Span.DAY)
    return (
        Limit("sms_number", Budget("sms:number", NUMBER_HOUR, Span.HOUR), (number,), OF_NUMBER),
        *(
            Limit("sms_network", Budget("sms:network", most, span), (network,), OF_NETWORK)
            for most, span in zip(of_network, spans, strict=True)
        ),
        *(
            Limit("sms_site", Budget("sms:site", most, span), (), OF_SITE)
            for most, span in zip(of_site, spans, strict=True)
        ),
    )
