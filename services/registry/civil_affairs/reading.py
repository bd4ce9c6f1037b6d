"""Reads what a client sent as a registration, and checks it."""

from typing import Any

from pydantic import ValidationError

from services.registry.organizations.rules import find_errors
from services.registry.organizations.schemas import Registration
from shared.field.errors import FieldError as BrokenValue
from shared.field.names import normalize_name
from shared.field.uscc import normalize
from shared.problems.field_sentences import field_error
from shared.problems.problems import InvalidInput
from shared.problems.validation import field_errors


def read_registration(content: bytes | dict[str, Any], *, allow_sample_codes: bool) -> Registration:
    """A registration from JSON text or from a row's cells, its code and name normalized. Raises InvalidInput."""
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
    """The registration with its code and name normalized, as they are stored.

    Raises InvalidInput with every error found, not only the first.
    """
    code, name = normalize(registration.uscc), registration.name
    broken_names = []
    try:
        name = normalize_name(name)
    except BrokenValue as broken:
        broken_names.append(field_error("/name", broken))
    if (code, name) != (registration.uscc, registration.name):
        registration = registration.model_copy(update={"uscc": code, "name": name})
    errors = find_errors(registration, allow_sample_codes=allow_sample_codes) + broken_names
    if errors:
        raise InvalidInput(errors)
    return registration
