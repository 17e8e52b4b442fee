"""Who had a stretch of road, until when: what their phone still holds counts for its day."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("road_stretch", sa.Column("charged_at", sa.DateTime(timezone=True)))
    op.create_table(
        "road_charge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("stretch", KEY, nullable=False),
        sa.Column("chief", KEY, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["stretch"], ["road_stretch.id"], name=op.f("fk_road_charge_stretch")
        ),
        sa.ForeignKeyConstraint(["chief"], ["account.id"], name=op.f("fk_road_charge_chief")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_charge")),
    )
    op.create_index(op.f("ix_road_charge_stretch"), "road_charge", ["stretch"])


def downgrade() -> None:
    op.drop_table("road_charge")
    op.drop_column("road_stretch", "charged_at")
