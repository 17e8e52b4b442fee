"""Doors that a code or a secret opens: what is wrong is counted by the address it comes from."""

from collections.abc import Iterator
from contextlib import contextmanager

from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.codes import is_valid, normalise
from wufei_public.common.errors import NotAllowed, NotFound
from wufei_public.dumping.actions import knocking, reporter
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra.web.limits import caller_address, limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work


@contextmanager
def counted() -> Iterator[None]:
    """Count a code that is none, or a wrong secret; TooMany once the address had its share."""
    try:
        yield
    except (NotFound, NotAllowed) as error:
        if error.code not in {"no_report", "not_the_reporter"}:
            raise
        limit("secret")
        knocking.require_patience(reading(), house(), caller_address())
        work(ANONYMOUS, lambda w: knocking.count_wrong_code(w, caller_address()))
        raise


def looked_up(typed: str) -> Report:
    """Return the case whose tracking code was typed; NotFound for a slip, before a search."""
    limit("look_up")
    knocking.require_patience(reading(), house(), caller_address())
    code = normalise(typed)
    if not is_valid(code):
        raise queries.missing()
    with counted():
        return queries.report(reading(), code)


def proven(code: str, secret: str) -> Report:
    """Return the case to whoever holds its secret, who is never made to wait for others."""
    with counted():
        report = queries.report(reading(), code)
        reporter.require_reporter(house().keys, current_actor(), report, secret)
        return report


def secret_for_pin(code: str, pin: str) -> str | None:
    """Return the secret of the case that `pin` opens, None for a wrong one."""
    limit("secret")
    address = caller_address()
    with counted():
        return work(
            current_actor(), lambda w: knocking.try_pin(w, code=code, pin=pin, address=address)
        )
