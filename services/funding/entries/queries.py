"""Every SELECT of schemes' lists, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, text, update

from services.funding.entries.rules import Entry
from services.funding.tables import scheme_entries
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_ID = bindparam("id", type_=Uuid)
_LOCK = prepare(select(scheme_entries).where(scheme_entries.c.id == _ID).with_for_update())
_CONFIRMED = text("SELECT * FROM scheme_entries WHERE scheme = :scheme AND state = 'confirmed' ORDER BY id")
_LISTED = text(
    "SELECT u.place, e.* FROM unnest(CAST(:recipients AS uuid[]), CAST(:days AS date[])) "
    "WITH ORDINALITY AS u(recipient_id, day, place) JOIN scheme_entries e ON e.recipient_id = u.recipient_id "
    "AND e.state = 'confirmed' AND e.effective_from <= u.day AND COALESCE(e.effective_to, u.day) >= u.day ORDER BY e.id"
)
_FOLLOW = text(
    "UPDATE scheme_entries AS e SET division = u.division, version = e.version + 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
    "WHERE e.recipient_id = u.id AND e.division <> u.division"
)


async def insert_one(tx: Transaction, entry: Entry) -> None:
    """Keep a new entry."""
    await tx.execute(insert(scheme_entries).values(vars(entry)))


async def save(tx: Transaction, entry: Entry) -> None:
    """Write the entry's next version."""
    values = {name: value for name, value in vars(entry).items() if name != "id"}
    await tx.execute(update(scheme_entries).where(scheme_entries.c.id == entry.id).values(values))


async def lock(tx: Transaction, entry_id: UUID) -> Entry | None:
    """One entry, locked."""
    row = await tx.record(_LOCK, {"id": entry_id})
    return None if row is None else Entry(**row)


async def get(tx: Transaction, entry_id: UUID) -> Entry | None:
    """One entry."""
    row = await tx.record(select(scheme_entries).where(scheme_entries.c.id == entry_id))
    return None if row is None else Entry(**row)


async def wait_for_list(tx: Transaction, scheme: str) -> None:
    """One change of a scheme's list at a time: its number of entries is bounded."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('scheme_entries/' || :scheme))"), {"scheme": scheme})


async def confirmed(tx: Transaction, scheme: str) -> list[Entry]:
    """The confirmed entries of a scheme, in the caller's scope."""
    return [Entry(**row) for row in await tx.records(_CONFIRMED, {"scheme": scheme})]


async def listed_for(tx: Transaction, asked: Sequence[tuple[UUID, date]]) -> list[Mapping[str, Entry]]:
    """For each recipient and day its entries in force, by scheme; in the order of what was asked."""
    found: list[dict[str, Entry]] = [{} for _ in asked]
    if asked:
        recipients, days = zip(*asked, strict=True)
        for row in await tx.records(_LISTED, {"recipients": list(recipients), "days": list(days)}):
            place = row.pop("place")
            found[place - 1][row["scheme"]] = Entry(**row)
    return list(found)


async def follow(tx: Transaction, divisions: Mapping[UUID, str]) -> None:
    """Entries are where their recipients are."""
    if divisions:
        await tx.execute(_FOLLOW, {"ids": list(divisions), "divisions": list(divisions.values())})


async def list_entries(
    tx: Transaction,
    *,
    scheme: str | None,
    recipient: UUID | None,
    state: str | None,
    division: str | None,
    on: date | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `on`: in force that day; `division` is a prefix."""
    entry = scheme_entries.c
    statement = where_given(
        select(scheme_entries), {entry.scheme: scheme, entry.recipient_id: recipient, entry.state: state}
    )
    if on is not None:
        ends = entry.effective_to
        statement = statement.where(entry.effective_from <= on, ends.is_(None) | (ends >= on))
    statement = where_within(statement, entry.division, division)
    return await tx.records(page_by_id(statement, entry.id, after, limit))
