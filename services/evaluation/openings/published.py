"""A published version never changes: a cycle freezes of it what an earlier cycle froze (H16)."""

from collections.abc import Sequence

from pydantic import ValidationError

from services.evaluation.cycles.published_queries import first_frozen
from services.evaluation.indicator_systems.changes import Change, compare_systems
from services.evaluation.indicator_systems.rules import IndicatorSystem, SystemBook
from services.evaluation.openings.errors import PublishedVersionChanged
from shared.db.session import Record, Transaction


async def check_published(tx: Transaction, of_year: Sequence[IndicatorSystem], book: SystemBook) -> None:
    """Raises PublishedVersionChanged, with the file, the leaf, and both texts of its first difference."""
    frozen = await first_frozen(tx, [(one.type, one.version) for one in of_year])
    earlier = {(one["type"], one["version"], one["region"]): one for one in frozen}
    wanted = {(one.type, one.version, one.region) for one in of_year}
    for system in book.systems:
        was = earlier.get((system.type, system.version, system.region))
        if was is None or (system.type, system.version, system.region) not in wanted:
            continue
        changes = find_changes(was, system)
        if changes:
            raise PublishedVersionChanged(
                [],
                file=system.file or system.type,
                system=system.type,
                version=system.version,
                code=changes[0].code,
                field_name=changes[0].field,
                before=changes[0].before or "-",
                after=changes[0].after or "-",
                changes=len(changes),
            )


def find_changes(frozen: Record, system: IndicatorSystem) -> list[Change]:
    """What differs between a frozen copy and the file, both in the wording of the cycle's year."""
    try:
        then = IndicatorSystem.model_validate(frozen["content"])
    except ValidationError:
        # A later release froze what this one does not know: it is not this file's change.
        return []
    return compare_systems(then, system.as_called_in(frozen["year"]), "zh")
