"""FastAPI, SQLAlchemy's ORM on asyncpg, and FastStream on Kafka; with and without an outbox."""
