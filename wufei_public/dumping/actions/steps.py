"""One step of a case: state, event, audit, message and mark, all in the same transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wufei_public.common.actor import ANONYMOUS, ActorKind, Verdict
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.states import REVIEWS, WAITING, WORKFLOW, Move
from wufei_public.infra import audit, buckets
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.messages.actions.purging import forget_addresses

NOTHING: Mapping[str, Any] = {}
REASONS = {
    "not_handler_here": N_("这件案子不归您办。"),
    "not_yours_to_do": N_("这一步不由您来做。"),
    "not_officer_here": N_("这件案子不归您管。"),
    "not_yours_to_see": N_("您不能看这些内容。"),
    "merged_elsewhere": N_("这一件并在另一件里，公众看的是那一件。"),
    "asked_it_yourself": N_("延长是您申请的，要由另一个人来决定。"),
    "closed_it_yourself": N_("是您办结的，要由另一个人来复核。"),
    "entered_it_yourself": N_("这一件是您代录的，奖励要由别人来提、来批。"),
    "proposed_it_yourself": N_("奖励是您提的，要由另一个人来批。"),
    "paid_it_yourself": N_("是您发放的，要由另一个人来冲回。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def owner_of(code: str) -> str:
    """Return the name under which media keeps what the reporter of a case sent."""
    return f"dumping/{code}"


def proof_of(code: str) -> str:
    """Return the name under which media keeps the proof of closing a case."""
    return f"dumping/{code}/proof"


def seen_of(code: str) -> str:
    """Return the name under which media keeps what others who saw it sent."""
    return f"dumping/{code}/seen"


def owners_of(code: str) -> tuple[str, str, str]:
    """Return every name under which media keeps photos of a case."""
    return owner_of(code), proof_of(code), seen_of(code)


def code_of(owner: str) -> str:
    """Return the code of the case that owns a photo, empty for another feature's."""
    feature, _slash, rest = owner.partition("/")
    return rest.removesuffix("/proof").removesuffix("/seen") if feature == "dumping" else ""


def open_case(w: Work, code: str, version: int | None = None) -> Report:
    """Return the case `code`, locked; Conflict if it is no longer what the official looked at.

    Whom the case does not concern learns nothing of it, not even that it is there.
    """
    report = queries.report_for_update(w.session, code)
    if version is not None and not policy.may_handle(w.actor, report.facts).allowed:
        raise queries.missing()
    if version is not None and queries.has_news(w.session, report, version):
        raise Conflict("case_changed", N_("这件案子刚刚有了新情况。请看过再决定，您填的还在。"))
    return report


def as_reporter(w: Work) -> Work:
    """Return `w` of a resident, or of nobody: an official who reports is no official then."""
    return w if w.actor.kind is ActorKind.RESIDENT else replace(w, actor=ANONYMOUS)


