"""Who answers decides nothing, other words are on notice anew, closed scores lead to one entry."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_received_by_nobody_planted",
        "listing",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice"
            " (account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership"
            " AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON"
            " its.id = NEW.id WHERE peer.organisation_id = its.organisation_id AND peer.proof ="
            " 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.id AND ((membership.proof <>"
            " 'peer' AND (membership.proven_by IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS"
            " (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND"
            " listing_party.account_id = membership.proven_by AND listing_party.part IN"
            " ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event"
            " JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = membership.proven_by AND"
            " membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at,"
            " NEW.served_at) <= 365))) OR EXISTS (SELECT 1 FROM membership_event AS upheld WHERE"
            " upheld.membership_id = membership.id AND upheld.move = 'uphold' AND"
            " upheld.actor_kind = 'staff' AND (upheld.actor_id IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS"
            " (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND"
            " listing_party.account_id = upheld.actor_id AND listing_party.part IN ('assess',"
            " 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event JOIN"
            " membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = upheld.actor_id AND membership_event.move"
            " IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, NEW.served_at) <="
            " 365))))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "listing_is_on_notice_anew",
        "listing",
        "UPDATE",
        (
            "(OLD.state = 'noticed' AND NEW.state = 'noticed' AND (NEW.public_facts IS DISTINCT"
            " FROM OLD.public_facts OR NEW.ground IS DISTINCT FROM OLD.ground OR NEW.measure IS"
            " DISTINCT FROM OLD.measure OR NEW.document IS DISTINCT FROM OLD.document) AND NOT"
            " EXISTS (SELECT 1 FROM listing_error WHERE listing_error.listing_id = NEW.id AND"
            " listing_error.outcome = 'upheld' AND ((listing_error.field = 'facts' AND"
            " listing_error.correction = NEW.public_facts AND NEW.public_facts IS DISTINCT FROM"
            " OLD.public_facts) OR (listing_error.field = 'ground' AND listing_error.correction ="
            " NEW.ground AND NEW.ground IS DISTINCT FROM OLD.ground) OR (listing_error.field ="
            " 'measure' AND listing_error.correction = NEW.measure AND NEW.measure IS DISTINCT"
            " FROM OLD.measure) OR (listing_error.field = 'document' AND listing_error.correction"
            " = NEW.document AND NEW.document IS DISTINCT FROM OLD.document)) AND"
            " DAYS(listing_error.answered_at, NEW.respond_until) >= 5))"
        ),
        "what says something else is on notice anew",
    ),
    (
        "listing_rests_on_a_closed_case",
        "listing",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1 FROM"
            " report WHERE report.code = NEW.report AND report.state NOT IN ('closed',"
            " 'uncleared')))"
        ),
        "a case that is open again carries nothing",
    ),
    (
        "listing_signed_by_no_judge",
        "listing",
        "UPDATE",
        (
            "((NEW.decided_by IS DISTINCT FROM OLD.decided_by AND (EXISTS (SELECT 1 FROM"
            " listing_paper WHERE listing_paper.listing_id = NEW.id AND listing_paper.kind ="
            " 'objection' AND listing_paper.answered_by = NEW.decided_by) OR EXISTS (SELECT 1"
            " FROM listing_reading WHERE listing_reading.listing_id = NEW.id AND"
            " listing_reading.paper_id IS NOT NULL AND listing_reading.account_id ="
            " NEW.decided_by))) OR (NEW.approved_by IS DISTINCT FROM OLD.approved_by AND (EXISTS"
            " (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = NEW.id AND"
            " listing_paper.kind = 'objection' AND listing_paper.answered_by = NEW.approved_by)"
            " OR EXISTS (SELECT 1 FROM listing_reading WHERE listing_reading.listing_id = NEW.id"
            " AND listing_reading.paper_id IS NOT NULL AND listing_reading.account_id ="
            " NEW.approved_by))))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_paper_spoken_by_its_own",
        "listing_paper",
        "INSERT",
        (
            "(NEW.letter = 0 AND (NOT EXISTS (SELECT 1 FROM membership JOIN listing ON"
            " listing.organisation_id = membership.organisation_id WHERE listing.id ="
            " NEW.listing_id AND membership.account_id = NEW.account_id AND membership.state IN"
            " ('handing_over', 'proven')) OR (NEW.kind <> 'repair' AND EXISTS (WITH RECURSIVE"
            " voice (account_id) AS (SELECT NEW.account_id UNION SELECT peer.proven_by FROM"
            " membership AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS"
            " its ON its.id = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND"
            " peer.proof = 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.listing_id AND ((membership.proof"
            " <> 'peer' AND (membership.proven_by IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS"
            " (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND"
            " listing_party.account_id = membership.proven_by AND listing_party.part IN"
            " ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event"
            " JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = membership.proven_by AND"
            " membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at,"
            " NEW.at) <= 365))) OR EXISTS (SELECT 1 FROM membership_event AS upheld WHERE"
            " upheld.membership_id = membership.id AND upheld.move = 'uphold' AND"
            " upheld.actor_kind = 'staff' AND (upheld.actor_id IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS"
            " (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND"
            " listing_party.account_id = upheld.actor_id AND listing_party.part IN ('assess',"
            " 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event JOIN"
            " membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = upheld.actor_id AND membership_event.move"
            " IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, NEW.at) <="
            " 365))))))))"
        ),
        "nobody speaks for an enterprise whom the other side proved",
    ),
    (
        "listing_draft_received_by_nobody_planted",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice"
            " (account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership"
            " AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON"
            " its.id = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND"
            " peer.proof = 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.listing_id AND ((membership.proof"
            " <> 'peer' AND (membership.proven_by IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0), NEW.drafted_by)"
            " OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id"
            " AND listing_party.account_id = membership.proven_by AND listing_party.part IN"
            " ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event"
            " JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = membership.proven_by AND"
            " membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at,"
            " NEW.served_at) <= 365))) OR EXISTS (SELECT 1 FROM membership_event AS upheld WHERE"
            " upheld.membership_id = membership.id AND upheld.move = 'uphold' AND"
            " upheld.actor_kind = 'staff' AND (upheld.actor_id IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0), NEW.drafted_by)"
            " OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id"
            " AND listing_party.account_id = upheld.actor_id AND listing_party.part IN ('assess',"
            " 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event JOIN"
            " membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = upheld.actor_id AND membership_event.move"
            " IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, NEW.served_at) <="
            " 365))))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "credit_grade_stays_as_given",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.year IS DISTINCT"
            " FROM OLD.year OR NEW.version IS DISTINCT FROM OLD.version OR NEW.grades IS DISTINCT"
            " FROM OLD.grades OR NEW.grade IS DISTINCT FROM OLD.grade OR NEW.points IS DISTINCT"
            " FROM OLD.points OR NEW.vetoes IS DISTINCT FROM OLD.vetoes OR NEW.ground IS DISTINCT"
            " FROM OLD.ground OR NEW.public_ground IS DISTINCT FROM OLD.public_ground OR"
            " NEW.graded_by IS DISTINCT FROM OLD.graded_by OR NEW.graded_at IS DISTINCT FROM"
            " OLD.graded_at)"
        ),
        "what was written stays",
    ),
    (
        "listing_basis_is_of_its_own",
        "listing_basis",
        "INSERT",
        (
            "(NEW.assessment_id IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM assessment JOIN"
            " assessment_period ON assessment_period.id = assessment.period_id WHERE"
            " assessment.id = NEW.assessment_id AND assessment_period.closed_at IS NOT NULL) OR"
            " EXISTS (SELECT 1 FROM listing_basis AS other JOIN listing ON listing.id ="
            " other.listing_id WHERE other.assessment_id = NEW.assessment_id AND (listing.state"
            " <> 'dropped' OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id"
            " = listing.id AND listing_paper.kind = 'objection' AND listing_paper.outcome ="
            " 'upheld')))))"
        ),
        "an assessment that is closed leads to one entry",
    ),
]
BEFORE = [
    (
        "listing_received_by_nobody_planted",
        "listing",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice"
            " (account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership"
            " AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON"
            " its.id = NEW.id WHERE peer.organisation_id = its.organisation_id AND peer.proof ="
            " 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.id AND membership.proof <> 'peer'"
            " AND (membership.proven_by IN (listing.proposed_by, coalesce(listing.decided_by, 0),"
            " coalesce(listing.approved_by, 0)) OR EXISTS (SELECT 1 FROM listing_party WHERE"
            " listing_party.listing_id = listing.id AND listing_party.account_id ="
            " membership.proven_by AND listing_party.part IN ('assess', 'confirm', 'decide',"
            " 'send')) OR EXISTS (SELECT 1 FROM membership_event JOIN membership AS taken ON"
            " taken.id = membership_event.membership_id WHERE taken.organisation_id ="
            " listing.organisation_id AND membership_event.actor_kind = 'staff' AND"
            " membership_event.actor_id = membership.proven_by AND membership_event.move IN"
            " ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, NEW.served_at) <="
            " 365))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "listing_paper_spoken_by_its_own",
        "listing_paper",
        "INSERT",
        (
            "(NEW.letter = 0 AND (NOT EXISTS (SELECT 1 FROM membership JOIN listing ON"
            " listing.organisation_id = membership.organisation_id WHERE listing.id ="
            " NEW.listing_id AND membership.account_id = NEW.account_id AND membership.state IN"
            " ('handing_over', 'proven')) OR (NEW.kind <> 'repair' AND EXISTS (WITH RECURSIVE"
            " voice (account_id) AS (SELECT NEW.account_id UNION SELECT peer.proven_by FROM"
            " membership AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS"
            " its ON its.id = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND"
            " peer.proof = 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.listing_id AND membership.proof"
            " <> 'peer' AND (membership.proven_by IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS"
            " (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND"
            " listing_party.account_id = membership.proven_by AND listing_party.part IN"
            " ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event"
            " JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = membership.proven_by AND"
            " membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at,"
            " NEW.at) <= 365))))))"
        ),
        "nobody speaks for an enterprise whom the other side proved",
    ),
    (
        "credit_grade_stays_as_given",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.year IS DISTINCT"
            " FROM OLD.year OR NEW.version IS DISTINCT FROM OLD.version OR NEW.grades IS DISTINCT"
            " FROM OLD.grades OR NEW.grade IS DISTINCT FROM OLD.grade OR NEW.points IS DISTINCT"
            " FROM OLD.points OR NEW.vetoes IS DISTINCT FROM OLD.vetoes OR NEW.ground IS DISTINCT"
            " FROM OLD.ground OR NEW.graded_by IS DISTINCT FROM OLD.graded_by OR NEW.graded_at IS"
            " DISTINCT FROM OLD.graded_at)"
        ),
        "what was written stays",
    ),
    (
        "listing_draft_received_by_nobody_planted",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice"
            " (account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership"
            " AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON"
            " its.id = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND"
            " peer.proof = 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id ="
            " membership.account_id JOIN listing ON listing.organisation_id ="
            " membership.organisation_id WHERE listing.id = NEW.listing_id AND membership.proof"
            " <> 'peer' AND (membership.proven_by IN (listing.proposed_by,"
            " coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0), NEW.drafted_by)"
            " OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id"
            " AND listing_party.account_id = membership.proven_by AND listing_party.part IN"
            " ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event"
            " JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE"
            " taken.organisation_id = listing.organisation_id AND membership_event.actor_kind ="
            " 'staff' AND membership_event.actor_id = membership.proven_by AND"
            " membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at,"
            " NEW.served_at) <= 365))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
]


def upgrade() -> None:
    op.add_column(
        "credit_grade", sa.Column("public_ground", sa.Text(), nullable=False, server_default="")
    )
    _free_assessments()
    for guard in BEFORE:
        _drop(*guard[:2])
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for guard in GUARDS:
        _drop(*guard[:2])
    for guard in BEFORE:
        _guard(*guard)
    _bind_assessments()
    op.execute("ALTER TABLE credit_grade DROP COLUMN public_ground")


BASIS = (
    "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.basis IS DISTINCT FROM"
    " OLD.basis OR NEW.assessment_id IS DISTINCT FROM OLD.assessment_id OR NEW.document"
    " IS DISTINCT FROM OLD.document OR NEW.document_on IS DISTINCT FROM OLD.document_on"
    " OR NEW.ground IS DISTINCT FROM OLD.ground)"
)
KEPT = (("listing_basis_stays", "UPDATE", BASIS), ("listing_basis_is_kept", "DELETE", "1 = 1"))


def _free_assessments() -> None:
    """Let an assessment lead to another proposal where one came to nothing."""
    if op.get_bind().dialect.name == "sqlite":  # makes the table anew, without its triggers
        with op.batch_alter_table("listing_basis") as batch:
            batch.drop_constraint("uq_listing_basis_assessment_id", type_="unique")
        _keep_basis()
    else:
        op.drop_constraint("uq_listing_basis_assessment_id", "listing_basis", type_="unique")
    op.create_index("ix_listing_basis_assessment_id", "listing_basis", ["assessment_id"])


def _bind_assessments() -> None:
    op.drop_index("ix_listing_basis_assessment_id", table_name="listing_basis")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("listing_basis") as batch:
            batch.create_unique_constraint("uq_listing_basis_assessment_id", ["assessment_id"])
        _keep_basis()
    else:
        op.create_unique_constraint(
            "uq_listing_basis_assessment_id", "listing_basis", ["assessment_id"]
        )


def _keep_basis() -> None:
    for name, change, when in KEPT:
        _guard(name, "listing_basis", change, when, "what was written stays")


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


DAYS, DAY = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)"), re.compile(r"\bDAY\(([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}
ON = {
    "sqlite": r"date(\1, '+8 hours')",
    "postgresql": r"(\1 AT TIME ZONE 'Asia/Shanghai')::date",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAY.sub(ON[dialect], DAYS.sub(BETWEEN[dialect], when)),
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
