"""Invented yearly forms."""

from typing import Any

import httpx

from tests.registry.helpers import code

PATH = "/v1/yearly-forms"
FORM: dict[str, Any] = {
    "pledged_on": "2025-06-01",
    "pledge_reference": "倡议书 2025-7",
    "key_staff": 4,
    "delegates": 1,
    "founders": 10,
    "founder_members": 5,
    "founder_friends": 2,
    "money": True,
    "people": True,
    "place": False,
}


async def put_form(client: httpx.AsyncClient, number: int, year: int = 2025, **changes: Any) -> httpx.Response:
    """Put what an organization states of a year."""
    return await client.put(f"{PATH}/{code(number)}/{year}", json={**FORM, **changes})
