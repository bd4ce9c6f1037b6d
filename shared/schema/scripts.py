"""Scripts of several statements, which asyncpg's prepared statements cannot take at once."""

from types import ModuleType

from sqlalchemy.util import await_only


def run_script(op: ModuleType, script: str) -> None:
    """Run a migration's script, function bodies included, in the migration's transaction."""
    if op.get_context().as_sql:
        op.get_context().impl.static_output(script)
        return
    # The driver's own connection speaks the simple protocol, which takes a whole script.
    driver = op.get_bind().connection.driver_connection
    await_only(driver.execute(script))
