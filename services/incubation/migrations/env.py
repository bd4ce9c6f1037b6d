from shared.schema.migrate import run_migrations

run_migrations()
