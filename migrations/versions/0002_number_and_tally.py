"""Give released cases a public number; count tries and codes; find audit rows by time.

Columns are added and dropped in place on both databases: a batch that copies the table of
reports on SQLite would lose its check constraints, which SQLAlchemy does not read back.
Failed sign-ins and wrong PINs are counted in `tally` from now on.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from wufei_public.common.codes import new_code

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

report = sa.table(
    "report", sa.column("id"), sa.column("release"), sa.column("public_code", sa.String)
)


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_tally_counted")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_tally_until"), "tally", ["until"])
    op.drop_index(op.f("ix_sign_in_failure_last_at"), table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.create_index(op.f("ix_audit_at_id"), "audit", ["at", "id"])
    op.add_column("report", sa.Column("public_code", sa.String(length=10), nullable=True))
    number_the_released()
    op.create_index(
        "uq_report_public_code",
        "report",
        ["public_code"],
        unique=True,
        sqlite_where=sa.text("public_code IS NOT NULL"),
        postgresql_where=sa.text("public_code IS NOT NULL"),
    )
    op.drop_column("report", "pin_failures")
    op.drop_column("report", "pin_locked_until")


def number_the_released() -> None:
    """Give each case that the public sees a number of its own, random as the others will be."""
    connection = op.get_bind()
    shown = connection.scalars(sa.select(report.c.id).where(report.c.release == "released")).all()
    numbers = [{"row": row, "number": new_code(secrets.token_bytes)} for row in shown]
    if numbers:
        one = sa.update(report).where(report.c.id == sa.bindparam("row"))
        connection.execute(one.values(public_code=sa.bindparam("number")), numbers)


def downgrade() -> None:
    op.add_column(
        "report", sa.Column("pin_locked_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "report", sa.Column("pin_failures", sa.Integer(), nullable=False, server_default="0")
    )
    op.drop_index("uq_report_public_code", table_name="report")
    op.drop_column("report", "public_code")
    op.drop_index(op.f("ix_audit_at_id"), table_name="audit")
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("ck_sign_in_failure_counted")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_last_at"), "sign_in_failure", ["last_at"])
    op.drop_index(op.f("ix_tally_until"), table_name="tally")
    op.drop_table("tally")
