"""The sums of a place's counts over all days, and the public list of a town and a kind."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_COUNTED = (
    "open_shown",
    "open_all",
    "closed_shown",
    "closed_all",
    "uncleared_shown",
    "uncleared_all",
    "refused_shown",
    "refused_all",
    "results",
    "satisfied",
    "mostly",
    "unsatisfied",
)


def upgrade() -> None:
    total = op.create_table(
        "report_total",
        sa.Column("place", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTED),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_report_total")),
    )
    counts = sa.table("report_count", sa.column("place"), *(sa.column(name) for name in _COUNTED))
    sums = sa.select(
        counts.c.place,
        *(sa.cast(sa.func.sum(counts.c[name]), sa.Integer) for name in _COUNTED),
    ).group_by(counts.c.place)
    op.execute(sa.insert(total).from_select(["place", *_COUNTED], sums))
    released = sa.text("release = 'released'")
    with op.batch_alter_table("report") as batch_op:
        batch_op.create_index(
            "ix_report_public_town_kind",
            ["town", "official_kind", "released_at", "id"],
            sqlite_where=released,
            postgresql_where=released,
        )


def downgrade() -> None:
    with op.batch_alter_table("report") as batch_op:
        batch_op.drop_index("ix_report_public_town_kind")
    op.drop_table("report_total")
