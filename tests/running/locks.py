"""Transactions that meet for certain, whatever the event loop does."""

import asyncio

import pytest
from sqlalchemy import text

from shared.db.session import Transaction
from tests.running.databases import WAITING


async def until_waiting(tx: Transaction, count: int) -> None:
    """Return once `count` locks of this database are waited for."""
    for _ in range(1500):
        if len(await tx.rows(text(WAITING))) >= count:
            return
        await asyncio.sleep(0.02)
    pytest.fail("nobody waits")
