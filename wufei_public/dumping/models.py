"""A case, its photos and its events; impossible rows are impossible."""

from collections.abc import Iterable
from datetime import date, datetime

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
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.geo import Point
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.proof import Proof
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.release import Release, WithholdReason
from wufei_public.dumping.rules.reminding import Level
from wufei_public.dumping.rules.states import (
    BEFORE_ACCEPTANCE,
    MERGED,
    WAITING,
    WITH_HANDLER,
    WITH_RESULT,
    WORKFLOW,
    Phase,
    RefuseGround,
    Source,
    State,
)
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


def _index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_OPEN = f"NOT {_among('state', WORKFLOW.finals)}"
IS_OVER = _among("state", WORKFLOW.finals)
IS_UNDECIDED = "release = 'pending' AND state <> 'refused'"
IS_RELEASED = "release = 'released'"
IN_PHASE = {
    Phase.OPEN: f"{IS_RELEASED} AND {IS_OPEN}",
    Phase.CLOSED: f"{IS_RELEASED} AND state = 'closed'",
    Phase.UNCLEARED: f"{IS_RELEASED} AND state = 'uncleared'",
    Phase.REFUSED: f"{IS_RELEASED} AND state = 'refused'",
}
# The column of the clock that runs, by state; NULL once the case is over.
_RUNS = f"CASE state {' '.join(f'WHEN {s.value!r} THEN {c}' for s, c in RUNNING.items())} END"
_HAS_RESULT = _among("state", WITH_RESULT)
_UNKNOWN_PLACE = BEFORE_ACCEPTANCE | {State.REFUSED, State.MERGED_SUBMITTED}


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(_among("state", State), name="state_known"),
        CheckConstraint(_among("release", Release), name="release_known"),
        CheckConstraint(_among("source", Source), name="source_known"),
        CheckConstraint(_among("proof", ["", *Proof]), name="proof_known"),
        CheckConstraint(_among("refuse_ground", ["", *RefuseGround]), name="ground_known"),
        CheckConstraint(_among("withhold_reason", ["", *WithholdReason]), name="reason_known"),
        CheckConstraint(
            f"({_HAS_RESULT}) = (closed_at IS NOT NULL)"
            f" AND ({_HAS_RESULT}) = (outcome <> '') AND ({_HAS_RESULT}) = (proof <> '')",
            name="closed_has_outcome_and_proof",
        ),
        CheckConstraint(
            "(proof_lat IS NULL) = (proof_lon IS NULL)"
            " AND (proof <> 'position' OR proof_lat IS NOT NULL)",
            name="proof_has_position",
        ),
        CheckConstraint("(state = 'refused') = (refuse_ground <> '')", name="refused_has_ground"),
        CheckConstraint(
            f"NOT {_among('state', WITH_HANDLER)} OR department IS NOT NULL OR crew_id IS NOT NULL",
            name="assigned_has_handler",
        ),
        CheckConstraint(
            "(release = 'released') = (released_at IS NOT NULL)"
            " AND (release = 'released') = (release_token IS NOT NULL)"
            " AND (release = 'released' OR cover_id IS NULL)",
            name="released_has_time",
        ),
        CheckConstraint("release <> 'released' OR town IS NOT NULL", name="released_has_place"),
        CheckConstraint(
            "(release = 'withheld') = (withhold_reason <> '')", name="withheld_has_reason"
        ),
        CheckConstraint(
            f"({_among('state', WAITING)}) = (held_until IS NOT NULL)", name="asked_has_end"
        ),
        CheckConstraint("held_until IS NULL OR asked_at IS NOT NULL", name="asked_has_time"),
        CheckConstraint(
            f"{_among('state', _UNKNOWN_PLACE)}"
            " OR (town IS NOT NULL AND accepted_at IS NOT NULL AND transfer_due IS NOT NULL"
            " AND finish_due IS NOT NULL AND legal_finish_due IS NOT NULL)",
            name="accepted_has_place_and_clocks",
        ),
        CheckConstraint("rate_until IS NULL OR closed_at IS NOT NULL", name="rated_has_result"),
        CheckConstraint(
            "(state = 'objected') = (review_due IS NOT NULL)", name="objected_has_deadline"
        ),
        # Whoever gave the result does not decide whether it was good.
        CheckConstraint(
            "reviewed_by IS NULL OR closed_by IS NULL OR reviewed_by <> closed_by",
            name="reviewed_by_another",
        ),
        CheckConstraint(
            f"({_among('state', MERGED)}) = (merged_into IS NOT NULL)", name="merged_has_other"
        ),
        # One of the columns above, or nothing: never a date of its own.
        CheckConstraint(
            "coalesce(due_at, '1970-01-01') ="  # NULL is not equal to NULL
            f" coalesce({_RUNS}, '1970-01-01')",
            name="due_at_is_the_clock_that_runs",
        ),
        CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (datum = '')"
            " AND (lat IS NOT NULL OR accuracy IS NULL)",
            name="position_is_whole",
        ),
        CheckConstraint(
            "(division IS NULL) = (town IS NULL)"
            " AND (division IS NULL OR substr(division, 1, 9) = town)",
            name="town_matches",
        ),
        # The public list, newest first, with each filter that it offers.
        _index("ix_report_public", "released_at", "id", where=IS_RELEASED),
        _index("ix_report_public_town", "town", "released_at", "id", where=IS_RELEASED),
        _index("ix_report_public_kind", "official_kind", "released_at", "id", where=IS_RELEASED),
        *(
            _index(f"ix_report_public_{phase}", "released_at", "id", where=where)
            for phase, where in IN_PHASE.items()
        ),
        # The public map's points.
        _index(
            "ix_report_points",
            "town",
            "official_kind",
            "lat",
            "lon",
            "release",  # SQLite asks for both again, and would look into every row
            "state",
            where=f"{IN_PHASE[Phase.OPEN]} AND lat IS NOT NULL",
        ),
        # One place's cases of one day, counted from here alone (`ReportCount`).
        Index("ix_report_counted", "business_day", "town", "state", "release"),
        # The queues of open cases by what is due first; a case that is over leaves them.
        _index("ix_report_open", "due_at", "id", where=IS_OPEN),
        _index("ix_report_open_town", "town", "due_at", "id", where=IS_OPEN),
        _index(
            "ix_report_open_department",
            "department",
            "due_at",
            "id",
            where=f"{IS_OPEN} AND department IS NOT NULL",
        ),
        _index(
            "ix_report_open_crew",
            "crew_id",
            "due_at",
            "id",
            where=f"{IS_OPEN} AND crew_id IS NOT NULL",
        ),
        _index("ix_report_undecided", "release_due", "id", where=IS_UNDECIDED),
        _index("ix_report_undecided_town", "town", "release_due", "id", where=IS_UNDECIDED),
        # Cases that are over, newest first.
        _index("ix_report_over", "state", "submitted_at", "id", where=IS_OVER),
        _index("ix_report_over_town", "town", "state", "submitted_at", "id", where=IS_OVER),
        _index(
            "ix_report_over_department",
            "department",
            "state",
            "submitted_at",
            "id",
            where=f"{IS_OVER} AND department IS NOT NULL",
        ),
        _index(
            "ix_report_over_crew",
            "crew_id",
            "state",
            "submitted_at",
            "id",
            where=f"{IS_OVER} AND crew_id IS NOT NULL",
        ),
        _index(
            "ix_report_reporter",
            "reporter_id",
            "submitted_at",
            "id",
            where="reporter_id IS NOT NULL",
        ),
        _index("ix_report_unreduced", "submitted_at", where=f"{IS_OVER} AND reduced_at IS NULL"),
        _index("ix_report_held", "held_until", where="held_until IS NOT NULL"),
        _index("ix_report_merged", "merged_into", where="merged_into IS NOT NULL"),
        # Open cases near another one, for officials.
        _index("ix_report_near", "town", "lat", where=f"{IS_OPEN} AND lat IS NOT NULL"),
        # Only a case that was ever released has one: submitting pays nothing for it.
        Index(
            "uq_report_public_code",
            "public_code",
            unique=True,
            sqlite_where=text("public_code IS NOT NULL"),
            postgresql_where=text("public_code IS NOT NULL"),
        ),
        Index(
            "uq_report_outside_number",
            "source",
            "outside_number",
            unique=True,
            sqlite_where=text("outside_number IS NOT NULL"),
            postgresql_where=text("outside_number IS NOT NULL"),
        ),
        Index(
            "uq_report_release_token",
            "release_token",
            unique=True,
            sqlite_where=text("release_token IS NOT NULL"),
            postgresql_where=text("release_token IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    # Between reporter and officials; the public knows the case by another number, given at
    # its first release and kept.
    code: Mapped[str] = mapped_column(String(10), unique=True)
    public_code: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(16))
    release: Mapped[str] = mapped_column(String(12))
    # The number of the newest event; who decides on an older one is told so.
    version: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(8))
    # What another office calls it, once per door.
    outside_number: Mapped[str | None] = mapped_column(String(40))

    plain_kind: Mapped[str] = mapped_column(String(16))
    official_kind: Mapped[str] = mapped_column(String(16))

    # The village, community or town; None waits in 待定位置.
    division: Mapped[str | None] = mapped_column(String(12))
    town: Mapped[str | None] = mapped_column(String(9))
    # WGS-84; `datum` is what the numbers were before, `accuracy` in metres.
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    accuracy: Mapped[float | None] = mapped_column(Float)
    datum: Mapped[str] = mapped_column(String(8))
    position_source: Mapped[str] = mapped_column(String(8))

    # As the reporter wrote them, and as the public may read them.
    spot: Mapped[str] = mapped_column(String(80))
    public_spot: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    public_words: Mapped[str] = mapped_column(Text)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reporter_id: Mapped[int | None] = mapped_column(BigKey)
    # What the receipt's secret and PIN are derived from; neither is stored.
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    # How many photos the reporter sent.
    photos: Mapped[int] = mapped_column(Integer)

    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    business_day: Mapped[date] = mapped_column(Date)
    # Deadlines are computed once, when their clock starts; `due_at` is the one that runs.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accept_due: Mapped[datetime] = mapped_column(UtcDateTime)
    legal_accept_due: Mapped[datetime] = mapped_column(UtcDateTime)
    release_due: Mapped[datetime] = mapped_column(UtcDateTime)
    transfer_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finish_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_finish_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Kept for good: the reporter is asked once in a case's life.
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    returns: Mapped[int] = mapped_column(Integer)
    # How often the case was done again since the reporter was not content; everyone sees it.
    reopened: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    # Who gave the last result, and who decided on the objection to it.
    closed_by: Mapped[int | None] = mapped_column(BigKey)
    reviewed_by: Mapped[int | None] = mapped_column(BigKey)
    # Until when the reporter may rate the result; None once that was decided by a review.
    rate_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_due: Mapped[datetime | None] = mapped_column(UtcDateTime)

    outcome: Mapped[str] = mapped_column(Text)
    proof: Mapped[str] = mapped_column(String(8))
    proof_lat: Mapped[float | None] = mapped_column(Float)
    proof_lon: Mapped[float | None] = mapped_column(Float)
    refuse_ground: Mapped[str] = mapped_column(String(16))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Part of the public photos' address: random per release, gone when withheld.
    release_token: Mapped[str | None] = mapped_column(String(32))
    # The photo that lists show; chosen at the release.
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))
    withhold_reason: Mapped[str] = mapped_column(String(16))
    # The case that goes on for this one too.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    # When what is personal was taken out of it (`rules/keeping.py`).
    reduced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def point(self) -> Point | None:
        return Point(self.lat, self.lon) if self.lat is not None and self.lon is not None else None

    @property
    def facts(self) -> ReportFacts:
        return ReportFacts(
            state=State(self.state),
            release=Release(self.release),
            division=self.division,
            department=self.department,
            crew_id=self.crew_id,
            reporter_id=self.reporter_id,
            closed_by=self.closed_by,
        )


