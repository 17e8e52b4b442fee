"""The list of staff reads the accounts of its page and their sessions, however many there are."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.dumping import plans
from tests.people import make
from wufei_public.infra.work import reading
from wufei_public.people.queries.accounts import staff_page
from wufei_public.people.rules.roles import Role


@pytest.fixture
def filled(migrated_app: Flask) -> Iterator[None]:
    """Give a database whose indexes were made as an operator's are."""
    make.places()
    for name in ("li.si", "wang.wu", "zhang.li"):
        make.member(name, Role.TOWN_OFFICER)
    yield
    reading().rollback()


@pytest.mark.parametrize("words", ["", "li"])
def test_a_page_of_staff_is_read_by_name_and_sessions_by_account(filled: None, words: str) -> None:
    lines = plans.plan(reading(), lambda: staff_page(reading(), words, "a"))
    # SQLite names the index of a unique column by its number.
    assert re.search(r"uq_account_user_name|autoindex_account_\d+ \(user_name>", lines)
    assert "ix_account_session_account_created_at" in lines
    assert "Seq Scan" not in lines
    assert [line for line in lines.splitlines() if line.startswith("SCAN")] == []
