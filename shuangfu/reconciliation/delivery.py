"""Events between services: sent, arrived, numbered without gaps."""

from uuid import UUID

from shuangfu.reconciliation.found import CHUNK, Finding, House

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
# Of one aggregate the outbox keeps every version, or (where days were dropped) the last ones without a gap.
_GAPS = """
SELECT subject, min(sequence) AS first, max(sequence) AS last, count(*) AS events FROM outbox
GROUP BY subject
HAVING count(DISTINCT sequence) <> max(sequence) - min(sequence) + 1 OR count(*) <> count(DISTINCT sequence)
ORDER BY subject
"""
_VERSIONED = {
    "registry": (("organizations", "version"), ("party_organizations", "version")),
    "incubation": (("organizations", "checks"),),
    "evaluation": (("evaluations", "sequence"),),
    "funding": (("grants", "version"),),
}
"""The column that says which event of its own an aggregate told last."""


async def check_unpublished(house: House, service: str) -> Finding:
    """Outbox rows that wait for longer than the grace period."""
    async with house.databases[service].transaction() as tx:
        rows = await tx.driver.fetch(_UNPUBLISHED, house.grace_seconds)
        total = await tx.driver.fetchval("SELECT count(*) FROM outbox")
    finding = Finding("events published", service, total)
    if rows:
        finding.add([f"{row['id']} ({row['age']:.0f} s)" for row in rows])
        finding.advice = f"the relay does not publish: is {service}'s worker up, and the bus? (its /readyz and log)"
    return finding


async def check_delivered(house: House, service: str) -> list[Finding]:
    """Every published event that the service handles is in its inbox (dead letters are claimed there too)."""
    findings = []
    wanted = house.handlers[service].types
    for source in sorted({event_type.split(".")[1] for event_type in wanted}):
        types = sorted(one for one in wanted if one.split(".")[1] == source)
        finding = Finding(f"events of {source} arrived", service, 0)
        async with house.databases[source].transaction() as tx, house.databases[service].transaction() as reader:
            chunk: list[UUID] = []
            async for row in tx.driver.cursor(_PUBLISHED, types, house.grace_seconds, prefetch=CHUNK):
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


async def check_dead_letters(house: House, service: str) -> Finding:
    """Events that were put aside and wait for an operator."""
    async with house.databases[service].transaction() as tx:
        rows = await tx.driver.fetch(_OPEN_LETTERS)
        total = await tx.driver.fetchval("SELECT count(*) FROM dead_letters")
    finding = Finding("dead letters", service, total)
    if rows:
        finding.add([f"{row['id']} ({row['reason']})" for row in rows])
        finding.advice = f"`shuangfu dead-letters list --service {service}`, then retry or discard"
    return finding


async def check_versions(house: House, service: str) -> Finding:
    """Each aggregate's events are numbered without gap or repeat, and the last one tells of what is stored."""
    finding = Finding("versions without gaps", service, 0)
    async with house.databases[service].transaction() as tx:
        finding.compared = await tx.driver.fetchval("SELECT count(DISTINCT subject) FROM outbox")
        rows = await tx.driver.fetch(_GAPS)
        finding.add([f"{row['subject']} ({row['events']} events, {row['first']}-{row['last']})" for row in rows])
        for table, column in _VERSIONED[service]:
            behind = await tx.driver.fetch(
                f"SELECT t.id, t.{column} AS stored, o.last FROM {table} t "  # noqa: S608 - our own names
                "JOIN (SELECT subject, max(sequence) AS last FROM outbox GROUP BY subject) o ON o.subject = t.id::text "
                f"WHERE o.last <> t.{column} ORDER BY t.id"
            )
            finding.add([f"{table} {row['id']} is at {row['stored']}, told {row['last']}" for row in behind])
    if finding.differ:
        finding.advice = (
            "somebody wrote past the services: `shuangfu audit verify`, then restore or correct by its trail"
        )
        if service == "incubation":
            finding.advice += "; the number of checks: `shuangfu replay --service incubation`"
    return finding