class ReportPhoto(Base):
    """A photo's part in a case. What the reporter sent is public once an official says so."""

    __tablename__ = "report_photo"
    __table_args__ = (
        CheckConstraint(_among("role", PhotoRole), name="role_known"),
        UniqueConstraint("report_id", "role", "position"),
    )

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    role: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    public: Mapped[bool]
    # How often the case had been done again by then: which result a proof belongs to.
    round: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    # Whether the reporter was told that it cannot be used.
    told: Mapped[bool] = mapped_column(default=False, server_default=false())


class ReportConfirmation(Base):
    """Somebody saw the same heap: with an account they follow the case from then on."""

    __tablename__ = "report_confirmation"
    __table_args__ = (
        Index(
            "uq_report_confirmation_once",
            "report_id",
            "account",
            unique=True,
            sqlite_where=text("account IS NOT NULL"),
            postgresql_where=text("account IS NOT NULL"),
        ),
        Index("ix_report_confirmation_report", "report_id"),
        _index("ix_report_confirmation_account", "account", where="account IS NOT NULL"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    account: Mapped[int | None] = mapped_column(BigKey)
    # For who handles the case; the public reads no word of it.
    words: Mapped[str] = mapped_column(Text)
    photos: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportReminder(Base):
    """Somebody was told of a deadline: once per deadline and level."""

    __tablename__ = "report_reminder"
    __table_args__ = (
        CheckConstraint(_among("level", Level), name="level_known"),
        UniqueConstraint("report_id", "due_at", "level"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoutingRule(Base):
    """Cases of a place and a kind go to a department; the lowest position is read first."""

    __tablename__ = "routing_rule"

    id: Mapped[Key]
    position: Mapped[int] = mapped_column(Integer)
    division: Mapped[str | None] = mapped_column(String(12))
    kind: Mapped[str | None] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))


class ReportRating(Base):
    """What the reporter said of one result; the words with it are the event's."""

    __tablename__ = "report_rating"
    __table_args__ = (
        CheckConstraint(_among("rating", Rating), name="rating_known"),
        UniqueConstraint("report_id", "round"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    round: Mapped[int] = mapped_column(Integer)
    rating: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportCount(Base):
    """How many cases of a place and a day there are, by phase, shown or not, and how rated.

    Recounted from the marks (`infra/buckets.py`); what is marked counts afresh until then.
    """

    __tablename__ = "report_count"
    __table_args__ = (
        _index("ix_report_count_open", "day", "place", where="open_all > 0"),
        # Read by ranges of days: the rows themselves lie in that order.
        {"sqlite_with_rowid": False},
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    # The town, or nothing for cases without one.
    place: Mapped[str] = mapped_column(String(12), primary_key=True)
    open_shown: Mapped[int] = mapped_column(Integer)
    open_all: Mapped[int] = mapped_column(Integer)
    closed_shown: Mapped[int] = mapped_column(Integer)
    closed_all: Mapped[int] = mapped_column(Integer)
    uncleared_shown: Mapped[int] = mapped_column(Integer)
    uncleared_all: Mapped[int] = mapped_column(Integer)
    refused_shown: Mapped[int] = mapped_column(Integer)
    refused_all: Mapped[int] = mapped_column(Integer)
    # Results given, those of cases that were done again included, and what was said of them.
    results: Mapped[int] = mapped_column(Integer)
    satisfied: Mapped[int] = mapped_column(Integer)
    mostly: Mapped[int] = mapped_column(Integer)
    unsatisfied: Mapped[int] = mapped_column(Integer)


class ReportEvent(Base):
    """One step of a case; rows are only ever added."""

    __tablename__ = "report_event"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The states before and after; equal where only something was noted.
    came_from: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    public_text: Mapped[str] = mapped_column(Text)
    internal_text: Mapped[str] = mapped_column(Text)
