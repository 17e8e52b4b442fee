"""Mixing takes the order out of what came in, and loses nothing that comes in meanwhile."""

import random
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.surveys import waves as make
from tests.surveys.test_sampling import code, invited
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict
from wufei_public.infra.db import db
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import mixing
from wufei_public.surveys.jobs import mix_answers
from wufei_public.surveys.models import Device, Invitation, Response, Token, Wave
from wufei_public.surveys.queries import waves as queries


def counted(table: type[Response | Token | Device], wave: Wave) -> int:
    reading().rollback()
    wanted = select(func.count()).select_from(table).where(table.wave_id == wave.id)
    return reading().scalar(wanted) or 0


@pytest.fixture
def meanwhile(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let somebody else hand in, on another connection, between mixing's reads and its end."""

    def hand_in(wave: Wave, *forms: make.answering.Sent) -> list[str]:
        waiting = list(forms)
        told: list[str] = []
        others: list[threading.Thread] = []

        def one(form: make.answering.Sent) -> None:
            with own_app.app_context():
                told.append(make.submit(wave, form))
                db.session.remove()

        class Chance(random.Random):
            def shuffle(self, x: object) -> None:
                if waiting:
                    others.append(threading.Thread(target=one, args=(waiting.pop(),)))
                    others[-1].start()
                    # Whoever must wait for the mixing goes on after it.
                    others[-1].join(1.5)
                super().shuffle(x)  # type: ignore[arg-type]

        monkeypatch.setattr(mixing, "random", SimpleNamespace(Random=Chance))
        mix_answers("")
        for other in others:
            other.join(20)
        return told

    return hand_in


def test_an_answer_that_comes_in_while_others_are_mixed_stays(
    own_app: Flask, meanwhile: Callable[..., list[str]]
) -> None:
    make.seed()
    wave = make.wave()
    make.submit(wave)
    told = meanwhile(wave, make.sent(), make.sent(), make.sent())
    assert told == ["1.1"] * 3
    assert [counted(table, wave) for table in (Response, Token, Device)] == [4, 4, 4]


def test_a_code_that_is_spent_while_others_are_mixed_stays_spent(
    own_app: Flask, meanwhile: Callable[..., list[str]]
) -> None:
    make.seed()
    wave = invited()
    make.submit(wave, make.sent(code=code(wave, 1), device=""))
    told = meanwhile(wave, *(make.sent(code=code(wave, number), device="") for number in (2, 3)))
    assert told == ["1.1", "1.1"]
    assert counted(Response, wave) == 3
    assert queries.outcomes(reading(), wave)["1.1"] == 3
    for number in (1, 2, 3):
        with pytest.raises(Conflict):
            make.submit(wave, make.sent(code=code(wave, number), device=""))


def test_mixing_goes_in_parts_that_each_end_soon(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixing, "PART", 40)
    wave = make.answered(make.wave(), 130)
    more = []
    for left in (90, 50, 10, 0):
        more.append(work(SYSTEM, lambda w: mixing.mix_part(w, wave.id)))
        fresh = Response.fresh.is_(True)
        assert reading().query(Response).filter(fresh).count() <= left
    assert more[-1] is False
    assert counted(Response, wave) == 130


def test_one_new_answer_is_written_with_many_old_ones_and_not_with_all(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = make.answered(make.wave(), 300)
    mix_answers("")
    make.submit(wave)
    written: list[int] = []

    class Rows:
        def shuffle(self, rows: list[object]) -> None:
            written.append(len(rows))

    monkeypatch.setattr(mixing, "_by_chance", Rows)
    assert mix_answers("") == 1
    assert written[0] in {mixing.LEAST, mixing.LEAST + 1}
    assert mix_answers("") == 0


def test_members_of_a_sample_keep_what_they_are(loaded: None) -> None:
    wave = invited()
    make.submit(wave, make.sent(code=code(wave, 4), device=""))
    before = [
        (row.number, row.reference, row.outcome) for row in queries.invitations(reading(), wave.id)
    ]
    mix_answers("")
    reading().rollback()
    after = [
        (row.number, row.reference, row.outcome) for row in queries.invitations(reading(), wave.id)
    ]
    assert after == before
    assert reading().query(Invitation).filter(Invitation.fresh.is_(True)).count() == 0
