"""Reads what a client sent, or what a row's cells say, as a record in its shape."""

from typing import Any, TypeVar

from pydantic import ValidationError

from shared.problems.inputs import Body
from shared.problems.keys import check_known_keys
from shared.problems.problems import MAX_ERRORS, InvalidInput
from shared.problems.validation import check_json_body, field_errors

MAX_KEYS = 100
"""Fields of one record, five times what there are."""
B = TypeVar("B", bound=Body)


def parse(content: bytes | dict[str, Any], model: type[B]) -> B:
    """A record from JSON text or from a row's cells. Raises InvalidInput with every error that its shape has."""
    if isinstance(content, bytes):
        check_known_keys(content, model.model_fields, limit=MAX_KEYS)
    try:
        if isinstance(content, bytes):
            found = model.model_validate_json(content)
            check_json_body(content, found.count_keys())
        else:
            found = model.model_validate(content, strict=False)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise InvalidInput(field_errors(faults[:MAX_ERRORS]), count=len(faults)) from error
    return found
