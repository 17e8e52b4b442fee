"""A district with its people and questionnaires, and no figure yet."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dumping import make as people
from tests.indicators import make
from tests.surveys import waves
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def district(app: Flask) -> None:
    """Load places, departments and questionnaires, and make everybody's account."""
    people.places()
    for actor in make.EVERYBODY:
        people.account(actor)
    waves.seed()
