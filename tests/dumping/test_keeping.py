"""Retention: after three years a case keeps what the record needs and nothing of a person."""

from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make
from tests.people.make import fresh, resident
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.dumping import jobs
from wufei_public.dumping.actions import keeping, officer, reporter, showing
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.keeping import RETENTION
from wufei_public.infra.work import house, work
from wufei_public.media.actions.developing import develop_waiting
from wufei_public.media.models import Photo


def old_case(clock: Clock) -> str:
    """Return a closed case with everything personal in it, one of its two photos released."""
    make.places()
    actor = Actor(ActorKind.RESIDENT, resident().account)
    tokens = [make.photo_token(seed=1, lat=34.7, lon=112.8), make.photo_token(seed=2)]
    receipt = make.report(
        actor, kind="danger", words="电话 13912345678，油桶", phone="13712345678",
        spot="桥头", lat=34.7, lon=112.8, accuracy=20.0, photo=tokens,
    )  # fmt: skip
    make.asked(receipt)
    said = {"code": receipt.code, "secret": receipt.secret, "text": "我是张三，住村东头。"}
    work(actor, lambda w: reporter.answer(w, **said))
    make.do(make.TOWN_OFFICER, officer.accept, receipt.code)
    proof = [make.photo_token(seed=7)]
    make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="已经清走。", photo=proof)
    develop_waiting(house())
    rows = queries.photos(fresh(), fresh().scalars(select(Report.id)).one())
    first = next(row.photo_id for row in rows if row.role == "reported")
    make.do(make.DISTRICT_OFFICER, showing.release, receipt.code, photo=[first])
    clock.move(days=RETENTION["case"].keep.days + 1)
    return receipt.code


def test_what_is_personal_goes_and_what_was_public_stays(app: Flask, clock: Clock) -> None:
    code = old_case(clock)
    sealed = select(Photo.id).where(Photo.evidence_name.is_not(None))
    assert len(fresh().scalars(sealed).all()) == 2
    assert jobs.reduce_old("") == 1
    report = queries.report(fresh(), code)
    assert (report.reporter_id, report.contact_sealed, report.lat, report.datum) == (
        None, None, None, "",
    )  # fmt: skip
    assert report.words == report.public_words
    assert "13912345678" not in report.words
    assert report.spot == report.public_spot == ""
    assert [e.internal_text for e in queries.events(fresh(), report.id) if e.move == "answer"] == [
        ""
    ]
    assert set(fresh().execute(select(Photo.lat, Photo.taken_at)).tuples()) == {(None, None)}
    kept = fresh().execute(select(ReportPhoto.role, ReportPhoto.public)).all()
    assert sorted(kept) == [("proof", True), ("reported", True)]
    assert len(fresh().scalars(select(Photo.id)).all()) == len(kept)
    assert fresh().scalars(sealed).all() == []
    assert queries.events(fresh(), report.id)[-1].move == "reduce"


def test_it_is_done_once_and_not_too_early(app: Flask, clock: Clock) -> None:
    make.places()
    code = make.closed().code
    clock.move(days=RETENTION["case"].keep.days - 1)
    assert jobs.reduce_old("") == 0
    clock.move(days=2)
    assert jobs.reduce_old("") == 1
    assert jobs.reduce_old("") == 0
    assert work(SYSTEM, lambda w: keeping.reduce_case(w, code=code)) is False


def test_the_time_runs_from_the_end_of_the_case(app: Flask, clock: Clock) -> None:
    make.places()
    receipt = make.assigned()
    clock.move(days=RETENTION["case"].keep.days + 5)
    make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="清走了。", lat=34.7, lon=112.8)
    clock.move(days=2)
    assert jobs.reduce_old("") == 0
    assert work(SYSTEM, lambda w: keeping.reduce_case(w, code=receipt.code)) is False


def test_an_open_case_keeps_everything_however_old(app: Flask, clock: Clock) -> None:
    make.places()
    code = make.report(phone="13712345678").code
    clock.move(days=RETENTION["case"].keep.days * 2)
    assert jobs.reduce_old("") == 0
    assert work(SYSTEM, lambda w: keeping.reduce_case(w, code=code)) is False
    assert queries.report(fresh(), code).contact_sealed is not None
