"""What officers see of an application: the unit's words, the review so far, what can be done."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.cells import policy
from wufei_public.cells.actions.steps import inspection_owner, visit_owner
from wufei_public.cells.documents import aftercare, experts, own, proofs, shown, timelines
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.parts import CellTownCheck
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, parts, records, reviews, rounds
from wufei_public.cells.queries.charges import open_charge
from wufei_public.cells.rules.applying import commitment_version, entry_from
from wufei_public.cells.rules.diffs import Entry, changes
from wufei_public.cells.rules.refusing import grounds
from wufei_public.cells.rules.stages import (
    AFTER_SCORING,
    GROUND_LABELS,
    OPINION_LABELS,
    Ground,
    Move,
    workflow,
)
from wufei_public.cells.rules.standing import STANDINGS, Act, Standing, may_suspend
from wufei_public.common.actor import Actor
from wufei_public.common.scores import written
from wufei_public.common.text import N_
from wufei_public.infra.i18n import day
from wufei_public.infra.i18n import gettext as _
from wufei_public.media import queries as media
from wufei_public.people.queries.accounts import names_of
from wufei_public.people.rules.roles import Role

STEPS = {
    "town": N_("镇办初审"),
    "sector": N_("部门意见"),
    "propose": N_("集体决定"),
    "confirm": N_("第二人"),
    "inspect": N_("整改与验收"),
    "refuse": N_("不通过"),
    "moderate": N_("评分讨论"),
}
VERDICTS = {
    "complete": N_("材料齐全"),
    "return": N_("退回"),
    "name": N_("同意命名"),
    "disagree": N_("不确认"),
    "rectify": N_("要整改"),
    "mended": N_("已改好"),
    "rescore": N_("重新评分"),
    "suspend": N_("暂停使用"),
    "restore": N_("恢复使用"),
    "revoke": N_("摘牌"),
    "propose_removal": N_("提出摘牌"),
    "confirmed": N_("确认摘牌"),
    "declined": N_("不确认摘牌"),
    "charge": N_("认定会限制申报的情形"),
    "charge_confirmed": N_("第二人认定"),
    "charge_declined": N_("第二人没有认定"),
    "": "",
}
_WORDS = {str(k): v for k, v in (*OPINION_LABELS.items(), *GROUND_LABELS.items())} | VERDICTS


def values(session: Session, row: CellApplication, actor: Actor) -> dict[str, Any]:
    """Return everything on the officers' page of one application."""
    facts, entries = queries.facts_of(session, row), queries.entries(session, row.id)
    held = policy.roles_on(actor, facts)
    can = {
        step.move.value
        for step in workflow(facts.route).moves(facts.state)
        if policy.may_move(actor, facts, step.move).allowed
    }
    rubric, towns = rounds.rubric(session, row.rubric_id), parts.town_checks(session, row)
    if not _town_may_check(actor, row, towns):
        can.discard(Move.CHECK.value)
    return {
        "case": shown.head(session, row)
        | {
            "self_total": written(row.self_total) if row.self_total is not None else "",
            "document": row.document,
            "minutes": row.minutes,
            "votes": _votes(session, row),
            "notice_until": row.notice_until,
            "rubric": rubric.version,
            "commitment": commitment_version(row.commitment),
            "committed_at": row.committed_at,
            "signed": _signed(session, row),
        },
        "can": can,
        "quota": session.get_one(CellRound, row.round_id).quota,
        "towns": [
            (shown.place_name(session, one.town), one.checked_at is not None, one.text)
            for one in towns
        ],
        "independent": "independent" in held,
        "sections": _sections(session, row, entries),
        "pictures": proofs.story(session, row, "cells_desk.photo"),
        "mended": proofs.mended(session, row, "cells_desk.photo"),
        "inspected": proofs.owned(
            session, inspection_owner(row.code), "cells_desk.photo", row.code
        ),
        "changes": _changes(session, row),
        "opinions": _opinions(session, row.id),
        "panel": experts.panel(session, row) if "district_officer" in held else None,
        "offered": experts.offered(session, row) if Move.CLOSE_SCORING in can else [],
        "result": _result(session, row),
        "objections": _objections(session, row),
        "certificate": _certificate(session, row, actor),
        "charge": _charge(session, row, actor),
        "steps": timelines.steps(queries.events(session, row.id), staff=True),
        "grounds": [
            (str(one), _(GROUND_LABELS[one]), "") for one in grounds(records.record(session, row))
        ],
        "opinion_choices": [(one, _(words), "") for one, words in OPINION_LABELS.items()],
    }


