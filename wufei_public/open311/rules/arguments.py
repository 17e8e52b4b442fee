"""What a client may ask for: spans of at most 90 days, states, lists, attributes of a service."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.dumping.rules.columns import CLOSED, OPEN
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.open311.rules.services import ATTRIBUTES, LISTS, MANY, Attribute

# GeoReport v2: "may not span more than 90 days", "first 1000".
MOST_DAYS = timedelta(days=90)
MOST = 1_000
_LONGEST_ANSWER = 200
# W3C's note on dates: what a client can write of an instant, the zone never left out.
_SHORTEST_DATE = len("2026-11-23")


@dataclass(frozen=True, slots=True)
class Span:
    """Instants between which something was reported, both included."""

    start: datetime
    end: datetime


def split(text: str) -> tuple[str, ...]:
    """Return the members of a comma list, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def require_service(code: str) -> str:
    """Return `code`; NotFound for a service that there is not."""
    if code not in OFFICIAL:
        raise NotFound("no_service", N_("没有这个 service_code。"))
    return code


def statuses(text: str) -> frozenset[str]:
    """Return the states that a comma list asks for, both if it is empty; Invalid for others."""
    asked = frozenset(split(text)) or frozenset({OPEN, CLOSED})
    if asked - {OPEN, CLOSED}:
        raise _bad("status", N_("status 只能是 open 或 closed。"))
    return asked


def span_of(start: str, end: str, now: datetime) -> Span:
    """Return the span that is asked for: the last 90 days, or 90 days from the one bound given.

    Raises Invalid for a date without a zone, for an end before its start, for a longer span.
    """
    first = _instant("start_date", start) if start else None
    last = _instant("end_date", end) if end else None
    try:
        if first is None:
            last = last or now
            return Span(last - MOST_DAYS, last)
        last = last or first + MOST_DAYS
    except OverflowError as error:
        raise _bad("start_date", _NO_DATE, value=start or end) from error
    if first > last:
        raise _bad("start_date", N_("start_date 比 end_date 晚。"))
    if last - first > MOST_DAYS:
        raise _bad("end_date", N_("一次最多问 90 天。"))
    return Span(first, last)


_NO_DATE = N_("“%(value)s”不是带时区的时间，要写成 2026-11-23T09:00:00+08:00 这样。")


def _instant(name: str, text: str) -> datetime:
    found = read_instant(text)
    if found is None:
        raise _bad(name, _NO_DATE, value=text[:40])
    return found


def read_instant(text: str) -> datetime | None:
    """Return the instant that `text` means; None without a zone, or for no date at all.

    A `+` that was not escaped in a query has come as a space.
    """
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return found if len(text) > _SHORTEST_DATE and found.tzinfo is not None else None


def _bad(field: str, sentence: str, **facts: object) -> Invalid:
    return Invalid("bad_argument", sentence, [FieldError(field, sentence, facts)], **facts)


# ---- attributes -----------------------------------------------------------------


def answers_of(
    service: str, given: Mapping[str, Sequence[str]]
) -> tuple[list[tuple[Attribute, list[str]]], list[FieldError]]:
    """Return what was answered to the attributes of `service`, in order, and every fault."""
    answers: list[tuple[Attribute, list[str]]] = []
    faults = [
        FieldError(f"attribute[{code}]", N_("这个服务没有这一项。"))
        for code in given
        if code not in {one.code for one in ATTRIBUTES[service] if one.variable}
    ]
    for one in ATTRIBUTES[service]:
        values = [value for value in given.get(one.code, ()) if value] if one.variable else []
        wrong = list(_faults(one, values))
        faults += [FieldError(f"attribute[{one.code}]", sentence) for sentence in wrong]
        if values and not wrong:
            answers.append((one, values))
    return answers, faults


def _faults(one: Attribute, values: Collection[str]) -> Iterator[str]:
    if one.required and not values:
        yield N_("这一项要填。")
    if len(values) > 1 and one.datatype != MANY:
        yield N_("这一项只能填一个。")
    for value in values:
        if one.datatype in LISTS and value not in one.values:
            yield N_("单子里没有这个值。")
        elif one.datatype == "number" and not _is_number(value):
            yield N_("这一项要填数字。")
        elif one.datatype == "datetime" and read_instant(value) is None:
            yield N_("这一项要填带时区的时间。")
        elif len(value) > _LONGEST_ANSWER:
            yield N_("这一项太长了。")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def spoken(answers: Sequence[tuple[Attribute, Sequence[str]]]) -> str:
    """Return the answers as lines of words, as their handlers read them."""
    return "\n".join(
        f"{one.description}：{'、'.join(one.values.get(value, value) for value in values)}"
        for one, values in answers
    )
