"""Surveys by telephone and by SMS: who sees a number, what is kept, what goes at the end."""

import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make as people
from tests.messages.test_delivery import Radio, deliver
from tests.surveys import waves as make
from wufei_public.common.actor import Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys.actions import calling, mailing, sampling
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.jobs import mix_answers
from wufei_public.surveys.models import Attempt, Call, Invitation, Mailing, Wave
from wufei_public.surveys.pages.offer import AUDIT_WORDS
from wufei_public.surveys.queries import calls
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules import calling as rules
from wufei_public.surveys.rules.mailing import Letter
from wufei_public.surveys.rules.sampling import read_frame
from wufei_public.surveys.rules.waves import Mode, Move

MEMBERS = 24
FRAME = "id,stratum,phone\n" + "".join(
    f"u{n:03d},410307106,1381234{n:04d}\n" for n in range(MEMBERS)
)
ADDRESS = "https://example.org/surveys/X"
NOON = datetime(2026, 11, 24, 12)  # noqa: DTZ001  as a form has it


# ---- rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "stands"),
    [
        ("3.11", "3.13", "3.13"),
        ("2.21", "3.13", "2.21"),
        ("2.21", "2.11", "2.11"),
        ("3.13", "4.32", "4.32"),
        ("2.21", "1.1", "1"),
        ("3.11", "1.2", "1"),
        ("1", "2.11", "1"),
    ],
)
def test_what_is_known_of_a_number_is_not_unlearnt(before: str, now: str, stands: str) -> None:
    assert rules.settled(before, now) == stands


def test_a_number_is_tried_until_somebody_decides_or_six_times() -> None:
    again = {code for code in rules.NOTED if rules.is_open(code, 1)}
    assert again == {"3.12", "3.13", "3.14", "2.21"}
    assert [rules.is_open("3.13", n) for n in (5, 6)] == [True, False]
    assert not any(rules.is_open(code, 1) for code in ("1.1", "1.2", "2.11", "2.12"))


