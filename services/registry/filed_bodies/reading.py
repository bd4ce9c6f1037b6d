"""Reads what a client sent as a filing, and checks it."""

from typing import Any

from services.registry.batches.parsing import parse
from services.registry.batches.taking import Checked
from services.registry.filed_bodies.rules import find_errors, number_errors, stored_number
from services.registry.filed_bodies.schemas import Filing
from services.registry.organizations.rules import stored_text
from services.registry.organizations.terms import Terms
from services.registry.organizations.warnings import location_warnings, street_warnings
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError, InvalidInput

_TEXTS = ("name", "street", "community", "address")


def read_filing(content: bytes | dict[str, Any], terms: Terms) -> Checked[Filing]:
    """A filing from JSON text or from a row's cells, in its stored form. Raises InvalidInput."""
    return check_filing(parse(content, Filing), terms)


def check_filing(filing: Filing, terms: Terms) -> Checked[Filing]:
    """The filing with its number and texts as they are stored. Raises InvalidInput with every error found."""
    stored: dict[str, object] = {"number": stored_number(filing.number)}
    errors = number_errors(str(stored["number"]))
    for name in _TEXTS:
        written = getattr(filing, name)
        if written is not None:
            try:
                stored[name] = stored_text(name, written, filing.division)
            except BrokenValue as broken:
                errors.append(field_error(f"/{name}", broken))
    filing = filing.model_copy(update=stored)
    policy = terms.policy(filing.division)
    errors += find_errors(filing, terms.filing_policy(filing.division), terms.day_of(filing.as_of, policy))
    meaningless = location_warnings(filing.location)
    warnings = [*street_warnings(filing.division, filing.street, policy), *meaningless]
    errors += [warned.as_error() for warned in warnings if warned.code in policy.refuse]
    if errors:
        raise InvalidInput(_sorted(errors))
    if meaningless:
        filing = filing.model_copy(update={"location": None})
    return Checked(filing.number, filing.division, filing, warnings)


def _sorted(errors: list[FieldError]) -> list[FieldError]:
    """In the order of the fields."""
    places = {name: place for place, name in enumerate(Filing.model_fields)}
    return sorted(errors, key=lambda error: places.get(error.pointer.strip("/"), len(places)))
