"""All checks of the chosen services."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from shared.audit.operations import operator_access
from shared.db.session import Database
from shared.settings import ServiceSettings
from shuangfu.reconciliation.delivery import check_dead_letters, check_delivered, check_unpublished, check_versions
from shuangfu.reconciliation.found import Finding, House
from shuangfu.reconciliation.projections import check_projections, sources_of
from shuangfu.reconciliation.records import check_audit, check_ledger
from shuangfu.services import load

_EVENTS_OF = {
    "registry": {"incubation"},
    "incubation": {"registry"},
    "evaluation": {"registry"},
    "funding": {"evaluation"},
}


def sources(service: str) -> set[str]:
    """The other services whose databases a service's checks look into."""
    return _EVENTS_OF[service] | sources_of(service)


async def find_differences(
    settings: Mapping[str, ServiceSettings], chosen: Sequence[str], grace: float, *, audit: bool = True
) -> list[Finding]:
    """Every check of the chosen services; `settings` hold their sources too. Raises what the driver raises."""
    async with AsyncExitStack() as stack:
        databases = {}
        for name, found in settings.items():
            databases[name] = Database(found.database_url, pool_size=2, access=operator_access(name))
            stack.push_async_callback(databases[name].close)
        handlers = {name: load(name).create_worker(settings[name], databases[name]).handlers for name in chosen}
        anchors = {name: found.audit_anchors for name, found in settings.items()}
        house = House(databases, handlers, anchors, grace)
        findings: list[Finding] = []
        for name in chosen:
            findings += [await check_unpublished(house, name), *await check_delivered(house, name)]
            findings += [await check_dead_letters(house, name), await check_versions(house, name)]
            findings += await check_projections(house, name)
            if name == "funding":
                findings += await check_ledger(house, name)
            if audit:
                findings.append(await check_audit(house, name))
        return findings
