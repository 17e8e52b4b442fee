"""Released cases in the words of other programs: GeoReport, its bulk file, feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.common.geo import Point
from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.queries.figures import middle_of
from wufei_public.dumping.rules import figures
from wufei_public.dumping.rules.columns import CLOSED, OPEN
from wufei_public.dumping.rules.states import WORKFLOW, State
from wufei_public.infra.i18n import is_english


@dataclass(frozen=True, slots=True)
class Words:
    """Names of places and departments in the reader's language, and the public grid."""

    names: Mapping[str, str]
    offices: Mapping[str, str]
    middle: float

    def office(self, code: str | None) -> str:
        """Return the department's name, empty for none."""
        return self.offices.get(code or "", "")

    def address(self, row: Any) -> str:
        """Return where a released case is, as far as everyone may know."""
        parts = (self.names.get(row.town), self.names.get(row.division), row.spot)
        return " ".join(dict.fromkeys(part for part in parts if part))

    def rough(self, row: Any) -> Point | None:
        """Return the case's cell of the public map (WGS-84), None without a position."""
        if row.lat is None:
            return None
        return figures.rough(Point(row.lat, row.lon), self.middle)


def words_for(session: Session) -> Words:
    """Return the words for a file: as many statements whatever its length."""
    english = is_english()
    offices = places.departments(session).offices.values()
    return Words(
        places.directory(session).called(english=english),
        {office.code: office.name_en if english else office.name for office in offices},
        middle_of(session),
    )


def status_of(state: str) -> str:
    """Return GeoReport's word for a state."""
    return CLOSED if state in WORKFLOW.finals else OPEN


def notes_of(row: Any) -> str:
    """Return why a released case stands as it does: the result, the ground, or the state."""
    label = shown.chip_of(State(row.state))[1]
    if row.outcome and row.state in WORKFLOW.finals:
        return f"{label}: {row.outcome}"
    if row.refuse_ground:
        return f"{label}: {shown.refuse_words(row.refuse_ground)}"
    return label
