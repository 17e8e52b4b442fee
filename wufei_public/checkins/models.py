"""Tables of check-ins: profiles, household members, schemes, the check-ins, their figures."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.checkins.rules.boards import Length
from wufei_public.checkins.rules.coverage import ALWAYS, Kind
from wufei_public.checkins.rules.days import Origin
from wufei_public.checkins.rules.photos import Likeness
from wufei_public.checkins.rules.roads import ALL_BITS as ALL_TROUBLES
from wufei_public.checkins.rules.schemes import ALL_BITS, Scheme
from wufei_public.checkins.rules.splits import Way
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class CheckinProfile(Base):
    """Where a resident lives, and how the boards call them: not at all unless they say so."""

    __tablename__ = "checkin_profile"
    __table_args__ = (CheckConstraint("length(village) = 12", name="village_whole"),)

    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    village: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"), index=True)
    nickname: Mapped[str] = mapped_column(String(10), default="")
    listed: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When staff took the nickname away last.
    blanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HouseholdMember(Base):
    """Somebody without a phone, by first name, for whom the resident checks in."""

    __tablename__ = "household_member"
    __table_args__ = (CheckConstraint("number > 0", name="numbered_from_one"),)

    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(6))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The guardian's consent (people), for somebody who was under 14 when added.
    child: Mapped[int | None] = mapped_column(BigKey, ForeignKey("child.id"), unique=True)


class VillageScheme(Base):
    """The scheme that a village or community has chosen against what is usual."""

    __tablename__ = "checkin_scheme"
    __table_args__ = (CheckConstraint(_among("scheme", Scheme), name="scheme_known"),)

    division: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(4))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))


class CheckIn(Base):
    """One person's check-in of one district day; `member` 0 is the resident."""

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("account", "member", "day"),
        CheckConstraint("member >= 0", name="member_numbered"),
        CheckConstraint(_among("scheme", Scheme), name="scheme_known"),
        CheckConstraint(f"bins BETWEEN 1 AND {ALL_BITS}", name="bins_known"),
        CheckConstraint(_among("origin", Origin), name="origin_known"),
        CheckConstraint("streak > 0", name="streak_counts_itself"),
        # The figures of one village-day are read from here alone.
        Index(None, "village", "day", "member", "bins"),
    )

    id: Mapped[Key]
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    member: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date] = mapped_column(Date)
    village: Mapped[str] = mapped_column(String(12))
    # By whose QR code, where one was scanned.
    point: Mapped[int | None] = mapped_column(BigKey, ForeignKey("collection_point.id"))
    scheme: Mapped[str] = mapped_column(String(4))
    bins: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[str] = mapped_column(String(12))
    streak: Mapped[int]
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CheckInPhoto(Base):
    """The photo of a check-in: its prints, and which earlier photo it is like, as a hint."""

    __tablename__ = "checkin_photo"
    __table_args__ = (
        CheckConstraint(f"likeness = '' OR {_among('likeness', Likeness)}", name="likeness_known"),
        CheckConstraint("(likeness = '') = (alike IS NULL)", name="likeness_of_another"),
        CheckConstraint("alike <> check_in", name="not_alike_itself"),
        Index(
            "ix_checkin_photo_uncompared",
            "check_in",
            sqlite_where=text("compared_at IS NULL"),
            postgresql_where=text("compared_at IS NULL"),
        ),
        Index(
            "ix_checkin_photo_hinted",
            "day",
            "check_in",
            sqlite_where=text("likeness <> ''"),
            postgresql_where=text("likeness <> ''"),
        ),
    )

    check_in: Mapped[int] = mapped_column(
        BigKey, ForeignKey("check_in.id"), primary_key=True, autoincrement=False
    )
    code: Mapped[str] = mapped_column(String(10), unique=True)
    photo: Mapped[int] = mapped_column(BigKey, ForeignKey("photo.id"), unique=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    village: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    # None until the photo is developed, and for one that could not be.
    dhash: Mapped[int | None] = mapped_column(BigInteger)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    likeness: Mapped[str] = mapped_column(String(4), default="")
    alike: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("checkin_photo.check_in"), index=True
    )


