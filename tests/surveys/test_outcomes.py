import pytest

from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules.outcomes import Outcome, Rates, outcome_of, response_rates

# 400 complete, 50 partial; 300 refused, 100 never met, 50 unable; 150 and 50 unknown.
COUNTS = {
    Outcome.COMPLETE: 400,
    Outcome.PARTIAL: 50,
    Outcome.REFUSAL: 300,
    Outcome.NO_CONTACT: 100,
    Outcome.OTHER: 50,
    Outcome.UNKNOWN_HOUSEHOLD: 150,
    Outcome.UNKNOWN_OTHER: 50,
    Outcome.NOT_ELIGIBLE: 100,
}


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("1.1", Outcome.COMPLETE),
        ("1.2", Outcome.PARTIAL),
        ("2.11", Outcome.REFUSAL),
        ("2.12", Outcome.REFUSAL),
        ("2.2", Outcome.NO_CONTACT),
        ("2.3", Outcome.OTHER),
        ("3.1", Outcome.UNKNOWN_HOUSEHOLD),
        ("3.2", Outcome.UNKNOWN_OTHER),
        ("4.7", Outcome.NOT_ELIGIBLE),
    ],
)
def test_codes_have_their_outcome(code: str, outcome: Outcome) -> None:
    assert outcome_of(code) is outcome


@pytest.mark.parametrize("code", ["", "1", "1.3", "5.1", "2"])
def test_other_codes_are_refused(code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        outcome_of(code)
    assert (refusal.value.code, refusal.value.facts) == ("bad_outcome", {"value": code})


def test_the_six_rates() -> None:
    # Of the 1,000 whose case is known, 900 are eligible: so are 180 of the 200 unknown.
    assert response_rates(COUNTS) == Rates(
        e=0.9,
        rr1=400 / 1100,
        rr2=450 / 1100,
        rr3=400 / 1080,
        rr4=450 / 1080,
        rr5=400 / 900,
        rr6=450 / 900,
    )


def test_a_stated_share_of_eligible_is_taken() -> None:
    rates = response_rates(COUNTS, e=0.5)
    assert (rates.e, rates.rr3, rates.rr4) == (0.5, 0.4, 0.45)


def test_where_nobody_is_known_all_are_taken_as_eligible() -> None:
    rates = response_rates({Outcome.UNKNOWN_OTHER: 10})
    assert rates == Rates(e=1.0, rr1=0, rr2=0, rr3=0, rr4=0, rr5=None, rr6=None)


@pytest.mark.parametrize(
    ("counts", "e", "code"),
    [
        ({}, None, "no_outcomes"),
        ({Outcome.NOT_ELIGIBLE: 9}, None, "no_outcomes"),
        (COUNTS, 1.2, "bad_eligible_share"),
        (COUNTS, -0.1, "bad_eligible_share"),
        ({Outcome.UNKNOWN_OTHER: 9}, 0.0, "bad_eligible_share"),
    ],
)
def test_rates_of_nothing_are_refused(
    counts: dict[Outcome, int], e: float | None, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        response_rates(counts, e)
    assert refusal.value.code == code
