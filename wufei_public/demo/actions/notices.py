"""Notices of a year, one of them taken back; an article, texts; undelivered SMS."""

from csv import DictReader
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from io import StringIO

from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.actions.sorting import staff_of
from wufei_public.demo.rules.plan import Plan
from wufei_public.divisions.queries import directory
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work
from wufei_public.messages.rules import UNKNOWN
from wufei_public.notices import actions
from wufei_public.notices.rules.versions import Draft, Kind
from wufei_public.people.queries.sealing import phone_address
from wufei_public.people.rules.roles import Role

# Numbers that the operators have never given out.
_UNDELIVERED = (
    (5, f"{UNKNOWN}: TimeoutError", "19900000001"),
    (30, "isv.MOBILE_NUMBER_ILLEGAL", "19900000002"),
)
_FILE = files("wufei_public.demo") / "data" / "notices.csv"


def notices(plan: Plan) -> Maker:
    """Return what lets the district write, publish and withdraw them."""

    def do(w: Work) -> None:
        actions.seed(replace(w, now=plan.until - timedelta(days=365)))
        district = queries.everybody(w.session).district[0]
        above = directory(w.session).towns[0].code[:6]
        actor = staff_of(district, Role.DISTRICT_OFFICER, above)
        for line in DictReader(StringIO(_FILE.read_text(encoding="utf-8"))):
            at = plan.until - timedelta(days=int(line["days"]))
            _write(replace(w, actor=actor, now=at), line)

    return lambda _part: do


def undelivered(plan: Plan) -> Maker:
    """Return what writes two SMS that wait for the system administrator."""

    def do(w: Work) -> None:
        for hours, error, phone in _UNDELIVERED:
            at = plan.until - timedelta(hours=hours)
            row = {
                "channel": "sms",
                "recipient": phone_address(w.keys, phone),
                "template": "people.code",
                "values": {},
                "created_at": at,
                "next_at": at,
                "state": "dead",
                "tries": 1,
                "error": error,
            }
            w.insert(OutboxRow, row)

    return lambda _part: do


def _write(w: Work, line: dict[str, str]) -> None:
    draft = Draft(**{name: line[name] for name in Draft.__slots__})
    code = actions.write(w, kind=Kind(line["kind"]), draft=draft).code
    actions.publish(w, code=code, saves=1)
    if line["withdrawn"]:
        later = replace(w, now=w.now + timedelta(hours=2))
        actions.withdraw(later, code=code, saves=2, reason=line["withdrawn"])
