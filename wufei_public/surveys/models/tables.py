"""Questionnaires, waves, and answers that nobody can join to a person.

An answer has a random key and a date, no instant and no person. What says that somebody has
answered (`survey_token`, `survey_device`) says nothing of what; neither table keeps the order
in which rows came, and a job writes them anew in random order (docs/surveys.md).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.sealed import not_under_a_key, sealed_for
from wufei_public.infra.tables import JSON, MAYBE_JSON, Base, BigKey, Key, UtcDateTime
from wufei_public.surveys.rules.calling import Slot
from wufei_public.surveys.rules.mailing import Letter
from wufei_public.surveys.rules.quality import Pace
from wufei_public.surveys.rules.waves import SAMPLED, Mode, State, WaveFacts


def among(column: str, values: Iterable[str]) -> str:
    """Return what says that a column has one of these values."""
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


# Written since the last mixing: its place in the table still tells when (actions/mixing.py).
Fresh = Annotated[bool, mapped_column(server_default=true())]
# For the job that looks for such rows every hour.
_IS_FRESH = text("fresh")


def _fresh(table: str) -> Index:
    return Index(f"ix_{table}_fresh", "wave_id", sqlite_where=_IS_FRESH, postgresql_where=_IS_FRESH)


class Form(Base):
    """A version of a questionnaire, as the rows of its XLSForm; it never changes."""

    __tablename__ = "survey_form"
    __table_args__ = (UniqueConstraint("form_id", "version"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    form_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    sheets: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Wave(Base):
    __tablename__ = "survey_wave"
    __table_args__ = (
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint(among("mode", Mode), name="mode_known"),
        CheckConstraint("opens_on <= closes_on", name="ends_after_it_begins"),
        # Without the key nobody can find out any more who has answered.
        CheckConstraint(
            "(state IN ('draft', 'open')) = (secret IS NOT NULL)", name="closed_forgets"
        ),
        CheckConstraint(
            "(state = 'published') = (figures IS NOT NULL)", name="published_has_figures"
        ),
        CheckConstraint("(mode = 'external') = (collector <> '')", name="external_has_collector"),
        Index(None, "state", "closes_on"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    form_key: Mapped[int] = mapped_column(ForeignKey("survey_form.id"))
    form_id: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    target: Mapped[int] = mapped_column(Integer)
    # Of a hundred who are asked, so many are expected to answer.
    expected_rate: Mapped[int] = mapped_column(Integer, default=100, server_default=text("100"))
    collector: Mapped[str] = mapped_column(String(80))
    # Only a signed-in resident may answer.
    signed_in: Mapped[bool]
    # For a random half of the answerers scales run from the worst step to the best.
    rotates: Mapped[bool]
    # Rows [variable, level, population, status, source]: what the answers are weighted to.
    margins: Mapped[list[Any]] = mapped_column(JSON)
    # Draws the sample and whatever else chance decides in the estimates.
    seed: Mapped[int] = mapped_column(Integer)
    secret: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), info=not_under_a_key("chance; the key joins it where it is used")
    )
    # Of whom the sample was drawn, by stratum; a collector's file says it by its own columns.
    frame: Mapped[dict[str, Any] | None] = mapped_column(MAYBE_JSON)
    # By which variables the cells go, and whether a full one turns people away (`Quota`).
    quotas: Mapped[dict[str, Any] | None] = mapped_column(MAYBE_JSON)
    # Photos and places may be asked for; the first page says so.
    identifiable: Mapped[bool] = mapped_column(default=False, server_default=false())
    forgot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its photos and positions
    # Sets of left-out marks with which somebody has seen the figures of all answers.
    seen: Mapped[list[Any]] = mapped_column(JSON, server_default="[]")
    figures: Mapped[dict[str, Any] | None] = mapped_column(MAYBE_JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def design(self) -> str:
        """Return how an outside collector says that the sample was drawn; empty for none."""
        return str((self.frame or {}).get("design", ""))

    @property
    def by_chance(self) -> bool:
        """Say whether chance alone chose whom to ask: errors then mean what they say."""
        return self.facts.mode in SAMPLED or bool((self.frame or {}).get("by_chance"))

    @property
    def facts(self) -> WaveFacts:
        return WaveFacts(
            state=State(self.state),
            mode=Mode(self.mode),
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            form_id=self.form_id,
        )


class Response(Base):
    """One answer. The key is random, so that neither it nor SQLite's rowid tells an order."""

    __tablename__ = "survey_response"
    __table_args__ = (
        CheckConstraint(among("pace", ["", *Pace]), name="pace_known"),
        Index(None, "wave_id", "outcome"),
        _fresh("survey_response"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    day: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(4))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    pace: Mapped[str] = mapped_column(String(5))
    straight: Mapped[bool]
    everything: Mapped[bool]
    impossible: Mapped[bool] = mapped_column(default=False, server_default=false())
    duplicate: Mapped[bool]
    # Of the drawing: the stratum, the unit drawn first (of a wave of our own under a mark that
    # only its secret makes), and the weight that an outside collector states.
    stratum: Mapped[str] = mapped_column(String(40))
    psu: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    weight: Mapped[float | None] = mapped_column(Float)
    fresh: Mapped[Fresh]


class Token(Base):
    """That one person has answered, blinded by the wave's secret; not what."""

    __tablename__ = "survey_token"
    __table_args__ = (_fresh("survey_token"), {"sqlite_with_rowid": False})

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    fresh: Mapped[Fresh]


class Device(Base):
    """That one device was used, blinded by the wave's secret; destroyed when the wave ends."""

    __tablename__ = "survey_device"
    __table_args__ = (_fresh("survey_device"), {"sqlite_with_rowid": False})

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    fresh: Mapped[Fresh]


class Unit(Base):
    """That an organisation has answered in its own name; what it answered lies apart."""

    __tablename__ = "survey_unit"
    __table_args__ = (_fresh("survey_unit"), {"sqlite_with_rowid": False})

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    fresh: Mapped[Fresh]


class Invitation(Base):
    """A member of the sample and what came of it; the code is derived, never stored.

    When the wave ends it is forgotten what came of whom: the wave keeps how many of each.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = (
        Index(None, "lookup", unique=True),
        _fresh("survey_invitation"),
        {"sqlite_with_rowid": False},
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    # The row of the office's own list; names and telephone numbers stay there.
    reference: Mapped[str] = mapped_column(String(40))
    stratum: Mapped[str] = mapped_column(String(40))
    # The village, say, that was drawn first; forgotten when the wave ends.
    psu: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    lookup: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(4))
    # Not as it was drawn, all at once, but as somebody's answer or call left it.
    fresh: Mapped[bool] = mapped_column(default=False, server_default=false())


class Call(Base):
    """The number of a member of the sample, and who tries it; no number outlives its wave.

    It names no day: what came of it stands in the invitation, what was tried in the attempts.
    """

    __tablename__ = "survey_call"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        # Whoever has no number any more is nobody's task.
        CheckConstraint(
            "sealed IS NOT NULL OR (assigned_to IS NULL AND next_at IS NULL)", name="forgotten"
        ),
        Index(None, "wave_id", "assigned_to"),
        {"sqlite_with_rowid": False},
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("people:phone"))
    mobile: Mapped[bool]
    assigned_to: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    attempts: Mapped[int] = mapped_column(Integer)
    # When somebody asked to be called again.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Base):
    """One call that led to no interview: its day and part of the day, and what came of it.

    Of a wave that has ended there is none: who was not called in vain has answered.
    """

    __tablename__ = "survey_attempt"
    __table_args__ = (
        CheckConstraint(among("slot", Slot), name="slot_known"),
        Index(None, "wave_id", "number"),
    )

    id: Mapped[Key]
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    number: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    slot: Mapped[str] = mapped_column(String(9))
    outcome: Mapped[str] = mapped_column(String(4))


class Mailing(Base):
    """That a sample was invited or reminded by SMS: when, by whom, how many."""

    __tablename__ = "survey_mailing"
    __table_args__ = (
        CheckConstraint(among("letter", Letter), name="letter_known"),
        UniqueConstraint("wave_id", "turn"),
    )

    id: Mapped[Key]
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    turn: Mapped[int] = mapped_column(Integer)
    letter: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(BigKey)
    count: Mapped[int] = mapped_column(Integer)


class Exclusion(Base):
    """A decision to leave marked answers out of a wave's figures; kept also when withdrawn."""

    __tablename__ = "survey_exclusion"

    id: Mapped[Key]
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    flag: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Contact(Base):
    """How many were started, or asked in vain, on one day by one outcome: counts, no persons."""

    __tablename__ = "survey_contact"
    __table_args__ = (Index(None, "wave_id", "outcome"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    day: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(8))


class Quota(Base):
    """How many answers one cell of the margins is to get, and has; counts, no persons."""

    __tablename__ = "survey_quota"
    __table_args__ = (
        CheckConstraint("wanted > 0 AND filled >= 0", name="counted"),
        {"sqlite_with_rowid": False},
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    cell: Mapped[str] = mapped_column(String(100), primary_key=True)
    wanted: Mapped[int] = mapped_column(Integer)
    filled: Mapped[int] = mapped_column(Integer)


class Topic(Base):
    """What comments of a wave are about, in the words of whoever read them."""

    __tablename__ = "survey_topic"
    __table_args__ = (UniqueConstraint("wave_id", "label"),)

    id: Mapped[Key]
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    label: Mapped[str] = mapped_column(String(40))


class Coding(Base):
    """That a comment is about a topic; the comment is known by its words, not by its answer."""

    __tablename__ = "survey_coding"
    __table_args__ = (Index(None, "topic_id"), {"sqlite_with_rowid": False})

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True)
    comment: Mapped[str] = mapped_column(String(32), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("survey_topic.id"), primary_key=True)


class Draft(Base):
    """A questionnaire that is being written; it goes when it becomes a version, or is thrown away.

    `before` holds the sheets of the last changes, the newest last, so that each can be undone.
    """

    __tablename__ = "survey_draft"
    __table_args__ = (CheckConstraint("edits > 0", name="edits_counted"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    sheets: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[list[Any]] = mapped_column(JSON)
    # Which state of the draft somebody saw who changes it: two at once do not overwrite.
    edits: Mapped[int] = mapped_column(Integer)
    edited_by: Mapped[int | None] = mapped_column(BigKey)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Upload(Base):
    """A collector's file that waits to be looked through, and what its columns mean; a day."""

    __tablename__ = "survey_upload"

    wave_id: Mapped[int] = mapped_column(
        ForeignKey("survey_wave.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    # The lines as JSON, packed: there may be names in columns that mean nothing here.
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed_for("surveys:upload"))
    columns: Mapped[list[Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ResponseFile(Base):
    """The file of single answers as everybody may have it, and the check that it passed.

    One is public at a time; what was taken back stays on record without its data.
    """

    __tablename__ = "survey_response_file"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (data IS NOT NULL)", name="withdrawn_is_empty"),
        Index(
            "uq_survey_response_file_live",
            "wave_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    data: Mapped[bytes | None] = mapped_column(LargeBinary, info=not_under_a_key("it is public"))
    digest: Mapped[str] = mapped_column(String(64))
    # k, the smallest combination, what was put together, left out, and how far figures differ.
    checked: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    released_by: Mapped[int | None] = mapped_column(BigKey)
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
