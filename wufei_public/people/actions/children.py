"""A guardian's yes for a child under 14, its renewal, and its withdrawal."""

from sqlalchemy import delete, select, update

from wufei_public.common.clock import district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.forgetting import remember
from wufei_public.infra.work import Work
from wufei_public.people.models import Account, Child
from wufei_public.people.queries.children import present_text
from wufei_public.people.rules.children import years
from wufei_public.people.rules.consent import CHILDREN


def consent_for(w: Work, *, guardian: int, birth_year: int) -> int:
    """Write a guardian's yes to the present children's text; return the child's number.

    The caller has looked at the year, and keeps the name.
    """
    version = present_text(w.session, CHILDREN, w.now)
    row = Child(guardian=guardian, birth_year=birth_year, version=version, given_at=w.now)
    w.session.add(row)
    w.session.flush()
    _record(w, "people:child:consent", guardian, version)
    return row.id


def renew(w: Work, *, guardian: int, child: int) -> None:
    """Write a guardian's yes to a children's text that came later."""
    row = _held(w, guardian, child)
    row.version, row.given_at = present_text(w.session, CHILDREN, w.now), w.now
    w.session.flush()
    _record(w, "people:child:consent", guardian, row.version)


def withdraw(w: Work, *, guardian: int, child: int) -> None:
    """Take the yes back: of the child stays only that there was one, and to which text."""
    row = _held(w, guardian, child)
    row.birth_year, row.withdrawn_at = None, w.now
    w.session.flush()
    _record(w, "people:child:withdraw", guardian, row.version)
    code = w.session.get_one(Account, guardian).code
    remember(w, "child", {"code": code, "child": child})


def let_go(w: Work) -> int:
    """Forget the year of birth of everybody who is certainly 14; return how many."""
    grown = Child.birth_year < years(district_day(w.now)).start
    done = w.session.connection().execute(update(Child).where(grown).values(birth_year=None))
    return done.rowcount


def absorb(w: Work, account: int, into: int) -> None:
    """Give the children of an account to the one of which it becomes a part."""
    mine = update(Child).where(Child.guardian == account)
    w.session.execute(mine.values(guardian=into))


def erase(w: Work, account: int) -> None:
    """Forget the children of an account that ends."""
    w.session.execute(delete(Child).where(Child.guardian == account))


def _held(w: Work, guardian: int, child: int) -> Child:
    found = w.session.scalar(
        select(Child)
        .where(Child.id == child, Child.guardian == guardian, Child.withdrawn_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotFound("no_such_child", N_("没有这个孩子，请刷新页面。"))
    return found


def _record(w: Work, action: str, guardian: int, version: str) -> None:
    code = w.session.get_one(Account, guardian).code
    record(w, action, f"people/{code}", after={"version": version})
