import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from tests.people.make import Person
from wufei_public.common.actor import ANONYMOUS, SYSTEM, ActorKind, Grant
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.infra.bare import Bare
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.actions import sessions, staff
from wufei_public.people.actions.accounts import disable_account
from wufei_public.people.actions.passwords import Proof, new_password, prove_password
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.actions.sessions import Entered, Refused, settle
from wufei_public.people.models import SessionRow
from wufei_public.people.queries.accounts import staff_account
from wufei_public.people.queries.sessions import load_session
from wufei_public.people.rules.roles import Role


@pytest.fixture
def officer(app: Flask, clock: Clock) -> Person:
    make.places()
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    clock.move(minutes=1)
    return person


def refused(outcome: Entered | Refused) -> tuple[str, str]:
    assert isinstance(outcome, Refused)
    return outcome.error.code, outcome.error.message


def test_staff_enter_with_password_and_authenticator(officer: Person, clock: Clock) -> None:
    entered = settle(make.try_staff("zhang.li", officer.totp(clock.now)))
    facts = make.who(entered.token)
    assert facts is not None
    assert facts.actor.kind is ActorKind.STAFF
    assert facts.actor.grants == (Grant(Role.TOWN_OFFICER, division=make.TOWN),)
    assert entered.until == clock.now + timedelta(hours=12)


def test_the_user_name_is_taken_in_any_case(officer: Person, clock: Clock) -> None:
    assert isinstance(make.try_staff(" Zhang.LI ", officer.totp(clock.now)), Entered)


def test_every_failure_has_one_answer(officer: Person, clock: Clock) -> None:
    make.invited("not.enrolled")
    right = officer.totp(clock.now)
    answers = {
        refused(make.try_staff("zhang.li", right, password="something else")),
        refused(make.try_staff("zhang.li", "000000" if right != "000000" else "111111")),
        refused(make.try_staff("zhang.li", "")),
        refused(make.try_staff("nobody", right)),
        refused(make.try_staff("not.enrolled", right)),
        refused(make.try_staff("", right, password="")),
    }
    assert answers == {("sign_in_failed", staff.FAILED)}


def test_a_residents_account_opens_no_desk(officer: Person, clock: Clock) -> None:
    entered = make.resident()
    answer = make.try_staff(entered.account_code, officer.totp(clock.now))
    assert refused(answer) == ("sign_in_failed", staff.FAILED)


def test_a_totp_code_opens_once(officer: Person, clock: Clock) -> None:
    code = officer.totp(clock.now)
    assert isinstance(make.try_staff("zhang.li", code), Entered)
    assert refused(make.try_staff("zhang.li", code))[0] == "sign_in_failed"
    clock.move(seconds=30)
    assert refused(make.try_staff("zhang.li", code))[0] == "sign_in_failed"
    assert isinstance(make.try_staff("zhang.li", officer.totp(clock.now)), Entered)


def test_a_wrong_password_leaves_the_totp_code_unused(officer: Person, clock: Clock) -> None:
    code = officer.totp(clock.now)
    make.try_staff("zhang.li", code, password="something else")
    assert isinstance(make.try_staff("zhang.li", code), Entered)


def test_the_code_of_the_enrolment_does_not_sign_in(app: Flask, clock: Clock) -> None:
    person = make.member("zhang.li")
    assert refused(make.try_staff("zhang.li", person.totp(clock.now)))[0] == "sign_in_failed"


def test_a_proof_made_before_the_password_changed_is_worthless(
    officer: Person, clock: Clock
) -> None:
    proof = prove_password(reading(), "zhang.li", make.PASSWORD)
    changed = new_password("这是后来换的另一个密码呀", "zhang.li").hashed

    def change(w: Work) -> None:
        staff_account(w.session, officer.code).password_hash = changed

    work(SYSTEM, change)
    answer = work(
        ANONYMOUS,
        lambda w: staff.sign_in_staff(w, proof=proof, code=officer.totp(clock.now), device=""),
    )
    assert refused(answer)[0] == "sign_in_failed"


def test_a_proof_for_nobody_is_never_right(app: Flask) -> None:
    assert prove_password(reading(), "nobody", "nobody's password") == Proof(
        "nobody", None, right=False
    )


def test_an_unknown_name_costs_as_much_time_as_a_known_one(officer: Person) -> None:
    def best(user_name: str) -> float:
        times = []
        for _ in range(7):
            began = time.process_time()
            prove_password(reading(), user_name, "something else")
            times.append(time.process_time() - began)
        return min(times)

    best("warm")
    # Without the decoy it would be a hundredth. CPU, since the machine may be busy.
    assert 1 / 3 < best("nobody") / best("zhang.li") < 3


