"""Wishes for more time for a case, each with who asked and who decided."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report_extension",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("decided_by", BIG),
        sa.Column("decided_at", INSTANT),
        sa.Column("finish_before", INSTANT, nullable=False),
        sa.Column("legal_before", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused')", name=op.f("ck_report_extension_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL) AND (state = 'asked') = (decided_at IS NULL)",
            name=op.f("ck_report_extension_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "alone OR decided_by IS NULL OR decided_by <> asked_by",
            name=op.f("ck_report_extension_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_extension_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_extension")),
    )
    op.create_index(op.f("ix_report_extension_report_id"), "report_extension", ["report_id"])
    for name, condition, unique in (
        ("uq_report_extension_once", "state <> 'refused'", True),
        ("ix_report_extension_asked", "state = 'asked'", False),
    ):
        where = sa.text(condition)
        op.create_index(
            name,
            "report_extension",
            ["report_id"],
            unique=unique,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    """Deadlines that were moved stay moved; who asked for it is lost."""
    op.drop_table("report_extension")
