"""A case goes where the law or a rule says, whenever nobody has chosen who handles it."""

from dataclasses import replace

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping.actions.steps import move
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.routing import lawful_of, route_of
from wufei_public.dumping.rules.assigning import handler_text
from wufei_public.dumping.rules.states import Move
from wufei_public.infra.work import Work

# Kept with the event: who assigned it was a rule.
ROUTED = "routed"


def give_by_rule(w: Work, report: Report) -> None:
    """Assign an accepted case to the department that the law or a rule names, if one does."""
    found = route_of(w.session, report.division, report.official_kind)
    if found is not None:
        give(replace(w, actor=SYSTEM), report, found.department)


def give(w: Work, report: Report, department: str) -> None:
    """Assign the case to `department` and to no single person, as a rule does."""
    kept = f"{handler_text(department, None)}\n{ROUTED}"
    changes = {"department": department, "crew_id": None}
    move(w, report, Move.ASSIGN, internal=kept, changes=changes)


def require_lawful(w: Work, report: Report, department: str | None) -> None:
    """Raise Invalid where the law gives the kind of the case to another department."""
    lawful = lawful_of(w.session, report.official_kind)
    if lawful and department != lawful:
        sentence = N_("危险废物和医疗废物由生态环境部门办，不能派给别的部门。")
        raise Invalid("not_lawful", sentence, [FieldError("department", sentence)])
