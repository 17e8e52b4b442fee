"""Whoever silenced a firm decides nothing; what was tried is recorded; corrections need a report.

Attempts of service are rows, grades are served and kept as they were given, and what is published
changes only by a report that two persons upheld.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAYS = "what was written stays"
HEARD = "a grade is published after the enterprise was heard"
# Name, table, change, when it is refused, what it says then.
GUARDS = [
    (
        "listing_announced_after_attempts",
        "listing",
        "UPDATE",
        (
            "(NEW.way = 'announcement' AND OLD.way <> 'announcement' AND (NOT EXISTS (SELECT 1 "
            "FROM listing_attempt WHERE listing_attempt.listing_id = NEW.id AND "
            "listing_attempt.round = NEW.round AND listing_attempt.way = 'hand') OR NOT EXISTS "
            "(SELECT 1 FROM listing_attempt WHERE listing_attempt.listing_id = NEW.id AND "
            "listing_attempt.round = NEW.round AND listing_attempt.way = 'post')))"
        ),
        "an announcement comes after what was tried",
    ),
    (
        "listing_corrected_by_a_report",
        "listing",
        "UPDATE",
        (
            "(NEW.public_facts IS DISTINCT FROM OLD.public_facts AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.id AND listing_error.outcome = "
            "'upheld' AND listing_error.field = 'facts' AND listing_error.correction = "
            "NEW.public_facts AND listing_error.replaced = OLD.public_facts)) OR (NEW.ground IS "
            "DISTINCT FROM OLD.ground AND NOT EXISTS (SELECT 1 FROM listing_error WHERE "
            "listing_error.listing_id = NEW.id AND listing_error.outcome = 'upheld' AND "
            "listing_error.field = 'ground' AND listing_error.correction = NEW.ground AND "
            "listing_error.replaced = OLD.ground)) OR (NEW.measure IS DISTINCT FROM OLD.measure "
            "AND NOT EXISTS (SELECT 1 FROM listing_error WHERE listing_error.listing_id = NEW.id "
            "AND listing_error.outcome = 'upheld' AND listing_error.field = 'measure' AND "
            "listing_error.correction = NEW.measure AND listing_error.replaced = OLD.measure)) OR"
            " (NEW.document IS DISTINCT FROM OLD.document AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.id AND listing_error.outcome = "
            "'upheld' AND listing_error.field = 'document' AND listing_error.correction = "
            "NEW.document AND listing_error.replaced = OLD.document))"
        ),
        "what is said of an enterprise changes by a report and two persons",
    ),
    (
        "listing_error_begins_unanswered",
        "listing_error",
        "INSERT",
        "(NEW.outcome <> '' OR NEW.correction <> '')",
        "what is reported begins without an answer",
    ),
    (
        "listing_error_stays_as_answered",
        "listing_error",
        "UPDATE",
        (
            "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.field IS DISTINCT FROM "
            "OLD.field OR NEW.words IS DISTINCT FROM OLD.words OR (OLD.outcome <> '' AND "
            "(NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.correction IS DISTINCT FROM "
            "OLD.correction OR NEW.answered_by IS DISTINCT FROM OLD.answered_by)) OR "
            "(OLD.replaced <> '' AND NEW.replaced IS DISTINCT FROM OLD.replaced))"
        ),
        "what was written stays",
    ),
    (
        "listing_error_is_kept",
        "listing_error",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
    (
        "listing_attempt_stays",
        "listing_attempt",
        "UPDATE",
        (
            "(NEW.id IS DISTINCT FROM OLD.id OR NEW.listing_id IS DISTINCT FROM OLD.listing_id OR"
            " NEW.round IS DISTINCT FROM OLD.round OR NEW.way IS DISTINCT FROM OLD.way OR "
            "NEW.tried_at IS DISTINCT FROM OLD.tried_at OR NEW.tracking IS DISTINCT FROM "
            "OLD.tracking OR NEW.words IS DISTINCT FROM OLD.words OR NEW.photos IS DISTINCT FROM "
            "OLD.photos OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT"
            " FROM OLD.noted_at)"
        ),
        "what was written stays",
    ),
    (
        "listing_attempt_is_kept",
        "listing_attempt",
        "DELETE",
        "1 = 1",
        "what was written stays",
    ),
    (
        "listing_paper_begins_unanswered",
        "listing_paper",
        "INSERT",
        "(NEW.outcome <> '')",
        "what is handed in begins without an answer",
    ),
    (
        "listing_paper_stays_as_answered",
        "listing_paper",
        "UPDATE",
        (
            "(OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.answer IS "
            "DISTINCT FROM OLD.answer OR NEW.public_answer IS DISTINCT FROM OLD.public_answer OR "
            "NEW.answered_by IS DISTINCT FROM OLD.answered_by OR NEW.answered_at IS DISTINCT FROM"
            " OLD.answered_at))"
        ),
        "what was written stays",
    ),
    (
        "listing_paper_quoted_as_written",
        "listing_paper",
        "UPDATE",
        (
            "(NEW.public_words IS DISTINCT FROM OLD.public_words AND NOT EXISTS (SELECT 1 FROM "
            "listing_error WHERE listing_error.listing_id = NEW.listing_id AND "
            "listing_error.paper = NEW.code AND listing_error.outcome = 'upheld' AND "
            "listing_error.correction = NEW.public_words AND listing_error.replaced = "
            "OLD.public_words))"
        ),
        "what an enterprise says changes by a report and two persons",
    ),
    (
        "listing_photo_chosen_before",
        "listing_photo",
        "INSERT",
        (
            "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id AND "
            "listing.published_at IS NOT NULL)"
        ),
        "what the second person did not see is not added",
    ),
    (
        "credit_grade_hearing_is_long_enough",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.heard_until IS NOT NULL AND NEW.heard_until IS DISTINCT FROM OLD.heard_until "
            "AND (OLD.heard_until IS NOT NULL OR NEW.served_at IS NULL OR (NEW.way = '' OR "
            "(NEW.way <> 'account' AND NEW.proofs = 0) OR (NEW.way = 'post' AND NEW.tracking = "
            "'')) OR DAYS(NEW.served_at, NEW.heard_until) < 5))"
        ),
        "the time to answer runs from a proven service",
    ),
    (
        "credit_grade_stays_as_given",
        "credit_grade",
        "UPDATE",
        (
            "(NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.year IS DISTINCT "
            "FROM OLD.year OR NEW.version IS DISTINCT FROM OLD.version OR NEW.grades IS DISTINCT "
            "FROM OLD.grades OR NEW.grade IS DISTINCT FROM OLD.grade OR NEW.points IS DISTINCT "
            "FROM OLD.points OR NEW.vetoes IS DISTINCT FROM OLD.vetoes OR NEW.ground IS DISTINCT "
            "FROM OLD.ground OR NEW.graded_by IS DISTINCT FROM OLD.graded_by OR NEW.graded_at IS "
            "DISTINCT FROM OLD.graded_at)"
        ),
        "what was written stays",
    ),
]
# Those that say something else from here on: their new words, and their old ones.
REPLACED = [
    (
        "credit_grade_published_after_hearing",
        "credit_grade",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND (NEW.heard_until IS "
            "NULL OR NEW.published_at <= NEW.heard_until OR NEW.withdrawn_at IS NOT NULL OR "
            "NEW.published_by = NEW.served_by))"
        ),
        "a grade is published after the enterprise was heard",
    ),
    (
        "credit_grade_begins_unpublished",
        "credit_grade",
        "INSERT",
        "(NEW.published_at IS NOT NULL OR NEW.heard_until IS NOT NULL)",
        "a grade is published after the enterprise was heard",
    ),
]
BEFORE = [
    (
        "credit_grade_published_after_hearing",
        "credit_grade",
        "UPDATE",
        (
            "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL"
            " AND (NEW.heard_until IS NULL OR NEW.published_at <= NEW.heard_until))"
        ),
        HEARD,
    ),
    (
        "credit_grade_begins_unpublished",
        "credit_grade",
        "INSERT",
        "(NEW.published_at IS NOT NULL)",
        HEARD,
    ),
]
PUBLISHED_STAYS = (
    "credit_grade_stays_as_published",
    "credit_grade",
    "UPDATE",
    (
        "(OLD.published_at IS NOT NULL AND (NEW.grade IS DISTINCT FROM OLD.grade"
        " OR NEW.points IS DISTINCT FROM OLD.points OR NEW.ground IS DISTINCT FROM OLD.ground"
        " OR NEW.vetoes IS DISTINCT FROM OLD.vetoes))"
    ),
    STAYS,
)
PARTIES = [
    (
        "listing_party_signed_nothing",
        "listing_party",
        "INSERT",
        (
            "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
            " AND (listing.decided_by = NEW.account_id OR listing.approved_by = NEW.account_id"
            " OR (listing.proposed_by = NEW.account_id AND NEW.part = 'vouch')))"
        ),
        "who took part decides and answers nothing",
    ),
    (
        "listing_party_stays",
        "listing_party",
        "UPDATE",
        (
            "(NEW.listing_id IS DISTINCT FROM OLD.listing_id"
            " OR NEW.account_id IS DISTINCT FROM OLD.account_id"
            " OR NEW.part IS DISTINCT FROM OLD.part)"
        ),
        STAYS,
    ),
    ("listing_party_is_kept", "listing_party", "DELETE", "1 = 1", STAYS),
]
FEWER = ("assess", "confirm", "send", "serve", "vouch")
MORE = ("assess", "confirm", "decide", "send", "serve", "silence", "vouch")
# Of a grade: how the enterprise was told of it, what it wrote, when another took its place.
GRADE_COLUMNS = (
    "letter", "way", "served_at", "served_by", "tracking", "proofs", "withdrawn_at",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "listing_attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("noted_by", BIG, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('hand', 'post')", name=op.f("ck_listing_attempt_way_can_fail")),
        sa.CheckConstraint(
            "way <> 'post' OR tracking <> ''", name=op.f("ck_listing_attempt_post_has_number")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_listing_attempt_says_why")),
        sa.CheckConstraint("photos > 0", name=op.f("ck_listing_attempt_has_proof")),
        sa.CheckConstraint(
            "tried_at <= noted_at", name=op.f("ck_listing_attempt_tried_before_noted")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_attempt_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["noted_by"], ["account.id"], name=op.f("fk_listing_attempt_noted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_attempt")),
    )
    op.create_index(
        op.f("ix_listing_attempt_listing_id_id"), "listing_attempt", ["listing_id", "id"]
    )
    op.create_index(
        op.f("ix_membership_organisation_id_id"), "membership", ["organisation_id", "id"]
    )
    op.add_column(
        "listing", sa.Column("round", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.add_column(
        "listing_paper",
        sa.Column("public_answer", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    for column in (
        sa.Column("letter", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("way", sa.String(length=12), nullable=False, server_default=sa.text("''")),
        sa.Column("served_at", sa.DateTime(timezone=True)),
        sa.Column("served_by", BIG),
        sa.Column("tracking", sa.String(length=60), nullable=False, server_default=sa.text("''")),
        sa.Column("proofs", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("credit_grade", column)
    _serve_what_was_given()
    _waiting_index("published_at IS NULL AND withdrawn_at IS NULL")
    _take_parts(MORE)
    for guard in (PUBLISHED_STAYS, *BEFORE):
        _drop(*guard[:2])
    for guard in (*GUARDS, *REPLACED):
        _guard(*guard)


def _serve_what_was_given() -> None:
    """Let grades so far be served in an account, where there was one to serve them in."""
    op.execute(
        "UPDATE credit_grade SET way = 'account', served_at = graded_at"
        " WHERE published_at IS NOT NULL OR EXISTS (SELECT 1 FROM membership"
        " WHERE membership.organisation_id = credit_grade.organisation_id"
        " AND membership.state IN ('handing_over', 'proven'))"
    )
    op.execute("UPDATE credit_grade SET heard_until = NULL WHERE way = ''")


def downgrade() -> None:
    for guard in (*GUARDS, *REPLACED):
        _drop(*guard[:2])
    _take_parts(FEWER)
    # Of two that wait only the newest is left, as it was before.
    op.execute("DROP TRIGGER credit_grade_is_kept" + _on("credit_grade"))
    op.execute("DELETE FROM credit_grade WHERE withdrawn_at IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION credit_grade_is_kept()")
    _waiting_index("published_at IS NULL")
    for column in reversed(GRADE_COLUMNS):
        op.execute(f"ALTER TABLE credit_grade DROP COLUMN {column}")
    op.execute("ALTER TABLE listing_paper DROP COLUMN public_answer")
    op.execute("ALTER TABLE listing DROP COLUMN round")
    op.drop_index(op.f("ix_membership_organisation_id_id"), table_name="membership")
    op.drop_index(op.f("ix_listing_attempt_listing_id_id"), table_name="listing_attempt")
    op.drop_table("listing_attempt")
    for guard in (*BEFORE, PUBLISHED_STAYS):
        _guard(*guard)
    _guard("credit_grade_is_kept", "credit_grade", "DELETE", "1 = 1", STAYS)


def _waiting_index(where: str) -> None:
    op.drop_index("ix_credit_grade_waiting", table_name="credit_grade")
    op.create_index(
        "ix_credit_grade_waiting",
        "credit_grade",
        ["graded_at", "id"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _take_parts(parts: tuple[str, ...]) -> None:
    """Let the table of parties know these parts and no others."""
    known = f"part IN ({', '.join(map(repr, parts))})"
    for guard in PARTIES:
        _drop(*guard[:2])
    parties = sa.table("listing_party", sa.column("part"))
    op.execute(sa.delete(parties).where(parties.c.part.not_in(parts)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE listing_party DROP CONSTRAINT ck_listing_party_part_known")
        op.execute(
            f"ALTER TABLE listing_party ADD CONSTRAINT ck_listing_party_part_known CHECK ({known})"
        )
    else:
        _make_parties_anew(known)
    for guard in PARTIES:
        _guard(*guard)


def _make_parties_anew(known: str) -> None:
    """Make the table anew under its name: triggers of other tables speak of it meanwhile."""
    op.execute(
        "CREATE TABLE listing_party_new ("
        "listing_id INTEGER NOT NULL, account_id INTEGER NOT NULL, part VARCHAR(8) NOT NULL,"
        f" CONSTRAINT ck_listing_party_part_known CHECK ({known}),"
        " CONSTRAINT fk_listing_party_account_id FOREIGN KEY(account_id) REFERENCES account (id),"
        " CONSTRAINT fk_listing_party_listing_id FOREIGN KEY(listing_id) REFERENCES listing (id),"
        " CONSTRAINT pk_listing_party PRIMARY KEY (listing_id, account_id, part))"
    )
    op.execute(
        "INSERT INTO listing_party_new SELECT listing_id, account_id, part FROM listing_party"
    )
    op.execute("DROP TABLE listing_party")
    op.execute("PRAGMA legacy_alter_table = ON")
    op.execute("ALTER TABLE listing_party_new RENAME TO listing_party")
    op.execute("PRAGMA legacy_alter_table = OFF")


def _on(table: str) -> str:
    return f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + _on(table))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {name}()")


DAYS = re.compile(r"DAYS\(([\w.]+), ([\w.]+)\)")
BETWEEN = {
    "sqlite": r"(julianday(\2) - julianday(\1))",
    "postgresql": r"(EXTRACT(EPOCH FROM (\2 - \1)) / 86400)",
}


def _guard(name: str, table: str, change: str, when: str, says: str) -> None:
    dialect = op.get_bind().dialect.name
    head, when = (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table}",
        DAYS.sub(BETWEEN[dialect], when),
    )
    if dialect == "sqlite":
        plain = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"{head} WHEN {plain} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        return
    refused = f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'"
    # PostgreSQL passes a DELETE over, without a word, when the trigger returns nothing.
    row = "OLD" if change == "DELETE" else "NEW"
    body = f"BEGIN IF {when} THEN {refused}; END IF; RETURN {row}; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()")
