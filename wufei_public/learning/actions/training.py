"""Training events: made and cancelled by officials; whoever is there signs in, once."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import bindparam, delete, select, text, update

from wufei_public.common.actor import Verdict
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import TOWN_RANK
from wufei_public.infra import audit
from wufei_public.infra.buckets import hand_on, note_erased
from wufei_public.infra.tables import UtcDateTime
from wufei_public.infra.work import Work
from wufei_public.learning import policy
from wufei_public.learning.models import TrainingEvent, TrainingVisit
from wufei_public.learning.queries import training as queries
from wufei_public.learning.rules.training import MEASURE, Audience, Standing, standing

_INSERT = (
    text(
        "INSERT INTO training_visit (event, account, signed_at)"
        " VALUES (:event, :account, :signed_at) ON CONFLICT (event, account) DO NOTHING"
    )
    .bindparams(bindparam("signed_at", type_=UtcDateTime))
    .execution_options(preserve_rowcount=True)
)
_CLOSED = {
    Standing.COMING: N_("还没到培训的日子，到那天再来签到。"),
    Standing.OVER: N_("培训已经办完，不能再签到了。"),
    Standing.CANCELLED: N_("这场培训取消了。"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A training as its official writes it."""

    title: str
    day: date
    town: str
    place: str
    audience: Audience


def _require(verdict: Verdict) -> None:
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, N_("这个地方不归您管。"))


def make_event(w: Work, plan: Plan) -> str:
    """Make a training event; return its code. Invalid at `town` or for a day that is over."""
    place = directory(w.session).get(plan.town)
    if place is None or not place.active or place.rank != TOWN_RANK:
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("town", sentence)])
    _require(policy.may_run(w.actor, plan.town))
    if plan.day < district_day(w.now):
        sentence = N_("这一天已经过去了。")
        raise Invalid("day_is_over", sentence, [FieldError("day", sentence)])
    values = asdict(plan) | {"audience": plan.audience.value}
    row = TrainingEvent(
        code=new_code(secrets.token_bytes), made_by=w.actor.id, made_at=w.now, **values
    )
    w.session.add(row)
    w.session.flush()
    after = values | {"day": plan.day.isoformat()}
    audit.record(w, "learning:training:make", f"learning/training/{row.code}", after=after)
    return row.code


def cancel_event(w: Work, *, code: str) -> None:
    """Cancel a training: nobody signs in any more, and whoever did counts no more."""
    row = queries.event(w.session, code, locked=True)
    _require(policy.may_run(w.actor, row.town))
    if row.cancelled_at is not None:
        raise WrongState("cancelled_before", _CLOSED[Standing.CANCELLED])
    row.cancelled_at = w.now
    w.session.flush()
    hand_on(w, MEASURE, [(row.town, row.day)])
    audit.record(w, "learning:training:cancel", f"learning/training/{row.code}")


def sign_in(w: Work, *, code: str) -> bool:
    """Sign the actor in on the event's own day; False if that was done before."""
    row = queries.event(w.session, code)
    stands = standing(row.day, district_day(w.now), cancelled=row.cancelled_at is not None)
    if stands is not Standing.TODAY:
        raise WrongState("no_training_now", _CLOSED[stands])
    values = {"event": row.id, "account": w.actor.id, "signed_at": w.now}
    if w.session.connection().execute(_INSERT, values).rowcount != 1:
        return False
    hand_on(w, MEASURE, [(row.town, row.day)])
    return True


def absorb(w: Work, account: int, into: int) -> None:
    """Give the visits of `account` to the account `into` where that was not there itself."""
    there = select(TrainingVisit.event).where(TrainingVisit.account == into)
    _hand_on_visits(w, account)
    events = list(w.session.scalars(there))
    mine = TrainingVisit.account == account
    moved = update(TrainingVisit).where(mine, TrainingVisit.event.not_in(events))
    w.session.execute(moved.values(account=into))
    w.session.execute(delete(TrainingVisit).where(mine))


def erase(w: Work, account: int) -> None:
    """Forget at which trainings the account was."""
    note_erased(w, MEASURE, [day for _town, day in _hand_on_visits(w, account)])
    w.session.execute(delete(TrainingVisit).where(TrainingVisit.account == account))


def _hand_on_visits(w: Work, account: int) -> list[tuple[str, date]]:
    """Say that the trainings of an account changed; return town and day of each."""
    touched = (
        select(TrainingEvent.town, TrainingEvent.day)
        .join(TrainingVisit, TrainingVisit.event == TrainingEvent.id)
        .where(TrainingVisit.account == account)
    )
    found = list(w.session.execute(touched).tuples())
    hand_on(w, MEASURE, sorted(set(found)))
    return found
