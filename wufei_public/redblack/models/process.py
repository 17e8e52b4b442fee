"""What no statement may make of an entry: its triggers as name, change, when, what it says."""
# ruff: noqa: S608  no words of a person

from wufei_public.dumping.rules.states import RATEABLE
from wufei_public.infra.guards import STAYS, differs
from wufei_public.redblack.models.guards import (
    TOOK_PART,
    UNREGISTERED,
    judged,
    no_attempt,
    no_party,
    proved_by_the_other_side,
    tried_within,
    uncorrected,
)
from wufei_public.redblack.rules.clocks import (
    LEAST_BEFORE_ANNOUNCEMENT,
    LEAST_HEARING,
    LEAST_RED_NOTICE,
    LEAST_REPAIR_SILENCE,
)
from wufei_public.redblack.rules.errors import COLUMNS

# The second person sent it back: the proposal begins anew, and is served and decided anew.
_RETURNED = "(OLD.state = 'decided' AND NEW.state = 'proposed')"
_SERVICE = ("way", "served_at", "tracking", "proofs")
_CLOCKS = ("respond_until", "decide_until")
# The notice of a red entry that says something else begins anew: its clocks go on, never back.
_NOTICED_ANEW = (
    "(OLD.state = 'noticed' AND NEW.state = 'noticed' AND NEW.respond_until >= OLD.respond_until"
    " AND NEW.decide_until >= OLD.decide_until)"
)
_AGREED_BY_SILENCE = (
    "(OLD.state = 'repair_asked' AND EXISTS (SELECT 1 FROM listing_paper"
    " WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind = 'repair'"
    " AND listing_paper.outcome = ''"
    f" AND DAYS(listing_paper.answer_until, NEW.over_at) >= {LEAST_REPAIR_SILENCE}))"
)
_CORRECTED = " OR ".join(
    f"(listing_error.field = '{field}' AND listing_error.correction = NEW.{column}"
    f" AND NEW.{column} IS DISTINCT FROM OLD.{column})"
    for field, column in COLUMNS.items()
)
# Accounts of one person become one: who received in the account does so in the other.
_SAME_RECEIVER = (
    "(OLD.way = 'account' AND EXISTS (SELECT 1 FROM membership"
    " WHERE membership.organisation_id = NEW.organisation_id"
    " AND membership.account_id = NEW.served_by))"
)

