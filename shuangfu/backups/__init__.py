"""Backup of all databases at one consistent point, and their restoring. Why so: decision 29."""
