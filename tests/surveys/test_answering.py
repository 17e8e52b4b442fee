"""One answer per person, joined to nobody."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, cast, distinct, func, inspect, literal_column, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from tests.conftest import Clock
from tests.dumping.make import DISTRICT_OFFICER, RESIDENT, TOWN_OFFICER
from tests.surveys import waves as make
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.db import db
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import answering
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.jobs import mix_answers
from wufei_public.surveys.models import Device, Invitation, Response, Token
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.waves import Mode

SIDES = (Token, Device, Invitation)
pytestmark = pytest.mark.usefixtures("loaded")


def test_an_answer_is_kept_with_its_day_and_flags_alone(clock: Clock) -> None:
    wave = make.wave()
    assert make.submit(wave) == "1.1"
    kept = make.responses()[0]
    columns = set(Response.__table__.columns.keys()) - {"id"}
    assert {name: getattr(kept, name) for name in columns} == {
        "wave_id": wave.id, "day": clock.now.date(), "outcome": "1.1",
        "answers": dict(make.ANSWERS), "pace": "usual", "straight": False, "everything": False,
        "impossible": False, "duplicate": False,
        "stratum": "", "psu": "", "weight": None, "fresh": True,
    }  # fmt: skip


def test_the_same_form_twice_is_one_answer(clock: Clock) -> None:
    wave, sent = make.wave(), make.sent()
    assert [make.submit(wave, sent), make.submit(wave, sent)] == ["1.1", "1.1"]
    clock.move(days=30)
    assert make.submit(wave, sent) == "1.1"
    assert len(make.responses()) == 1


def test_a_device_answers_once_and_another_person_on_it_is_marked() -> None:
    wave = make.wave()
    first = make.sent()
    make.submit(wave, first)
    with pytest.raises(Conflict):
        make.submit(wave, make.sent(device=first.device))
    make.submit(wave, make.sent(device=first.device), RESIDENT)
    assert sorted(row.duplicate for row in make.responses()) == [False, True]


def test_a_resident_answers_once_on_whatever_device() -> None:
    wave = make.wave(signed_in=True)
    make.submit(wave, make.sent(), RESIDENT)
    with pytest.raises(Conflict):
        make.submit(wave, make.sent(), RESIDENT)
    with pytest.raises(NotAllowed):
        make.submit(wave, make.sent())
    with pytest.raises(Invalid):
        make.submit(make.wave(), make.sent(device=""))
    assert len(make.responses()) == 1


def test_the_next_wave_takes_the_same_person_under_another_token() -> None:
    one, two = make.wave(), make.wave()
    sent = make.sent()
    make.submit(one, sent)
    make.submit(two, make.sent(device=sent.device))
    tokens = reading().query(Token.token).all()
    assert len({token for (token,) in tokens}) == 2


def test_who_declines_or_lives_elsewhere_is_counted_without_answers() -> None:
    wave = make.wave()
    declined = make.sent({"consent": "no"})
    assert make.submit(wave, declined) == "2.11"
    assert make.submit(wave, make.sent({"consent": "yes", "town": "elsewhere"})) == "4.1"
    work(ANONYMOUS, lambda w: answering.start(w, wave_code=wave.code))
    assert make.responses() == []
    assert queries.outcomes(reading(), wave) == {"2.11": 1, "4.1": 1, "start": 1}
    # Who thinks better of it may answer.
    assert make.submit(wave, make.sent(device=declined.device)) == "1.1"


@pytest.mark.parametrize("moved", [-10, 20])
def test_nobody_answers_before_or_after(clock: Clock, moved: int) -> None:
    wave = make.wave()
    clock.move(days=moved)
    with pytest.raises(WrongState):
        make.submit(wave)


def test_nobody_answers_a_draft_a_closed_or_an_external_wave() -> None:
    draft, external = make.wave(opened=False), make.wave(mode=Mode.EXTERNAL, collector="某公司")
    closed = make.wave()
    work(DISTRICT_OFFICER, lambda w: actions.close(w, code=closed.code))
    for wave in (draft, external, closed):
        with pytest.raises(WrongState):
            make.submit(wave)
    assert make.responses() == []


def test_closing_destroys_what_tells_who_answered() -> None:
    wave = make.wave()
    make.submit(wave)
    work(DISTRICT_OFFICER, lambda w: actions.close(w, code=wave.code))
    session = reading()
    session.rollback()
    assert (session.query(Token).count(), session.query(Device).count()) == (0, 0)
    assert make.again(wave).secret is None


def test_waves_end_by_themselves_two_days_after_their_last(clock: Clock) -> None:
    wave = make.wave()
    clock.move(days=18)
    assert work(SYSTEM, actions.close_ended) == 0
    clock.move(days=1)
    assert work(SYSTEM, actions.close_ended) == 1
    assert make.again(wave).state == "closed"


def test_no_row_beside_an_answer_names_a_person_or_an_instant(clock: Clock) -> None:
    wave = make.wave()
    audited = reading().query(AuditRow).count()
    make.submit(wave, make.sent(), RESIDENT)
    reading().rollback()
    replay = reading().query(ReplayRow).one()
    assert replay.answer == {"outcome": "1.1"}
    assert (replay.expires_at.hour, replay.expires_at.minute, replay.expires_at.second) == (
        15,
        59,
        59,
    )
    assert (replay.expires_at - clock.now).days == 1
    assert reading().query(AuditRow).count() == audited
    tables = ("survey_response", "survey_token", "survey_device", "survey_contact")
    for table in tables:
        columns = {column["name"] for column in inspect(db.engine).get_columns(table)}
        assert not columns & {"at", "account", "actor_id", "created_at", "request_id", "number"}


def writers(table: Any) -> int:
    """Return how many transactions wrote the rows of a table; SQLite keeps no such mark."""
    if db.engine.dialect.name == "sqlite":
        return 1
    xmin = func.count(distinct(cast(literal_column("xmin"), String)))
    return reading().scalar(select(xmin).select_from(table)) or 0


def test_mixing_leaves_no_order_in_which_answers_came(own_app: Flask) -> None:
    """Rank of key, rank in the file, and PostgreSQL's xmin say nothing of who came when."""
    make.seed()
    wave = make.wave()
    days = list(range(40))
    for at in days:
        make.submit(wave, make.sent({**make.ANSWERS, "open_comment": f"第{at:02d}"}))
    assert mix_answers("") == 1
    reading().rollback()
    by_key = [row.answers["open_comment"] for row in make.responses()]
    lying = [row["open_comment"] for (row,) in reading().query(Response.answers)]
    for found in (by_key, lying):
        assert sorted(found) != found
        assert len(found) == len(days)
    assert (writers(Response), writers(Token)) == (1, 1)
    assert mix_answers("") == 0


