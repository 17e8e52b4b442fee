"""What becomes of a resident's reports when the account moves or ends."""

from sqlalchemy import select, update

from wufei_public.common.actor import ActorKind
from wufei_public.dumping.actions.awards import award_of
from wufei_public.dumping.actions.steps import owner_of
from wufei_public.dumping.models.awards import ReportAward
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.opinions import ReportConfirmation
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.audit import forget
from wufei_public.infra.buckets import note_erased
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media

PERSON = "reports.person"
REPORTERS = (ActorKind.RESIDENT, ActorKind.ANONYMOUS)


def absorb(w: Work, account: int, into: int) -> None:
    """Give the reports of `account` to the account `into`: one person has made two into one."""
    w.session.execute(update(Report).where(Report.reporter_id == account).values(reporter_id=into))
    twice = select(ReportConfirmation.report_id).where(ReportConfirmation.account == into)
    seen = update(ReportConfirmation).where(ReportConfirmation.account == account)
    # What both said to have seen stays, and follows once.
    again = seen.where(ReportConfirmation.report_id.in_(twice))
    w.session.execute(again.values(account=None))
    w.session.execute(seen.values(account=into))


def erase(w: Work, account: int) -> None:
    """Cut the reports of `account` loose from the person; the case itself stays for the record.

    The words that stay are the masked ones, as the public may read them; an open case keeps
    its place, since somebody must find it. Where and when photos were taken goes, and so do
    sealed originals.
    """
    own = select(Report.id, Report.code, Report.business_day).where(Report.reporter_id == account)
    found = w.session.execute(own).tuples().all()
    # The cases stay; who reported them is counted among the active residents no more.
    note_erased(w, PERSON, [day for _id, _code, day in found])
    for report_id, code, _day in found:
        forget_answers(w, report_id)
        forget_reasons(w, report_id, code)
        media.forget_originals(w, owner_of(code))
        media.forget_facts(w, owner_of(code))
    w.session.execute(
        update(Report)
        .where(Report.reporter_id == account)
        .values(
            reporter_id=None,
            contact_sealed=None,
            words=Report.public_words,
            spot=Report.public_spot,
        )
    )
    _erase_seen(w, account)


def _erase_seen(w: Work, account: int) -> None:
    """Cut what the person saw too loose: that somebody saw it stays, no word and no name."""
    own = ReportConfirmation.account == account
    cases = select(ReportConfirmation.report_id).where(own)
    w.session.execute(
        update(ReportEvent)
        .where(
            ReportEvent.report_id.in_(cases),
            ReportEvent.move == "seen",
            ReportEvent.actor_id == account,
        )
        .values(internal_text="", actor_id=None)
    )
    w.session.execute(update(ReportConfirmation).where(own).values(account=None, words=""))


def forget_reasons(w: Work, report_id: int, code: str) -> None:
    """Let nobody read why officials looked at a case, its photos or its award: it may name."""
    photos = select(ReportPhoto.photo_id).where(ReportPhoto.report_id == report_id)
    awards = select(ReportAward.code).where(ReportAward.report_id == report_id)
    names = [owner_of(code)]
    names += [f"photo/{photo}" for photo in w.session.scalars(photos)]
    names += [award_of(award) for award in w.session.scalars(awards)]
    forget(w, names)


def forget_answers(w: Work, report_id: int) -> None:
    """Take out who the reporter was and what they wrote later; that there was an answer stays."""
    w.session.execute(
        update(ReportEvent)
        .where(ReportEvent.report_id == report_id, ReportEvent.actor_kind.in_(REPORTERS))
        .values(internal_text="", actor_id=None)
    )
