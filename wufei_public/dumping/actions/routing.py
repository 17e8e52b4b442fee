"""The district edits the rules by which cases go to departments."""

from sqlalchemy import delete, select

from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.models.routing import RoutingRule
from wufei_public.dumping.queries import routing as queries
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def add_rule(
    w: Work, *, department: str, division: str | None = None, kind: str | None = None
) -> int:
    """Add a rule after all others; return its id.

    Raises Invalid at the field for a place or department that is none.
    """
    office = places.departments(w.session).get(department)
    if office is None or not office.active:
        raise _bad("department", N_("没有这个部门。"))
    if division and not places.directory(w.session).is_place_for_records(division):
        raise _bad("division", N_("名单里没有这个地方，请重新选。"))
    values = {"division": division or None, "kind": kind or None, "department": department}
    position = queries.last_position(w.session) + 1
    added = w.insert(RoutingRule, values | {"position": position})
    audit.record(w, "dumping:routing:add", f"dumping/routing/{added}", after=values)
    return added


def _bad(field: str, sentence: str) -> Invalid:
    return Invalid("bad_rule", sentence, [FieldError(field, sentence)])


def remove_rule(w: Work, *, rule: int) -> None:
    """Take a rule out; cases that it sent somewhere stay there."""
    row = _locked(w, rule)
    before = {"division": row.division, "kind": row.kind, "department": row.department}
    w.session.execute(delete(RoutingRule).where(RoutingRule.id == rule))
    audit.record(w, "dumping:routing:remove", f"dumping/routing/{rule}", before=before)


def raise_rule(w: Work, *, rule: int) -> None:
    """Read a rule before the one that was read before it; the first stays where it is."""
    row = _locked(w, rule)
    above = w.session.scalar(
        select(RoutingRule)
        .where(RoutingRule.position < row.position)
        .order_by(RoutingRule.position.desc())
        .limit(1)
        .with_for_update()
    )
    if above is None:
        return
    row.position, above.position = above.position, row.position
    w.session.flush()
    audit.record(w, "dumping:routing:raise", f"dumping/routing/{rule}")


def _locked(w: Work, rule: int) -> RoutingRule:
    row = w.session.scalar(select(RoutingRule).where(RoutingRule.id == rule).with_for_update())
    if row is None:
        raise NotFound("no_rule", N_("这条规则已经不在了。"))
    return row
