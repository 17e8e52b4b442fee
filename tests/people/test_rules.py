from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.errors import Invalid
from wufei_public.people.actions.passwords import common_passwords
from wufei_public.people.rules import codes, phones, sessions
from wufei_public.people.rules.codes import CodeFacts, matching_step, wait_before_sending
from wufei_public.people.rules.names import plain_user_name, read_user_name
from wufei_public.people.rules.passwords import password_faults
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import (
    ADMINISTRATORS,
    OFFICERS,
    ROLES,
    Role,
    clashes,
    scope_faults,
)
from wufei_public.people.rules.sessions import SessionFacts, device_words, ends

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
MINUTE = timedelta(minutes=1)


# Phones


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "86 13812345678",
        "１３８１２３４５６７８",
        "(138)12345678",
    ],
)
def test_a_mobile_is_read_however_it_is_typed(typed: str) -> None:
    assert phones.read_mobile(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12812345678",
        "1381234567",
        "138123456789",
        "0379-6666666",
        "13812345x78",
        "١٣٨١٢٣٤٥٦٧٨a",
    ],
)
def test_what_is_no_mobile_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        phones.read_mobile(typed)
    assert [fault.pointer for fault in refused.value.errors] == ["phone"]


def test_a_number_is_shown_without_its_middle() -> None:
    assert phones.masked("13812345678") == "138****5678"


# User names


@pytest.mark.parametrize("typed", ["Zhang.Li", " zhang.li ", "ｚｈａｎｇ.ｌｉ"])
def test_a_user_name_is_the_same_in_any_case(typed: str) -> None:
    assert read_user_name(typed) == plain_user_name(typed) == "zhang.li"


@pytest.mark.parametrize(
    "typed", ["", "ab", "1abc", "a..b", "abc-", "张丽", "a b c", "a" * 33, "a<b>c"]
)
def test_an_odd_user_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_user_name(typed)


# Passwords


@pytest.mark.parametrize(
    "password",
    ["雨后的河边有三只白鹭飞过", "correct horse battery", "Tr0ub4dor&3-kettle", "xK9#mQ2$vL7!"],
)
def test_a_long_own_password_will_do(password: str) -> None:
    assert password_faults(password, "zhang.li", common_passwords()) == []


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "雨后的河边有三只白鹭",
        "a" * 129,
        "ZhangLi-zhang-2",
        "my name is Zhang ok",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcdefghijklm",
        "password123456",
        "Password12345678",
        "admin@123456!",
        "1qaz2wsx5201314",
        "qwertyuiop123456",
        "ａｄｍｉｎ１２３４５６７８",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    assert [
        fault.pointer for fault in password_faults(password, "zhang.li", common_passwords())
    ] == ["password"]


# Codes


def test_a_code_has_six_digits_even_when_small() -> None:
    assert codes.new_code(lambda top: top - 1) == "999999"
    assert codes.new_code(lambda _top: 7) == "000007"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("123 456", "123456"), ("１２３４５６", "123456"), (" 000007\n", "000007"), ("", "")],
)
def test_a_code_is_read_without_spaces(typed: str, meant: str) -> None:
    assert codes.plain_code(typed) == meant


@pytest.mark.parametrize(
    ("tries", "used", "late", "is_open"),
    [
        (0, None, timedelta(), True),
        (4, None, timedelta(minutes=9, seconds=59), True),
        (5, None, timedelta(), False),
        (0, NOW, timedelta(), False),
        (0, None, timedelta(minutes=10), False),
    ],
)
def test_a_code_can_be_tried_five_times_in_ten_minutes(
    tries: int, used: datetime | None, late: timedelta, *, is_open: bool
) -> None:
    assert CodeFacts(NOW + codes.LIFE, tries, used).is_open(NOW + late) is is_open