def test_failures_and_entries_are_audited(officer: Person, clock: Clock) -> None:
    make.try_staff("zhang.li", "", password="x")
    make.try_staff("nobody", "", password="x")
    make.try_staff("zhang.li", officer.totp(clock.now))
    assert make.audited(f"people/{officer.code}")[-2:] == [
        "people:sign_in:fail",
        "people:session:begin",
    ]
    assert make.audited("people/unknown") == ["people:sign_in:fail"]


# Sessions


def test_thirty_idle_minutes_sign_staff_out(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    clock.move(minutes=29, seconds=59)
    assert make.who(token) is not None
    clock.move(seconds=1)
    assert make.who(token) is None


def test_use_keeps_staff_signed_in_for_twelve_hours_at_the_most(
    officer: Person, clock: Clock
) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    hours = 0.0
    while (facts := make.who(token)) is not None:
        work(SYSTEM, lambda w, facts=facts: sessions.touch_session(w, facts=facts))
        clock.move(minutes=20)
        hours += 1 / 3
    assert round(hours, 6) == 12


def test_signing_out_ends_the_session_and_no_other(officer: Person, clock: Clock) -> None:
    first = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    clock.move(minutes=1)
    second = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    work(ANONYMOUS, lambda w: sessions.sign_out(w, token=first))
    assert (make.who(first), make.who(second) is not None) == (None, True)


def test_an_ended_session_is_not_revived_by_late_use(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    facts = make.who(token)
    assert facts is not None
    work(ANONYMOUS, lambda w: sessions.sign_out(w, token=token))
    work(SYSTEM, lambda w: sessions.touch_session(w, facts=facts))
    assert make.who(token) is None


def test_a_stranger_cannot_end_a_session(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    facts = make.who(token)
    assert facts is not None
    stranger = make.actor(make.member("li.si"), Role.TOWN_OFFICER)
    for actor in (stranger, ANONYMOUS):
        with pytest.raises(NotFound):
            work(actor, lambda w: sessions.end_session(w, code=facts.code))
    assert make.who(token) is not None


def test_one_ends_the_own_device(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    facts = make.who(token)
    assert facts is not None
    work(make.actor(officer), lambda w: sessions.end_session(w, code=facts.code))
    assert make.who(token) is None


def test_the_table_of_sessions_opens_nothing(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    row = make.fresh().scalars(select(SessionRow)).one()
    assert token.encode() not in row.token_hash
    assert make.who(row.token_hash.hex()) is None
    assert make.who(row.code) is None


def test_a_disabled_account_is_out_at_once(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    work(SYSTEM, lambda w: disable_account(w, code=officer.code))
    clock.move(minutes=1)
    assert make.who(token) is None
    assert refused(make.try_staff("zhang.li", officer.totp(clock.now)))[0] == "sign_in_failed"


class Listening:
    """A connection that counts what is asked over it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.cursors = 0

    def cursor(self) -> Any:
        self.cursors += 1
        return self._connection.cursor()


def test_session_account_and_roles_are_read_in_one_statement(officer: Person, clock: Clock) -> None:
    token = settle(make.try_staff("zhang.li", officer.totp(clock.now))).token
    role, place = Role.DISTRICT_OFFICER, make.DISTRICT
    work(SYSTEM, lambda w: grant_role(w, code=officer.code, role=role, division=place))
    with house().bare() as connection:
        listening = Listening(connection.connection)
        facts = load_session(Bare(listening, connection.dialect), token, clock.now)  # type: ignore[arg-type]
    assert facts is not None
    assert {grant.role for grant in facts.actor.grants} == {
        Role.TOWN_OFFICER,
        Role.DISTRICT_OFFICER,
    }
    assert listening.cursors == 1


def test_one_totp_code_in_two_threads_opens_once(own_app: Flask) -> None:
    person = make.member("zhang.li")
    work(SYSTEM, lambda w: make.forget_step(w, person.code))
    start = threading.Barrier(4)
    answers: list[Entered | Refused] = []

    def enter() -> None:
        with own_app.app_context():
            proof = prove_password(reading(), "zhang.li", make.PASSWORD)
            now = make.now()
            start.wait()
            answers.append(
                work(
                    ANONYMOUS,
                    lambda w: staff.sign_in_staff(w, proof=proof, code=person.totp(now), device=""),
                )
            )

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, Entered) for answer in answers) == 1


def test_a_weak_password_is_refused_with_its_reason() -> None:
    with pytest.raises(Invalid) as weak:
        new_password("password123456", "zhang.li")
    assert [fault.pointer for fault in weak.value.errors] == ["password"]
