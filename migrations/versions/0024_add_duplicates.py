"""Merged cases, others who saw a heap, routing rules, reminders of deadlines."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
Indexes = Mapping[str, tuple[Sequence[str], str]]

_STATES = (
    "'accepted', 'asked_accepted', 'asked_assigned', 'asked_submitted', 'assigned', 'closed',"
    " 'disputed',"
)
_REASONS = "'', 'investigation',"
_PLACED = (
    "OR (town IS NOT NULL AND accepted_at IS NOT NULL AND transfer_due IS NOT NULL"
    " AND finish_due IS NOT NULL AND legal_finish_due IS NOT NULL)"
)
OLD_CHECKS: Mapping[str, str] = {
    "source_known": "source IN ('api', 'h5')",
    "state_known": f"state IN ({_STATES} 'objected', 'refused', 'submitted', 'uncleared')",
    "reason_known": (
        f"withhold_reason IN ({_REASONS} 'minor', 'not_a_case', 'personal', 'security')"
    ),
    "accepted_has_place_and_clocks": (
        f"state IN ('asked_submitted', 'refused', 'submitted') {_PLACED}"
    ),
}
NEW_CHECKS: Mapping[str, str] = {
    "source_known": "source IN ('12345', '12369', 'api', 'h5', 'handed', 'letter', 'visit')",
    "state_known": (
        f"state IN ({_STATES} 'merged_accepted', 'merged_submitted', 'objected', 'refused',"
        " 'submitted', 'uncleared')"
    ),
    "reason_known": (
        f"withhold_reason IN ({_REASONS} 'merged', 'minor', 'not_a_case', 'personal', 'security')"
    ),
    "accepted_has_place_and_clocks": (
        f"state IN ('asked_submitted', 'merged_submitted', 'refused', 'submitted') {_PLACED}"
    ),
    "merged_has_other": (
        "(state IN ('merged_accepted', 'merged_submitted')) = (merged_into IS NOT NULL)"
    ),
}


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
        "ix_report_points": (
            ["town", "official_kind", "lat", "lon", "release", "state"],
            f"release = 'released' AND {begun} AND lat IS NOT NULL",
        ),
    }  # fmt: skip


OLD_INDEXES = _by_state("'closed', 'refused', 'uncleared'")
_OVER = "'closed', 'merged_accepted', 'merged_submitted', 'refused', 'uncleared'"
NEW_INDEXES = _by_state(_OVER) | {
    "ix_report_merged": (["merged_into"], "merged_into IS NOT NULL"),
    "ix_report_near": (["town", "lat"], f"NOT state IN ({_OVER}) AND lat IS NOT NULL"),
}


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
        where = sa.text(condition)
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


def _photo_roles(roles: str) -> None:
    with op.batch_alter_table("report_photo") as batch:
        batch.drop_constraint(op.f("ck_report_photo_role_known"), type_="check")
        batch.create_check_constraint(op.f("ck_report_photo_role_known"), f"role IN ({roles})")


def upgrade() -> None:
    _drop(OLD_CHECKS, OLD_INDEXES)
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("merged_into", BIG))
        batch.add_column(sa.Column("outside_number", sa.String(40)))
        batch.create_foreign_key(op.f("fk_report_merged_into"), "report", ["merged_into"], ["id"])
    _create(NEW_CHECKS, NEW_INDEXES)
    known = sa.text("outside_number IS NOT NULL")
    op.create_index(
        "uq_report_outside_number",
        "report",
        ["source", "outside_number"],
        unique=True,
        sqlite_where=known,
        postgresql_where=known,
    )
    _sort_indexes()
    _photo_roles("'answer', 'proof', 'reported', 'seen'")
    _add_confirmations()
    _add_routing()
    _add_reminders()


def _add_confirmations() -> None:
    op.create_table(
        "report_confirmation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("account", BIG),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_confirmation_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_confirmation")),
    )
    known = sa.text("account IS NOT NULL")
    for name, columns, unique in (
        ("ix_report_confirmation_account", ["account"], False),
        ("uq_report_confirmation_once", ["report_id", "account"], True),
    ):
        op.create_index(
            name,
            "report_confirmation",
            columns,
            unique=unique,
            sqlite_where=known,
            postgresql_where=known,
        )
    op.create_index("ix_report_confirmation_report", "report_confirmation", ["report_id"])


def _add_routing() -> None:
    op.create_table(
        "routing_rule",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(12)),
        sa.Column("kind", sa.String(16)),
        sa.Column("department", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["department"], ["department.code"], name=op.f("fk_routing_rule_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
    )


def _add_reminders() -> None:
    op.create_table(
        "report_reminder",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "level IN ('over', 'soon')", name=op.f("ck_report_reminder_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_reminder_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reminder")),
        sa.UniqueConstraint(
            "report_id", "due_at", "level", name=op.f("uq_report_reminder_report_id_due_at_level")
        ),
    )


def downgrade() -> None:
    """Merged cases become open ones again; who else saw a heap is lost, with the photos' places."""
    op.drop_table("report_reminder")
    op.drop_table("routing_rule")
    op.drop_table("report_confirmation")
    op.execute("DELETE FROM report_photo WHERE role = 'seen'")
    _photo_roles("'answer', 'proof', 'reported'")
    op.drop_index("uq_report_outside_number", table_name="report")
    _drop(NEW_CHECKS, NEW_INDEXES)
    op.execute("UPDATE report SET source = 'api' WHERE source <> 'h5'")
    op.execute(
        "UPDATE report SET state = 'submitted', due_at = accept_due"
        " WHERE state = 'merged_submitted'"
    )
    op.execute(
        "UPDATE report SET state = 'accepted', due_at = transfer_due"
        " WHERE state = 'merged_accepted'"
    )
    op.execute(
        "UPDATE report SET withhold_reason = '', release = 'pending'"
        " WHERE withhold_reason = 'merged'"
    )
    with op.batch_alter_table("report") as batch:
        batch.drop_constraint(op.f("fk_report_merged_into"), type_="foreignkey")
        batch.drop_column("merged_into")
        batch.drop_column("outside_number")
    _create(OLD_CHECKS, OLD_INDEXES)
    _sort_indexes()
