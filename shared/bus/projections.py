"""What a service declares of its projections, so that a replay can rebuild them."""

from dataclasses import dataclass

from shared.bus.handlers import Handlers


@dataclass(frozen=True, slots=True)
class Projection:
    """Tables made of other services' events alone. Each has the columns `id` (the event's subject) and `sequence`.

    `handlers` are the projecting halves of the consumer's: a replay runs them where only these tables can be
    reached, so one that touches anything else fails. `complete` sets columns that are the service's own
    (SQL on `pg_temp.<table>`, reading `public.<table>`).
    """

    name: str
    tables: tuple[str, ...]
    handlers: Handlers
    complete: str | None = None
