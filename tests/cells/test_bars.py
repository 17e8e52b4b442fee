"""Bars that fall between applying and the decision; what a rubric's page says of them."""

from copy import deepcopy
from typing import Any

import pytest

from tests.cells import make, rubrics
from tests.cells.make import OFFICE, OUTSIDER, OWNER, do
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.redblack import make as listings
from wufei_public.cells.actions import applying, deciding, objecting
from wufei_public.cells.actions import rubrics as rubric_actions
from wufei_public.cells.queries.certificates import of_application
from wufei_public.cells.rules.frames import packaged, read_frame
from wufei_public.cells.rules.stages import State
from wufei_public.cells.rules.standing import LISTED
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.i18n import COOKIE, ENGLISH
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")
DECISION = {"document": "4号", "minutes": "同意"}


@pytest.fixture
def officials(district: None) -> None:
    """Make the accounts of the officials of the list beside those of the cells."""
    for actor in listings.EVERYBODY:
        if actor not in make.EVERYBODY:
            people.account(actor)


def again(case: make.Case, ground: str) -> make.Case:
    """Return another application of the same unit, refused on `ground`."""
    row = do(OWNER, applying.start, round_code=make.a_round().code, kind="hotel",
             unit=case.unit.name, places=[make.place(case.unit)])  # fmt: skip
    other = make.filled(make.Case(row.code, case.unit))
    do(OWNER, applying.submit, code=other.code, committed=True)
    make.barred(other, ground)
    return other


# ---- asked when it is decided, and when a certificate comes back ------------------


def test_a_unit_that_was_listed_meanwhile_is_not_proposed(officials: None) -> None:
    case = make.scored()
    listings.published(case.unit)
    with pytest.raises(WrongState) as refusal:
        do(OFFICE, deciding.propose, code=case.code, **DECISION)
    assert make.code_of(refusal) == "listed"
    assert case.row.state == State.SCORED


@pytest.mark.parametrize("ground", ["false", "barred"])
def test_a_unit_that_was_barred_meanwhile_is_not_proposed(ground: str) -> None:
    case = make.scored()
    again(case, ground)
    with pytest.raises(WrongState) as refusal:
        do(OFFICE, deciding.propose, code=case.code, **DECISION)
    assert make.code_of(refusal) == "barred"
    assert case.row.state == State.SCORED


def test_what_the_unit_itself_was_refused_for_is_no_bar_once_the_appeal_is_won() -> None:
    case = make.scored()
    make.barred(case, reason="照片重复。")
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不是重复。")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")
    do(make.THIRD, deciding.propose, code=case.code, **DECISION)
    assert case.row.state == State.PROPOSED


def removed(clock: Clock) -> tuple[make.Case, Any]:
    """Return a unit whose certificate was removed, and its appeal."""
    case, found = make.named(clock)
    make.remove(found.code, "混投")
    return case, do(OWNER, objecting.appeal, code=case.code, text="不是我们倒的。")


def stands(case: make.Case) -> tuple[str, str]:
    held = of_application(reading(), case.row.id)
    assert held
    return held.standing, held.standing_reason


def uphold(appeal: Any) -> None:
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")


def test_an_own_removal_is_no_bar_to_its_own_return(clock: Clock) -> None:
    case, appeal = removed(clock)
    uphold(appeal)
    assert stands(case) == ("valid", "")


def test_untrue_papers_elsewhere_bar_the_return_of_a_certificate(clock: Clock) -> None:
    case, found = make.named(clock)
    again(case, "false")
    make.remove(found.code, "混投")
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不是我们倒的。")
    with pytest.raises(WrongState) as refusal:
        uphold(appeal)
    assert make.code_of(refusal) == "barred"
    assert stands(case) == ("revoked", "混投")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="rejected", answer="另有不实。")


def test_a_certificate_comes_back_suspended_while_its_unit_is_listed(
    officials: None, clock: Clock
) -> None:
    case, appeal = removed(clock)
    row = listings.published(case.unit, actor=listings.SECOND)
    uphold(appeal)
    assert stands(case) == ("suspended", LISTED)
    listings.answered(row, listings.handed_in(row, "objection", OWNER), outcome="upheld")
    assert stands(case) == ("valid", "")


# ---- the public page ----------------------------------------------------------------


def test_the_page_of_a_rubric_says_what_counts_and_what_it_rests_on(see: Window) -> None:
    page = see.get(None, "/cells/rubrics/hotel")
    for words in (
        packaged()["barred"], packaged()["barred_basis"], "明显混投", "GB/T 21084-2007",
        "本项目的默认评分表，不是任何机关的文件", "从上往下，取第一档符合的分数",
        "plan 二(三)1 绿色饭店", "本项目默认，待核定", "固体废物污染环境防治法",
    ):  # fmt: skip
        assert words in page, words
    # Of the sources those alone that this kind names.
    assert "GB 55012-2021" not in page
    assert "GB 55012-2021" in see.get(None, "/cells/rubrics/worksite")
    see.of(None).set_cookie(COOKIE, ENGLISH)
    english = see.get(None, "/cells/rubrics/hotel")
    assert packaged()["barred_en"] in english
    assert "cut-off figures are project defaults" in english


def test_a_source_that_nobody_read_is_flagged(see: Window) -> None:
    assert "未核对" in see.get(None, "/cells/rubrics/worksite")
    frame = read_frame(rubrics.content("worksite"))
    assert {one.number for one in frame.sources if not one.verified} == {
        "建质〔2020〕46号", "城市建筑垃圾管理规定", "建办质〔2020〕20号",
    }  # fmt: skip


def test_a_version_keeps_its_own_words_and_one_that_cannot_be_read_is_refused(see: Window) -> None:
    content = deepcopy(rubrics.content("hotel")) | {"version": "2027-1"}
    own = {"barred": "近5年有失信记录的不得申报。", "barred_en": "", "barred_basis": "区里定的"}
    do(OFFICE, rubric_actions.add_rubric, content=content | own)
    page = see.get(None, "/cells/rubrics/hotel")
    assert "近5年有失信记录的不得申报" in page
    assert packaged()["barred"] not in page
    assert packaged()["barred"] in see.get(None, "/cells/rubrics/hotel?version=2026-1")
    for wrong in ({"standards": 5}, {"definitions": [{"term": "近"}]}, {"barred": None}):
        with pytest.raises(Invalid) as refusal:
            do(OFFICE, rubric_actions.add_rubric, content=content | {"version": "2"} | wrong)
        assert make.code_of(refusal) == "bad_rubric"
