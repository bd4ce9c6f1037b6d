"""Incubators: what each has, whether it may work, and what it gives (H3-H6, H10, D15)."""
