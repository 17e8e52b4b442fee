"""Cases as plain values for JSON and templates; the reporter appears nowhere but in `own_case`."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.steps import owner_of
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.rules.kinds import ICONS, OFFICIAL
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.refusing import DOOR_WORDS, GROUNDS
from wufei_public.dumping.rules.release import WITHHOLD_LABELS, WithholdReason
from wufei_public.dumping.rules.states import (
    CHIPS,
    LABELS,
    REFUSE_LABELS,
    WAITING,
    WITH_RESULT,
    WORKFLOW,
    RefuseGround,
    State,
)
from wufei_public.infra.i18n import day, is_english, moment
from wufei_public.infra.i18n import gettext as _
from wufei_public.media import queries as media

# What an event is called for everyone; moves that are not here stay between officials.
EVENT_LABELS: dict[str, str] = {
    "submit": N_("有人举报"),
    "accept": N_("受理"),
    "refuse": N_("不予受理"),
    "assign": N_("派人去办"),
    "ask": N_("请举报人补充"),
    "answer": N_("举报人补充了"),
    "resume": N_("继续办理"),
    "close": N_("办结"),
    "close_uncleared": N_("办结，没有清除"),
    "satisfied": N_("举报人评价：满意"),
    "mostly": N_("举报人评价：基本满意"),
    "reopen": N_("举报人不满意，重新办理"),
    "object": N_("举报人还是不满意，请人复核"),
    "doubt": N_("看到的人不满意的多，请人复核"),
    "redo": N_("复核：重新办理"),
    "keep": N_("复核：维持办结，已经清除"),
    "keep_uncleared": N_("复核：维持办结，没有清除"),
    "seen": N_("又有人看到"),
    "gained": N_("有人又举报了同一处"),
    "merge": N_("和另一件合在一起办"),
    "unmerge": N_("从另一件里分出来，单独办"),
    "unproven": N_("办结照片不能作证明，结果收回，请重新办结"),
    "unproven_left": N_("办结照片不能作证明，结果收回，请重新办结"),
    "note": N_("进展"),
    "extend": N_("延长办理期限"),
}
STAFF_EVENT_LABELS: dict[str, str] = EVENT_LABELS | {
    "return": N_("退回"),
    "extend_asked": N_("申请延长期限"),
    "extend_refused": N_("没有同意延长"),
    "dispute": N_("再次退回，待区级决定"),
    "added": N_("举报人又补充了"),
    "photos": N_("补了照片"),
    "release": N_("公开"),
    "withhold": N_("不公开"),
    "place": N_("定位置"),
    "contest": N_("又说不归自己，请区里决定"),
    "reclassify": N_("改种类"),
    "hand_over": N_("承办人离岗，退回待派"),
    "evidence": N_("查看原照片"),
    "redact": N_("给照片打码"),
    "contact": N_("查看手机号"),
    "words": N_("查看原话"),
    "entered": N_("工作人员代录"),
    "outside": N_("从别的应用来"),
    "voted": N_("看到的人评了结果"),
    "lost": N_("并进来的一件分出去了"),
    "reduce": N_("到期，去掉个人信息"),
    "withdraw_own": N_("举报人撤回了自己的话和照片"),
    "forget_own": N_("撤回的话和照片已经删掉"),
    "photo_failed": N_("有照片处理不了，已请举报人重传"),
    "award_proposed": N_("提了奖励"),
    "award_approved": N_("批准奖励"),
    "award_declined": N_("没有批准奖励"),
    "award_revoked": N_("撤销奖励"),
}
TONES = {
    "refuse": "bad", "ask": "soon", "dispute": "soon", "close_uncleared": "bad", "reopen": "soon",
    "object": "soon", "doubt": "soon", "redo": "soon", "keep_uncleared": "bad",
    "photo_failed": "bad",
    "contest": "soon", "extend": "soon", "extend_asked": "soon",
    "unproven": "bad", "unproven_left": "bad",
}  # fmt: skip


def kind_label(code: str) -> str:
    """Return the official kind in the reader's language."""
    return str(_(OFFICIAL[code].label))


def public_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return lines of the public list; no statement of its own, however many lines."""
    names = places.directory(session).called(english=is_english())
    return [public_row(row, names) for row in rows]


def public_row(row: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return one line of the public list."""
    return {
        "code": row.public_code,
        "kind": row.official_kind,
        "kind_label": kind_label(row.official_kind),
        "state": row.state,
        "state_label": _(LABELS[State(row.state)]),
        "town": names.get(row.town),
        "place": names.get(row.division, ""),
        "spot": row.spot,
        "submitted_at": row.submitted_at,
        "released_at": row.released_at,
        "closed_at": row.closed_at,
        "reopened": row.reopened,
        "photo": photo_url(row.release_token, row.cover_id, "thumb") if row.cover_id else None,
    }


def photo_url(token: str, photo_id: int, size: str) -> str:
    """Return the public address of a released photo."""
    return url_for("cases.photo", token=token, photo_id=photo_id, size=size)


def public_case(session: Session, row: Row[Any], hotline: str) -> dict[str, Any]:
    """Return everything that the public sees of a released case."""
    names = places.directory(session).called(english=is_english())
    photos = queries.photos_seen(session, row.id)
    return public_row(row, names) | {
        "words": row.public_words,
        "outcome": row.outcome,
        "refusal": refusal(row.refuse_ground, hotline),
        "photos": [
            _public_photo(photo, row) for photo in photos if photo.public and photo.state == "ready"
        ],
        "events": public_events(queries.events(session, row.id)),
    }


