"""What the list asks of its register: who has a part in it takes no voice and changes no name.

`app.py` hands these to the transactions of the register (docs/decisions/0027); what raises takes
the change back.
"""

from wufei_public.common.actor import ActorKind
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import memberships
from wufei_public.redblack.actions.steps import REASONS, open_listing, show_anew, took_part
from wufei_public.redblack.queries import grades, listings
from wufei_public.redblack.rules.states import Part


def follow_name(w: Work, organisation: int) -> None:
    """Let what is shown be found under the new name; not by who took part in any entry of it."""
    keep_voices(w, organisation)
    for code in listings.running_of(w.session, organisation):
        show_anew(w, open_listing(w, code))


def keep_voices(w: Work, organisation: int) -> None:
    """Refuse an official with a part in an entry that is open or shown, or a grade that waits."""
    for code in listings.unended_of(w.session, organisation):
        if w.actor.id in open_listing(w, code).known.took_part:
            raise NotAllowed("own_part", REASONS["own_part"])
    if w.actor.id in grades.graders(w.session, organisation):
        raise NotAllowed("own_part", REASONS["own_part"])


def note_silence(w: Work, organisation: int) -> None:
    """Let an official who takes a voice away decide nothing of what is open or shown.

    Where a representative takes it from another, those who proved the one who takes it.
    """
    if w.actor.kind is ActorKind.STAFF:
        silencers = {w.actor.id}
    else:
        silencers = set(memberships.vouchers(w.session, w.actor.id, organisation))
    for code in listings.unended_of(w.session, organisation):
        row = open_listing(w, code)
        free = silencers - {row.proposed_by, row.decided_by, row.approved_by}
        took_part(w, row, [(account, Part.SILENCE) for account in free])


def keep_code(w: Work, organisation: int) -> None:
    """Refuse another credit code while an entry is open or shown: that is another enterprise."""
    if listings.unended_of(w.session, organisation):
        words = N_("这家企业在红黑榜上，或者正在办，信用代码不能改：代码不同就是另一家企业。")
        raise NotAllowed("listed", words)
