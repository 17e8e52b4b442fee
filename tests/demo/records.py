"""Addresses of real records of the filled year, for every route that names one.

A route joins by the longest beginning that stands here; a new one that has none fails its test.
"""

# ruff: noqa: E501  one query reads best on one line
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.routing import AnyConverter, BuildError, Rule

from wufei_public.infra.web.access import access_of

# What the year has none of, so that each attack has something to reach for.
ADDED = (
    (
        "INSERT INTO school_class (code, organisation_id, name, teacher, opened_at)"
        " SELECT 'K0000000C1', organisation_id, '三年二班', account_id, applied_at FROM membership"
        " WHERE state = 'proven' LIMIT 1"
    ),
    (
        "INSERT INTO organisation_import (code, account_id, name, data, created_at, applied)"
        " SELECT 'K0000000M1', id, 'a.csv', '', created_at, 0 FROM account WHERE kind = 'staff' LIMIT 1"
    ),
    (
        "INSERT INTO report_filter (account, name, query)"
        " SELECT id, '我的', 'state=open' FROM account WHERE kind = 'staff' LIMIT 1"
    ),
    (
        "INSERT INTO account_session (token_hash, code, account, created_at, seen_at, idle_until, until,"
        " program, system) SELECT CAST('abcdefghijklmnopqrstuvwxyz012345' AS {blob}), 'K0000000S1', id,"
        " created_at, created_at, '2027-01-01 00:00:00.000000', '2027-01-01 00:00:00.000000', '', '' FROM account"
        " WHERE kind = 'resident' ORDER BY id LIMIT 1"
    ),
)

_CELL = "SELECT code FROM cell_application ORDER BY id"
_CASE = "SELECT code, (SELECT min(photo_id) FROM report_photo p WHERE p.report_id = report.id) photo_id FROM report ORDER BY id"
_SHOWN = "SELECT public_code AS code FROM report WHERE public_code IS NOT NULL ORDER BY id"
_WAVE = "SELECT code, '1' topic, '1' comment FROM survey_wave ORDER BY id DESC"
_FIRM = "SELECT code, code organisation FROM organisation ORDER BY id"
_VALUE = "SELECT code FROM indicator_value ORDER BY id DESC"
_RUBRIC = "SELECT kind, version, 'x' row_id FROM cell_rubric ORDER BY id"
_ITEM = (
    "SELECT a.code, e.item, e.photo_id, 1 paper_id FROM cell_application a"
    " JOIN cell_evidence e ON e.application_id = a.id ORDER BY a.id"
)
_LISTING = "SELECT code, 1 photo_id FROM listing ORDER BY id"
_NOTHING = "SELECT 'K0000000X1' code"