class PhotoPart(Base):
    """A part of a photo's dHash, by which photos that look alike are found."""

    __tablename__ = "checkin_photo_part"

    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    check_in: Mapped[int] = mapped_column(
        BigKey,
        ForeignKey("checkin_photo.check_in"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )


class CheckInFigure(Base):
    """What one village-day came to at its last recount: own check-ins, those for others, by bin."""

    __tablename__ = "checkin_figure"
    __table_args__ = (
        CheckConstraint("own >= 0 AND proxies >= 0", name="counts"),
        Index(None, "day"),
    )

    village: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    own: Mapped[int]
    proxies: Mapped[int]
    wet: Mapped[int]
    dry: Mapped[int]
    hazardous: Mapped[int]


class BoardSpan(Base):
    """A week or month that boards show: up to when it was counted, and whether it is fixed."""

    __tablename__ = "checkin_span"
    __table_args__ = (CheckConstraint(_among("length", Length), name="length_known"),)

    length: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(Date, primary_key=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed: Mapped[bool]


class BoardPlace(Base):
    """What a place came to in a week or month.

    `own` to `hazardous` are check-ins there; `at_home` those of its `residents` themselves,
    wherever they scanned a code, by `active` of them.
    """

    __tablename__ = "checkin_board"
    __table_args__ = (
        CheckConstraint("own >= 0 AND proxies >= 0 AND at_home >= 0", name="counts"),
        CheckConstraint("active <= residents AND active <= at_home", name="active_among_residents"),
    )

    length: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(Date, primary_key=True)
    village: Mapped[str] = mapped_column(String(12), primary_key=True)
    own: Mapped[int]
    proxies: Mapped[int]
    wet: Mapped[int]
    dry: Mapped[int]
    hazardous: Mapped[int]
    at_home: Mapped[int]
    active: Mapped[int]
    residents: Mapped[int]


class BoardPerson(Base):
    """On how many days of a week or month somebody checked in who wants to stand on the board."""

    __tablename__ = "checkin_board_person"
    __table_args__ = (
        CheckConstraint("days > 0", name="checked_in"),
        Index(None, "village", "length", "first"),
    )

    length: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(Date, primary_key=True)
    account: Mapped[int] = mapped_column(
        BigKey, ForeignKey("account.id"), primary_key=True, index=True
    )
    village: Mapped[str] = mapped_column(String(12))
    nickname: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]


class CheckInRecount(Base):
    """When the figures were last brought up to date; one row."""

    __tablename__ = "checkin_recount"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CollectionPoint(Base):
    """A place with bins and a QR code; a lost code is retired and a new one printed."""

    __tablename__ = "collection_point"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    village: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpotDraw(Base):
    """One day's draw of spot checks: its seed and rate, so that anybody can repeat it."""

    __tablename__ = "spot_draw"
    __table_args__ = (CheckConstraint("drawn <= stored", name="drawn_of_stored"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    seed: Mapped[str] = mapped_column(String(32))
    per_mille: Mapped[int]
    stored: Mapped[int]
    drawn: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpotCheck(Base):
    """A check-in that was drawn, and what a supervisor saw: bins right and bins wrong."""

    __tablename__ = "spot_check"
    __table_args__ = (
        CheckConstraint("right_bins & wrong_bins = 0", name="right_or_wrong"),
        CheckConstraint("(checked_at IS NULL) = (checked_by IS NULL)", name="checked_by_somebody"),
        CheckConstraint(
            "checked_at IS NOT NULL OR (right_bins = 0 AND wrong_bins = 0)",
            name="seen_when_checked",
        ),
        Index(None, "village", "day"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    check_in: Mapped[int] = mapped_column(BigKey, ForeignKey("check_in.id"), unique=True)
    village: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    right_bins: Mapped[int] = mapped_column(SmallInteger)
    wrong_bins: Mapped[int] = mapped_column(SmallInteger)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))


class SortingPlace(Base):
    """A 小区 or village of the register and what was entered last; it counts once it is checked."""

    __tablename__ = "sorting_place"
    __table_args__ = (
        CheckConstraint(_among("kind", Kind), name="kind_known"),
        CheckConstraint("households >= 0", name="households_counted"),
        CheckConstraint("(kind = 'village') = (name = '')", name="village_has_no_name"),
        CheckConstraint("(checked_at IS NULL) = (checked_by IS NULL)", name="checked_by_somebody"),
        CheckConstraint("checked_by <> entered_by", name="checked_by_another"),
        CheckConstraint("until >= since", name="ends_after_it_began"),
        UniqueConstraint("division", "name"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    division: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"))
    name: Mapped[str] = mapped_column(String(30))
    households: Mapped[int]
    started_on: Mapped[date | None] = mapped_column(Date)
    since: Mapped[date] = mapped_column(Date, server_default=ALWAYS.isoformat())
    until: Mapped[date | None] = mapped_column(Date)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))


class SortingSpan(Base):
    """What was said of a place from a day on and checked: written once, so that the past stays.

    A later row speaks for the days from its own `since` on; one that had a wrong day is replaced.
    """

    __tablename__ = "sorting_span"
    __table_args__ = (
        CheckConstraint("households >= 0", name="households_counted"),
        CheckConstraint("checked_by <> entered_by", name="checked_by_another"),
        CheckConstraint("until >= since", name="ends_after_it_began"),
        Index(None, "place", "id"),
    )

    id: Mapped[Key]
    place: Mapped[int] = mapped_column(BigKey, ForeignKey("sorting_place.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    households: Mapped[int]
    started_on: Mapped[date | None] = mapped_column(Date)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecondSplit(Base):
    """What a village sorter weighed in one go, in tenths of a kilogram."""

    __tablename__ = "second_split"
    __table_args__ = (
        CheckConstraint(_among("way", Way), name="way_known"),
        CheckConstraint("(way = 'round') = (households IS NOT NULL)", name="round_has_households"),
        CheckConstraint(
            "compost >= 0 AND sellable >= 0 AND other >= 0 AND hazardous >= 0"
            " AND compost + sellable + other + hazardous > 0",
            name="weighed_something",
        ),
        CheckConstraint(_among("origin", Origin), name="origin_known"),
        Index(None, "village", "day"),
        Index(None, "sorter", "day"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    village: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"))
    day: Mapped[date] = mapped_column(Date)
    way: Mapped[str] = mapped_column(String(8))
    households: Mapped[int | None]
    compost: Mapped[int]
    sellable: Mapped[int]
    other: Mapped[int]
    hazardous: Mapped[int]
    origin: Mapped[str] = mapped_column(String(12))
    sorter: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SchoolClass(Base):
    """A class of a school; its code is given out in the class and joins nobody once closed."""

    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(20))
    teacher: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClassPupil(Base):
    """A pupil of a class: a resident, or a child of the household; one class each."""

    __tablename__ = "class_pupil"
    __table_args__ = (CheckConstraint("member >= 0", name="member_numbered"),)

    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    member: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    school_class: Mapped[int] = mapped_column(BigKey, ForeignKey("school_class.id"), index=True)
    joined_on: Mapped[date] = mapped_column(Date)


class RoadStretch(Base):
    """A stretch of road and the chief who looks after it (路长制)."""

    __tablename__ = "road_stretch"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    town: Mapped[str] = mapped_column(String(9), ForeignKey("division.code"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    chief: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"), index=True)
    # Since when whoever has it now has it, None since it was added.
    charged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoadCharge(Base):
    """That a chief had a stretch, from when until when."""

    __tablename__ = "road_charge"

    id: Mapped[Key]
    stretch: Mapped[int] = mapped_column(BigKey, ForeignKey("road_stretch.id"), index=True)
    chief: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StretchInspection(Base):
    """What a chief found on a stretch; 0 is clean."""

    __tablename__ = "stretch_inspection"
    __table_args__ = (
        CheckConstraint(f"found BETWEEN 0 AND {ALL_TROUBLES}", name="found_known"),
        CheckConstraint(_among("origin", Origin), name="origin_known"),
        Index(None, "stretch", "day"),
    )

    id: Mapped[Key]
    stretch: Mapped[int] = mapped_column(BigKey, ForeignKey("road_stretch.id"))
    chief: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    day: Mapped[date] = mapped_column(Date)
    found: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str] = mapped_column(String(12))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
