"""What a request says for a whole file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.registry.claim_terms.parts import DataSource
from services.registry.imports.sentences import CELL
from shared.db.access import Access
from shared.field import divisions
from shared.field.datums import Datum
from shared.field.errors import FieldError as BrokenValue
from shared.field.files.values import CellError, read_division, read_instant
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError, InvalidInput


@dataclass(frozen=True, slots=True)
class Given:
    """What the request says for the whole file, and which divisions the uploader reaches."""

    as_of: datetime | None = None
    division: str | None = None
    """Six digits."""
    scope: Sequence[str] = ()
    datum: Datum | None = None
    """Of the positions of rows that name none."""
    data_source: DataSource | None = None
    """Of rows that name none."""

    @property
    def fields(self) -> list[str]:
        """The fields that it gives."""
        return [name for name, value in (("as_of", self.as_of), ("division", self.division)) if value is not None]


def read_given(
    as_of: str | None,
    division: str | None,
    sheet: str | None,
    access: Access,
    today: date,
    *,
    datum: Datum | None = None,
    data_source: DataSource | None = None,
) -> tuple[Given, dict[str, Any]]:
    """What the request gives for the whole file, and as it is stored. Raises InvalidInput, OutsideScope."""
    errors: list[FieldError] = []
    instant = code = None
    for name, value in (("as_of", as_of), ("division", division)):
        try:
            if value and name == "as_of":
                instant = read_instant(value)
            elif value:
                code = divisions.check_division(read_division(value, today, access.scope), today).code
        except CellError as broken:
            facts = {"heading": name, **broken.facts, "where": name, "value": value}
            errors.append(FieldError(f"/{name}", CELL[broken.reason], tuple(facts.items())))
        except BrokenValue as broken:
            errors.append(field_error(f"/{name}", broken))
    if errors:
        raise InvalidInput(errors)
    if code is not None:
        check_reach(access, code)
    stored: dict[str, Any] = {"as_of": instant and instant.isoformat(), "division": code, "sheet": sheet or None}
    if datum is not None:
        stored["datum"] = datum
    if data_source is not None:
        stored["data_source"] = data_source
    return Given(instant, code, access.scope, datum, data_source), stored