# Beginning of the rule: the query that gives its values. Fixed values stand in FIXED.
RECORDS: Mapping[str, str] = {
    "/people/sessions/": "SELECT code FROM account_session WHERE code = 'K0000000S1'",
    "/staff/sessions/": "SELECT code FROM account_session WHERE code = 'K0000000S1'",
    "/staff/accounts/": (
        "SELECT a.code, r.code held FROM account a JOIN account_role r ON r.account = a.id ORDER BY a.id"
    ),
    "/staff/access/": "SELECT code FROM account_role ORDER BY id",
    "/staff/messages/dead/": "SELECT id number FROM outbox ORDER BY id",
    "/staff/messages/texts/": "SELECT DISTINCT template name FROM message",
    "/mine/reports/": "SELECT code FROM report WHERE reporter_id IS NOT NULL ORDER BY id",
    "/staff/entry/": "SELECT code FROM report ORDER BY id",
    "/staff/cases/bulk/filters/": "SELECT id number FROM report_filter",
    "/staff/cases/export/": "SELECT 1",
    "/staff/cases/<": _CASE,
    "/staff/routing/": "SELECT 1 number",
    "/staff/calendar/": "SELECT year FROM holiday_year",
    "/staff/departments/": "SELECT code FROM department ORDER BY code",
    "/api/v1/dumping/cases/": _CASE,
    "/api/v1/cells/rounds/": "SELECT code FROM cell_round ORDER BY id",
    "/api/v1/cells/applications/": _ITEM,
    "/staff/open311/": _NOTHING,
    "/staff/organisations/": (
        "SELECT o.code, s.code site FROM organisation o LEFT JOIN site s"
        " ON s.organisation_id = o.id ORDER BY s.id IS NULL, o.id"
    ),
    "/staff/memberships/": "SELECT code, 1 photo_id FROM membership ORDER BY id",
    "/mine/organisations/apply/": _FIRM,
    "/mine/organisations/<": "SELECT code FROM membership ORDER BY id",
    "/staff/organisations-sheet/": "SELECT code FROM organisation_import",
    "/staff/sorting/": "SELECT code FROM sorting_item ORDER BY id",
    "/training/": "SELECT code FROM training_event ORDER BY id",
    "/staff/training/": "SELECT code FROM training_event ORDER BY id",
    "/staff/notices/": "SELECT code, 1 number FROM notice ORDER BY id",
    "/staff/surveys/questionnaires/": "SELECT code FROM survey_form ORDER BY id",
    "/staff/surveys/<": _WAVE,
    "/staff/surveys/<code>/photos/": "SELECT substr(owner, 9) code, id photo_id FROM photo WHERE owner LIKE 'surveys/%' ORDER BY id",
    "/staff/surveys/<code>/calls/<": (
        "SELECT w.code, c.number FROM survey_call c JOIN survey_wave w ON w.id = c.wave_id"
        " WHERE c.assigned_to IS NOT NULL ORDER BY c.number"
    ),
    "/staff/surveys/drafts/": "SELECT 'K0000000D1' code, 1 \"at\"",
    "/points/redeem/": "SELECT code FROM reward ORDER BY id",
    "/points/redemptions/": "SELECT code FROM redemption ORDER BY id",
    "/staff/spot-checks/draws/": "SELECT day FROM spot_draw ORDER BY day DESC",
    "/staff/points/entries/": "SELECT id number FROM point_entry WHERE book = 'earned' ORDER BY id",
    "/staff/points/rewards/": "SELECT code FROM reward ORDER BY id",
    "/staff/points/shops/": (
        "SELECT s.code, c.account FROM reward_shop s JOIN reward_shop_clerk c ON c.shop = s.id ORDER BY s.id"
    ),
    "/checkin/household/": "SELECT number FROM household_member ORDER BY account",
    "/staff/collection-points/": "SELECT code FROM collection_point ORDER BY id",
    "/staff/spot-checks/": "SELECT code FROM spot_check ORDER BY id",
    "/staff/coverage/": (
        "SELECT division, code FROM sorting_place WHERE checked_at IS NULL OR 1 = 1 ORDER BY id"
    ),
    "/checkin/children/": "SELECT id number FROM child ORDER BY id",
    "/checkin/classes/": "SELECT code FROM school_class",
    "/staff/roads/": "SELECT code FROM road_stretch ORDER BY id",
    "/staff/second-split/": "SELECT code FROM second_split ORDER BY id",
    "/mine/cells/new/": "SELECT code FROM cell_round ORDER BY id",
    "/mine/cells/": _ITEM,
    "/mine/cells/tasks/": _NOTHING,
    "/mine/cells/objections/": "SELECT code FROM cell_objection ORDER BY id",
    "/staff/cells/office/rounds/": "SELECT code FROM cell_round ORDER BY id",
    "/staff/cells/office/rubrics/": _RUBRIC,
    "/staff/cells/office/drafts/": "SELECT kind, 'x' row_id FROM cell_rubric_draft",
    "/staff/cells/<": _ITEM,
    "/staff/cells/tasks/": _NOTHING,
    "/staff/cells/objections/": "SELECT code, 1 photo_id FROM cell_objection ORDER BY id",
    "/staff/cells/checks/": (
        "SELECT s.year, c.code FROM cell_spot_check s JOIN cell_certificate c ON c.id = s.certificate_id"
    ),
    "/staff/scoring/": _ITEM,
    "/mine/listings/": _LISTING,
    "/mine/listings/firms/": (
        "SELECT o.code, g.code grade FROM credit_grade g JOIN organisation o"
        " ON o.id = g.organisation_id ORDER BY g.id"
    ),
    "/staff/listings/": _LISTING,
    "/staff/snapshots/": "SELECT number FROM listing_snapshot ORDER BY number",
    "/staff/assessments/": (
        "SELECT p.code, o.code organisation, 1 photo_id FROM assessment a"
        " JOIN assessment_period p ON p.id = a.period_id"
        " JOIN organisation o ON o.id = a.organisation_id ORDER BY a.id"
    ),
    "/staff/assessments/cases/": "SELECT report FROM case_evidence ORDER BY id",
    "/staff/credit/": (
        "SELECT o.code organisation, g.code FROM credit_grade g JOIN organisation o"
        " ON o.id = g.organisation_id ORDER BY g.id"
    ),
    "/staff/credit/grades/": "SELECT code, 1 photo_id FROM credit_grade ORDER BY id",
    "/staff/awards/ledger/": "SELECT 1",
    "/staff/checkins.": "SELECT 1",
    "/staff/listing-errors/": "SELECT code FROM listing_error ORDER BY id",
    "/staff/indicators/sheets/": _NOTHING,
    "/staff/indicators/towns/": "SELECT code, 'overview' \"key\", 'csv' form, 1 number FROM division WHERE level = 'town' ORDER BY code",
    "/staff/indicators/values/": _VALUE,
    "/staff/indicators/tasks/": "SELECT task code FROM indicator_task_report ORDER BY id",
    "/staff/indicators/<": "SELECT '54' name",
    # Open to all.
    "/static/dist/": "SELECT 'x.js' name",
    "/static/": "SELECT 'wufei.css' filename",
    "/staff/setup/": "SELECT 'x' token",
    "/r/": "SELECT code, 'x' secret, 1 photo_id FROM report ORDER BY id",
    "/cases/data/": "SELECT 1",
    "/cases/": _SHOWN,
    "/p/": (
        "SELECT release_token token, cover_id photo_id FROM report WHERE release_token IS NOT NULL"
        " AND cover_id IS NOT NULL ORDER BY id"
    ),
    "/api/v1/dumping/reports/": _SHOWN,
    "/open311/": "SELECT public_code number, 'x' token, 'build' service FROM report WHERE public_code IS NOT NULL",
    "/sorting/": "SELECT 'x' digest",
    "/articles/": "SELECT '01-four-bins' slug",
    "/news/": "SELECT code FROM notice ORDER BY id",
    "/surveys/": _WAVE,
    "/api/v1/surveys/": _WAVE,
    "/cells/rounds/": "SELECT code FROM cell_round ORDER BY id",
    "/cells/rubrics/": "SELECT kind FROM cell_rubric ORDER BY id",
    "/cells/notices/": _CELL,
    "/cells/objections/": "SELECT code FROM cell_objection ORDER BY id",
    "/cells/c/": "SELECT code, cover_id photo_id FROM cell_certificate ORDER BY id",
    "/api/v1/cells/certificates/": "SELECT code FROM cell_certificate ORDER BY id",
    "/mine/listings/<code>/drafts/": (
        "SELECT listing.code, listing_error.code error FROM listing_error"
        " JOIN listing ON listing.id = listing_error.listing_id ORDER BY listing_error.id"
    ),
    "/redblack/": _LISTING,
    "/redblack/errors/": "SELECT code FROM listing_error ORDER BY id",
    "/credit/": _FIRM,
    "/api/v1/redblack/": _LISTING,
    "/api/v1/redblack/snapshots/": "SELECT number FROM listing_snapshot ORDER BY number",
    "/indicators/tasks/": "SELECT task code FROM indicator_task_report ORDER BY id",
    "/indicators/": "SELECT '54' name",
    "/api/v1/indicators/": "SELECT '54' name",
}
# The year has no such records, so nothing is tried at these routes here.
NONE_YET = frozenset(
    {
        "/staff/awards/<code>",
        "/staff/awards/<code>/decide",
        "/staff/awards/<code>/revoke",
        "/staff/awards/<code>/reverse",
        "/checkin/photos/<code>/<size>",
        "/checkin/photos/<code>/delete",
        "/staff/checkin-photos/<code>",
        "/staff/checkin-photos/<code>/<size>",
    }
)
FIXED: Mapping[str, Any] = {"size": "thumb", "move": "note", "form": "csv"}


