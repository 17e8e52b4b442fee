"""Programs with keys and their requests; released cases by report and by area."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0052"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
_OLD = "source IN ('12345', '12369', 'api', 'h5', 'handed', 'letter', 'visit')"
_NEW = "source IN ('12345', '12369', 'h5', 'handed', 'letter', 'open311', 'visit')"

# Released cases as other programs and feeds ask for them.
_READ = {
    "ix_report_public_area": ["division", "released_at", "id"],
    "ix_report_public_requested": ["submitted_at", "id"],
}


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


def _sources(condition: str, old: str, new: str) -> None:
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint(op.f("ck_report_source_known"), type_="check")
    report = sa.table("report", sa.column("source", sa.String))
    op.execute(report.update().where(report.c.source == old).values(source=new))
    with op.batch_alter_table("report") as batch:
        batch.create_check_constraint(op.f("ck_report_source_known"), condition)


def upgrade() -> None:
    _sources(_NEW, "api", "open311")
    released, changed = sa.text("release = 'released'"), sa.text("move <> 'submit'")
    for name, columns in _READ.items():
        op.create_index(name, "report", columns, sqlite_where=released, postgresql_where=released)
    _sort_indexes()
    op.create_index(
        "ix_report_event_changed",
        "report_event",
        ["at", "id"],
        sqlite_where=changed,
        postgresql_where=changed,
    )
    op.create_table(
        "open311_application",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("key_end", sa.String(4), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("on_trial", sa.Boolean(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", BIG),
        sa.CheckConstraint("per_hour > 0", name=op.f("ck_open311_application_may_report")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_open311_application_ended_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_open311_application_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_open311_application_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open311_application")),
        sa.UniqueConstraint("code", name=op.f("uq_open311_application_code")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_open311_application_key_digest")),
    )
    op.create_table(
        "open311_request",
        sa.Column("report_id", BIG, autoincrement=False, nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("token", sa.String(32)),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_open311_request_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["open311_application.id"],
            name=op.f("fk_open311_request_application_id"),
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_open311_request")),
    )
    op.create_index(
        "ix_open311_request_application", "open311_request", ["application_id", "report_id"]
    )
    known = sa.text("token IS NOT NULL")
    op.create_index(
        "uq_open311_request_token",
        "open311_request",
        ["token"],
        unique=True,
        sqlite_where=known,
        postgresql_where=known,
    )


def downgrade() -> None:
    """Cases stay; which program sent them, and the keys, are lost."""
    op.drop_table("open311_request")
    op.drop_table("open311_application")
    op.drop_index("ix_report_event_changed", table_name="report_event")
    for name in _READ:
        op.drop_index(name, table_name="report")
    _sources(_OLD, "open311", "api")
    _sort_indexes()
