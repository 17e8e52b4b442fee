"""Shops where rewards wait, the role of their clerks, and training events with sign-ins."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = (
    "auditor", "crew_member", "department_officer", "district_officer", "expert", "road_chief",
    "security_admin", "system_admin", "town_officer", "village_sorter",
)  # fmt: skip
_NEW = ("shop_clerk",)
_SCOPES = {
    "auditor": "division = '' AND department = ''",
    "crew_member": "division <> '' OR department <> ''",
    "department_officer": "division = '' AND department <> ''",
    "district_officer": "length(division) = 6 AND department = ''",
    "expert": "length(division) = 6 AND department = ''",
    "road_chief": "length(division) = 9 AND department = ''",
    "security_admin": "division = '' AND department = ''",
    "shop_clerk": "length(division) = 9 AND department = ''",
    "system_admin": "division = '' AND department = ''",
    "town_officer": "length(division) = 9 AND department = ''",
    "village_sorter": "length(division) = 12 AND department = ''",
}


def _known(roles: Sequence[str]) -> str:
    return f"role IN ({', '.join(repr(role) for role in sorted(roles))})"


def _grants(roles: Sequence[str]) -> sa.Table:
    """Return account_role as it was with `roles`: SQLite copies it, and would lose its checks."""
    open_one = sa.text("ended_at IS NULL")
    administrators = sa.text(
        "ended_at IS NULL AND role IN ('auditor', 'security_admin', 'system_admin')"
    )
    # The names stand as they are: without a naming convention.
    table = sa.Table(
        "account_role",
        sa.MetaData(),
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("account", _KEY, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("granted_by", _KEY, nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", _KEY, nullable=True),
        *(
            sa.CheckConstraint(
                f"role <> '{role}' OR ({_SCOPES[role]})", name=f"ck_account_role_{role}_scope"
            )
            for role in roles
        ),
        sa.CheckConstraint(_known(roles), name="ck_account_role_role_known"),
        sa.CheckConstraint(
            "ended_at IS NOT NULL OR ended_by IS NULL", name="ck_account_role_ended_by_has_time"
        ),
        sa.CheckConstraint("granted_by <> account", name="ck_account_role_granted_by_another"),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name="fk_account_role_account"),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name="fk_account_role_ended_by"),
        sa.ForeignKeyConstraint(["granted_by"], ["account.id"], name="fk_account_role_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_account_role"),
        sa.UniqueConstraint("code", name="uq_account_role_code"),
    )
    sa.Index("ix_account_role_role_division", table.c.role, table.c.division)
    sa.Index(
        "uq_account_role_administrator",
        table.c.account,
        unique=True,
        sqlite_where=administrators,
        postgresql_where=administrators,
    )
    sa.Index(
        "uq_account_role_open",
        table.c.account,
        table.c.role,
        table.c.division,
        table.c.department,
        unique=True,
        sqlite_where=open_one,
        postgresql_where=open_one,
    )
    return table


def _change_roles(before: Sequence[str], after: Sequence[str]) -> None:
    with op.batch_alter_table("account_role", copy_from=_grants(before)) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_account_role_role_known"), type_="check")
        for role in sorted(set(before) - set(after)):
            batch_op.drop_constraint(batch_op.f(f"ck_account_role_{role}_scope"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_account_role_role_known"), _known(after))
        for role in sorted(set(after) - set(before)):
            batch_op.create_check_constraint(
                batch_op.f(f"ck_account_role_{role}_scope"),
                f"role <> '{role}' OR ({_SCOPES[role]})",
            )


def _add_shop(table: str) -> None:
    """Add the column by plain words: batch mode would copy the table and lose its checks."""
    kind = _KEY.compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN shop {kind}"
        f" CONSTRAINT fk_{table}_shop REFERENCES reward_shop (id)"
    )


def _add_training() -> None:
    op.create_table(
        "training_event",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("made_by", _KEY, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "audience IN ('community', 'enterprise', 'office', 'school')",
            name=op.f("ck_training_event_audience_known"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_training_event_made_by")
        ),
        sa.ForeignKeyConstraint(["town"], ["division.code"], name=op.f("fk_training_event_town")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_event")),
        sa.UniqueConstraint("code", name=op.f("uq_training_event_code")),
    )
    op.create_index("ix_training_event_day_town", "training_event", ["day", "town"])
    op.create_table(
        "training_visit",
        sa.Column("event", _KEY, nullable=False),
        sa.Column("account", _KEY, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_training_visit_account")
        ),
        sa.ForeignKeyConstraint(
            ["event"], ["training_event.id"], name=op.f("fk_training_visit_event")
        ),
        sa.PrimaryKeyConstraint("event", "account", name=op.f("pk_training_visit")),
    )
    op.create_index("ix_training_visit_account", "training_visit", ["account"])


def upgrade() -> None:
    _change_roles(_OLD, (*_OLD, *_NEW))
    op.create_table(
        "reward_shop",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("hours", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["division"], ["division.code"], name=op.f("fk_reward_shop_division")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_shop")),
        sa.UniqueConstraint("code", name=op.f("uq_reward_shop_code")),
        sa.UniqueConstraint("division", "name", name=op.f("uq_reward_shop_division_name")),
    )
    op.create_table(
        "reward_shop_clerk",
        sa.Column("shop", _KEY, nullable=False),
        sa.Column("account", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_reward_shop_clerk_account")
        ),
        sa.ForeignKeyConstraint(
            ["shop"], ["reward_shop.id"], name=op.f("fk_reward_shop_clerk_shop")
        ),
        sa.PrimaryKeyConstraint("shop", "account", name=op.f("pk_reward_shop_clerk")),
    )
    op.create_index("ix_reward_shop_clerk_account", "reward_shop_clerk", ["account"])
    _add_training()
    _add_shop("reward")
    _add_shop("redemption")
    op.create_index("ix_redemption_shop", "redemption", ["shop"])


def downgrade() -> None:
    op.drop_index("ix_redemption_shop", table_name="redemption")
    op.drop_column("redemption", "shop")
    op.drop_column("reward", "shop")
    op.drop_table("training_visit")
    op.drop_table("training_event")
    op.drop_table("reward_shop_clerk")
    op.drop_table("reward_shop")
    op.execute(
        "DELETE FROM grant_review WHERE grant_id IN"
        " (SELECT id FROM account_role WHERE role = 'shop_clerk')"
    )
    op.execute("DELETE FROM account_role WHERE role = 'shop_clerk'")
    _change_roles((*_OLD, *_NEW), _OLD)
