"""Rules of routing in words."""

from typing import Any

from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.queries import routing as queries
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.routing import Route
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english


def department_names(session: Session) -> dict[str, str]:
    """Return the active departments by code, in the reader's language."""
    english, offices = is_english(), places.departments(session).active
    return {office.code: office.name_en if english else office.name for office in offices}


def rule_rows(session: Session) -> list[dict[str, Any]]:
    """Return every rule in words, in the order in which they are read."""
    names, offices = (
        places.directory(session).called(english=is_english()),
        department_names(session),
    )
    return [
        {
            "id": rule.id,
            "place": names.get(rule.division, rule.division) if rule.division else _("所有地方"),
            "kind": shown.kind_label(rule.kind) if rule.kind else _("所有种类"),
            "department": offices.get(rule.department, ""),
        }
        for rule in queries.rules(session)
    ]


def lawful_rows(session: Session) -> list[dict[str, str]]:
    """Return the kinds that no rule decides, and where they go."""
    offices = department_names(session)
    return [
        {"kind": shown.kind_label(code), "department": offices.get(kind.department, "")}
        for code, kind in OFFICIAL.items()
        if kind.department
    ]


def found_words(session: Session, found: Route | None) -> str:
    """Return where a tried case would go, in one sentence."""
    if found is None:
        return _("没有规则说到它，受理以后由镇办来派。")
    name = department_names(session)[found.department]
    if found.rule is None:
        return _("派给%(department)s：危险废物和医疗废物不看规则。", department=name)
    number = [rule.id for rule in queries.rules(session)].index(found.rule) + 1
    return _("派给%(department)s：第 %(number)s 条规则。", department=name, number=number)


def choices(session: Session) -> dict[str, Any]:
    """Return what the forms choose from."""
    directory, english = places.directory(session), is_english()
    return {
        "departments": list(department_names(session).items()),
        "kinds": [(code, shown.kind_label(code)) for code in OFFICIAL],
        "places": [
            (place.code, directory.path(place.code, english=english))
            for place in (*directory.towns, *directory.units)
        ],
        "lawful": lawful_rows(session),
    }
