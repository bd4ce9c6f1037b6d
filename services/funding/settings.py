"""Funding's settings besides those that every service has."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_FUNDING_<NAME>`."""

    ledger_check_seconds: float = 300.0
    """How often the worker recomputes the ledger from its entries for /metrics."""
