"""The usual names of Party organizations."""

from collections.abc import Collection

from shared.contracts.base import PartyOrganizationKind

_SUFFIXES: dict[PartyOrganizationKind, str] = {"BRANCH": "支部", "GENERAL": "总支部", "COMMITTEE": "委员会"}


def name_party_organization(organization_name: str, kind: PartyOrganizationKind) -> str:
    """中共, the organization's name, and 支部 (branch), 总支部 (general branch) or 委员会 (committee)."""
    return f"中共{organization_name}{_SUFFIXES[kind]}"


def name_joint_branch(place: str, kind: PartyOrganizationKind = "BRANCH") -> str:
    """The name of a joint branch (联合支部, 联合总支部, 联合委员会), by the place that its organizations share."""
    return f"中共{place}社会组织联合{_SUFFIXES[kind]}"


def find_place(carriers: Collection[str | None], streets: Collection[str | None]) -> str:
    """The place by which a joint branch is named: the carrier or the street that all share, else the first street."""
    shared_carrier = next(iter(carriers)) if len(set(carriers)) == 1 else None
    return shared_carrier or next((street for street in streets if street), None) or "片区"


def name_area(street: str) -> str:
    """The name of a street's area Party organization (S15)."""
    return f"中共{street}社会组织片区支部"
