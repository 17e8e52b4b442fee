"""Organisations, their sites and memberships; the red and black list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("permit_class", sa.String(length=12), nullable=False),
        sa.Column("waste_related", sa.Boolean(), nullable=False),
        sa.Column("hazardous_licence", sa.String(length=40), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "permit_class IN ('', 'key', 'registered', 'simplified')",
            name=op.f("ck_organisation_permit_known"),
        ),
        sa.CheckConstraint("length(uscc) = 18", name=op.f("ck_organisation_uscc_whole")),
        sa.CheckConstraint(
            "substr(division, 1, 9) = town", name=op.f("ck_organisation_town_matches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
        sa.UniqueConstraint("uscc", name=op.f("uq_organisation_uscc")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_kind_id"), ["kind", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organisation_permit_class_waste_related_id"),
            ["permit_class", "waste_related", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organisation_town_kind_id"), ["town", "kind", "id"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applicant_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=8), nullable=False),
        sa.Column("proven_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_move", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "(proof = '') = (proven_at IS NULL)", name=op.f("ck_membership_proof_has_time")
        ),
        sa.CheckConstraint(
            "(proof = '') = (proven_by IS NULL)", name=op.f("ck_membership_proof_has_decider")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (end_move <> '')",
            name=op.f("ck_membership_ended_has_time"),
        ),
        sa.CheckConstraint(
            "proof IN ('', 'letter', 'peer', 'register')", name=op.f("ck_membership_proof_known")
        ),
        sa.CheckConstraint(
            "state = 'pending' OR proof <> '' OR (state = 'ended' AND end_move IN ('refuse', 'withdraw'))",
            name=op.f("ck_membership_proven_has_proof"),
        ),
        sa.CheckConstraint(
            "state IN ('disputed', 'ended', 'handing_over', 'pending', 'proven')",
            name=op.f("ck_membership_state_known"),
        ),
        sa.CheckConstraint("proven_by <> account_id", name=op.f("ck_membership_proven_by_another")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proven_by"], ["account.id"], name=op.f("fk_membership_proven_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("code", name=op.f("uq_membership_code")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_account_id_id"), ["account_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_membership_waiting",
            ["applied_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('disputed', 'pending')"),
            postgresql_where=sa.text("state IN ('disputed', 'pending')"),
        )
        batch_op.create_index(
            "uq_membership_open",
            ["organisation_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )

    op.create_table(
        "organisation_former_name",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_former_name_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "position", name=op.f("pk_organisation_former_name")
        ),
    )
    op.create_table(
        "organisation_name_end",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "name_end",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_name_end_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "name_end", name=op.f("pk_organisation_name_end")
        ),
    )
    with op.batch_alter_table("organisation_name_end", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_name_end_name_end_organisation_id"),
            ["name_end", "organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organisation_name_end_town_name_end_organisation_id"),
            ["town", "name_end", "organisation_id"],
            unique=False,
        )

    op.create_table(
        "site",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("substr(division, 1, 9) = town", name=op.f("ck_site_town_matches")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_site_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_organisation_id_id"), ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_site_town_id"), ["town", "id"], unique=False)

    op.create_table(
        "membership_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "membership_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_event_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_event")),
        sa.UniqueConstraint(
            "membership_id", "number", name=op.f("uq_membership_event_membership_id_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("membership_event")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_town_id"))
        batch_op.drop_index(batch_op.f("ix_site_organisation_id_id"))

    op.drop_table("site")
    with op.batch_alter_table("organisation_name_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_name_end_town_name_end_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_name_end_name_end_organisation_id"))

    op.drop_table("organisation_name_end")
    op.drop_table("organisation_former_name")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_open",
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )
        batch_op.drop_index(
            "ix_membership_waiting",
            sqlite_where=sa.text("state IN ('disputed', 'pending')"),
            postgresql_where=sa.text("state IN ('disputed', 'pending')"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_account_id_id"))

    op.drop_table("membership")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_town_kind_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_permit_class_waste_related_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_kind_id"))

    op.drop_table("organisation")
