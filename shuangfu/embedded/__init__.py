"""The embedded mode: all services in one process, with PostgreSQL from a wheel and Apache Kafka from its jars."""
