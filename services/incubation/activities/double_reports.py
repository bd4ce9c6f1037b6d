"""States in events what Party organizations had in a year of what S23 asks for together."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.incubation.activities import queries
from services.incubation.activities.rules import days_of, double_report_of
from services.incubation.routine.activity_policies import ActivitiesPolicies, policy_of
from services.incubation.tables import double_reports
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.incubation import DoubleReportCounted
from shared.db.base import insert_list, new_id, to_json, update_list
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day

_CHANGING = ("division", "counts", "outcome", "policy", "version")
# Who comes first holds the row: another waits here, and counts what the first has committed.
_BEGIN = insert_list(
    double_reports,
    ("id", "party_organization_id", "year", *_CHANGING),
    "ON CONFLICT (party_organization_id, year) DO NOTHING",
)
_LOCK = text(
    "SELECT * FROM double_reports WHERE party_organization_id = ANY(CAST(:parties AS uuid[])) "
    "AND year = ANY(CAST(:years AS integer[])) ORDER BY party_organization_id, year FOR UPDATE"
)
_COUNT = text(
    """
    SELECT p.party_organization_id AS party, CAST(extract(year FROM a.on_day) AS integer) AS year, a.kind, count(*)
    FROM activity_parties AS p JOIN activities AS a ON a.id = p.activity_id
    WHERE p.party_organization_id = ANY(CAST(:parties AS uuid[])) AND a.state = 'recorded'
      AND a.kind = ANY(CAST(:kinds AS text[])) AND a.on_day BETWEEN :first AND :last
    GROUP BY 1, 2, 3
    """
)
_WRITE = update_list(double_reports, ("id",), _CHANGING)


def counted_kinds(policies: ActivitiesPolicies) -> list[str]:
    """The kinds that any policy asks for together."""
    return sorted({kind for one in policies.policies for kind in one.parameters.both})


async def restate(
    tx: Transaction,
    kind: str,
    parties: Collection[UUID],
    years: Collection[int],
    policies: ActivitiesPolicies,
    now: datetime,
) -> None:
    """State what these had in these years, after an activity of a kind was written; where it changed."""
    kinds = counted_kinds(policies)
    if kind not in kinds or not parties:
        return
    known = await queries.known_parties(tx, sorted(parties))
    async with tx.system_scope():
        rows = await _hold(tx, known, sorted(years))
        counted = await _count(tx, known, sorted(years), kinds)
        changed = [(row, new) for row in rows if (new := _stated(row, known, counted, policies, now)) is not None]
        if not changed:
            return
        columns = {name: [new[name] for _, new in changed] for name in ("id", *_CHANGING)}
        columns["counts"] = [to_json(one) for one in columns["counts"]]
        await tx.execute(_WRITE, columns)
        await emit(tx, [_event(row, new, now) for row, new in changed])


async def _hold(tx: Transaction, known: Mapping[UUID, Record], years: list[int]) -> list[Record]:
    """The rows of these, locked; of one that is new the version is 0."""
    new = [(party, year) for party in sorted(known) for year in years]
    columns: dict[str, list[Any]] = {
        "id": [new_id() for _ in new],
        "party_organization_id": [party for party, _ in new],
        "year": [year for _, year in new],
        "division": [known[party]["division"] for party, _ in new],
    }
    columns |= {"counts": ["{}"] * len(new), "outcome": ["none"] * len(new), "policy": [""] * len(new)}
    await tx.execute(_BEGIN, {**columns, "version": [0] * len(new)})
    return await tx.records(_LOCK, {"parties": sorted(known), "years": years})


async def _count(
    tx: Transaction, known: Mapping[UUID, Record], years: list[int], kinds: list[str]
) -> dict[tuple[UUID, int], dict[str, int]]:
    days = {"first": date(years[0], 1, 1), "last": date(years[-1], 12, 31)}
    found: dict[tuple[UUID, int], dict[str, int]] = {}
    for party, year, kind, count in await tx.rows(_COUNT, {"parties": sorted(known), "kinds": kinds, **days}):
        found.setdefault((party, year), {})[kind] = count
    return found


def _stated(
    row: Record,
    known: Mapping[UUID, Record],
    counted: Mapping[tuple[UUID, int], Mapping[str, int]],
    policies: ActivitiesPolicies,
    now: datetime,
) -> Record | None:
    """A row as it is now, with its reason; None where it is as it was."""
    party, year = row["party_organization_id"], row["year"]
    division, today = known[party]["division"], china_day(now)
    policy = policy_of(policies, division, min(days_of(year)[1], today), today)
    had = counted.get((party, year), {})
    reason = double_report_of(had, year, policy, now)
    counts = {code: had.get(code, 0) for code in policy.parameters.both}
    new = {"division": division, "counts": counts, "outcome": reason.outcome, "policy": policy.id}
    if row["version"] and all(row[name] == value for name, value in new.items()):
        return None
    return {"id": row["id"], **new, "version": row["version"] + 1, "reason": reason}


def _event(row: Record, new: Record, now: datetime) -> NewEvent:
    payload = DoubleReportCounted(
        id=row["id"],
        party_organization_id=row["party_organization_id"],
        division=new["division"],
        year=row["year"],
        counts=new["counts"],
        outcome=new["outcome"],
        policy=new["policy"],
        reasons=[new["reason"]],
    )
    left = frozenset({row["division"]} - {new["division"]})
    return NewEvent(row["id"], new["version"], payload, new["division"], now, also=left)
