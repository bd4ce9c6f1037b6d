"""The tables of both halves, mapped, and the engine that a process uses."""

import os
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, func
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

POOL = 16


class Base(DeclarativeBase):
    """Of both halves."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, datetime: DateTime(timezone=True)}


class Organization(Base):
    """A registered organization."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    uscc: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    street: Mapped[str | None]
    address: Mapped[str | None]
    carrier: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    registered_on: Mapped[date]
    full_time_staff: Mapped[int]
    full_members_full_time: Mapped[int]
    full_members: Mapped[int]
    probationary_members: Mapped[int]
    as_of: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Outgoing(Base):
    """An event that waits for the relay, of the variant with an outbox."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]


class FormationCheck(Base):
    """What was decided about an organization."""

    __tablename__ = "formation_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    outcome: Mapped[str]
    full_members: Mapped[int]
    checked_at: Mapped[datetime] = mapped_column(server_default=func.now())


def open_engine(name: str) -> AsyncEngine:
    """The engine of the database that an environment variable names."""
    return create_async_engine(os.environ[name], pool_size=POOL, max_overflow=0)


def sessions_of(engine: AsyncEngine) -> async_sessionmaker[Any]:
    """Sessions whose objects stay usable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
