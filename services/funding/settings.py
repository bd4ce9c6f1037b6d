"""Funding's settings besides those that every service has."""

from pathlib import Path

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_FUNDING_<NAME>`."""

    account_keys_file: Path | None = None
    """Keys that payees' accounts are encrypted with, a file of their own; read again when it changes. Without it
    accounts can be neither stored nor read."""
    ledger_check_seconds: float = 300.0
    """How often the worker recomputes the ledger from its entries for /metrics."""
