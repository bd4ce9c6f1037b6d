"""The usual names of Party organizations."""

from shared.contracts.base import PartyOrganizationKind

_SUFFIXES: dict[PartyOrganizationKind, str] = {"BRANCH": "支部", "GENERAL": "总支部", "COMMITTEE": "委员会"}


def name_party_organization(organization_name: str, kind: PartyOrganizationKind) -> str:
    """中共, the organization's name, and 支部 (branch), 总支部 (general branch) or 委员会 (committee)."""
    return f"中共{organization_name}{_SUFFIXES[kind]}"


def name_joint_branch(place: str) -> str:
    """The name of a joint branch, by the place that its organizations share."""
    return f"中共{place}社会组织联合支部"


def name_area(street: str) -> str:
    """The name of a street's area Party organization (S15)."""
    return f"中共{street}社会组织片区支部"