@pytest.mark.parametrize(
    ("sent", "ago", "wait"),
    [
        (0, None, 0),
        (1, timedelta(seconds=0), 60),
        (1, timedelta(seconds=59, milliseconds=1), 1),
        (1, timedelta(seconds=60), 0),
        (9, timedelta(hours=1), 0),
        (10, timedelta(hours=1), -1),
    ],
)
def test_codes_are_sent_a_minute_apart_and_ten_a_day(
    sent: int, ago: timedelta | None, wait: int
) -> None:
    last = None if ago is None else NOW - ago
    assert wait_before_sending(sent, last, NOW) == wait


@given(
    st.lists(st.integers(0, 7200), min_size=1, max_size=60).map(sorted),
)
def test_however_often_one_asks_at_most_ten_leave_and_a_minute_apart(seconds: list[int]) -> None:
    sent: list[datetime] = []
    for second in seconds:
        now = NOW + timedelta(seconds=second)
        if wait_before_sending(len(sent), sent[-1] if sent else None, now) == 0:
            sent.append(now)
    assert len(sent) <= codes.MOST_A_DAY
    assert all(later - earlier >= codes.RESEND_AFTER for earlier, later in pairwise(sent))


def test_totp_is_that_of_the_rfc() -> None:
    # RFC 6238 appendix B, SHA-1: at 59 s the eight digits are 94287082.
    then = datetime.fromtimestamp(59, UTC)
    assert matching_step(SECRET, "287082", then, None) == 1


