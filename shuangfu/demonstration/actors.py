"""Who does the job: a token for each actor, and requests made with it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx

from shared.problems.problems import TYPE_PREFIX
from shuangfu.demonstration.findings import DemoFailed, Json

ACTORS: dict[str, str] = {
    "registrar": "registrar",
    "officer": "district_officer",
    "worker": "incubator_worker",
    "assessor": "rater",
    "rater": "rater",
    "completer": "rater",
    "acceptor": "district_officer",
    "reviewer": "reviewer",
    "approver": "approver",
    "payer": "payer",
    "auditor": "auditor",
    "city_officer": "district_officer",
    "own_officer": "district_officer",
    "street_officer": "street_officer",
}
"""The role of each actor of the job. Some duties must lie with different subjects, so each actor is a subject."""
OWN: dict[str, tuple[str, ...]] = {
    "city_officer": ("3301",),
    "own_officer": ("330106",),
    "street_officer": ("330106",),
}
"""Actors of one division alone, the example's: nobody above it writes its meetings (H7)."""


Report = Callable[[str, int, int], None]
"""(step, done, of how many): what the progress display shows."""
Await = Callable[[str, Callable[[], int], int], None]
"""Waits, in a step of the job, until a count reaches what is wanted."""


class Actors:
    """Makes requests as one of the actors; what is only read is read as the auditor.

    Every method raises httpx.TransportError, and DemoFailed where the answer is an error.
    """

    def __init__(self, client: httpx.Client, tokens: Mapping[str, str]) -> None:
        self.client = client
        self._tokens = tokens

    def headers(self, actor: str) -> dict[str, str]:
        """The headers that authenticate an actor."""
        return {"Authorization": f"Bearer {self._tokens[actor]}"}

    def reading_as(self, actor: str) -> "Actors":
        """The same, where what is only read is read as another actor."""
        return Actors(self.client, {**self._tokens, "auditor": self._tokens[actor]})

    def get(self, path: str, **parameters: object) -> Json:
        """Read one resource."""
        given = {name: str(value) for name, value in parameters.items()}
        return _checked(self.client.get(path, params=given, headers=self.headers("auditor")))

    def list_all(self, path: str, **parameters: object) -> Iterator[Json]:
        """Every item of a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, limit=500, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def download(self, path: str, **parameters: str) -> bytes | None:
        """A file; None where the server has not what printing it takes."""
        response = self.client.get(path, params=parameters, headers=self.headers("auditor"))
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE and "fonts-missing" in response.text:
            return None
        if response.is_error:
            raise DemoFailed(described(response))
        return response.content

    def post(
        self, actor: str, path: str, body: Json | None, *, if_match: int | None = None, refusals: Collection[str] = ()
    ) -> Json:
        """Post, with an idempotency key: the request may be repeated.

        `refusals` are slugs of problems that are an answer too (`slug_of` finds which it is).
        """
        headers = {"Idempotency-Key": str(uuid4()), **self.headers(actor)}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        return _checked(self.client.post(path, json=body, headers=headers), refusals)

    def put(self, actor: str, path: str, body: Json) -> Json:
        """Put."""
        return _checked(self.client.put(path, json=body, headers=self.headers(actor)))


def slug_of(answer: Json) -> str | None:
    """Which problem an answer is; None where it is none."""
    kind = str(answer.get("type", ""))
    return kind.removeprefix(TYPE_PREFIX) if kind.startswith(TYPE_PREFIX) else None


def _checked(response: httpx.Response, refusals: Collection[str] = ()) -> Json:
    if response.is_error and response.status_code != httpx.codes.CONFLICT:
        raise DemoFailed(described(response))
    found: dict[str, Any] = response.json()
    if response.is_error and slug_of(found) not in refusals:
        raise DemoFailed(described(response))
    return found


def described(response: httpx.Response) -> str:
    """A refused request in one line: what was asked, and the beginning of the problem."""
    return f"{response.request.method} {response.request.url.path}: {response.text[:500]}"
