"""The register of places that sort keeps what was so on which day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0057"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHECKED = "checked_at IS NULL OR started_on IS NOT NULL"
_ENDS = "until >= since"


def _place(*more: sa.schema.SchemaItem) -> sa.Table:
    """Return sorting_place as it is: SQLite copies it, and would lose its checks."""
    # The names stand as they are: without a naming convention.
    return sa.Table(
        "sorting_place",
        sa.MetaData(),
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", _KEY, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", _KEY, nullable=True),
        sa.CheckConstraint(
            "(kind = 'village') = (name = '')", name="ck_sorting_place_village_has_no_name"
        ),
        sa.CheckConstraint("kind IN ('estate', 'village')", name="ck_sorting_place_kind_known"),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)",
            name="ck_sorting_place_checked_by_somebody",
        ),
        sa.CheckConstraint("checked_by <> entered_by", name="ck_sorting_place_checked_by_another"),
        sa.CheckConstraint("households >= 0", name="ck_sorting_place_households_counted"),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name="fk_sorting_place_checked_by"),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name="fk_sorting_place_division"),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name="fk_sorting_place_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_sorting_place"),
        sa.UniqueConstraint("code", name="uq_sorting_place_code"),
        sa.UniqueConstraint("division", "name", name="uq_sorting_place_division_name"),
        *more,
    )


def _days() -> Sequence[sa.Column[object]]:
    return (
        sa.Column("since", sa.Date(), server_default="2000-01-01", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
    )


def upgrade() -> None:
    old = _place(sa.CheckConstraint(_CHECKED, name="ck_sorting_place_checked_has_day"))
    with op.batch_alter_table("sorting_place", copy_from=old) as batch_op:
        for column in _days():
            batch_op.add_column(column)
        batch_op.drop_constraint(batch_op.f("ck_sorting_place_checked_has_day"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_sorting_place_ends_after_it_began"), _ENDS)
    op.create_table(
        "sorting_span",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("place", _KEY, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", _KEY, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", _KEY, nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "checked_by <> entered_by", name=op.f("ck_sorting_span_checked_by_another")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("ck_sorting_span_households_counted")),
        sa.CheckConstraint(_ENDS, name=op.f("ck_sorting_span_ends_after_it_began")),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name=op.f("fk_sorting_span_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_sorting_span_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["place"], ["sorting_place.id"], name=op.f("fk_sorting_span_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sorting_span")),
    )
    op.create_index("ix_sorting_span_place_id", "sorting_span", ["place", "id"])
    # What was checked was said of every day.
    columns = "households, started_on, entered_at, entered_by, checked_at, checked_by"
    op.execute(
        f"INSERT INTO sorting_span (place, since, {columns})"  # noqa: S608
        f" SELECT id, since, {columns} FROM sorting_place WHERE checked_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_sorting_span_place_id", table_name="sorting_span")
    op.drop_table("sorting_span")
    # Of what never began, or is no more, the old register knows only that nobody checked it.
    op.execute(
        "UPDATE sorting_place SET checked_at = NULL, checked_by = NULL WHERE started_on IS NULL"
    )
    new = _place(*_days(), sa.CheckConstraint(_ENDS, name="ck_sorting_place_ends_after_it_began"))
    with op.batch_alter_table("sorting_place", copy_from=new) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_sorting_place_ends_after_it_began"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_sorting_place_checked_has_day"), _CHECKED)
        batch_op.drop_column("until")
        batch_op.drop_column("since")
