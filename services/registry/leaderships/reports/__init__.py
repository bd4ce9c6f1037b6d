"""The report on leaderships (S31)."""
