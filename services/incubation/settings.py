"""Incubation's settings are those of every service."""

from shared.settings import ServiceSettings as Settings

__all__ = ["Settings"]