def _public_photo(photo: Row[Any], row: Row[Any]) -> dict[str, Any]:
    # What was once shown as proof stays, though the case was done again since.
    proof = "after" if photo.round == row.reopened else "earlier"
    return {
        "which": proof if photo.role == PhotoRole.PROOF else "before",
        "thumb": photo_url(row.release_token, photo.id, "thumb"),
        "large": photo_url(row.release_token, photo.id, "large"),
        "width": photo.thumb_width,
        "height": photo.thumb_height,
    }


def public_events(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return the steps that everyone may see: what, when, and the public words."""
    return [
        {
            "label": _(EVENT_LABELS[row.move]),
            "tone": TONES.get(row.move, "done"),
            "at": row.at,
            "text": row.public_text,
        }
        for row in rows
        if row.move in EVENT_LABELS and (row.move != "note" or row.public_text)
    ]


def own_case(session: Session, report: Report, secret: str) -> dict[str, Any]:
    """Return what the reporter sees of the own case, photos with their state included."""
    return {
        "words": report.words,
        "photos": own_photos(session, report, secret),
        "proofs": own_proofs(session, report, secret),
        "events": public_events(queries.events(session, report.id)),
    }


def own_proofs(session: Session, report: Report, secret: str) -> list[dict[str, Any]]:
    """Return the photos of the result that stands, which the reporter is to judge.

    Also where the public sees nothing of the case, but none that an official has hidden.
    """
    if report.facts.state not in WITH_RESULT:
        return []
    address: dict[str, Any] = {"code": report.code, "secret": secret}
    return [
        {
            "id": photo.id,
            "thumb": url_for("own.photo", photo_id=photo.id, size="thumb", **address),
            "large": url_for("own.photo", photo_id=photo.id, size="large", **address),
        }
        for photo in queries.photos_seen(session, report.id)
        if photo.role == PhotoRole.PROOF
        and photo.round == report.reopened
        and photo.public
        and photo.state == "ready"
    ]


def own_photos(session: Session, report: Report, secret: str) -> list[dict[str, Any]]:
    """Return the reporter's photos; one that cannot be used says so, and what can be done."""
    again = N_("第 %(n)s 张照片处理不了，请重新拍或重新选一张。")
    over = N_("第 %(n)s 张照片打不开。案子已经结束，不用再传。")
    fault = over if report.facts.state in WORKFLOW.finals else again
    address: dict[str, Any] = {"code": report.code, "secret": secret, "size": "thumb"}
    return [
        {
            "id": photo.id,
            "state": photo.state,
            "fault": _(fault, n=number) if photo.fault else "",
            "thumb": url_for("own.photo", photo_id=photo.id, **address)
            if photo.state == "ready"
            else None,
        }
        for number, photo in enumerate(media.photos_of(session, owner_of(report.code)), start=1)
    ]


def steps(events: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return events as the steps of a time line."""
    return [
        {
            "title": event["label"],
            "tone": event["tone"],
            "when": moment(event["at"]),
            "text": event["text"],
        }
        for event in events
    ]


def promises(report: Report) -> list[dict[str, str]]:
    """Return what comes next with its latest day; nothing once the case is over."""
    if report.state in WORKFLOW.finals:
        return []
    if report.review_due is not None:
        when = _("最晚 %(day)s", day=day(report.review_due))
        title = _("由另一个人复核，告诉您决定")
        return [{"tone": "doing", "title": title, "when": when, "text": ""}]
    asked = report.facts.state in WAITING
    latest = _("等您补充") if asked else _("最晚 %(day)s", day=day(report.accept_due))
    ahead = [] if report.accepted_at else [{"title": _("告诉您能不能受理"), "when": latest}]
    finish = report.finish_due
    promised = _("受理后 %(days)s 个工作日内", days=CLOCKS["finish"].amount)
    when = _("最晚 %(day)s", day=day(finish)) if finish and not asked else promised
    ahead.append({"title": _("清理完，告诉您结果"), "when": when})
    when = _("办结后 %(days)s 个工作日内", days=CLOCKS["rate"].amount)
    ahead.append({"title": _("您来评，不满意就重新办一次"), "when": when})
    marked = [{"tone": "none", "text": ""} | step for step in ahead]
    return [marked[0] | {"tone": "doing"}, *marked[1:]]


def chip_of(state: str) -> tuple[str, str]:
    """Return tone and words of a state's chip."""
    return CHIPS[State(state)], _(LABELS[State(state)])


def refuse_words(ground: str) -> str:
    """Return the ground of a refusal in the reader's language."""
    return _(REFUSE_LABELS[RefuseGround(ground)]) if ground else ""


def refusal(ground: str, hotline: str) -> dict[str, Any] | None:
    """Return why a case was refused, on what that rests and where to turn; None if it was not."""
    if not ground:
        return None
    found = GROUNDS[RefuseGround(ground)]
    return {
        "words": _(found.label),
        "basis": " · ".join(part for part in (found.source, found.article) if part),
        "doors": [_(DOOR_WORDS[door], number=hotline) for door in found.doors],
    }


def withhold_words(reason: str) -> str:
    """Return why a case is not shown, in the reader's language."""
    return _(WITHHOLD_LABELS[WithholdReason(reason)]) if reason else ""


def kind_icon(code: str) -> str:
    """Return the drawing of an official kind."""
    return ICONS[code]
