"""The command line."""

import typer

from shuangfu.commands.city import replay_city
from shuangfu.commands.console import console
from shuangfu.commands.demo import demo
from shuangfu.commands.deployment import prepare_deployment
from shuangfu.commands.imports import import_file
from shuangfu.commands.migrate import migrate
from shuangfu.commands.operations.audit import app as audit
from shuangfu.commands.operations.backup import backup
from shuangfu.commands.operations.dead_letters import app as dead_letters
from shuangfu.commands.operations.funding import app as funding
from shuangfu.commands.operations.keys import app as keys
from shuangfu.commands.operations.ledger import app as ledger
from shuangfu.commands.operations.policies import app as policies
from shuangfu.commands.operations.reconcile import reconcile
from shuangfu.commands.operations.replay import replay_projection
from shuangfu.commands.operations.republish import republish
from shuangfu.commands.operations.restore import restore
from shuangfu.commands.passwords import join_passwords_of_this_process
from shuangfu.commands.serve import serve
from shuangfu.commands.service import api, worker
from shuangfu.commands.token import token
from shuangfu.language.helping import BilingualGroup

app = typer.Typer(
    name="shuangfu",
    cls=BilingualGroup,
    help="Shuangfu (双孵): Party-building work for social organizations, from registration to a paid grant.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    callback=join_passwords_of_this_process,
)
app.command()(demo)
app.command("replay-city")(replay_city)
app.command()(api)
app.command()(worker)
app.command()(console)
app.command()(migrate)
app.command()(token)
app.command("import")(import_file)
app.command()(backup)
app.command()(restore)
app.command("prepare")(prepare_deployment)
app.command("replay")(replay_projection)
app.command()(republish)
app.command()(reconcile)
app.command()(serve)
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(keys, name="keys")
app.add_typer(funding, name="funding")
app.add_typer(ledger, name="ledger")
app.add_typer(audit, name="audit")
app.add_typer(policies, name="policies")
