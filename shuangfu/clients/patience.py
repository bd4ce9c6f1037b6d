"""A client that waits for services that are away, as a district system does."""

import httpx
import stamina

AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
IN_FLIGHT = "urn:shuangfu:problem:idempotency-key-in-flight"
"""The first try of this request is still under way, though its answer is lost."""


class _Away(Exception):  # noqa: N818 - says what is the case
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.method} {response.request.url.path}: {response.status_code}")
        self.response = response


class PatientTransport(httpx.BaseTransport):
    """Repeats a request until it is answered, for at most so many seconds; then the last failure stands.

    Only for requests that may be repeated: GET and PUT, a POST with an Idempotency-Key, an import of the same rows.
    """

    def __init__(self, seconds: float, inner: httpx.BaseTransport | None = None) -> None:
        self._seconds = seconds
        self._inner = inner or httpx.HTTPTransport()
        self.repeats = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        request.read()  # so that the body can be sent again
        tries = stamina.retry_context(
            on=(httpx.TransportError, _Away), attempts=None, timeout=self._seconds, wait_initial=0.1, wait_max=2.0
        )
        try:
            for attempt in tries:
                with attempt:
                    self.repeats += attempt.num > 1
                    return self._ask(request)
        except _Away as away:
            return away.response
        raise AssertionError("a retry ends by a return or by raising")

    def _ask(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if response.status_code in AWAY or response.status_code == httpx.codes.CONFLICT:
            response.request = request
            response.read()
            if response.status_code in AWAY or response.json().get("type") == IN_FLIGHT:
                raise _Away(response)
        return response

    def close(self) -> None:
        """See httpx."""
        self._inner.close()
