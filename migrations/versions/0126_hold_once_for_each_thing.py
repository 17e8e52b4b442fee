"""Whoever publishes reads it all, corrections are weighed, objections hold for each thing once.

What an official writes for everyone is read by another, and nobody hides a name alone. What may be
another offence is heard and decided like a proposal. A decision is known by year and number."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0126"
down_revision = "0125"
branch_labels = None
depends_on = None

HAS_CLAIM = sa.text("claim <> ''")
# As it was written without what parts year and number, and as it is written now.
OF_YEAR = re.compile(r"\D*?((?:19|20)\d{2})(\d+)\D*")
# Table, column, what it is made as.
COLUMNS = [
    ("listing_paper", "answer_from", "{at}"),
    ("listing_paper", "against", "VARCHAR(12) DEFAULT '' NOT NULL"),
    ("listing_paper", "round", "INTEGER DEFAULT 1 NOT NULL"),
    ("listing_paper", "claim", "VARCHAR(12) DEFAULT '' NOT NULL"),
    ("listing_reading", "part", "VARCHAR(8) DEFAULT 'words' NOT NULL"),
    ("listing_draft", "weight", "VARCHAR(8) DEFAULT 'changes' NOT NULL"),
    ("listing_draft", "decided_by", "{key}"),
    ("listing_draft", "decided_at", "{at}"),
]
# Name, table, change, when it is refused, what it says then.
BEFORE = [
    (
        "listing_signed_by_no_judge",
        "listing",
        "UPDATE",
        (
            "((NEW.decided_by IS DISTINCT FROM OLD.decided_by AND (EXISTS (SELECT 1 FROM "
            "listing_paper WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind = "
            "'objection' AND listing_paper.answered_by = NEW.decided_by) OR EXISTS (SELECT 1 FROM"
            " listing_reading WHERE listing_reading.listing_id = NEW.id AND "
            "listing_reading.paper_id IS NOT NULL AND listing_reading.account_id = "
            "NEW.decided_by))) OR (NEW.approved_by IS DISTINCT FROM OLD.approved_by AND (EXISTS "
            "(SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = NEW.id AND "
            "listing_paper.kind = 'objection' AND listing_paper.answered_by = NEW.approved_by) OR"
            " EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.listing_id = NEW.id AND"
            " listing_reading.paper_id IS NOT NULL AND listing_reading.account_id = "
            "NEW.approved_by))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_draft_begins_open",
        "listing_draft",
        "INSERT",
        ("(NEW.outcome <> '' OR NEW.way <> '')"),
        "a draft begins without service and end",
    ),
    (
        "listing_draft_stays",
        "listing_draft",
        "UPDATE",
        (
            "((NEW.error_id IS DISTINCT FROM OLD.error_id OR NEW.listing_id IS DISTINCT FROM "
            "OLD.listing_id OR NEW.correction IS DISTINCT FROM OLD.correction OR NEW.drafted_by "
            "IS DISTINCT FROM OLD.drafted_by OR NEW.drafted_at IS DISTINCT FROM OLD.drafted_at OR"
            " NEW.hears IS DISTINCT FROM OLD.hears) OR (OLD.way <> '' AND (NEW.way IS DISTINCT "
            "FROM OLD.way OR NEW.tracking IS DISTINCT FROM OLD.tracking OR NEW.proofs IS DISTINCT"
            " FROM OLD.proofs OR NEW.served_by IS DISTINCT FROM OLD.served_by OR NEW.served_at IS"
            " DISTINCT FROM OLD.served_at OR NEW.heard_until IS DISTINCT FROM OLD.heard_until)) "
            "OR (OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.ended_by "
            "IS DISTINCT FROM OLD.ended_by OR NEW.ended_at IS DISTINCT FROM OLD.ended_at OR "
            "NEW.way IS DISTINCT FROM OLD.way)))"
        ),
        "what was written stays",
    ),
    (
        "listing_draft_hearing_is_long_enough",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.heard_until IS DISTINCT FROM OLD.heard_until AND DAYS(NEW.served_at, "
            "NEW.heard_until) < 3)"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_draft_stands_by_no_judge",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND EXISTS (SELECT 1 FROM listing_paper "
            "WHERE listing_paper.listing_id = NEW.listing_id AND listing_paper.kind = 'objection'"
            " AND listing_paper.at >= NEW.drafted_at AND listing_paper.answered_by = "
            "NEW.ended_by))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_paper_stays",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.kind IS DISTINCT FROM "
            "OLD.kind OR NEW.words IS DISTINCT FROM OLD.words OR NEW.at IS DISTINCT FROM OLD.at "
            "OR NEW.holds IS DISTINCT FROM OLD.holds OR NEW.letter IS DISTINCT FROM OLD.letter)"
        ),
        "what was written stays",
    ),
    (
        "listing_paper_begins_unanswered",
        "listing_paper",
        "INSERT",
        ("(NEW.outcome <> '')"),
        "what is handed in begins without an answer",
    ),
    (
        "listing_paper_stays_as_answered",
        "listing_paper",
        "UPDATE",
        (
            "(OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.answer IS "
            "DISTINCT FROM OLD.answer OR NEW.public_answer IS DISTINCT FROM OLD.public_answer OR "
            "NEW.answered_by IS DISTINCT FROM OLD.answered_by OR NEW.answered_at IS DISTINCT FROM"
            " OLD.answered_at))"
        ),
        "what was written stays",
    ),
    (
        "listing_paper_quoted_as_written",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.listing_id AND "
            "listing_error.paper = NEW.code AND listing_error.outcome = 'upheld' AND "
            "listing_error.correction = NEW.public_words AND listing_error.replaced = "
            "OLD.public_words) AND NOT EXISTS (SELECT 1 FROM listing_reading WHERE "
            "listing_reading.paper_id = NEW.id AND listing_reading.words = NEW.public_words AND "
            "listing_reading.replaced = OLD.public_words))"
        ),
        "what an enterprise says changes by a report and two persons",
    ),
    (
        "listing_paper_is_not_put_off",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_from IS DISTINCT FROM OLD.public_from AND (NEW.public_from IS NULL OR "
            "OLD.public_from IS NULL OR NEW.public_from > OLD.public_from OR NOT EXISTS (SELECT 1"
            " FROM listing_reading WHERE listing_reading.paper_id = NEW.id)))"
        ),
        "what an enterprise says is public in time",
    ),
    (
        "listing_paper_hides_names_alone",
        "listing_paper",
        "INSERT",
        (
            "(((LENGTH(NEW.public_words) - LENGTH(REPLACE(NEW.public_words, '*', ''))) - "
            "(LENGTH(NEW.words) - LENGTH(REPLACE(NEW.words, '*', '')))) > 6 AND "
            "((LENGTH(NEW.public_words) - LENGTH(REPLACE(NEW.public_words, '*', ''))) - "
            "(LENGTH(NEW.words) - LENGTH(REPLACE(NEW.words, '*', '')))) * 5 > LENGTH(NEW.words))"
        ),
        "no more than names is hidden of what an enterprise says",
    ),
    (
        "listing_paper_answered_by_no_corrector",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.answered_by IS DISTINCT FROM OLD.answered_by AND NEW.kind = 'objection' AND "
            "EXISTS (SELECT 1 FROM listing_draft WHERE listing_draft.listing_id = NEW.listing_id "
            "AND listing_draft.drafted_at <= NEW.at AND (listing_draft.drafted_by = "
            "NEW.answered_by OR (listing_draft.outcome = 'stood' AND listing_draft.ended_by = "
            "NEW.answered_by))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_reading_stays",
        "listing_reading",
        "UPDATE",
        (
            "(NEW.id IS DISTINCT FROM OLD.id OR NEW.listing_id IS DISTINCT FROM OLD.listing_id OR"
            " NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.account_id IS DISTINCT FROM "
            "OLD.account_id OR NEW.at IS DISTINCT FROM OLD.at OR NEW.words IS DISTINCT FROM "
            "OLD.words OR NEW.replaced IS DISTINCT FROM OLD.replaced OR NEW.reason IS DISTINCT "
            "FROM OLD.reason)"
        ),
        "what was written stays",
    ),
    (
        "listing_reading_by_no_party",
        "listing_reading",
        "INSERT",
        (
            "(NEW.paper_id IS NOT NULL AND (EXISTS (SELECT 1 FROM listing_party WHERE "
            "listing_party.listing_id = NEW.listing_id AND listing_party.account_id = "
            "NEW.account_id) OR EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id "
            "AND NEW.account_id IN (listing.proposed_by, coalesce(listing.decided_by, 0), "
            "coalesce(listing.approved_by, 0))) OR EXISTS (SELECT 1 FROM listing_paper WHERE "
            "listing_paper.id = NEW.paper_id AND listing_paper.account_id = NEW.account_id)))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_is_read_before_everyone_reads_it",
        "listing",
        "UPDATE",
        (
            "((OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NOT EXISTS (SELECT 1"
            " FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.public_facts AND"
            " (listing_reading.account_id = NEW.approved_by OR NEW.approved_by IS NULL))) OR "
            "(NEW.state = 'noticed' AND OLD.state <> 'noticed' AND NOT EXISTS (SELECT 1 FROM "
            "listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.public_facts)))"
        ),
        "nobody looked whether people are named",
    ),
    (
        "listing_use_comes_free_with_nothing",
        "listing_use",
        "DELETE",
        (
            "(NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND "
            "listing.state = 'dropped') OR EXISTS (SELECT 1 FROM listing_paper WHERE "
            "listing_paper.listing_id = OLD.listing_id AND listing_paper.kind = 'objection' AND "
            "listing_paper.outcome = 'upheld'))"
        ),
        "what was written stays",
    ),
]
GUARDS = [
    (
        "listing_signed_by_no_judge",
        "listing",
        "UPDATE",
        (
            "((NEW.decided_by IS DISTINCT FROM OLD.decided_by AND (EXISTS (SELECT 1 FROM "
            "listing_paper WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind = "
            "'objection' AND listing_paper.answered_by = NEW.decided_by) OR EXISTS (SELECT 1 FROM"
            " listing_reading WHERE listing_reading.listing_id = NEW.id AND "
            "listing_reading.paper_id IS NOT NULL AND listing_reading.part = 'words' AND "
            "listing_reading.account_id = NEW.decided_by AND (NEW.published_at IS NULL OR "
            "listing_reading.at <> NEW.published_at OR listing_reading.words <> "
            "listing_reading.replaced)))) OR (NEW.approved_by IS DISTINCT FROM OLD.approved_by "
            "AND (EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = NEW.id AND"
            " listing_paper.kind = 'objection' AND listing_paper.answered_by = NEW.approved_by) "
            "OR EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.listing_id = NEW.id "
            "AND listing_reading.paper_id IS NOT NULL AND listing_reading.part = 'words' AND "
            "listing_reading.account_id = NEW.approved_by AND (NEW.published_at IS NULL OR "
            "listing_reading.at <> NEW.published_at OR listing_reading.words <> "
            "listing_reading.replaced)))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_draft_begins_open",
        "listing_draft",
        "INSERT",
        ("(NEW.outcome <> '' OR NEW.way <> '' OR NEW.decided_by IS NOT NULL)"),
        "a draft begins without service and end",
    ),
    (
        "listing_draft_stays",
        "listing_draft",
        "UPDATE",
        (
            "((NEW.error_id IS DISTINCT FROM OLD.error_id OR NEW.listing_id IS DISTINCT FROM "
            "OLD.listing_id OR NEW.correction IS DISTINCT FROM OLD.correction OR NEW.drafted_by "
            "IS DISTINCT FROM OLD.drafted_by OR NEW.drafted_at IS DISTINCT FROM OLD.drafted_at OR"
            " NEW.hears IS DISTINCT FROM OLD.hears OR NEW.weight IS DISTINCT FROM OLD.weight) OR "
            "(OLD.way <> '' AND (NEW.way IS DISTINCT FROM OLD.way OR NEW.tracking IS DISTINCT "
            "FROM OLD.tracking OR NEW.proofs IS DISTINCT FROM OLD.proofs OR NEW.served_by IS "
            "DISTINCT FROM OLD.served_by OR NEW.served_at IS DISTINCT FROM OLD.served_at OR "
            "NEW.heard_until IS DISTINCT FROM OLD.heard_until)) OR (OLD.decided_by IS NOT NULL "
            "AND (NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.decided_at IS DISTINCT "
            "FROM OLD.decided_at)) OR (OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM "
            "OLD.outcome OR NEW.ended_by IS DISTINCT FROM OLD.ended_by OR NEW.ended_at IS "
            "DISTINCT FROM OLD.ended_at OR NEW.way IS DISTINCT FROM OLD.way)))"
        ),
        "what was written stays",
    ),
    (
        "listing_draft_hearing_is_long_enough",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.heard_until IS DISTINCT FROM OLD.heard_until AND DAYS(NEW.served_at, "
            "NEW.heard_until) < CASE NEW.weight WHEN 'changes' THEN 10 ELSE 3 END)"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_draft_changes_as_it_says",
        "listing_draft",
        "INSERT",
        (
            "(NEW.weight NOT IN ('hides', 'mends', 'changes') OR (NEW.weight = 'changes' AND "
            "NEW.hears = 0 AND EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id "
            "AND listing.published_at IS NOT NULL)) OR (NEW.weight <> 'changes' AND EXISTS "
            "(SELECT 1 FROM listing_error JOIN listing ON listing.id = listing_error.listing_id "
            "WHERE listing_error.id = NEW.error_id AND ((listing_error.field = 'facts' AND "
            "(LENGTH(NEW.correction) > LENGTH(listing.public_facts) OR (NEW.weight = 'hides' AND "
            "LENGTH(NEW.correction) <> LENGTH(listing.public_facts)) OR (NEW.weight = 'mends' AND"
            " NEW.hears = 0 AND listing.kind = 'black'))) OR (listing_error.field = 'ground' AND "
            "(LENGTH(NEW.correction) > LENGTH(listing.ground) OR (NEW.weight = 'hides' AND "
            "LENGTH(NEW.correction) <> LENGTH(listing.ground)) OR (NEW.weight = 'mends' AND "
            "NEW.hears = 0 AND listing.kind = 'black'))) OR (listing_error.field = 'measure' AND "
            "(LENGTH(NEW.correction) > LENGTH(listing.measure) OR (NEW.weight = 'hides' AND "
            "LENGTH(NEW.correction) <> LENGTH(listing.measure)) OR (NEW.weight = 'mends' AND "
            "NEW.hears = 0 AND listing.kind = 'black'))) OR (listing_error.field = 'document' AND"
            " (LENGTH(NEW.correction) > LENGTH(listing.document) OR (NEW.weight = 'hides' AND "
            "LENGTH(NEW.correction) <> LENGTH(listing.document)) OR (NEW.weight = 'mends' AND "
            "NEW.hears = 0 AND listing.kind = 'black')))))))"
        ),
        "what may be another offence is heard and decided like a proposal",
    ),
    (
        "listing_draft_changes_by_three",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND NEW.weight = 'changes' AND EXISTS "
            "(SELECT 1 FROM listing WHERE listing.id = NEW.listing_id AND listing.published_at IS"
            " NOT NULL) AND (NEW.heard_until IS NULL OR NOT (NEW.decided_by IS NOT NULL AND "
            "NEW.decided_by NOT IN (NEW.drafted_by, NEW.ended_by, coalesce(NEW.served_by, 0)) AND"
            " NEW.decided_at > NEW.heard_until)))"
        ),
        "what may be another offence is heard and decided like a proposal",
    ),
    (
        "listing_draft_stands_by_no_judge",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND EXISTS (SELECT 1 FROM listing_paper "
            "WHERE listing_paper.listing_id = NEW.listing_id AND listing_paper.kind = 'objection'"
            " AND listing_paper.at >= NEW.drafted_at AND listing_paper.answered_by IN "
            "(NEW.ended_by, coalesce(NEW.decided_by, 0))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_paper_stays",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.kind IS DISTINCT FROM "
            "OLD.kind OR NEW.words IS DISTINCT FROM OLD.words OR NEW.at IS DISTINCT FROM OLD.at "
            "OR NEW.holds IS DISTINCT FROM OLD.holds OR NEW.letter IS DISTINCT FROM OLD.letter OR"
            " NEW.against IS DISTINCT FROM OLD.against OR NEW.round IS DISTINCT FROM OLD.round OR"
            " NEW.claim IS DISTINCT FROM OLD.claim)"
        ),
        "what was written stays",
    ),
    (
        "listing_paper_holds_for_something",
        "listing_paper",
        "INSERT",
        (
            "(NOT (NEW.claim IN ('', 'decided', 'evidence', 'facts', 'late', 'law', 'measure', "
            "'other', 'party', 'process')) OR (NEW.kind = 'objection' AND NEW.holds = 1) <> "
            "(NEW.claim <> ''))"
        ),
        "an objection holds for one thing, and once",
    ),
    (
        "listing_paper_begins_unanswered",
        "listing_paper",
        "INSERT",
        ("(NEW.outcome <> '' OR NEW.answer_from IS NOT NULL)"),
        "what is handed in begins without an answer",
    ),
    (
        "listing_paper_stays_as_answered",
        "listing_paper",
        "UPDATE",
        (
            "(OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.answer IS "
            "DISTINCT FROM OLD.answer OR NEW.answered_by IS DISTINCT FROM OLD.answered_by OR "
            "NEW.answered_at IS DISTINCT FROM OLD.answered_at))"
        ),
        "what was written stays",
    ),
    (
        "listing_paper_hides_names_alone",
        "listing_paper",
        "INSERT",
        (
            "((((LENGTH(NEW.public_words) - LENGTH(REPLACE(NEW.public_words, '*', ''))) - "
            "(LENGTH(NEW.words) - LENGTH(REPLACE(NEW.words, '*', '')))) > 6 AND "
            "((LENGTH(NEW.public_words) - LENGTH(REPLACE(NEW.public_words, '*', ''))) - "
            "(LENGTH(NEW.words) - LENGTH(REPLACE(NEW.words, '*', '')))) * 5 > LENGTH(NEW.words)) "
            "OR (NEW.letter = 1 AND ((LENGTH(NEW.public_words) - LENGTH(REPLACE(NEW.public_words,"
            " '*', ''))) - (LENGTH(NEW.words) - LENGTH(REPLACE(NEW.words, '*', '')))) > 0))"
        ),
        "no more than names is hidden of what an enterprise says",
    ),
    (
        "listing_paper_answered_by_no_corrector",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.answered_by IS DISTINCT FROM OLD.answered_by AND NEW.kind = 'objection' AND "
            "EXISTS (SELECT 1 FROM listing_draft WHERE listing_draft.listing_id = NEW.listing_id "
            "AND listing_draft.drafted_at <= NEW.at AND (listing_draft.drafted_by = "
            "NEW.answered_by OR listing_draft.decided_by = NEW.answered_by OR "
            "(listing_draft.outcome = 'stood' AND listing_draft.ended_by = NEW.answered_by))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_paper_quoted_as_written",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.listing_id AND "
            "listing_error.paper = NEW.code AND listing_error.outcome = 'upheld' AND "
            "listing_error.correction = NEW.public_words AND listing_error.replaced = "
            "OLD.public_words) AND NOT EXISTS (SELECT 1 FROM listing_reading AS one JOIN "
            "listing_reading AS two ON two.paper_id = one.paper_id AND two.part = one.part AND "
            "two.words = one.words AND two.replaced = one.replaced AND two.account_id <> "
            "one.account_id WHERE one.paper_id = NEW.id AND one.part = 'words' AND one.words = "
            "NEW.public_words AND one.replaced = OLD.public_words))"
        ),
        "what an enterprise says changes by a report and two persons",
    ),
    (
        "listing_paper_is_not_put_off",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_from IS DISTINCT FROM OLD.public_from AND (NEW.public_from IS NULL OR "
            "OLD.public_from IS NULL OR NEW.public_from > OLD.public_from OR NOT EXISTS (SELECT 1"
            " FROM listing_reading WHERE listing_reading.paper_id = NEW.id AND "
            "listing_reading.part = 'words' AND listing_reading.words = NEW.public_words)))"
        ),
        "what an enterprise says is public in time",
    ),
    (
        "listing_paper_answer_is_read",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.answer_from IS DISTINCT FROM OLD.answer_from AND (OLD.answer_from IS NOT NULL "
            "OR NEW.outcome = '' OR NOT EXISTS (SELECT 1 FROM listing_reading WHERE "
            "listing_reading.paper_id = NEW.id AND listing_reading.part = 'answer' AND "
            "listing_reading.words = NEW.public_answer AND listing_reading.account_id <> "
            "NEW.answered_by)))"
        ),
        "what an official says is read by another for names of people",
    ),
    (
        "listing_paper_answer_stays_as_read",
        "listing_paper",
        "UPDATE",
        (
            "(OLD.outcome <> '' AND NEW.public_answer IS DISTINCT FROM OLD.public_answer AND "
            "(OLD.answer_from IS NOT NULL OR NOT EXISTS (SELECT 1 FROM listing_reading WHERE "
            "listing_reading.paper_id = NEW.id AND listing_reading.part = 'answer' AND "
            "listing_reading.words = NEW.public_answer AND listing_reading.account_id <> "
            "NEW.answered_by)))"
        ),
        "what an official says is read by another for names of people",
    ),
    (
        "listing_reading_stays",
        "listing_reading",
        "UPDATE",
        (
            "(NEW.id IS DISTINCT FROM OLD.id OR NEW.listing_id IS DISTINCT FROM OLD.listing_id OR"
            " NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.part IS DISTINCT FROM OLD.part OR"
            " NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.at IS DISTINCT FROM OLD.at OR"
            " NEW.words IS DISTINCT FROM OLD.words OR NEW.replaced IS DISTINCT FROM OLD.replaced "
            "OR NEW.reason IS DISTINCT FROM OLD.reason)"
        ),
        "what was written stays",
    ),
    (
        "listing_reading_by_no_party",
        "listing_reading",
        "INSERT",
        (
            "(NEW.part NOT IN ('words', 'answer') OR (NEW.part = 'answer' AND NOT EXISTS (SELECT "
            "1 FROM listing_paper WHERE listing_paper.id = NEW.paper_id AND listing_paper.outcome"
            " <> '' AND listing_paper.answered_by <> NEW.account_id)) OR (NEW.paper_id IS NOT "
            "NULL AND NEW.part = 'words' AND (EXISTS (SELECT 1 FROM listing_party WHERE "
            "listing_party.listing_id = NEW.listing_id AND listing_party.account_id = "
            "NEW.account_id) OR EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id "
            "AND NEW.account_id IN (listing.proposed_by, coalesce(listing.decided_by, 0), "
            "coalesce(listing.approved_by, 0))) OR EXISTS (SELECT 1 FROM listing_paper WHERE "
            "listing_paper.id = NEW.paper_id AND listing_paper.account_id = NEW.account_id))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_is_read_before_everyone_reads_it",
        "listing",
        "UPDATE",
        (
            "((OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND ((NEW.public_facts "
            "<> '' AND NOT EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id "
            "IS NULL AND listing_reading.listing_id = NEW.id AND listing_reading.words = "
            "NEW.public_facts AND (listing_reading.account_id = NEW.approved_by OR "
            "NEW.approved_by IS NULL))) OR (NEW.ground <> '' AND NOT EXISTS (SELECT 1 FROM "
            "listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.ground AND "
            "(listing_reading.account_id = NEW.approved_by OR NEW.approved_by IS NULL))) OR "
            "(NEW.measure <> '' AND NOT EXISTS (SELECT 1 FROM listing_reading WHERE "
            "listing_reading.paper_id IS NULL AND listing_reading.listing_id = NEW.id AND "
            "listing_reading.words = NEW.measure AND (listing_reading.account_id = "
            "NEW.approved_by OR NEW.approved_by IS NULL))) OR (NEW.document <> '' AND NOT EXISTS "
            "(SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.document AND "
            "(listing_reading.account_id = NEW.approved_by OR NEW.approved_by IS NULL))))) OR "
            "(NEW.state = 'noticed' AND OLD.state <> 'noticed' AND ((NEW.public_facts <> '' AND "
            "NOT EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL AND"
            " listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.public_facts "
            "AND listing_reading.account_id <> NEW.proposed_by)) OR (NEW.ground <> '' AND NOT "
            "EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.ground AND "
            "listing_reading.account_id <> NEW.proposed_by)) OR (NEW.measure <> '' AND NOT EXISTS"
            " (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.measure AND "
            "listing_reading.account_id <> NEW.proposed_by)) OR (NEW.document <> '' AND NOT "
            "EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id IS NULL AND "
            "listing_reading.listing_id = NEW.id AND listing_reading.words = NEW.document AND "
            "listing_reading.account_id <> NEW.proposed_by)))))"
        ),
        "nobody looked whether people are named",
    ),
    (
        "listing_replies_are_read_before_it_is_published",
        "listing",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1 FROM"
            " listing_paper WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind <> "
            "'repair' AND ((listing_paper.outcome <> '' AND listing_paper.answer_from IS NULL) OR"
            " NOT EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.paper_id = "
            "listing_paper.id AND listing_reading.part = 'words' AND listing_reading.words = "
            "listing_paper.public_words))))"
        ),
        "nobody looked whether people are named",
    ),
    (
        "listing_use_comes_free_with_nothing",
        "listing_use",
        "DELETE",
        (
            "(NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND "
            "listing.state = 'dropped') OR EXISTS (SELECT 1 FROM listing_paper WHERE "
            "listing_paper.listing_id = OLD.listing_id AND listing_paper.kind = 'objection' AND "
            "listing_paper.outcome <> 'rejected'))"
        ),
        "what was written stays",
    ),
]


# Off while what was used is numbered anew, and on again as it was.
USES = [
    (
        "listing_use_stays",
        "listing_use",
        "UPDATE",
        (
            "(NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.kind IS DISTINCT "
            "FROM OLD.kind OR NEW.what IS DISTINCT FROM OLD.what OR NEW.number IS DISTINCT FROM "
            "OLD.number OR NEW.listing_id IS DISTINCT FROM OLD.listing_id)"
        ),
        "what was written stays",
    ),
]

_ITS = "organisation_id = :o AND kind = :k AND what = 'document' AND number = :n"
DELETE = sa.text("DELETE FROM listing_use WHERE " + _ITS)  # noqa: S608  no words of a person
UPDATE = sa.text("UPDATE listing_use SET number = :now WHERE " + _ITS)  # noqa: S608


def upgrade() -> None:
    for name, table, *_rest in (*BEFORE, *USES):
        _drop(name, table)
    postgresql = op.get_bind().dialect.name == "postgresql"
    key, at = ("BIGINT", "TIMESTAMP WITH TIME ZONE") if postgresql else ("INTEGER", "DATETIME")
    for table, column, kind in COLUMNS:
        made = kind.format(key=key, at=at)
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {made}")
    # What was answered before is public as it was.
    op.execute("UPDATE listing_paper SET answer_from = answered_at WHERE outcome <> ''")
    # What is over stays as it was; what is open is sent back and drafted anew, but hidings and ends.
    op.execute(
        "UPDATE listing_draft SET weight = 'mends' WHERE outcome <> '' OR error_id IN"
        " (SELECT id FROM listing_error WHERE field IN ('reply', 'dates'))"
    )
    op.create_index(
        "uq_listing_paper_claim",
        "listing_paper",
        ["listing_id", "round", "claim"],
        unique=True,
        sqlite_where=HAS_CLAIM,
        postgresql_where=HAS_CLAIM,
    )
    _renumber()
    for guard in (*GUARDS, *USES):
        _guard(*guard)


def _renumber() -> None:
    """Part year and number in what was used; where two are one now, the older entry keeps it."""
    bind, taken = op.get_bind(), set()
    used = "SELECT organisation_id, kind, number FROM listing_use"
    documents = bind.execute(sa.text(f"{used} WHERE what = 'document' ORDER BY listing_id")).all()
    for organisation, kind, number in documents:
        found = OF_YEAR.fullmatch(number)
        now = f"{found[1]}-{int(found[2])}" if found else number
        given = {"o": organisation, "k": kind, "n": number, "now": now}
        again = (organisation, kind, now) in taken
        taken.add((organisation, kind, now))
        if again:
            bind.execute(DELETE, given)
        elif now != number:
            bind.execute(UPDATE, given)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    op.drop_index("uq_listing_paper_claim", "listing_paper")
    for table, column, _kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for guard in BEFORE:
        _guard(*guard)


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAYS.sub(BETWEEN[dialect], when),
    )
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
