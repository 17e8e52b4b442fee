"""Credit grades as everyone and as officials read them: words, and no colour of the list."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.scores import written
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.media.queries import photos_by_owner
from wufei_public.organisations.queries import cards
from wufei_public.organisations.rules.kinds import PERMIT_LABELS, PermitClass
from wufei_public.people.queries.accounts import names_of
from wufei_public.redblack.actions.grading import owner_of
from wufei_public.redblack.queries import grades as queries
from wufei_public.redblack.rules.grades import CURRENT, GRADES, VETOES, label_of
from wufei_public.redblack.rules.states import TOLD_LABELS, Way


def public_rows(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return published grades with the enterprises' names."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    return [
        {
            "organisation": names[row.organisation_id].code,
            "name": names[row.organisation_id].name,
            "uscc": names[row.organisation_id].uscc,
            "town": row.town,
            "year": row.year,
            "set": row.grades,
            "grade": row.grade,
            "published_at": row.published_at,
        }
        for row in rows
    ]


def in_words(session: Session, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return published grades with what people read instead of codes."""
    towns = directory(session).called(english=is_english())
    return [
        row | {"label": _(label_of(row["set"], row["grade"])), "where": towns.get(row["town"], "")}
        for row in rows
    ]


def history(session: Session, organisation_id: int, *, staff: bool = False) -> list[dict[str, Any]]:
    """Return every grade of an enterprise; officials see who gave it, and what waits."""
    rows = queries.history(session, organisation_id, published=not staff)
    owners = [owner_of(row.code) for row in rows if row.proofs or row.letter]
    photos = photos_by_owner(session, owners) if staff and owners else {}
    receivers = _receivers(session, [row.id for row in rows if row.letter]) if staff else {}
    return [
        {
            "code": row.code,
            "year": row.year,
            "version": row.version,
            "label": _(label_of(row.grades, row.grade)),
            "points": written(row.points),
            "vetoes": [_(VETOES[row.grades][code].label) for code in row.vetoes.split(",") if code],
            "ground": row.ground if staff else _public_ground(row),
            "graded_at": row.graded_at,
            "heard_until": row.heard_until,
            "reply": row.reply,
            "letter": bool(row.letter),
            "receivers": receivers.get(row.id, ()),
            "way": _(TOLD_LABELS[Way(row.way)]) if row.way else "",
            "served_at": row.served_at,
            "withdrawn_at": row.withdrawn_at,
            "waits": row.published_at is None and row.withdrawn_at is None,
            "photos": photos.get(owner_of(row.code), ()),
            "published_at": row.published_at,
            "replaced_at": row.replaced_at,
        }
        for row in rows
    ]


def _public_ground(row: Row[Any]) -> str:
    """Return why a grade in force was given; of a replaced one everyone reads only that it was."""
    return "" if row.replaced_at else row.public_ground


def _receivers(session: Session, grades: Sequence[int]) -> dict[int, list[str]]:
    """Return by grade the names of who entered a letter to it."""
    rows = queries.letters(session, grades) if grades else ()
    people = names_of(session, {account for _grade_id, account in rows})
    found: dict[int, list[str]] = {}
    for grade_id, account in rows:
        names = found.setdefault(grade_id, [])
        if people.get(account) not in {None, *names}:
            names.append(people[account])
    return found


def waiting(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return the grades that wait for a second person."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    people = names_of(session, {row.graded_by for row in rows})
    return [
        {
            "organisation": names[row.organisation_id].code,
            "name": names[row.organisation_id].name,
            "year": row.year,
            "label": _(label_of(row.grades, row.grade)),
            "by": people.get(row.graded_by, ""),
            "own": row.graded_by,
        }
        for row in rows
    ]


def holders(session: Session, share: queries.Share) -> list[dict[str, Any]]:
    """Return the denominator of indicator 41, each with its grade or none."""
    towns = directory(session).called(english=is_english())
    return [
        {
            "organisation": row.code,
            "name": row.name,
            "uscc": row.uscc,
            "where": towns.get(row.town, ""),
            "permit": _(PERMIT_LABELS[PermitClass(row.permit_class)]),
            "grade": _grade(share, row.id),
        }
        for row in share.holders
    ]


def _grade(share: queries.Share, organisation_id: int) -> str:
    row = share.graded.get(organisation_id)
    if row is None:
        return ""
    label = _(label_of(row.grades, row.grade))
    return _("%(year)s 年：%(grade)s", year=row.year, grade=label)


def table() -> list[dict[str, Any]]:
    """Return the grades in use, from how many points, with their source."""
    return [
        {
            "label": _(one.label),
            "least": written(one.least),
            "source": one.source,
            "verified": one.verified,
        }
        for one in GRADES[CURRENT]
    ]


def vetoes() -> list[tuple[str, str, str]]:
    """Return the vetoes as choices, with the best grade that each leaves."""
    return [
        (one.code, _(one.label), _("最高 %(grade)s", grade=_(label_of(CURRENT, one.most))))
        for one in VETOES[CURRENT].values()
    ]
