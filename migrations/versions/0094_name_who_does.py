"""Who takes down, enters letters, serves and holds: each by name, in the schema too.

Failed services lie on different days and before an announcement; reports of named persons hold a
red decision, once and for a time; place and trade of an entry follow the register.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_served_by_another",
        "listing",
        "UPDATE",
        "(NEW.served_by = NEW.decided_by OR NEW.served_by = NEW.approved_by)",
        "who took part decides and answers nothing",
    ),
    (
        "listing_announced_after_waiting",
        "listing",
        "UPDATE",
        (
            "(NEW.way = 'announcement' AND OLD.way <> 'announcement' AND EXISTS (SELECT 1 FROM "
            "listing_attempt WHERE listing_attempt.listing_id = NEW.id AND "
            "listing_attempt.round = NEW.round AND DAYS(listing_attempt.noted_at, "
            "NEW.served_at) < 3))"
        ),
        "an announcement comes some days after what was tried",
    ),
    (
        "listing_waits_for_reports",
        "listing",
        "UPDATE",
        (
            "(NEW.kind = 'red' AND OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND "
            "EXISTS (SELECT 1 FROM listing_error WHERE listing_error.listing_id = NEW.id AND "
            "listing_error.holds = 1 AND listing_error.outcome = '' AND "
            "listing_error.answer_until >= NEW.decided_at))"
        ),
        "a report that holds is answered first",
    ),
    (
        "listing_decided_by_no_returner",
        "listing",
        "UPDATE",
        (
            "(NEW.decided_by IS DISTINCT FROM OLD.decided_by AND EXISTS (SELECT 1 FROM "
            "listing_event JOIN listing_paper ON listing_paper.listing_id = "
            "listing_event.listing_id WHERE listing_event.listing_id = NEW.id AND "
            "listing_event.move = 'return' AND listing_event.actor_id = NEW.decided_by AND "
            "listing_paper.kind = 'objection' AND listing_paper.holds = 1 AND listing_paper.at "
            "< listing_event.at AND (listing_paper.answered_at IS NULL OR "
            "listing_paper.answered_at >= listing_event.at)))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_stands_where_the_register_says",
        "listing",
        "UPDATE",
        (
            "((NEW.division IS DISTINCT FROM OLD.division OR NEW.town IS DISTINCT FROM OLD.town"
            " OR NEW.trade IS DISTINCT FROM OLD.trade) AND NOT EXISTS (SELECT 1 FROM "
            "listing_error JOIN organisation ON organisation.id = NEW.organisation_id WHERE "
            "listing_error.listing_id = NEW.id AND listing_error.field = 'place' AND "
            "listing_error.outcome = 'upheld' AND organisation.division = NEW.division AND "
            "organisation.town = NEW.town AND organisation.kind = NEW.trade))"
        ),
        "place and trade follow the register, by a report",
    ),
    (
        "listing_taken_down_by_somebody",
        "listing",
        "UPDATE",
        (
            "((NEW.state = 'removed' AND OLD.state <> 'removed' AND (NEW.over_by IS NULL OR "
            "NEW.over_reason = '')) OR (NEW.state = 'ended' AND OLD.state <> 'ended' AND "
            "NEW.over_at < NEW.ends_at) OR (OLD.over_at IS NOT NULL AND NEW.over_at IS NOT NULL"
            " AND (NEW.over_at IS DISTINCT FROM OLD.over_at OR NEW.over_by IS DISTINCT FROM "
            "OLD.over_by OR NEW.over_reason IS DISTINCT FROM OLD.over_reason)))"
        ),
        "before its end an entry is taken down by somebody, with a reason",
    ),
    (
        "listing_attempt_on_another_day",
        "listing_attempt",
        "INSERT",
        (
            "EXISTS (SELECT 1 FROM listing_attempt AS other WHERE other.listing_id = "
            "NEW.listing_id AND other.round = NEW.round AND DAY(other.tried_at) = "
            "DAY(NEW.tried_at))"
        ),
        "what is tried again is tried on another day",
    ),
    (
        "listing_error_holds_once",
        "listing_error",
        "INSERT",
        (
            "(NEW.holds = 1 AND (NEW.account_id IS NULL OR EXISTS (SELECT 1 FROM listing_error "
            "AS other WHERE other.listing_id = NEW.listing_id AND other.account_id = "
            "NEW.account_id AND other.holds = 1)))"
        ),
        "a report holds by name and once",
    ),
    (
        "listing_error_holds_as_reported",
        "listing_error",
        "UPDATE",
        (
            "(NEW.holds IS DISTINCT FROM OLD.holds OR NEW.answer_until IS DISTINCT FROM "
            "OLD.answer_until OR NEW.at IS DISTINCT FROM OLD.at)"
        ),
        "what was written stays",
    ),
    (
        "credit_grade_published_by_no_maker",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.published_by IS DISTINCT FROM OLD.published_by AND EXISTS (SELECT 1 FROM "
            "credit_grade AS other LEFT JOIN credit_letter ON credit_letter.grade_id = other.id"
            " WHERE other.organisation_id = NEW.organisation_id AND other.year = NEW.year AND "
            "other.published_at IS NULL AND (other.graded_by = NEW.published_by OR "
            "other.served_by = NEW.published_by OR credit_letter.received_by = "
            "NEW.published_by)))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "credit_grade_letter_has_a_writer",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.letter = 1 AND NEW.reply IS DISTINCT FROM OLD.reply AND NOT EXISTS (SELECT 1 "
            "FROM credit_letter WHERE credit_letter.grade_id = NEW.id AND credit_letter.words ="
            " substr(NEW.reply, length(NEW.reply) - length(credit_letter.words) + 1)))"
        ),
        "a letter says who entered it",
    ),
    (
        "credit_letter_stays",
        "credit_letter",
        "UPDATE",
        (
            "(NEW.id IS DISTINCT FROM OLD.id OR NEW.grade_id IS DISTINCT FROM OLD.grade_id OR "
            "NEW.words IS DISTINCT FROM OLD.words OR NEW.photos IS DISTINCT FROM OLD.photos OR "
            "NEW.received_by IS DISTINCT FROM OLD.received_by OR NEW.received_at IS DISTINCT "
            "FROM OLD.received_at)"
        ),
        "what was written stays",
    ),
    (
        "credit_letter_is_kept",
        "credit_letter",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
]


def upgrade() -> None:
    op.create_table(
        "credit_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("grade_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("received_by", BIG, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_credit_letter_says_something")),
        sa.CheckConstraint("photos > 0", name=op.f("ck_credit_letter_has_proof")),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["credit_grade.id"], name=op.f("fk_credit_letter_grade_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["account.id"], name=op.f("fk_credit_letter_received_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_letter")),
    )
    op.create_index(op.f("ix_credit_letter_grade_id"), "credit_letter", ["grade_id"])
    for column in (
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("over_by", BIG),
        sa.Column("over_reason", sa.Text(), nullable=False, server_default=sa.text("''")),
    ):
        op.add_column("listing", column)
    op.add_column(
        "listing_error",
        sa.Column("holds", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    _name_who_entered_letters()
    _say_who_took_down()
    _hold_by_name()
    for guard in GUARDS:
        _guard(*guard)


def _name_who_entered_letters() -> None:
    """Take who entered each letter so far from the audit trail."""
    op.execute(
        "INSERT INTO credit_letter (grade_id, words, photos, received_by, received_at)"
        " SELECT credit_grade.id, credit_grade.reply, 1, account.id, audit.at FROM audit"
        " JOIN account ON account.id = audit.actor_id"
        " JOIN credit_grade ON audit.target = 'credit/' || credit_grade.code"
        " WHERE audit.action = 'credit:grade:receive' AND credit_grade.letter = 1"
        " AND credit_grade.reply <> '' ORDER BY audit.id"
    )


def _say_who_took_down() -> None:
    """Take who took down what is removed, and why, from its last step."""
    for column, taken in (("over_by", "actor_id"), ("over_reason", "words")):
        op.execute(
            f"UPDATE listing SET {column} = (SELECT {taken} FROM listing_event"  # noqa: S608
            " WHERE listing_event.listing_id = listing.id AND listing_event.state = 'removed'"
            " ORDER BY listing_event.number LIMIT 1) WHERE state = 'removed' AND EXISTS (SELECT 1"
            " FROM listing_event WHERE listing_event.listing_id = listing.id"
            " AND listing_event.state = 'removed')"
        )


def _hold_by_name() -> None:
    """Let the first report of each named person hold what is on public notice, and no other."""
    op.execute(
        "UPDATE listing_error SET holds = 1 WHERE outcome = '' AND account_id IS NOT NULL"
        " AND id IN (SELECT min(first.id)"
        " FROM listing_error AS first GROUP BY first.listing_id, first.account_id)"
        " AND listing_id IN (SELECT id FROM listing WHERE state = 'noticed')"
    )
    op.execute(
        "UPDATE listing SET holding = (SELECT count(*) FROM listing_error"
        " WHERE listing_error.listing_id = listing.id AND holds = 1),"
        " held_until = (SELECT max(answer_until) FROM listing_error"
        " WHERE listing_error.listing_id = listing.id AND holds = 1) WHERE state = 'noticed'"
    )


def downgrade() -> None:
    for name, table, *_rest in GUARDS:
        _drop(name, table)
    op.execute("ALTER TABLE listing_error DROP COLUMN holds")
    for column in ("over_reason", "over_by", "held_until"):
        op.execute(f"ALTER TABLE listing DROP COLUMN {column}")
    op.drop_index(op.f("ix_credit_letter_grade_id"), table_name="credit_letter")
    op.drop_table("credit_letter")


def _drop(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
DAY = re.compile(r"\bDAY\(([\w.]+)\)")
SAYS = {
    "sqlite": (r"(julianday(\2) - julianday(\1))", r"date(\1, '+8 hours')"),
    "postgresql": (
        r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
        r"(\1 AT TIME ZONE 'Asia/Shanghai')::date",
    ),
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    days, day = SAYS[dialect]
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    when = DAY.sub(day, DAYS.sub(days, when))
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
