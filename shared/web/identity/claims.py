"""Finds claims in a token, and reads their texts."""

from collections.abc import Mapping
from typing import Any

from shared.problems.problems import FieldError


class TokenRefused(Exception):  # noqa: N818
    """The token is not valid here and now. The reason goes to our logs; the caller gets a 401, with `errors`."""

    errors: tuple[FieldError, ...] = ()


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name; else the one that it leads to, by names that may hold dots themselves.

    `resource_access.sf.gov.cn.roles` is found in `{"resource_access": {"sf.gov.cn": {"roles": […]}}}`. The longer name
    goes first, so that what is found does not depend on the order of the claims.
    """
    if path in claims:
        return claims[path]
    parts = path.split(".")
    for count in range(len(parts) - 1, 0, -1):
        inner = claims.get(".".join(parts[:count]))
        if isinstance(inner, Mapping):
            found = claim_at(inner, ".".join(parts[count:]))
            if found is not None:
                return found
    return None


def texts_of(value: Any) -> list[str]:
    """A claim's texts: a list, or a text with spaces between. Raises TokenRefused for anything else.

    What is not understood is never read as less: the caller would be refused without anybody knowing why.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    raise TokenRefused("a claim of roles, divisions, bodies or units is neither a text nor a list of texts")
