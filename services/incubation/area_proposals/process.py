"""Computes proposals of areas in a process of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import shapely

from services.incubation.area_proposals.search.cells import Figures, Position
from services.incubation.area_proposals.search.proposing import ProposalDraft, ProposedArea, propose_areas
from services.incubation.territory.policies import AreaPolicy
from services.incubation.territory.polygons import shape_from
from shared.computing.process import Report, answer, ask

SECONDS = 600.0
"""How long a proposal may take: of a whole city minutes."""
_EVERY = 1


@dataclass(frozen=True, slots=True)
class Task:
    """What areas are proposed from: positions of bodies, the boundary's polygons, and lines of areas that stand."""

    bodies: Sequence[Position]
    figures: Figures
    boundary: list[list[list[Position]]] | None
    taken: Sequence[Sequence[Position]]


def figures_of(policy: AreaPolicy) -> Figures:
    """The policy's figures, as the search has them."""
    return Figures(
        policy.min_m2,
        policy.max_m2,
        policy.min_cells,
        policy.max_cells,
        policy.cell_resolution,
        policy.balance_weight,
        policy.border_weight,
    )


async def compute(task: Task, report: Report) -> ProposalDraft:
    """The proposal, computed elsewhere. Raises ComputingFailed."""
    written = await asyncio.to_thread(orjson.dumps, asdict(task))
    return _read(await ask(__name__, written, report, seconds=SECONDS))


async def compute_here(task: Task, report: Report) -> ProposalDraft:
    """The same without a process."""
    return propose_areas(
        task.bodies,
        task.figures,
        boundary=None if task.boundary is None else shape_from(task.boundary),
        taken=[shapely.Polygon(line) for line in task.taken],
        report=report,
    )


def _read(found: dict[str, Any]) -> ProposalDraft:
    areas = tuple(
        ProposedArea(**{**row, "ring": tuple((lon, lat) for lon, lat in row["ring"])}) for row in found["areas"]
    )
    return ProposalDraft(areas, tuple(found["left"]))


def _search(task: bytes, report: Report) -> bytes:
    given = orjson.loads(task)
    bodies = [(lon, lat) for lon, lat in given["bodies"]]
    draft = asyncio.run(
        compute_here(Task(bodies, Figures(**given["figures"]), given["boundary"], given["taken"]), report)
    )
    return orjson.dumps(asdict(draft))


def main() -> None:
    """The computing process."""
    answer(_search, every=_EVERY)


if __name__ == "__main__":
    main()
