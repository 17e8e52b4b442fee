"""Buckets of places and times, runs of the aggregation, what features hand on to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bucket_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bucket_change")),
    )
    op.create_table(
        "indicator_bucket",
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('day', 'month', 'quarter', 'year')",
            name=op.f("ck_indicator_bucket_kind_known"),
        ),
        sa.PrimaryKeyConstraint(
            "series", "kind", "place", "starts_on", name=op.f("pk_indicator_bucket")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "indicator_run",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("values", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(why = 'hand') = (asked_by IS NOT NULL)",
            name=op.f("ck_indicator_run_asked_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'failed', 'lost', 'running')",
            name=op.f("ck_indicator_run_state_known"),
        ),
        sa.CheckConstraint(
            "why IN ('clock', 'freeze', 'hand')", name=op.f("ck_indicator_run_why_known")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_indicator_run_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_run")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_run_code")),
    )
    with op.batch_alter_table("indicator_run", schema=None) as batch_op:
        batch_op.create_index(
            "uq_indicator_run_current",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'running')"),
            postgresql_where=sa.text("state IN ('asked', 'running')"),
        )

    op.create_table(
        "indicator_sheet",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "lines", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("kept_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "written", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["account.id"], name=op.f("fk_indicator_sheet_kept_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_sheet")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_sheet_code")),
    )
    op.create_table(
        "indicator_timetable",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("freeze_day", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "freeze_day BETWEEN 1 AND 28", name=op.f("ck_indicator_timetable_day_of_every_month")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["account.id"], name=op.f("fk_indicator_timetable_set_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_timetable")),
    )
    op.create_table(
        "indicator_frozen",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["indicator_run.id"], name=op.f("fk_indicator_frozen_run_id")
        ),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_indicator_frozen")),
    )
    op.create_table(
        "indicator_staged",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["indicator_run.id"], name=op.f("fk_indicator_staged_run_id")
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "series", "place", "day", name=op.f("pk_indicator_staged")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "indicator_taken",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["indicator_run.id"], name=op.f("fk_indicator_taken_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "change_id", name=op.f("pk_indicator_taken")),
    )
    with op.batch_alter_table("indicator_taken", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_taken_run_id_measure_place_day"),
            ["run_id", "measure", "place", "day"],
            unique=False,
        )

    with op.batch_alter_table("quiz_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_round_day"), ["day"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("quiz_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_round_day"))

    with op.batch_alter_table("indicator_taken", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_taken_run_id_measure_place_day"))

    op.drop_table("indicator_taken")
    op.drop_table("indicator_staged")
    op.drop_table("indicator_frozen")
    op.drop_table("indicator_timetable")
    op.drop_table("indicator_sheet")
    with op.batch_alter_table("indicator_run", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_indicator_run_current",
            sqlite_where=sa.text("state IN ('asked', 'running')"),
            postgresql_where=sa.text("state IN ('asked', 'running')"),
        )

    op.drop_table("indicator_run")
    op.drop_table("indicator_bucket")
    op.drop_table("bucket_change")
