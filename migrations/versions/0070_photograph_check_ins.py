"""A check-in may have a photo, with what it is like as a hint."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0066"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "checkin_photo",
        sa.Column("check_in", BIG, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("photo", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("village", sa.String(12), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("likeness", sa.String(4), nullable=False),
        sa.Column("alike", BIG, nullable=True),
        sa.CheckConstraint(
            "likeness = '' OR likeness IN ('near', 'same')",
            name=op.f("ck_checkin_photo_likeness_known"),
        ),
        sa.CheckConstraint(
            "(likeness = '') = (alike IS NULL)", name=op.f("ck_checkin_photo_likeness_of_another")
        ),
        sa.CheckConstraint("alike <> check_in", name=op.f("ck_checkin_photo_not_alike_itself")),
        sa.ForeignKeyConstraint(
            ["check_in"], ["check_in.id"], name=op.f("fk_checkin_photo_check_in")
        ),
        sa.ForeignKeyConstraint(["photo"], ["photo.id"], name=op.f("fk_checkin_photo_photo")),
        sa.ForeignKeyConstraint(
            ["alike"], ["checkin_photo.check_in"], name=op.f("fk_checkin_photo_alike")
        ),
        sa.PrimaryKeyConstraint("check_in", name=op.f("pk_checkin_photo")),
        sa.UniqueConstraint("code", name=op.f("uq_checkin_photo_code")),
        sa.UniqueConstraint("photo", name=op.f("uq_checkin_photo_photo")),
    )
    for column in ("day", "sha256", "alike"):
        op.create_index(op.f(f"ix_checkin_photo_{column}"), "checkin_photo", [column])
    for name, columns, where in (
        ("uncompared", ["check_in"], "compared_at IS NULL"),
        ("hinted", ["day", "check_in"], "likeness <> ''"),
    ):
        op.create_index(
            f"ix_checkin_photo_{name}",
            "checkin_photo",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "checkin_photo_part",
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_in", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in"], ["checkin_photo.check_in"], name=op.f("fk_checkin_photo_part_check_in")
        ),
        sa.PrimaryKeyConstraint("part", "check_in", name=op.f("pk_checkin_photo_part")),
    )
    op.create_index(op.f("ix_checkin_photo_part_check_in"), "checkin_photo_part", ["check_in"])


def downgrade() -> None:
    op.drop_table("checkin_photo_part")
    op.drop_table("checkin_photo")
