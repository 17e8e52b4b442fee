"""A code to the registered contact proves a membership without staff, and guessing does not."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping.make import browser, messages
from tests.organisations import make
from tests.people.make import fresh
from wufei_public.common.actor import Actor
from wufei_public.common.errors import Conflict, NotAllowed, NotFound, TooMany
from wufei_public.common.text import N_
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.organisations.actions import cards, proving
from wufei_public.organisations.models import Membership, MembershipCode, Organisation
from wufei_public.organisations.queries import memberships as queries
from wufei_public.people.queries.sealing import open_values, read_phone_address

pytestmark = pytest.mark.usefixtures("town")

PHONE = "13900001111"


def registered(number: int = 1, *, by: Actor = make.TOWN_OFFICER) -> Organisation:
    """Enter an organisation whose contact is known."""
    to = make.organisation(number)
    work(by, lambda w: cards.set_contact(w, code=to.code, name="李四", phone=PHONE))
    return to


def send(row: Membership, actor: Actor = make.RESIDENT) -> None:
    work(actor, lambda w: proving.send_code(w, code=row.code, address="203.0.113.9"))


def sent() -> list[tuple[str, str]]:
    """Return to which phones which codes went."""
    keys = house().keys
    rows = fresh().scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [
        (read_phone_address(keys, row.recipient), open_values(keys, row.values)["code"])
        for row in rows
        if row.template == "organisations.code"
    ]


def type_in(row: Membership, code: str, actor: Actor = make.RESIDENT) -> bool:
    return work(actor, lambda w: proving.prove_by_code(w, code=row.code, typed=code))


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def represents(actor: Actor, to: Organisation) -> bool:
    fresh()
    return queries.represents(reading(), actor.id, to.id)


def test_the_code_goes_to_the_registered_phone_and_proves_without_staff() -> None:
    to = registered()
    row = make.applied(to, letters=0)
    send(row)
    [(phone, code)] = sent()
    assert (phone, represents(make.RESIDENT, to)) == (PHONE, False)
    assert type_in(row, f" {code[:3]} {code[3:]} ")
    assert represents(make.RESIDENT, to)
    kept = fresh().get_one(Membership, row.id)
    assert (kept.proof, kept.proven_by) == ("register", make.TOWN_OFFICER.id)
    assert queries.vouchers(reading(), make.RESIDENT.id, to.id) == {make.TOWN_OFFICER.id}
    assert fresh().scalars(select(MembershipCode)).all() == []
    texts = [str(one.before) + str(one.after) for one in fresh().scalars(select(AuditRow))]
    assert not any(PHONE in text or code in text for text in texts)


def test_a_code_works_once_and_for_ten_minutes(clock: Clock) -> None:
    row = make.applied(registered(), letters=0)
    send(row)
    [(_phone, code)] = sent()
    clock.move(minutes=10)
    assert not type_in(row, code)
    clock.move(minutes=1)
    send(row)
    newest = sent()[-1][1]
    assert type_in(row, newest)
    with pytest.raises(Conflict):
        type_in(row, newest)


def test_five_wrong_tries_end_a_code(clock: Clock) -> None:
    row = make.applied(registered(), letters=0)
    send(row)
    [(_phone, code)] = sent()
    assert [type_in(row, another(code)) for _ in range(5)] == [False] * 5
    assert not type_in(row, code)
    assert fresh().scalars(select(MembershipCode.tries)).one() == 5
    clock.move(minutes=2)
    send(row)
    assert type_in(row, sent()[-1][1])


def test_so_many_codes_a_day_for_one_who_asks_and_for_the_organisation(clock: Clock) -> None:
    to = registered()
    people = (make.RESIDENT, make.NEIGHBOUR, make.STRANGER)
    applied = {actor: make.applied(to, actor, letters=0) for actor in people}
    for actor in people[:2]:
        for _ in range(3):
            send(applied[actor], actor)
            clock.move(minutes=11)
        with pytest.raises(TooMany):
            send(applied[actor], actor)
    with pytest.raises(TooMany) as refused:
        send(applied[make.STRANGER], make.STRANGER)
    assert refused.value.retry_after > 3600
    assert len(sent()) == 6
    clock.move(days=1)
    send(applied[make.STRANGER], make.STRANGER)


def test_two_codes_are_a_minute_apart_and_none_comes_at_night(clock: Clock) -> None:
    row = make.applied(registered(), letters=0)
    send(row)
    clock.move(seconds=59)
    with pytest.raises(TooMany):
        send(row)
    clock.move(hours=13)
    with pytest.raises(Conflict):
        send(row)
    assert len(sent()) == 1


def test_another_contact_voids_the_code_that_was_sent() -> None:
    to = registered()
    row = make.applied(to, letters=0)
    send(row)
    [(_phone, code)] = sent()
    work(
        make.TOWN_OFFICER,
        lambda w: cards.set_contact(w, code=to.code, name="王五", phone="13900002222"),
    )
    assert not type_in(row, code)


def test_nobody_else_sends_or_types_and_without_a_contact_there_is_no_code() -> None:
    row = make.applied(registered(), letters=0)
    for actor in (make.NEIGHBOUR, make.TOWN_OFFICER):
        with pytest.raises(NotFound):
            send(row, actor)
        with pytest.raises(NotFound):
            type_in(row, "123456", actor)
    bare = make.applied(make.organisation(2))
    with pytest.raises(Conflict):
        send(bare)
    assert sent() == []


def test_a_contact_of_an_official_with_a_part_vouches_for_nobody(app: Flask) -> None:
    """What follows in an upper feature refuses, and the applicant learns of the other way."""
    row = make.applied(registered(), letters=0)
    asked = []

    def refuse(w: Work, _organisation: int) -> None:
        asked.append(w.actor.id)
        raise NotAllowed("own_part", N_("您办过这一条。"))

    home = app.extensions["house"]
    sequels = {**home.sequels, "organisations.voices": (refuse,)}
    app.extensions["house"] = replace(home, sequels=sequels)
    with pytest.raises(Conflict) as refused:
        send(row)
    assert (refused.value.code, asked) == ("no_contact", [make.TOWN_OFFICER.id])


def test_who_hands_over_is_followed_and_peers_hear_of_it(clock: Clock) -> None:
    to = registered()
    first, second = make.proven(to), make.proven(to, make.STRANGER)
    make.decided(first, make.RESIDENT, "hand_over")
    clock.move(minutes=5)
    row = make.applied(to, make.NEIGHBOUR, letters=0)
    send(row, make.NEIGHBOUR)
    assert type_in(row, sent()[-1][1], make.NEIGHBOUR)
    assert not represents(make.RESIDENT, to)
    assert (make.STRANGER.id, "organisations.coded") in messages()
    assert fresh().get_one(Membership, second.id).state == "proven"
    make.decided(row, make.STRANGER, "dispute", reason="不是我们单位的人")
    assert not represents(make.NEIGHBOUR, to)


# ---- pages -----------------------------------------------------------------------


def test_the_page_shows_the_phone_masked_and_takes_the_code(app: Flask) -> None:
    to = registered()
    phone = browser(app, make.RESIDENT)
    apply = phone.get(f"/mine/organisations/apply/{to.code}").text
    assert "139****1111" in apply
    assert PHONE not in apply
    made = phone.post(f"/mine/organisations/apply/{to.code}", data={"name": "张三", "duty": "厂长"})
    page = phone.get(made.location).text
    assert "139****1111" in page
    assert PHONE not in page
    assert 'name="code"' not in page
    assert phone.post(f"{made.location}/code").location == made.location
    assert 'name="code"' in phone.get(made.location).text
    code = sent()[-1][1]
    wrong = phone.post(f"{made.location}/code/check", data={"code": another(code)})
    assert (wrong.status_code, "核实码不对" in wrong.text) == (422, True)
    soon = phone.post(f"{made.location}/code")
    assert (soon.status_code, "太勤" in soon.text) == (429, True)
    right = phone.post(f"{made.location}/code/check", data={"code": code})
    assert right.status_code == 303
    assert "已核实" in phone.get(made.location).text
    again = phone.post(f"{made.location}/code/check", data={"code": code})
    assert again.status_code == 409


def test_a_stranger_finds_no_such_application(app: Flask) -> None:
    row = make.applied(registered(), letters=0)
    stranger = browser(app, make.NEIGHBOUR)
    for path in ("code", "code/check"):
        answer = stranger.post(f"/mine/organisations/{row.code}/{path}", data={"code": "1"})
        assert answer.status_code == 404
    assert sent() == []
