"""Nobody receives for an enterprise whom the other side proved, in a notice or a draft."""

import re

from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
BEFORE = [
    (
        "listing_paper_spoken_by_its_own",
        "listing_paper",
        "INSERT",
        (
            "(NEW.letter = 0 AND (NOT EXISTS (SELECT 1 FROM membership JOIN listing ON "
            "listing.organisation_id = membership.organisation_id WHERE listing.id = "
            "NEW.listing_id AND membership.account_id = NEW.account_id AND membership.state IN "
            "('handing_over', 'proven')) OR (NEW.kind <> 'repair' AND EXISTS (SELECT 1 FROM "
            "membership JOIN listing ON listing.organisation_id = membership.organisation_id "
            "WHERE listing.id = NEW.listing_id AND membership.account_id = NEW.account_id AND "
            "membership.proof <> 'peer' AND (membership.proven_by IN (listing.proposed_by, "
            "coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS (SELECT"
            " 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND "
            "listing_party.account_id = membership.proven_by AND listing_party.part IN ('assess',"
            " 'confirm', 'decide', 'send')))))))"
        ),
        "nobody speaks for an enterprise whom the other side proved",
    ),
]
GUARDS = [
    (
        "listing_received_by_nobody_planted",
        "listing",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice "
            "(account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership AS"
            " peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON its.id"
            " = NEW.id WHERE peer.organisation_id = its.organisation_id AND peer.proof = 'peer') "
            "SELECT 1 FROM membership JOIN voice ON voice.account_id = membership.account_id JOIN"
            " listing ON listing.organisation_id = membership.organisation_id WHERE listing.id = "
            "NEW.id AND membership.proof <> 'peer' AND (membership.proven_by IN "
            "(listing.proposed_by, coalesce(listing.decided_by, 0), coalesce(listing.approved_by,"
            " 0)) OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = "
            "listing.id AND listing_party.account_id = membership.proven_by AND "
            "listing_party.part IN ('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 "
            "FROM membership_event JOIN membership AS taken ON taken.id = "
            "membership_event.membership_id WHERE taken.organisation_id = listing.organisation_id"
            " AND membership_event.actor_kind = 'staff' AND membership_event.actor_id = "
            "membership.proven_by AND membership_event.move IN ('dispute', 'end', 'refuse') AND "
            "DAYS(membership_event.at, NEW.served_at) <= 365))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "listing_draft_received_by_nobody_planted",
        "listing_draft",
        "UPDATE",
        (
            "(NEW.way = 'account' AND OLD.way <> 'account' AND EXISTS (WITH RECURSIVE voice "
            "(account_id) AS (SELECT NEW.served_by UNION SELECT peer.proven_by FROM membership AS"
            " peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS its ON its.id"
            " = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND peer.proof = "
            "'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id = "
            "membership.account_id JOIN listing ON listing.organisation_id = "
            "membership.organisation_id WHERE listing.id = NEW.listing_id AND membership.proof <>"
            " 'peer' AND (membership.proven_by IN (listing.proposed_by, "
            "coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0), NEW.drafted_by) "
            "OR EXISTS (SELECT 1 FROM listing_party WHERE listing_party.listing_id = listing.id "
            "AND listing_party.account_id = membership.proven_by AND listing_party.part IN "
            "('assess', 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event "
            "JOIN membership AS taken ON taken.id = membership_event.membership_id WHERE "
            "taken.organisation_id = listing.organisation_id AND membership_event.actor_kind = "
            "'staff' AND membership_event.actor_id = membership.proven_by AND "
            "membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, "
            "NEW.served_at) <= 365))))"
        ),
        "nobody receives for an enterprise whom the other side proved",
    ),
    (
        "listing_paper_spoken_by_its_own",
        "listing_paper",
        "INSERT",
        (
            "(NEW.letter = 0 AND (NOT EXISTS (SELECT 1 FROM membership JOIN listing ON "
            "listing.organisation_id = membership.organisation_id WHERE listing.id = "
            "NEW.listing_id AND membership.account_id = NEW.account_id AND membership.state IN "
            "('handing_over', 'proven')) OR (NEW.kind <> 'repair' AND EXISTS (WITH RECURSIVE "
            "voice (account_id) AS (SELECT NEW.account_id UNION SELECT peer.proven_by FROM "
            "membership AS peer JOIN voice ON voice.account_id = peer.account_id JOIN listing AS "
            "its ON its.id = NEW.listing_id WHERE peer.organisation_id = its.organisation_id AND "
            "peer.proof = 'peer') SELECT 1 FROM membership JOIN voice ON voice.account_id = "
            "membership.account_id JOIN listing ON listing.organisation_id = "
            "membership.organisation_id WHERE listing.id = NEW.listing_id AND membership.proof <>"
            " 'peer' AND (membership.proven_by IN (listing.proposed_by, "
            "coalesce(listing.decided_by, 0), coalesce(listing.approved_by, 0)) OR EXISTS (SELECT"
            " 1 FROM listing_party WHERE listing_party.listing_id = listing.id AND "
            "listing_party.account_id = membership.proven_by AND listing_party.part IN ('assess',"
            " 'confirm', 'decide', 'send')) OR EXISTS (SELECT 1 FROM membership_event JOIN "
            "membership AS taken ON taken.id = membership_event.membership_id WHERE "
            "taken.organisation_id = listing.organisation_id AND membership_event.actor_kind = "
            "'staff' AND membership_event.actor_id = membership.proven_by AND "
            "membership_event.move IN ('dispute', 'end', 'refuse') AND DAYS(membership_event.at, "
            "NEW.at) <= 365))))))"
        ),
        "nobody speaks for an enterprise whom the other side proved",
    ),
]


def upgrade() -> None:
    for name, table, *_rest in BEFORE:
        _drop(name, table)
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
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
