"""Submitting a report: exactly once, and everything that is written with it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW, Clock
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.clock import day_end
from wufei_public.common.codes import is_valid
from wufei_public.common.errors import Invalid
from wufei_public.dumping.actions import officer
from wufei_public.dumping.actions.receipts import Receipt, secrets_of
from wufei_public.dumping.actions.steps import owner_of
from wufei_public.dumping.actions.submit import KeyUsed
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.work import house, reading
from wufei_public.media.models import Photo
from wufei_public.media.queries import photos_of

pytestmark = pytest.mark.usefixtures("town")


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_report_is_written_whole(session: Session) -> None:
    receipt = make.report(photo=[make.photo_token(1), make.photo_token(2)], phone=make.PHONE)
    row = make.case(receipt)
    assert {name: getattr(row, name) for name in EXPECTED} == EXPECTED
    assert is_valid(row.code)
    assert house().keys.decrypt("phone", row.contact_sealed or b"").decode() == make.PHONE
    assert make.PHONE.encode() not in (row.contact_sealed or b"")
    assert [(p.role, p.position, p.public) for p in cases.photos(session, row.id)] == [
        ("reported", 0, False),
        ("reported", 1, False),
    ]


EXPECTED: dict[str, Any] = {
    "state": "submitted",
    "release": "pending",
    "version": 1,
    "source": "h5",
    "plain_kind": "build",
    "official_kind": "construction",
    "division": make.VILLAGE,
    "town": make.TOWN,
    "words": make.WORDS,
    "public_words": "昨天晚上有车倒的，大概三车碎砖，找我 ［手机号已隐去］。",
    "spot": make.SPOT,
    "public_spot": "",
    "reporter_id": None,
    "photos": 2,
    "submitted_at": NOW,
    "business_day": date(2026, 11, 24),
    "due_at": day_end(date(2026, 11, 26)),
    "accept_due": day_end(date(2026, 11, 26)),
    "legal_accept_due": day_end(date(2026, 12, 9)),
    "release_due": day_end(date(2026, 11, 26)),
    "finish_due": None,
    "accepted_at": None,
    "position_source": "list",
    "returns": 0,
}


def test_event_audit_and_mark_come_with_it() -> None:
    receipt = make.report()
    event, audit = make.last_event(receipt), make.last_audit()
    assert (event.number, event.move, event.came_from, event.state, event.at) == (
        1, "submit", "submitted", "submitted", NOW,
    )  # fmt: skip
    assert (audit.action, audit.target, audit.after) == (
        "dumping:case:submit", f"dumping/{receipt.code}", {"state": "submitted"},
    )  # fmt: skip
    assert make.marks() == [("reports", make.TOWN)]
    assert make.messages() == []


def test_the_receipt_is_derived_and_stored_nowhere(session: Session) -> None:
    receipt = make.report()
    row = make.case(receipt)
    assert (receipt.submitted_at, receipt.accept_due) == (NOW, row.accept_due)
    assert secrets_of(house().keys, row.code, row.salt) == (receipt.secret, receipt.pin)
    assert (len(receipt.secret), len(receipt.pin), receipt.pin.isdecimal()) == (26, 6, True)
    kept = str(session.execute(select(Report)).scalars().one().__dict__)
    kept += str([row.answer for row in session.scalars(select(ReplayRow))])
    kept += str([(row.before, row.after) for row in session.scalars(select(AuditRow))])
    assert receipt.code in kept
    assert receipt.secret not in kept
    assert f"'{receipt.pin}'" not in kept


def test_two_cases_have_different_secrets() -> None:
    first, second = make.report(), make.report()
    assert first.code != second.code
    assert first.secret != second.secret


# ---- exactly once -----------------------------------------------------------------


def test_the_same_key_gives_the_same_receipt_and_one_report(session: Session, clock: Clock) -> None:
    token = make.photo_token()
    first = make.report(client_key="k" * 24, photo=[token])
    clock.move(days=30)
    assert make.report(client_key="k" * 24, photo=[token]) == first
    assert [count(session, model) for model in (Report, ReportEvent, ReportPhoto)] == [1, 1, 1]
    assert len(make.marks()) == 1


def test_another_report_under_a_used_key_is_not_swallowed_and_the_first_is_named(
    session: Session,
) -> None:
    taken, own = make.photo_token(1), make.photo_token(2)
    first = make.report(client_key="k" * 24, photo=[taken])
    for change in (
        {"words": "另一处。"},
        {"kind": "farm"},
        {"division": make.TOWN},
        {"spot": "桥"},
        {"phone": make.PHONE},
    ):
        with pytest.raises(KeyUsed) as used:
            make.report(client_key="k" * 24, photo=[own, taken], **change)
        assert (used.value.first, used.value.taken) == (first, [taken])
    assert count(session, Report) == 1


def test_photos_that_were_not_there_the_first_time_join_the_first(session: Session) -> None:
    first = make.report(client_key="k" * 24, photo=[make.photo_token(1)])
    # The same picture under another token is no new one: a browser without scripts sends files.
    again = [make.photo_token(1), make.photo_token(2)]
    for _time in range(2):
        assert make.report(client_key="k" * 24, photo=again) == first
    assert make.moves(first) == ["submit", "photos"]
    assert make.case(first).photos == len(make.photos(first)) == 2
    assert count(session, Report) == 1


def test_a_refused_report_leaves_its_key_free(session: Session) -> None:
    with pytest.raises(Invalid):
        make.report(client_key="k" * 24, division="999999999")
    assert count(session, ReplayRow) == 0
    make.report(client_key="k" * 24)
    assert count(session, Report) == 1


def test_the_key_is_not_kept_as_it_was(session: Session) -> None:
    make.report(client_key="k" * 24)
    assert session.scalars(select(ReplayRow.key)).one() != "k" * 24


# ---- who --------------------------------------------------------------------------


def test_a_resident_with_an_account_is_told() -> None:
    make.account(make.RESIDENT)
    receipt = make.report(make.RESIDENT)
    assert make.case(receipt).reporter_id == make.RESIDENT.id
    assert make.messages() == [(make.RESIDENT.id, "dumping.submit")]
    assert make.last_event(receipt).actor_id == make.RESIDENT.id


@pytest.mark.parametrize("actor", [ANONYMOUS, make.TOWN_OFFICER])
def test_an_official_who_reports_is_nobody_then(actor: Actor) -> None:
    receipt = make.report(actor)
    row, event, audit = make.case(receipt), make.last_event(receipt), make.last_audit()
    assert (row.reporter_id, event.actor_kind, event.actor_id) == (None, "anonymous", None)
    assert (audit.actor_kind, audit.actor_id) == ("anonymous", None)
    assert make.messages() == []


# ---- where ------------------------------------------------------------------------

HERE = {"lat": 34.7, "lon": 112.8}


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ({}, (None, None, None, "", "list")),
        ({"division": None}, (None, None, None, "", "")),
        (HERE | {"accuracy": 30.0}, (34.7, 112.8, 30.0, "wgs84", "device")),
        (HERE | {"position_source": "map"}, (34.7, 112.8, None, "wgs84", "map")),
        (HERE | {"position_source": "photo"}, (None, None, None, "", "list")),  # and no photo
        # No fix, and a place outside the country, are no position.
        ({"lat": 0.0, "lon": 0.0, "accuracy": 9.0}, (None, None, None, "", "list")),
        ({"lat": 48.9, "lon": 2.3}, (None, None, None, "", "list")),
    ],
)
def test_the_position_and_its_source(draft: dict[str, Any], expected: tuple[Any, ...]) -> None:
    row = make.case(make.report(**draft))
    assert (row.lat, row.lon, row.accuracy, row.datum, row.position_source) == expected


def test_a_gcj02_position_is_turned_into_wgs84() -> None:
    row = make.case(make.report(**HERE, datum="gcj02"))
    assert row.datum == "gcj02"
    assert row.lat != 34.7
    assert abs((row.lat or 0) - 34.7) < 0.01


def test_the_first_placed_photo_gives_the_position_that_the_form_has_not() -> None:
    tokens = [make.photo_token(1), make.photo_token(2, lat=34.71, lon=112.79)]
    row = make.case(make.report(photo=tokens))
    assert (round(row.lat or 0, 4), round(row.lon or 0, 4)) == (34.71, 112.79)
    assert (row.position_source, row.accuracy, row.datum) == ("exif", None, "wgs84")
    placed = make.case(make.report(photo=[make.photo_token(3, lat=34.71, lon=112.79)], **HERE))
    assert (placed.lat, placed.position_source) == (34.7, "device")


def test_a_report_without_a_place_waits_for_one() -> None:
    row = make.case(make.report(division=None))
    assert (row.division, row.town, row.due_at) == (None, None, row.accept_due)
    assert make.marks() == [("reports", "")]


# ---- refusals ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "code", "pointer"),
    [
        ({"division": "999999999"}, "no_place", "division"),
        ({"division": make.DISTRICT}, "no_place", "division"),
        ({"phone": "12345"}, "bad_phone", "phone"),
        ({"photo": ["never-existed"]}, "photo_gone", "photo/0"),
    ],
)
def test_a_bad_draft_is_refused_and_leaves_nothing(
    session: Session, draft: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make.report(**draft)
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]
    assert refusal.value.code == code
    assert [count(session, model) for model in (Report, ReportEvent, ReplayRow)] == [0, 0, 0]


def test_a_photo_belongs_to_one_report_only(session: Session) -> None:
    token, other = make.photo_token(1), make.photo_token(2)
    make.report(photo=[token])
    with pytest.raises(Invalid) as refusal:
        make.report(photo=[other, token])
    assert [fault.pointer for fault in refusal.value.errors] == ["photo/1"]
    assert session.scalars(select(Photo.owner).order_by(Photo.id)).all()[1] is None


@pytest.mark.parametrize(("kind", "keep"), [("house", False), ("danger", True), ("medical", True)])
def test_originals_of_dangerous_kinds_are_marked_to_be_kept(
    session: Session, kind: str, *, keep: bool
) -> None:
    make.report(kind=kind, photo=[make.photo_token()])
    assert session.scalars(select(Photo.keep_original)).one() is keep


# ---- midnight ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "day", "due"),
    [
        (datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), date(2026, 11, 24), date(2026, 11, 26)),
        (datetime(2026, 11, 24, 16, 0, 0, tzinfo=UTC), date(2026, 11, 25), date(2026, 11, 27)),
        (datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), date(2026, 9, 30), date(2026, 10, 9)),
        (datetime(2026, 9, 30, 16, 0, 0, tzinfo=UTC), date(2026, 10, 1), date(2026, 10, 9)),
    ],
)
def test_the_business_day_is_the_districts(
    clock: Clock, at: datetime, day: date, due: date
) -> None:
    clock.now = at
    row = make.case(make.report())
    assert (row.business_day, row.accept_due) == (day, day_end(due))


@pytest.mark.parametrize(
    ("kind", "kept"), [("unsure", True), ("danger", True), ("build", False), ("other", False)]
)
def test_originals_are_kept_until_the_kind_is_known(kind: str, kept: bool) -> None:
    receipt = make.report(kind=kind, photo=[make.photo_token(1)])
    make.develop()
    assert original(receipt) is kept
    make.do(make.TOWN_OFFICER, officer.accept, receipt.code)
    make.do(make.TOWN_OFFICER, officer.reclassify, receipt.code, kind="bulky")
    assert original(receipt) is False


def original(receipt: Receipt) -> bool:
    (photo,) = photos_of(reading(), owner_of(receipt.code))
    return photo.evidence_name is not None
