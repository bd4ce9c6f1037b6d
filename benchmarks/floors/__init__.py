"""The hand-written floors: the least code that stores the same rows and carries the same events."""
