"""Offenders that a second official confirms, reminders, the history of permit classes."""

from collections.abc import Mapping
from datetime import UTC, timedelta, timezone

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# The district's days, as they were when this was written.
DISTRICT = timezone(timedelta(hours=8))
RUNNING = "published_at IS NOT NULL AND over_at IS NULL"
UNCONFIRMED = "document = '' AND confirmed_by IS NULL"
CHECKS: Mapping[str, str] = {
    "document_whole": "(document = '') = (document_on IS NULL)",
    "confirmed_whole": "(confirmed_by IS NULL) = (confirmed_at IS NULL)",
    "confirmed_by_another": "confirmed_by <> sent_by",
}
REMINDED = ("listing_error", "listing_paper")
PART = 1_000


def upgrade() -> None:
    _add_permits()
    with op.batch_alter_table("organisation") as batch:
        batch.drop_index("ix_organisation_permit_class_waste_related_id")
    _add_confirmation()
    for table in REMINDED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("reminded_at", INSTANT, nullable=True))
            name = op.f(f"ck_{table}_reminded_after_deadline")
            batch.create_check_constraint(name, "reminded_at > answer_until")
    op.create_index(
        "ix_listing_shown_town_trade",
        "listing",
        ["town", "trade", "published_at", "id"],
        sqlite_where=sa.text(RUNNING),
        postgresql_where=sa.text(RUNNING),
    )
    op.create_index(
        "ix_listing_name_end_town_trade_name_end_listing_id",
        "listing_name_end",
        ["town", "trade", "name_end", "listing_id"],
    )


def _add_permits() -> None:
    spans = op.create_table(
        "organisation_permit",
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("permit_class", sa.String(length=12), nullable=False),
        sa.Column("waste_related", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "permit_class IN ('', 'key', 'registered', 'simplified')",
            name=op.f("ck_organisation_permit_permit_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_permit_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "since", name=op.f("pk_organisation_permit")),
    )
    op.create_index(
        "ix_organisation_permit_holders",
        "organisation_permit",
        ["permit_class", "waste_related", "since"],
    )
    _begin_history(spans)


def _begin_history(spans: sa.Table) -> None:
    """Begin each history on the day on which the organisation was entered."""
    cards = sa.table(
        "organisation",
        sa.column("id", BIG),
        sa.column("created_at", INSTANT),
        sa.column("permit_class", sa.String()),
        sa.column("waste_related", sa.Boolean()),
    )
    has_one = sa.or_(cards.c.permit_class != "", cards.c.waste_related.is_(True))
    found = op.get_bind().execute(sa.select(cards).where(has_one)).all()
    rows = [
        {
            "organisation_id": row.id,
            "since": (
                row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
            )
            .astimezone(DISTRICT)
            .date(),
            "permit_class": row.permit_class,
            "waste_related": row.waste_related,
        }
        for row in found
    ]
    for at in range(0, len(rows), PART):
        op.bulk_insert(spans, rows[at : at + PART])


def _add_confirmation() -> None:
    """Add who confirms; what was sent before waits for a second official."""
    with op.batch_alter_table("case_evidence") as batch:
        batch.add_column(sa.Column("town", sa.String(length=9), nullable=True))
        batch.add_column(sa.Column("document", sa.String(length=80), nullable=True))
        batch.add_column(sa.Column("document_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("confirmed_by", BIG, nullable=True))
        batch.add_column(sa.Column("confirmed_at", INSTANT, nullable=True))
    op.execute(
        "UPDATE case_evidence SET document = '', town = (SELECT organisation.town"
        " FROM organisation WHERE organisation.id = case_evidence.organisation_id)"
    )
    with op.batch_alter_table("case_evidence") as batch:
        batch.alter_column("town", existing_type=sa.String(length=9), nullable=False)
        batch.alter_column("document", existing_type=sa.String(length=80), nullable=False)
        batch.create_foreign_key(
            op.f("fk_case_evidence_confirmed_by"), "account", ["confirmed_by"], ["id"]
        )
        for name, check in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_case_evidence_{name}"), check)
    op.create_index(
        "ix_case_evidence_waiting",
        "case_evidence",
        ["town", "id"],
        sqlite_where=sa.text(UNCONFIRMED),
        postgresql_where=sa.text(UNCONFIRMED),
    )


def downgrade() -> None:
    op.drop_index("ix_listing_name_end_town_trade_name_end_listing_id", "listing_name_end")
    op.drop_index("ix_listing_shown_town_trade", "listing")
    for table in REMINDED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_reminded_after_deadline"), type_="check")
            batch.drop_column("reminded_at")
    op.drop_index("ix_case_evidence_waiting", "case_evidence")
    with op.batch_alter_table("case_evidence") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_case_evidence_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_case_evidence_confirmed_by"), type_="foreignkey")
        for name in ("confirmed_at", "confirmed_by", "document_on", "document", "town"):
            batch.drop_column(name)
    with op.batch_alter_table("organisation") as batch:
        batch.create_index(
            "ix_organisation_permit_class_waste_related_id",
            ["permit_class", "waste_related", "id"],
        )
    op.drop_index("ix_organisation_permit_holders", "organisation_permit")
    op.drop_table("organisation_permit")