OF_ENTRIES = (
    (
        "listing_signed_by_no_party",
        "UPDATE",
        f"({no_party('decided_by', 'id')} OR {no_party('approved_by', 'id')})",
        TOOK_PART,
    ),
    (
        "listing_announced_after_attempts",
        "UPDATE",
        (
            "(NEW.way = 'announcement' AND OLD.way <> 'announcement' AND"
            f" ({no_attempt('hand')} OR {no_attempt('post')}))"
        ),
        "an announcement comes after what was tried",
    ),
    (
        "listing_corrected_by_a_report",
        "UPDATE",
        " OR ".join(uncorrected(field, column) for field, column in COLUMNS.items()),
        "what is said of an enterprise changes by a report and two persons",
    ),
    (
        "listing_end_is_never_later",
        "UPDATE",
        "(OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))",
        "the end of an entry is never later",
    ),
    (
        "listing_ends_earlier_by_a_report",
        "UPDATE",
        (
            "(NEW.ends_at < OLD.ends_at AND NOT EXISTS (SELECT 1 FROM listing_error"
            " WHERE listing_error.listing_id = NEW.id AND listing_error.outcome = 'upheld'"
            " AND listing_error.field = 'dates'"
            " AND listing_error.correction = CAST(DAY(NEW.ends_at) AS VARCHAR(10))"
            " AND listing_error.replaced = CAST(DAY(OLD.ends_at) AS VARCHAR(10))))"
        ),
        "what is said of an enterprise changes by a report and two persons",
    ),
    (
        "listing_waits_for_answers",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
            " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
            " AND listing_paper.kind = 'objection' AND listing_paper.outcome = ''"
            " AND listing_paper.holds = 1))"
        ),
        "an objection without an answer holds the publication",
    ),
    (
        "listing_dropped_by_an_objection",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
            " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
            " AND listing_paper.kind = 'objection' AND listing_paper.outcome = 'upheld'))"
        ),
        "what an objection was right about is not published",
    ),
    (
        "listing_is_about_one",
        "UPDATE",
        (
            "(NEW.kind IS DISTINCT FROM OLD.kind"
            " OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by"
            " OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id"
            " OR NEW.months IS DISTINCT FROM OLD.months"
            f" OR {differs(('proposed_at', 'evidence'))})"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_says_what_was_proposed",
        "UPDATE",
        (
            "(NEW.facts IS DISTINCT FROM OLD.facts OR NEW.severity IS DISTINCT FROM OLD.severity"
            f" OR (OLD.decided_at IS NOT NULL AND NOT {_RETURNED}"
            f" AND {differs(('decided_at', 'decided_by', 'reason'))})"
            " OR (OLD.published_at IS NOT NULL"
            f" AND ({differs(('published_at', 'approved_by'))}"
            " OR NEW.repair_from > OLD.repair_from)))"
        ),
        "what was proposed and signed stays",
    ),
    (
        "listing_service_stays",
        "UPDATE",
        (
            f"(OLD.state <> 'proposed' AND NOT {_RETURNED} AND ({differs(_SERVICE)}"
            f" OR (NEW.served_by IS DISTINCT FROM OLD.served_by AND NOT {_SAME_RECEIVER})"
            f" OR ({differs(_CLOCKS)} AND NOT {_NOTICED_ANEW})))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_is_proposed_unserved",
        "UPDATE",
        (
            "(NEW.state = 'proposed' AND (NEW.way <> '' OR NEW.respond_until IS NOT NULL"
            " OR NEW.waived_from IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.reason <> ''"
            f" OR (OLD.state <> 'proposed' AND NOT ({_RETURNED}"
            " AND NEW.round = OLD.round + 1))))"
        ),
        "a proposal is served and decided after it, and begins anew with another round",
    ),
    (
        "listing_waiver_stays",
        "UPDATE",
        (
            "(NEW.waived_from IS DISTINCT FROM OLD.waived_from"
            f" AND OLD.state NOT IN ('proposed', 'served') AND NOT {_RETURNED})"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_changes_forward",
        "UPDATE",
        "(NEW.changed_at < OLD.changed_at)",
        "no change is dated before the one before it",
    ),
    (
        "listing_is_over_for_good",
        "UPDATE",
        "(NEW.state IS DISTINCT FROM OLD.state AND OLD.state IN ('dropped', 'ended', 'removed'))",
        "what is over comes back as another proposal",
    ),
    (
        "listing_begins_as_a_proposal",
        "INSERT",
        "(NEW.state <> 'proposed' OR NEW.published_at IS NOT NULL OR NEW.way <> '')",
        "an entry begins as a proposal",
    ),
    (
        "listing_keeps_its_number",
        "UPDATE",
        (
            f"({differs(('code', 'report', 'document_on'))}"
            " OR (NEW.round IS DISTINCT FROM OLD.round"
            " AND NOT (OLD.state = 'decided' AND NEW.state = 'proposed')))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_is_kept",
        "DELETE",
        "1 = 1",
        STAYS,
    ),
    (
        "listing_received_by_its_own",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND NOT EXISTS (SELECT 1 FROM membership"
            " WHERE membership.organisation_id = NEW.organisation_id"
            " AND membership.account_id = NEW.served_by"
            " AND membership.state IN ('handing_over', 'proven')))"
        ),
        "only who represents the enterprise receives in its account",
    ),
    (
        "listing_received_by_nobody_planted",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND"
            f" {proved_by_the_other_side('NEW.served_by', 'NEW.id', 'NEW.served_at')})"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "listing_published_with_proof",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NEW.kind = 'black'"
            " AND NOT EXISTS (SELECT 1 FROM listing_proof WHERE listing_proof.listing_id = NEW.id)"
            " AND NOT (NEW.way = 'account' AND EXISTS (SELECT 1 FROM listing_party"
            " WHERE listing_party.listing_id = NEW.id AND listing_party.part = 'vouch')))"
        ),
        "a service without its proof publishes nothing",
    ),
    (
        "listing_hearing_is_long_enough",
        "UPDATE",
        (
            "(NEW.kind = 'black' AND NEW.served_at IS NOT NULL"
            f" AND {differs(('served_at', 'respond_until'))}"
            f" AND DAYS(NEW.served_at, NEW.respond_until) < {LEAST_HEARING})"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_notice_is_long_enough",
        "UPDATE",
        (
            "(NEW.state = 'noticed' AND OLD.state <> 'noticed'"
            f" AND DAYS(NEW.changed_at, NEW.respond_until) < {LEAST_RED_NOTICE})"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_waiver_is_thought_over",
        "UPDATE",
        (
            "(NEW.waived_from IS NOT NULL AND NEW.waived_from IS DISTINCT FROM OLD.waived_from"
            " AND DAYS(NEW.changed_at, NEW.waived_from) < 1)"
        ),
        "a waiver counts after a day at the earliest",
    ),
    (
        "listing_decided_after_waiver",
        "UPDATE",
        (
            "(NEW.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at"
            " AND NEW.decided_at <= NEW.respond_until"
            " AND (NEW.waived_from IS NULL OR NEW.decided_at < NEW.waived_from))"
        ),
        "nothing is decided before it was heard",
    ),
    (
        "listing_term_is_what_was_proposed",
        "UPDATE",
        (
            "(NEW.ends_at IS NOT NULL AND NEW.ends_at IS DISTINCT FROM OLD.ends_at"
            " AND DAYS(NEW.published_at, NEW.ends_at) > 31 * NEW.months)"
        ),
        "an entry ends with the months that were proposed",
    ),
    (
        "listing_served_by_another",
        "UPDATE",
        "(NEW.served_by = NEW.decided_by OR NEW.served_by = NEW.approved_by)",
        TOOK_PART,
    ),
    (
        "listing_announced_after_waiting",
        "UPDATE",
        (
            "(NEW.way = 'announcement' AND OLD.way <> 'announcement'"
            f" AND {tried_within(LEAST_BEFORE_ANNOUNCEMENT)})"
        ),
        "an announcement comes some days after what was tried",
    ),
    (
        "listing_waits_for_reports",
        "UPDATE",
        (
            "(NEW.kind = 'red' AND OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL"
            " AND EXISTS (SELECT 1 FROM listing_error WHERE listing_error.listing_id = NEW.id"
            " AND listing_error.holds = 1 AND listing_error.outcome = ''"
            " AND listing_error.answer_until >= NEW.decided_at))"
        ),
        "a report that holds is answered first",
    ),
    (
        "listing_decided_by_no_returner",
        "UPDATE",
        (
            "(NEW.decided_by IS DISTINCT FROM OLD.decided_by AND EXISTS (SELECT 1"
            " FROM listing_event JOIN listing_paper"
            " ON listing_paper.listing_id = listing_event.listing_id"
            " WHERE listing_event.listing_id = NEW.id AND listing_event.move = 'return'"
            " AND listing_event.actor_id = NEW.decided_by AND listing_paper.kind = 'objection'"
            " AND listing_paper.holds = 1 AND listing_paper.at < listing_event.at"
            " AND (listing_paper.answered_at IS NULL"
            " OR listing_paper.answered_at >= listing_event.at)))"
        ),
        TOOK_PART,
    ),
    (
        "listing_is_on_notice_anew",
        "UPDATE",
        (
            f"(OLD.state = 'noticed' AND NEW.state = 'noticed' AND {differs(COLUMNS.values())}"
            " AND NOT EXISTS (SELECT 1 FROM listing_error"
            " WHERE listing_error.listing_id = NEW.id AND listing_error.outcome = 'upheld'"
            f" AND ({_CORRECTED})"
            f" AND DAYS(listing_error.answered_at, NEW.respond_until) >= {LEAST_RED_NOTICE}))"
        ),
        "what says something else is on notice anew",
    ),
    (
        "listing_rests_on_a_closed_case",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
            " FROM report WHERE report.code = NEW.report"
            f" AND report.state NOT IN ({', '.join(sorted(map(repr, map(str, RATEABLE))))})))"
        ),
        "a case that is open again carries nothing",
    ),
    (
        "listing_signed_by_no_judge",
        "UPDATE",
        f"({judged('decided_by')} OR {judged('approved_by')})",
        TOOK_PART,
    ),
    (
        "listing_stands_where_the_register_says",
        "UPDATE",
        f"({differs(('division', 'town', 'trade'))} AND {UNREGISTERED})",
        "place and trade follow the register, by a report",
    ),
    (
        "listing_taken_down_by_somebody",
        "UPDATE",
        (
            "((NEW.state = 'removed' AND OLD.state <> 'removed'"
            f" AND ((NEW.over_by IS NULL AND NOT {_AGREED_BY_SILENCE})"
            " OR NEW.over_reason = ''))"
            " OR (NEW.state = 'ended' AND OLD.state <> 'ended' AND NEW.over_at < NEW.ends_at)"
            " OR (OLD.over_at IS NOT NULL AND NEW.over_at IS NOT NULL"
            f" AND {differs(('over_at', 'over_by', 'over_reason'))}))"
        ),
        "before its end an entry is taken down by somebody, with a reason",
    ),
    (
        "listing_record_is_a_leaf",
        "UPDATE",
        (
            "(OLD.record IS NOT NULL AND NEW.record IS NOT NULL"
            " AND (NEW.salt IS DISTINCT FROM OLD.salt"
            " OR (NEW.record IS DISTINCT FROM OLD.record) <> (NEW.leaf IS DISTINCT FROM OLD.leaf)"
            " OR (NEW.record IS DISTINCT FROM OLD.record AND NOT EXISTS (SELECT 1"
            " FROM listing_leaf WHERE listing_leaf.listing_id = NEW.id"
            " AND listing_leaf.leaf = NEW.leaf))))"
        ),
        "a record that is shown changes with its leaf, and its salt stays",
    ),
)
OF_PARTIES = (
    (
        "listing_party_signed_nothing",
        "INSERT",
        (
            "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
            " AND (listing.decided_by = NEW.account_id OR listing.approved_by = NEW.account_id"
            " OR (listing.proposed_by = NEW.account_id AND NEW.part = 'vouch')))"
        ),
        TOOK_PART,
    ),
)
