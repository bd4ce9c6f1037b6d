"""How many Party organizations hold which star, where a forecast is given a distribution. Pure."""

from collections.abc import Mapping, Sequence

from services.funding.forecasts.inputs import ForecastRates, ForeseenCount
from shared.field.money import BP_PER_WHOLE


def part(number: int, of: int, whole: int) -> int:
    """`number` × `of` / `whole`, rounded half up."""
    return (2 * number * of + whole) // (2 * whole)


def spread(number: int, weights: Mapping[int, int]) -> dict[int, int]:
    """A number by weights of stars: the parts add up to it.

    Rounded are those who hold a star *or a better one*, half up. So with every number that grows none of these falls,
    and the need never falls where more are counted.
    """
    whole, tail, above = sum(weights.values()), 0, 0
    found = {}
    for star in sorted(weights, reverse=True):
        tail += weights[star]
        held = part(number, tail, whole)
        found[star], above = held - above, held
    return found


def by_star(
    counts: Sequence[ForeseenCount], scheme: str, weights: Mapping[int, int] | None, rates: ForecastRates
) -> dict[int | None, int]:
    """How many of a division's kind a scheme of evaluations gives to, by star; None where the star is not known.

    Counted stars stay, and of those without one the rate is rated; with weights, all of them are spread.
    """
    found: dict[int | None, int] = {}
    for one in counts:
        found[one.star] = found.get(one.star, 0) + open_to(one, scheme)
    unrated = part(found.pop(None, 0), rates.rated_bp, BP_PER_WHOLE)
    if weights is not None:
        spread_out = spread(sum(found.values()) + unrated, weights)
        return {star: number for star, number in spread_out.items() if number}
    if unrated:
        found[None] = unrated
    return {star: number for star, number in found.items() if number}


def open_to(count: ForeseenCount, scheme: str) -> int:
    """For how many of them a scheme is: all, where nothing else is counted."""
    return count.open_to.get(scheme, count.party_organizations)
