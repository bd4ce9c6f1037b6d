from shared.db.migrate import run_migrations

run_migrations()
