"""The floors' hand-written statements, with the same columns that the product writes."""

from collections.abc import Iterable, Mapping
from typing import Any


def _columns(text: str) -> dict[str, str]:
    return dict(part.split() for part in text.split(","))


ORGANIZATION = _columns(
    "id uuid, uscc text, name text, kind text, division text, street text, address text, carrier text, lon float8, "
    "lat float8, registered_on date, full_time_staff int, full_members_full_time int, full_members int, "
    "probationary_members int, evaluation_type text, source text, status text, as_of timestamptz, version bigint"
)
OUTBOX = _columns(
    "id uuid, topic text, key text, type text, subject text, sequence bigint, occurred_at timestamptz, division text, "
    "correlation_id text, causation_id text, data jsonb"
)
PROJECTION = _columns(
    "id uuid, uscc text, name text, kind text, division text, street text, carrier text, lon float8, lat float8, "
    "full_members_full_time int, full_members int, probationary_members int, status text, sequence bigint, "
    "checks bigint"
)
CHECK = _columns(
    "id uuid, organization_id uuid, uscc text, division text, outcome text, counted_full_members int, policy text, "
    "reasons jsonb, organization_sequence bigint, checked_at timestamptz"
)
CASE = _columns(
    "id uuid, organization_id uuid, uscc text, name text, division text, street text, check_id uuid, outcome text, "
    "party_organization_kind text, state text, due_on date, version bigint"
)


def insert_one(table: str, columns: Mapping[str, str]) -> str:
    """An insert of one row, one parameter per column."""
    places = enumerate(columns.values(), 1)
    picks = ", ".join(f"${place}::text::jsonb" if kind == "jsonb" else f"${place}" for place, kind in places)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({picks})"


def insert_many(table: str, columns: Mapping[str, str], tail: str = "") -> str:
    """An insert of any number of rows, one list per column."""
    places = enumerate(columns.values(), 1)
    lists = ", ".join(f"${place}::{'text' if kind == 'jsonb' else kind}[]" for place, kind in places)
    picks = ", ".join(f"u.{name}::jsonb" if kind == "jsonb" else f"u.{name}" for name, kind in columns.items())
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {picks} FROM unnest({lists}) AS u({names}) {tail}"


INSERT_ORGANIZATION, INSERT_EVENT = insert_one("organizations", ORGANIZATION), insert_one("outbox", OUTBOX)
INSERT_ORGANIZATIONS, INSERT_EVENTS = insert_many("organizations", ORGANIZATION), insert_many("outbox", OUTBOX)
INSERT_PROJECTIONS = insert_many("organizations", PROJECTION, "ON CONFLICT (id) DO NOTHING")
INSERT_CHECKS, INSERT_CASES = insert_many("formation_checks", CHECK), insert_many("formation_cases", CASE)
CLAIM = (
    "INSERT INTO inbox (event_id, consumer) SELECT u, 'floor' FROM unnest($1::uuid[]) AS u "
    "ON CONFLICT DO NOTHING RETURNING event_id"
)
TAKE = (
    "SELECT seq, created_on, id, topic, key, type, sequence, data::text AS data FROM outbox "
    "WHERE published_at IS NULL ORDER BY seq LIMIT $1"
)
MARK = "UPDATE outbox SET published_at = now() WHERE seq = ANY($1::bigint[]) AND created_on BETWEEN $2 AND $3"


def lists(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as one list per column."""
    return [list(column) for column in zip(*rows, strict=True)]
