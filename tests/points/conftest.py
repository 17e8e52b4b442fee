"""What the tests of points share."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from wufei_public.infra.work import reading


@pytest.fixture
def session(app: Flask) -> Session:
    """Return the session that the actions use too, so that the savepoints of a test nest."""
    return reading()
