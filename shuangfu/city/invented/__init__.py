"""The city as it is invented: what the source tells, where it lies, whom to register. Pure: no I/O."""
