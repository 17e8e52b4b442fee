"""Who decides has a duty in the review and was not overruled; each town checks a joint one."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The account in a column has no duty in the review, or was overruled.
_UNFIT = (
    "(NOT EXISTS (SELECT 1 FROM cell_duty WHERE application_id = NEW.{key}"
    " AND account_id = NEW.{column} AND duty = 'review')"
    " OR EXISTS (SELECT 1 FROM cell_overruled WHERE application_id = NEW.{key}"
    " AND account_id = NEW.{column}))"
)
_SAYS = "only who has a duty in the review, and was not overruled, decides"


def _decided(column: str) -> str:
    changed = f"NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
    return f"({changed} AND {_UNFIT.format(key='id', column=column)})"


# name, table, change, when it is refused, what the refusal says
GUARDS = (
    *(
        (f"cell_application_{column}", "cell_application", "UPDATE", _decided(column), _SAYS)
        for column in ("proposed_by", "confirmed_by")
    ),
    (
        "cell_certificate_named_by",
        "cell_certificate",
        "INSERT",
        _UNFIT.format(key="application_id", column="named_by"),
        _SAYS,
    ),
)


def upgrade() -> None:
    op.create_table(
        "cell_overruled",
        sa.Column("application_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_cell_overruled_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_overruled_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", "account_id", name=op.f("pk_cell_overruled")),
    )
    op.create_table(
        "cell_town_check",
        sa.Column("application_id", _KEY, nullable=False),
        sa.Column("submission", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("town", sa.String(length=9), nullable=False),
        sa.Column("duty", sa.String(length=12), nullable=False),
        sa.Column("checked_by", _KEY, nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("duty = 'review'", name=op.f("ck_cell_town_check_duty_is_review")),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)",
            name=op.f("ck_cell_town_check_checked_has_person"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "checked_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
            name=op.f("fk_cell_town_check_application_id_checked_by_duty"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["cell_application.id"],
            name=op.f("fk_cell_town_check_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name=op.f("fk_cell_town_check_checked_by")
        ),
        sa.PrimaryKeyConstraint(
            "application_id", "submission", "town", name=op.f("pk_cell_town_check")
        ),
    )
    op.create_index(
        op.f("ix_cell_town_check_town_application_id"),
        "cell_town_check",
        ["town", "application_id"],
        unique=False,
    )
    # What was handed in before waits for every town as well.
    op.execute(
        "INSERT INTO cell_town_check (application_id, submission, town, duty, text)"
        " SELECT DISTINCT a.id, a.submissions, substr(s.division, 1, 9), 'review', ''"
        " FROM cell_application AS a JOIN cell_site AS s ON s.application_id = a.id"
        " WHERE a.submissions > 0 AND EXISTS (SELECT 1 FROM cell_site AS o"
        " WHERE o.application_id = a.id AND substr(o.division, 1, 9) <> a.town)"
    )
    for one in GUARDS:
        _guard(*one)


def downgrade() -> None:
    for name, table, *_rest in reversed(GUARDS):
        _unguard(name, table)
    op.drop_index(op.f("ix_cell_town_check_town_application_id"), table_name="cell_town_check")
    op.drop_table("cell_town_check")
    op.drop_table("cell_overruled")


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    head = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if op.get_bind().dialect.name == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN NEW; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _unguard(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
