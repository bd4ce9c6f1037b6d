"""Evaluation needs what every service does."""

from shared.settings import ServiceSettings as Settings

__all__ = ["Settings"]
