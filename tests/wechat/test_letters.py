"""Letters through WeChat: once, in the person's language, and never twice where nobody knows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW, Clock
from tests.people import make
from tests.wechat.server import APP_ID, SEND, FakeWeChat
from tests.wechat.site import joined
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.config import BadSettings, settings_from
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work, house, work
from wufei_public.messages.actions import dead, inbox, letters, texts
from wufei_public.messages.jobs import deliver_letters, deliver_sms
from wufei_public.messages.models import Message
from wufei_public.messages.rules import LEASE, field_values, next_letter
from wufei_public.people.actions.wechat import sign_in_with_openid, unlink_wechat
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.sealing import (
    open_values,
    phone_index,
    read_phone_address,
    seal_phone,
)
from wufei_public.wechat import gateway, queries
from wufei_public.wechat.jobs import refresh
from wufei_public.wechat.rules import Kind

TEMPLATE = "dumping.close"
SETTINGS = settings_from(
    {
        "WUFEI_PUBLIC_URL": "https://wufei.example.gov.cn",
        "WUFEI_WECHAT_APP_ID": APP_ID,
        "WUFEI_WECHAT_SECRET": "s",
        "WUFEI_WECHAT_TEMPLATES": f"{TEMPLATE}=TM1/thing1:title/thing2:words/time3:at/"
        f"character_string4:code,{TEMPLATE}.en=TM2/thing1:title",
        "WUFEI_SMS_FOR": TEMPLATE,
    }
)
CODE = "K3M7Q9TZ0A"


@pytest.fixture
def weixin(app: Flask, server: FakeWeChat) -> FakeWeChat:
    """The account has a token, and the site a template."""
    return opened(app, server)


def opened(app: Flask, server: FakeWeChat) -> FakeWeChat:
    found = joined(
        app,
        server,
        public_url=SETTINGS.public_url,
        wechat_templates=SETTINGS.wechat_templates,
        sms_for=SETTINGS.sms_for,
    )
    refresh("")
    found.seen.clear()
    return found


def resident(openid: str = "o-1", phone: str = "", language: str = "zh") -> int:
    """Let somebody come in by WeChat; return the account."""

    def do(w: Work) -> int:
        sign_in_with_openid(w, openid=openid, device=make.DEVICE, language=language)
        row = w.session.scalars(select(Identity).order_by(Identity.linked_at.desc())).first()
        assert row is not None
        if phone:
            account = w.session.get_one(Account, row.account)
            account.phone_cipher = seal_phone(w.keys, phone)
            account.phone_index = phone_index(w.keys, phone)
        return row.account

    return work(SYSTEM, do)


def tell(account: int, template: str = TEMPLATE) -> None:
    work(SYSTEM, lambda w: inbox.tell(w, account, template, {"code": CODE}))


def rows(channel: str = "wechat") -> list[tuple[str, int, str]]:
    found = make.fresh().execute(
        select(OutboxRow.state, OutboxRow.tries, OutboxRow.error)
        .where(OutboxRow.channel == channel)
        .order_by(OutboxRow.id)
    )
    return [tuple(row) for row in found]


def sms() -> list[tuple[str, str, Mapping[str, Any]]]:
    keys = house().keys
    found = make.fresh().scalars(select(OutboxRow).where(OutboxRow.channel == "sms"))
    return [
        (read_phone_address(keys, row.recipient), row.template, open_values(keys, row.values))
        for row in found
    ]


def test_a_letter_is_filled_with_what_the_inbox_says(weixin: FakeWeChat) -> None:
    tell(resident())
    assert (deliver_letters(""), deliver_letters("")) == (1, 0)
    [letter] = weixin.sent
    assert (letter["touser"], letter["template_id"]) == ("o-1", "TM1")
    assert letter["url"].startswith("https://wufei.example.gov.cn/")
    data = {name: field["value"] for name, field in letter["data"].items()}
    assert set(data) == {"thing1", "thing2", "time3", "character_string4"}
    assert data["time3"] == "2026-11-24 10:00"
    assert data["character_string4"].replace(" ", "") == CODE
    assert max(len(data["thing1"]), len(data["thing2"])) <= 20
    assert rows() == [("sent", 1, "")]
    row = make.fresh().scalars(select(OutboxRow)).one()
    assert (row.recipient, row.values) == ("", {})
    assert make.count(Message) == 1


def test_it_is_in_the_language_and_the_version_of_its_hour(
    weixin: FakeWeChat, clock: Clock
) -> None:
    account = resident(language="en")
    tell(account)
    clock.move(minutes=1)
    officer = Actor(ActorKind.STAFF, account, "")
    words = {"title": "新的", "words": "新的", "title_en": "Newer", "words_en": "Newer"}
    work(officer, lambda w: texts.write_text(w, template=TEMPLATE, shipped="%(code)s", words=words))
    tell(account)
    assert deliver_letters("") == 2
    titles = [one["data"]["thing1"]["value"] for one in weixin.sent]
    assert {one["template_id"] for one in weixin.sent} == {"TM2"}
    assert (titles[1], titles[0].rstrip("…").isascii(), titles[0] != titles[1]) == (
        "Newer",
        True,
        True,
    )


def test_what_was_not_chosen_goes_nowhere(weixin: FakeWeChat) -> None:
    tell(resident(), "dumping.accept")
    assert (rows(), weixin.asked) == ([], weixin.asked)


def test_who_has_read_it_or_ended_the_account_gets_none(weixin: FakeWeChat) -> None:
    account = resident()
    for _ in range(2):
        tell(account)
    mine = Actor(ActorKind.RESIDENT, account, "")
    first = make.fresh().scalars(select(Message.id).order_by(Message.id)).first() or 0
    work(mine, lambda w: inbox.mark_read(w, [first]))
    work(SYSTEM, lambda w: _delete_second(w, first))
    assert deliver_letters("") == 0
    assert (rows(), weixin.sent) == ([("dropped", 0, ""), ("dropped", 0, "")], [])


def _delete_second(w: Work, first: int) -> None:
    for row in w.session.scalars(select(Message).where(Message.id != first)):
        w.session.delete(row)


# ---- nobody knows ----------------------------------------------------------------


def test_an_answer_that_was_lost_is_asked_again_under_the_same_id(
    weixin: FakeWeChat, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.3)
    tell(resident())
    weixin.mood = "lost"
    deliver_letters("")
    assert [row[:2] for row in rows()] == [("waiting", 1)]
    assert rows()[0][2].startswith("outcome unknown")
    weixin.mood = "well"
    clock.move(seconds=5)
    assert deliver_letters("") == 1
    assert (len(weixin.sent), weixin.seen[SEND], rows()) == (1, 2, [("sent", 2, "")])


def test_when_wechat_no_longer_knows_the_id_a_person_decides(
    weixin: FakeWeChat, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.2)
    tell(resident())
    weixin.mood = "lost"
    for _ in range(8):
        deliver_letters("")
        clock.move(minutes=3)
    [(state, tries, error)] = rows()
    assert (state, error.startswith("outcome unknown"), len(weixin.sent)) == ("dead", True, 1)
    assert tries <= 4
    weixin.mood = "well"
    number = make.fresh().scalars(select(OutboxRow.id)).one()
    work(SYSTEM, lambda w: dead.repeat(w, number=number, reason="没收到"))
    assert (deliver_letters(""), rows()) == (1, [("sent", 1, "")])


def test_a_process_that_died_is_followed_only_while_wechat_knows_the_id(
    weixin: FakeWeChat, clock: Clock
) -> None:
    account = resident()
    tell(account)
    work(SYSTEM, letters.lease)  # and then it is killed
    clock.move(seconds=LEASE.total_seconds())
    assert (deliver_letters(""), rows()) == (1, [("sent", 2, "")])
    tell(account)
    work(SYSTEM, letters.lease)
    clock.move(minutes=20)
    assert deliver_letters("") == 0
    assert rows()[1] == ("dead", 1, "outcome unknown: its process ended")
    assert len(weixin.sent) == 1


def test_what_is_known_not_to_have_left_is_tried_for_hours(
    weixin: FakeWeChat, clock: Clock
) -> None:
    tell(resident())
    weixin.refusals[SEND] = [-1, 45009, 45011]
    for hours in (0, 1, 1, 5, 5):
        clock.move(hours=hours)
        refresh("")
        deliver_letters("")
    assert (rows(), len(weixin.sent)) == ([("sent", 4, "")], 1)


# ---- refusals --------------------------------------------------------------------


@pytest.mark.parametrize("code", [40001, 42001])
def test_a_token_that_is_refused_is_replaced_and_the_letter_goes(
    weixin: FakeWeChat, clock: Clock, code: int
) -> None:
    tell(resident())
    weixin.refusals[SEND] = [code]
    deliver_letters("")
    assert rows() == [("waiting", 1, f"errcode {code}")]
    keys = house().keys
    assert queries.token(make.fresh(), keys, APP_ID, Kind.ACCESS, clock()) is None
    clock.move(seconds=5)
    refresh("")
    assert (deliver_letters(""), rows()) == (1, [("sent", 2, "")])


@pytest.mark.parametrize("code", [43004, 43101, 40003])
def test_who_refuses_gets_an_sms_and_is_not_asked_again_for_a_month(
    weixin: FakeWeChat, clock: Clock, code: int
) -> None:
    account = resident(phone=make.PHONE)
    weixin.unwilling["o-1"] = code
    tell(account)
    deliver_letters("")
    assert rows() == [("dropped", 1, "")]
    [(phone, template, values)] = sms()
    assert (phone, template, set(values)) == (make.PHONE, "messages.notice", {"title"})
    tell(account)
    deliver_letters("")
    assert (weixin.seen[SEND], len(sms())) == (1, 2)
    clock.move(days=31)
    weixin.unwilling.clear()
    refresh("")
    tell(account)
    deliver_letters("")
    assert (weixin.seen[SEND], len(weixin.sent)) == (2, 1)


def test_who_comes_in_by_wechat_anew_is_asked_anew(weixin: FakeWeChat) -> None:
    account = resident()
    weixin.unwilling["o-1"] = 43004
    tell(account)
    deliver_letters("")
    weixin.unwilling.clear()
    assert resident() == account
    tell(account)
    deliver_letters("")
    assert [row[0] for row in rows()] == ["dropped", "sent"]


def test_who_has_no_wechat_gets_an_sms_and_who_has_neither_the_inbox(weixin: FakeWeChat) -> None:
    account = resident(phone=make.PHONE)
    work(Actor(ActorKind.RESIDENT, account, ""), unlink_wechat)
    tell(account)
    deliver_letters("")
    assert (len(sms()), weixin.seen[SEND]) == (1, 0)
    other = resident("o-2")
    weixin.unwilling["o-2"] = 43004
    tell(other)
    deliver_letters("")
    assert len(sms()) == 1
    assert make.count(Message) == 2


@pytest.mark.parametrize("code", [40037, 47003])
def test_a_template_that_is_none_waits_for_a_person(weixin: FakeWeChat, code: int) -> None:
    tell(resident())
    weixin.refusals[SEND] = [code]
    deliver_letters("")
    assert rows() == [("dead", 1, f"errcode {code}")]


# ---- when not to disturb ---------------------------------------------------------


def test_letters_wait_for_the_morning_and_for_the_next_day(
    weixin: FakeWeChat, clock: Clock
) -> None:
    account = resident()
    clock.move(hours=13)  # 23:00 in the district
    tell(account)
    assert (deliver_letters(""), rows()) == (0, [("waiting", 0, "")])
    clock.move(hours=8)
    refresh("")
    for _ in range(6):
        tell(account)
    deliver_letters("")
    assert [row[0] for row in rows()].count("sent") == 5
    clock.move(days=1)
    refresh("")
    deliver_letters("")
    assert [row[0] for row in rows()] == ["sent"] * 7
    assert len(weixin.sent) == 7


def test_without_a_token_letters_wait(app: Flask, server: FakeWeChat, clock: Clock) -> None:
    joined(app, server, public_url=SETTINGS.public_url, wechat_templates=SETTINGS.wechat_templates)
    tell(resident())
    deliver_letters("")
    assert (rows(), server.seen[SEND]) == ([("waiting", 1, "no access token")], 0)
    refresh("")
    clock.move(seconds=5)
    assert (deliver_letters(""), rows()) == (1, [("sent", 2, "")])


def test_the_notice_by_sms_reads_as_a_sentence(
    weixin: FakeWeChat, capsys: pytest.CaptureFixture[str]
) -> None:
    weixin.unwilling["o-1"] = 43004
    tell(resident(phone=make.PHONE))
    deliver_letters("")
    assert deliver_sms("") == 1
    assert "您有一条新消息：" in capsys.readouterr().err


# ---- rules -----------------------------------------------------------------------


def test_fields_are_cut_to_what_wechat_takes() -> None:
    facts = {"title": "长" * 30, "at": "2026-11-24 10:00"}
    made = field_values({"thing1": "title", "time3": "at", "phrase5": "title"}, facts)
    assert made == {"thing1": "长" * 19 + "…", "time3": "2026-11-24 10:00", "phrase5": "长长长长…"}


def test_an_unknown_outcome_is_sent_again_within_ten_minutes_only() -> None:
    assert next_letter(1, NOW, NOW) == NOW + timedelta(seconds=5)
    assert next_letter(4, NOW, NOW) is None
    assert next_letter(0, NOW, NOW - timedelta(minutes=9)) is None
    assert next_letter(4, NOW, None) == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("text", ["a", "a=b", "a=b/c", "a=/c:d", "a=b/:d", "a=b/c:d:e"])
def test_templates_that_cannot_be_read_stop_the_start(text: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        settings_from({"WUFEI_WECHAT_TEMPLATES": text})
    assert set(refusal.value.faults) == {"WUFEI_WECHAT_TEMPLATES"}


def test_templates_without_an_account_stop_the_start() -> None:
    with pytest.raises(BadSettings) as refusal:
        settings_from({"WUFEI_WECHAT_TEMPLATES": "a=b/c:d"})
    assert "WUFEI_WECHAT_APP_ID" in refusal.value.faults["WUFEI_WECHAT_TEMPLATES"]
