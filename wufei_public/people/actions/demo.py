"""In a demonstration anybody may be anybody; nowhere else."""

from sqlalchemy import select

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.config import Mode
from wufei_public.infra.work import Work
from wufei_public.people.actions.sessions import Entered, start_session
from wufei_public.people.models import Account
from wufei_public.people.rules.accounts import State

NOT_HERE = N_("没有这个页面，或者它已经撤下。")


def enter_as(w: Work, *, code: str, device: str, old_token: str = "") -> Entered:
    """Sign in as the account `code` without any secret; NotFound outside a demonstration."""
    if w.settings.mode is not Mode.DEMO:
        raise NotFound("no_such_page", NOT_HERE)
    account = w.session.scalar(
        select(Account).where(Account.code == code, Account.state == State.ACTIVE)
    )
    if account is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    return start_session(w, account, device=device, old_token=old_token)
