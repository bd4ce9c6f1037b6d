"""Who is to consume which event: written out by hand, for a handler that somebody took out must be missed."""

from shared.contracts.catalog import CATALOG, SERVICES

SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "shuangfu.registry.body.recorded.v1": ("incubation", "evaluation"),
    "shuangfu.registry.filed_body.recorded.v1": ("incubation",),
    "shuangfu.registry.organization.registered.v1": ("incubation", "funding"),
    "shuangfu.registry.organization.changed.v1": ("incubation", "funding"),
    "shuangfu.registry.organization.deregistered.v1": ("incubation", "funding"),
    "shuangfu.registry.party_organization.established.v1": ("incubation", "evaluation", "funding"),
    "shuangfu.registry.party_organization.changed.v1": ("incubation", "evaluation", "funding"),
    "shuangfu.registry.party_organization.changed.v2": ("incubation", "evaluation", "funding"),
    "shuangfu.registry.party_organization.dissolved.v1": ("incubation", "evaluation", "funding"),
    "shuangfu.registry.party_organization.declined.v1": ("incubation",),
    "shuangfu.incubation.formation_check.completed.v1": (),
    "shuangfu.incubation.party_organization.formed.v1": ("registry",),
    "shuangfu.incubation.party_organization.extended.v1": ("registry",),
    "shuangfu.incubation.party_organization.reorganized.v1": ("registry",),
    "shuangfu.incubation.incubatee.enrolled.v1": (),
    "shuangfu.incubation.incubatee.graduated.v1": (),
    "shuangfu.incubation.incubatee.exited.v1": (),
    "shuangfu.incubation.area.recorded.v1": (),
    "shuangfu.incubation.filed_body.assigned.v1": ("registry",),
    "shuangfu.incubation.double_report.counted.v1": ("evaluation",),
    "shuangfu.evaluation.evaluation.completed.v1": ("funding",),
    "shuangfu.evaluation.standing.changed.v1": ("registry",),
    "shuangfu.evaluation.rectification.closed.v1": ("funding",),
    "shuangfu.evaluation.selection.commended.v1": ("registry",),
    "shuangfu.funding.grant.raised.v1": (),
    "shuangfu.funding.grant.held.v1": (),
    "shuangfu.funding.grant.reviewed.v1": (),
    "shuangfu.funding.grant.approved.v1": (),
    "shuangfu.funding.grant.paid.v1": (),
    "shuangfu.funding.grant.reversed.v1": (),
    "shuangfu.bus.dead_letter.recorded.v1": (),
}
"""Event type → the services that its effects are due in."""
GROUPS: dict[str, tuple[str, ...]] = {
    service: tuple(sorted({CATALOG[kind].TOPIC for kind, readers in SUBSCRIBERS.items() if service in readers}))
    for service in SERVICES
}
"""Consumer group → the topics that it must have read to their ends."""
