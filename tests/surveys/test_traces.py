"""What one answer leaves behind, in every table of the house: nothing that names or dates it."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make as people
from tests.surveys import waves as make
from tests.surveys.test_calls import sampled, taken
from wufei_public.infra.tables import Base
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("loaded")
# Outlives nobody's day: it ends with the second day after, whatever the hour of the answer.
DATED = {("replay", "expires_at")}


def house_of_rows() -> dict[str, Counter[str]]:
    """Return every row of every table, as words."""
    reading().rollback()
    return {
        table.name: Counter(repr(dict(row)) for row in reading().execute(select(table)).mappings())
        for table in Base.metadata.sorted_tables
    }


def written(before: dict[str, Counter[str]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that are new or changed since, by table."""
    reading().rollback()
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        rows = [dict(row) for row in reading().execute(select(table)).mappings()]
        fresh = [row for row in rows if not before[table.name][repr(row)]]
        if fresh:
            found[table.name] = fresh
    return found


def instants(rows: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, found in rows.items()
        for row in found
        for column, value in row.items()
        if isinstance(value, datetime)
    }


def test_an_answer_of_somebody_signed_in_names_and_dates_nobody(app: Flask) -> None:
    somebody = people.account(people.RESIDENT)
    wave = make.wave(signed_in=True, quota_by=("age",))
    before = house_of_rows()
    make.submit(wave, make.sent(), somebody)
    found = written(before)
    assert set(found) == {
        "replay", "survey_device", "survey_quota", "survey_response", "survey_token",
    }  # fmt: skip
    assert instants(found) == DATED
    owned = {"account", "account_id", "actor_id", "assigned_to", "by", "request_id", "address"}
    assert not owned & {column for rows in found.values() for row in rows for column in row}
    told = [row for table in ("survey_token", "survey_device") for row in found[table]]
    assert all(
        set(row) - {"fresh"} in ({"wave_id", "token"}, {"wave_id", "device"}) for row in told
    )


def test_an_interview_by_telephone_leaves_the_number_without_a_day(
    app: Flask, clock: Clock
) -> None:
    people.places()
    interviewer = people.account(people.TOWN_OFFICER)
    wave = sampled()
    number = taken(wave, interviewer)[0]
    before = house_of_rows()
    make.submit(wave, make.sent(device="", case=number), interviewer)
    found = written(before)
    assert set(found) == {"replay", "survey_call", "survey_invitation", "survey_response"}
    assert instants(found) == DATED
    assert found["survey_call"][0]["assigned_to"] is None
    assert found["survey_response"][0]["day"] != clock.now.date()
    assert set(found["survey_response"][0]) == {
        "id", "wave_id", "day", "outcome", "answers", "pace", "straight", "everything",
        "duplicate", "stratum", "weight", "fresh",
    }  # fmt: skip
