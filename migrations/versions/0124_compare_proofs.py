"""Proof photos are compared with earlier ones, by parts of their difference hash."""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None

PARTS = ((0, 13), (13, 13), (26, 13), (39, 13), (52, 12))
WHOLE = 0xFFFF_FFFF_FFFF_FFFF


def upgrade() -> None:
    op.create_table(
        "photo_part",
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("bits", sa.SmallInteger(), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_photo_part_photo_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("part", "bits", "photo_id", name=op.f("pk_photo_part")),
    )
    op.create_index(op.f("ix_photo_part_photo_id"), "photo_part", ["photo_id"])
    _fill()
    op.add_column(
        "report_photo",
        sa.Column("compared", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_index(
        "ix_report_photo_uncompared",
        "report_photo",
        ["report_id"],
        sqlite_where=sa.text("compared = false"),
        postgresql_where=sa.text("compared = false"),
    )
    op.add_column(
        "report", sa.Column("proof_reason", sa.Text(), nullable=False, server_default=sa.text("''"))
    )


def _fill() -> None:
    """Write the parts of every hash that is there."""
    db = op.get_bind()
    kept = sa.table("photo_part", sa.column("part"), sa.column("bits"), sa.column("photo_id"))
    rows = db.execute(sa.text("SELECT id, dhash FROM photo WHERE dhash IS NOT NULL")).all()
    for start in range(0, len(rows), 1000):
        parts = [
            {"part": part, "bits": (dhash & WHOLE) >> begin & ((1 << bits) - 1), "photo_id": photo}
            for photo, dhash in rows[start : start + 1000]
            for part, (begin, bits) in enumerate(PARTS)
        ]
        db.execute(sa.insert(kept), parts)


def downgrade() -> None:
    op.drop_column("report", "proof_reason")
    op.drop_index("ix_report_photo_uncompared", table_name="report_photo")
    op.drop_column("report_photo", "compared")
    op.drop_table("photo_part")
