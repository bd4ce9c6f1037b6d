"""The product's own programs."""

__version__ = "0.1.0"
