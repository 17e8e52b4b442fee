"""Assessments and their criteria, what proposals rest on, credit grades, reported errors."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_SOURCES = "source IN ('cases', 'cells', 'checkins', 'external', 'wave')"
_WITH_GRADES = "source IN ('cases', 'cells', 'checkins', 'external', 'grades', 'wave')"


def _let_sources_be(before: str, after: str) -> None:
    """Change which sources a value may have, with its triggers left as they are.

    On SQLite a new table would lose them and every other check; the documented way for a check
    is to rewrite the table's own words (sqlite.org/lang_altertable.html, section 7).
    """
    if op.get_bind().dialect.name == "postgresql":
        name = "ck_indicator_value_source_known"
        op.execute(f"ALTER TABLE indicator_value DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE indicator_value ADD CONSTRAINT {name} CHECK ({after})")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
        " WHERE type = 'table' AND name = 'indicator_value'"
    )
    op.get_bind().execute(changed, {"before": before, "after": after})
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _let_sources_be(_SOURCES, _WITH_GRADES)
    op.create_table(
        "assessment_period",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("criteria", sa.String(length=16), nullable=False),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)",
            name=op.f("ck_assessment_period_closed_whole"),
        ),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_assessment_period_days_in_order")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["account.id"], name=op.f("fk_assessment_period_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_assessment_period_opened_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_period")),
        sa.UniqueConstraint("code", name=op.f("uq_assessment_period_code")),
        sa.UniqueConstraint("name", name=op.f("uq_assessment_period_name")),
    )
    op.create_table(
        "case_evidence",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("report", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("confirmed", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("confirmed <> ''", name=op.f("ck_case_evidence_says_how_confirmed")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_evidence_organisation_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name=op.f("fk_case_evidence_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
        sa.UniqueConstraint(
            "organisation_id", "report", name=op.f("uq_case_evidence_organisation_id_report")
        ),
    )
    op.create_table(
        "credit_grade",
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
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("grades", sa.String(length=24), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("vetoes", sa.String(length=200), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column(
            "graded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ground <> ''", name=op.f("ck_credit_grade_says_why")),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL)",
            name=op.f("ck_credit_grade_published_whole"),
        ),
        sa.CheckConstraint(
            "points BETWEEN 0 AND 10000", name=op.f("ck_credit_grade_points_bounded")
        ),
        sa.CheckConstraint(
            "published_by <> graded_by", name=op.f("ck_credit_grade_published_by_another")
        ),
        sa.CheckConstraint(
            "replaced_at IS NULL OR published_at IS NOT NULL",
            name=op.f("ck_credit_grade_only_published_is_replaced"),
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2999", name=op.f("ck_credit_grade_year_bounded")),
        sa.ForeignKeyConstraint(
            ["graded_by"], ["account.id"], name=op.f("fk_credit_grade_graded_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_credit_grade_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["account.id"], name=op.f("fk_credit_grade_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grade")),
        sa.UniqueConstraint("code", name=op.f("uq_credit_grade_code")),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "version",
            name=op.f("uq_credit_grade_organisation_id_year_version"),
        ),
    )
    with op.batch_alter_table("credit_grade", schema=None) as batch_op:
        batch_op.create_index(
            "ix_credit_grade_published",
            ["year", "organisation_id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
        )
        batch_op.create_index(
            "ix_credit_grade_waiting",
            ["graded_at", "id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )
        batch_op.create_index(
            "uq_credit_grade_current",
            ["organisation_id", "year"],
            unique=True,
            sqlite_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
        )

    op.create_table(
        "assessment",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("suggests", sa.String(length=8), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "assessed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "suggests = '' OR total IS NOT NULL", name=op.f("ck_assessment_suggests_by_total")
        ),
        sa.CheckConstraint(
            "suggests IN ('', 'black', 'red')", name=op.f("ck_assessment_suggests_known")
        ),
        sa.CheckConstraint("total BETWEEN 0 AND 10000", name=op.f("ck_assessment_total_bounded")),
        sa.ForeignKeyConstraint(
            ["assessed_by"], ["account.id"], name=op.f("fk_assessment_assessed_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["assessment_period.id"], name=op.f("fk_assessment_period_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("code", name=op.f("uq_assessment_code")),
        sa.UniqueConstraint(
            "period_id", "organisation_id", name=op.f("uq_assessment_period_id_organisation_id")
        ),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_organisation_id_id"), ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_period_id_changed_at_id"),
            ["period_id", "changed_at", "id"],
            unique=False,
        )

    op.create_table(
        "listing_error",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "handler_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column(
            "answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = '') = (answered_at IS NULL) AND (outcome = '') = (answered_by IS NULL) AND (outcome = '') = (answer = '')",
            name=op.f("ck_listing_error_answer_whole"),
        ),
        sa.CheckConstraint(
            "field IN ('dates', 'document', 'facts', 'ground', 'measure', 'name', 'other', 'place', 'reply', 'uscc')",
            name=op.f("ck_listing_error_field_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'rejected', 'upheld')", name=op.f("ck_listing_error_outcome_known")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_listing_error_says_what")),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by NOT IN (proposed_by, coalesce(decided_by, 0), coalesce(approved_by, 0))",
            name=op.f("ck_listing_error_answered_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_listing_error_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_listing_error_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["account.id"], name=op.f("fk_listing_error_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_error_listing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_error")),
        sa.UniqueConstraint("code", name=op.f("uq_listing_error_code")),
    )
    with op.batch_alter_table("listing_error", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_error_account_id_id"), ["account_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_listing_error_listing_id_id"), ["listing_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_listing_error_waiting",
            ["handler_id", "answer_until", "id"],
            unique=False,
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    op.create_table(
        "listing_photo",
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "released_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_photo_listing_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_listing_photo_photo_id")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["account.id"], name=op.f("fk_listing_photo_released_by")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_listing_photo")),
    )
    with op.batch_alter_table("listing_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listing_photo_listing_id"), ["listing_id"], unique=False
        )

    op.create_table(
        "assessment_score",
        sa.Column(
            "assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("criterion", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_assessment_score_says_on_what")),
        sa.CheckConstraint(
            "score BETWEEN 0 AND 10000", name=op.f("ck_assessment_score_score_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_score_assessment_id")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "criterion", name=op.f("pk_assessment_score")),
    )
    op.create_table(
        "listing_basis",
        sa.Column(
            "listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column(
            "assessment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(basis = 'assessment') = (assessment_id IS NOT NULL)",
            name=op.f("ck_listing_basis_assessment_named"),
        ),
        sa.CheckConstraint(
            "basis <> 'decision' OR (document <> '' AND document_on IS NOT NULL AND ground <> '')",
            name=op.f("ck_listing_basis_decision_recorded"),
        ),
        sa.CheckConstraint(
            "basis IN ('assessment', 'decision')", name=op.f("ck_listing_basis_basis_known")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_listing_basis_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_basis_listing_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_basis")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_listing_basis_assessment_id")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM indicator_value WHERE source = 'grades' AND state <> 'published'")
    _let_sources_be(_WITH_GRADES, _SOURCES)
    op.drop_table("listing_basis")
    op.drop_table("assessment_score")
    with op.batch_alter_table("listing_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_photo_listing_id"))

    op.drop_table("listing_photo")
    with op.batch_alter_table("listing_error", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_listing_error_waiting",
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_error_listing_id_id"))
        batch_op.drop_index(batch_op.f("ix_listing_error_account_id_id"))

    op.drop_table("listing_error")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_period_id_changed_at_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_organisation_id_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("credit_grade", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_credit_grade_current",
            sqlite_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_credit_grade_waiting",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_credit_grade_published",
            sqlite_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("published_at IS NOT NULL AND replaced_at IS NULL"),
        )

    op.drop_table("credit_grade")
    op.drop_table("case_evidence")
    op.drop_table("assessment_period")
