"""Which form gives which coverage."""

from services.registry.party_organizations.rules import coverage_of


def test_s21_a_functional_one_gives_no_coverage() -> None:
    forms = ("standalone", "temporary", "joint", "area", "functional")
    assert [coverage_of(form) for form in forms] == ["standalone", "standalone", "joint", "area", None]