@dataclass(frozen=True, slots=True)
class Target:
    """An address of a record that is there."""

    rule: str
    method: str
    permission: str
    address: str


def add_records(connection: Connection) -> None:
    """Write what the year has none of."""
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in ADDED:
        done = connection.execute(text(statement.format(blob=blob)))
        assert done.rowcount == 1, statement


def targets(app: Flask, connection: Connection, each: int) -> Iterator[Target]:
    """Yield up to `each` addresses for every method of every route that names a record."""
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            continue
        addresses = list(islice(_addresses(rule, connection), each))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for address in addresses:
                permission = access_of(app, rule.endpoint) or ""
                yield Target(rule.rule, method, permission, address)


def missing(app: Flask, connection: Connection) -> set[str]:
    """Return the routes for which no address can be built."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.arguments)
    return {rule.rule for rule in rules if not list(islice(_addresses(rule, connection), 1))}


def _addresses(rule: Rule, connection: Connection) -> Iterator[str]:
    heads = [head for head in RECORDS if rule.rule.startswith(head)]
    if not heads:
        return
    rows = connection.execute(text(RECORDS[max(heads, key=len)])).mappings().all()
    choices = [
        [(name, item) for item in sorted(converter.items)]
        for name, converter in rule._converters.items()
        if isinstance(converter, AnyConverter)
    ]
    seen = set()
    for row, *chosen in product(rows, *choices):
        values = {**FIXED, **dict(chosen), **{k: v for k, v in row.items() if v is not None}}
        built = _built(rule, {name: values.get(name) for name in rule.arguments})
        if built and built not in seen:
            seen.add(built)
            yield built


def _built(rule: Rule, values: Mapping[str, Any]) -> str:
    if None in values.values():
        return ""
    try:
        made = rule.build(values, append_unknown=False)
    except (BuildError, ValueError):
        return ""
    return made[1] if made else ""
