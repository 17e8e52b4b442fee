"""What the public sees: released photo by photo, taken back; originals under seal."""

import hashlib
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.trace import refused, staff, traced
from tests.media.make import jpeg
from tests.reasons import said
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.dumping.actions import evidence, officer, reporter, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries import public
from wufei_public.infra.work import house

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT, DEPARTMENT = make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER


def shown(receipt: Receipt) -> list[int]:
    return [photo.photo_id for photo in make.photos(receipt) if photo.public]


@pytest.fixture
def photographed() -> Receipt:
    """Return a report with three photos that can be looked at."""
    receipt = make.report(photo=[make.photo_token(n) for n in (1, 2, 3)])
    make.develop()
    return receipt


# ---- release ----------------------------------------------------------------------


def test_release_shows_clean_words_and_every_ready_photo(
    photographed: Receipt, clock: Clock
) -> None:
    with traced(photographed) as left:
        make.do(TOWN, showing.release, photographed.code)
    row = make.case(photographed)
    assert (row.release, row.released_at, row.state) == ("released", clock.now, "submitted")
    assert make.PHONE not in row.public_words
    assert shown(photographed) == make.photo_ids(photographed)
    assert row.cover_id == make.photo_ids(photographed)[0]
    assert left.event == ("release", "submitted", "submitted", "", "")
    assert left.by == staff(TOWN)
    said = hashlib.sha256(f"{row.public_words}\n{row.public_spot}".encode()).hexdigest()[:16]
    assert left.audit[3] == {
        "state": "submitted",
        "release": "released",
        "photos_shown": "1 2 3",
        "words_shown": said,
    }
    assert left.marks == [make.TOWN]


def test_release_of_chosen_photos_hides_the_others(photographed: Receipt) -> None:
    first, second, third = make.photo_ids(photographed)
    make.released(photographed, photo=[third, second])
    assert shown(photographed) == [second, third]
    assert (make.last_audit().after or {})["photos_shown"] == "2 3"
    assert make.case(photographed).cover_id == second
    make.released(photographed, photo=[first])
    assert shown(photographed) == [first]
    make.released(photographed, photo=[])
    assert (shown(photographed), make.case(photographed).cover_id) == ([], None)


def test_the_officials_words_are_cleaned_too(photographed: Receipt) -> None:
    words = {"public_words": f"找我 {make.PHONE}", "public_spot": f"桥头 {make.PHONE}"}
    make.released(photographed, **words)
    row = make.case(photographed)
    assert (row.public_words, row.public_spot) == ("找我 ［手机号已隐去］", "桥头 ［手机号已隐去］")
    assert (row.words, row.spot) == (make.WORDS, make.SPOT)
    make.released(photographed, public_words="")
    assert make.case(photographed).public_words == ""


def test_a_photo_that_nobody_could_look_at_is_not_shown() -> None:
    receipt = make.report(photo=[make.photo_token(1)])
    (waiting,) = make.photo_ids(receipt)
    with refused(Invalid, "photo_not_ready", receipt, "photo"):
        make.do(TOWN, showing.release, receipt.code, photo=[waiting])
    make.released(receipt)
    assert (shown(receipt), make.case(receipt).cover_id) == ([], None)
    make.develop()
    assert shown(receipt) == []
    make.released(receipt)
    assert shown(receipt) == [waiting]


def test_a_photo_of_another_case_cannot_be_shown(photographed: Receipt) -> None:
    other = make.report(photo=[make.photo_token(9)])
    make.develop()
    with refused(Invalid, "photo_not_ready", photographed, "photo"):
        make.do(TOWN, showing.release, photographed.code, photo=make.photo_ids(other))


def test_photos_that_come_later_wait_for_the_next_release(photographed: Receipt) -> None:
    make.released(photographed)
    before = shown(photographed)
    more = {"secret": photographed.secret, "photo": [make.photo_token(8)]}
    make.do(ANONYMOUS, reporter.add, photographed.code, **more)
    make.develop()
    assert shown(photographed) == before
    make.released(photographed)
    assert len(shown(photographed)) == 4


def test_a_new_release_kills_the_old_addresses_and_keeps_the_place_in_the_list(
    photographed: Receipt, session: Session, clock: Clock
) -> None:
    photo = make.photo_ids(photographed)[0]
    first = make.case(make.released(photographed))
    old, since = first.release_token or "", first.released_at
    clock.move(days=1)
    second = make.case(make.released(photographed))
    assert second.released_at == since
    assert second.release_token not in {old, None}
    assert public.public_photo(session, second.release_token or "", photo) == photographed.code
    with pytest.raises(NotFound):
        public.public_photo(session, old, photo)


# ---- withhold ---------------------------------------------------------------------


