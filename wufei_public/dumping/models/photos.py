"""Which photos a case has, and why."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.dumping.models.conditions import among, index
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.infra.tables import Base


class ReportPhoto(Base):
    """A photo's part in a case. What the reporter sent is public once an official says so."""

    __tablename__ = "report_photo"
    __table_args__ = (
        CheckConstraint(among("role", PhotoRole), name="role_known"),
        UniqueConstraint("report_id", "role", "position"),
        index("ix_report_photo_uncompared", "report_id", where="compared = false"),
    )

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    role: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    public: Mapped[bool]
    # How often the case had been done again by then: which result a proof belongs to.
    round: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    # A proof is compared with every earlier photo once it is developed.
    compared: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Whether the reporter was told that it cannot be used.
    told: Mapped[bool] = mapped_column(default=False, server_default=false())
