"""Ratings, a second end and reviews of cases; counts by place and day."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
COUNTS = (
    "open_shown", "open_all", "closed_shown", "closed_all", "uncleared_shown", "uncleared_all",
    "refused_shown", "refused_all", "results", "satisfied", "mostly", "unsatisfied",
)  # fmt: skip
_CLOCKS = (
    "WHEN 'submitted' THEN accept_due WHEN 'accepted' THEN transfer_due WHEN 'assigned'"
    " THEN finish_due WHEN 'asked_submitted' THEN held_until WHEN 'asked_accepted'"
    " THEN held_until WHEN 'asked_assigned' THEN held_until WHEN 'disputed' THEN transfer_due"
)
_STATES = (
    "'accepted', 'asked_accepted', 'asked_assigned', 'asked_submitted', 'assigned', 'closed',"
    " 'disputed',"
)
_RESULT = "(state IN ('closed', 'objected', 'uncleared'))"


def _due(clocks: str) -> str:
    return f"coalesce(due_at, '1970-01-01') = coalesce(CASE state {clocks} END, '1970-01-01')"


def _result(state: str) -> str:
    return (
        f"{state} = (closed_at IS NOT NULL) AND {state} = (outcome <> '') AND {state} ="
        " (proof <> '')"
    )


OLD_CHECKS: Mapping[str, str] = {
    "state_known": f"state IN ({_STATES} 'refused', 'submitted')",
    "closed_has_outcome_and_proof": _result("(state = 'closed')"),
    "due_at_is_the_clock_that_runs": _due(_CLOCKS),
}
NEW_CHECKS: Mapping[str, str] = {
    "state_known": f"state IN ({_STATES} 'objected', 'refused', 'submitted', 'uncleared')",
    "closed_has_outcome_and_proof": _result(_RESULT),
    "due_at_is_the_clock_that_runs": _due(f"{_CLOCKS} WHEN 'objected' THEN review_due"),
    "rated_has_result": "rate_until IS NULL OR closed_at IS NOT NULL",
    "objected_has_deadline": "(state = 'objected') = (review_due IS NOT NULL)",
    "reviewed_by_another": ("reviewed_by IS NULL OR closed_by IS NULL OR reviewed_by <> closed_by"),
}
Indexes = Mapping[str, tuple[Sequence[str], str]]


def _by_state(over: str) -> Indexes:
    """Return the indexes of open and of finished cases; `over` lists the finished states."""
    done, begun = f"state IN ({over})", f"NOT state IN ({over})"
    ends = ["state", "submitted_at", "id"]
    return {
        "ix_report_open": (["due_at", "id"], begun),
        "ix_report_open_town": (["town", "due_at", "id"], begun),
        "ix_report_open_department": (
            ["department", "due_at", "id"], f"{begun} AND department IS NOT NULL",
        ),
        "ix_report_open_crew": (["crew_id", "due_at", "id"], f"{begun} AND crew_id IS NOT NULL"),
        "ix_report_over": (ends, done),
        "ix_report_over_town": (["town", *ends], done),
        "ix_report_over_department": (
            ["department", *ends], f"{done} AND department IS NOT NULL",
        ),
        "ix_report_over_crew": (["crew_id", *ends], f"{done} AND crew_id IS NOT NULL"),
        "ix_report_public_open": (["released_at", "id"], f"release = 'released' AND {begun}"),
        "ix_report_unreduced": (["submitted_at"], f"{done} AND reduced_at IS NULL"),
    }  # fmt: skip


OLD_INDEXES: Indexes = _by_state("'closed', 'refused'") | {
    "ix_report_reporter": (["reporter_id", "id"], "reporter_id IS NOT NULL"),
    "ix_report_public_figures": (
        ["town", "state", "submitted_at", "release"], "release = 'released'",
    ),
}  # fmt: skip
NEW_INDEXES: Indexes = _by_state("'closed', 'refused', 'uncleared'") | {
    "ix_report_reporter": (["reporter_id", "submitted_at", "id"], "reporter_id IS NOT NULL"),
    "ix_report_public_uncleared": (
        ["released_at", "id"], "release = 'released' AND state = 'uncleared'",
    ),
    "ix_report_points": (
        ["town", "official_kind", "lat", "lon", "release", "state"],
        ("release = 'released' AND NOT state IN ('closed', 'refused', 'uncleared')"
        " AND lat IS NOT NULL"),
    ),
    "ix_report_undecided_town": (
        ["town", "release_due", "id"], "release = 'pending' AND state <> 'refused'",
    ),
    "ix_report_counted": (["business_day", "town", "state", "release"], ""),
}  # fmt: skip


def _drop(checks: Mapping[str, str], indexes: Indexes) -> None:
    for name in indexes:
        op.drop_index(name, table_name="report")
    with op.batch_alter_table("report") as batch:
        for name in checks:
            batch.drop_constraint(op.f(f"ck_report_{name}"), type_="check")


def _create(checks: Mapping[str, str], indexes: Indexes) -> None:
    with op.batch_alter_table("report") as batch:
        for name, condition in checks.items():
            batch.create_check_constraint(op.f(f"ck_report_{name}"), condition)
    for name, (columns, condition) in indexes.items():
        where = sa.text(condition) if condition else None
        op.create_index(name, "report", columns, sqlite_where=where, postgresql_where=where)


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
    _drop(OLD_CHECKS, OLD_INDEXES)
    _add_columns()
    _create(NEW_CHECKS, NEW_INDEXES)
    _sort_indexes()
    _add_tables()


def _add_columns() -> None:
    op.add_column("report", sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("report", sa.Column("closed_by", BIG))
    op.add_column("report", sa.Column("reviewed_by", BIG))
    op.add_column("report", sa.Column("rate_until", INSTANT))
    op.add_column("report", sa.Column("review_due", INSTANT))
    op.add_column(
        "report_photo", sa.Column("round", sa.Integer(), nullable=False, server_default="0")
    )
    told = sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("report_photo", told)
    # Whoever has sent a broken photo before has long seen it on the receipt page.
    op.execute("UPDATE report_photo SET told = true")
    op.add_column(
        "photo",
        sa.Column("placed_source", sa.String(8), nullable=False, server_default=sa.text("''")),
    )
    op.create_index(
        "ix_photo_failed",
        "photo",
        ["id"],
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )


def _add_tables() -> None:
    op.create_table(
        "report_rating",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rating", sa.String(12), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "rating IN ('mostly', 'satisfied', 'unsatisfied')",
            name=op.f("ck_report_rating_rating_known"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_rating_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_rating")),
        sa.UniqueConstraint("report_id", "round", name=op.f("uq_report_rating_report_id_round")),
    )
    op.create_table(
        "report_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("day", "place", name=op.f("pk_report_count")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_report_count_open",
        "report_count",
        ["day", "place"],
        sqlite_where=sa.text("open_all > 0"),
        postgresql_where=sa.text("open_all > 0"),
    )
    # Every case there is waits to be counted.
    op.execute(
        "INSERT INTO bucket_mark (measure, place, day)"
        " SELECT DISTINCT 'reports', coalesce(town, ''), business_day FROM report"
    )


def downgrade() -> None:
    """Ends that are unknown below become plain ones; ratings are lost."""
    op.drop_table("report_count")
    op.drop_table("report_rating")
    op.drop_index("ix_photo_failed", table_name="photo")
    with op.batch_alter_table("photo") as batch:
        batch.drop_column("placed_source")
    with op.batch_alter_table("report_photo") as batch:
        batch.drop_column("told")
        batch.drop_column("round")
    _drop(NEW_CHECKS, NEW_INDEXES)
    op.execute(
        "UPDATE report SET state = 'closed', due_at = NULL WHERE state IN ('uncleared', 'objected')"
    )
    with op.batch_alter_table("report") as batch:
        for name in ("review_due", "rate_until", "reviewed_by", "closed_by", "reopened"):
            batch.drop_column(name)
    _create(OLD_CHECKS, OLD_INDEXES)
    _sort_indexes()
