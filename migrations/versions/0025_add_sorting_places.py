"""Where sorting is in place, the village sorters' weights, and their role."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = (
    "auditor", "crew_member", "department_officer", "district_officer", "expert",
    "security_admin", "system_admin", "town_officer",
)  # fmt: skip
_NEW = (
    "village_sorter",
    "road_chief",
)
_SCOPES = {
    "auditor": "division = '' AND department = ''",
    "crew_member": "division <> '' OR department <> ''",
    "department_officer": "division = '' AND department <> ''",
    "district_officer": "length(division) = 6 AND department = ''",
    "expert": "length(division) = 6 AND department = ''",
    "road_chief": "length(division) = 9 AND department = ''",
    "security_admin": "division = '' AND department = ''",
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


def upgrade() -> None:
    _change_roles(_OLD, (*_OLD, *_NEW))
    op.create_table(
        "road_stretch",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("chief", _KEY, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chief"], ["account.id"], name=op.f("fk_road_stretch_chief")),
        sa.ForeignKeyConstraint(["town"], ["division.code"], name=op.f("fk_road_stretch_town")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_stretch")),
        sa.UniqueConstraint("code", name=op.f("uq_road_stretch_code")),
    )
    with op.batch_alter_table("road_stretch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_road_stretch_chief"), ["chief"], unique=False)
        batch_op.create_index(batch_op.f("ix_road_stretch_town"), ["town"], unique=False)

    op.create_table(
        "school_class",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("teacher", _KEY, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_school_class_organisation_id")
        ),
        sa.ForeignKeyConstraint(["teacher"], ["account.id"], name=op.f("fk_school_class_teacher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sa.UniqueConstraint("code", name=op.f("uq_school_class_code")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_school_class_organisation_id_name")
        ),
    )
    op.create_table(
        "second_split",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("compost", sa.Integer(), nullable=False),
        sa.Column("sellable", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("hazardous", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("sorter", _KEY, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(way = 'round') = (households IS NOT NULL)",
            name=op.f("ck_second_split_round_has_households"),
        ),
        sa.CheckConstraint(
            "origin IN ('backdated', 'late', 'second', 'today', 'wrong_clock')",
            name=op.f("ck_second_split_origin_known"),
        ),
        sa.CheckConstraint("way IN ('heap', 'round')", name=op.f("ck_second_split_way_known")),
        sa.CheckConstraint(
            "compost >= 0 AND sellable >= 0 AND other >= 0 AND hazardous >= 0 AND compost + sellable + other + hazardous > 0",
            name=op.f("ck_second_split_weighed_something"),
        ),
        sa.ForeignKeyConstraint(["sorter"], ["account.id"], name=op.f("fk_second_split_sorter")),
        sa.ForeignKeyConstraint(
            ["village"], ["division.code"], name=op.f("fk_second_split_village")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_split")),
        sa.UniqueConstraint("code", name=op.f("uq_second_split_code")),
    )
    with op.batch_alter_table("second_split", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_second_split_sorter_day"), ["sorter", "day"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_second_split_village_day"), ["village", "day"], unique=False
        )

    op.create_table(
        "sorting_place",
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
            "(kind = 'village') = (name = '')", name=op.f("ck_sorting_place_village_has_no_name")
        ),
        sa.CheckConstraint(
            "kind IN ('estate', 'village')", name=op.f("ck_sorting_place_kind_known")
        ),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)",
            name=op.f("ck_sorting_place_checked_by_somebody"),
        ),
        sa.CheckConstraint(
            "checked_at IS NULL OR started_on IS NOT NULL",
            name=op.f("ck_sorting_place_checked_has_day"),
        ),
        sa.CheckConstraint(
            "checked_by <> entered_by", name=op.f("ck_sorting_place_checked_by_another")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("ck_sorting_place_households_counted")),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name=op.f("fk_sorting_place_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["division"], ["division.code"], name=op.f("fk_sorting_place_division")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_sorting_place_entered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sorting_place")),
        sa.UniqueConstraint("code", name=op.f("uq_sorting_place_code")),
        sa.UniqueConstraint("division", "name", name=op.f("uq_sorting_place_division_name")),
    )
    op.create_table(
        "class_pupil",
        sa.Column("account", _KEY, nullable=False),
        sa.Column("member", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("school_class", _KEY, nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.CheckConstraint("member >= 0", name=op.f("ck_class_pupil_member_numbered")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_class_pupil_account")),
        sa.ForeignKeyConstraint(
            ["school_class"], ["school_class.id"], name=op.f("fk_class_pupil_school_class")
        ),
        sa.PrimaryKeyConstraint("account", "member", name=op.f("pk_class_pupil")),
    )
    with op.batch_alter_table("class_pupil", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_class_pupil_school_class"), ["school_class"], unique=False
        )

    op.create_table(
        "stretch_inspection",
        sa.Column("id", _KEY, autoincrement=True, nullable=False),
        sa.Column("stretch", _KEY, nullable=False),
        sa.Column("chief", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("found", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin IN ('backdated', 'late', 'second', 'today', 'wrong_clock')",
            name=op.f("ck_stretch_inspection_origin_known"),
        ),
        sa.CheckConstraint("found BETWEEN 0 AND 7", name=op.f("ck_stretch_inspection_found_known")),
        sa.ForeignKeyConstraint(
            ["chief"], ["account.id"], name=op.f("fk_stretch_inspection_chief")
        ),
        sa.ForeignKeyConstraint(
            ["stretch"], ["road_stretch.id"], name=op.f("fk_stretch_inspection_stretch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stretch_inspection")),
    )
    with op.batch_alter_table("stretch_inspection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stretch_inspection_stretch_day"), ["stretch", "day"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("stretch_inspection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stretch_inspection_stretch_day"))

    op.drop_table("stretch_inspection")
    with op.batch_alter_table("class_pupil", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_pupil_school_class"))

    op.drop_table("class_pupil")
    op.drop_table("sorting_place")
    with op.batch_alter_table("second_split", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_split_village_day"))
        batch_op.drop_index(batch_op.f("ix_second_split_sorter_day"))

    op.drop_table("second_split")
    op.drop_table("school_class")
    with op.batch_alter_table("road_stretch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_road_stretch_town"))
        batch_op.drop_index(batch_op.f("ix_road_stretch_chief"))

    op.drop_table("road_stretch")
    roles = ", ".join(repr(role) for role in _NEW)
    op.execute(sa.text(f"DELETE FROM account_role WHERE role IN ({roles})"))  # noqa: S608
    _change_roles((*_OLD, *_NEW), _OLD)
