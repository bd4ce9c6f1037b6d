"""The command line's help in the caller's language."""
