"""Invited samples: the draw, the codes, one answer for each code, response rates."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.common.codes import is_valid, normalise
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys.actions import sampling
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.models import Invitation, Wave
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.sampling import Member, draw, put_together, read_frame, shares_of
from wufei_public.surveys.rules.waves import Mode

FRAME = "id,stratum\n" + "".join(f"u{n:03d},{'a' if n < 60 else 'b'}\n" for n in range(90))


def test_a_sample_is_drawn_by_its_seed_and_in_proportion() -> None:
    frame = read_frame(FRAME.encode())
    one, again, other = (draw(frame, 30, seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    strata = [member.stratum for member in one]
    assert (strata.count("a"), strata.count("b"), len(set(one))) == (20, 10, 30)
    assert strata != sorted(strata)
    shuffled = [Member(m.reference, m.stratum) for m in reversed(frame)]
    assert draw(shuffled, 30, 1) == one


@pytest.mark.parametrize(
    ("sizes", "wanted", "found"),
    [
        ({"a": 60, "b": 30}, 30, {"a": 20, "b": 10}),
        ({"a": 50, "b": 25, "c": 25}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 97, "b": 3}, 10, {"a": 9, "b": 2}),
        ({"a": 10, "b": 1}, 11, {"a": 10, "b": 1}),
    ],
)
def test_strata_get_their_share_and_two_at_least(
    sizes: dict[str, int], wanted: int, found: dict[str, int]
) -> None:
    assert shares_of(sizes, wanted) == found


@pytest.mark.parametrize(
    ("data", "pointers"),
    [
        (b"id,stratum\nx,a\nx,a\n", ["frame.csv/3/id"]),
        (b"id,stratum\n,a\ny,\n", ["frame.csv/2/id", "frame.csv/3/stratum"]),
        (b"id,stratum\n" + b"y" * 50 + b",a\n", ["frame.csv/2/id"]),
        (b"id,stratum\n", ["frame.csv/1/"]),
    ],
)
def test_faults_of_a_list_are_told_by_row(data: bytes, pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_frame(data)
    assert [error.pointer for error in refused.value.errors] == pointers


@pytest.mark.parametrize(
    ("counts", "together"),
    [
        ({"a": 9, "b": 7}, []),
        ({"a": 9, "b": 4, "c": 2}, ["bc"]),
        ({"a": 9, "b": 4}, ["ab"]),
        ({"a": 9, "b": 1, "c": 1}, ["abc"]),
        ({"a": 3, "b": 3, "c": 3, "d": 3, "e": 3}, ["ab", "cde"]),
        ({"a": 1, "b": 1}, ["ab"]),
        ({"a": 1}, []),
        ({}, []),
    ],
)
def test_strata_of_few_answers_go_together_until_they_are_enough(
    counts: dict[str, int], together: list[str]
) -> None:
    found = put_together(counts, {*counts, "joined-1"}, 5)
    groups: dict[str, list[str]] = {}
    for name, common in sorted(found.items()):
        groups.setdefault(common, []).append(name)
    assert sorted("".join(group) for group in groups.values()) == together
    assert not {*counts, "joined-1"} & set(groups)


def test_a_list_too_short_is_refused() -> None:
    with pytest.raises(Invalid):
        draw(read_frame(FRAME.encode()), 91, 1)


# ---- in the database --------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")


def invited(size: int = 20) -> Wave:
    """Return an open wave with a sample."""
    wave = make.wave(mode=Mode.INVITED, opened=False, margins=())
    work(
        people.DISTRICT_OFFICER,
        lambda w: sampling.draw(w, code=wave.code, data=FRAME.encode(), size=size),
    )
    work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    return make.again(wave)


def code(wave: Wave, number: int) -> str:
    return sampling.code_of(house().keys, wave, number)


@loaded
def test_a_code_works_once_however_it_is_typed() -> None:
    wave = invited()
    first = code(wave, 1)
    assert is_valid(first)
    assert make.submit(wave, make.sent(code=f"{first[:5]}-{first[5:]}".lower())) == "1.1"
    with pytest.raises(Conflict):
        make.submit(wave, make.sent(code=first))
    for wrong in ("", "0000000000", code(invited(), 1)):
        with pytest.raises(Invalid):
            make.submit(wave, make.sent(code=wrong))
    assert [row.stratum in {"a", "b"} for row in make.responses()] == [True]


@loaded
def test_codes_are_stored_nowhere() -> None:
    wave = invited(4)
    rows = queries.invitations(reading(), wave.id)
    codes = {code(wave, row.number) for row in rows}
    assert len(codes) == 4
    assert not codes & {value for row in rows for value in (row.lookup, row.reference)}


@loaded
def test_response_rates_follow_the_sample() -> None:
    wave = invited(20)
    for number in range(1, 6):
        make.submit(wave, make.sent(code=code(wave, number)))
    make.submit(wave, make.sent({"consent": "no"}, code=code(wave, 6)))
    make.submit(wave, make.sent({"consent": "yes", "town": "elsewhere"}, code=code(wave, 7)))
    assert queries.outcomes(reading(), wave) == {"1.1": 5, "2.11": 1, "4.1": 1, "3.1": 13}
    # Who declined may think better of it.
    assert make.submit(wave, make.sent(code=code(wave, 6))) == "1.1"


@loaded
def test_a_sample_is_fixed_once_the_wave_begins() -> None:
    wave = make.wave(mode=Mode.INVITED, opened=False)
    with pytest.raises(Invalid):
        work(people.DISTRICT_OFFICER, lambda w: actions.begin(w, code=wave.code))
    for row in (invited(), make.wave(opened=False)):
        with pytest.raises(WrongState):
            work(
                people.DISTRICT_OFFICER,
                lambda w, c=row.code: sampling.draw(w, code=c, data=FRAME.encode(), size=5),  # type: ignore[misc]
            )


@loaded
def test_the_same_seed_and_list_draw_the_same_sample_again() -> None:
    wave = invited()
    frame = read_frame(FRAME.encode())
    drawn = [member.reference for member in draw(frame, 20, wave.seed)]
    assert [row.reference for row in queries.invitations(reading(), wave.id)] == drawn


# ---- pages ------------------------------------------------------------------------------


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def upload(client: FlaskClient, page: str, size: str, data: str = FRAME) -> TestResponse:
    form = {"size": size, "frame": (io.BytesIO(data.encode()), "frame.csv")}
    return client.post(f"{page}/sample", data=form, content_type="multipart/form-data")


@loaded
def test_an_officer_draws_prints_and_a_guest_answers_by_the_code(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = make.wave(mode=Mode.INVITED, opened=False)
    page = f"/staff/surveys/{wave.code}"
    assert "抽样名单" in text(officer.get(page))
    assert officer.get(f"{page}/codes").status_code == 409
    assert upload(officer, page, "200").status_code == 422
    faulty = upload(officer, page, "5", "id,stratum\nx,\n")
    assert (faulty.status_code, "这一项不能为空" in text(faulty)) == (422, True)
    assert upload(officer, page, "12").status_code == 303
    officer.post(f"{page}/begin")
    slips = text(officer.get(f"{page}/codes"))
    codes = re.findall(r"<b[^>]*>(\w{5}-\w{5})</b>", slips)
    assert (len(codes), slips.count("<svg")) == (12, slips.count("wf-qr") + slips.count("wf-i"))
    rows = text(officer.get(f"{page}/codes.csv")).splitlines()
    assert len(rows) == 13
    assert rows[1].endswith(f"/surveys/{wave.code}?c={normalise(codes[0])}")
    assert f'value="{normalise(codes[0])}"' in text(
        client.get(f"/surveys/{wave.code}?c={normalise(codes[0])}")
    )
    assert client.post(f"/surveys/{wave.code}/begin", data={}).status_code == 422
    begun = client.post(f"/surveys/{wave.code}/begin", data={"code": codes[0]})
    form = text(client.get(begun.headers["Location"]))
    own = dict(re.findall(r'type="hidden" name="(client_key|began|code)" value="([^"]+)"', form))
    answer = client.post(f"/surveys/{wave.code}/form", data={**make.ANSWERS, **own})
    assert answer.headers["Location"].endswith("done?o=1.1")
    assert "8.3%" in text(officer.get(page))
    reading().rollback()
    assert reading().query(Invitation).filter(Invitation.outcome == "1").count() == 1


@loaded
def test_an_interviewer_asks_and_notes_who_was_not_met(app: Flask, client: FlaskClient) -> None:
    people.places()
    wave = make.wave(mode=Mode.INTERVIEWER)
    page = f"/staff/surveys/{wave.code}"
    town = people.browser(app, people.account(people.TOWN_OFFICER))
    form = text(town.get(f"{page}/interview"))
    own = dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', form))
    assert town.post(f"{page}/interview", data={"consent": "yes", **own}).status_code == 422
    assert town.post(f"{page}/interview", data={**make.ANSWERS, **own}).status_code == 303
    assert "可以问下一位" in text(town.get(f"{page}/interview?done=1"))
    assert town.post(f"{page}/contact", data={"outcome": "2.2"}).status_code == 303
    assert town.post(f"{page}/contact", data={"outcome": "9"}).status_code == 422
    assert queries.outcomes(reading(), wave) == {"1.1": 1, "2.2": 1}
    assert "50.0%" in text(town.get(page))
    crew = people.browser(app, people.account(people.CREW))
    assert crew.get(f"{page}/interview").status_code == 403
    assert client.get(f"{page}/interview").status_code == 302
    link = make.wave()
    assert town.get(f"/staff/surveys/{link.code}/interview").status_code == 403
