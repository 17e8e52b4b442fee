"""Rubrics with versions, rounds, and what was changed about a round."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.rounds import RoundFacts
from wufei_public.infra.guards import keep
from wufei_public.infra.tables import JSON, Base, Key, UtcDateTime


def among(column: str, values: Iterable[str]) -> str:
    """Return the words of a check that `column` holds one of `values`."""
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class CellRubric(Base):
    """One version of one kind's rubric; never changed once it is written."""

    __tablename__ = "cell_rubric"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        CheckConstraint(among("kind", KINDS), name="kind_known"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # NULL is the package.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


keep(CellRubric)


class CellRubricDraft(Base):
    """A new version in the making: one of a kind, the office's together."""

    __tablename__ = "cell_rubric_draft"
    __table_args__ = (
        CheckConstraint(among("kind", KINDS), name="kind_known"),
        CheckConstraint("revision >= 0", name="revision_counts"),
    )

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("cell_rubric.id"))
    # Counts up, so that nobody writes over, or publishes, what they have not seen.
    revision: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class CellRound(Base):
    """A call for applications, with the dates that the server holds to."""

    __tablename__ = "cell_round"
    __table_args__ = (
        CheckConstraint("closes_at >= opens_at", name="closes_after_it_opens"),
        CheckConstraint("quota IS NULL OR quota > 0", name="quota_is_some"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    notice: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    quota: Mapped[int | None] = mapped_column(Integer)
    # How many a decision was taken for; every step into one and out of it counts (actions/steps).
    taken: Mapped[int] = mapped_column(Integer, server_default="0")
    # Nine-digit codes; empty is the whole district.
    towns: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    def facts(self, kinds: Iterable[str]) -> RoundFacts:
        return RoundFacts(self.opens_at, self.closes_at, frozenset(kinds), frozenset(self.towns))


class CellRoundKind(Base):
    """A kind that a round takes, by the version of the rubric that it begins with."""

    __tablename__ = "cell_round_kind"

    round_id: Mapped[int] = mapped_column(ForeignKey("cell_round.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("cell_rubric.id"))


class CellRoundChange(Base):
    """A round was extended or closed early; everyone reads why."""

    __tablename__ = "cell_round_change"
    __table_args__ = (CheckConstraint("reason <> ''", name="change_has_reason"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("cell_round.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    before: Mapped[datetime] = mapped_column(UtcDateTime)
    after: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
