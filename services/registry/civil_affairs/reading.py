"""Reads what a client sent as a registration, and checks it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.registry.batches.parsing import parse
from services.registry.organizations.rules import find_errors, stored_text
from services.registry.organizations.schemas import Registration
from services.registry.organizations.terms import Terms
from services.registry.organizations.warnings import Warned, find_warnings
from shared.field.errors import FieldError as BrokenValue
from shared.field.uscc import normalize
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError, InvalidInput

_TEXTS = ("name", "street", "address", "carrier")


class Checked(NamedTuple):
    """A registration in its stored form, and what a person should look at."""

    registration: Registration
    warnings: Sequence[Warned] = ()


def read_registration(content: bytes | dict[str, Any], terms: Terms) -> Checked:
    """A registration from JSON text or from a row's cells, in its stored form. Raises InvalidInput."""
    return check_registration(parse(content, Registration), terms)


def check_registration(registration: Registration, terms: Terms) -> Checked:
    """The registration with its code and texts as they are stored. A position that means nothing is left out.

    Raises InvalidInput with every error found, not only the first.
    """
    stored, broken_texts = _stored(registration)
    if stored:
        registration = registration.model_copy(update=stored)
    policy = terms.policy(registration.division)
    errors = find_errors(registration, terms, policy) + broken_texts
    warnings = find_warnings(registration, policy)
    keepers = policy.kind_sources.get(registration.kind)
    if keepers is not None and registration.source is None:
        registration = registration.model_copy(update={"source": keepers[0]})
        registration.model_fields_set.discard("source")  # the sender did not name it
    if warnings:
        errors += [warned.as_error() for warned in warnings if warned.code in policy.refuse]
        if any(warned.code == "location_meaningless" for warned in warnings):
            registration = registration.model_copy(update={"location": None})
    if errors:
        raise InvalidInput(errors)
    return Checked(registration, warnings)


def _stored(registration: Registration) -> tuple[dict[str, str], list[FieldError]]:
    """The code and texts that are stored otherwise than they were sent, and what is wrong with texts."""
    stored: dict[str, str] = {}
    errors: list[FieldError] = []
    code = normalize(registration.uscc)
    if code != registration.uscc:
        stored["uscc"] = code
    for name in _TEXTS:
        written = getattr(registration, name)
        if written is None:
            continue
        try:
            text = stored_text(name, written, registration.division)
        except BrokenValue as broken:
            errors.append(field_error(f"/{name}", broken))
        else:
            if text != written:
                stored[name] = text
    return stored, errors
