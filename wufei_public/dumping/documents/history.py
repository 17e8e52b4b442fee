"""What happened to a case, as officials read it: codes in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row

from wufei_public.common.actor import ActorKind
from wufei_public.common.redact import redact
from wufei_public.dumping.actions.giving import ROUTED
from wufei_public.dumping.documents import shown
from wufei_public.dumping.rules.assigning import handler_of
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.infra.i18n import moment

_RESIDENTS = (ActorKind.RESIDENT, ActorKind.ANONYMOUS)


def event_line(
    row: Row[Any], actors: Mapping[int, str], names: Mapping[str, str], *, whole: bool = False
) -> dict[str, Any]:
    """Return one step of the time line, with who took it.

    `names` are those of places, departments and crews (`crew_key`).
    """
    who = actors.get(row.actor_id, "") if row.actor_kind == "staff" else ""
    label = shown.STAFF_EVENT_LABELS.get(row.move, row.move)
    internal = _INTERNAL.get(row.move, _as_written)(_said(row, whole=whole), names)
    return {
        "title": _(label),
        "tone": shown.TONES.get(row.move, "done"),
        "when": " · ".join(part for part in (moment(row.at), who) if part),
        "text": "\n".join(part for part in (row.public_text, internal) if part),
    }


def event_json(row: Row[Any], actors: Mapping[int, str]) -> dict[str, Any]:
    """Return one step as JSON: codes as they are, and what it is called."""
    department, crew, internal = handler_of(_said(row))
    return {
        "number": row.number,
        "move": row.move,
        "label": _(shown.STAFF_EVENT_LABELS.get(row.move, row.move)),
        "actor_kind": row.actor_kind,
        "actor": actors.get(row.actor_id, "") if row.actor_kind == "staff" else "",
        "at": row.at,
        "came_from": row.came_from,
        "state": row.state,
        "public_text": row.public_text,
        "internal_text": internal,
        "department": department or None,
        "crew": crew,
    }


def _said(row: Row[Any], *, whole: bool = False) -> str:
    """Return what was written inside; a resident's with personal numbers masked."""
    text = str(row.internal_text)
    return redact(text) if row.actor_kind in _RESIDENTS and not whole else text


def _as_written(text: str, _names: Mapping[str, str]) -> str:
    return text


def _place_words(text: str, names: Mapping[str, str]) -> str:
    """Return the names behind "410307106 → 410307106201"; before it there may be none."""
    moved, _line, said = text.partition("\n")
    before, _arrow, after = (part.strip() for part in moved.partition("→"))
    change = _change(names.get(before, before) or _("位置待定"), names.get(after, after))
    return "\n".join(part for part in (change, said) if part)


def _kind_words(text: str, _names: Mapping[str, str]) -> str:
    before, _arrow, after = (part.strip() for part in text.partition("→"))
    return _change(
        *(shown.kind_label(code) if code in OFFICIAL else code for code in (before, after))
    )


def _change(before: str, after: str) -> str:
    return f"{before} → {after}"


def _photo_words(text: str, _names: Mapping[str, str]) -> str:
    number = int(text) if text.isdecimal() else 0
    return str(ngettext("%(num)s 张照片", "%(num)s 张照片", number)) if number else text


def crew_key(account: int) -> str:
    """Return under which key `names` has a crew member."""
    return f"#{account}"


def _handler_words(text: str, names: Mapping[str, str]) -> str:
    department, crew, words = handler_of(text)
    given = [names.get(department, department)] if department else []
    given += [names.get(crew_key(crew), "")] if crew else []
    to = " · ".join(name for name in given if name)
    said = _("按派办规则") if words == ROUTED else words
    return "\n".join(part for part in (f"→ {to}" if to else "", said) if part)


def _entered_words(text: str, _names: Mapping[str, str]) -> str:
    return str(_("接报时间 %(when)s", when=moment(datetime.fromisoformat(text)))) if text else ""


# What events hold in codes, in words.
_INTERNAL: Mapping[str, Callable[[str, Mapping[str, str]], str]] = {
    "assign": _handler_words,
    "entered": _entered_words,
    "place": _place_words,
    "contest": _place_words,
    "reclassify": _kind_words,
    "withhold": lambda text, _names: shown.withhold_words(text),
    "photos": _photo_words,
    "photo_failed": _photo_words,
}
