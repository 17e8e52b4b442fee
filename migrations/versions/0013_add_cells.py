"""Waste-free cells: rounds, rubrics, applications, reviews, certificates, and the experts' role."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD = (
    "auditor", "crew_member", "department_officer", "district_officer", "security_admin",
    "system_admin", "town_officer",
)  # fmt: skip
_SCOPES = {
    "auditor": "division = '' AND department = ''",
    "crew_member": "division <> '' OR department <> ''",
    "department_officer": "division = '' AND department <> ''",
    "district_officer": "length(division) = 6 AND department = ''",
    "expert": "length(division) = 6 AND department = ''",
    "security_admin": "division = '' AND department = ''",
    "system_admin": "division = '' AND department = ''",
    "town_officer": "length(division) = 9 AND department = ''",
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
    _change_roles(_OLD, (*_OLD, "expert"))
    op.create_table(
        "cell_numbering",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_cell_numbering")),
    )
    op.create_table(
        "cell_reminder",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cell_reminder")),
    )
    op.create_table(
        "cell_expert",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("town", sa.String(length=9), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cell_expert_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cell_expert_organisation_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_cell_expert")),
    )
    op.create_table(
        "cell_round",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column(
            "towns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "closes_at >= opens_at", name=op.f("ck_cell_round_closes_after_it_opens")
        ),
        sa.CheckConstraint("quota IS NULL OR quota > 0", name=op.f("ck_cell_round_quota_is_some")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_cell_round_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_round")),
        sa.UniqueConstraint("code", name=op.f("uq_cell_round_code")),
    )
    op.create_table(
        "cell_rubric",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('building', 'community', 'express', 'factory', 'farm', 'hospital', 'hotel', 'mall', 'market', 'office', 'park', 'restaurant', 'scenic', 'school', 'village', 'worksite')",
            name=op.f("ck_cell_rubric_kind_known"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_cell_rubric_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_rubric")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_cell_rubric_kind_version")),
    )
    op.create_table(
        "cell_application",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "rubric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column(
            "applicant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("commitment", sa.String(length=12), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("self_total", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluation", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("median", sa.Integer(), nullable=True),
        sa.Column("spread", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column(
            "result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("refuse_ground", sa.String(length=16), nullable=False),
        sa.Column("refuse_reason", sa.Text(), nullable=False),
        sa.Column("notice_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (held_at IS NOT NULL)",
            name=op.f("ck_cell_application_held_has_time"),
        ),
        sa.CheckConstraint(
            "(state IN ('appealed', 'dismissed', 'refused')) = (refuse_ground <> '')",
            name=op.f("ck_cell_application_refused_has_ground"),
        ),
        sa.CheckConstraint(
            "(state IN ('appealed', 'experts', 'held', 'noticed', 'rectifying', 'refused', 'reinspecting', 'returned', 'sector', 'submitted')) = (due_at IS NOT NULL)",
            name=op.f("ck_cell_application_running_has_due_date"),
        ),
        sa.CheckConstraint(
            "NOT state IN ('cleared', 'held', 'named', 'noticed') OR (proposed_by IS NOT NULL AND confirmed_by IS NOT NULL AND document <> '' AND stars > 0 AND notice_from IS NOT NULL AND notice_until IS NOT NULL)",
            name=op.f("ck_cell_application_noticed_has_decision"),
        ),
        sa.CheckConstraint(
            "kind IN ('building', 'community', 'express', 'factory', 'farm', 'hospital', 'hotel', 'mall', 'market', 'office', 'park', 'restaurant', 'scenic', 'school', 'village', 'worksite')",
            name=op.f("ck_cell_application_kind_known"),
        ),
        sa.CheckConstraint(
            "refuse_ground IN ('', 'barred', 'below', 'false', 'not_mended', 'objection', 'quota', 'veto')",
            name=op.f("ck_cell_application_ground_known"),
        ),
        sa.CheckConstraint(
            "state IN ('appealed', 'cleared', 'dismissed', 'draft', 'experts', 'held', 'named', 'noticed', 'proposed', 'rectifying', 'refused', 'reinspecting', 'returned', 'scored', 'sector', 'submitted', 'withdrawn')",
            name=op.f("ck_cell_application_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'returned', 'withdrawn') OR (submitted_at IS NOT NULL AND commitment <> '' AND committed_at IS NOT NULL)",
            name=op.f("ck_cell_application_submitted_has_commitment"),
        ),
        sa.CheckConstraint(
            "(total IS NULL) = (median IS NULL) AND (total IS NULL) = (spread IS NULL) AND (total IS NULL) = (stars IS NULL)",
            name=op.f("ck_cell_application_result_is_whole"),
        ),
        sa.CheckConstraint(
            "proposed_by <> confirmed_by", name=op.f("ck_cell_application_second_person")
        ),
        sa.CheckConstraint(
            "substr(division, 1, 9) = town", name=op.f("ck_cell_application_town_matches")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["account.id"], name=op.f("fk_cell_application_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["account.id"], name=op.f("fk_cell_application_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["department"], ["department.code"], name=op.f("fk_cell_application_department")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_cell_application_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["cell_round.id"], name=op.f("fk_cell_application_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["cell_rubric.id"], name=op.f("fk_cell_application_rubric_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_application")),
        sa.UniqueConstraint("code", name=op.f("uq_cell_application_code")),
    )
    with op.batch_alter_table("cell_application", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_application_applicant_id"), ["applicant_id"], unique=False
        )
        batch_op.create_index(
            "ix_cell_application_department", ["department", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_cell_application_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cell_application_notice",
            ["notice_until", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'noticed')"),
            postgresql_where=sa.text("state IN ('held', 'noticed')"),
        )
        batch_op.create_index("ix_cell_application_rank", ["round_id", "total", "id"], unique=False)
        batch_op.create_index("ix_cell_application_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_cell_application_town", ["town", "state", "id"], unique=False)

    op.create_table(
        "cell_round_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cell_round_change_change_has_reason")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_cell_round_change_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["cell_round.id"], name=op.f("fk_cell_round_change_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_round_change")),
    )
    with op.batch_alter_table("cell_round_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_round_change_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "cell_round_kind",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "rubric_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["cell_round.id"], name=op.f("fk_cell_round_kind_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["cell_rubric.id"], name=op.f("fk_cell_round_kind_rubric_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "kind", name=op.f("pk_cell_round_kind")),
    )
    op.create_table(
        "cell_answer",
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("na", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT na OR (step IS NULL AND value IS NULL)",
            name=op.f("ck_cell_answer_na_stands_alone"),
        ),
        sa.CheckConstraint("step IS NULL OR value IS NULL", name=op.f("ck_cell_answer_one_answer")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_answer_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "item", name=op.f("pk_cell_answer")),
    )
    op.create_table(
        "cell_certificate",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("named_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("standing_reason", sa.Text(), nullable=False),
        sa.Column("standing_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(standing = 'valid') = (standing_reason = '')",
            name=op.f("ck_cell_certificate_not_valid_has_reason"),
        ),
        sa.CheckConstraint(
            "standing IN ('revoked', 'suspended', 'valid')",
            name=op.f("ck_cell_certificate_standing_known"),
        ),
        sa.CheckConstraint("stars BETWEEN 3 AND 5", name=op.f("ck_cell_certificate_stars_known")),
        sa.CheckConstraint(
            "valid_until > named_on", name=op.f("ck_cell_certificate_valid_after_naming")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_certificate_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["account.id"], name=op.f("fk_cell_certificate_named_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_certificate")),
        sa.UniqueConstraint("application_id", name=op.f("uq_cell_certificate_application_id")),
        sa.UniqueConstraint("code", name=op.f("uq_cell_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_cell_certificate_number")),
        sa.UniqueConstraint("year", "place", name=op.f("uq_cell_certificate_year_place")),
    )
    with op.batch_alter_table("cell_certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_certificate_kind_named_on_id"),
            ["kind", "named_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_cell_certificate_named_on_id"), ["named_on", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_cell_certificate_town_named_on_id"),
            ["town", "named_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_cell_certificate_valid_until"), ["valid_until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_cell_certificate_standing_at"), ["standing_at"], unique=False
        )

    op.create_table(
        "cell_duty",
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "duty IN ('independent', 'review')", name=op.f("ck_cell_duty_duty_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cell_duty_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_duty_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "account_id", name=op.f("pk_cell_duty")),
        sa.UniqueConstraint(
            "application_id",
            "account_id",
            "duty",
            name=op.f("uq_cell_duty_application_id_account_id_duty"),
        ),
    )
    op.create_table(
        "cell_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_from", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("unit_text", sa.Text(), nullable=False),
        sa.Column("internal_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_event_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_event")),
        sa.UniqueConstraint(
            "application_id", "number", name=op.f("uq_cell_event_application_id_number")
        ),
    )
    op.create_table(
        "cell_remark",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_remark_application_id")
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_cell_remark_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_remark")),
    )
    with op.batch_alter_table("cell_remark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_remark_application_id_submission"),
            ["application_id", "submission"],
            unique=False,
        )

    op.create_table(
        "cell_site",
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_site_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cell_site_organisation_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_cell_site_site_id")),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_cell_site")),
        sa.UniqueConstraint(
            "application_id",
            "organisation_id",
            "site_id",
            name=op.f("uq_cell_site_application_id_organisation_id_site_id"),
        ),
    )
    with op.batch_alter_table("cell_site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_site_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cell_site_site_id"), ["site_id"], unique=False)

    op.create_table(
        "cell_submission",
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_submission_application_id"),
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_cell_submission_by")),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_cell_submission")),
    )
    op.create_table(
        "cell_objection",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "handler_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (answer = '') AND (outcome = '') = (handler_id IS NULL)",
            name=op.f("ck_cell_objection_decided_has_handler_and_answer"),
        ),
        sa.CheckConstraint(
            "about = 'notice' OR by IS NOT NULL", name=op.f("ck_cell_objection_appeal_is_the_units")
        ),
        sa.CheckConstraint(
            "about IN ('notice', 'refusal', 'removal')", name=op.f("ck_cell_objection_about_known")
        ),
        sa.CheckConstraint(
            "duty = 'independent'", name=op.f("ck_cell_objection_duty_is_independent")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'rejected', 'upheld')", name=op.f("ck_cell_objection_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "handler_id", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_objection_application_id_handler_id_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_objection_application_id"),
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_cell_objection_by")),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["account.id"], name=op.f("fk_cell_objection_handler_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_objection")),
        sa.UniqueConstraint("code", name=op.f("uq_cell_objection_code")),
    )
    with op.batch_alter_table("cell_objection", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cell_objection_open",
            ["application_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    op.create_table(
        "cell_opinion",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("duty = 'review'", name=op.f("ck_cell_opinion_duty_is_review")),
        sa.CheckConstraint(
            "step IN ('confirm', 'inspect', 'moderate', 'propose', 'refuse', 'sector', 'town')",
            name=op.f("ck_cell_opinion_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cell_opinion_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "account_id", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_opinion_application_id_account_id_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_opinion_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_opinion")),
    )
    with op.batch_alter_table("cell_opinion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_opinion_application_id_id"), ["application_id", "id"], unique=False
        )

    op.create_table(
        "cell_sheet",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("evaluation", sa.Integer(), nullable=False),
        sa.Column(
            "expert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column(
            "result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column(
            "vetoes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(recused_at IS NULL) = (recusal = '')", name=op.f("ck_cell_sheet_recused_has_reason")
        ),
        sa.CheckConstraint("duty = 'review'", name=op.f("ck_cell_sheet_duty_is_review")),
        sa.CheckConstraint(
            "(scored_at IS NULL) = (result IS NULL)", name=op.f("ck_cell_sheet_scored_has_result")
        ),
        sa.CheckConstraint(
            "(scored_at IS NULL) = (total IS NULL)", name=op.f("ck_cell_sheet_scored_has_total")
        ),
        sa.CheckConstraint(
            "scored_at IS NULL OR (declared_at IS NOT NULL AND recused_at IS NULL)",
            name=op.f("ck_cell_sheet_scored_has_declaration"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "expert_id", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_sheet_application_id_expert_id_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["cell_application.id"], name=op.f("fk_cell_sheet_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["account.id"], name=op.f("fk_cell_sheet_expert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_sheet")),
        sa.UniqueConstraint(
            "application_id",
            "evaluation",
            "expert_id",
            name=op.f("uq_cell_sheet_application_id_evaluation_expert_id"),
        ),
    )
    with op.batch_alter_table("cell_sheet", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cell_sheet_waiting",
            ["expert_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("scored_at IS NULL AND recused_at IS NULL"),
            postgresql_where=sa.text("scored_at IS NULL AND recused_at IS NULL"),
        )

    op.create_table(
        "cell_year_report",
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_cell_year_report_report_has_words")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_cell_year_report_by")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["cell_certificate.id"],
            name=op.f("fk_cell_year_report_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("certificate_id", "year", name=op.f("pk_cell_year_report")),
    )
    op.create_table(
        "cell_evidence",
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_evidence_application_id"),
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_cell_evidence_photo_id")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["cell_sheet.id"], name=op.f("fk_cell_evidence_sheet_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_cell_evidence")),
    )
    with op.batch_alter_table("cell_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_evidence_application_id_item"),
            ["application_id", "item"],
            unique=False,
        )

    op.create_table(
        "cell_mark",
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("na", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT na OR (step IS NULL AND value IS NULL)", name=op.f("ck_cell_mark_na_stands_alone")
        ),
        sa.CheckConstraint("step IS NULL OR value IS NULL", name=op.f("ck_cell_mark_one_answer")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["cell_sheet.id"], name=op.f("fk_cell_mark_sheet_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "item", name=op.f("pk_cell_mark")),
    )
    op.create_table(
        "cell_sheet_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cell_sheet_change_change_has_reason")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["cell_sheet.id"], name=op.f("fk_cell_sheet_change_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_sheet_change")),
    )
    with op.batch_alter_table("cell_sheet_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cell_sheet_change_sheet_id"), ["sheet_id"], unique=False
        )


def downgrade() -> None:
    op.execute("DELETE FROM account_role WHERE role = 'expert'")
    _change_roles((*_OLD, "expert"), _OLD)
    with op.batch_alter_table("cell_sheet_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_sheet_change_sheet_id"))

    op.drop_table("cell_sheet_change")
    op.drop_table("cell_mark")
    with op.batch_alter_table("cell_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_evidence_application_id_item"))

    op.drop_table("cell_evidence")
    op.drop_table("cell_year_report")
    with op.batch_alter_table("cell_sheet", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cell_sheet_waiting",
            sqlite_where=sa.text("scored_at IS NULL AND recused_at IS NULL"),
            postgresql_where=sa.text("scored_at IS NULL AND recused_at IS NULL"),
        )

    op.drop_table("cell_sheet")
    with op.batch_alter_table("cell_opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_opinion_application_id_id"))

    op.drop_table("cell_opinion")
    with op.batch_alter_table("cell_objection", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cell_objection_open",
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    op.drop_table("cell_objection")
    op.drop_table("cell_submission")
    with op.batch_alter_table("cell_site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_site_site_id"))
        batch_op.drop_index(batch_op.f("ix_cell_site_organisation_id"))

    op.drop_table("cell_site")
    with op.batch_alter_table("cell_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_remark_application_id_submission"))

    op.drop_table("cell_remark")
    op.drop_table("cell_event")
    op.drop_table("cell_duty")
    with op.batch_alter_table("cell_certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_certificate_valid_until"))
        batch_op.drop_index(batch_op.f("ix_cell_certificate_standing_at"))
        batch_op.drop_index(batch_op.f("ix_cell_certificate_town_named_on_id"))
        batch_op.drop_index(batch_op.f("ix_cell_certificate_named_on_id"))
        batch_op.drop_index(batch_op.f("ix_cell_certificate_kind_named_on_id"))

    op.drop_table("cell_certificate")
    op.drop_table("cell_answer")
    op.drop_table("cell_round_kind")
    with op.batch_alter_table("cell_round_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_round_change_round_id"))

    op.drop_table("cell_round_change")
    with op.batch_alter_table("cell_application", schema=None) as batch_op:
        batch_op.drop_index("ix_cell_application_town")
        batch_op.drop_index("ix_cell_application_state")
        batch_op.drop_index("ix_cell_application_rank")
        batch_op.drop_index(
            "ix_cell_application_notice",
            sqlite_where=sa.text("state IN ('held', 'noticed')"),
            postgresql_where=sa.text("state IN ('held', 'noticed')"),
        )
        batch_op.drop_index(
            "ix_cell_application_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_cell_application_department")
        batch_op.drop_index(batch_op.f("ix_cell_application_applicant_id"))

    op.drop_table("cell_application")
    op.drop_table("cell_rubric")
    op.drop_table("cell_round")
    op.drop_table("cell_expert")
    op.drop_table("cell_reminder")
    op.drop_table("cell_numbering")
