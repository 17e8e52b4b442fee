"""The places that a form offers."""

from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english


def town_choices(session: Session) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return code, name and villages of each town, for the plain list and the tiles."""
    directory = places.directory(session)
    names = directory.called(english=is_english())
    return [
        (
            town.code,
            names[town.code],
            [(village.code, names[village.code]) for village in directory.children(town.code)],
        )
        for town in directory.towns
    ]
