"""A civil-affairs system beside the demonstration: it puts registrations of another division, version by version."""

import random
import threading
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from shared.field import uscc
from shuangfu.clients.patience import PatientTransport
from tests.faults.load.client_log import ClientLog, Outcome, registration_ref

DIVISION = "310101"
ORGANIZATIONS = 60
PATIENCE_SECONDS = 180.0
_FIRST = datetime(2025, 1, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


class Traffic(threading.Thread):
    """Puts at `rate` a second until it is stopped; each write has content and an `as_of` that no other has."""

    def __init__(self, url: str, token: str, seed: int, rate: float = 8.0) -> None:
        super().__init__(name="traffic", daemon=True)
        self.log = ClientLog()
        self.refused: list[str] = []
        self.versions: dict[str, int] = {}
        self._url, self._token, self._rate = url, token, rate
        self._random = random.Random(seed)
        self._stopping = threading.Event()
        self._transport = PatientTransport(PATIENCE_SECONDS)

    @property
    def repeats(self) -> int:
        """Requests that were repeated."""
        return self._transport.repeats

    def run(self) -> None:
        """Until `stop`."""
        headers = {"Authorization": f"Bearer {self._token}"}
        with httpx.Client(base_url=self._url, headers=headers, timeout=40, transport=self._transport) as client:
            while not self._stopping.wait(1 / self._rate):
                self._put(client, self._random.randrange(1, ORGANIZATIONS + 1))

    def stop(self) -> None:
        """Let the current write end and begin no other."""
        self._stopping.set()
        self.join(PATIENCE_SECONDS + 60)
        if self.is_alive():
            raise TimeoutError("the traffic does not end")

    def _put(self, client: httpx.Client, number: int) -> None:
        code = uscc.make("52", DIVISION, f"PDY{number:05d}")
        version = self.versions.get(code, 0) + 1
        as_of = _FIRST + timedelta(minutes=version)
        reference = registration_ref(code, as_of)
        try:
            response = client.put(
                f"/registry/v1/civil-affairs/registrations/{code}", json=registration(number, version, as_of)
            )
        except httpx.TransportError:
            self.log.note("registration", reference, Outcome.UNKNOWN)
        else:
            known = response.status_code in {httpx.codes.OK, httpx.codes.CREATED}
            outcome = Outcome.ACKNOWLEDGED if known else Outcome.REFUSED
            if response.is_server_error:
                outcome = Outcome.UNKNOWN
            if not known:
                self.refused.append(f"{reference}: {response.status_code} {response.text[:200]}")
            self.log.note("registration", reference, outcome)
        self.versions[code] = version


def registration(number: int, version: int, as_of: datetime) -> dict[str, Any]:
    """An invented one."""
    members = (number + version) % 5
    return {
        "name": f"示例社会组织{number}",
        "kind": "social_service_institution",
        "division": DIVISION,
        "street": "示例街道",
        "address": f"示例路 {version} 号",
        "registered_on": "2024-05-01",
        "full_time_staff": 20 + version,
        "full_members_full_time": members,
        "full_members": members,
        "probationary_members": 0,
        "evaluation_type": "T10",
        "as_of": as_of.isoformat(),
    }
