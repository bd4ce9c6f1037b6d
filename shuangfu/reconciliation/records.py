"""What holds of a service's own records: the invariants that it declares, and its audit trail."""

from shared.audit.report import AnchorPlaces, verify_trail
from shuangfu.reconciliation.found import Finding, Inputs


async def check_invariants(inputs: Inputs, service: str) -> list[Finding]:
    """Every invariant that the service declares."""
    findings = []
    async with inputs.databases[service].transaction() as tx:
        for declared in inputs.services[service].reconciliation.invariants:
            count = await tx.driver.fetchval(f'SELECT count(*) FROM "{declared.table}"')  # noqa: S608
            finding = Finding(declared.name, service, count)
            given = [inputs.grace_seconds] if "$1" in declared.violations else []
            finding.add(row["example"] for row in await tx.driver.fetch(declared.violations, *given))
            finding.advice = declared.advice if finding.differ else ""
            findings.append(finding)
    return findings


async def check_audit(inputs: Inputs, service: str) -> Finding:
    """The chain of the audit trail holds, and agrees with the anchors where a folder is named for them."""
    report = await verify_trail(inputs.databases[service], service, AnchorPlaces(inputs.anchors[service]))
    finding = Finding("audit trail holds", service, report.rows)
    finding.add(
        [*report.faults, *report.guards, *(f"{one.division} row {one.number}: {one.kind}" for one in report.findings)]
    )
    if finding.differ:
        finding.advice = f"`shuangfu audit verify --service {service}` says where; keep the database for an inquiry"
    return finding
