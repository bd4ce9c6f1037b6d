"""Measures single registrations in turn: the product's process against the floor's, and against itself unguarded."""

from dataclasses import dataclass

import asyncpg

from benchmarks.data import DIVISIONS, Numbers
from benchmarks.load import Load, Order, generate
from benchmarks.options import Options, say
from benchmarks.report import GOAL_ONE_DIVISION, GOAL_REGISTRATIONS, GOAL_SECURITY, Rates
from benchmarks.servers import Servers

UNIT = "registrations/s"
CROWD = 64
"""Connections that register in one division at once."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A process, the token that it is sent, and in how many divisions the organizations lie."""

    port: int
    token: str
    divisions: int = len(DIVISIONS)


async def measure_registrations(servers: Servers, options: Options) -> Rates:
    """Rounds of product, floor, product, floor …"""
    product = await _product(servers, "single")
    floor_url = await servers.floor_database("registry", "single_floor")
    floor = await servers.python(
        "floor-registrations", "-m", "benchmarks.floors.registrations", "--url", floor_url, "--port", "{port}"
    )
    found = Rates([], [], GOAL_REGISTRATIONS, UNIT)
    targets = _Target(product, servers.token), _Target(floor, servers.token)
    await _in_turn(("registrations", "floor"), *targets, options, found, options.connections)
    return found


async def measure_security(servers: Servers, options: Options) -> Rates:
    """Rounds of the product and the product without authentication, scope and audit."""
    product = await _product(servers, "guarded")
    unguarded = await _unguarded(servers)
    found = Rates([], [], GOAL_SECURITY, UNIT)
    targets = _Target(product, servers.token), _Target(unguarded, "")
    await _in_turn(("security", "unguarded"), *targets, options, found, options.connections)
    return found


async def measure_one_division(servers: Servers, options: Options) -> Rates:
    """Rounds of a crowd that registers in one division, and in many: a division's chain of audit is what they share."""
    found = Rates([], [], GOAL_ONE_DIVISION, UNIT)
    one, many = await _product(servers, "one_division"), await _product(servers, "many_divisions")
    targets = _Target(one, servers.token, 1), _Target(many, servers.token)
    await _in_turn(("one division", "many"), *targets, options, found, CROWD)
    return found


async def _databases(servers: Servers, name: str) -> dict[str, str]:
    return {service: await servers.database(service, f"{name}_{service}") for service in ("registry", "bus")}


async def _product(servers: Servers, name: str) -> int:
    return await servers.product(
        "api", "registry", servers.product_env("postgres_log", await _databases(servers, name))
    )


async def _unguarded(servers: Servers) -> int:
    """The same tables; their policies do not apply to a superuser, and their audit triggers are disabled."""
    urls = await _databases(servers, "unguarded")
    admin = await asyncpg.connect(urls["registry"])
    try:
        await admin.execute("ALTER TABLE organizations DISABLE TRIGGER USER")
    finally:
        await admin.close()
    env = servers.product_env("postgres_log", urls, as_superuser=True)
    return await servers.python("unguarded", "-m", "benchmarks.unguarded", "--port", "{port}", env=env)


async def _in_turn(
    names: tuple[str, str], product: _Target, other: _Target, options: Options, found: Rates, connections: int
) -> None:
    """Rounds against two processes."""
    count, numbers = options.single_requests, {product.port: Numbers(), other.port: Numbers()}

    async def load(whom: _Target, seconds: float) -> Load:
        first = numbers[whom.port].take(count)
        return await generate(
            Order(whom.port, connections, first, count, seconds, whom.token, divisions=whom.divisions)
        )

    for whom in (product, other):
        await load(whom, 1.0)  # warm-up: plans are cached, modules imported
    for number in range(options.single_rounds):
        measured, bare = await load(product, options.single_seconds), await load(other, options.single_seconds)
        found.product.append(measured.per_second)
        found.floor.append(bare.per_second)
        say(
            f"{names[0]} {number + 1}/{options.single_rounds}: "
            f"product {measured.per_second:,.0f}/s (p50 {measured.p50_ms:.1f}, p99 {measured.p99_ms:.1f} ms), "
            f"{names[1]} {bare.per_second:,.0f}/s (p50 {bare.p50_ms:.1f}, p99 {bare.p99_ms:.1f} ms)"
        )
