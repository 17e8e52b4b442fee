"""Who took part in the making of an entry signs and answers nothing; what is written stays."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = "part IN ('assess', 'confirm', 'send', 'serve', 'vouch')"
TOOK_PART = "who took part decides and answers nothing"
STAYS = "what was written stays"


def _no_party(column: str, listing: str) -> str:
    asked = "NEW.{0} IS DISTINCT FROM OLD.{0} AND EXISTS (SELECT 1 FROM listing_party"
    its = " WHERE listing_party.listing_id = NEW.{1} AND listing_party.account_id = NEW.{0})"
    return f"({asked}{its})".format(column, listing)


SIGNED = f"({_no_party('decided_by', 'id')} OR {_no_party('approved_by', 'id')})"
LATER = "(OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))"
WAITS = (
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = ''))"
)
HAS_SIGNED = (
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
    " AND (listing.decided_by = NEW.account_id OR listing.approved_by = NEW.account_id"
    " OR (listing.proposed_by = NEW.account_id AND NEW.part = 'vouch')))"
)
ALONE = (
    "(NEW.outcome = 'upheld' AND NEW.correction <> ''"
    " AND (NEW.drafted_by IS NULL OR NEW.drafted_by = NEW.answered_by))"
)
HOLDS = "an objection without an answer holds the publication"
ANSWERED = _no_party("answered_by", "listing_id")
# Name, table, change, when it is refused, and what it says then.
GUARDS = [
    ("listing_signed_by_no_party", "listing", "UPDATE", SIGNED, TOOK_PART),
    (
        "listing_end_is_never_later",
        "listing",
        "UPDATE",
        LATER,
        "the end of an entry is never later",
    ),
    ("listing_waits_for_answers", "listing", "UPDATE", WAITS, HOLDS),
    ("listing_party_signed_nothing", "listing_party", "INSERT", HAS_SIGNED, TOOK_PART),
    ("listing_paper_answered_by_no_party", "listing_paper", "UPDATE", ANSWERED, TOOK_PART),
    (
        "listing_error_corrected_by_two",
        "listing_error",
        "UPDATE",
        ALONE,
        "a correction takes two persons",
    ),
    ("listing_error_answered_by_no_party", "listing_error", "UPDATE", ANSWERED, TOOK_PART),
]
FIXED = {
    "listing_party": ("listing_id", "account_id", "part"),
    "listing_event": (
        "id", "listing_id", "number", "move", "actor_kind", "at", "came_from", "state", "words",
    ),
    "listing_leaf": ("leaf", "listing_id", "sealed"),
    "listing_snapshot": (
        "number", "at", "red", "black", "added", "gone", "root", "leaves", "previous", "signature",
    ),
}  # fmt: skip
for _table, _columns in FIXED.items():
    _other = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _columns)
    GUARDS += [
        (f"{_table}_stays", _table, "UPDATE", f"({_other})", STAYS),
        (f"{_table}_is_kept", _table, "DELETE", "1 = 1", STAYS),
    ]


def upgrade() -> None:
    op.create_table(
        "listing_party",
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.CheckConstraint(PARTS, name=op.f("ck_listing_party_part_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_listing_party_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_party_listing_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", "account_id", "part", name=op.f("pk_listing_party")),
    )
    op.create_table(
        "assessment_assessor",
        sa.Column("assessment_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_assessment_assessor_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_assessor_assessment_id")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "account_id", name=op.f("pk_assessment_assessor")),
    )
    for name in ("correction", "drafted_words", "replaced"):
        op.add_column(
            "listing_error",
            sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")),
        )
    op.add_column("listing_error", sa.Column("drafted_by", BIG))
    _fill()
    for guard in GUARDS:
        _guard(*guard)


def _fill() -> None:
    """Write who took part so far; what was signed before stands as it was signed."""
    op.execute("INSERT INTO assessment_assessor SELECT id, assessed_by FROM assessment")
    op.execute(
        "INSERT INTO listing_party SELECT b.listing_id, a.assessed_by, 'assess'"
        " FROM listing_basis AS b JOIN assessment AS a ON a.id = b.assessment_id"
    )
    cases = (
        " FROM listing AS l JOIN case_evidence AS c ON c.organisation_id = l.organisation_id"
        " AND c.report = l.report WHERE l.report <> ''"
    )
    op.execute("INSERT INTO listing_party SELECT l.id, c.sent_by, 'send'" + cases)
    confirmed = " AND c.confirmed_by IS NOT NULL"
    op.execute(
        "INSERT INTO listing_party SELECT l.id, c.confirmed_by, 'confirm'" + cases + confirmed
    )
    op.execute(
        "INSERT INTO listing_party SELECT id, served_by, 'serve' FROM listing"
        " WHERE way NOT IN ('', 'account')"
    )


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            continue
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    for column in ("drafted_by", "replaced", "drafted_words", "correction"):
        op.drop_column("listing_error", column)
    op.drop_table("assessment_assessor")
    op.drop_table("listing_party")