def move(
    w: Work,
    report: Report,
    what: Move,
    *,
    public: str = "",
    internal: str = "",
    reporter: bool = False,
    changes: Mapping[str, object] | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Make the move `what`: check who may, change the row, write all that follows from it."""
    require(policy.may_move(w.actor, report.facts, what, reporter=reporter))
    before, target = before or trailed(report), WORKFLOW.step(report.facts.state, what).target
    report.state = target
    if target not in WAITING:
        report.held_until = None
    for name, value in (changes or {}).items():
        setattr(report, name, value)
    report.due_at = getattr(report, RUNNING[target]) if target in RUNNING else None
    note(w, report, what, public=public, internal=internal, before=before)
    tell(w, report, what)


# What the trail says of a case where a step changed it, beside its state and release.
TRAILED = ("release", "department", "crew_id", "division", "official_kind", "refuse_ground",
            "withhold_reason", "returns")  # fmt: skip


def trailed(report: Report) -> dict[str, Any]:
    """Return what the trail will compare `report` with, to be taken before it is changed."""
    return {name: getattr(report, name) for name in ("state", *TRAILED)}


def note(
    w: Work,
    report: Report,
    what: str,
    *,
    public: str = "",
    internal: str = "",
    before: Mapping[str, Any] | None = None,
    further: Mapping[str, Any] = NOTHING,
) -> None:
    """Write the changed row, the event and the audit row of something done to `report`.

    `before` is what `trailed` gave before the change; left out, nothing was changed. `further`
    is what the trail keeps beside the row.
    """
    report.version += 1
    w.session.flush()
    old = before or trailed(report)
    w.insert(
        ReportEvent,
        event_row(w, report.id, report.version, what, report.state)
        | {"came_from": old["state"], "public_text": public, "internal_text": internal},
    )
    changed = [name for name in TRAILED if getattr(report, name) != old[name]]
    audit.record(
        w,
        f"dumping:case:{what}",
        owner_of(report.code),
        before={name: old[name] for name in ("state", *changed)} if before else None,
        after={name: getattr(report, name) for name in ("state", "release", *changed)}
        | dict(further),
    )
    buckets.mark(w, MEASURE, report.town, report.business_day)


def event_row(w: Work, report_id: int, number: int, what: str, state: str) -> dict[str, Any]:
    """Return the columns of one event by the actor of `w`."""
    return {
        "report_id": report_id,
        "number": number,
        "move": what,
        "actor_kind": w.actor.kind,
        "actor_id": w.actor.id,
        "at": w.now,
        "came_from": state,
        "state": state,
        "public_text": "",
        "internal_text": "",
    }


# Steps of which the reporter hears; of a result that was taken back, that it is being done.
_TOLD = {
    Move.ACCEPT, Move.REFUSE, Move.ASSIGN, Move.ASK, Move.CLOSE, Move.CLOSE_UNCLEARED,
    Move.UNPROVEN, Move.UNPROVEN_LEFT, *REVIEWS,
}  # fmt: skip


def tell(w: Work, report: Report, what: Move) -> None:
    """Tell the reporter who left an account; the receipt page shows the rest.

    A crew member hears of a case that came to them, unless it was their own doing.
    """
    if what in _TOLD:
        tell_reporter(w, report, f"dumping.{what}")
        _tell_others(w, report, what)
    if what is Move.ASSIGN and report.crew_id not in {None, w.actor.id}:
        inbox.tell(w, report.crew_id or 0, "dumping.yours", {"code": report.code})


def tell_reporter(w: Work, report: Report, template: str) -> None:
    """Tell the reporter who left an account of something beside the moves."""
    if report.reporter_id is not None:
        inbox.tell(w, report.reporter_id, template, {"code": report.code})


def _tell_others(w: Work, report: Report, what: Move) -> None:
    """Tell those whose own report rests in this one, and those who saw the heap too."""
    for row in near.merged_reporters(w.session, report.id):
        if row.reporter_id not in {None, report.reporter_id}:
            inbox.tell(w, row.reporter_id, f"dumping.{what}", {"code": row.code})
    if report.public_code is not None:
        for account in near.followers(w.session, report.id):
            inbox.tell(w, account, "dumping.seen", {"code": report.public_code})


SIZES = ("thumb", "large")


def change_address(w: Work, report: Report, *, shown: bool = True) -> None:
    """Give the public photos of a case a new address, or none once it is not `shown`.

    The old one answers no more from here on; a cache in front of the site is told to forget it.
    """
    before = report.release_token
    report.release_token = secrets.token_urlsafe(18) if shown else None
    if before is None or not w.settings.cdn_purge_url:
        return
    photos = queries.photos(w.session, report.id)
    paths = [f"/p/{before}/{row.photo_id}/{size}" for row in photos for size in SIZES]
    pages = (f"/cases/{report.public_code}", f"/api/v1/dumping/reports/{report.public_code}")
    forget_addresses(w, [*paths, *pages])
