"""Measures single registrations: the registry's API process against the floor's, in turn."""

from benchmarks.data import Numbers
from benchmarks.load import Load, Order, generate
from benchmarks.options import Options, say
from benchmarks.report import GOAL_REGISTRATIONS, Rates
from benchmarks.servers import Servers, product_env


async def measure_registrations(servers: Servers, options: Options) -> Rates:
    """Rounds of product, floor, product, floor …"""
    urls = {
        "registry": await servers.database("registry", "single_registry"),
        "bus": await servers.database("bus", "single_bus"),
    }
    product = await servers.product("api", "registry", product_env("postgres_log", None, urls))
    floor_url = await servers.database("registry", "single_floor")
    floor = await servers.python(
        "floor-registrations", "-m", "benchmarks.floors_registrations", "--url", floor_url, "--port", "{port}"
    )
    numbers = Numbers()

    async def load(port: int, seconds: float) -> Load:
        count = options.single_requests
        return await generate(Order(port, options.connections, numbers.take(count), count, seconds))

    found = Rates([], [], GOAL_REGISTRATIONS, "registrations/s")
    for port in (product, floor):
        await load(port, 1.0)  # warm: plans are cached, modules imported
    for number in range(options.single_rounds):
        measured, bare = await load(product, options.single_seconds), await load(floor, options.single_seconds)
        found.product.append(measured.per_second)
        found.floor.append(bare.per_second)
        say(
            f"registrations {number + 1}/{options.single_rounds}: "
            f"product {measured.per_second:,.0f}/s (p50 {measured.p50_ms:.1f}, p99 {measured.p99_ms:.1f} ms), "
            f"floor {bare.per_second:,.0f}/s (p50 {bare.p50_ms:.1f}, p99 {bare.p99_ms:.1f} ms)"
        )
    return found