def test_no_table_of_a_wave_has_a_row_number_that_counts_up(session: Any) -> None:
    made = [str(CreateTable(table.__table__).compile(dialect=sqlite.dialect())) for table in SIDES]
    assert [sql for sql in made if "WITHOUT ROWID" not in sql] == []
    wave = make.wave()
    make.submit(wave)
    assert make.responses()[0].id > 2**20
    if db.engine.dialect.name == "sqlite":
        assert session.scalar(text("SELECT rowid = id FROM survey_response")) == 1


def test_an_interviewer_asks_many_and_counts_who_gave_none() -> None:
    wave = make.wave(mode=Mode.INTERVIEWER)
    for _ in range(2):
        assert make.submit(wave, make.sent(device=""), TOWN_OFFICER) == "1.1"
    with pytest.raises(NotAllowed):
        make.submit(wave, make.sent(), RESIDENT)
    work(TOWN_OFFICER, lambda w: answering.note_contact(w, wave_code=wave.code, outcome="2.2"))
    with pytest.raises(Invalid):
        work(TOWN_OFFICER, lambda w: answering.note_contact(w, wave_code=wave.code, outcome="1.1"))
    assert queries.outcomes(reading(), wave) == {"1.1": 2, "2.2": 1}


def test_a_refused_form_leaves_nothing_behind() -> None:
    wave, sent = make.wave(), make.sent()
    with pytest.raises(Invalid):
        make.submit(wave, replace(sent, fields={**sent.fields, "town": ["nowhere"]}))
    assert make.submit(wave, sent) == "1.1"