def _signed(session: Session, row: CellApplication) -> str:
    """Return every time that the commitment was signed, with its version; empty for a single one.

    What was handed in before versions were kept with it has none.
    """
    kept = [one for one in queries.submissions(session, row.id) if one.commitment]
    if len(kept) < 2:  # noqa: PLR2004  the line above says it
        return ""
    return _("、").join(
        _("第 %(version)s 版，%(day)s 签", version=one.commitment, day=day(one.at)) for one in kept
    )


def _town_may_check(actor: Actor, row: CellApplication, towns: Sequence[CellTownCheck]) -> bool:
    """Say whether there is anything left for the actor to check of a joint application."""
    waiting = [one.town for one in towns if one.checked_at is None]
    office = actor.holds(Role.DISTRICT_OFFICER, division=row.division)
    mine = any(actor.holds(Role.TOWN_OFFICER, division=town) for town in waiting)
    return not towns or office or mine


def visits(session: Session, row: CellApplication, actor: Actor) -> list[str]:
    """Return whose photos of a visit the actor may see: the office's, once all scores are in."""
    held = policy.roles_on(actor, queries.facts_of(session, row))
    if Role.DISTRICT_OFFICER not in held or row.state not in AFTER_SCORING:
        return []
    found = reviews.sheets(session, row)
    return [visit_owner(row.code, one.id) for one in found if one.scored_at is not None]


def task_owners(session: Session, row: CellApplication) -> list[str]:
    """Return whose photos show what a named unit did for its tasks."""
    held = certificates.of_application(session, row.id)
    return aftercare.owners(session, row, held.id) if held else []


def _votes(session: Session, row: CellApplication) -> str:
    found = reviews.ballot(session, row.id) if row.document else None
    if found is None:
        return ""
    counts = {"yes": found.in_favour, "no": found.against, "none": found.abstained}
    return _("赞成 %(yes)s，反对 %(no)s，弃权 %(none)s", **counts)


def _sections(session: Session, row: CellApplication, entries: Any) -> list[dict[str, Any]]:
    found = own.items(session, row, entries)
    for section in found:
        for item in section["items"]:
            entry = entries.get(item["id"], Entry())
            item["pictures"] = proofs.photos(session, row, entry.photos, "cells_desk.photo")
            item["papers"] = proofs.papers(session, row, entry.papers, "cells_desk.paper")
    return found


def _changes(session: Session, row: CellApplication) -> list[dict[str, str]]:
    """Return what the last submission changed against the one before it."""
    kept = queries.submissions(session, row.id)
    if len(kept) < 2:  # noqa: PLR2004  nothing to compare
        return []
    before, after = (
        {item: entry_from(found) for item, found in one.content.items()} for one in kept[-2:]
    )
    rubric = rounds.rubric(session, row.rubric_id)
    lines = []
    for change in changes([item.id for item in rubric.all_items()], before, after):
        item = rubric.item(change.item)
        if item is None:
            continue
        lines.append(
            {
                "title": shown.local(item.title, item.title_en),
                "before": shown.answer_words(item, change.before.answer),
                "after": shown.answer_words(item, change.after.answer),
                "added": str(change.added),
                "removed": str(change.removed),
            }
        )
    return lines


