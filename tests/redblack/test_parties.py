"""Who took part in the making of an entry decides and answers nothing, whatever path is tried."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as dumping
from tests.dumping.make import photo_token
from tests.organisations import make as organisations
from tests.redblack import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import NotAllowed
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.actions import answering, errors, officer, serving, timing
from wufei_public.redblack.actions import enterprise as firms
from wufei_public.redblack.models.assessments import ListingBasis
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing, ListingParty
from wufei_public.redblack.models.papers import ListingEvent, ListingPaper, ListingProof
from wufei_public.redblack.models.snapshots import ListingLeaf, Snapshot

WHY = {"reason": "事实清楚。"}


def parts(row: Listing) -> set[tuple[int, str]]:
    make.fresh()
    wanted = select(ListingParty.account_id, ListingParty.part)
    return {(a, p) for a, p in reading().execute(wanted.where(ListingParty.listing_id == row.id))}


def refused(actor: Any, action: Any, row: Listing, **values: Any) -> str:
    with pytest.raises(NotAllowed) as error:
        make.do(actor, action, row, **values)
    return error.value.code


def sql(statement: Any) -> None:
    work(SYSTEM, lambda w: w.session.execute(statement))


def test_who_scored_or_sent_a_case_neither_decides_nor_signs(enterprise: Organisation) -> None:
    case = dumping.closed()
    make.sent(enterprise, case, make.DISTRICT_OFFICER)
    scored = make.scored(enterprise, make.DEPARTMENT_OFFICER)
    row = make.served(enterprise, assessment=scored, report=case.code)
    scorer, sender = make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER
    told = {(scorer.id, "assess"), (sender.id, "send"), (make.TOWN_OFFICER.id, "serve")}
    assert parts(row) == told
    make.move(days=20)
    assert refused(scorer, officer.decide, row, **WHY) == "own_part"
    assert refused(scorer, officer.drop, row, **WHY) == "own_part"
    for signer in (scorer, sender):
        signed = update(Listing).where(Listing.id == row.id)
        with pytest.raises(IntegrityError, match="who took part"):
            sql(signed.values(decided_by=signer.id, decided_at=make.now()))
    make.do(make.CHIEF, officer.decide, row, **WHY)
    for signer in (scorer, sender):
        assert refused(signer, officer.publish, row, hidden=True) == "own_part"
        assert refused(signer, officer.send_back, row, **WHY) == "own_part"
    paper = make.handed_in(row, "objection")
    answer = {"paper": paper.code, "outcome": "rejected", "words": "查过。"}
    assert refused(sender, answering.answer, row, **answer) == "own_decision"
    answered = {"outcome": "rejected", "answer": "查。", "answered_at": make.now()}
    with pytest.raises(IntegrityError, match="who took part"):
        sql(update(ListingPaper).values(answered_by=sender.id, **answered))


def test_who_corrected_a_score_took_part_too(enterprise: Organisation) -> None:
    scored = make.scored(enterprise, make.DEPARTMENT_OFFICER, last=False)
    assert make.scored(enterprise, make.TOWN_OFFICER, version=1) == scored
    row = make.proposed(enterprise, assessment=scored)
    assert {who for who, _part in parts(row)} == {
        make.DEPARTMENT_OFFICER.id, make.TOWN_OFFICER.id,
    }  # fmt: skip


def test_who_proposes_does_not_make_the_enterprise_that_receives(town: None) -> None:
    firm = organisations.organisation()
    make.proven(firm, prover=make.TOWN_OFFICER)
    friend = organisations.applied(firm, make.NEIGHBOUR)
    organisations.decided(friend, make.RESIDENT, "prove")
    row = make.proposed(firm)
    for person in (make.RESIDENT, make.NEIGHBOUR):  # a peer's word is no other official's
        assert refused(person, firms.confirm, row) == "own_voucher"
    with pytest.raises(IntegrityError, match="who took part"):
        sql(
            text("INSERT INTO listing_party VALUES (:listing, :account, 'vouch')").bindparams(
                listing=row.id, account=make.TOWN_OFFICER.id
            )
        )
    proof = [dumping.photo_token(seed=7)]
    served = {"way": "hand", "served_on": make.now(), "photo": proof}
    make.do(make.TOWN_OFFICER, serving.serve, row, **served)
    last = {"kind": "statement", "words": "没有别的了。"}
    assert refused(make.RESIDENT, firms.hand_in, row, **last) == "planted"


def test_who_proved_the_representative_decides_nothing(town: None) -> None:
    firm = organisations.organisation()
    make.proven(firm, prover=make.DISTRICT_OFFICER)
    row = make.proposed(firm)
    make.do(make.RESIDENT, firms.confirm, row)
    assert parts(row) == {(make.DISTRICT_OFFICER.id, "vouch")}
    make.move(days=20)
    assert refused(make.DISTRICT_OFFICER, officer.decide, row, **WHY) == "own_part"
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, **WHY)
    assert refused(make.DISTRICT_OFFICER, officer.publish, row, hidden=True) == "own_part"
    make.do(make.CHIEF, officer.publish, row, hidden=True)


def test_what_is_written_stays(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    paper = make.handed_in(row, "objection")
    own = update(Listing).where(Listing.id == row.id)
    for change in (
        own.values(ends_at=row.ends_at + timedelta(days=1)),
        update(ListingParty).values(part="send"), delete(ListingParty),
        update(ListingEvent).values(words="没有。"), delete(ListingEvent),
        update(Snapshot).values(red=99), delete(Snapshot),
        update(ListingLeaf).values(sealed=b"x"), delete(ListingLeaf),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=r"stays|never later"):
            sql(change)
    sql(update(ListingEvent).values(actor_id=None))
    make.answered(row, paper, outcome="upheld")


def test_no_counter_hides_an_objection(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    make.handed_in(row, "objection")
    sql(update(Listing).values(holding=0))
    with pytest.raises(IntegrityError, match="holds the publication"):
        make.do(make.CHIEF, officer.publish, row, hidden=True)


def test_a_party_answers_no_error(enterprise: Organisation) -> None:
    row = make.published(enterprise, assessment=make.scored(enterprise, make.CHIEF))
    make.do(make.STRANGER, errors.report, row, field="facts", words="不是四十吨。")
    answered = {"outcome": "rejected", "answer": "查。", "answered_at": make.now()}
    with pytest.raises(IntegrityError, match="who took part"):
        sql(update(ListingError).values(answered_by=make.CHIEF.id, **answered))


def test_whose_decision_was_sent_back_decides_and_answers_no_more(
    enterprise: Organisation,
) -> None:
    row = make.decided(enterprise)
    make.do(make.CHIEF, officer.send_back, row, reason="再听一次。")
    proof = [photo_token(seed=20)]
    make.do(make.CLERK, serving.serve, row, way="hand", served_on=make.now(), photo=proof)
    paper = make.handed_in(row, "objection")
    no = {"paper": paper.code, "outcome": "rejected", "words": "不成立。"}
    assert refused(make.DEPARTMENT_OFFICER, answering.answer, row, **no) == "own_decision"
    make.answered(row, paper)
    make.move(days=20)
    assert refused(make.DEPARTMENT_OFFICER, officer.decide, row, **WHY) == "own_part"
    make.do(make.SECOND, officer.decide, row, reason="列入。")


def test_whoever_sends_it_back_over_an_objection_decides_no_more(enterprise: Organisation) -> None:
    row = make.decided(enterprise)
    paper = make.handed_in(row, "objection")
    make.move(minutes=1)
    make.do(make.CHIEF, officer.send_back, row, reason="再听一次。")
    proof = [photo_token(seed=43)]
    make.do(make.CLERK, serving.serve, row, way="hand", served_on=make.now(), photo=proof)
    make.answered(row, paper, make.DISTRICT_OFFICER)
    make.move(days=20)
    assert refused(make.CHIEF, officer.decide, row, **WHY) == "own_part"
    # The database says so by the step itself, whatever the table of parties holds.
    sql(text("DROP TRIGGER listing_signed_by_no_party" + on(" ON listing")))
    decided = {"state": "decided", "decided_by": make.CHIEF.id, "decided_at": make.now()}
    with pytest.raises(IntegrityError, match="who took part"):
        sql(update(Listing).where(Listing.id == row.id).values(decided))
    make.do(make.SECOND, officer.decide, row, **WHY)


def on(words: str) -> str:
    """Return what PostgreSQL wants to hear beside a trigger's name."""
    return words if reading().get_bind().dialect.name == "postgresql" else ""


