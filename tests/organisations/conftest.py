"""A town with its people."""

import pytest
from flask import Flask

from tests.dumping import make as people
from tests.organisations import make


@pytest.fixture
def town(app: Flask) -> None:
    people.places()
    for actor in make.EVERYBODY:
        people.account(actor)
