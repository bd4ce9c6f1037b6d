"""Real servers without an installation: PostgreSQL from a wheel, Apache Kafka from its jars."""
