"""Duty items: the yearly report and appraisal of district and street bodies (S7)."""
