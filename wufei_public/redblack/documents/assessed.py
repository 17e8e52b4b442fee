"""Assessments as officials and the enterprise read them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.scores import written
from wufei_public.divisions.queries import directory
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.organisations.queries import cards
from wufei_public.people.queries.accounts import names_of
from wufei_public.redblack.models.assessments import Assessment, CaseEvidence
from wufei_public.redblack.queries import assessments as queries
from wufei_public.redblack.rules.assessing import CRITERIA, Given
from wufei_public.redblack.rules.states import BASIS_LABELS, Basis


def suggested(suggests: str) -> tuple[str, str] | None:
    """Return tone and words of what a total leads to, None where it leads to nothing."""
    words = {"red": ("done", _("够红榜")), "black": ("bad", _("够黑榜"))}
    return words.get(suggests)


def points(total: Decimal | None) -> str:
    """Return a total as it is read; a dash where nothing applied."""
    return "–" if total is None else written(total)


def lines(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return the assessments of a period with the names of the enterprises."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    towns = directory(session).called(english=is_english())
    return [
        {
            "organisation": names[row.organisation_id].code,
            "name": names[row.organisation_id].name,
            "where": towns.get(row.town, ""),
            "total": points(row.total),
            "chip": suggested(row.suggests),
            "at": row.changed_at,
        }
        for row in rows
    ]


def questions(version: str) -> list[dict[str, Any]]:
    """Return the criteria of a version in words."""
    return [
        {"code": one.code, "label": _(one.label), "hint": _(one.hint), "weight": one.weight}
        for one in CRITERIA[version]
    ]


def typed_before(given: Mapping[str, Given], row: Assessment | None) -> dict[str, Any]:
    """Return what the form begins with: the scores that stand."""
    values: dict[str, Any] = {"version": row.version if row else 0}
    for code, one in given.items():
        values[f"score-{code}"] = "" if one.score is None else written(one.score)
        values[f"none-{code}"] = one.score is None
        values[f"words-{code}"] = one.words
    return values


def of_firm(session: Session, organisation_id: int) -> list[dict[str, Any]]:
    """Return what an enterprise was given in each period, with every score and its ground."""
    return [
        {
            "code": row.code,
            "period": row.period,
            "total": points(row.total),
            "suggests": row.suggests,
            "chip": suggested(row.suggests),
            "closed": row.closed,
            "used": row.used,
            "at": row.changed_at,
            "scores": _scores(row.criteria, queries.scores(session, row.id)),
        }
        for row in queries.of_organisation(session, organisation_id)
    ]


def _scores(version: str, given: Mapping[str, Given]) -> list[dict[str, str]]:
    return [
        {
            "label": _(one.label),
            "points": _("不适用") if score is None else written(score),
            "words": given[one.code].words,
        }
        for one in CRITERIA[version]
        if one.code in given
        for score in (given[one.code].score,)
    ]


def cases(session: Session, rows: Sequence[CaseEvidence]) -> list[dict[str, Any]]:
    """Return closed cases as evidence: kind, place, day and how the offender was confirmed."""
    names = directory(session).called(english=is_english())
    firms = cards.cards_of(session, {row.organisation_id for row in rows})
    people = names_of(
        session, {row.sent_by for row in rows} | {row.confirmed_by or 0 for row in rows}
    )
    return [
        {
            "report": row.report,
            "organisation": firms[row.organisation_id].code,
            "name": firms[row.organisation_id].name,
            "kind": _(OFFICIAL[row.kind].label),
            "where": names.get(row.division or "", ""),
            "closed_on": row.closed_on,
            "confirmed": row.confirmed,
            "document": row.document,
            "document_on": row.document_on,
            "sender": people.get(row.sent_by, ""),
            "second": people.get(row.confirmed_by or 0, ""),
            "stands": row.stands,
        }
        for row in rows
    ]


def basis_words(session: Session, listing_id: int) -> str:
    """Return on what an entry rests, in words; empty for one older than the record."""
    row = queries.basis(session, listing_id)
    return _(BASIS_LABELS[Basis(row.basis)]) if row else ""
