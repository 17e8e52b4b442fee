"""Tables of points: balances, entries, rewards, redemptions; impossible rows are impossible."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.points.rules.redeeming import State
from wufei_public.points.rules.worth import Book


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class PointAccount(Base):
    """What a resident has, never less than nothing, and proved against the entries at night."""

    __tablename__ = "point_account"
    __table_args__ = (CheckConstraint("balance >= 0", name="never_negative"),)

    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    balance: Mapped[int]


class PointEntry(Base):
    """One booking, both legs in one row: `amount` goes from the book to the account, or back.

    `ref` names what it is for; one account gets the same rule for the same thing once.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="books_something"),
        CheckConstraint(_among("book", Book), name="book_known"),
        CheckConstraint("book <> 'earned' OR amount > 0", name="earned_is_more"),
        CheckConstraint("book NOT IN ('expired', 'spent') OR amount < 0", name="spent_is_less"),
        UniqueConstraint("account", "rule", "ref"),
    )

    id: Mapped[Key]
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    book: Mapped[str] = mapped_column(String(8))
    rule: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(80), default="")


class PointNotice(Base):
    """That somebody was told how many points are good until a day, and when they were taken."""

    __tablename__ = "point_notice"
    __table_args__ = (CheckConstraint("points > 0", name="tells_of_some"),)

    good_until: Mapped[date] = mapped_column(Date, primary_key=True)
    account: Mapped[int] = mapped_column(
        BigKey, ForeignKey("account.id"), primary_key=True, index=True
    )
    points: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RewardShop(Base):
    """A shop where rewards wait for residents; a retired one takes no new ones."""

    __tablename__ = "reward_shop"
    __table_args__ = (UniqueConstraint("division", "name"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    division: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"))
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(60))
    hours: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShopClerk(Base):
    """Who hands out in a shop; without the role in its town it opens nothing."""

    __tablename__ = "reward_shop_clerk"

    shop: Mapped[int] = mapped_column(BigKey, ForeignKey("reward_shop.id"), primary_key=True)
    account: Mapped[int] = mapped_column(
        BigKey, ForeignKey("account.id"), primary_key=True, index=True
    )


class Reward(Base):
    """Something to be had for points, at a shop or, without one, at the village office."""

    __tablename__ = "reward"
    __table_args__ = (
        CheckConstraint("cost > 0", name="costs_something"),
        CheckConstraint("stock >= 0", name="stock_never_negative"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    words: Mapped[str] = mapped_column(String(80), default="")
    cost: Mapped[int]
    stock: Mapped[int]
    active: Mapped[bool]
    shop: Mapped[int | None] = mapped_column(BigKey, ForeignKey("reward_shop.id"))


class Redemption(Base):
    """A reward set aside for a resident; its code is good once."""

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint(_among("state", State), name="state_known"),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_has_time"),
        CheckConstraint("state <> 'handed' OR settled_by IS NOT NULL", name="handed_by_somebody"),
        Index(None, "account", "id"),
        Index(
            "ix_redemption_waiting",
            "until",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    account: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    reward: Mapped[int] = mapped_column(BigKey, ForeignKey("reward.id"))
    cost: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    # Where it waits: the reward may move to another shop meanwhile.
    shop: Mapped[int | None] = mapped_column(BigKey, ForeignKey("reward_shop.id"), index=True)
