"""What an official looks at again and again."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key


class ReportFilter(Base):
    """A narrowing of the queue under a name of the own; `query` as it stands in an address."""

    __tablename__ = "report_filter"
    __table_args__ = (UniqueConstraint("account", "name"),)

    id: Mapped[Key]
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(20))
    query: Mapped[str] = mapped_column(String(400))
