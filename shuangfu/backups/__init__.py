"""Backup and restore of all databases at one consistent point (decision 29)."""
