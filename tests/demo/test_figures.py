"""Surveys and indicators of the demonstration: by the features' own actions, from its rows."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.indicators.actions import computing
from wufei_public.indicators.models.values import GoLive, TaskReport, Value
from wufei_public.indicators.rules.states import State as ValueState
from wufei_public.infra.db import db
from wufei_public.surveys.models import Attempt, Quota, Response, Wave
from wufei_public.surveys.queries.waves import outcomes
from wufei_public.surveys.rules.waves import Mode, State


def test_surveys_are_over_and_one_is_open(demo: Flask) -> None:
    with Session(db.engine) as session:
        found = [(row.form_id, row.state) for row in session.scalars(select(Wave))]
    published = [form for form, state in found if state == State.PUBLISHED]
    assert sorted(published) == ["enterprise", "government", "ngo", "public", "public"]
    assert ("public", State.OPEN) in found


def test_published_figures_come_back_from_the_rows(demo: Flask) -> None:
    with Session(db.engine) as session:
        rows = session.scalars(select(Value)).all()
        again = list(computing.recompute(session))
        assert session.scalar(select(GoLive.notice_days)) == 30
        assert session.scalars(select(TaskReport)).first()
    published = {row.series for row in rows if row.state == ValueState.PUBLISHED}
    assert published >= {"39", "52", "53", "54", "reports"}
    assert len(published) > 30
    assert {row.series for row in rows if row.state == ValueState.CHECKED} >= {"39"}
    assert [one.value.series for one in again if not one.same] == []


@pytest.mark.parametrize("address", ["/indicators", "/indicators/54", "/indicators/tasks"])
def test_its_pages_show_them(demo: Flask, address: str) -> None:
    page = demo.test_client().get(address)
    assert page.status_code == 200
    assert "已公布" in page.text or "达标" in page.text or "已完成" in page.text


def test_surveys_by_telephone_up_to_quotas_and_with_photos_show_something(demo: Flask) -> None:
    with Session(db.engine) as session:
        [called] = session.scalars(select(Wave).where(Wave.mode == Mode.TELEPHONE))
        tried = set(session.scalars(select(Attempt.outcome).where(Attempt.wave_id == called.id)))
        of_sample = outcomes(session, called)
        assert tried == {"3.13", "3.12", "2.21", "2.11"}
        assert of_sample["1.1"] == 8
        assert of_sample["3.11"] > 30
        [limited] = session.scalars(select(Wave).where(Wave.quotas.is_not(None)))
        cells = session.scalars(select(Quota).where(Quota.wave_id == limited.id)).all()
        assert [one.cell for one in cells if one.filled >= one.wanted] == ["60_69"]
        assert all(one.filled for one in cells)
        [known] = session.scalars(select(Wave).where(Wave.identifiable))
        given = session.scalars(select(Response.answers).where(Response.wave_id == known.id)).all()
        assert (known.state, len(given)) == (State.CLOSED, 14)
        assert all(one["bin"] and one["where"] for one in given)
