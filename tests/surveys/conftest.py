"""What the tests of waves share: the questionnaires, and one session."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.surveys import waves
from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()


@pytest.fixture
def loaded(app: Flask) -> None:
    """Load the questionnaires of the package."""
    waves.seed()
