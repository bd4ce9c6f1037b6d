"""Records the boundaries of divisions."""

from datetime import datetime

from services.incubation.areas import queries as areas
from services.incubation.areas.assigning import find_division_faults
from services.incubation.areas.boundaries import queries
from services.incubation.areas.boundaries.schemas import BoundaryBody
from services.incubation.areas.rules import check_county
from services.incubation.policies import FormationPolicies
from services.incubation.territory.geojson import MOST_POINTS, polygons_in
from services.incubation.territory.polygons import area_m2, read_boundary
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version


async def put_boundary(
    tx: Transaction,
    division: str,
    body: BoundaryBody,
    policies: FormationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """Record a division's boundary: what is stored, and whether it is the first; the same again changes nothing.

    It is one of county level: others have no areas. Areas that were drawn before stay; from now on none is drawn
    outside. Raises OutsideScope, PreconditionFailed, InvalidInput.
    """
    check_reach(tx.access, division)
    today = china_day(now)
    check_county(division, today, "/path/division")
    polygons, shape = read_boundary(polygons_in(body.boundary, "/boundary"), body.datum, MOST_POINTS, "/boundary")
    known = await areas.hold_divisions(tx, [division], known=True)
    stored = await queries.get(tx, division, lock=True)
    check_version(if_match, None if stored is None else stored["version"])
    given = {"datum": body.datum, "source": body.source, "square_metres": round(area_m2(shape))}
    plain = [[[list(position) for position in line] for line in polygon] for polygon in polygons]
    if stored is not None and stored["polygons"] == plain and all(stored[name] == given[name] for name in given):
        return stored, False
    row = await queries.put(tx, {**given, "id": new_id(), "division": division, "now": now}, polygons)
    if known:
        outlines = await areas.list_on(tx, [division], today)
        await find_division_faults(tx, division, outlines[division], today, policies)
    return row, stored is None


async def get_boundary(tx: Transaction, division: str) -> Record:
    """The recorded boundary. Raises NotFound."""
    found = await queries.get(tx, division)
    if found is None:
        raise NotFound(what="boundary")
    return found
