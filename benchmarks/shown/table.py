"""The figures as a table."""

from statistics import median
from typing import Literal

from rich import box
from rich.table import Table

from benchmarks.report import Rates, Results

Verdict = Literal["reached", "MISSED"]


def verdict(reached: bool) -> Verdict:
    """The content of the last column."""
    return "reached" if reached else "MISSED"


def table(results: Results) -> Table:
    """One row a measurement: product, floor, ratio, goal."""
    shown = Table(title="Shuangfu against hand-written floors", box=box.SIMPLE_HEAD, title_justify="left")
    shown.add_column("measured")
    for column in ("product", "floor", "ratio", "range", "goal"):
        shown.add_column(column, justify="right")
    shown.add_column("")
    if results.registrations:
        _add_rates(shown, "single registrations, /s", results.registrations)
    if results.security:
        _add_rates(shown, "the same, guarded | unguarded, /s", results.security)
    if results.one_division:
        _add_rates(shown, "64 clients, one division | many, /s", results.one_division)
    for transport, rates in results.chain.items():
        _add_rates(shown, f"chain on {transport}, /s", rates)
    for transport, trip in results.latency.items():
        for name, bare in trip.bare.items():
            judged = name == trip.judged_by
            shown.add_row(
                f"201 → check on {transport}, ms",
                f"{trip.product.p50_ms:.1f} / {trip.product.p99_ms:.1f}",
                f"{bare.p50_ms:.2f} / {bare.p99_ms:.2f}  {name}",
                f"{trip.product.p50_ms / bare.p50_ms:.1f}×",
                "",
                f"≤ {trip.goal:g}×" if judged else "",
                verdict(trip.reached) if judged else "",
            )
    _add_others(shown, results)
    return shown


def _add_others(shown: Table, results: Results) -> None:
    for plan in results.plans:
        aims = f"{plan.coverage:.3f} {plan.together:.3f} {plan.branches:.3f} {plan.distance:.3f}"
        name = f"{plan.division.name}, {plan.organizations:,}: covered, together, branches, distance"
        goal = f"≤ {plan.division.seconds:g} s"
        shown.add_row(name, f"{plan.seconds:.1f} s", "1 1 1 1", aims, "", goal, verdict(plan.reached))
    for one in results.areas:
        name = f"{one.bodies:,} {one.name} ({one.areas})"
        shown.add_row(name, f"{one.seconds:.1f} s", "", "", "", f"≤ {one.goal:g} s", verdict(one.reached))
    for rated in results.ratings:
        name, goal = f"{rated.evaluations:,} {rated.name}", f"≤ {rated.goal:g} {rated.unit}"
        shown.add_row(name, f"{rated.figure:.1f} {rated.unit}", "", "", "", goal, verdict(rated.reached))
    for imported in results.imports:
        name = f"{imported.rows:,} filed bodies imported, worker killed {imported.kills} times"
        rate = f"{imported.rows / imported.seconds:,.0f} /s"
        shown.add_row(name, f"{imported.seconds:.1f} s", "", rate, "", "each once", verdict(imported.reached))
    for posted in results.ledger:
        name = f"{posted.postings:,} postings to the ledger, in batches"
        shown.add_row(name, f"{posted.rate:,.0f}/s", "", "", "", f"≥ {posted.goal:,.0f}/s", verdict(posted.reached))
    for listed in [*results.lists, *results.console]:
        name = f"{listed.name}, of {listed.organizations:,} {listed.what}"
        shown.add_row(
            name,
            f"{listed.p50_ms:.0f} / {listed.p95_ms:.0f} ms",
            "",
            "",
            "",
            f"≤ {listed.goal_ms:g} ms",
            verdict(listed.reached),
        )
    for file in results.exports:
        name, goal = f"{file.name}, {file.rows:,} organizations", f"≤ {file.goal_mib:g} MiB"
        rate = f"{file.rows / file.seconds:,.0f} /s"
        shown.add_row(name, f"{file.grown_mib:.0f} MiB", "", rate, "", goal, verdict(file.reached))


def _add_rates(shown: Table, name: str, rates: Rates) -> None:
    shown.add_row(
        name,
        f"{median(rates.product):,.0f}",
        f"{median(rates.floor):,.0f}",
        f"{rates.ratio:.2f}",
        f"{min(rates.ratios):.2f}–{max(rates.ratios):.2f}",
        f"≥ {rates.goal:g}",
        verdict(rates.reached),
    )
