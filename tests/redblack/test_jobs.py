"""What jobs of the list do for each entry, and that one of them stops no other."""

import pytest

from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.redblack import jobs
from wufei_public.redblack.jobs import each


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