@pytest.mark.parametrize(
    ("shift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_one_step_off(shift: int, *, accepted: bool) -> None:
    typed = TOTP(SECRET).at(NOW, counter_offset=shift)
    step = codes.step_of(NOW) + shift
    assert matching_step(SECRET, typed, NOW, None) == (step if accepted else None)


def test_a_step_is_accepted_once() -> None:
    typed = TOTP(SECRET).at(NOW)
    step = codes.step_of(NOW)
    assert matching_step(SECRET, typed, NOW, step - 1) == step
    assert matching_step(SECRET, typed, NOW, step) is None
    assert matching_step(SECRET, typed, NOW, step + 1) is None


@given(st.text(max_size=12))
def test_nothing_else_is_a_totp_code(typed: str) -> None:
    right = {TOTP(SECRET).at(NOW, counter_offset=shift) for shift in codes.WINDOW}
    assert (matching_step(SECRET, typed, NOW, None) is not None) == (typed in right)


# Sessions


def test_a_resident_is_signed_out_after_90_idle_days_and_after_a_year() -> None:
    idle, until = ends(ActorKind.RESIDENT, NOW, NOW)
    assert (idle - NOW, until - NOW) == (timedelta(days=90), timedelta(days=365))


def test_staff_are_signed_out_after_30_idle_minutes_and_after_12_hours() -> None:
    idle, until = ends(ActorKind.STAFF, NOW, NOW)
    assert (idle - NOW, until - NOW) == (timedelta(minutes=30), timedelta(hours=12))
    late = NOW + timedelta(hours=11, minutes=50)
    assert ends(ActorKind.STAFF, NOW, late) == (until, until)


@pytest.mark.parametrize(
    ("kind", "due_after"),
    [(ActorKind.STAFF, timedelta(minutes=1)), (ActorKind.RESIDENT, timedelta(days=1))],
)
def test_use_is_written_now_and_then(kind: ActorKind, due_after: timedelta) -> None:
    facts = SessionFacts("c", Actor(kind, 1), "a", NOW, NOW, NOW + timedelta(days=300))
    assert not facts.touch_is_due(NOW + due_after - timedelta(seconds=1))
    assert facts.touch_is_due(NOW + due_after)


@pytest.mark.parametrize("kind", [ActorKind.STAFF, ActorKind.RESIDENT])
def test_use_is_written_long_before_the_session_would_be_idle(kind: ActorKind) -> None:
    life = sessions.LIFETIMES[kind]
    assert life.touch * 10 < life.idle < life.absolute


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 10) Chrome/78 MicroMessenger/8.0", ("微信", "Android")),
        ("Mozilla/5.0 (iPhone; CPU) Version/13 Safari/604", ("Safari 浏览器", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120", ("Edge 浏览器", "Windows")),
        ("curl/8", ("其他浏览器", "")),
        ("", ("其他浏览器", "")),
    ],
)
def test_devices_are_called_by_words(agent: str, words: tuple[str, str]) -> None:
    assert device_words(agent) == words


# Roles


@pytest.mark.parametrize(("held", "wanted"), list(product(Role, Role)))
def test_an_administrator_is_nothing_else(held: Role, wanted: Role) -> None:
    together = held is wanted or not {held, wanted} & ADMINISTRATORS
    assert clashes([held], wanted) is not together


def test_the_first_role_clashes_with_nothing() -> None:
    assert [role for role in Role if clashes([], role)] == []


TOWN, DISTRICT, VILLAGE = "410307106", "410307", "410307106201"


@pytest.mark.parametrize(
    ("role", "division", "department", "pointers"),
    [
        (Role.TOWN_OFFICER, TOWN, None, []),
        (Role.TOWN_OFFICER, DISTRICT, None, ["division"]),
        (Role.TOWN_OFFICER, VILLAGE, None, ["division"]),
        (Role.TOWN_OFFICER, None, None, ["division"]),
        (Role.TOWN_OFFICER, TOWN, "a", ["department"]),
        (Role.DISTRICT_OFFICER, DISTRICT, None, []),
        (Role.DISTRICT_OFFICER, TOWN, None, ["division"]),
        (Role.DEPARTMENT_OFFICER, None, "a", []),
        (Role.DEPARTMENT_OFFICER, None, None, ["department"]),
        (Role.DEPARTMENT_OFFICER, TOWN, "a", ["division"]),
        (Role.CREW_MEMBER, TOWN, None, []),
        (Role.CREW_MEMBER, None, "a", []),
        (Role.CREW_MEMBER, TOWN, "a", []),
        (Role.CREW_MEMBER, None, None, ["division"]),
        (Role.CREW_MEMBER, VILLAGE, None, ["division"]),
        (Role.AUDITOR, None, None, []),
        (Role.SYSTEM_ADMIN, DISTRICT, None, ["division"]),
        (Role.SECURITY_ADMIN, None, "a", ["department"]),
    ],
)
def test_each_role_needs_its_scope(
    role: Role, division: str | None, department: str | None, pointers: list[str]
) -> None:
    assert [fault.pointer for fault in scope_faults(role, division, department)] == pointers


def test_every_role_has_a_name_and_a_scope() -> None:
    assert set(ROLES) == set(Role)


# Permissions


def test_officers_handle_cases_and_crews_do_their_part() -> None:
    dumping = {name: roles for name, roles in PERMISSIONS.items() if name.startswith("dumping:")}
    # A department neither writes the rules by which it gets cases nor takes calls, nor decides on
    # awards; who pays them handles no case.
    assert {name for name, roles in dumping.items() if not roles >= OFFICERS} == {
        "dumping:routing:edit",
        "dumping:case:enter",
        "dumping:award:decide",
        "dumping:award:pay",
        "dumping:award:ledger",
    }
    assert {name for name, roles in dumping.items() if Role.CREW_MEMBER in roles} == {
        "dumping:case:view",
        "dumping:case:note",
        "dumping:case:close",
        "dumping:case:return",
        "dumping:case:contact",
    }


def test_administrators_touch_no_case_and_officers_no_account() -> None:
    for name, roles in PERMISSIONS.items():
        assert not (name.startswith("dumping:") and roles & ADMINISTRATORS)
        assert not (name.startswith("people:") and roles - ADMINISTRATORS)


def test_who_makes_accounts_grants_nothing() -> None:
    assert PERMISSIONS["people:account:invite"] == {Role.SYSTEM_ADMIN}
    assert PERMISSIONS["people:role:grant"] == {Role.SECURITY_ADMIN}
