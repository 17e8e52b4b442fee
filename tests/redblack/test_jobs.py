"""What jobs of the list do for each entry, and that one of them stops no other."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.organisations import make as organisations
from tests.people.make import statements
from tests.redblack import make
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack import jobs
from wufei_public.redblack.jobs import each
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper


def test_one_that_fails_stops_none_of_the_others() -> None:
    done: list[int] = []

    def do(number: int) -> int:
        if number == 1:
            raise ValueError(number)
        done.append(number)
        return 1

    with pytest.raises(ExceptionGroup) as failed:
        each(range(4), do)
    assert done == [0, 2, 3]
    assert [str(error) for error in failed.value.exceptions] == ["1"]
    assert each([2, 3], do) == 2


def test_every_term_that_is_over_is_written_down(town: None) -> None:
    rows = [make.published(organisations.organisation(number), months=3) for number in (1, 2)]
    make.move(days=400)
    assert jobs.end_terms("") == 2
    assert {make.state(row).state for row in rows} == {"ended"}
    assert jobs.end_terms("") == 0


def test_a_request_for_repair_rests_not_for_ever(enterprise: Organisation) -> None:
    """It is told when its time is over, and silence agrees long after that."""
    row = make.published(enterprise, severity="minor", months=3)
    make.handed_in(row, "repair")
    make.move(days=17)
    assert (jobs.remind_papers(""), jobs.agree_by_silence("")) == (1, 0)
    gone = {"state": "removed", "over_at": make.now(), "over_reason": "没人管。"}
    gone |= {"salt": None, "record": None, "leaf": None}
    own = update(Listing).where(Listing.id == row.id)
    with pytest.raises(IntegrityError, match=r"taken down by somebody|without a snapshot"):
        work(SYSTEM, lambda w: w.session.execute(own.values(gone)))
    make.move(days=17)
    assert (jobs.agree_by_silence(""), jobs.agree_by_silence("")) == (1, 0)
    over = make.state(row)
    assert (over.state, over.over_by) == ("removed", None)
    assert "视为同意" in over.over_reason


def test_what_a_record_says_is_not_looked_at_again(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    make.handed_in(row, "objection")
    assert jobs.show_replies("") == 0
    make.move(days=7)
    assert jobs.show_replies("") == 1
    make.fresh()
    assert reading().scalars(select(ListingPaper.recorded_at)).all() == [make.now()]
    make.move(minutes=10)
    with statements() as seen:
        assert jobs.show_replies("") == 0
    assert len([one for one in seen if "listing" in one]) == 1
