"""The red and black list: entries, papers, events, signed snapshots."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing_snapshot",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("red", sa.Integer(), nullable=False),
        sa.Column("black", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_listing_snapshot_numbered")),
        sa.CheckConstraint("red >= 0 AND black >= 0", name=op.f("ck_listing_snapshot_counts")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_listing_snapshot")),
    )
    op.create_table(
        "listing_snapshot_count",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_listing_snapshot_count_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_snapshot_count")),
    )
    op.create_table(
        "listing",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("trade", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("severity", sa.String(length=12), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("public_facts", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("report", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("served_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("respond_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holding", sa.Integer(), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repair_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'black') = (severity <> '')", name=op.f("ck_listing_black_has_severity")
        ),
        sa.CheckConstraint(
            "(state IN ('decided', 'dropped', 'noticed', 'proposed', 'served')) = (published_at IS NULL)",
            name=op.f("ck_listing_published_has_second_person"),
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'repair_asked')) = (salt IS NOT NULL) AND (salt IS NULL) = (record IS NULL)",
            name=op.f("ck_listing_salt_while_shown"),
        ),
        sa.CheckConstraint(
            "(state IN ('removed', 'ended')) = (over_at IS NOT NULL)",
            name=op.f("ck_listing_over_has_time"),
        ),
        sa.CheckConstraint(
            "(way = '') = (served_at IS NULL) AND (way = '') = (served_by IS NULL)",
            name=op.f("ck_listing_service_whole"),
        ),
        sa.CheckConstraint("facts <> '' AND ground <> ''", name=op.f("ck_listing_says_why")),
        sa.CheckConstraint(
            "kind = 'red' OR published_at IS NULL OR repair_from IS NOT NULL",
            name=op.f("ck_listing_black_can_be_repaired"),
        ),
        sa.CheckConstraint(
            "kind = 'red' OR state IN ('dropped', 'proposed') OR served_at IS NOT NULL",
            name=op.f("ck_listing_black_was_served"),
        ),
        sa.CheckConstraint("kind IN ('black', 'red')", name=op.f("ck_listing_kind_known")),
        sa.CheckConstraint(
            "severity IN ('', 'minor', 'ordinary', 'serious')",
            name=op.f("ck_listing_severity_known"),
        ),
        sa.CheckConstraint(
            "state IN ('decided', 'dropped', 'ended', 'noticed', 'proposed', 'published', 'removed', 'repair_asked', 'served')",
            name=op.f("ck_listing_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('dropped', 'noticed', 'proposed', 'served') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_listing_decided_has_decider"),
        ),
        sa.CheckConstraint(
            "state IN ('dropped', 'proposed') OR respond_until IS NOT NULL",
            name=op.f("ck_listing_had_time_to_answer"),
        ),
        sa.CheckConstraint(
            "way <> 'post' OR tracking <> ''", name=op.f("ck_listing_post_has_number")
        ),
        sa.CheckConstraint(
            "way IN ('', 'account') OR proofs > 0", name=op.f("ck_listing_service_has_proof")
        ),
        sa.CheckConstraint(
            "way IN ('', 'account', 'announcement', 'hand', 'post')",
            name=op.f("ck_listing_way_known"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (approved_by IS NULL) AND (published_at IS NULL) = (ends_at IS NULL)",
            name=op.f("ck_listing_published_whole"),
        ),
        sa.CheckConstraint(
            "approved_by <> proposed_by AND approved_by <> decided_by",
            name=op.f("ck_listing_approved_by_third"),
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR decided_at > respond_until OR waived_at IS NOT NULL",
            name=op.f("ck_listing_decided_after_hearing"),
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_listing_decided_by_another")),
        sa.CheckConstraint(
            "ends_at > published_at AND repair_from >= published_at AND repair_from <= ends_at",
            name=op.f("ck_listing_term_in_order"),
        ),
        sa.CheckConstraint("holding >= 0", name=op.f("ck_listing_holding_counts")),
        sa.CheckConstraint("months BETWEEN 1 AND 36", name=op.f("ck_listing_months_bounded")),
        sa.CheckConstraint(
            "published_at IS NULL OR decided_by IS NOT NULL",
            name=op.f("ck_listing_published_decided"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR holding = 0",
            name=op.f("ck_listing_objection_holds_publication"),
        ),
        sa.CheckConstraint(
            "respond_until > served_at", name=op.f("ck_listing_answers_after_service")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_listing_approved_by")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_listing_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_listing_proposed_by")
        ),
        sa.ForeignKeyConstraint(["served_by"], ["account.id"], name=op.f("fk_listing_served_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("code", name=op.f("uq_listing_code")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listing_ends",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('published', 'repair_asked')"),
            postgresql_where=sa.text("state IN ('published', 'repair_asked')"),
        )
        batch_op.create_index(
            "ix_listing_open",
            ["state", "changed_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
            postgresql_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
        )
        batch_op.create_index(
            batch_op.f("ix_listing_organisation_id_id"), ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_listing_shown_kind",
            ["kind", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.create_index(
            "ix_listing_shown_newest",
            ["published_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.create_index(
            "ix_listing_shown_town",
            ["town", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.create_index(
            "ix_listing_shown_town_kind",
            ["town", "kind", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.create_index(
            "ix_listing_shown_trade",
            ["trade", "published_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_listing_state_changed_at_id"),
            ["state", "changed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_listing_running",
            ["organisation_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
            postgresql_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
        )

    op.create_table(
        "organisation_import",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_organisation_import_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_import")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_import_code")),
    )
    op.create_table(
        "listing_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_from", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_event_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_event")),
        sa.UniqueConstraint(
            "listing_id", "number", name=op.f("uq_listing_event_listing_id_number")
        ),
    )
    op.create_table(
        "listing_leaf",
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_leaf_listing_id")
        ),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_listing_leaf")),
    )
    with op.batch_alter_table("listing_leaf", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_leaf_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "listing_name_end",
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "name_end",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("trade", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_name_end_listing_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", "name_end", name=op.f("pk_listing_name_end")),
    )
    with op.batch_alter_table("listing_name_end", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_name_end_kind_name_end_listing_id"),
            ["kind", "name_end", "listing_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_listing_name_end_name_end_listing_id"),
            ["name_end", "listing_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_listing_name_end_town_name_end_listing_id"),
            ["town", "name_end", "listing_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_listing_name_end_trade_name_end_listing_id"),
            ["trade", "name_end", "listing_id"],
            unique=False,
        )

    op.create_table(
        "listing_paper",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("public_words", sa.Text(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column(
            "answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'statement') = (answer_until IS NULL)",
            name=op.f("ck_listing_paper_answer_has_clock"),
        ),
        sa.CheckConstraint(
            "(outcome = '') = (answered_at IS NULL) AND (outcome = '') = (answered_by IS NULL) AND (outcome = '') = (answer = '')",
            name=op.f("ck_listing_paper_answer_whole"),
        ),
        sa.CheckConstraint(
            "kind <> 'objection' OR answered_by IS NULL OR answered_by NOT IN (coalesce(decided_by, 0), coalesce(approved_by, 0))",
            name=op.f("ck_listing_paper_objection_answered_by_third"),
        ),
        sa.CheckConstraint(
            "kind IN ('objection', 'repair', 'statement')", name=op.f("ck_listing_paper_kind_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'rejected', 'upheld')", name=op.f("ck_listing_paper_outcome_known")
        ),
        sa.CheckConstraint(
            "answered_by <> proposed_by", name=op.f("ck_listing_paper_answered_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_listing_paper_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_listing_paper_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_paper_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_paper")),
        sa.UniqueConstraint("code", name=op.f("uq_listing_paper_code")),
    )
    with op.batch_alter_table("listing_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_paper_listing_id_id"), ["listing_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_listing_paper_unanswered",
            ["answer_until", "id"],
            unique=False,
            sqlite_where=sa.text("outcome = '' AND kind <> 'statement'"),
            postgresql_where=sa.text("outcome = '' AND kind <> 'statement'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("listing_paper", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_listing_paper_unanswered",
            sqlite_where=sa.text("outcome = '' AND kind <> 'statement'"),
            postgresql_where=sa.text("outcome = '' AND kind <> 'statement'"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_paper_listing_id_id"))

    op.drop_table("listing_paper")
    with op.batch_alter_table("listing_name_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_name_end_trade_name_end_listing_id"))
        batch_op.drop_index(batch_op.f("ix_listing_name_end_town_name_end_listing_id"))
        batch_op.drop_index(batch_op.f("ix_listing_name_end_name_end_listing_id"))
        batch_op.drop_index(batch_op.f("ix_listing_name_end_kind_name_end_listing_id"))

    op.drop_table("listing_name_end")
    with op.batch_alter_table("listing_leaf", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_leaf_listing_id"))

    op.drop_table("listing_leaf")
    op.drop_table("listing_event")
    op.drop_table("organisation_import")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_listing_running",
            sqlite_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
            postgresql_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_state_changed_at_id"))
        batch_op.drop_index(
            "ix_listing_shown_trade",
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_listing_shown_town_kind",
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_listing_shown_town",
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_listing_shown_newest",
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_listing_shown_kind",
            sqlite_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND over_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_organisation_id_id"))
        batch_op.drop_index(
            "ix_listing_open",
            sqlite_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
            postgresql_where=sa.text("state IN ('decided', 'noticed', 'proposed', 'served')"),
        )
        batch_op.drop_index(
            "ix_listing_ends",
            sqlite_where=sa.text("state IN ('published', 'repair_asked')"),
            postgresql_where=sa.text("state IN ('published', 'repair_asked')"),
        )

    op.drop_table("listing")
    op.drop_table("listing_snapshot_count")
    op.drop_table("listing_snapshot")
