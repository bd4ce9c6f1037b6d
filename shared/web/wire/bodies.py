"""What headers say of a body: only JSON that is sent as it is can be read."""

from fastapi import Request

from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_JSON = "application/json"
_NOT_JSON = Text(
    zh="请求体应为 JSON，并须在该请求头中标明。",
    en="The body must be JSON: set Content-Type to application/json.",
)
_ENCODED = Text(
    zh="请求体须按原样发送，不接受压缩（{encoding}）。",
    en="The body is to be sent as it is: no content coding is read here ({encoding}).",
)
_LONGEST = 40


def not_json() -> InvalidInput:
    """The answer to a body of another type."""
    return InvalidInput([FieldError("/header/Content-Type", _NOT_JSON)])


def check_json_type(request: Request) -> None:
    """Raises InvalidInput unless Content-Type says JSON, by the same rule as FastAPI's (`application/…+json` too)."""
    kind = request.headers.get("content-type", "")
    if kind == _JSON:
        return
    kind = kind.partition(";")[0].strip().lower()
    if kind != _JSON and not (kind.startswith("application/") and kind.endswith("+json")):
        raise not_json()


def check_encoding(request: Request) -> None:
    """Raises InvalidInput for a body that is declared as compressed: it would be read as if it were not."""
    encoding = request.headers.get("content-encoding", "").strip()
    if encoding and encoding.lower() != "identity":
        facts = (("encoding", encoding[:_LONGEST]),)
        raise InvalidInput([FieldError("/header/Content-Encoding", _ENCODED, facts)])
