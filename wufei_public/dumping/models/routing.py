"""Which department gets which cases."""

from sqlalchemy import (
    ForeignKey,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, Key


class RoutingRule(Base):
    """Cases of a place and a kind go to a department; the lowest position is read first."""

    __tablename__ = "routing_rule"

    id: Mapped[Key]
    position: Mapped[int] = mapped_column(Integer)
    division: Mapped[str | None] = mapped_column(String(12))
    kind: Mapped[str | None] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
