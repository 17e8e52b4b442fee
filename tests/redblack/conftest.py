"""A town with its people, and an enterprise that somebody represents."""

import pytest
from flask import Flask

from tests.dumping import make as people
from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.organisations.models import Organisation


@pytest.fixture
def town(app: Flask) -> None:
    people.places()
    for actor in make.EVERYBODY:
        people.account(actor)


@pytest.fixture
def enterprise(town: None) -> Organisation:
    card = organisations.organisation()
    make.proven(card)
    return card
