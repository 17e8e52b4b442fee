"""Credit grades: points and vetoes, two persons, every version, and the share of indicator 41."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from tests.dumping.make import browser, develop, messages, photo_token
from tests.organisations import make as organisations
from tests.people.make import statements
from tests.redblack import make
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.indicators.queries.sources import SOURCES
from wufei_public.indicators.rules.periods import read_period
from wufei_public.infra.work import reading, work
from wufei_public.organisations.actions import cards, importing
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.rules.cards import Card
from wufei_public.redblack.actions import grading
from wufei_public.redblack.models.grades import CreditGrade, CreditLetter
from wufei_public.redblack.queries import grades as queries
from wufei_public.redblack.rules.grades import CURRENT, GRADES, VETOES, grade_for

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("points", "vetoes", "grade"),
    [
        ("100", (), "honest"), ("90", (), "honest"), ("89.99", (), "good"), ("60", (), "warned"),
        ("0", (), "bad"), ("95", ("punished",), "warned"), ("95", ("punished", "dumped"), "bad"),
        ("10", ("punished",), "bad"),
    ],
)  # fmt: skip
def test_a_grade_is_that_of_its_points_unless_a_veto_holds(
    points: str, vetoes: tuple[str, ...], grade: str
) -> None:
    assert grade_for(CURRENT, Decimal(points), vetoes) == grade


def test_grades_have_words_of_their_own_and_say_where_they_come_from() -> None:
    for one in GRADES[CURRENT]:
        assert one.source
        assert not re.search("[红黑]", one.label)
    codes = {one.code for one in GRADES[CURRENT]}
    assert {veto.most for veto in VETOES[CURRENT].values()} <= codes


# ---- actions --------------------------------------------------------------------


def given(to: Organisation, actor: Actor = make.DEPARTMENT_OFFICER, **more: Any) -> CreditGrade:
    values = {"year": 2025, "points": Decimal("80.5"), "ground": "评价材料。"} | more
    found: CreditGrade = work(
        actor, lambda w: grading.give(w, organisation=to.code, **values)
    )  # fmt: skip
    return found


def told(row: CreditGrade, actor: Actor = make.DEPARTMENT_OFFICER, **more: Any) -> CreditGrade:
    """Record that an enterprise without an account was told of its grade."""
    values = {"way": "hand", "served_on": make.now(), "photo": [photo_token(seed=21)]} | more
    found: CreditGrade = work(actor, lambda w: grading.serve(w, code=row.code, **values))
    return found


def published(to: Organisation, **more: Any) -> CreditGrade:
    row = given(to, **more)
    if row.heard_until is None:
        told(row)
    make.move(days=10)
    found: CreditGrade = work(make.DISTRICT_OFFICER, lambda w: grading.publish(w, code=row.code))
    return found


def test_two_persons_publish_and_the_version_before_stays(enterprise: Organisation) -> None:
    for actor in (make.TOWN_OFFICER, make.OTHER_OFFICER, make.RESIDENT, make.AUDITOR):
        with pytest.raises(NotAllowed):
            given(enterprise, actor)
    for wrong in ({"year": 2027}, {"vetoes": ["nothing"]}):
        with pytest.raises(Invalid):
            given(enterprise, **wrong)
    first = given(enterprise)
    # Given anew it is another version, and the one before stays as it was given.
    second = given(enterprise, points=Decimal(95), vetoes=["punished"])
    with pytest.raises(WrongState) as withdrawn:
        work(make.DISTRICT_OFFICER, lambda w: grading.publish(w, code=first.code))
    assert withdrawn.value.code == "grade_withdrawn"
    first = second
    with pytest.raises(NotAllowed):
        work(make.DEPARTMENT_OFFICER, lambda w: grading.publish(w, code=first.code))
    # The enterprise hears of it first, and may say something.
    assert messages()[-1] == (make.RESIDENT.id, "credit.give")
    with pytest.raises(WrongState) as early:
        work(make.DISTRICT_OFFICER, lambda w: grading.publish(w, code=first.code))
    assert early.value.code == "still_hearing"
    make.move(days=10)
    work(make.DISTRICT_OFFICER, lambda w: grading.publish(w, code=first.code))
    with pytest.raises(WrongState):
        work(make.CHIEF, lambda w: grading.publish(w, code=first.code))
    assert [template for _who, template in messages()][-1] == "credit.publish"
    make.move(days=3)
    published(enterprise, points=Decimal(40))
    rows = queries.history(reading(), enterprise.id)
    assert [(row.version, row.grade, row.replaced_at is None) for row in rows] == [
        (3, "bad", True), (2, "warned", False),
    ]  # fmt: skip


def test_everyone_reads_no_name_in_a_grade_and_nothing_of_what_was_replaced(
    client: FlaskClient, enterprise: Organisation
) -> None:
    ground = "张三丰负责的台账，电话 13812345678。"
    published(enterprise, ground=ground, names="张三丰")
    page = client.get(f"/credit/{enterprise.code}").text
    assert ("张**负责的台账" in page, "张三丰" in page, "13812345678" in page) == (
        True,
        False,
        False,
    )
    make.move(days=3)
    published(enterprise, ground="材料都在。", points=Decimal(60))
    page = client.get(f"/credit/{enterprise.code}").text
    assert ("材料都在" in page, "负责的台账" in page) == (True, False)


def test_the_database_refuses_one_person_on_both_sides(enterprise: Organisation) -> None:
    row = published(enterprise)
    kept = {c.name: getattr(row, c.name) for c in CreditGrade.__table__.columns if c.name != "id"}
    wrong = kept | {"code": "X", "year": 2024, "published_by": row.graded_by}
    with pytest.raises(IntegrityError):
        work(make.CHIEF, lambda w: w.session.execute(insert(CreditGrade), wrong))


def test_an_enterprise_without_an_account_is_told_and_writes_back(town: None) -> None:
    firm = holder(61, "key")
    row = given(firm)
    make.move(days=30)
    with pytest.raises(WrongState) as untold:
        work(make.DISTRICT_OFFICER, lambda w: grading.publish(w, code=row.code))
    assert untold.value.code == "not_served"
    for pointer, wrong in (
        ("way", {"way": "announcement"}), ("photo", {"photo": []}),
        ("tracking", {"way": "post"}), ("served_on", {"served_on": row.graded_at - DAY}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as found:
            told(row, **wrong)
        assert found.value.errors[0].pointer == pointer
    # Told long ago and recorded now: the time runs from now, whole.
    row = told(row, make.DISTRICT_OFFICER, served_on=row.graded_at)
    assert row.heard_until is not None
    assert row.heard_until - make.now() > 5 * DAY
    letter = {"words": "处罚已经撤销。", "photo": [photo_token(seed=22)]}
    for maker in (make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER):
        with pytest.raises(NotAllowed):
            work(maker, lambda w: grading.receive(w, code=row.code, **letter))
    work(make.CHIEF, lambda w: grading.receive(w, code=row.code, **letter))
    make.move(days=10)
    # Whoever told it does not publish it, nor does who entered what the enterprise wrote.
    for maker in (make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.CHIEF):
        with pytest.raises(NotAllowed):
            work(maker, lambda w: grading.publish(w, code=row.code))
    row = work(make.SECOND, lambda w: grading.publish(w, code=row.code))
    assert (row.reply, row.letter) == ("处罚已经撤销。", 1)


def test_nobody_grades_their_way_around_the_second_person(town: None) -> None:
    """Neither by proving who is told, nor by grading anew over what one gave before."""
    firm = holder(64, "key")
    make.proven(firm, [photo_token(seed=25)], make.DISTRICT_OFFICER)
    row = given(firm, make.DISTRICT_OFFICER)
    assert row.heard_until is None  # told to whom the grader proved: to nobody
    row = told(row, make.SECOND)
    row = given(firm, make.SECOND)
    make.move(days=10)
    for maker in (make.DISTRICT_OFFICER, make.SECOND):
        with pytest.raises(NotAllowed):
            work(maker, lambda w: grading.publish(w, code=row.code))
    work(make.CHIEF, lambda w: grading.publish(w, code=row.code))


def test_no_statement_lets_the_writer_of_a_letter_publish(town: None) -> None:
    row = told(given(holder(66, "key")))
    letter = {"words": "不服。", "photo": [photo_token(seed=28)]}
    work(make.CHIEF, lambda w: grading.receive(w, code=row.code, **letter))
    make.move(days=10)
    its, at = update(CreditGrade).where(CreditGrade.id == row.id), make.now()
    for maker in (make.CHIEF, make.DEPARTMENT_OFFICER):
        with pytest.raises(IntegrityError):
            work(
                SYSTEM,
                lambda w, one=maker: w.session.execute(
                    its.values(published_by=one.id, published_at=at)
                ),
            )
    for gone in (update(CreditLetter).values(received_by=make.SECOND.id), delete(CreditLetter)):
        with pytest.raises(IntegrityError, match="what was written stays"):
            work(SYSTEM, lambda w, gone=gone: w.session.execute(gone))
    with pytest.raises(IntegrityError, match="who entered it"):
        work(SYSTEM, lambda w: w.session.execute(its.values(reply="我们同意。")))


def test_whoever_told_a_version_before_publishes_none_of_that_year(town: None) -> None:
    firm = holder(67, "key")
    told(given(firm), make.SECOND)
    row = told(given(firm, make.CHIEF))
    make.move(days=10)
    its, at = update(CreditGrade).where(CreditGrade.id == row.id), make.now()
    with pytest.raises(IntegrityError, match="who took part"):
        work(
            SYSTEM,
            lambda w: w.session.execute(its.values(published_by=make.SECOND.id, published_at=at)),
        )


def test_a_second_letter_stands_below_the_first(town: None) -> None:
    row = told(given(holder(65, "key")))
    for n, words in enumerate(("不服，附检测报告。", "无意见。")):
        letter = {"words": words, "photo": [photo_token(seed=26 + n)]}
        work(make.CHIEF, lambda w, v=letter: grading.receive(w, code=row.code, **v))
    make.fresh()
    assert queries.grade(reading(), row.code).reply == "不服，附检测报告。\n\n无意见。"


def test_whoever_grades_takes_no_voice_and_who_took_one_does_not_grade(
    enterprise: Organisation,
) -> None:
    (member,) = organisations.members(enterprise)
    given(enterprise, make.DISTRICT_OFFICER)
    with pytest.raises(NotAllowed) as taken:
        organisations.decided(member, make.DISTRICT_OFFICER, "end", reason="资料有疑问。")
    assert taken.value.code == "own_part"
    organisations.decided(member, make.CHIEF, "end", reason="资料有疑问。")
    with pytest.raises(NotAllowed) as silent:
        given(enterprise, make.CHIEF)
    assert silent.value.code == "own_silence"


@pytest.mark.parametrize("change", [{"points": Decimal(1)}, {"ground": "别的。"}, {"grade": "bad"}])
def test_what_was_given_stays(enterprise: Organisation, change: dict[str, object]) -> None:
    row = given(enterprise)
    its = CreditGrade.id == row.id
    with pytest.raises(IntegrityError, match="what was written stays"):
        work(make.CHIEF, lambda w: w.session.execute(update(CreditGrade).where(its).values(change)))


def test_the_time_to_answer_runs_from_a_proven_service(town: None) -> None:
    row = given(holder(62, "key"))
    its = CreditGrade.id == row.id
    soon, later = {"heard_until": make.now() + DAY}, {"heard_until": make.now() + 9 * DAY}
    service = {"way": "hand", "served_at": make.now(), "served_by": 1}
    for values in (later, later | service, soon | service | {"proofs": 1}):
        with pytest.raises(IntegrityError, match="runs from a proven service"):
            work(
                make.CHIEF,
                lambda w, v=values: w.session.execute(update(CreditGrade).where(its).values(v)),
            )


def test_officials_record_service_and_letter_on_the_page(app: Flask, town: None) -> None:
    firm = holder(63, "key")
    row = given(firm)
    page = f"/staff/credit/{firm.code}"
    office = browser(app, make.DEPARTMENT_OFFICER)
    assert "登记怎么告诉企业" in office.get(page).text
    form = {"way": "hand", "served_on": "2026-11-24T10:30", "tracking": ""}
    token = photo_token(seed=23)
    refused = office.post(f"{page}/{row.code}/serve", data=form | {"way": "", "photo_token": token})
    assert (refused.status_code, token in refused.text) == (422, True)
    make.move(minutes=2)
    local = make.now().astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")
    form |= {"served_on": local, "photo_token": token}
    assert office.post(f"{page}/{row.code}/serve", data=form).status_code == 303
    letter = {"words": "处罚撤销了。", "photo_token": photo_token(seed=24)}
    assert office.post(f"{page}/{row.code}/receive", data=letter).status_code == 409
    chief = browser(app, make.CHIEF)
    assert chief.post(f"{page}/{row.code}/receive", data=letter).status_code == 303
    develop()
    text = chief.get(page).text
    assert "处罚撤销了。" in text
    shown = re.search(rf"/staff/credit/grades/{row.code}/photos/\d+/large", text)
    assert shown is not None
    assert chief.get(shown[0]).mimetype == "image/jpeg"
    assert browser(app, make.OTHER_OFFICER).get(shown[0]).status_code == 404


# ---- indicator 41 ---------------------------------------------------------------


def holder(number: int, permit: str, **more: Any) -> Organisation:
    card = Card(
        organisations.uscc(number), f"{number}号厂", "factory", organisations.TOWN,
        permit_class=permit, waste_related=more.pop("related", True), **more,
    )  # fmt: skip
    return work(make.TOWN_OFFICER, lambda w: cards.register(w, card))


def test_the_share_lists_its_denominator(town: None) -> None:
    year = read_period("2026")
    assert SOURCES["41"](reading(), year) is None
    one, two = holder(11, "key"), holder(12, "simplified")
    holder(13, "registered")
    holder(14, "key", related=False)
    holder(15, "key", ended_on=date(2026, 5, 1))
    make.fresh()
    for number, grade in ((1, None), (2, "good")):
        if grade:
            published(two)
        given(one, year=2026)  # waits, and so counts for nothing
        make.fresh()
        found = SOURCES["41"](reading(), year)
        assert found is not None
        assert (found.figure, found.rows) == (Decimal(50 if number == 2 else 0), 2)
        assert set(found.inputs["holders"]) == {one.uscc, two.uscc}
        assert bool(found.inputs["holders"][two.uscc]) == (number == 2)
    # What was published later does not change the figure of an earlier day.
    before = SOURCES["41"](reading(), read_period("2026-10"))
    assert before is None or before.figure == 0


def test_the_share_counts_by_the_class_of_the_day(town: None) -> None:
    early = {"permit_since": date(2026, 3, 1)}
    moved, stays = holder(31, "key", **early), holder(32, "simplified", **early)
    changed = replace(importing.card_of(moved), permit_class="registered")
    told = {"code": moved.code, "card": replace(changed, permit_since=date(2026, 9, 1))}
    work(make.TOWN_OFFICER, lambda w: cards.correct(w, version=1, **told))
    make.fresh()
    for period, there in (
        ("2026-02", set()), ("2026-08", {moved.uscc, stays.uscc}), ("2026-09", {stays.uscc}),
    ):  # fmt: skip
        found = SOURCES["41"](reading(), read_period(period))
        assert (set(found.inputs["holders"]) if found else set()) == there, period


# ---- pages ----------------------------------------------------------------------


def test_officials_grade_and_everyone_reads_it_without_the_lists_colours(
    app: Flask, client: FlaskClient, enterprise: Organisation
) -> None:
    office, chief = browser(app, make.DEPARTMENT_OFFICER), browser(app, make.DISTRICT_OFFICER)
    page = f"/staff/credit/{enterprise.code}"
    form = {"year": "2025", "points": "93.5", "vetoes": ["dumped"], "ground": "处罚决定书。"}
    assert office.post(page, data=form | {"ground": ""}).status_code == 422
    assert office.post(page, data=form).status_code == 303
    code = queries.history(reading(), enterprise.id, published=False)[0].code
    assert client.get(f"/credit/{enterprise.code}").status_code == 404
    assert office.post(f"{page}/{code}/publish").status_code == 409
    assert enterprise.name in chief.get("/staff/credit").text
    firm, said = browser(app, make.RESIDENT), {"words": "处罚已经撤销。"}
    own = f"/mine/listings/firms/{enterprise.code}"
    assert "还没有公布" in firm.get(own).text
    assert firm.post(f"{own}/grades/{code}", data={"words": ""}).status_code == 422
    assert firm.post(f"{own}/grades/{code}", data=said).status_code == 303
    stranger = browser(app, make.NEIGHBOUR)
    assert stranger.post(f"{own}/grades/{code}", data=said).status_code == 404
    assert said["words"] in office.get(page).text
    assert chief.post(f"{page}/{code}/publish").status_code == 409
    make.move(days=10)
    office, chief = browser(app, make.DEPARTMENT_OFFICER), browser(app, make.DISTRICT_OFFICER)
    assert firm.post(f"{own}/grades/{code}", data=said).status_code in {302, 303, 401}
    assert chief.post(f"{page}/{code}/publish").status_code == 303
    assert browser(app, make.TOWN_OFFICER).post(page, data=form).status_code == 409
    assert browser(app, make.OTHER_OFFICER).get(page).status_code == 404
    for path in ("/credit", "/credit?words=建材&year=2025", f"/credit/{enterprise.code}"):
        main = client.get(path).text.split("<main", 1)[1].split("</main>")[0]
        assert "环保不良企业" in main, path
        assert "wf-chip" not in main, path
    assert enterprise.name not in client.get("/credit?words=石材").text
    answer = client.get("/api/v1/redblack/grades").get_json()
    assert [(row["name"], row["year"], row["grade"]) for row in answer["grades"]] == [
        (enterprise.name, 2025, "bad")
    ]


def test_lists_of_grades_cost_the_same_for_one_and_for_three(
    app: Flask, client: FlaskClient, town: None
) -> None:
    counts = []
    for number in (21, 22, 23):
        published(holder(number, "key"))
        given(holder(number + 10, "key"))
        chief = browser(app, make.DISTRICT_OFFICER)  # the session before is over long since
        with statements() as seen:
            for one, url in ((client, "/credit"), (chief, "/staff/credit")):
                assert one.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[-1]


def test_a_search_finds_the_graded_among_many_of_the_name(town: None) -> None:
    firms = [holder(number, "key") for number in range(100, 160)]
    graded = [firms[55], firms[57], firms[59]]
    for firm in graded:
        published(firm)
    make.fresh()
    wanted = queries.GradeFilter(2025, "号厂", 0)
    first, following = queries.published(reading(), wanted, limit=2)
    assert [row.organisation_id for row in first] == [graded[0].id, graded[1].id]
    rest, nothing = queries.published(reading(), replace(wanted, after=following), limit=2)
    assert ([row.organisation_id for row in rest], nothing) == ([graded[2].id], None)
    assert queries.published(reading(), replace(wanted, words="159号厂"))[0] == rest