def test_whoever_took_the_voice_away_has_no_part(enterprise: Organisation) -> None:
    """Before the proposal or after it, and whatever became of the voice."""
    (member,) = organisations.members(enterprise)
    organisations.decided(member, make.DISTRICT_OFFICER, "dispute", reason="资料有疑问。")
    organisations.decided(member, make.CHIEF, "uphold", reason="查过，没有问题。")
    with pytest.raises(NotAllowed) as refusal:
        make.proposed(enterprise, make.DISTRICT_OFFICER)
    assert refusal.value.code == "own_silence"
    row = make.decided(enterprise)
    assert refused(make.DISTRICT_OFFICER, officer.publish, row, hidden=True) == "own_part"
    # Somebody else does it meanwhile: a party from then on.
    organisations.decided(member, make.CHIEF, "dispute", reason="又有疑问。")
    assert refused(make.CHIEF, officer.publish, row, hidden=True) == "own_part"
    # Long ago it matters no more.
    make.move(days=366)
    make.do(SYSTEM, timing.lapse, row)
    make.proposed(enterprise, make.DISTRICT_OFFICER)


def letter(row: Listing, actor: Any, kind: str = "objection") -> None:
    photo = [photo_token(seed=41)]
    make.do(actor, firms.receive, row, kind=kind, words="磅单不对。", photo=photo)


