"""Evaluation's settings: those that every service has."""

from shared.settings import ServiceSettings as Settings

__all__ = ["Settings"]
