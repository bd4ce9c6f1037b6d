"""Turns what a client sent into a registration, or into the problems of it."""

from typing import Any

from pydantic import ValidationError

from services.registry.organizations.rules import find_errors
from services.registry.organizations.schemas import Registration
from shared.field.uscc import normalize
from shared.problems.problems import InvalidInput
from shared.problems.validation import field_errors


def read_registration(content: bytes | dict[str, Any], *, allow_sample_codes: bool) -> Registration:
    """A registration from JSON text or from a row's cells, its code normalized. Raises InvalidInput."""
    try:
        found = (
            Registration.model_validate_json(content)
            if isinstance(content, bytes)
            else Registration.model_validate(content, strict=False)
        )
    except ValidationError as error:
        raise InvalidInput(field_errors(error.errors())) from error
    return check_registration(found, allow_sample_codes=allow_sample_codes)


def check_registration(registration: Registration, *, allow_sample_codes: bool) -> Registration:
    """The registration with its code normalized. Raises InvalidInput with everything the field finds wrong."""
    code = normalize(registration.uscc)
    if code != registration.uscc:
        registration = registration.model_copy(update={"uscc": code})
    errors = find_errors(registration, allow_sample_codes=allow_sample_codes)
    if errors:
        raise InvalidInput(errors)
    return registration
