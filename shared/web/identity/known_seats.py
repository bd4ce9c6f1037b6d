"""Which bodies and units of tokens there are, for the service that knows: a caller sees why lists are empty.

Decision 48: an unknown one gives nothing. Here it is logged and counted, shown by `/me`, and named by a 403 where every
unit of a token is unknown, for nothing could be seen with it.
"""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

import structlog
from sqlalchemy import TextClause

from shared.db.access import Access
from shared.db.session import Database
from shared.problems.access import NO_SUCH_UNIT, UnknownUnits
from shared.problems.problems import FieldError
from shared.telemetry.metrics import UNKNOWN_SEATS
from shared.web.identity.tokens import Actor

log = structlog.get_logger(__name__)

FRESH_SECONDS = 60.0
"""Seconds in which a seat that was found is not looked for again."""
MOST = 4096
"""Seats that are remembered."""

Seat = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class UnknownSeats:
    """Bodies of a token that there are none of, and units that its caller cannot see: none, or of other divisions."""

    bodies: tuple[str, ...]
    units: tuple[str, ...]


class KnownSeats:
    """Looks for what tokens name: `units` gives the `code` of those of `:units` that the caller sees, `bodies` that of
    those of `:bodies` that there are."""

    def __init__(self, service: str, *, units: TextClause, bodies: TextClause) -> None:
        self._service, self._units, self._bodies = service, units, bodies
        self._found: OrderedDict[Seat, float] = OrderedDict()

    async def unknown(self, database: Database, access: Access, actor: Actor) -> UnknownSeats:
        """Which of the actor's bodies and units are unknown."""
        units = actor.units or ()
        async with database.transaction(access) as tx:
            known = {row.code for row in await tx.rows(self._units, {"units": list(units)})}
            # Who sees some units sees no bodies, though there are such.
            async with tx.system_scope():
                there = {row.code for row in await tx.rows(self._bodies, {"bodies": list(actor.bodies)})}
        return UnknownSeats(
            tuple(code for code in actor.bodies if code not in there), tuple(one for one in units if one not in known)
        )

    async def check(self, database: Database, access: Access, actor: Actor) -> None:
        """Log and count what is unknown, once a minute for each seat. Raises UnknownUnits (403) where all units are."""
        if not actor.bodies and not actor.units:
            return
        seat = (actor.bodies, actor.units or (), actor.scope)
        if monotonic() - self._found.get(seat, float("-inf")) < FRESH_SECONDS:
            return
        unknown = await self.unknown(database, access, actor)
        for claim, codes in (("bodies", unknown.bodies), ("units", unknown.units)):
            if codes:
                log.warning("seats_unknown", claim=claim, codes=list(codes))
                UNKNOWN_SEATS.labels(self._service, claim).inc(len(codes))
        if actor.units and unknown.units == actor.units:
            raise UnknownUnits(
                [FieldError(f"/units/{place}", NO_SUCH_UNIT, (("unit", one),)) for place, one in enumerate(actor.units)]
            )
        self._found[seat] = monotonic()
        self._found.move_to_end(seat)
        while len(self._found) > MOST:
            self._found.popitem(last=False)
