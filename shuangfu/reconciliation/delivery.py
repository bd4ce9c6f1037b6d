"""Events between services: published, and arrived."""

from uuid import UUID

from shared.contracts.catalog import emitter_of
from shuangfu.reconciliation.found import CHUNK, Finding, Inputs

_UNPUBLISHED = """
SELECT id, extract(epoch FROM now() - occurred_at) AS age FROM outbox
WHERE published_at IS NULL AND occurred_at < now() - make_interval(secs => $1) ORDER BY seq
"""
_PUBLISHED = """
SELECT id FROM outbox WHERE type = ANY($1::text[]) AND published_at < now() - make_interval(secs => $2)
"""
_NOT_CLAIMED = """
SELECT u.id FROM unnest($1::uuid[]) AS u(id)
WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.event_id = u.id AND i.consumer = $2)
"""
_OPEN_LETTERS = "SELECT id, type, reason FROM dead_letters WHERE state = 'open' ORDER BY recorded_at DESC"


async def check_unpublished(inputs: Inputs, service: str) -> Finding:
    """Outbox rows that wait for longer than the grace period."""
    async with inputs.databases[service].transaction() as tx:
        rows = await tx.driver.fetch(_UNPUBLISHED, inputs.grace_seconds)
        total = await tx.driver.fetchval("SELECT count(*) FROM outbox")
    finding = Finding("events published", service, total)
    if rows:
        finding.add([f"{row['id']} ({row['age']:.0f} s)" for row in rows])
        finding.advice = f"the relay does not publish: is {service}'s worker up, and the bus? (its /readyz and log)"
    return finding


async def check_delivered(inputs: Inputs, service: str) -> list[Finding]:
    """Every published event that the service handles is in its inbox (dead letters are claimed there too)."""
    findings = []
    wanted = inputs.handlers[service].types
    for source in sorted(set(map(emitter_of, wanted))):
        types = sorted(one for one in wanted if emitter_of(one) == source)
        finding = Finding(f"events of {source} arrived", service, 0)
        async with inputs.databases[source].transaction() as tx, inputs.databases[service].transaction() as reader:
            chunk: list[UUID] = []
            async for row in tx.driver.cursor(_PUBLISHED, types, inputs.grace_seconds, prefetch=CHUNK):
                chunk.append(row["id"])
                finding.compared += 1
                if len(chunk) == CHUNK:
                    finding.add([one["id"] for one in await reader.driver.fetch(_NOT_CLAIMED, chunk, service)])
                    chunk = []
            finding.add([one["id"] for one in await reader.driver.fetch(_NOT_CLAIMED, chunk, service)])
        if finding.differ:
            finding.advice = (
                f"is {service}'s worker up, and its lag 0? If so they were lost on the way: `shuangfu republish "
                f"--service {source}` publishes again what its outbox keeps, and inboxes drop what had arrived"
            )
        findings.append(finding)
    return findings


async def check_dead_letters(inputs: Inputs, service: str) -> Finding:
    """Dead letters that wait for an operator."""
    async with inputs.databases[service].transaction() as tx:
        rows = await tx.driver.fetch(_OPEN_LETTERS)
        total = await tx.driver.fetchval("SELECT count(*) FROM dead_letters")
    finding = Finding("dead letters", service, total)
    if rows:
        finding.add([f"{row['id']} ({row['reason']})" for row in rows])
        finding.advice = f"`shuangfu dead-letters list --service {service}`, then retry or discard"
    return finding
