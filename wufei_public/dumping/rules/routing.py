"""Which department a case goes to: kinds that the law gives to one first, then rules in order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wufei_public.dumping.rules.kinds import OFFICIAL


@dataclass(frozen=True, slots=True)
class Rule:
    """Cases of a place (None: anywhere) and a kind (None: any) go to a department."""

    id: int
    division: str | None
    kind: str | None
    department: str

    def fits(self, division: str | None, kind: str) -> bool:
        """Say whether the rule speaks of a case there, of that kind."""
        here = self.division is None or (division or "").startswith(self.division)
        return here and self.kind in {None, kind}


@dataclass(frozen=True, slots=True)
class Route:
    """The department that was found; `rule` is None where the law gave it."""

    department: str
    rule: int | None = None


def lawful_department(kind: str, active: Collection[str]) -> str:
    """Return the department to which the law gives `kind`; empty for none, or none that works."""
    lawful = OFFICIAL[kind].department
    return lawful if lawful in active else ""


def route(
    rules: Sequence[Rule], active: Collection[str], division: str | None, kind: str
) -> Route | None:
    """Return where a case of `kind` in `division` goes; None where nobody says.

    Hazardous and medical waste goes to the ecology branch before any rule is read (issue 5
    §2). Of the rules the first that fits and whose department is `active` decides.
    """
    if OFFICIAL[kind].department:
        lawful = lawful_department(kind, active)
        return Route(lawful) if lawful else None
    for rule in rules:
        if rule.department in active and rule.fits(division, kind):
            return Route(rule.department, rule.id)
    return None
