"""A year of dues: four quarters recorded by one actor, certified by another, and claimed back (S25, D12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json

DUES, REFUNDS = "/funding/v1/dues", "/funding/v1/dues-refunds"
_COLLECTED_FEN = 4_551
"""What a member paid in a quarter, invented; only totals of organizations are recorded."""
_INTEREST_FEN = 37


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose dues are recorded, and the Party organization that hosts the members where none covers them."""

    id: str
    kind: str
    name: str
    division: str
    members: int
    host: str | None = None


def find_holders(parties: Sequence[Json], organizations: Sequence[Json]) -> list[Holder]:
    """Each Party organization with whom it covers, and each organization with members that none covers.

    The first standalone branch of the division by name hosts the members of the latter.
    """
    members = {one["id"]: one["full_members"] + one["probationary_members"] for one in organizations}
    covered = {cover["organization_id"] for party in parties for cover in party["covers"]}
    hosts: dict[str, str] = {}
    for party in sorted(parties, key=lambda one: str(one["name"]), reverse=True):
        if party["form"] == "standalone":
            hosts[party["division"]] = party["id"]
    holders = [
        Holder(
            party["id"],
            "party_organization",
            party["name"],
            party["division"],
            sum(members[cover["organization_id"]] for cover in party["covers"]),
        )
        for party in parties
    ]
    for one in organizations:
        if one["id"] not in covered and one["full_members"] and one["division"] in hosts:
            host = hosts[one["division"]]
            holders.append(Holder(one["id"], "organization", one["name"], one["division"], members[one["id"]], host))
    return [one for one in holders if one.members]


def record_year(actors: Actors, holder: Holder, year: int, known: Json | None) -> Json:
    """The certified year of a holder; `known` is what an earlier run left of it."""
    if known is not None and known["state"] == "certified":
        return known
    found: Json = {}
    for quarter in range(1, 5):
        found = actors.post("officer", DUES, _quarter(holder, year, quarter))
    return actors.post("reviewer", f"{DUES}/{found['id']}/certification", {"note": "示范"})


def _quarter(holder: Holder, year: int, quarter: int) -> Json:
    """Two thirds are remitted, which the bank's line shows; the rest is retained."""
    collected = holder.members * _COLLECTED_FEN
    remitted = collected * 2 // 3
    paper = {"on": f"{year}-{3 * quarter:02d}-25"}
    return {
        "holder_id": holder.id,
        "holder_kind": holder.kind,
        "holder_name": holder.name,
        "division": holder.division,
        "year": year,
        "quarter": quarter,
        "collected_fen": collected,
        "remitted_fen": remitted,
        "retained_fen": collected - remitted,
        "interest_fen": _INTEREST_FEN,
        "papers": [
            {**paper, "kind": "voucher", "of": "collected", "reference": f"JZ-{quarter}", "amount_fen": collected},
            {**paper, "kind": "bank_line", "of": "remitted", "reference": f"YH-{quarter}", "amount_fen": remitted},
        ],
    }


def claim(actors: Actors, holder: Holder, certified: Json, number: int, claims: Mapping[str, Json]) -> Json:
    """The refund of exactly what was remitted; the problem where the day is past or nobody refunds."""
    if certified["id"] in claims:
        return claims[certified["id"]]
    body = {
        "dues_id": certified["id"],
        "amount_fen": remitted_of(certified),
        "list_reference": f"QD-{number}",
        "slip_reference": f"HD-{number}",
        **({"host_id": holder.host} if holder.host else {}),
    }
    return actors.post("officer", REFUNDS, body, refusals=("claim-late", "no-refund"))


def remitted_of(certified: Json) -> int:
    """What was remitted in a year, in fen."""
    return sum(quarter["remitted_fen"] for quarter in certified["quarters"])
