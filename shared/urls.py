"""Database URLs: SQLAlchemy wants the driver in the scheme, asyncpg refuses it. Malformed ones raise ArgumentError."""

from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


def driver_url(url: str) -> str:
    """The form that asyncpg's own `connect` takes."""
    return _render(make_url(url).set(drivername="postgresql"))


def engine_url(url: str) -> str:
    """The form that `create_async_engine` takes."""
    return _render(make_url(url).set(drivername="postgresql+asyncpg"))


def checked(url: str) -> str:
    """The URL. Raises ValueError, without repeating it, where it is not a PostgreSQL's."""
    try:
        kind = make_url(url).get_backend_name()
    except ArgumentError:
        kind = None
    if kind != "postgresql":
        raise ValueError("no database URL: postgresql://user@host:port/database is needed")
    return url


def with_database(url: str, database: str) -> str:
    """The same server, another database."""
    return _render(make_url(url).set(database=database))


def with_login(url: str, user: str, password: str) -> str:
    """The same database, another role."""
    return _render(make_url(url).set(username=user, password=password))


def with_password(url: str, password: SecretStr | None) -> str:
    """The same with this password, unless the URL has one already or `password` is None."""
    if password is None or (found := make_url(url)).password:
        return url
    return _render(found.set(password=password.get_secret_value()))


def _render(url: URL) -> str:
    return url.render_as_string(hide_password=False)
