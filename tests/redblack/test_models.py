"""Impossible entries are impossible, on both databases, whatever the code above them does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.redblack import make
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import Work, work
from wufei_public.media.actions import photos as media
from wufei_public.media.models import Photo
from wufei_public.organisations.models import Organisation
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.letters import ListingLetter
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper, ListingProof
from wufei_public.redblack.models.readings import ListingReading
from wufei_public.redblack.models.snapshots import (
    ListingLeaf,
    ListingNode,
    ListingPlace,
    Snapshot,
)
from wufei_public.redblack.rules.snapshots import FORMAT

DAY = NOW + timedelta(days=1)
LATER, END = NOW + timedelta(days=20), NOW + timedelta(days=380)
TOWN, OFFICE, DISTRICT, CHIEF = (
    actor.id
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.DISTRICT_OFFICER, make.CHIEF)
)
CLERK = make.CLERK.id
PROPOSED: dict[str, Any] = {
    "code": "0000000000", "division": "410307106", "town": "410307106", "trade": "factory",
    "kind": "black", "severity": "ordinary", "months": 12, "state": "proposed", "version": 1,
    "changed_at": NOW, "facts": "倒了。", "public_facts": "倒了。", "ground": "第二十条",
    "measure": "", "document": "", "report": "", "evidence": 0, "proposed_by": TOWN,
    "proposed_at": NOW, "way": "", "tracking": "", "proofs": 0, "holding": 0, "reason": "",
}  # fmt: skip
SERVED = PROPOSED | {
    "state": "served", "way": "hand", "proofs": 1, "served_by": CLERK, "served_at": NOW,
    "respond_until": NOW + timedelta(days=14),
}  # fmt: skip
DECIDED = SERVED | {"state": "decided", "decided_by": OFFICE, "decided_at": LATER}
UNPROVEN = {"way": "account", "proofs": 0, "served_by": make.RESIDENT.id}
PUBLISHED = DECIDED | {
    "state": "published", "approved_by": DISTRICT, "published_at": LATER, "ends_at": END,
    "repair_from": LATER, "salt": bytes(16), "record": "{}", "leaf": b"01" * 16,
}  # fmt: skip
SAID = {name: PUBLISHED[name] for name in ("salt", "record", "leaf")}
UNSIGNED = SAID | {"state": "published"}
REMOVED = PUBLISHED | {
    "state": "removed", "over_at": END, "over_by": CHIEF, "over_reason": "异议成立。",
    "salt": None, "record": None, "leaf": None,
}  # fmt: skip
RED = PUBLISHED | {
    "kind": "red", "severity": "", "way": "", "proofs": 0, "served_by": None, "served_at": None,
    "repair_from": None,
}  # fmt: skip


# What an entry is from its proposal on.
FIXED = ("code", "kind", "severity", "months", "proposed_by", "facts", "ground")


def write(to: Organisation, row: dict[str, Any]) -> None:
    """Write a row as entries come to be: proposed, with a proof, and then as it is."""
    first = PROPOSED | {"organisation_id": to.id} | {name: row[name] for name in FIXED}
    token = make.photo_token(seed=1) if row["proofs"] else ""

    def add(w: Work) -> None:
        number = w.session.execute(insert(Listing).returning(Listing.id), first).scalar_one()
        if token:
            (photo,) = media.claim(w, [token], owner=f"redblack/{row['code']}/proof")
            w.session.execute(insert(ListingProof), {"photo_id": photo, "listing_id": number})
        for reader in (TOWN, OFFICE, DISTRICT):
            read = {"listing_id": number, "account_id": reader, "at": NOW, "reason": ""}
            for words in (first["public_facts"], first["ground"]):
                w.session.execute(
                    insert(ListingReading), read | {"words": words, "replaced": words}
                )
        told(w, number)
        if row.get("leaf"):
            stand(w, number, row["leaf"])
        w.session.execute(update(Listing).where(Listing.id == number).values(row))

    work(SYSTEM, add)


def told(w: Work, listing: int) -> None:
    """Let the enterprise have the decision, on paper."""
    letter = {"listing_id": listing, "round": 1, "step": "decide", "written_at": NOW, "way": ""}
    w.session.execute(insert(ListingLetter), letter | {"tracking": "", "proofs": 0})
    service = {"way": "hand", "served_by": CLERK, "served_at": NOW, "proofs": 1}
    its = ListingLetter.listing_id == listing
    w.session.execute(update(ListingLetter).where(its).values(service))


def stand(w: Work, listing: int, leaf: bytes) -> None:
    """Let a snapshot say that an entry is listed, as one would that an official signed."""
    w.session.execute(insert(ListingLeaf), {"leaf": leaf, "listing_id": listing, "sealed": b"x"})
    write_pair(w, (leaf[::-1], leaf))
    w.session.execute(insert(ListingPlace), {"place": 0, "listing_id": listing})
    sign(w)


def leave(w: Work) -> None:
    """Let a snapshot say that the one entry is listed no more."""
    write_pair(w, (bytes(32), bytes(32)))
    w.session.execute(update(ListingPlace).values(listing_id=None))
    sign(w)


def following(w: Work) -> int:
    return (w.session.scalar(select(func.max(Snapshot.number))) or 0) + 1


def write_pair(w: Work, pair: tuple[bytes, bytes]) -> None:
    number = following(w)
    for place, found in enumerate(pair):
        node = {"level": 0, "place": place, "number": number, "hash": found}
        w.session.execute(insert(ListingNode), node)


def sign(w: Work) -> None:
    head = {"number": following(w), "at": NOW, "red": 0, "black": 1, "added": 1, "gone": 0}
    hashes = {
        "root": bytes(32),
        "previous": bytes(32),
        "signature": bytes(64),
        "size": 2,
        "format": FORMAT,
    }
    w.session.execute(insert(Snapshot), head | hashes)


@pytest.mark.parametrize(
    "row",
    [
        PROPOSED, SERVED, DECIDED, PUBLISHED, REMOVED, RED, PUBLISHED | {"state": "repair_asked"},
        SERVED | UNPROVEN,
        DECIDED | {"decided_at": DAY, "waived_from": DAY},
        DECIDED | {"holding": 1},
    ],
)  # fmt: skip
def test_possible_rows(enterprise: Organisation, row: dict[str, Any]) -> None:
    write(enterprise, row)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("kind_known", PROPOSED | {"kind": "grey", "severity": ""}),
        ("state_known", PUBLISHED | {"state": "lost", "salt": None, "record": None, "leaf": None}),
        ("severity_known", PROPOSED | {"severity": "huge"}),
        ("black_has_severity", PROPOSED | {"severity": ""}),
        ("black_has_severity", PROPOSED | {"kind": "red"}),
        ("months_bounded", PROPOSED | {"months": 37}),
        ("months_bounded", PROPOSED | {"months": 0}),
        ("says_why", PROPOSED | {"facts": ""}),
        ("says_why", PROPOSED | {"ground": ""}),
        ("way_known", SERVED | {"way": "pigeon"}),
        ("service_whole", SERVED | {"served_by": None}),
        ("service_whole", SERVED | {"way": ""}),
        ("service_has_proof", SERVED | {"proofs": 0}),
        ("post_has_number", SERVED | {"way": "post"}),
        ("black_was_served", DECIDED | {"way": "", "served_at": None, "served_by": None}),
        ("black_was_served", PUBLISHED | {"way": "", "served_at": None, "served_by": None}),
        ("had_time_to_answer", SERVED | {"respond_until": None}),
        ("decided_has_decider", DECIDED | {"decided_by": None}),
        ("decided_has_decider", DECIDED | {"decided_at": None}),
        ("decided_by_another", DECIDED | {"decided_by": TOWN}),
        ("approved_by_third", PUBLISHED | {"approved_by": OFFICE}),
        ("approved_by_third", PUBLISHED | {"approved_by": TOWN}),
        ("published_whole", PUBLISHED | {"approved_by": None}),
        ("published_whole", PUBLISHED | {"ends_at": None}),
        ("published_has_second_person", DECIDED | UNSIGNED),
        ("objection_holds_publication", PUBLISHED | {"holding": 1}),
        ("holding_counts", DECIDED | {"holding": -1}),
        ("term_in_order", PUBLISHED | {"ends_at": LATER}),
        ("term_in_order", PUBLISHED | {"repair_from": END + timedelta(days=1)}),
        ("black_can_be_repaired", PUBLISHED | {"repair_from": None}),
        ("over_has_time", PUBLISHED | {"over_at": END}),
        ("over_has_time", REMOVED | {"over_at": None}),
        ("salt_while_shown", REMOVED | SAID),
        ("salt_while_shown", PUBLISHED | {"salt": None, "record": None, "leaf": None}),
        ("salt_while_shown", PUBLISHED | {"record": None}),
    ],
)  # fmt: skip
def test_impossible_rows(enterprise: Organisation, name: str, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f"ck_listing_{name}"):
        write(enterprise, row)


def test_one_proposal_of_a_list_runs(enterprise: Organisation) -> None:
    write(enterprise, PUBLISHED | {"code": "1111111111"})
    write(enterprise, PROPOSED)
    with pytest.raises(IntegrityError):
        write(enterprise, SERVED | {"code": "2222222222"})


UNSERVED = {"way": "", "proofs": 0, "served_by": None, "served_at": None}
RED_DECIDED = DECIDED | UNSERVED | {"kind": "red", "severity": "", "months": 11}
RED_OVER = {name: RED[name] for name in ("kind", "severity", *UNSERVED)} | {"repair_from": None}
ENDED = {"state": "ended", "over_by": None, "over_reason": ""}
UNHEARD = {"respond_until": NOW + timedelta(days=9), "served_at": NOW}


@pytest.mark.parametrize(
    ("says", "before", "change"),
    [
        ("only who represents", PROPOSED, SERVED | UNPROVEN | {"served_by": OFFICE}),
        ("without its proof", DECIDED | UNPROVEN, PUBLISHED | UNPROVEN),
        ("too short", PROPOSED, SERVED | {"respond_until": NOW}),
        ("before it was heard", SERVED, DECIDED | {"decided_at": NOW}),
        ("what was proposed", RED, {"kind": "black", "severity": "serious"}),
        ("what was proposed", SERVED, {"respond_until": NOW + timedelta(days=15)}),
        ("what was proposed", SERVED, {"months": 3}),
        ("too short", PROPOSED, SERVED | UNHEARD),
        ("after a day", SERVED, {"waived_from": NOW + timedelta(hours=12)}),
        ("before it was heard", SERVED, DECIDED | {"decided_at": NOW, "waived_from": LATER}),
        ("the months that were", RED_DECIDED, RED | {"months": 11}),
        ("never later", RED, {"ends_at": END + timedelta(days=1)}),
        ("took part|served stays", SERVED | {"served_by": CHIEF}, DECIDED | {"served_by": OFFICE}),
        ("took part|served stays", DECIDED, PUBLISHED | {"served_by": DISTRICT}),
        ("place and trade follow", RED, {"town": "410307103"}),
        ("place and trade follow", SERVED, {"trade": "hotel"}),
        ("place and trade follow", PUBLISHED, {"division": "410307103"}),
        ("taken down by somebody", PUBLISHED, REMOVED | {"over_by": None}),
        ("taken down by somebody", PUBLISHED, REMOVED | {"over_reason": ""}),
        ("taken down by somebody", RED, REMOVED | RED_OVER | {"over_by": None}),
        ("taken down by somebody", PUBLISHED, REMOVED | ENDED | {"over_at": LATER}),
        ("taken down by somebody", REMOVED, {"over_reason": "别的。"}),
    ],
)
def test_impossible_steps(
    enterprise: Organisation, says: str, before: dict[str, Any], change: dict[str, Any]
) -> None:
    write(enterprise, before)
    own = update(Listing).where(Listing.code == before["code"])

    def make_step(w: Work) -> None:
        """Change it, with the snapshot that belongs to it."""
        if before.get("leaf") and "leaf" in change:
            leave(w)
        elif change.get("leaf"):
            stand(w, w.session.scalars(select(Listing.id)).one(), change["leaf"])
        w.session.execute(own.values(**change))

    with pytest.raises(IntegrityError, match=says):
        work(SYSTEM, make_step)


def test_what_was_said_signed_and_ended_stays(enterprise: Organisation) -> None:
    row = make.published(enterprise)
    paper = make.handed_in(row, "objection")
    own = update(Listing).where(Listing.id == row.id)
    its = update(ListingPaper).where(ListingPaper.id == paper.id)
    for change in (
        own.values(facts="另一件事。"), own.values(severity="serious"),
        own.values(approved_by=CHIEF), own.values(repair_from=row.ends_at),
        its.values(words="我们承认。"), its.values(holds=1),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="stays"):
            work(SYSTEM, lambda w, change=change: w.session.execute(change))
    make.answered(row, paper, outcome="upheld")
    again = own.values(state="published", over_at=None, salt=bytes(16), record="{}")
    with pytest.raises(IntegrityError, match=r"over comes back|without a snapshot"):
        work(SYSTEM, lambda w: w.session.execute(again))


def test_an_entry_begins_as_a_proposal_and_stays(enterprise: Organisation) -> None:
    for row in (SERVED, PUBLISHED, RED):
        with pytest.raises(IntegrityError, match="begins as a proposal"):
            work(
                SYSTEM,
                lambda w, row=row: w.session.execute(
                    insert(Listing), row | {"organisation_id": enterprise.id}
                ),
            )
    row = make.published(enterprise)
    make.handed_in(row, "objection")
    for gone in (delete(Listing), delete(ListingPaper), delete(ListingProof)):
        with pytest.raises(IntegrityError, match="stays"):
            work(SYSTEM, lambda w, gone=gone: w.session.execute(gone))


def test_a_proof_stays_while_it_proves(enterprise: Organisation) -> None:
    row = make.served(enterprise)
    proof = select(ListingProof.photo_id).where(ListingProof.listing_id == row.id)
    with pytest.raises(IntegrityError):
        work(SYSTEM, lambda w: w.session.execute(delete(Photo).where(Photo.id.in_(proof))))


PAPER: dict[str, Any] = {
    "code": "0000000000", "kind": "objection", "words": "不对。", "public_words": "不对。",
    "photos": 0, "account_id": 201, "at": NOW, "answer_until": LATER, "public_from": NOW,
    "proposed_by": TOWN,
    "decided_by": OFFICE, "approved_by": DISTRICT, "outcome": "", "answer": "", "claim": "facts",
}  # fmt: skip
ANSWERED = PAPER | {
    "outcome": "rejected", "answer": "查过。", "answered_by": CHIEF, "answered_at": NOW,
}  # fmt: skip


BLANK = {"outcome": "", "answer": ""}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("kind_known", PAPER | {"kind": "poem", "claim": ""}),
        ("outcome_known", ANSWERED | {"outcome": "maybe"}),
        ("answer_whole", ANSWERED | {"answer": ""}),
        ("answer_whole", ANSWERED | {"answered_by": None}),
        ("answered_by_another", ANSWERED | {"answered_by": TOWN}),
        ("objection_answered_by_third", ANSWERED | {"answered_by": OFFICE}),
        ("objection_answered_by_third", ANSWERED | {"answered_by": DISTRICT}),
        ("answer_has_clock", PAPER | {"answer_until": None}),
    ],
)
def test_impossible_answers(enterprise: Organisation, name: str, row: dict[str, Any]) -> None:
    listing = make.proposed(enterprise)

    def add(values: dict[str, Any]) -> None:
        """Write a paper without its answer, as it comes, and then what is answered."""
        its = ListingPaper.code == values["code"]
        as_it_comes = {name: values.get(name, given) for name, given in PAPER.items()} | BLANK

        def both(w: Work) -> None:
            w.session.execute(insert(ListingPaper), as_it_comes | {"listing_id": listing.id})
            answer = {name: values.get(name) for name in (*BLANK, "answered_by", "answered_at")}
            w.session.execute(update(ListingPaper).where(its).values(answer))

        work(SYSTEM, both)

    add(ANSWERED | {"code": "1111111111", "claim": "law"})
    with pytest.raises(IntegrityError, match=f"ck_listing_paper_{name}"):
        add(row)


def test_nothing_comes_with_its_answer(enterprise: Organisation) -> None:
    listing = make.proposed(enterprise)
    paper = ANSWERED | {"listing_id": listing.id}
    with pytest.raises(IntegrityError, match="begins without an answer"):
        work(SYSTEM, lambda w: w.session.execute(insert(ListingPaper), paper))
    report = REPORT | {"listing_id": listing.id, "outcome": "upheld", "answer": "对。"}
    report |= {"answered_by": CHIEF, "answered_at": NOW}
    with pytest.raises(IntegrityError, match="begins without an answer"):
        work(SYSTEM, lambda w: w.session.execute(insert(ListingError), report))


REPORT: dict[str, Any] = {
    "code": "2222222222", "field": "ground", "words": "条不对。", "at": NOW, "answer_until": LATER,
    "proposed_by": TOWN, "outcome": "", "answer": "",
}  # fmt: skip


@pytest.mark.parametrize("column", ["public_facts", "ground", "measure", "document"])
def test_what_is_said_changes_by_a_report_alone(enterprise: Organisation, column: str) -> None:
    """No statement past the actions rewrites an entry, even for two persons."""
    listing = make.published(enterprise)
    its = Listing.id == listing.id
    with pytest.raises(IntegrityError, match="by a report and two persons"):
        work(SYSTEM, lambda w: w.session.execute(update(Listing).where(its).values({column: "别"})))


def test_what_an_enterprise_says_is_quoted_as_it_was_written(enterprise: Organisation) -> None:
    listing = make.served(enterprise)
    paper = make.handed_in(listing, "statement")
    its = ListingPaper.id == paper.id
    with pytest.raises(IntegrityError, match="by a report and two persons"):
        work(
            SYSTEM,
            lambda w: w.session.execute(
                update(ListingPaper).where(its).values(public_words="都对。")
            ),
        )
