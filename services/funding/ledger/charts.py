"""The chart of accounts, per region and day: `policies/<region>/chart_of_accounts*.yaml`."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.funding.policies import AccountCode, Source
from shared.field.policies import PolicyBook, read_or_shipped

CHART_KIND = "chart_of_accounts"
AccountKind = Literal["asset", "liability", "revenue", "expense"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountName(_Strict):
    """What an account or a source is called."""

    zh: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(min_length=1, max_length=100)]


class Account(_Strict):
    """An account of the chart."""

    name: AccountName
    kind: AccountKind


class ChartParameters(_Strict):
    """Accounts by code, and the sources that money comes from (S30)."""

    accounts: Annotated[Mapping[AccountCode, Account], Field(min_length=1)]
    sources: Annotated[Mapping[Source, AccountName], Field(min_length=1)]


Charts = PolicyBook[ChartParameters]


def read_charts(folder: Path, shipped: Path) -> Charts:
    """Every chart in a folder of policies; those of `shipped` where it is from before there were any."""
    return read_or_shipped(folder, shipped, CHART_KIND, ChartParameters)


def accounts_on(charts: Charts, division: str | None, on: date) -> Mapping[str, Account]:
    """The accounts of a division's chart on a day; of all of them where none is named, the nearest region's names."""
    found = charts.in_force(division or "", on)
    return {} if found is None else found.parameters.accounts


def name_accounts(rows: Iterable[Mapping[str, Any]], accounts: Mapping[str, Account]) -> list[dict[str, Any]]:
    """Accounts that were posted to by the names of a chart, with those of it that nothing was posted to yet."""
    found = {row["code"]: dict(row) for row in rows}
    for code, one in accounts.items():
        found[code] = {
            "balance_fen": 0,
            "kind": one.kind,
            **found.get(code, {}),
            "code": code,
            "name_zh": one.name.zh,
            "name_en": one.name.en,
        }
    return [found[code] for code in sorted(found)]
