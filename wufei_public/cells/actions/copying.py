"""A draft whose round is over goes on in another one: answers, evidence and story come along."""

from sqlalchemy import select, update

from wufei_public.cells import policy
from wufei_public.cells.actions.applying import start
from wufei_public.cells.actions.steps import (
    move,
    open_application,
    owner_of,
    require,
    story_owner,
)
from wufei_public.cells.models.applications import (
    CellAnswer,
    CellApplication,
    CellEvidence,
    CellPaper,
)
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import rounds
from wufei_public.cells.rules.applying import Place
from wufei_public.cells.rules.rounds import left_over
from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import Answer, check_answer
from wufei_public.cells.rules.stages import Move, State
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import papers, photos


def copy_draft(w: Work, *, code: str, round_code: str) -> CellApplication:
    """Begin in another round with what a draft holds that was never handed in; the draft ends.

    Answers that the new round's rubric does not know stay behind. Raises what `start`
    raises, and WrongState for what was handed in or is in a round that still runs.
    """
    old = open_application(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, old)))
    opened = w.session.get_one(CellRound, old.round_id)
    if not left_over(State(old.state), old.submissions, opened.closes_at, w.now):
        raise WrongState("not_left_over", N_("只有截止以后没交上去的草稿可以复制。"))
    places = [
        Place(one.organisation_id, one.site_id, one.name, one.division)
        for one in queries.sites(w.session, old.id)
    ]
    made = start(w, round_code=round_code, kind=old.kind, unit=old.unit, places=places)
    made.story = old.story
    _take_answers(w, old, made, rounds.rubric(w.session, made.rubric_id))
    for model in (CellEvidence, CellPaper):
        w.session.execute(
            update(model).where(model.application_id == old.id).values(application_id=made.id)
        )
    for owner in (owner_of, story_owner):
        photos.pass_on(w, owner(old.code), owner(made.code))
    papers.pass_on(w, owner_of(old.code), owner_of(made.code))
    if old.state == State.DRAFT:
        move(w, old, Move.WITHDRAW, unit=made.code)
    return made


def _take_answers(w: Work, old: CellApplication, made: CellApplication, rubric: Rubric) -> None:
    for row in w.session.scalars(select(CellAnswer).where(CellAnswer.application_id == old.id)):
        if not _fits(rubric, row.item, Answer(row.step, row.value, row.na)):
            continue
        w.session.add(
            CellAnswer(
                application_id=made.id, item=row.item, step=row.step, value=row.value, na=row.na,
                note=row.note, saved_at=w.now,
            )
        )  # fmt: skip
    w.session.flush()


def _fits(rubric: Rubric, name: str, answer: Answer) -> bool:
    """Say whether the rubric's item of that name takes the answer."""
    item = rubric.item(name)
    if item is None:
        return False
    try:
        check_answer(item, answer)
    except Invalid:
        return not answer.given
    return True
