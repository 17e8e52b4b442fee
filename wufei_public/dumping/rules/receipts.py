"""The receipt's PIN and the case's two numbers: how often they may be wrong."""

from wufei_public.common.budgets import Budget, Guard, Span

PIN_DIGITS = 6
PIN_GUARD = Guard(
    each=(Budget("pin", 5, Span.HOUR), Budget("pin", 10, Span.DAY)),
    network=Budget("pin:network", 30, Span.HOUR),
    alarm=Budget("pin:alarm", 50, Span.DAY),
    site_alarm=Budget("pin:site", 300, Span.HOUR),
    alarmed=Budget("pin:alarmed", 1, Span.DAY),
    # A thousand networks a day, each with one guess: a chance of one in a thousand.
    last=Budget("pin:last", 1000, Span.DAY),
)
# A tracking code is one of 3 × 10^13: a slip of the finger is seen before anything is looked up.
WRONG_CODES = (Budget("code", 30, Span.HOUR), Budget("code", 100, Span.DAY))
WRONG_CODES_SITE = Budget("code:site", 1000, Span.HOUR)
WRONG_CODES_ALARMED = Budget("code:alarmed", 10, Span.HOUR)
