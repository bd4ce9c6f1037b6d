"""A district's system as a client: it repeats what was not answered, with the same key, until it is."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import TokenFor
from tests.running.callers import PLAIN

PATIENCE_SECONDS = 60.0
"""How long a client repeats a request before it gives up and does not know."""
ROLES = {
    "registrar": "registrar",
    "officer": "district_officer",
    "rater": "rater",
    "completer": "rater",
    "review": "reviewer",
    "approval": "approver",
    "payment": "payer",
}
Json = dict[str, Any]


@dataclass
class Line:
    """What lies between clients and services, and what was lost on it."""

    bases: Mapping[str, str]
    """Service to the URL of its API (without `/v1`)."""
    token_for: TokenFor
    lose_replies: float = 0.0
    """How many replies get lost on their way to the client, which then asks again with the same key."""
    transport: httpx.AsyncBaseTransport | None = None
    """Where requests go instead of over the network: the apps in this process, with or without faults."""
    repeats: int = 0
    """Requests that were sent again."""
    lost_replies: int = 0


class Client:
    """A district's system: one connection pool, one division, tokens of its own hands."""

    def __init__(self, line: Line, division: str, chance: random.Random) -> None:
        self.division = division
        self.chance = chance
        self._line = line
        self._http = httpx.AsyncClient(timeout=15, trust_env=False, transport=line.transport, verify=PLAIN)

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def listed(self, hand: str, service: str, path: str, **query: Any) -> list[Json]:
        """A list's first page."""
        response = await self.send(hand, "GET", service, path, params={"limit": 100, **query})
        items: list[Json] = response.json()["items"] if response is not None else []
        return items

    async def send(
        self,
        hand: str,
        method: str,
        service: str,
        path: str,
        *,
        key: str | None = None,
        accepted: Callable[[httpx.Response], bool] | None = None,
        **content: Any,
    ) -> httpx.Response | None:
        """Until it is answered: whatever breaks or is a fault of the server is sent again, with the same key.

        None when patience ran out: then nobody knows. A refusal is an answer, unless it says "not now".
        """
        headers = {"Authorization": f"Bearer {self._token(hand)}"} | ({"Idempotency-Key": key} if key else {})
        deadline = time.monotonic() + PATIENCE_SECONDS
        url = f"{self._line.bases[service]}/v1{path}"
        pause = 0.05
        while True:
            with suppress(httpx.TransportError):
                response = await self._http.request(method, url, headers=headers, **content)
                lost = method != "GET" and self.chance.random() < self._line.lose_replies
                self._line.lost_replies += lost
                if not lost and _is_final(response) and (accepted is None or accepted(response)):
                    return response
            if time.monotonic() > deadline:
                return None
            self._line.repeats += 1
            await asyncio.sleep(pause * (0.5 + self.chance.random()))
            pause = min(2 * pause, 1.0)

    def _token(self, hand: str) -> str:
        return self._line.token_for(ROLES[hand], [self.division], subject=f"{hand}-{self.division}")


def _is_final(response: httpx.Response) -> bool:
    """Neither the server's own fault nor a first request that is still under way."""
    in_flight = response.status_code == 409 and b"idempotency-key-in-flight" in response.content
    return response.status_code < 500 and not in_flight
