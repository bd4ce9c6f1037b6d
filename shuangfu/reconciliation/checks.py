"""All checks of the chosen services. What is checked follows from each service's handlers, tables and declarations."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from shared.audit.operations import operator_access
from shared.contracts.catalog import emitter_of
from shared.db.session import Database
from shared.settings import ServiceSettings
from shuangfu.reconciliation.comparisons import check_comparisons
from shuangfu.reconciliation.delivery import check_dead_letters, check_delivered, check_unpublished
from shuangfu.reconciliation.found import Finding, Inputs
from shuangfu.reconciliation.records import check_audit, check_invariants
from shuangfu.reconciliation.versions import check_versions
from shuangfu.services import handlers_of, load


def sources_of(settings: ServiceSettings) -> set[str]:
    """The other services whose databases a service's checks read: those whose events it handles or whose rows it
    keeps."""
    service = load(settings.service)
    compared = {comparison.source for comparison in service.reconciliation.comparisons}
    return compared | set(map(emitter_of, handlers_of(service, settings).types))


async def find_differences(
    settings: Mapping[str, ServiceSettings], chosen: Sequence[str], grace: float, *, audit: bool = True
) -> list[Finding]:
    """Every check of the chosen services; `settings` hold their sources too (`sources_of`); `grace` is in seconds.

    Raises what the driver raises.
    """
    services = {name: load(name) for name in chosen}
    handlers = {name: handlers_of(service, settings[name]) for name, service in services.items()}
    async with AsyncExitStack() as stack:
        databases = {}
        for name, found in settings.items():
            databases[name] = Database(found.database_url, pool_size=2, access=operator_access(name))
            stack.push_async_callback(databases[name].close)
        anchors = {name: found.audit_anchors for name, found in settings.items()}
        inputs = Inputs(services, handlers, databases, anchors, grace)
        findings: list[Finding] = []
        for name in chosen:
            findings += [await check_unpublished(inputs, name), *await check_delivered(inputs, name)]
            findings += [await check_dead_letters(inputs, name), await check_versions(inputs, name)]
            findings += await check_comparisons(inputs, name)
            findings += await check_invariants(inputs, name)
            if audit:
                findings.append(await check_audit(inputs, name))
        return findings
