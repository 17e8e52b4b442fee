"""One step of an entry: state, event, audit and message, all in the same transaction."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, insert, select, update

from wufei_public.common.actor import ActorKind, Verdict
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.suffixes import suffixes
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.organisations.queries import cards, memberships
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.redblack import policy
from wufei_public.redblack.actions import snapshots, uses
from wufei_public.redblack.models.letters import ListingLetter
from wufei_public.redblack.models.listings import Listing, ListingNameEnd, ListingParty
from wufei_public.redblack.models.papers import ListingEvent
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.queries import voices
from wufei_public.redblack.rules.errors import told_of_overdue
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.showing import is_shown
from wufei_public.redblack.rules.states import SHOWN, WORKFLOW, ListKind, Move, State, Way

REASONS = {
    "not_officer_here": N_("这个单位不归您管。"),
    "not_yours_to_do": N_("这一步不由您来做。"),
    "other_list": N_("这一步不属于这个榜。"),
    "own_evidence": N_("这份证据是您送来的，要由另一个人来核实。"),
    "own_proposal": N_("这一条是您提出的，要由别人来决定。"),
    "own_part": N_("您为这一条出过力（提出、打分、送证据、核实、送达或者决定），要由别人来办。"),
    "own_silence": N_("您停过这家企业代表的资格，这一条要由别人来办。"),
    "own_voucher": N_(
        "您的代表资格是办这一条的人，或者停过你们代表资格的人核实的，不能凭它签收或者放弃期限。"
    ),
    "own_correction": N_("改正的内容是您起草或者同意的，对它的异议要由别人来答复。"),
    "planted": N_(
        "您的代表资格是办这一条的人核实的，不能凭它代企业说话。请写信来，由没有参与的人登记。"
    ),
    "unread": N_("请先看一遍公众看到的内容，确认没有人名和号码。"),
    "own_words": N_("这份答复是您写的，要由另一个人看有没有人名和号码。"),
    "hiding_waits": N_("有人提出隐去企业说法里的人名，先由第二个人定下来，再公布。"),
    "no_draft": N_("还没有人起草改正的内容。"),
    "draft_unserved": N_("改正的草稿还没有送达企业，先送达，再听三个工作日。"),
    "draft_unheard": N_("这份草稿是公布以前起草的，企业还没有听过：请退回重写。"),
    "own_draft": N_("改正的内容是您起草的，要由另一个人来定。"),
    "own_answer": N_("您答复过企业的异议，或者看过企业的说法，决定和复核要由别人来办。"),
    "own_decision": N_("您参与过这个决定，要由别人来办。"),
    "still_hearing": N_("申辩期限还没到，先听企业怎么说。"),
    "objection_open": N_("还有异议没有答复，不能继续。"),
    "over": N_("公布期已满，这一条已经撤下。"),
    "too_early": N_("最短公布期还没满，现在不能申请修复。"),
    "still_running": N_("公布期还没满。"),
    "lapsed": N_("太久没有人决定，这一条已经作罢。要列入，请重新提出。"),
    "still_open": N_("还在办理期限里。"),
}
# Of these the enterprise hears.
_TOLD = frozenset(
    {
        Move.NOTIFY, Move.DECIDE, Move.DROP, Move.PUBLISH, Move.KEEP, Move.REPAIR,
        Move.OVERTURN, Move.WITHDRAW, Move.EXPIRE, Move.LAPSE,
    }
)  # fmt: skip


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def open_listing(w: Work, code: str, version: int | None = None) -> Listing:
    """Return the entry, locked; Conflict if it is no longer what was looked at."""
    row = queries.listing(w.session, code, locked=True)
    if version is not None and version != row.version:
        raise Conflict("listing_changed", N_("这一条刚刚有了新情况。请看过再决定，您填的还在。"))
    return row


def check(w: Work, row: Listing, what: Move) -> None:
    """Raise NotAllowed unless the actor of `w` may make the move now."""
    resident = w.actor.kind is ActorKind.RESIDENT
    enterprise = resident and memberships.represents(w.session, w.actor.id, row.organisation_id)
    require(policy.may_move(w.actor, row.known, what, w.now, enterprise=enterprise))


def move(
    w: Work,
    row: Listing,
    what: Move,
    *,
    words: str = "",
    changes: Mapping[str, object] | None = None,
) -> None:
    """Make a move that was checked: change the row, and write all that follows from it."""
    before = State(row.state)
    row.state = WORKFLOW.step(before, what).target
    for name, value in (changes or {}).items():
        setattr(row, name, value)
    if row.state == State.REMOVED:
        row.over_by, row.over_reason = w.actor.id, words
    _publicity(w, row, before)
    note(w, row, what, words=words, before=before)
    if row.state == State.DROPPED:
        uses.let_go(w, row)
    if what in _TOLD:
        tell(w, row, f"redblack.{what}")


def note(w: Work, row: Listing, what: str, *, words: str = "", before: str = "") -> None:
    """Write the changed row, its event and its audit row."""
    row.version += 1
    row.changed_at = w.now
    w.session.flush()
    w.insert(
        ListingEvent,
        {
            "listing_id": row.id,
            "number": row.version,
            "move": what,
            "actor_kind": w.actor.kind,
            "actor_id": w.actor.id,
            "at": w.now,
            "came_from": before or row.state,
            "state": row.state,
            "words": words,
        },
    )
    audit.record(
        w,
        f"redblack:listing:{what}",
        owner_of(row.code),
        before={"state": before} if before else None,
        after={"state": row.state, "holding": row.holding},
    )


def took_part(w: Work, row: Listing, parts: Iterable[tuple[int | None, str]]) -> None:
    """Write who took part in the making of an entry, and how: none of them decides on it."""
    known = {(one.account_id, one.part) for one in row.parties}
    for account, part in sorted({(one, str(part)) for one, part in parts if one} - known):
        row.parties.append(ListingParty(account_id=account, part=part))
    w.session.flush()


# Steps of which the enterprise has a letter, where nobody receives for it in an account.
_BY_LETTER = {f"redblack.{step}": step for step in (*_TOLD, "answer", "correct")}


def tell(w: Work, row: Listing, template: str) -> None:
    """Tell everyone who represents the enterprise; one without an account is written to."""
    if template in _BY_LETTER:
        _write_letter(w, row, _BY_LETTER[template])
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    for account in memberships.representatives(w.session, row.organisation_id):
        inbox.tell(w, account, template, {"code": row.code, "name": card.name})


def _write_letter(w: Work, row: Listing, step: str) -> None:
    """Write down that the enterprise was told, or that the officials serve it on paper."""
    told = voices.has_receiver(w.session, row, w.now)
    values = {
        "listing_id": row.id,
        "round": row.round,
        "step": step,
        "written_at": w.now,
        "way": Way.ACCOUNT if told else "",
        "tracking": "",
        "proofs": 0,
        "served_at": w.now if told else None,
    }
    w.session.execute(insert(ListingLetter), values)
    if not told:
        tell_district(w, row, "redblack.on_paper")


def tell_district(w: Work, row: Listing, template: str) -> int:
    """Tell each of the district without part in the entry; return how many were told.

    Where the whole district took part it hears all the same: somebody has to see to it.
    """
    chiefs = [one.id for one in holders(w.session, Role.DISTRICT_OFFICER)]
    people = told_of_overdue(None, chiefs, row.known.took_part)
    name = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id].name
    for account in people:
        inbox.tell(w, account, template, {"code": row.code, "name": name})
    return len(people)


def _publicity(w: Work, row: Listing, before: State) -> None:
    """Write or remove what the public search and the snapshots are made of."""
    was, now = before in SHOWN, row.state in SHOWN
    if was == now:
        return
    if now:
        snapshots.freeze(w, row)
    else:
        row.over_at, row.salt, row.record, row.leaf = w.now, None, None, None
    snapshots.take(w, [row])
    if now:
        _index(w, row)
    else:
        w.session.execute(delete(ListingNameEnd).where(ListingNameEnd.listing_id == row.id))
    if row.kind == ListKind.BLACK:
        w.follow("redblack.black" if now else "redblack.clear", row.organisation_id)


def show_anew(w: Work, row: Listing, without: Collection[int] = ()) -> None:
    """Let what everyone sees of a shown entry be what it says now, with a snapshot of its own.

    `without` are photos that are taken away from it next.
    """
    if is_shown(row.known, w.now):
        w.session.flush()
        if snapshots.freeze(w, row, without):
            snapshots.take(w, [row])
            _index(w, row)


def _index(w: Work, row: Listing) -> None:
    """Write the ends of the organisation's names, by which everyone finds the entry.

    None goes while the entry is shown: who looks for an earlier name finds it too.
    """
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    names = (card.name, *cards.former_names(w.session, row.organisation_id))
    ends, own = frozenset().union(*map(suffixes, names)), ListingNameEnd.listing_id == row.id
    place = {"town": row.town, "kind": row.kind, "trade": row.trade}
    w.session.execute(update(ListingNameEnd).where(own).values(place))
    known = set(w.session.scalars(select(ListingNameEnd.name_end).where(own)))
    more = [{"listing_id": row.id, "name_end": end, **place} for end in sorted(ends - known)]
    if more:
        w.session.execute(insert(ListingNameEnd), more)