def test_whoever_enters_a_letter_decides_and_publishes_nothing(town: None) -> None:
    firm = organisations.organisation(71, name="没有账号的石材厂")
    row = make.decided(firm)
    letter(row, make.DISTRICT_OFFICER)
    assert (make.DISTRICT_OFFICER.id, "vouch") in parts(row)
    (paper,) = make.papers(row)
    make.answered(row, paper)
    assert refused(make.DISTRICT_OFFICER, officer.publish, row, hidden=True) == "own_part"
    make.do(make.SECOND, officer.publish, row, hidden=True)


def test_whoever_proved_a_representative_that_speaks_decides_nothing(town: None) -> None:
    firm = organisations.organisation(72, name="被人代表的石材厂")
    row = make.served(firm)
    make.proven(firm, [photo_token(seed=42)], make.DISTRICT_OFFICER)
    make.handed_in(row, "statement")
    make.move(days=20)
    assert refused(make.DISTRICT_OFFICER, officer.decide, row, **WHY) == "own_part"
    make.do(make.DEPARTMENT_OFFICER, officer.decide, row, **WHY)


def test_whoever_proved_a_peer_that_takes_a_voice_decides_nothing(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    accomplice = organisations.applied(enterprise, make.STRANGER)
    organisations.decided(accomplice, make.DISTRICT_OFFICER, "prove")
    (genuine, *_others) = organisations.members(enterprise)
    organisations.decided(genuine, make.STRANGER, "dispute", reason="不是他。")
    assert (make.DISTRICT_OFFICER.id, "silence") in parts(row)
    make.move(days=20)
    assert refused(make.DISTRICT_OFFICER, officer.decide, row, **WHY) == "own_part"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (ListingProof, {"listing_id": 0}), (ListingPaper, {"proposed_by": 0}),
        (ListingPaper, {"decided_by": 5}), (ListingBasis, {"document": "别的"}),
        (Listing, {"report": "别的"}), (Listing, {"round": 7}),
    ],
)  # fmt: skip
def test_no_statement_changes_proofs_and_parties(
    enterprise: Organisation, table: Any, change: dict[str, Any]
) -> None:
    row = make.published(enterprise)
    make.handed_in(row, "objection")
    with pytest.raises(IntegrityError, match="stays"):
        sql(update(table).values(change))


def test_who_answered_or_read_what_was_said_decides_and_approves_nothing(
    enterprise: Organisation,
) -> None:
    row = make.served(enterprise)
    make.answered(row, make.handed_in(row, "objection"), make.DEPARTMENT_OFFICER)
    make.read(row, make.handed_in(row, "statement"), make.SECOND)
    make.move(days=20)
    for judge in (make.DEPARTMENT_OFFICER, make.SECOND):
        assert refused(judge, officer.decide, row, **WHY) == "own_answer"
        decided = {"state": "decided", "decided_by": judge.id, "decided_at": make.now()}
        with pytest.raises(IntegrityError, match="who took part"):
            sql(update(Listing).where(Listing.id == row.id).values(decided))
    make.do(make.THIRD, officer.decide, row, **WHY)
    assert refused(make.SECOND, officer.publish, row, hidden=True) == "own_answer"
    make.do(make.CHIEF, officer.publish, row, hidden=True)
