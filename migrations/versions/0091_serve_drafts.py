"""Drafts of corrections are rows that are served; nobody planted speaks; little is hidden.

Whoever drafted a correction or let it stand answers nothing said against it, and no document is of
a day to come.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_rests_on_a_past_document",
        "listing",
        "INSERT",
        ("(DAYS(NEW.proposed_at, NEW.document_on) > 0.34)"),
        "a document is not of a day that is still to come",
    ),
    (
        "case_evidence_has_a_past_document",
        "case_evidence",
        "INSERT",
        ("(DAYS(NEW.sent_at, NEW.document_on) > 0.34)"),
        "a document is not of a day that is still to come",
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
        "listing_paper_goes_on_hiding_names_alone",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_words IS DISTINCT FROM OLD.public_words AND (((LENGTH(NEW.public_words) - "
            "LENGTH(REPLACE(NEW.public_words, '*', ''))) - (LENGTH(NEW.words) - "
            "LENGTH(REPLACE(NEW.words, '*', '')))) > 6 AND ((LENGTH(NEW.public_words) - "
            "LENGTH(REPLACE(NEW.public_words, '*', ''))) - (LENGTH(NEW.words) - "
            "LENGTH(REPLACE(NEW.words, '*', '')))) * 5 > LENGTH(NEW.words)))"
        ),
        "no more than names is hidden of what an enterprise says",
    ),
    (
        "listing_paper_spoken_by_its_own",
        "listing_paper",
        "INSERT",
        (
            "(NEW.letter = 0 AND (NOT EXISTS (SELECT 1 FROM membership JOIN listing ON "
            "listing.organisation_id = membership.organisation_id WHERE listing.id = NEW.listing_id "
            "AND membership.account_id = NEW.account_id AND membership.state IN ('handing_over', "
            "'proven')) OR (NEW.kind <> 'repair' AND EXISTS (SELECT 1 FROM membership JOIN listing ON"
            " listing.organisation_id = membership.organisation_id WHERE listing.id = NEW.listing_id "
            "AND membership.account_id = NEW.account_id AND membership.proof <> 'peer' AND "
            "(membership.proven_by IN (listing.proposed_by, coalesce(listing.decided_by, 0), "
            "coalesce(listing.approved_by, 0)) OR EXISTS (SELECT 1 FROM listing_party WHERE "
            "listing_party.listing_id = listing.id AND listing_party.account_id = "
            "membership.proven_by AND listing_party.part IN ('assess', 'confirm', 'decide', "
            "'send')))))))"
        ),
        "nobody speaks for an enterprise whom the other side proved",
    ),
    (
        "listing_paper_answered_by_no_corrector",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.answered_by IS DISTINCT FROM OLD.answered_by AND NEW.kind = 'objection' AND EXISTS "
            "(SELECT 1 FROM listing_draft WHERE listing_draft.listing_id = NEW.listing_id AND "
            "listing_draft.drafted_at <= NEW.at AND (listing_draft.drafted_by = NEW.answered_by OR "
            "(listing_draft.outcome = 'stood' AND listing_draft.ended_by = NEW.answered_by))))"
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
            "OLD.listing_id OR NEW.correction IS DISTINCT FROM OLD.correction OR NEW.drafted_by IS "
            "DISTINCT FROM OLD.drafted_by OR NEW.drafted_at IS DISTINCT FROM OLD.drafted_at OR "
            "NEW.hears IS DISTINCT FROM OLD.hears) OR (OLD.way <> '' AND (NEW.way IS DISTINCT FROM "
            "OLD.way OR NEW.tracking IS DISTINCT FROM OLD.tracking OR NEW.proofs IS DISTINCT FROM "
            "OLD.proofs OR NEW.served_by IS DISTINCT FROM OLD.served_by OR NEW.served_at IS DISTINCT "
            "FROM OLD.served_at OR NEW.heard_until IS DISTINCT FROM OLD.heard_until)) OR (OLD.outcome"
            " <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.ended_by IS DISTINCT FROM "
            "OLD.ended_by OR NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.way IS DISTINCT FROM "
            "OLD.way)))"
        ),
        "what was written stays",
    ),
    (
        "listing_draft_is_kept",
        "listing_draft",
        "DELETE",
        ("1 = 1"),
        "what was written stays",
    ),
    (
        "listing_draft_stands_when_heard",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND NEW.hears = 1 AND (NEW.heard_until IS "
            "NULL OR NEW.ended_at <= NEW.heard_until))"
        ),
        "a correction waits until the enterprise was heard",
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
        "listing_draft_received_by_its_own",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND NOT EXISTS (SELECT 1 FROM membership "
            "JOIN listing ON listing.organisation_id = membership.organisation_id WHERE listing.id = "
            "NEW.listing_id AND membership.account_id = NEW.served_by AND membership.state IN "
            "('handing_over', 'proven')))"
        ),
        "only who represents the enterprise receives in its account",
    ),
    (
        "listing_draft_stands_by_no_judge",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.outcome = 'stood' AND OLD.outcome = '' AND EXISTS (SELECT 1 FROM listing_paper "
            "WHERE listing_paper.listing_id = NEW.listing_id AND listing_paper.kind = 'objection' AND"
            " listing_paper.at >= NEW.drafted_at AND listing_paper.answered_by = NEW.ended_by))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_error_corrected_by_its_draft",
        "listing_error",
        "UPDATE",
        (
            "(NEW.outcome = 'upheld' AND OLD.outcome = '' AND NEW.correction <> '' AND NOT EXISTS "
            "(SELECT 1 FROM listing_draft WHERE listing_draft.error_id = NEW.id AND "
            "listing_draft.outcome = 'stood' AND listing_draft.correction = NEW.correction AND "
            "listing_draft.drafted_by = NEW.drafted_by AND listing_draft.ended_by = NEW.answered_by))"
        ),
        "a correction is a draft that stood",
    ),
]


def upgrade() -> None:
    op.create_table(
        "listing_draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("error_id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("drafted_by", BIG, nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("hears", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("tracking", sa.String(60), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("served_by", BIG, nullable=True),
        sa.Column("served_at", AT, nullable=True),
        sa.Column("heard_until", AT, nullable=True),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("ended_by", BIG, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_draft")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_listing_draft_{column}")
            )
            for column, table in (
                ("error_id", "listing_error"), ("listing_id", "listing"),
                ("drafted_by", "account"), ("served_by", "account"), ("ended_by", "account"),
            )
        ),
        *(
            sa.CheckConstraint(words, name=op.f(f"ck_listing_draft_{name}"))
            for name, words in (
                ("way_known", "way IN ('', 'account', 'announcement', 'hand', 'post')"),
                ("outcome_known", "outcome IN ('', 'sent_back', 'stood')"),
                ("says_what", "correction <> ''"),
                (
                    "service_whole",
                    (
                        "(way = '') = (served_at IS NULL) AND (way = '') = (served_by IS NULL)"
                        " AND (way = '') = (heard_until IS NULL)"
                    ),
                ),
                ("service_has_proof", "way IN ('', 'account') OR proofs > 0"),
                ("post_has_number", "way <> 'post' OR tracking <> ''"),
                (
                    "end_whole",
                    "(outcome = '') = (ended_at IS NULL) AND (outcome = '') = (ended_by IS NULL)",
                ),
                ("ended_by_another", "ended_by <> drafted_by"),
                ("stands_by_another", "outcome <> 'stood' OR ended_by <> served_by"),
            )
        ),
    )  # fmt: skip
    op.create_index(
        "uq_listing_draft_open",
        "listing_draft",
        ["error_id"],
        unique=True,
        sqlite_where=sa.text("outcome = ''"),
        postgresql_where=sa.text("outcome = ''"),
    )
    op.create_index("ix_listing_draft_listing_id_id", "listing_draft", ["listing_id", "id"])
    # Those that wait are served from now on; those that stood keep who had a hand in them.
    op.execute(
        "INSERT INTO listing_draft (error_id, listing_id, correction, drafted_by, drafted_at,"
        " hears, way, tracking, proofs, outcome, ended_by, ended_at)"
        " SELECT e.id, e.listing_id, e.correction, e.drafted_by, coalesce(e.drafted_at, e.at),"
        " CASE WHEN l.kind = 'black' AND e.field IN ('facts', 'ground', 'measure', 'document')"
        " THEN 1 ELSE 0 END, '', '', 0, CASE WHEN e.outcome = '' THEN '' ELSE 'stood' END,"
        " e.answered_by, e.answered_at"
        " FROM listing_error AS e JOIN listing AS l ON l.id = e.listing_id"
        " WHERE e.drafted_by IS NOT NULL AND e.correction <> ''"
        " AND e.outcome IN ('', 'upheld')"
    )
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        op.execute(f"DROP TRIGGER {name}" + _on(table))
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("listing_draft")


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
