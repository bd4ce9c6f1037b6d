"""Completes evaluations, one or a list."""
