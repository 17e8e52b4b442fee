"""Numbers of a sample as interviewers and officials see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.infra.outbox import progress
from wufei_public.people.queries.accounts import names_of
from wufei_public.surveys.actions.mailing import batch_of
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import calls
from wufei_public.surveys.rules.calling import (
    AGAIN,
    ANSWERED,
    FOR_GOOD,
    MOST_ATTEMPTS,
    SLOTS,
    Slot,
)
from wufei_public.surveys.rules.mailing import LETTERS, PAUSE, Letter, next_letter
from wufei_public.surveys.rules.waves import SAMPLED

# What came of a call, as an interviewer says it; the codes stand beside the words.
CALL_WORDS = {
    ANSWERED: N_("已经答过"),
    "3.1": N_("没有用过邀请码，或没人在家"),
    "3.11": N_("还没打过"),
    "3.12": N_("占线"),
    "3.13": N_("没人接"),
    "3.14": N_("语音信箱，不知道是谁的"),
    "2.21": N_("接通了，约以后再打"),
    "2.11": N_("不愿意"),
    "2.31": N_("人已去世"),
    "2.32": N_("身体原因不能答"),
    "2.33": N_("语言不通"),
    "4.1": N_("不在本区"),
    "4.7": N_("没有满 18 岁的人"),
    "4.32": N_("空号或停机"),
    "4.51": N_("是单位的电话"),
}


def outcomes_to_note() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what an interviewer may note, in two groups: tried again, and not."""
    groups = ((_("以后再打"), AGAIN), (_("不用再打了"), FOR_GOOD))
    return [(head, [(key, _(CALL_WORDS[key])) for key in keys]) for head, keys in groups]


def list_page(session: Session, wave: Wave, account: int, now: datetime) -> dict[str, Any]:
    """Return an interviewer's own numbers, what is due first, and how much is free."""
    rows = [
        {
            "number": row.number,
            "stratum": row.stratum,
            "attempts": row.attempts,
            "words": _(CALL_WORDS.get(row.outcome, row.outcome)),
            "next_at": row.next_at,
            "due": row.next_at is not None and row.next_at <= now,
        }
        for row in calls.mine(session, wave.id, account)
    ]
    return {
        "rows": rows,
        "due": sum(row["due"] for row in rows),
        "free": calls.open_by_holder(session, wave.id).get(None, 0),
        "most": MOST_ATTEMPTS,
    }


def tries(session: Session, wave: Wave, number: int) -> list[dict[str, Any]]:
    """Return what was tried at one number."""
    return [
        {
            "day": row.day,
            "slot": _(SLOTS[Slot(row.slot)]),
            "words": _(CALL_WORDS.get(row.outcome, row.outcome)),
            "code": row.outcome,
        }
        for row in calls.attempts(session, wave.id, number)
    ]


def sample_card(session: Session, wave: Wave, now: datetime) -> dict[str, Any]:
    """Return what officials see of numbers and messages: counts, and who holds how many."""
    if wave.mode not in SAMPLED:
        return {}
    holders = calls.open_by_holder(session, wave.id)
    names = names_of(session, [one for one in holders if one is not None])
    before = calls.mailings(session, wave.id)
    letter = next_letter([(Letter(row.letter), row.at) for row in before])
    early = bool(before) and now < before[-1].at + PAUSE
    return {
        "numbers": calls.count(session, wave.id),
        "tried": calls.tried(session, wave),
        "free": holders.get(None, 0),
        "holders": [
            {"account": one, "name": names.get(one, ""), "count": count}
            for one, count in holders.items()
            if one is not None
        ],
        "left": len(calls.to_write_to(session, wave.id)),
        "letter": letter and _(LETTERS[letter]),
        "from": before[-1].at + PAUSE if early else None,
        "mailings": [_mailing(session, wave, row) for row in before],
    }


def _mailing(session: Session, wave: Wave, row: Any) -> Mapping[str, Any]:
    states = progress(session, batch_of(wave, row.turn))
    return {
        "words": _(LETTERS[Letter(row.letter)]),
        "at": row.at,
        "count": row.count,
        "sent": states.get("sent", 0),
        "waiting": states.get("waiting", 0),
        "failed": states.get("dead", 0) + states.get("dropped", 0),
    }
