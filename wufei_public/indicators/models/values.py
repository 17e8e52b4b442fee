"""Values of indicators, which never change once published, and reports on tasks."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from wufei_public.indicators.rules.periods import Kind
from wufei_public.indicators.rules.states import Source, State, ValueFacts
from wufei_public.indicators.rules.tasks import Progress
from wufei_public.infra.tables import JSON, Base, BigKey, Key, UtcDateTime


class Exact(TypeDecorator[Decimal]):
    """A figure kept as it is written, so that every digit comes back on every database."""

    impl = String(48)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class Value(Base):
    """One version of what a series was in a period; what was published stays as it is."""

    __tablename__ = "indicator_value"
    __table_args__ = (
        CheckConstraint(_among("state", State), name="state_known"),
        CheckConstraint(_among("source", Source), name="source_known"),
        CheckConstraint(_among("kind", Kind), name="kind_known"),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_begins"),
        CheckConstraint("figure IS NOT NULL OR statement <> ''", name="says_something"),
        CheckConstraint("(low IS NULL) = (high IS NULL)", name="interval_is_whole"),
        CheckConstraint("(run <> '') = (entered_by IS NULL)", name="by_a_run_or_by_somebody"),
        CheckConstraint("source <> 'external' OR document <> ''", name="external_has_document"),
        CheckConstraint(
            "(state IN ('published', 'superseded')) ="
            " (published_at IS NOT NULL AND published_by IS NOT NULL)",
            name="published_by_somebody",
        ),
        CheckConstraint("published_by <> entered_by", name="a_second_person_publishes"),
        CheckConstraint("checked_by <> entered_by", name="a_second_person_checks"),
        UniqueConstraint(
            "plan",
            "series",
            "component",
            "period",
            "division",
            "version",
            name="uq_indicator_value_version",  # the convention's name is too long
        ),
        # One of ours and one from outside, side by side: neither takes the other's place.
        *(
            Index(
                f"uq_indicator_value_published_{whose}",
                "plan",
                "series",
                "component",
                "period",
                "division",
                unique=True,
                sqlite_where=text(f"state = 'published' AND source {condition}"),
                postgresql_where=text(f"state = 'published' AND source {condition}"),
            )
            for whose, condition in (("here", "<> 'external'"), ("outside", "= 'external'"))
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    plan: Mapped[str] = mapped_column(String(12))
    # The indicator's number, or the name of an activity.
    series: Mapped[str] = mapped_column(String(24))
    component: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(8))
    period: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    division: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))

    figure: Mapped[Decimal | None] = mapped_column(Exact)
    statement: Mapped[str] = mapped_column(Text)
    # Of a statement: whether the department says that it meets the target.
    met: Mapped[bool | None]
    low: Mapped[Decimal | None] = mapped_column(Exact)
    high: Mapped[Decimal | None] = mapped_column(Exact)
    n: Mapped[int | None] = mapped_column(Integer)

    # Lineage: of what, up to when, by which method, in which run of which program.
    source: Mapped[str] = mapped_column(String(12))
    method: Mapped[str] = mapped_column(Text)
    method_version: Mapped[str] = mapped_column(String(20))
    collector: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(Text)
    cut_off: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    run: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(20))

    entered_by: Mapped[int | None] = mapped_column(BigKey)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by: Mapped[int | None] = mapped_column(BigKey)
    published_by: Mapped[int | None] = mapped_column(BigKey)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def facts(self) -> ValueFacts:
        return ValueFacts(State(self.state), self.series, self.entered_by, self.checked_by)


class TaskReport(Base):
    """What a department says of a task; the newest one counts, all stay."""

    __tablename__ = "indicator_task_report"
    __table_args__ = (
        CheckConstraint(
            _among("progress", [one for one in Progress if one is not Progress.UNREPORTED]),
            name="progress_known",
        ),
        Index(None, "plan", "task", "id"),
    )

    id: Mapped[Key]
    plan: Mapped[str] = mapped_column(String(12))
    task: Mapped[str] = mapped_column(String(8))
    progress: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    reported_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GoLive(Base):
    """From which day departments are asked about a plan's tasks, and how long they have."""

    __tablename__ = "indicator_go_live"
    __table_args__ = (CheckConstraint("notice_days > 0", name="notice_is_given"),)

    plan: Mapped[str] = mapped_column(String(12), primary_key=True)
    on_day: Mapped[date] = mapped_column(Date)
    notice_days: Mapped[int] = mapped_column(Integer)


# A published figure is what people have read: the database itself refuses to alter it.
_MAY_CHANGE = frozenset({"state"})
_FIXED = tuple(c.name for c in Value.__table__.columns if c.name not in _MAY_CHANGE)
_SQLITE = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED)
_POSTGRESQL = " OR ".join(f"NEW.{name}::text IS DISTINCT FROM OLD.{name}::text" for name in _FIXED)
_WAS = "OLD.state IN ('published', 'superseded')"
# Published only becomes superseded, and that stays.
_BACK = "NEW.state NOT IN (OLD.state, 'superseded')"
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER indicator_value_stays BEFORE UPDATE ON indicator_value"
            f" WHEN {_WAS} AND ({_BACK} OR {_SQLITE})"
            " BEGIN SELECT RAISE(ABORT, 'a published value never changes'); END"
        ),
        (
            "CREATE TRIGGER indicator_value_is_kept BEFORE DELETE ON indicator_value"
            f" WHEN {_WAS} BEGIN SELECT RAISE(ABORT, 'a published value is kept'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION indicator_value_stays() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'a published value never changes'"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        (
            "CREATE TRIGGER indicator_value_stays BEFORE UPDATE ON indicator_value FOR EACH ROW"
            f" WHEN ({_WAS} AND ({_BACK} OR {_POSTGRESQL}))"
            " EXECUTE FUNCTION indicator_value_stays()"
        ),
        (
            "CREATE TRIGGER indicator_value_is_kept BEFORE DELETE ON indicator_value FOR EACH ROW"
            f" WHEN ({_WAS}) EXECUTE FUNCTION indicator_value_stays()"
        ),
    ),
}
for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _ddl: DDL = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(Value.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
