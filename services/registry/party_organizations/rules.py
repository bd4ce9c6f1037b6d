"""Which form of Party organization gives which coverage. Pure."""

from shared.contracts.base import Coverage, Form

COVERAGE_OF_FORM: dict[Form, Coverage] = {
    "standalone": "standalone",
    "temporary": "standalone",
    "joint": "joint",
    "area": "area",
}
"""The coverage that a Party organization of this form gives; a functional one covers none by itself
(one affiliation, several activity venues, S21)."""


def coverage_of(form: Form) -> Coverage | None:
    """The coverage of an organization under a Party organization of this form, None when it gives none."""
    return COVERAGE_OF_FORM.get(form)
