"""Boards of weeks and months: kept when counted, fixed when nothing can come in any more."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _span() -> list[sa.Column[object]]:
    return [
        sa.Column("length", sa.String(5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
    ]


def _whole(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "checkin_span",
        *_span(),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "length IN ('month', 'week')", name=op.f("ck_checkin_span_length_known")
        ),
        sa.PrimaryKeyConstraint("length", "first", name=op.f("pk_checkin_span")),
    )
    counts = ("own", "proxies", "wet", "dry", "hazardous", "at_home", "active", "residents")
    op.create_table(
        "checkin_board",
        *_span(),
        sa.Column("village", sa.String(12), nullable=False),
        *map(_whole, counts),
        sa.CheckConstraint(
            "own >= 0 AND proxies >= 0 AND at_home >= 0", name=op.f("ck_checkin_board_counts")
        ),
        sa.CheckConstraint(
            "active <= residents AND active <= at_home",
            name=op.f("ck_checkin_board_active_among_residents"),
        ),
        sa.PrimaryKeyConstraint("length", "first", "village", name=op.f("pk_checkin_board")),
    )
    op.create_table(
        "checkin_board_person",
        *_span(),
        sa.Column("account", KEY, nullable=False),
        sa.Column("village", sa.String(12), nullable=False),
        sa.Column("nickname", sa.String(10), nullable=False),
        _whole("days"),
        sa.CheckConstraint("days > 0", name=op.f("ck_checkin_board_person_checked_in")),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_checkin_board_person_account")
        ),
        sa.PrimaryKeyConstraint("length", "first", "account", name=op.f("pk_checkin_board_person")),
    )
    for columns in (["account"], ["village", "length", "first"]):
        name = f"ix_checkin_board_person_{'_'.join(columns)}"
        op.create_index(op.f(name), "checkin_board_person", columns)


def downgrade() -> None:
    for table in ("checkin_board_person", "checkin_board", "checkin_span"):
        op.drop_table(table)
