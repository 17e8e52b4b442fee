"""A unit applies: begin, answer item by item, prove, hand in, withdraw."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from wufei_public.cells import policy
from wufei_public.cells.actions.bars import require_unbarred, require_unlisted
from wufei_public.cells.actions.charging import require_uncharged
from wufei_public.cells.actions.steps import move, note, open_application, owner_of, require
from wufei_public.cells.models.applications import (
    CellAnswer,
    CellApplication,
    CellEvidence,
    CellSite,
    CellSubmission,
)
from wufei_public.cells.models.parts import CellTownCheck
from wufei_public.cells.models.reviews import REVIEW
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.applying import (
    MOST_SITES,
    Commitment,
    Place,
    commitment_on,
    entry_json,
)
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.ranking import earliness
from wufei_public.cells.rules.rounds import require_fits, require_open
from wufei_public.cells.rules.rubrics import Item
from wufei_public.cells.rules.scoring import Answer, check_answer, missing, score
from wufei_public.cells.rules.stages import EDITABLE, Move, State
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.places import town_of
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.queries import memberships


def start(
    w: Work, *, round_code: str, kind: str, unit: str, places: Sequence[Place]
) -> CellApplication:
    """Begin an application of one place, or a joint one of several, of the actor's units.

    The same place applies once in a round.
    """
    found = round_queries.round_of(w.session, round_code)
    kinds = round_queries.kinds_of(w.session, found.id)
    require_open(found.facts(kinds), w.now)
    _check_places(w, found.id, places)
    require_fits(found.facts(kinds), kind, [place.division for place in places])
    first = places[0]
    row = CellApplication(
        code=new_code(secrets.token_bytes),
        round_id=found.id,
        kind=kind,
        rubric_id=kinds[kind],
        state=State.DRAFT,
        version=0,
        unit=unit,
        division=first.division,
        town=town_of(first.division) or "",
        department=KINDS[kind].department,
        applicant_id=w.actor.id or 0,
        started_at=w.now,
        **_BLANK,
    )
    w.session.add(row)
    w.session.flush()
    w.session.add_all(
        CellSite(
            application_id=row.id,
            position=at,
            organisation_id=place.organisation,
            site_id=place.site,
            name=place.name,
            division=place.division,
        )
        for at, place in enumerate(places)
    )
    note(w, row, "start")
    return row


# An application as it begins.
_BLANK = {
    "story": "",
    "commitment": "",
    "submissions": 0,
    "evaluation": 0,
    "document": "",
    "minutes": "",
    "refuse_ground": "",
    "refuse_reason": "",
}


def _check_places(w: Work, round_id: int, places: Sequence[Place]) -> None:
    if not 0 < len(places) <= MOST_SITES:
        sentence = N_("请选申报的地点，最多 %(most)s 处。")
        fault = FieldError("site", sentence, {"most": MOST_SITES})
        raise Invalid("no_site", sentence, [fault], most=MOST_SITES)
    for place in places:
        if not memberships.represents(w.session, w.actor.id, place.organisation):
            raise NotAllowed("not_unit", N_("您不是这个单位的代表。"))
        if queries.running_for(w.session, round_id, place.organisation, place.site):
            raise Conflict("applied_before", N_("这个地点在这一批里已经有一件申报。"))
    require_unlisted(w, [place.organisation for place in places])
    require_unbarred(w, {place.organisation for place in places})


def open_own(w: Work, code: str, states: frozenset[State] = EDITABLE) -> CellApplication:
    """Return the unit's own application, locked, while it may be written."""
    row = open_application(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    if row.state not in states:
        raise WrongState("not_editable", N_("已经交上去了，现在不能改。"))
    return row


def item_of(w: Work, row: CellApplication, item_id: str) -> Item:
    """Return the item of the application's own rubric; NotFound if there is none."""
    found = round_queries.rubric(w.session, row.rubric_id).item(item_id)
    if found is None:
        raise queries.missing()
    return found


def save_answer(
    w: Work,
    *,
    code: str,
    item: str,
    step: int | None = None,
    value: Decimal | None = None,
    na: bool = False,
    note: str = "",
) -> CellApplication:
    """Keep the answer to one item; nothing answered empties it."""
    row = open_own(w, code)
    answer = Answer(step, value, na)
    known = item_of(w, row, item)
    if answer.given:
        check_answer(known, answer)
    found = w.session.get(CellAnswer, (row.id, item))
    if found is None:
        found = CellAnswer(application_id=row.id, item=item)
        w.session.add(found)
    found.step, found.value, found.na = step, value, na
    found.note, found.saved_at = note, w.now
    w.session.flush()
    _count(w, row)
    return row


def _count(w: Work, row: CellApplication) -> None:
    """Keep the self-score beside the application, for the page and the officers."""
    rubric = round_queries.rubric(w.session, row.rubric_id)
    entries = queries.entries(w.session, row.id)
    row.self_total = score(rubric, {item: e.answer for item, e in entries.items()}).total
    w.session.flush()


def tell_story(w: Work, *, code: str, story: str) -> CellApplication:
    """Keep what the public will read of the unit."""
    row = open_own(w, code)
    row.story = story
    w.session.flush()
    return row


def commitment(today: date) -> Commitment:
    """Return the commitment that is signed today."""
    return commitment_on(today)


def submit(w: Work, *, code: str, committed: bool, barred: bool = False) -> CellApplication:
    """Hand the application in, whole, with the signed commitment.

    Raises Invalid at each item that lacks its answer or evidence; WrongState after the
    round has closed, unless it was returned for putting right.
    """
    row = open_own(w, code)
    require_unlisted(w, certificates.organisations_of(w.session, row.id))
    _check_submission(w, row, committed=committed, barred=barred)
    rubric = round_queries.rubric(w.session, row.rubric_id)
    entries = queries.entries(w.session, row.id)
    answers = {item: entry.answer for item, entry in entries.items()}
    faults = missing(rubric, answers, {item: e.proofs for item, e in entries.items()})
    if faults:
        sentence = N_("还有没填完的，请补上再交。")
        raise Invalid("not_complete", sentence, [FieldError(item, sentence) for item, _ in faults])
    number, total = row.submissions + 1, score(rubric, answers).total
    signed = commitment(district_day(w.now)).version
    w.session.add(
        CellSubmission(
            application_id=row.id,
            number=number,
            at=w.now,
            by=w.actor.id or 0,
            total=total,
            commitment=signed,
            content={item: entry_json(entry) for item, entry in sorted(entries.items())},
        )
    )
    changes = {
        "submissions": number,
        "self_total": total,
        "submitted_at": w.now,
        "earliness": earliness(w.now),
        "commitment": signed,
        "committed_at": w.now,
    }
    _ask_towns(w, row, number)
    move(w, row, Move.SUBMIT, changes=changes)
    return row


def _ask_towns(w: Work, row: CellApplication, submission: int) -> None:
    """Have every town check a joint application whose units lie in several."""
    towns = {town_of(site.division) or "" for site in queries.sites(w.session, row.id)}
    if len(towns) > 1:
        w.session.add_all(
            CellTownCheck(
                application_id=row.id, submission=submission, town=town, duty=REVIEW, text=""
            )
            for town in sorted(towns)
        )


def _check_submission(w: Work, row: CellApplication, *, committed: bool, barred: bool) -> None:
    if row.state == State.DRAFT:
        found = w.session.get_one(CellRound, row.round_id)
        require_open(round_queries.facts_of(w.session, found), w.now)
    if barred:
        sentence = N_("近三年有严重失信记录的单位不能申报。")
        raise Invalid("barred", sentence, [FieldError("barred", sentence)])
    require_unbarred(w, {site.organisation_id for site in queries.sites(w.session, row.id)})
    if not committed:
        sentence = N_("请先看过承诺书，并勾选同意。")
        raise Invalid("not_committed", sentence, [FieldError("committed", sentence)])


def withdraw(w: Work, *, code: str, reason: str = "") -> CellApplication:
    """Take the application back, while no decision was taken and nothing is held against it."""
    row = open_application(w, code)
    require_uncharged(w, row)
    move(w, row, Move.WITHDRAW, unit=reason)
    return row


def mend(w: Work, *, code: str, text: str, photo: Sequence[str] = ()) -> CellApplication:
    """Report that what was to be put right is done, for the re-inspection."""
    row = open_application(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    move(w, row, Move.MEND, unit=text)
    ids = media.claim(w, photo, owner=owner_of(row.code))
    w.session.add_all(
        CellEvidence(photo_id=one, application_id=row.id, item="", sheet_id=None) for one in ids
    )
    w.session.flush()
    return row
