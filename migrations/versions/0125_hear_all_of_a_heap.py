"""Everybody of a heap is heard; a heap keeps the earliest days of its reports."""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_vote",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("merged_id", KEY, nullable=True),
        sa.Column("confirmation_id", KEY, nullable=True),
        sa.Column("rating", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rating IN ('mostly', 'satisfied', 'unsatisfied')",
            name=op.f("ck_report_vote_rating_known"),
        ),
        sa.CheckConstraint(
            "(merged_id IS NULL) <> (confirmation_id IS NULL)",
            name=op.f("ck_report_vote_one_voter"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_vote_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["report.id"], name=op.f("fk_report_vote_merged_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["report_confirmation.id"],
            name=op.f("fk_report_vote_confirmation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_vote")),
        sa.UniqueConstraint(
            "report_id", "round", "merged_id", name=op.f("uq_report_vote_report_id_round_merged_id")
        ),
        sa.UniqueConstraint(
            "report_id",
            "round",
            "confirmation_id",
            name=op.f("uq_report_vote_report_id_round_confirmation_id"),
        ),
    )
    op.add_column("report_confirmation", sa.Column("came_with", KEY, nullable=True))
    op.add_column("report", sa.Column("heap_finish", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("heap_legal", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "release_reminder",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IN ('over', 'soon')", name=op.f("ck_release_reminder_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_release_reminder_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "due_at", "level", name=op.f("pk_release_reminder")),
    )


def downgrade() -> None:
    op.drop_table("release_reminder")
    op.drop_column("report", "heap_legal")
    op.drop_column("report", "heap_finish")
    op.drop_column("report_confirmation", "came_with")
    op.drop_table("report_vote")
