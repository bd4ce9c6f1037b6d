"""The patient client, against a service that is unavailable for some time."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from shuangfu.clients.patience import IN_FLIGHT, PatientTransport

Answer = httpx.Response | Exception


class Service(httpx.BaseTransport):
    """Gives one answer after the other, and repeats the last."""

    def __init__(self, *answers: Callable[[], Answer]) -> None:
        self._answers: Iterator[Callable[[], Answer]] = iter(answers)
        self._last = answers[-1]
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.read())
        self.keys.append(request.headers.get("Idempotency-Key"))
        answer = next(self._answers, self._last)()
        if isinstance(answer, Exception):
            raise answer
        return answer


def refused() -> Answer:
    return httpx.ConnectError("refused")


def lost() -> Answer:
    return httpx.ReadError("the answer is lost")


def status(code: int, **body: str) -> Callable[[], Answer]:
    return lambda: httpx.Response(code, json=body)


def post(service: Service, seconds: float = 20.0) -> tuple[httpx.Response, int]:
    transport = PatientTransport(seconds, service)
    with httpx.Client(transport=transport, base_url="http://service") as client:
        return client.post("/v1/things", json={"a": 1}, headers={"Idempotency-Key": "k"}), transport.repeats


@pytest.mark.parametrize("failure", [refused, lost, status(502), status(503), status(504), status(409, type=IN_FLIGHT)])
def test_patience__the_same_request_with_the_same_key_until_it_is_answered(failure: Callable[[], Answer]) -> None:
    service = Service(failure, failure, status(201, id="x"))
    response, repeats = post(service)
    assert (response.status_code, response.json()) == (201, {"id": "x"})
    assert repeats == 2
    assert service.bodies == [b'{"a":1}'] * 3
    assert service.keys == ["k"] * 3


@pytest.mark.parametrize("code", [200, 404, 409, 422, 500])
def test_patience__an_answer_is_an_answer(code: int) -> None:
    service = Service(status(code, type="urn:shuangfu:problem:other"))
    response, repeats = post(service)
    assert (response.status_code, repeats) == (code, 0)


def test_patience__ends() -> None:
    response, repeats = post(Service(status(503)), seconds=0.5)
    assert response.status_code == 503
    assert repeats > 0
    with pytest.raises(httpx.ConnectError):
        post(Service(refused), seconds=0.5)
