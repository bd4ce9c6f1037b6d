"""Commands of whoever operates the services: they work on the databases, and record what they change."""
