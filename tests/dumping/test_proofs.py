"""A proof photo shows the place as it is now: never an earlier photo, unless everyone reads why."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import NOW, Clock
from tests.dumping import make
from tests.dumping.test_pages import send, text
from tests.dumping.trace import refused, traced
from tests.media.make import jpeg
from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.errors import Invalid
from wufei_public.dumping.actions import officer, rating
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.jobs import compare_proofs
from wufei_public.dumping.rules.proof import handled_since
from wufei_public.infra.work import house, work
from wufei_public.media.actions import photos as media
from wufei_public.media.rules.alike import MOST_APART, bits_apart, parts

pytestmark = pytest.mark.usefixtures("town")

WHY = "同一处，同一台车位，光线也一样。"


def close(receipt: Receipt, *tokens: str, **values: object) -> None:
    make.do(make.TOWN_OFFICER, officer.close, receipt.code, text="清了。", photo=tokens, **values)


def recompressed(seed: int) -> str:
    """Upload the drawing `seed` once more, saved anew: other bytes, the same picture."""
    with Image.open(io.BytesIO(jpeg(seed=seed))) as picture:
        copy = io.BytesIO()
        picture.resize((600, 450)).save(copy, "JPEG", quality=60)
    prepared = media.prepare(house().store, copy.getvalue(), "p.jpg")
    return work(ANONYMOUS, lambda w: media.record(w, prepared))


def taken(at: datetime, seed: int) -> str:
    local = at.astimezone(UTC).strftime("%Y:%m:%d %H:%M:%S")
    return make.photo_token(seed, taken=local, offset="+00:00")


# ---- at once ----------------------------------------------------------------------------


def test_the_photo_of_the_report_proves_nothing() -> None:
    receipt = make.assigned(photo=[make.photo_token(1)])
    with pytest.raises(Invalid) as refusal:
        close(receipt, make.photo_token(2), make.photo_token(1))
    assert refusal.value.code == "proof_same"
    assert [fault.pointer for fault in refusal.value.errors] == ["photo", "proof_reason"]
    assert make.case(receipt).state == "assigned"
    close(receipt, make.photo_token(3))
    assert make.case(receipt).state == "closed"


def test_a_photo_that_closed_another_case_needs_a_reason_that_everyone_reads(
    client: FlaskClient,
) -> None:
    first, second = make.assigned(), make.assigned()
    close(first, make.photo_token(1))
    with pytest.raises(Invalid):
        close(second, make.photo_token(1), proof_reason="")
    close(second, make.photo_token(1), proof_reason=f"{WHY}电话 {make.PHONE}")
    row = make.case(second)
    assert row.proof_reason == f"{WHY}电话 ［手机号已隐去］"
    assert row.outcome == f"清了。\n{row.proof_reason}"
    make.released(second)
    code = make.shown_as(second)
    assert WHY in client.get(f"/cases/{code}").text
    body = client.get(f"/api/v1/dumping/reports/{code}").json or {}
    assert WHY in body["outcome"]
    assert WHY in body["events"][-1]["text"]


def test_a_photo_from_before_the_assignment_proves_nothing(clock: Clock) -> None:
    receipt = make.assigned()
    with pytest.raises(Invalid) as refusal:
        close(receipt, taken(clock.now - timedelta(hours=1), 1))
    assert refusal.value.code == "proof_early"
    clock.move(seconds=3600)
    make.do(make.TOWN_OFFICER, officer.assign, receipt.code, department=make.OTHER_DEPARTMENT)
    close(receipt, taken(clock.now - timedelta(minutes=30), 2))
    assert make.case(receipt).state == "closed"


def test_after_a_reopening_the_first_result_proves_nothing_more(clock: Clock) -> None:
    make.account(make.TOWN_OFFICER)
    receipt = make.assigned()
    close(receipt, taken(clock.now, 1))
    clock.move(seconds=86400)
    make.do(ANONYMOUS, rating.rate, receipt.code, secret=receipt.secret, rating="unsatisfied")
    with pytest.raises(Invalid) as refusal:
        close(receipt, taken(clock.now - timedelta(hours=20), 2))
    assert refusal.value.code == "proof_early"
    with refused(Invalid, "no_proof", receipt, "photo"):
        close(receipt, proof_reason=WHY)


def test_the_form_asks_why_and_keeps_what_was_written(app: Flask) -> None:
    receipt = make.assigned(photo=[make.photo_token(1)])
    desk, page = make.browser(app, make.account(make.TOWN_OFFICER)), f"/staff/cases/{receipt.code}"
    answer = send(desk, f"{page}/close", (jpeg(seed=1), "a.jpg"), text="清走了。")
    assert (answer.status_code, "以前的一张" in text(answer)) == (422, True)
    assert 'href="#f-close-proof_reason"' in text(answer)
    answer = send(desk, f"{page}/close", (jpeg(seed=1), "a.jpg"), text="清走了。", proof_reason=WHY)
    assert answer.status_code == 303
    assert make.case(receipt).proof_reason == WHY


# ---- once it is developed ---------------------------------------------------------------


def test_a_result_with_nearly_an_earlier_photo_is_taken_back() -> None:
    make.account(make.TOWN_OFFICER)
    receipt = make.assigned(photo=[make.photo_token(1)])
    make.develop()
    close(receipt, recompressed(1))
    assert compare_proofs("") == 0  # nobody has seen it yet
    make.develop()
    with traced(receipt) as left:
        assert compare_proofs("") == 1
    assert left.event == ("unproven", "closed", "assigned", "", "")
    assert left.told == [(make.TOWN_OFFICER.id, "dumping.proof_near")]
    assert make.case(receipt).outcome == ""
    close(receipt, make.photo_token(4))
    make.develop()
    assert compare_proofs("") == 0
    assert make.case(receipt).state == "closed"


def test_a_public_reason_stands_and_other_pictures_need_none() -> None:
    receipt, other = make.assigned(photo=[make.photo_token(1)]), make.assigned()
    make.develop()
    close(receipt, recompressed(1), proof_reason=WHY)
    close(other, make.photo_token(4))
    make.develop()
    assert compare_proofs("") == 0
    assert {make.case(one).state for one in (receipt, other)} == {"closed"}


# ---- rules ------------------------------------------------------------------------------

HASHES = st.integers(-(2**63), 2**63 - 1)


@given(HASHES, st.sets(st.integers(0, 63), max_size=MOST_APART))
def test_hashes_that_hardly_differ_have_a_part_in_common(one: int, turned: set[int]) -> None:
    two = one ^ sum(1 << bit for bit in turned)
    assert bits_apart(one, two) == len(turned)
    assert any(a == b for a, b in zip(parts(one), parts(two), strict=True))
    assert all(0 <= part < 8192 for part in parts(one))


class Did:
    def __init__(self, move: str, hours: int) -> None:
        self.move, self.at = move, NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moves", "hours"),
    [
        ((), None),
        (("submit",), None),
        (("submit", "accept"), 1),
        (("submit", "accept", "assign", "assign"), 2),
        (("submit", "accept", "assign", "return", "assign"), 2),
        (("accept", "assign", "close", "reopen"), 3),
        (("accept", "assign", "close", "reopen", "seen", "assign", "assign"), 5),
    ],
)
def test_a_round_is_handled_from_its_first_assignment(
    moves: tuple[str, ...], hours: int | None
) -> None:
    since = handled_since([Did(move, number) for number, move in enumerate(moves)])
    assert since == (
        None if hours is None else NOW + timedelta(hours=hours) - timedelta(minutes=15)
    )