def test_withhold_takes_everything_back(photographed: Receipt, session: Session) -> None:
    token = make.case(make.released(photographed)).release_token or ""
    with traced(photographed) as left:
        make.do(TOWN, showing.withhold, photographed.code, reason="minor")
    row = make.case(photographed)
    assert (row.release, row.withhold_reason) == ("withheld", "minor")
    assert (row.released_at, row.release_token, row.cover_id) == (None, None, None)
    assert shown(photographed) == []
    assert left.event == ("withhold", "submitted", "submitted", "", "minor")
    with pytest.raises(NotFound):
        public.public_photo(session, token, make.photo_ids(photographed)[0])
    make.released(photographed)
    assert make.case(photographed).withhold_reason == ""


def test_the_proof_of_a_withheld_case_is_not_public(session: Session) -> None:
    receipt = make.closed()
    make.develop()
    token = make.case(make.released(receipt)).release_token or ""
    (proof,) = shown(receipt)
    assert public.public_photo(session, token, proof) == receipt.code
    make.withheld(receipt)
    with pytest.raises(NotFound):
        public.public_photo(session, token, proof)


def test_withholding_twice_is_refused() -> None:
    receipt = make.withheld(make.report())
    with refused(WrongState, "wrong_state", receipt):
        make.do(TOWN, showing.withhold, receipt.code, reason="minor")


# ---- refusals ---------------------------------------------------------------------


def test_what_has_no_place_is_not_released() -> None:
    receipt = make.report(division=None)
    with refused(WrongState, "no_place_yet", receipt):
        make.do(DISTRICT, showing.release, receipt.code)


@pytest.mark.parametrize(
    "actor", [make.OTHER_OFFICER, DEPARTMENT, make.CREW, make.STRANGER, make.AUDITOR, ANONYMOUS]
)
def test_only_officers_of_the_case_decide(actor: Actor) -> None:
    receipt = make.report()
    values: dict[str, Any] = {"reason": "minor"}
    with refused(NotAllowed, "not_officer_here", receipt):
        make.do(actor, showing.release, receipt.code)
    with refused(NotAllowed, "not_officer_here", receipt):
        make.do(actor, showing.withhold, receipt.code, **values)


def test_a_department_decides_on_what_it_handles() -> None:
    receipt = make.assigned()
    make.do(DEPARTMENT, showing.release, receipt.code)
    make.do(DEPARTMENT, showing.withhold, receipt.code, reason="minor")


def test_a_decision_on_an_older_version_is_a_conflict() -> None:
    receipt = make.report()
    make.do(TOWN, officer.add_note, receipt.code, text="看过。")
    with refused(Conflict, "case_changed", receipt):
        make.do(TOWN, showing.release, receipt.code, version=1)
    with refused(Conflict, "case_changed", receipt):
        make.do(TOWN, showing.withhold, receipt.code, reason="minor", version=1)


# ---- originals ----------------------------------------------------------------------


@pytest.fixture
def dangerous() -> Receipt:
    """Return a report of dangerous waste whose original was kept under seal."""
    receipt = make.report(kind="danger", photo=[make.photo_token(4)])
    make.develop()
    return receipt


def test_a_sealed_original_is_opened_with_a_reason_on_record(dangerous: Receipt) -> None:
    (photo,) = make.photo_ids(dangerous)
    found = make.do(
        TOWN, evidence.open_original, dangerous.code, photo_id=photo, reason="核对车牌。"
    )
    sealed = house().store.read(found.name)
    assert jpeg(seed=4) not in sealed
    assert house().keys.decrypt("evidence", sealed) == jpeg(seed=4)
    assert found.mime == "image/jpeg"
    event, audit = make.last_event(dangerous), make.last_audit()
    assert (event.move, event.internal_text, event.actor_id) == ("evidence", "核对车牌。", TOWN.id)
    assert (audit.action, audit.target, said(audit), audit.actor_id) == (
        "dumping:evidence:open", f"photo/{photo}", "核对车牌。", TOWN.id,
    )  # fmt: skip


@pytest.mark.parametrize("actor", [make.OTHER_OFFICER, make.CREW, make.STRANGER, make.AUDITOR])
def test_a_sealed_original_stays_shut_to_others(dangerous: Receipt, actor: Actor) -> None:
    (photo,) = make.photo_ids(dangerous)
    with refused(NotAllowed, "not_officer_here", dangerous):
        make.do(actor, evidence.open_original, dangerous.code, photo_id=photo, reason="看看。")


def test_where_no_original_was_kept_or_it_is_anothers_there_is_none(
    dangerous: Receipt, photographed: Receipt
) -> None:
    (photo,) = make.photo_ids(dangerous)
    plain = make.photo_ids(photographed)[0]
    for receipt, number in ((photographed, plain), (photographed, photo)):
        with refused(NotFound, "no_report", receipt):
            make.do(TOWN, evidence.open_original, receipt.code, photo_id=number, reason="看看。")


def test_the_original_of_a_plain_kind_is_gone_once_it_is_developed(photographed: Receipt) -> None:
    assert list(house().store.names("quarantine")) == []
    assert list(house().store.names("evidence")) == []
    assert len(list(house().store.names("renditions"))) == 6
