"""The dictionary as the phone keeps it, and as pages show it."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.learning.queries.training import visits
from wufei_public.learning.rules.bins import (
    FIRST_FACES,
    SECOND_LABELS,
    TOWN_FACES,
    Face,
    RuralFirst,
    TownClass,
)
from wufei_public.learning.rules.search import Dictionary
from wufei_public.learning.rules.things import Entry

# So many digits of the digest name the file: a new dictionary is a new file.
DIGITS = 12


def phone_index(dictionary: Dictionary) -> str:
    """Return the dictionary as compact JSON: readings with their characters, words, things."""
    sounds: dict[str, str] = {}
    for character, sound in sorted(dictionary.readings.items()):
        sounds[sound] = sounds.get(sound, "") + character
    items = [_line(entry) for entry in dictionary.entries]
    words = {word: " ".join(sounds) for word, sounds in sorted(dictionary.words.items())}
    body = {"readings": sounds, "words": words, "items": items}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


_packed: dict[str, bytes] = {}


def packed_index(dictionary: Dictionary) -> bytes:
    """Return the phone's dictionary packed by gzip, made once per version in each process."""
    kept = _packed.get(dictionary.version)
    if kept is None:
        kept = gzip.compress(phone_index(dictionary).encode(), 9)
        _packed.clear()
        _packed[dictionary.version] = kept
    return kept


def _line(entry: Entry) -> list[str]:
    return [
        entry.name,
        "|".join(entry.aliases),
        entry.town_class,
        entry.town_kind,
        entry.rural_first,
        entry.rural_second,
        entry.tip,
        entry.note,
        entry.name_en,
    ]


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON."""
    values = asdict(entry) | {"aliases": list(entry.aliases)}
    values.pop("code")
    return values


def shown(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return entries as the page draws them, in the reader's language where there are words."""
    english = is_english()
    return [
        {
            "name": entry.name,
            "other": entry.name_en if english else " · ".join(entry.aliases),
            "town": entry.town_class.value,
            "kind": _(entry.town_kind) if entry.town_kind else "",
            "first": entry.rural_first.value,
            "second": _(SECOND_LABELS[entry.rural_second]),
            "tip": entry.tip,
            "note": entry.note,
        }
        for entry in entries
    ]


def faces() -> dict[str, Any]:
    """Return the faces of both schemes, in the reader's language."""
    town = {kind.value: _face(TOWN_FACES[kind]) for kind in TownClass}
    first = {kind.value: _face(FIRST_FACES[kind]) for kind in RuralFirst}
    second = {kind.value: _(label) for kind, label in SECOND_LABELS.items()}
    return {"town": town, "first": first, "second": second}


def _face(face: Face) -> dict[str, str]:
    return {"label": _(face.label), "icon": face.icon, "examples": _(face.examples)}


def trainings(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return the trainings at which a resident signed in, for the copy of what is held."""
    return [
        {"title": row.title, "day": row.day.isoformat(), "signed_at": row.signed_at.isoformat()}
        for row in visits(session, account)
    ]
