"""Finds the units of a seat by the registry's own interface, so that it works wherever the registry runs."""

from collections.abc import Sequence

import httpx
import structlog

from shared.web.identity.permissions import Role
from shuangfu.identity.issuing import Issuer
from shuangfu.identity.seats import FindUnits

log = structlog.get_logger(__name__)

_SECONDS = 30


def units_by_registry(issuer: Issuer, client: httpx.AsyncClient, root: str) -> FindUnits:
    """Asks the registry below `root` as an auditor of the seat's divisions."""

    async def find(codes: Sequence[str], divisions: Sequence[str]) -> tuple[str, ...]:
        token = issuer.issue("seats", [Role.AUDITOR], divisions, _SECONDS)
        headers = {"Authorization": f"Bearer {token}"}
        found: list[str] = []
        # A seat has one or two units.
        for code in codes:
            try:
                organization = await client.get(f"{root}/v1/organizations/{code}", headers=headers)
                if organization.status_code != httpx.codes.OK:
                    continue
                found.append(organization.json()["id"])
                covering = await client.get(
                    f"{root}/v1/party-organizations", params={"organization": code}, headers=headers
                )
                found += [one["id"] for one in covering.raise_for_status().json()["items"]]
            except httpx.HTTPError as error:
                log.warning("seat_units_not_found", error=type(error).__name__)
        return tuple(found)

    return find
