"""Nobody is listed, removed or found past the tree of snapshots; what was served stays."""

import re

from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_place_begins_with_its_leaves",
        "listing_place",
        "INSERT",
        (
            "(NEW.place <> (SELECT coalesce(max(listing_place.place) + 1, 0) FROM listing_place)"
            " OR NEW.listing_id IS NULL OR NOT EXISTS (SELECT 1 FROM listing_node AS own JOIN"
            " listing_node AS other ON other.level = 0 AND other.place = own.place + 1 AND"
            " other.number = own.number WHERE own.level = 0 AND own.place = 2 * NEW.place AND"
            " own.number = (SELECT coalesce(max(listing_snapshot.number), 0) + 1 FROM"
            " listing_snapshot) AND own.hash <> other.hash))"
        ),
        "nobody comes or goes without leaves in the next snapshot",
    ),
    (
        "listing_place_changes_with_its_leaves",
        "listing_place",
        "UPDATE",
        (
            "(NEW.place IS DISTINCT FROM OLD.place OR (NEW.listing_id IS DISTINCT FROM"
            " OLD.listing_id AND ((OLD.listing_id IS NOT NULL AND NEW.listing_id IS NOT NULL) OR"
            " NOT EXISTS (SELECT 1 FROM listing_node AS own JOIN listing_node AS other ON"
            " other.level = 0 AND other.place = own.place + 1 AND other.number = own.number WHERE"
            " own.level = 0 AND own.place = 2 * NEW.place AND own.number = (SELECT"
            " coalesce(max(listing_snapshot.number), 0) + 1 FROM listing_snapshot) AND (own.hash"
            " = other.hash) = (NEW.listing_id IS NULL)))))"
        ),
        "nobody comes or goes without leaves in the next snapshot",
    ),
    (
        "listing_ends_earlier_by_a_report",
        "listing",
        "UPDATE",
        (
            "(NEW.ends_at < OLD.ends_at AND NOT EXISTS (SELECT 1 FROM listing_error WHERE"
            " listing_error.listing_id = NEW.id AND listing_error.outcome = 'upheld' AND"
            " listing_error.field = 'dates' AND listing_error.correction = CAST(DAY(NEW.ends_at)"
            " AS VARCHAR(10)) AND listing_error.replaced = CAST(DAY(OLD.ends_at) AS"
            " VARCHAR(10))))"
        ),
        "what is said of an enterprise changes by a report and two persons",
    ),
    (
        "listing_is_about_one",
        "listing",
        "UPDATE",
        (
            "(NEW.kind IS DISTINCT FROM OLD.kind OR NEW.proposed_by IS DISTINCT FROM"
            " OLD.proposed_by OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR"
            " NEW.months IS DISTINCT FROM OLD.months OR (NEW.proposed_at IS DISTINCT FROM"
            " OLD.proposed_at OR NEW.evidence IS DISTINCT FROM OLD.evidence))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_says_what_was_proposed",
        "listing",
        "UPDATE",
        (
            "(NEW.facts IS DISTINCT FROM OLD.facts OR NEW.severity IS DISTINCT FROM OLD.severity"
            " OR (OLD.decided_at IS NOT NULL AND NOT (OLD.state = 'decided' AND NEW.state ="
            " 'proposed') AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NEW.decided_by"
            " IS DISTINCT FROM OLD.decided_by OR NEW.reason IS DISTINCT FROM OLD.reason)) OR"
            " (OLD.published_at IS NOT NULL AND ((NEW.published_at IS DISTINCT FROM"
            " OLD.published_at OR NEW.approved_by IS DISTINCT FROM OLD.approved_by) OR"
            " NEW.repair_from > OLD.repair_from)))"
        ),
        "what was proposed and signed stays",
    ),
    (
        "listing_service_stays",
        "listing",
        "UPDATE",
        (
            "(OLD.state <> 'proposed' AND NOT (OLD.state = 'decided' AND NEW.state = 'proposed')"
            " AND ((NEW.way IS DISTINCT FROM OLD.way OR NEW.served_at IS DISTINCT FROM"
            " OLD.served_at OR NEW.tracking IS DISTINCT FROM OLD.tracking OR NEW.proofs IS"
            " DISTINCT FROM OLD.proofs) OR (NEW.served_by IS DISTINCT FROM OLD.served_by AND NOT"
            " (OLD.way = 'account' AND EXISTS (SELECT 1 FROM membership WHERE"
            " membership.organisation_id = NEW.organisation_id AND membership.account_id ="
            " NEW.served_by))) OR ((NEW.respond_until IS DISTINCT FROM OLD.respond_until OR"
            " NEW.decide_until IS DISTINCT FROM OLD.decide_until) AND NOT (OLD.state = 'noticed'"
            " AND NEW.state = 'noticed' AND NEW.respond_until >= OLD.respond_until AND"
            " NEW.decide_until >= OLD.decide_until))))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_is_proposed_unserved",
        "listing",
        "UPDATE",
        (
            "(NEW.state = 'proposed' AND (NEW.way <> '' OR NEW.respond_until IS NOT NULL OR"
            " NEW.waived_from IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.reason <> '' OR"
            " (OLD.state <> 'proposed' AND NOT ((OLD.state = 'decided' AND NEW.state ="
            " 'proposed') AND NEW.round = OLD.round + 1))))"
        ),
        "a proposal is served and decided after it, and begins anew with another round",
    ),
    (
        "listing_waiver_stays",
        "listing",
        "UPDATE",
        (
            "(NEW.waived_from IS DISTINCT FROM OLD.waived_from AND OLD.state NOT IN ('proposed',"
            " 'served') AND NOT (OLD.state = 'decided' AND NEW.state = 'proposed'))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_changes_forward",
        "listing",
        "UPDATE",
        ("(NEW.changed_at < OLD.changed_at)"),
        "no change is dated before the one before it",
    ),
    (
        "listing_hearing_is_long_enough",
        "listing",
        "UPDATE",
        (
            "(NEW.kind = 'black' AND NEW.served_at IS NOT NULL AND (NEW.served_at IS DISTINCT"
            " FROM OLD.served_at OR NEW.respond_until IS DISTINCT FROM OLD.respond_until) AND"
            " DAYS(NEW.served_at, NEW.respond_until) < 10)"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_notice_is_long_enough",
        "listing",
        "UPDATE",
        (
            "(NEW.state = 'noticed' AND OLD.state <> 'noticed' AND DAYS(NEW.changed_at,"
            " NEW.respond_until) < 5)"
        ),
        "the time to answer is too short",
    ),
    (
        "listing_comes_and_goes_with_a_snapshot",
        "listing",
        "UPDATE",
        (
            "((NEW.record IS NOT NULL AND (NEW.record IS DISTINCT FROM OLD.record OR NEW.leaf IS"
            " DISTINCT FROM OLD.leaf) AND (NOT EXISTS (SELECT 1 FROM listing_place JOIN"
            " listing_node ON listing_node.level = 0 AND listing_node.place = 2 *"
            " listing_place.place + 1 AND listing_node.number = (SELECT"
            " coalesce(max(listing_snapshot.number), 0) FROM listing_snapshot) JOIN listing_leaf"
            " ON listing_leaf.leaf = listing_node.hash AND listing_leaf.listing_id = NEW.id WHERE"
            " listing_place.listing_id = NEW.id AND listing_node.hash = NEW.leaf) OR EXISTS"
            " (SELECT 1 FROM listing_node WHERE listing_node.number > (SELECT"
            " coalesce(max(listing_snapshot.number), 0) FROM listing_snapshot)))) OR (OLD.record"
            " IS NOT NULL AND NEW.record IS NULL AND (EXISTS (SELECT 1 FROM listing_place WHERE"
            " listing_place.listing_id = NEW.id) OR EXISTS (SELECT 1 FROM listing_node WHERE"
            " listing_node.number > (SELECT coalesce(max(listing_snapshot.number), 0) FROM"
            " listing_snapshot)))))"
        ),
        "nobody comes, goes or says something else without a snapshot",
    ),
    (
        "listing_name_end_is_its_own",
        "listing_name_end",
        "INSERT",
        (
            "NOT EXISTS (SELECT 1 FROM listing JOIN organisation_name_end ON"
            " organisation_name_end.organisation_id = listing.organisation_id WHERE listing.id ="
            " NEW.listing_id AND listing.record IS NOT NULL AND listing.town = NEW.town AND"
            " listing.kind = NEW.kind AND listing.trade = NEW.trade AND"
            " organisation_name_end.name_end = NEW.name_end)"
        ),
        "an entry is found by the names of its enterprise, for as long as it is shown",
    ),
    (
        "listing_name_end_stays",
        "listing_name_end",
        "UPDATE",
        (
            "((NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.name_end IS DISTINCT FROM"
            " OLD.name_end) OR NOT EXISTS (SELECT 1 FROM listing WHERE listing.id ="
            " NEW.listing_id AND listing.town = NEW.town AND listing.kind = NEW.kind AND"
            " listing.trade = NEW.trade))"
        ),
        "an entry is found by the names of its enterprise, for as long as it is shown",
    ),
    (
        "listing_name_end_goes_with_the_entry",
        "listing_name_end",
        "DELETE",
        (
            "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id AND listing.record"
            " IS NOT NULL)"
        ),
        "an entry is found by the names of its enterprise, for as long as it is shown",
    ),
    (
        "listing_photo_goes_with_a_record",
        "listing_photo",
        "DELETE",
        (
            "EXISTS (SELECT 1 FROM listing JOIN photo ON photo.id = OLD.photo_id WHERE listing.id"
            " = OLD.listing_id AND REPLACE(listing.record, substr(photo.large_name, 12, 64), '')"
            " <> listing.record)"
        ),
        "a photo is taken away with a record that does not name it",
    ),
    (
        "listing_photo_keeps_its_releaser",
        "listing_photo",
        "UPDATE",
        (
            "(NEW.released_by IS DISTINCT FROM OLD.released_by OR NEW.released_at IS DISTINCT"
            " FROM OLD.released_at)"
        ),
        "what was written stays",
    ),
]
BEFORE = [
    (
        "listing_is_about_one",
        "listing",
        "UPDATE",
        (
            "(NEW.kind IS DISTINCT FROM OLD.kind OR NEW.proposed_by IS DISTINCT FROM"
            " OLD.proposed_by OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR"
            " NEW.months IS DISTINCT FROM OLD.months OR (OLD.state <> 'proposed' AND NEW.state <>"
            " 'proposed' AND (NEW.way IS DISTINCT FROM OLD.way OR NEW.served_at IS DISTINCT FROM"
            " OLD.served_at OR NEW.respond_until IS DISTINCT FROM OLD.respond_until)))"
        ),
        "what was proposed and served stays",
    ),
    (
        "listing_says_what_was_proposed",
        "listing",
        "UPDATE",
        (
            "(NEW.facts IS DISTINCT FROM OLD.facts OR NEW.severity IS DISTINCT FROM OLD.severity"
            " OR (OLD.published_at IS NOT NULL AND (NEW.published_at IS DISTINCT FROM"
            " OLD.published_at OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR"
            " NEW.decided_by IS DISTINCT FROM OLD.decided_by OR NEW.repair_from >"
            " OLD.repair_from)))"
        ),
        "what was proposed and signed stays",
    ),
    (
        "listing_hearing_is_long_enough",
        "listing",
        "UPDATE",
        (
            "(NEW.kind = 'black' AND NEW.served_at IS NOT NULL AND NEW.respond_until IS DISTINCT"
            " FROM OLD.respond_until AND DAYS(NEW.served_at, NEW.respond_until) < 10)"
        ),
        "the time to answer is too short",
    ),
]


def upgrade() -> None:
    op.create_index("ix_listing_node_number", "listing_node", ["number"])
    for guard in BEFORE:
        _drop(*guard[:2])
    for guard in GUARDS:
        _guard(*guard)


def downgrade() -> None:
    for guard in GUARDS:
        _drop(*guard[:2])
    for guard in BEFORE:
        _guard(*guard)
    op.drop_index("ix_listing_node_number", table_name="listing_node")


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
