"""The checker: holds the four services' databases against I1 to I8.

It looks at what is stored, not at what the services say of it: effects are counted by themselves, apart from the
inbox whose work they are to prove.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import asyncpg

from shared.audit.trail import verify_chain
from shared.db.access import system_access
from shared.db.session import Database
from shared.urls import engine_url
from tests.faults.checker import claims, effects, ledger, order, projections, scopes
from tests.faults.checker.ledger import Baseline
from tests.faults.checker.observed import Observed, Wire, connected, observe
from tests.faults.checker.report import Report
from tests.faults.load.client_log import ClientLog, compare

__all__ = ["Baseline", "Report", "check", "settle", "take_baseline"]


async def take_baseline(databases: Mapping[str, str]) -> Baseline:
    """The ledger and the audit as they are now: what a later check must find unchanged."""
    async with connected(databases) as connections:
        return await ledger.take_baseline(connections)


async def settle(
    databases: Mapping[str, str], *, seconds: float, lost: Collection[UUID] = ()
) -> tuple[float, list[str]]:
    """Wait until everything committed is published and consumed; (seconds it took, what still waits).

    `lost` are events that a sabotage is to lose: they are not waited for.
    """
    started = time.monotonic()
    before, waiting = -1, ["nothing was read yet"]
    async with connected(databases) as connections:
        while time.monotonic() - started < seconds:
            observed = await observe(connections)
            waiting = observed.waiting(lost)
            # Databases are read one after the other: only what two looks agree on stands still.
            if not waiting and before == len(observed.events()):
                return time.monotonic() - started, []
            before = -1 if waiting else len(observed.events())
            await asyncio.sleep(0.2)
    return time.monotonic() - started, waiting or ["events are still added"]


async def check(
    databases: Mapping[str, str],
    *,
    baseline: Baseline | None = None,
    log: ClientLog | None = None,
    wire: Sequence[Wire] | None = None,
    foreign: Collection[UUID] = (),
    settle_seconds: float = 0.0,
    lag: int = 0,
) -> Report:
    """Hold everything against I1 to I8.

    `databases` maps the four services to administrators' URLs. `log` is what clients were answered, `wire` what lies
    on the broker, `foreign` ids of events that a test put on the broker itself. With `settle_seconds` the check
    first waits that long for the lag to go (I8); without, whatever waits now is a breach. `lag` is how many messages
    the consumer groups had not committed in the end, by the broker's own account.
    """
    report = Report()
    report.note("I8", "messages that no group has committed", [lag] if lag else [])
    if settle_seconds:
        report.settled_seconds, _ = await settle(databases, seconds=settle_seconds)
    async with connected(databases) as connections:
        observed = await observe(connections)
        _check_consumed(report, observed)
        _check_origin(report, observed, wire, foreign)
        await _check_clients(report, log, connections)
        await _check_effects(report, observed, connections)
        _check_order(report, observed, wire or ())
        report.gaps += report.note("I4", "projections differ", await projections.differing(connections, observed))
        for what, found in await claims.missing(connections, observed):
            report.losses += report.note("I1", f"claimed, and {what}", found)
        report.drift += report.note("I5", "the ledger does not hold", await ledger.faults(connections, baseline))
        report.postings = await connections["funding"].fetchval("SELECT count(*) FROM ledger_transactions")
        report.note("I6", "rows seen that are out of scope", await scopes.leaks(connections))
    await _check_audit(report, databases, baseline)
    return report


def _check_consumed(report: Report, observed: Observed) -> None:
    report.events = len(observed.events())
    report.consumed = sum(len(rows) for rows in observed.inbox.values())
    report.dead_letters = sum(len(rows) for rows in observed.letters.values())
    report.note("I1", "of a type whose consumers nobody wrote down", sorted(observed.unknown_types()))
    waiting = observed.waiting()
    report.losses += report.note("I1", "committed, and not consumed", waiting)
    report.note("I8", f"lag is not 0 after {report.settled_seconds:.0f} s", waiting)


def _check_origin(report: Report, observed: Observed, wire: Sequence[Wire] | None, foreign: Collection[UUID]) -> None:
    known = {row["id"] for row in observed.events()} | set(foreign)
    # What nobody could read has no id of its own: its letter says so.
    nameless = {row["event_id"] for rows in observed.letters.values() for row in rows if row["type"] is None}
    for service, rows in observed.inbox.items():
        unknown = [event_id for event_id in rows if event_id not in known and event_id not in nameless]
        report.note("I2", f"{service} consumed events that were never committed", unknown)
    if wire is not None:
        there = {message.event_id for message in wire}
        report.note("I2", "on the broker, and never committed", sorted(there - known))
        lost = [row["id"] for row in observed.events() if row["published_at"] is not None and row["id"] not in there]
        report.losses += report.note("I1", "said to be published, and not on the broker", lost)


async def _check_clients(report: Report, log: ClientLog | None, connections: Mapping[str, asyncpg.Connection]) -> None:
    if log is None:
        return
    verdict = await compare(log, connections)
    report.losses += report.note("I1", "acknowledged, and not there", verdict.lost)
    report.note("I2", "refused, and there all the same", verdict.ghosts)
    report.duplicates += report.note("I3", "one write, several effects", verdict.doubled)


async def _check_effects(report: Report, observed: Observed, connections: Mapping[str, asyncpg.Connection]) -> None:
    for what, found in await effects.doubled(connections, observed):
        report.duplicates += report.note("I3", what, found)


def _check_order(report: Report, observed: Observed, wire: Sequence[Wire]) -> None:
    report.gaps += report.note("I4", "versions with a gap or a repeat", order.broken_versions(observed))
    report.gaps += report.note("I4", "consumed out of order", order.consumed_late(observed))
    report.gaps += report.note("I4", "the log is out of order", order.logged_late(wire))
    report.gaps += report.note("I4", "on several partitions", order.scattered(wire))
    report.repeats = len(wire) - len({message.event_id for message in wire})


async def _check_audit(report: Report, databases: Mapping[str, str], baseline: Baseline | None) -> None:
    for service, url in databases.items():
        database = Database(engine_url(url), pool_size=1, access=system_access(service, "faults"))
        try:
            async with database.transaction() as tx:
                findings = await verify_chain(tx)
                rows = int(await tx.driver.fetchval("SELECT count(*) FROM audit_log"))
        finally:
            await database.close()
        report.audit_rows += rows
        report.note("I7", service, [f"{f.kind} at {f.division} #{f.number}: {f.detail}" for f in findings])
        if baseline is not None and rows < baseline.audit_rows.get(service, 0):
            report.note("I7", service, [f"{baseline.audit_rows[service] - rows} audit rows went"])