@pytest.mark.parametrize(
    "typed", [NOON - timedelta(days=9), NOON + timedelta(days=40), NOON.replace(hour=22)]
)
def test_no_appointment_in_the_past_after_the_end_or_at_night(
    clock: Clock, typed: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.appointment(typed, clock.now, make.LAST_DAY)
    assert [error.pointer for error in refused.value.errors] == ["at"]


def test_an_answer_by_telephone_carries_its_week() -> None:
    opens = date(2026, 11, 20)
    days = (date(2026, 11, 22), date(2026, 11, 26), date(2026, 11, 29))
    assert [rules.week_of(day, opens) for day in days] == [
        opens, date(2026, 11, 23), date(2026, 11, 23),
    ]  # fmt: skip


def test_numbers_of_a_list_are_read_and_faults_told_without_them() -> None:
    good = "id,stratum,phone\na,s,138-1234-5678\nb,s,0379-65951234\nc,s,\n"
    assert [m.phone for m in read_frame(good.encode())] == ["13812345678", "037965951234", ""]
    assert [m.is_mobile for m in read_frame(good.encode())] == [True, False, False]
    with pytest.raises(Invalid) as refused:
        read_frame(b"id,stratum,phone\na,s,999\nb,s,\n", with_phones=True)
    assert [error.pointer for error in refused.value.errors] == [
        "frame.csv/2/phone", "frame.csv/3/phone",
    ]  # fmt: skip
    assert "999" not in str([error.facts for error in refused.value.errors])


# ---- in the database ------------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")


@pytest.fixture
def interviewer(app: Flask) -> Actor:
    people.places()
    return people.account(people.TOWN_OFFICER)


@pytest.fixture
def other(app: Flask) -> Actor:
    return people.account(people.DISTRICT_OFFICER)


def sampled(mode: Mode = Mode.TELEPHONE, size: int = 12, frame: str = FRAME) -> Wave:
    """Return an open wave with a sample that has numbers."""
    wave = make.wave(mode=mode, opened=False, margins=())
    data = frame.encode()
    work(
        people.DISTRICT_OFFICER,
        lambda w: sampling.draw(w, code=wave.code, data=data, size=size),
    )
    work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    return make.again(wave)


def taken(wave: Wave, actor: Actor) -> list[int]:
    work(actor, lambda w: calling.take(w, code=wave.code))
    return [row.number for row in calls.mine(reading(), wave.id, actor.id or 0)]


def note(
    wave: Wave, actor: Actor, number: int, outcome: str, seen: int = 0, at: Any = None
) -> None:
    work(
        actor,
        lambda w: calling.note_attempt(
            w, code=wave.code, number=number, outcome=outcome, seen=seen, at=at
        ),
    )


def standing(wave: Wave, number: int) -> str:
    reading().rollback()
    found = reading().get(Invitation, (wave.id, number))
    assert found is not None
    return found.outcome


@loaded
def test_a_number_is_sealed_and_seen_by_whoever_took_it_alone(
    interviewer: Actor, other: Actor
) -> None:
    wave = sampled()
    mine = taken(wave, interviewer)
    assert len(mine) == rules.MOST_HELD
    theirs = taken(wave, other)
    assert (len(theirs), set(mine) & set(theirs)) == (2, set())
    phone = work(interviewer, lambda w: calling.reveal(w, code=wave.code, number=mine[0]))
    assert re.fullmatch(r"1381234\d{4}", phone)
    for actor in (other, people.RESIDENT):
        with pytest.raises(NotAllowed):
            work(actor, lambda w: calling.reveal(w, code=wave.code, number=mine[0]))
    kept = reading().query(Call.sealed).all()
    assert not [row for (row,) in kept if b"1381234" in (row or b"")]
    looks = reading().query(AuditRow).filter(AuditRow.action == "surveys:call:reveal").all()
    assert [(row.actor_id, row.target) for row in looks] == [
        (interviewer.id, f"surveys/{wave.code}/calls/{mine[0]}")
    ]


@loaded
def test_an_interview_by_telephone_joins_neither_number_nor_person(
    interviewer: Actor, clock: Clock
) -> None:
    wave = sampled()
    number = taken(wave, interviewer)[0]
    audited = reading().query(AuditRow).count()
    assert make.submit(wave, make.sent(device="", case=number), interviewer) == "1.1"
    assert standing(wave, number) == "1"
    answer = make.responses()[0]
    assert answer.day == max(rules.week_of(clock.now.date(), wave.opens_on), wave.opens_on)
    assert (answer.stratum, answer.duplicate) == ("410307106", False)
    assert reading().query(AuditRow).count() == audited
    call = reading().get(Call, (wave.id, number))
    assert call is not None
    assert (call.assigned_to, call.next_at, call.attempts) == (None, None, 1)
    assert reading().query(Attempt).count() == 0
    with pytest.raises(NotAllowed):
        make.submit(wave, make.sent(device="", case=number), interviewer)
    assert mix_answers("") == 1
    assert standing(wave, number) == "1"


@loaded
def test_nobody_answers_a_telephone_wave_but_through_a_number(interviewer: Actor) -> None:
    wave = sampled()
    with pytest.raises(WrongState):
        make.submit(wave)
    free = reading().query(Call.number).filter(Call.assigned_to.is_(None)).first()
    assert free is not None
    with pytest.raises(NotAllowed):
        make.submit(wave, make.sent(device="", case=free[0]), interviewer)


@loaded
def test_attempts_lead_to_the_response_rates(interviewer: Actor) -> None:
    wave = sampled()
    one, two, three, four, *_rest = taken(wave, interviewer)
    note(wave, interviewer, one, "3.13")
    note(wave, interviewer, one, "2.11", seen=1)
    note(wave, interviewer, two, "4.32")
    note(wave, interviewer, three, "2.21", at=NOON + timedelta(days=2))
    make.submit(wave, make.sent(device="", case=four), interviewer)
    assert queries.outcomes(reading(), wave) == {
        "2.11": 1, "4.32": 1, "2.21": 1, "1.1": 1, "3.11": 8,
    }  # fmt: skip
    left = calls.mine(reading(), wave.id, interviewer.id or 0)
    assert left[0].number == three
    assert {one, two, four} & {row.number for row in left} == set()


@loaded
def test_the_same_note_twice_counts_once_and_a_wrong_one_says_where(interviewer: Actor) -> None:
    wave = sampled()
    number = taken(wave, interviewer)[0]
    note(wave, interviewer, number, "3.13")
    note(wave, interviewer, number, "3.13")
    assert len(calls.attempts(reading(), wave.id, number)) == 1
    for outcome, at, pointer in (("1.1", None, "outcome"), ("2.21", NOON.replace(hour=3), "at")):
        with pytest.raises(Invalid) as refused:
            note(wave, interviewer, number, outcome, seen=1, at=at)
        assert refused.value.errors[0].pointer == pointer


@loaded
def test_numbers_come_back_by_hand_and_by_the_district(interviewer: Actor, other: Actor) -> None:
    wave = sampled()
    first, *rest = taken(wave, interviewer)
    work(interviewer, lambda w: calling.give_back(w, code=wave.code, number=first))
    assert first in taken(wave, other)
    freed = work(other, lambda w: calling.free(w, code=wave.code, account=interviewer.id or 0))
    assert freed == len(rest)
    with pytest.raises(NotAllowed):
        work(interviewer, lambda w: calling.free(w, code=wave.code, account=other.id or 0))


@loaded
def test_no_number_outlives_its_wave(own_app: Flask) -> None:
    make.seed()
    wave = sampled(Mode.INVITED)
    work(people.DISTRICT_OFFICER, lambda w: mailing.send(w, code=wave.code, address=ADDRESS))
    members = update(Invitation).where(Invitation.wave_id == wave.id)
    work(people.DISTRICT_OFFICER, lambda w: w.session.execute(members.values(outcome="")))
    with pytest.raises(IntegrityError, match="telephone numbers go"):
        work(
            people.DISTRICT_OFFICER,
            lambda w: w.session.execute(
                update(Wave).where(Wave.id == wave.id).values(state="closed", secret=None)
            ),
        )
    make.closed(wave)
    assert [row for (row,) in reading().query(Call.sealed)] == [None] * 12
    rows = reading().query(OutboxRow).all()
    assert {(row.state, row.recipient, str(row.values)) for row in rows} == {("dropped", "", "{}")}
    for table in (Attempt, Mailing):
        reading().rollback()
        if reading().query(table).count():
            with pytest.raises(IntegrityError, match="stays"):
                work(people.DISTRICT_OFFICER, lambda w, t=table: w.session.execute(delete(t)))  # type: ignore[misc]


# ---- by SMS ------------------------------------------------------------------------------------


def send(wave: Wave) -> int:
    return work(people.DISTRICT_OFFICER, lambda w: mailing.send(w, code=wave.code, address=ADDRESS))


@loaded
def test_invitations_carry_each_the_own_code_and_reminders_skip_who_answered(clock: Clock) -> None:
    clock.move(hours=12 - clock.now.hour - 8)
    wave, radio = sampled(Mode.INVITED), Radio()
    assert send(wave) == 12
    assert "1381234" not in str([(row.recipient, row.values) for row in reading().query(OutboxRow)])
    while deliver(radio):
        pass
    codes = {sampling.code_of(house().keys, wave, n) for n in range(1, 13)}
    assert {values["address"].rpartition("=")[2] for _to, _template, values in radio.sent} == codes
    assert len({to for to, _template, _values in radio.sent}) == 12
    with pytest.raises(Conflict):
        send(wave)
    code = radio.sent[0][2]["code"]
    make.submit(wave, make.sent(code=code))
    declined = radio.sent[1][2]["code"]
    make.submit(wave, make.sent({"consent": "no"}, code=declined))
    clock.move(days=3)
    before = len(radio.sent)
    assert send(wave) == 10
    while deliver(radio):
        pass
    reminded = [values["code"] for _to, _template, values in radio.sent[before:]]
    assert (len(reminded), {code, declined} & set(reminded)) == (10, set())
    clock.move(days=3)
    assert send(wave) == 10
    clock.move(days=3)
    with pytest.raises(Conflict):
        send(wave)
    letters = [(row.letter, row.count) for row in calls.mailings(reading(), wave.id)]
    assert letters == [("invite", 12), ("remind", 10), ("remind", 10)]


@loaded
def test_no_message_without_mobiles_or_outside_an_open_invited_wave() -> None:
    fixed = FRAME.replace("1381234", "0379658")
    with pytest.raises(Conflict):
        send(sampled(Mode.INVITED, frame=fixed))
    for wave in (sampled(), make.wave(), make.wave(mode=Mode.INVITED, opened=False)):
        with pytest.raises(WrongState):
            send(wave)


# ---- pages -------------------------------------------------------------------------------------


@loaded
def test_an_interviewer_takes_looks_notes_and_asks(app: Flask) -> None:
    people.places()
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    town = people.browser(app, people.account(people.TOWN_OFFICER))
    wave = make.wave(mode=Mode.TELEPHONE, opened=False)
    page = f"/staff/surveys/{wave.code}"
    form = {"size": "9", "frame": (io.BytesIO(FRAME.encode()), "f.csv")}
    assert officer.post(f"{page}/sample", data=form, content_type="multipart/form-data").status_code
    assert officer.post(f"{page}/begin").status_code == 303
    assert town.post(f"{page}/calls/take").status_code == 303
    listed = town.get(f"{page}/calls").get_data(as_text=True)
    numbers = re.findall(rf'href="{page}/calls/(\d+)"', listed)
    assert len(numbers) == 9
    one = f"{page}/calls/{numbers[0]}"
    assert "1381234" not in town.get(one).get_data(as_text=True)
    looked = town.post(f"{one}/number")
    assert 'href="tel:1381234' in looked.get_data(as_text=True)
    assert looked.headers["Cache-Control"] == "private, no-store"
    assert officer.get(one).status_code == 404
    assert officer.post(f"{one}/number").status_code == 403
    assert town.post(f"{one}/attempt", data={"seen": "0"}).status_code == 422
    noted = town.post(f"{one}/attempt", data={"outcome": "3.13", "seen": "0"})
    assert noted.headers["Location"].endswith("calls?done=attempt")
    asked = town.get(f"{one}/interview").get_data(as_text=True)
    own = dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', asked))
    assert town.post(f"{one}/interview", data={"consent": "yes", **own}).status_code == 422
    done = town.post(f"{one}/interview", data={**make.ANSWERS, **own})
    assert done.headers["Location"].endswith(f"calls?done={numbers[0]}")
    wave_page = officer.get(page).get_data(as_text=True)
    assert "11.1%" in wave_page
    assert people.TOWN_OFFICER.kind
    assert re.search(r"没人领的</dt><dd>0", wave_page)
    freed = re.search(r'name="account" value="(\d+)"', wave_page)
    assert freed
    assert officer.post(f"{page}/calls/free", data={"account": freed[1]}).status_code == 303
    assert "您手里没有要打的号码" in town.get(f"{page}/calls").get_data(as_text=True)
    assert town.get(f"/surveys/{wave.code}").status_code == 404


@loaded
def test_an_appointment_that_is_due_stands_on_the_interviewers_home(
    app: Flask, interviewer: Actor, clock: Clock
) -> None:
    wave = sampled()
    number = taken(wave, interviewer)[0]
    note(wave, interviewer, number, "2.21", at=NOON + timedelta(days=2))
    words = "约好的电话到时间了"
    assert words not in people.browser(app, interviewer).get("/staff").text
    clock.move(days=3)
    assert words in people.browser(app, interviewer).get("/staff").text
    other = people.browser(app, people.account(people.DISTRICT_OFFICER))
    assert words not in other.get("/staff").text


def test_everything_that_is_audited_reads_as_words() -> None:
    folder = Path(calling.__file__).parent
    source = "".join(file.read_text("utf-8") for file in sorted(folder.glob("*.py")))
    said = {f"surveys:wave:{name}" for name in re.findall(r'note\(w, wave, "(\w+)"', source)}
    said |= {f"surveys:draft:{name}" for name in re.findall(r'_note\(w, code, "(\w+)"', source)}
    said |= set(re.findall(r'record\(w, "(surveys:[\w:]+)"', source))
    said |= {f"surveys:wave:{one}" for one in (*Move, *Letter)}
    assert len(said) > 25
    assert said - set(AUDIT_WORDS) == set()


@loaded
def test_an_officer_invites_by_sms_and_reads_how_far_it_is(app: Flask) -> None:
    people.places()
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    wave = sampled(Mode.INVITED)
    page = f"/staff/surveys/{wave.code}"
    assert "发邀请短信（12 条）" in officer.get(page).get_data(as_text=True)
    assert officer.post(f"{page}/letters").status_code == 303
    shown = officer.get(page).get_data(as_text=True)
    assert "发出 0，在等 12，没发成 0" in shown
    assert officer.post(f"{page}/letters").status_code == 409
    town = people.browser(app, people.account(people.TOWN_OFFICER))
    assert town.post(f"{page}/letters").status_code == 403
