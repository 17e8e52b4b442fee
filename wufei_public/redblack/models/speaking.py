"""Who speaks in an enterprise's name, who answers, and how little is hidden of what it says.

What guards the papers (`papers`): name, change, when it is refused, what it says then.
"""

from wufei_public.redblack.models.guards import TOOK_PART, proved_by_the_other_side
from wufei_public.redblack.rules.names import MOST_HIDDEN, SHARE


def _stars(words: str) -> str:
    return f"(LENGTH({words}) - LENGTH(REPLACE({words}, '*', '')))"


_HIDDEN = f"({_stars('NEW.public_words')} - {_stars('NEW.words')})"
_TOO_MUCH = f"({_HIDDEN} > {MOST_HIDDEN} AND {_HIDDEN} * {SHARE} > LENGTH(NEW.words))"
_HIDES = "no more than names is hidden of what an enterprise says"
_MEMBER = (
    "SELECT 1 FROM membership JOIN listing ON listing.organisation_id = membership.organisation_id"
    " WHERE listing.id = NEW.listing_id AND membership.account_id = NEW.account_id"
)
_PLANTED = proved_by_the_other_side("NEW.account_id", "NEW.listing_id", "NEW.at")
_ITS_OWN = f"EXISTS ({_MEMBER} AND membership.state IN ('handing_over', 'proven'))"

# Who drafted a correction or let it stand answers nothing that is said against it.
_CORRECTED = (
    "(NEW.answered_by IS DISTINCT FROM OLD.answered_by AND NEW.kind = 'objection'"
    " AND EXISTS (SELECT 1 FROM listing_draft WHERE listing_draft.listing_id = NEW.listing_id"
    " AND listing_draft.drafted_at <= NEW.at AND (listing_draft.drafted_by = NEW.answered_by"
    " OR listing_draft.decided_by = NEW.answered_by"
    " OR (listing_draft.outcome = 'stood' AND listing_draft.ended_by = NEW.answered_by))))"
)
GUARDS = (
    (
        "listing_paper_hides_names_alone",
        "INSERT",
        # Of a letter whoever enters it hides nothing: two who read it do.
        f"({_TOO_MUCH} OR (NEW.letter = 1 AND {_HIDDEN} > 0))",
        _HIDES,
    ),
    (
        "listing_paper_goes_on_hiding_names_alone",
        "UPDATE",
        f"(NEW.public_words IS DISTINCT FROM OLD.public_words AND {_TOO_MUCH})",
        _HIDES,
    ),
    (
        "listing_paper_spoken_by_its_own",
        "INSERT",
        f"(NEW.letter = 0 AND (NOT {_ITS_OWN} OR (NEW.kind <> 'repair' AND {_PLANTED})))",
        "nobody speaks for an enterprise whom the other side proved",
    ),
    (
        "listing_paper_answered_by_no_corrector",
        "UPDATE",
        _CORRECTED,
        TOOK_PART,
    ),
)
