"""A notice that stands, and one that was taken back."""

from tests.notices.make import DRAFT, ENGLISH, published
from wufei_public.common.actor import Actor
from wufei_public.infra.work import work
from wufei_public.notices import actions


def fill(actor: Actor) -> dict[str, str]:
    """Publish two, and withdraw the second; return their codes."""
    gone = published(actor, DRAFT).code
    work(actor, lambda w: actions.withdraw(w, code=gone, saves=2, reason="日期写错了。"))
    return {"notice": published(actor, ENGLISH).code, "withdrawn-notice": gone}
