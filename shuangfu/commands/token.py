"""Issues a token of the embedded mode's own issuer."""

from pathlib import Path
from typing import Annotated

import typer

from shared.field.divisions import scope_prefix
from shared.field.errors import FieldError
from shared.web.identity.permissions import Role
from shared.web.identity.seats import SeatRefused, bodies_of, units_of
from shared.web.identity.tokens import is_fit_subject
from shuangfu.commands.places import DEFAULT_DATA
from shuangfu.embedded.issuer import EmbeddedIssuer, has_issuer


def token(
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    division: Annotated[list[str], typer.Option(help="A division code or prefix; may be given several times.")],
    body: Annotated[
        list[str] | None, typer.Option(help="The code of a superior body to act for; may be given several times.")
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            help="An organization or Party organization (id) that narrows what is seen; may be given several times."
        ),
    ] = None,
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "newcomer",
    data: Annotated[Path, typer.Option(help="The data directory of `shuangfu serve`.")] = DEFAULT_DATA,
    hours: Annotated[float, typer.Option(help="How long it is valid.", min=0.001, max=24 * 366)] = 12,
) -> None:
    """Print a bearer token for `shuangfu serve` on the same data directory."""
    names = [name.strip().replace("-", "_").replace(" ", "_").lower() for name in role]
    known = [str(known) for known in Role]
    unknown = [name for name in names if name not in known]
    if unknown:
        typer.echo(f"no role {', '.join(unknown)}; roles are {', '.join(known)}", err=True)
        raise typer.Exit(2)
    try:
        prefixes = [scope_prefix(code) for code in division]
    except FieldError as error:
        typer.echo(f"not a division: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        bodies = bodies_of(body or [])
        units = units_of(unit or [], frozenset(Role(name) for name in names))
    except SeatRefused as error:
        [wrong] = error.errors
        option, *index = wrong.pointer.strip("/").split("/")
        given = f"{({'bodies': body, 'units': unit}[option] or [])[int(index[0])]!r}: " if index else ""
        typer.echo(f"{given}{wrong.detail.render('en', **dict(wrong.facts))}", err=True)
        raise typer.Exit(2) from error
    if units == ():
        typer.echo("a secretary or an instructor is one of certain units: name them by --unit", err=True)
        raise typer.Exit(2)
    if not is_fit_subject(subject):
        raise typer.BadParameter("no blank at either end, in NFC, at most 255 characters", param_hint="--subject")
    folder = data.expanduser().resolve()
    if not has_issuer(folder):
        typer.echo(
            f"shuangfu token: no `shuangfu serve` has run on {folder}, so no server would accept the token; name its "
            "data directory by --data",
            err=True,
        )
        raise typer.Exit(1)
    issuer = EmbeddedIssuer(folder)
    typer.echo(issuer.issue(subject, names, prefixes, int(hours * 3600), bodies=bodies, units=units or ()))