def _opinions(session: Session, application_id: int) -> list[dict[str, Any]]:
    rows = reviews.opinions(session, application_id)
    names = names_of(session, {row.account_id for row in rows})
    return [
        {
            "step": _(STEPS[row.step]),
            "verdict": _(_WORDS[row.verdict]) if row.verdict else "",
            "who": names.get(row.account_id, ""),
            "text": row.text,
            "at": row.at,
        }
        for row in rows
    ]


def _result(session: Session, row: CellApplication) -> dict[str, Any] | None:
    if row.total is None or row.result is None or row.state not in AFTER_SCORING:
        return None
    rubric = rounds.rubric(session, row.rubric_id)
    names = shown.section_names(rubric)
    scored = reviews.score_of(row.total, row.result, row.result["vetoes"])
    vetoes = {veto.id: shown.local(veto.title, veto.title_en) for veto in rubric.vetoes}
    return {
        "total": written(row.total),
        "median": written(row.median or row.total),
        "spread": written(row.spread) if row.spread is not None else "",
        "experts": row.result["experts"],
        "stars": shown.stars_words(row.stars or 0),
        "passed": bool(row.stars),
        "vetoes": [vetoes[one] for one in row.result["vetoes"]],
        "low": [names[one] for one in row.result["low"]],
        "outliers": len(row.result["outliers"]),
        # What was scored before experts were compared on vetoes says nothing of it.
        "split": [vetoes[one] for one in row.result.get("split", ())],
        "sections": [shown.section_line(names[o.id], o) for o in scored.sections] if scored else [],
    }


def _charge(session: Session, row: CellApplication, actor: Actor) -> dict[str, Any] | None:
    """Return what is held against the unit and waits; `own` where the actor cannot decide on it."""
    found = open_charge(session, row.id)
    if found is None:
        return None
    return {
        "ground": _(GROUND_LABELS[Ground(found.ground)]),
        "reason": found.reason,
        "who": names_of(session, {found.made_by}).get(found.made_by, ""),
        "at": found.made_at,
        "due_at": found.due_at,
        "answer": found.answer,
        "own": found.made_by == actor.id,
    }


ABOUT = {
    "notice": N_("对公示的异议"),
    "refusal": N_("对不通过的申诉"),
    "removal": N_("对暂停或者摘牌的申诉"),
}


def _objections(session: Session, row: CellApplication) -> list[dict[str, Any]]:
    rows = reviews.objections(session, row.id)
    names = names_of(session, {one.handler_id for one in rows if one.handler_id})
    said = aftercare.replies(session, rows)
    return [
        {
            "code": one.code,
            "about": _(ABOUT[one.about]),
            "text": one.text,
            "at": one.received_at,
            "due_at": one.due_at,
            "outcome": one.outcome,
            "answer": one.answer,
            "reply": said.get(one.id, ""),
            "who": names.get(one.handler_id or 0, ""),
            "photos": [
                url_for(
                    "cells_desk.objection_photo", code=one.code, photo_id=photo.id, size="large"
                )
                for photo in media.photos_of(session, f"cells/objection/{one.code}")
                if photo.state == "ready"
            ],
        }
        for one in rows
    ]


def _certificate(session: Session, row: CellApplication, actor: Actor) -> dict[str, Any] | None:
    held = certificates.of_application(session, row.id)
    if held is None:
        return None
    facts = queries.facts_of(session, row)
    return {
        "number": held.number,
        "code": held.code,
        "standing": held.standing,
        "reason": held.standing_reason,
        "valid_until": held.valid_until,
        "can": {
            step.move.value
            for step in STANDINGS.moves(Standing(held.standing))
            if policy.may_act(actor, facts, Standing(held.standing), step.move).allowed
            and (step.move is not Act.SUSPEND or may_suspend(step.source, held.standing_reason))
        },
        "reports": certificates.year_reports(session, held.id),
        "removal": aftercare.removal(session, held.id, actor),
        "tasks": aftercare.tasks(session, row, held.id, "cells_desk.photo"),
        "outcomes": aftercare.outcome_choices(),
        "leads": policy.may_lead(actor).allowed,
    }
