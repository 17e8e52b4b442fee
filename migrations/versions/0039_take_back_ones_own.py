"""Reporters take their words and photos back; officials cover parts of photos."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_GONE = (
    "state IN ('closed', 'merged_accepted', 'merged_submitted', 'refused', 'uncleared')"
    " AND withdrawn_at IS NOT NULL"
    " AND forgotten_at IS NULL"
)


def _sort_indexes() -> None:
    """Make the indexes of SQLite anew by their names: it breaks ties between them by age."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    found = sa.text(
        "SELECT name, sql FROM sqlite_master"
        " WHERE type = 'index' AND tbl_name = 'report' AND sql IS NOT NULL ORDER BY name"
    )
    for name, sql in bind.execute(found).all():
        op.drop_index(name, table_name="report")
        bind.exec_driver_sql(sql)


def upgrade() -> None:
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True)))
        batch.create_check_constraint(
            op.f("ck_report_withdrawn_shows_nothing"),
            "withdrawn_at IS NULL OR (public_words = '' AND public_spot = '')",
        )
    where = sa.text(_GONE)
    op.create_index(
        "ix_report_withdrawn", "report", ["id"], sqlite_where=where, postgresql_where=where
    )
    _sort_indexes()
    boxes = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("photo") as batch:
        batch.add_column(sa.Column("boxes", boxes))
        batch.add_column(sa.Column("plain_name", sa.String(80)))
        batch.create_check_constraint(
            op.f("ck_photo_covered_keeps_plain"), "(plain_name IS NULL) = (boxes IS NULL)"
        )
        batch.create_index(op.f("ix_photo_plain_name"), ["plain_name"])


def downgrade() -> None:
    with op.batch_alter_table("photo") as batch:
        batch.drop_index(op.f("ix_photo_plain_name"))
        batch.drop_constraint(op.f("ck_photo_covered_keeps_plain"), type_="check")
        batch.drop_column("plain_name")
        batch.drop_column("boxes")
    op.drop_index("ix_report_withdrawn", table_name="report")
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint(op.f("ck_report_withdrawn_shows_nothing"), type_="check")
        batch.drop_column("forgotten_at")
        batch.drop_column("withdrawn_at")
    _sort_indexes()
