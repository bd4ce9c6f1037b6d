"""Pairs of organizations that may be one and the same, or one the other's successor; triggers propose them."""
