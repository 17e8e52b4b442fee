"""Who may write which piece: a town its own, the district all, and the site's texts alone."""

from collections.abc import Mapping

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.notices.rules.versions import Kind
from wufei_public.people.rules.roles import Role

REASONS: Mapping[str, str] = {
    "not_writer_here": N_("这一篇由别的单位写，您不能改。"),
    "district_writes_texts": N_("网站文本由区级人员修改。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the verdict's reason unless it is a yes."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def may_write(actor: Actor, kind: Kind, division: str | None) -> Verdict:
    """Say whether `actor` may write, publish and withdraw pieces of `division`."""
    if actor.kind is ActorKind.SYSTEM:
        return ALLOW
    if kind is Kind.TEXT:
        return ALLOW if actor.has_role(Role.DISTRICT_OFFICER) else refuse("district_writes_texts")
    if actor.holds(Role.DISTRICT_OFFICER, division=division):
        return ALLOW
    if division is not None and actor.holds(Role.TOWN_OFFICER, division=division):
        return ALLOW
    return refuse("not_writer_here")


def home(actor: Actor) -> str | None:
    """Return the place for which `actor` writes: the district if it is theirs, else the town."""
    places = [
        grant.division
        for role in (Role.DISTRICT_OFFICER, Role.TOWN_OFFICER)
        for grant in actor.grants
        if grant.role == role
    ]
    return places[0] if places else None
