"""What a service declares about its projections, so that a replay can rebuild them."""

from dataclasses import dataclass

from shared.bus.handlers import Handlers


@dataclass(frozen=True, slots=True)
class Projection:
    """Tables derived from other services' events alone. Each has the columns `id` (the event's subject) and `sequence`.

    A service may have several: no table belongs to two of them, topics and events may be shared. `handlers` are the
    projecting halves of the consumer's: a replay runs them where only these tables can be reached, so one that
    touches anything else fails. `complete` sets columns that are the service's own (SQL on `pg_temp.<table>`,
    reading `public.<table>`).
    """

    name: str
    tables: tuple[str, ...]
    handlers: Handlers
    complete: str | None = None
