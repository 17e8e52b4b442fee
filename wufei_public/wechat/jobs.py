"""Every few seconds: is a token of the official account about to end? One process asks for all."""

from collections.abc import Callable

import structlog

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.wechat import actions, queries
from wufei_public.wechat.actions import Claim
from wufei_public.wechat.gateway import WeChat, WeChatDown, WeChatRefused, wechat
from wufei_public.wechat.rules import STALE, Granted, Kind

log = structlog.get_logger()


def refresh(_slot: str) -> int:
    """Ask for what is about to end; return how often WeChat was asked with success."""
    adapter = wechat(house().settings)
    if adapter is None:
        return 0
    return _refresh_access(adapter) + _refresh_ticket(adapter)


def _refresh_access(adapter: WeChat) -> int:
    claim = _claim(adapter, Kind.ACCESS)
    return 0 if claim is None else _ask(claim, lambda: _access(adapter, claim))


def _access(adapter: WeChat, claim: Claim) -> tuple[Granted, bool]:
    """Ask the gentle way first: another system may hold a good token of the same account."""
    granted = adapter.access_token()
    if granted.value != claim.refused or not claim.may_force:
        return granted, False
    return adapter.access_token(force=True), True


def _refresh_ticket(adapter: WeChat) -> int:
    home = house()
    access = queries.token(reading(), home.keys, adapter.app_id, Kind.ACCESS, home.clock())
    claim = _claim(adapter, Kind.TICKET) if access else None
    if access is None or claim is None:
        return 0
    return _ask(claim, lambda: (adapter.ticket(access), False), access)


def _claim(adapter: WeChat, kind: Kind) -> Claim | None:
    if not queries.is_due(reading(), adapter.app_id, kind, house().clock()):
        return None
    found: Claim | None = work(SYSTEM, lambda w: actions.claim(w, app_id=adapter.app_id, kind=kind))
    return found


def _ask(claim: Claim, ask: Callable[[], tuple[Granted, bool]], access: str = "") -> int:
    """Ask outside any transaction and write what came of it; return 1 for a success."""
    try:
        granted, forced = ask()
    except (WeChatRefused, WeChatDown) as error:
        code = error.code if isinstance(error, WeChatRefused) else None
        why = str(error)
        log.warning("wechat_token_failed", kind=claim.kind.value, why=why)

        def note(w: Work) -> None:
            actions.fail(w, claim=claim, why=why, code=code)
            if access and code in STALE:
                actions.refuse(w, app_id=claim.app_id, value=access)

        work(SYSTEM, note)
        return 0
    work(SYSTEM, lambda w: actions.keep(w, claim=claim, granted=granted, forced=forced))
    return 1


JOBS = (Job("wechat.tokens", refresh, every=5),)
