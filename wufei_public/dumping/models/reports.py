"""A case; impossible rows are impossible."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.geo import Point
from wufei_public.dumping.models.conditions import (
    HAS_RESULT,
    IN_PHASE,
    IS_OPEN,
    IS_OVER,
    IS_RELEASED,
    IS_UNDECIDED,
    RUNS,
    UNKNOWN_PLACE,
    among,
    index,
)
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.proof import Proof
from wufei_public.dumping.rules.release import Release, WithholdReason
from wufei_public.dumping.rules.states import (
    MERGED,
    WAITING,
    WITH_HANDLER,
    Phase,
    RefuseGround,
    Source,
    State,
)
from wufei_public.infra.sealed import not_under_a_key, sealed_for
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint(among("release", Release), name="release_known"),
        CheckConstraint(among("source", Source), name="source_known"),
        CheckConstraint(among("proof", ["", *Proof]), name="proof_known"),
        CheckConstraint(among("refuse_ground", ["", *RefuseGround]), name="ground_known"),
        CheckConstraint(among("withhold_reason", ["", *WithholdReason]), name="reason_known"),
        CheckConstraint(
            f"({HAS_RESULT}) = (closed_at IS NOT NULL)"
            f" AND ({HAS_RESULT}) = (outcome <> '') AND ({HAS_RESULT}) = (proof <> '')",
            name="closed_has_outcome_and_proof",
        ),
        CheckConstraint(
            "(proof_lat IS NULL) = (proof_lon IS NULL)"
            " AND (proof <> 'position' OR proof_lat IS NOT NULL)",
            name="proof_has_position",
        ),
        CheckConstraint("(state = 'refused') = (refuse_ground <> '')", name="refused_has_ground"),
        CheckConstraint(
            f"NOT {among('state', WITH_HANDLER)} OR department IS NOT NULL OR crew_id IS NOT NULL",
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
            f"({among('state', WAITING)}) = (held_until IS NOT NULL)", name="asked_has_end"
        ),
        CheckConstraint("held_until IS NULL OR asked_at IS NOT NULL", name="asked_has_time"),
        CheckConstraint(
            f"{among('state', UNKNOWN_PLACE)}"
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
            f"({among('state', MERGED)}) = (merged_into IS NOT NULL)", name="merged_has_other"
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR (public_words = '' AND public_spot = '')",
            name="withdrawn_shows_nothing",
        ),
        # One of the columns above, or nothing: never a date of its own.
        CheckConstraint(
            "coalesce(due_at, '1970-01-01') ="  # NULL is not equal to NULL
            f" coalesce({RUNS}, '1970-01-01')",
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
        index("ix_report_public", "released_at", "id", where=IS_RELEASED),
        index("ix_report_public_town", "town", "released_at", "id", where=IS_RELEASED),
        index("ix_report_public_area", "division", "released_at", "id", where=IS_RELEASED),
        index("ix_report_public_kind", "official_kind", "released_at", "id", where=IS_RELEASED),
        index(
            "ix_report_public_town_kind",
            "town",
            "official_kind",
            "released_at",
            "id",
            where=IS_RELEASED,
        ),
        *(
            index(f"ix_report_public_{phase}", "released_at", "id", where=where)
            for phase, where in IN_PHASE.items()
        ),
        # What other programs read, by when it was reported.
        index("ix_report_public_requested", "submitted_at", "id", where=IS_RELEASED),
        # The public map's points.
        index(
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
        index("ix_report_open", "due_at", "id", where=IS_OPEN),
        index("ix_report_open_town", "town", "due_at", "id", where=IS_OPEN),
        index(
            "ix_report_open_department",
            "department",
            "due_at",
            "id",
            where=f"{IS_OPEN} AND department IS NOT NULL",
        ),
        index(
            "ix_report_open_crew",
            "crew_id",
            "due_at",
            "id",
            where=f"{IS_OPEN} AND crew_id IS NOT NULL",
        ),
        index("ix_report_undecided", "release_due", "id", where=IS_UNDECIDED),
        index("ix_report_undecided_town", "town", "release_due", "id", where=IS_UNDECIDED),
        # Cases that are over, newest first.
        index("ix_report_over", "state", "submitted_at", "id", where=IS_OVER),
        index("ix_report_over_town", "town", "state", "submitted_at", "id", where=IS_OVER),
        index(
            "ix_report_over_department",
            "department",
            "state",
            "submitted_at",
            "id",
            where=f"{IS_OVER} AND department IS NOT NULL",
        ),
        index(
            "ix_report_over_crew",
            "crew_id",
            "state",
            "submitted_at",
            "id",
            where=f"{IS_OVER} AND crew_id IS NOT NULL",
        ),
        index(
            "ix_report_reporter",
            "reporter_id",
            "submitted_at",
            "id",
            where="reporter_id IS NOT NULL",
        ),
        index("ix_report_unreduced", "submitted_at", where=f"{IS_OVER} AND reduced_at IS NULL"),
        index(
            "ix_report_withdrawn",
            "id",
            where=f"{IS_OVER} AND withdrawn_at IS NOT NULL AND forgotten_at IS NULL",
        ),
        index("ix_report_held", "held_until", where="held_until IS NOT NULL"),
        index("ix_report_merged", "merged_into", where="merged_into IS NOT NULL"),
        # Open cases near another one, for officials.
        index("ix_report_near", "town", "lat", where=f"{IS_OPEN} AND lat IS NOT NULL"),
        # Only a case that was ever released, or came by another program, has one.
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
    # its first release, or to the program that reported it, and kept.
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
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("phone"))
    reporter_id: Mapped[int | None] = mapped_column(BigKey)
    # What the receipt's secret and PIN are derived from; neither is stored.
    salt: Mapped[bytes] = mapped_column(LargeBinary(16), info=not_under_a_key("a salt: chance"))
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
    # Why a photo counts that is like an earlier one or older than the assignment; public.
    proof_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
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
    # What that case was promised before this one came to it, where this one is due earlier.
    heap_finish: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heap_legal: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the reporter took words and photos back, and when the last copy of them went.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
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
