"""Answers of GeoReport as lists and mappings, before they become XML or JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.clock import district_iso
from wufei_public.common.text import N_
from wufei_public.dumping.documents import outside, shown
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.open311.rules.services import (
    ATTRIBUTES,
    CHANGESET,
    GROUPS,
    LISTS,
    Attribute,
    keywords,
)

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")
KEYS = N_("api_key 由区级人员发给应用：%(contact)s")
# What an update's move is called; notes that are public have their own words.
UPDATES = frozenset(shown.EVENT_LABELS) - {"submit"}


def services() -> list[dict[str, Any]]:
    """Return the list of services."""
    return [
        {
            "service_code": code,
            "service_name": shown.kind_label(code),
            "description": _("乱倒的%(kind)s", kind=shown.kind_label(code)),
            "metadata": bool(ATTRIBUTES[code]),
            "type": "realtime",
            "keywords": ", ".join(_(word) for word in keywords(code)),
            "group": _(GROUPS[OFFICIAL[code].hazardous]),
        }
        for code in OFFICIAL
    ]


def definition(service: str) -> dict[str, Any]:
    """Return the definition of a service."""
    attributes = [
        _attribute(one, number) for number, one in enumerate(ATTRIBUTES[service], start=1)
    ]
    return {"service_code": service, "attributes": attributes}


def _attribute(one: Attribute, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "variable": one.variable,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": _(one.datatype_description) if one.datatype_description else "",
        "order": number,
        "description": _(one.description),
    }
    if one.datatype in LISTS:
        found["values"] = [{"key": key, "name": _(name)} for key, name in one.values.items()]
    return found


def discovery(contact: str) -> dict[str, Any]:
    """Return where the endpoints are; the one on trial keeps nothing of what it is sent."""
    return {
        "changeset": CHANGESET,
        "contact": contact or "-",
        "key_service": _(KEYS, contact=contact or "-"),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": _address(edition),
                "changeset": CHANGESET,
                "type": kind,
                "formats": list(FORMATS),
            }
            for edition, kind in (("test", "test"), ("v2", "production"))
        ],
    }


def _address(edition: str) -> str:
    here = url_for("open311.discovery", edition=edition, fmt="xml", _external=True)
    return here.rpartition("/")[0]


def requests(
    session: Session, rows: Sequence[Row[Any]], events: Mapping[int, Sequence[Row[Any]]] | None
) -> list[dict[str, Any]]:
    """Return released cases; with their public steps as `notes` where `events` are given."""
    words = outside.words_for(session)
    return [
        _request(row, words) | ({} if events is None else {"notes": _notes(events.get(row.id, ()))})
        for row in rows
    ]


def _request(row: Row[Any], words: outside.Words) -> dict[str, Any]:
    here = words.rough(row)
    return {
        "service_request_id": row.public_code,
        "status": outside.status_of(row.state),
        "status_notes": outside.notes_of(row),
        "service_name": shown.kind_label(row.official_kind),
        "service_code": row.official_kind,
        "description": row.public_words,
        "agency_responsible": words.office(row.department),
        "service_notice": "",
        "requested_datetime": district_iso(row.submitted_at),
        "updated_datetime": district_iso(row.closed_at or row.changed_at),
        "expected_datetime": district_iso(row.finish_due) if row.finish_due else "",
        "address": words.address(row),
        "address_id": row.division,
        "zipcode": "",
        "lat": here.lat if here else None,
        "long": here.lon if here else None,
        "media_url": _media(row),
    }


def _media(row: Row[Any]) -> str:
    if not row.cover_id:
        return ""
    return url_for(
        "cases.photo",
        token=row.release_token,
        photo_id=row.cover_id,
        size="large",
        _external=True,
    )


def _notes(rows: Sequence[Row[Any]]) -> list[dict[str, str]]:
    return [
        {
            "datetime": district_iso(one["at"]),
            "description": one["text"] or one["label"],
            "type": one["label"],
        }
        for one in shown.public_events(rows)
    ]


def updates(rows: Sequence[Row[Any]]) -> list[dict[str, str]]:
    """Return public steps of released cases as the updates that other systems read."""
    return [
        {
            "update_id": f"{row.public_code}-{row.number}",
            "service_request_id": row.public_code,
            "status": outside.status_of(row.state),
            "updated_datetime": district_iso(row.at),
            "description": row.public_text or _(shown.EVENT_LABELS[row.move]),
            "media_url": "",
        }
        for row in rows
        if row.move != "note" or row.public_text
    ]
