"""A client that waits for unavailable services, as a district system does."""

import httpx
import stamina

UNAVAILABLE = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
IN_FLIGHT = "urn:shuangfu:problem:idempotency-key-in-flight"
"""The first attempt of this request is still in progress; its answer was lost."""


class _Unavailable(Exception):  # noqa: N818 - states what is the case
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.method} {response.request.url.path}: {response.status_code}")
        self.response = response


class PatientTransport(httpx.BaseTransport):
    """Repeats a request until it is answered, for at most `seconds`; then the last failure is raised or returned.

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
            on=(httpx.TransportError, _Unavailable),
            attempts=None,
            timeout=self._seconds,
            wait_initial=0.1,
            wait_max=2.0,
        )
        try:
            for attempt in tries:
                with attempt:
                    self.repeats += attempt.num > 1
                    return self._ask(request)
        except _Unavailable as unavailable:
            return unavailable.response
        raise AssertionError("a retry ends by a return or by raising")

    def _ask(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if response.status_code in UNAVAILABLE or response.status_code == httpx.codes.CONFLICT:
            response.request = request
            response.read()
            if response.status_code in UNAVAILABLE or response.json().get("type") == IN_FLIGHT:
                raise _Unavailable(response)
        return response

    def close(self) -> None:
        """See httpx."""
        self._inner.close()
