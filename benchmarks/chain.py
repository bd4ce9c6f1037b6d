"""Measures the chain, from an import's first byte until the last formation check is stored and published."""

from benchmarks.options import Options, say
from benchmarks.pair import Pair
from benchmarks.report import GOAL_CHAIN, Rates


async def measure_chain(pair: Pair, options: Options) -> Rates:
    """Rounds of product, floor, product, floor …"""
    found = Rates([], [], GOAL_CHAIN)
    for number in range(options.chain_rounds):
        for chain, rates in ((pair.product, found.product), (pair.floor, found.floor)):
            rates.append(await chain.run(options.chain_organizations, options.chain_seconds))
        say(
            f"chain on {pair.transport} {number + 1}/{options.chain_rounds}: "
            f"product {found.product[-1]:,.0f}/s, floor {found.floor[-1]:,.0f}/s"
        )
    return found


async def compare_rows(pair: Pair) -> str | None:
    """The tables of which product and floor stored different numbers of rows, as a sentence; None if there are none."""
    product, floor = await pair.product.rows(), await pair.floor.rows()
    extra = pair.product.numbers.take(0) - pair.floor.numbers.take(0)
    different = [name for name in product if product[name] - extra != floor[name]]
    if not different:
        return None
    shown = ", ".join(f"{name}: product {product[name] - extra}, floor {floor[name]}" for name in different)
    return f"{pair.transport}: product and floor did not store the same number of rows ({shown})"
