"""The ERP's own tables; all that points at orderloom is the order's id in the journal."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every row belongs to one company; a company is what orderloom calls a tenant."""


class Partner(Base):
    """A company the ERP buys from or sells to."""

    __tablename__ = "erp_partner"
    company: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_vendor: Mapped[bool] = mapped_column(default=False)
    street: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")


class Item(Base):
    """An article, bought by the pack, at the price paid last."""

    __tablename__ = "erp_item"
    company: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(default="C62")
    pack: Mapped[int] = mapped_column(default=1)
    price_cents: Mapped[int]


class Measure(Base):
    """A unit the ERP counts in that UN/CEFACT does not know."""

    __tablename__ = "erp_measure"
    company: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str]
    title: Mapped[str]


class CostCentre(Base):
    """What is paid for together; orderloom calls it a project."""

    __tablename__ = "erp_cost_centre"
    company: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


class Account(Base):
    """Somebody who may sign in, with one job."""

    __tablename__ = "erp_account"
    company: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    job: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)


class JournalEntry(Base):
    """A line of the purchase journal: what was asked of whom, and under which order."""

    __tablename__ = "erp_journal"
    __table_args__ = (
        ForeignKeyConstraint(["company", "vendor"], ["erp_partner.company", "erp_partner.code"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    company: Mapped[str]
    vendor: Mapped[str]
    text: Mapped[str]
    order_id: Mapped[UUID | None]
    order_number: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[int] = mapped_column(default=0)
