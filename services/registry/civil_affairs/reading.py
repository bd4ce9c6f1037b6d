"""Reads what a client sent as a registration, and checks it."""

from typing import Any

from pydantic import ValidationError

from services.registry.organizations.rules import find_errors
from services.registry.organizations.schemas import Registration
from shared.field.errors import FieldError as BrokenValue
from shared.field.names import normalize_name
from shared.field.uscc import normalize
from shared.problems.field_sentences import field_error
from shared.problems.keys import check_known_keys
from shared.problems.problems import MAX_ERRORS, InvalidInput
from shared.problems.validation import field_errors

_MAX_KEYS = 100
"""Fields of one registration, five times what there are."""


def read_registration(content: bytes | dict[str, Any], *, allow_sample_codes: bool) -> Registration:
    """A registration from JSON text or from a row's cells, its code and name normalized. Raises InvalidInput."""
    if isinstance(content, bytes):
        check_known_keys(content, Registration.model_fields, limit=_MAX_KEYS)
    try:
        found = (
            Registration.model_validate_json(content)
            if isinstance(content, bytes)
            else Registration.model_validate(content, strict=False)
        )
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise InvalidInput(field_errors(faults[:MAX_ERRORS]), count=len(faults)) from error
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
