"""Pieces and their editors; nothing surprising."""

from dataclasses import replace
from datetime import datetime

from tests.dumping.make import (
    DISTRICT_OFFICER,
    OTHER_OFFICER,
    RESIDENT,
    TOWN_OFFICER,
    account,
    browser,
)
from wufei_public.common.actor import Actor
from wufei_public.infra.work import work
from wufei_public.notices import actions
from wufei_public.notices.models import Notice
from wufei_public.notices.rules.versions import Draft, Kind

__all__ = [
    "DISTRICT_OFFICER",
    "OTHER_OFFICER",
    "RESIDENT",
    "TOWN_OFFICER",
    "account",
    "browser",
]
DRAFT = Draft("周六收大件", "旧家具放到村口。", "# 什么时候\n周六八点。\n- 沙发\n- [名单](/news)")
ENGLISH = replace(DRAFT, title_en="Bulky", summary_en="Saturday", body_en="# When\nAt eight.")
FORM = {"title": DRAFT.title, "summary": DRAFT.summary, "body": DRAFT.body}


def notice(actor: Actor, draft: Draft = DRAFT, kind: Kind = Kind.NOTICE) -> Notice:
    """Write a draft."""
    return work(actor, lambda w: actions.write(w, kind=kind, draft=draft))


def published(
    actor: Actor, draft: Draft = DRAFT, kind: Kind = Kind.NOTICE, at: datetime | None = None
) -> Notice:
    """Write a piece and publish it."""
    code = notice(actor, draft, kind).code
    return work(actor, lambda w: actions.publish(w, code=code, saves=1, at=at))
