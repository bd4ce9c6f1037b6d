"""Compares what services keep with the sources, and says what to do about differences."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from shuangfu.commands.places import Data, chosen_services, one_sentence, settings_of
from shuangfu.reconciliation.checks import find_differences, sources_of
from shuangfu.reconciliation.found import Finding
from shuangfu.reconciliation.recording import record_findings
from shuangfu.showing import plain


def reconcile(
    service: Annotated[list[str] | None, typer.Option(help="Only this service; may be given several times.")] = None,
    data: Data = None,
    grace: Annotated[
        float, typer.Option(help="An event younger than this many seconds may still be on its way.", min=0)
    ] = 10.0,
    audit: Annotated[bool, typer.Option(help="Verify the audit trails too: they are read in full.")] = True,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the result in each service's database: the console shows the last.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Compare what services keep with the sources; exit code 1 where something differs.

    Events: published, arrived, no open dead letters, versions without gaps. Projections: equal to their source. Grant
    decisions: one for each completed evaluation. Ledger: sums and balances. Audit: the chains hold. Nothing is mended.
    """
    chosen = chosen_services(service)
    with settings_of(data, chosen, also=sources_of) as settings, one_sentence("reconcile"):
        findings = asyncio.run(find_differences(settings, chosen, grace, audit=audit))
        if record:
            asyncio.run(record_findings(settings, findings, {"grace": grace, "audit": audit}))
    if as_json:
        differs = any(finding.differ for finding in findings)
        typer.echo(orjson.dumps({"differs": differs, "checks": [asdict(finding) for finding in findings]}).decode())
    else:
        _show(findings)
    if any(finding.differ for finding in findings):
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    table = Table("service", "check", "compared", "differ")
    for finding in findings:
        mark = "[red]" if finding.differ else ""
        table.add_row(finding.service, finding.check, str(finding.compared), f"{mark}{finding.differ}")
    Console().print(table)
    for finding in findings:
        if finding.differ:
            examples = plain(", ".join(finding.examples))
            typer.echo(f"{finding.service}: {finding.check}: {finding.differ} differ: {examples}")
            typer.echo(f"  → {finding.advice}")
    if not any(finding.differ for finding in findings):
        typer.echo("nothing differs")
