"""When a wave has ended, nothing joins answers to so few persons that they are known."""

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.common.actor import Actor
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.surveys.actions import calling, sampling
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.jobs import mix_answers
from wufei_public.surveys.models import Attempt, Call, Invitation, Response, Wave
from wufei_public.surveys.queries import calls
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.disclosure import K
from wufei_public.surveys.rules.waves import Mode

pytestmark = pytest.mark.usefixtures("loaded")
PERSONS = (
    "survey_invitation", "survey_call", "survey_attempt", "survey_token", "survey_device",
    "survey_unit",
)  # fmt: skip
# Strata by how many of their members answer.
ANSWERING = {"a": 14, "b": 8, "c": 2, "d": 1, "e": 0}
FRAME = "id,stratum,phone\n" + "".join(
    f"{name}{at:02d},{name},138{ord(name):04d}{at:04d}\n" for name in ANSWERING for at in range(20)
)
PART = {
    name: said
    for name, said in make.ANSWERS.items()
    if name not in {"actions", "sex", "open_comment", "know_kitchen"}
}


def asked(mode: Mode, clock: Clock) -> Wave:
    """Return a wave of which some members answered, one in part, one after two calls."""
    people.places()
    officer = people.account(people.DISTRICT_OFFICER)
    wave = make.wave(mode=mode, opened=False, margins=())
    work(
        people.DISTRICT_OFFICER,
        lambda w: sampling.draw(w, code=wave.code, data=FRAME.encode(), size=100),
    )
    work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    wave = make.again(wave)
    left = dict(ANSWERING)
    for member in list(queries.invitations(reading(), wave.id)):
        if left[member.stratum] > 0:
            left[member.stratum] -= 1
            if sum(left.values()) == 3:
                clock.move(days=8)
            said = PART if sum(left.values()) == 5 else make.ANSWERS
            _answer(wave, officer, member.number, said)
    return make.again(wave)


def _answer(wave: Wave, officer: Actor, number: int, said: Any) -> None:
    if wave.mode == Mode.INVITED:
        code = sampling.code_of(house().keys, make.again(wave), number)
        make.submit(wave, make.sent(said, code=code, device="", whole=False))
        return

    def take(w: Work) -> None:
        calls.call(w.session, wave.id, number).assigned_to = officer.id
        w.session.flush()

    work(officer, take)
    note = {"code": wave.code, "number": number, "outcome": "3.13", "seen": 0, "at": None}
    work(officer, lambda w: calling.note_attempt(w, **note))  # type: ignore[arg-type]
    make.submit(wave, make.sent(said, case=number, device="", whole=False), officer)


def answered_by(wave: Wave) -> set[int]:
    """Return the members who have answered; an open wave knows."""
    return {row.number for row in queries.invitations(reading(), wave.id) if row.outcome == "1"}


def small_joins(wave: Wave, answered: set[int]) -> list[tuple[str, tuple[str, ...], Any, int]]:
    """Return every group of fewer than K answers that equal columns join to persons."""
    reading().rollback()
    answers = rows(Base.metadata.tables["survey_response"], wave)
    found = []
    for name in PERSONS:
        table = Base.metadata.tables[name]
        persons = [row for row in rows(table, wave) if row.get("number", None) in {None, *answered}]
        shared = sorted(set(table.columns.keys()) & set(Response.__table__.columns.keys()))
        for size in range(1, len(shared) + 1):
            for columns in combinations(shared, size):
                groups = Counter(tuple(row[c] for c in columns) for row in answers)
                met = {tuple(row[c] for c in columns) for row in persons}
                found += [
                    (name, columns, key, n) for key, n in groups.items() if key in met and n < K
                ]
    return found


def rows(table: Table, wave: Wave) -> list[dict[str, Any]]:
    wanted = select(table).where(table.c.wave_id == wave.id)
    return [dict(row) for row in reading().execute(wanted).mappings()]


@pytest.mark.parametrize("mode", [Mode.INVITED, Mode.TELEPHONE])
def test_no_equal_columns_join_few_answers_to_persons_after_the_end(
    app: Flask, clock: Clock, mode: Mode
) -> None:
    wave = asked(mode, clock)
    who = answered_by(wave)
    assert small_joins(wave, who) != []
    make.closed(wave)
    mix_answers("")
    assert small_joins(wave, who) == []


@pytest.mark.parametrize("mode", [Mode.INVITED, Mode.TELEPHONE])
def test_after_the_end_nobody_of_the_list_has_answered_or_not(
    app: Flask, clock: Clock, mode: Mode
) -> None:
    """Before: the office's list says who lives where, and as many as answered stood as one mark."""
    wave = asked(mode, clock)
    before = (queries.outcomes(reading(), wave), calls.tried(reading(), wave))
    wave = make.closed(wave)
    members = queries.invitations(reading(), wave.id)
    assert {(row.outcome, row.psu, row.fresh) for row in members} == {("", "", True)}
    assert calls.attempts(reading(), wave.id, members[0].number) == []
    assert reading().query(Attempt).count() == 0
    assert {row.attempts for row in reading().query(Call)} <= {0}
    assert (queries.outcomes(reading(), wave), calls.tried(reading(), wave)) == before


def test_a_wave_does_not_end_while_its_list_says_what_came_of_whom(app: Flask) -> None:
    wave = make.wave(mode=Mode.INVITED, opened=False, margins=())
    drawn = {"code": wave.code, "data": FRAME.encode(), "size": 40}
    work(people.DISTRICT_OFFICER, lambda w: sampling.draw(w, **drawn))
    work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    ends = update(Wave).where(Wave.id == wave.id).values(secret=None, state="closed")
    with pytest.raises(IntegrityError):
        work(people.DISTRICT_OFFICER, lambda w: w.session.execute(ends))
    assert make.closed(wave).state == "closed"


def test_response_rates_count_who_answered_in_part(app: Flask, clock: Clock) -> None:
    wave = asked(Mode.INVITED, clock)
    before = queries.outcomes(reading(), wave)
    assert (before["1.1"], before["1.2"], before["3.1"]) == (24, 1, 75)
    assert queries.outcomes(reading(), make.closed(wave)) == before


def test_estimates_take_strata_as_they_were_put_together(app: Flask, clock: Clock) -> None:
    wave = make.closed(asked(Mode.INVITED, clock))
    assert set((wave.frame or {})["joined"]) == {"b", "c", "d"}
    sizes = queries.plan_of(wave).frame
    assert sum(sizes.values()) == 100
    found = assembled(reading(), wave, ())
    figures = figures_of(wave, found, ())
    assert figures["design"]["strata"] == 2
    # The stratum in which nobody answered speaks for nobody.
    assert round(sum(found.design.person_weights())) == 80
    assert "层" in str([note.message for note in found.notes])


def test_the_tables_refuse_what_would_join(app: Flask, clock: Clock) -> None:
    wave = asked(Mode.INVITED, clock)
    with pytest.raises(IntegrityError):
        work(
            people.DISTRICT_OFFICER,
            lambda w: w.session.execute(update(Invitation).values(outcome="1.2")),
        )
    with pytest.raises(IntegrityError):
        work(
            people.DISTRICT_OFFICER,
            lambda w: w.session.execute(
                update(Wave).where(Wave.id == wave.id).values(secret=None, state="closed")
            ),
        )
