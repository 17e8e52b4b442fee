"""Failed sign-ins of staff: what closes the door, and for whom (docs/decisions/0010).

NIST SP 800-63B §5.2.2 asks for a limit of at most 100 failures per account, and names
known devices and networks as ways not to lock the rightful person out with it.
"""

from wufei_public.common.budgets import Budget, Guard, Span

GUARD = Guard(
    each=(Budget("staff", 5, Span.HOUR), Budget("staff", 20, Span.DAY)),
    network=Budget("staff:network", 60, Span.HOUR),
    alarm=Budget("staff:alarm", 30, Span.DAY),
    site_alarm=Budget("staff:site", 500, Span.HOUR),
    alarmed=Budget("staff:alarmed", 1, Span.HOUR),
    last=Budget("staff:last", 100, Span.DAY),
)
