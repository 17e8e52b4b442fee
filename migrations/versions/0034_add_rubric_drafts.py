"""A new version of a rubric in the making; nobody decides on an objection of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "'building', 'community', 'express', 'factory', 'farm', 'hospital', 'hotel', 'mall', "
    "'market', 'office', 'park', 'restaurant', 'scenic', 'school', 'village', 'worksite'"
)

OWN = "ck_cell_objection_nobody_decides_on_the_own"


def upgrade() -> None:
    op.create_table(
        "cell_rubric_draft",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("base_id", BIG, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", BIG, nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_cell_rubric_draft_kind_known")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_cell_rubric_draft_revision_counts")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["cell_rubric.id"], name=op.f("fk_cell_rubric_draft_base_id")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_cell_rubric_draft_changed_by")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_cell_rubric_draft")),
    )

    # Who decided on the own objection before is not named as the objector any more.
    op.execute("UPDATE cell_objection SET by = NULL WHERE by = handler_id AND about = 'notice'")
    with op.batch_alter_table("cell_objection") as batch_op:
        batch_op.create_check_constraint(op.f(OWN), "by <> handler_id")


def downgrade() -> None:
    with op.batch_alter_table("cell_objection") as batch_op:
        batch_op.drop_constraint(op.f(OWN), type_="check")
    op.drop_table("cell_rubric_draft")
