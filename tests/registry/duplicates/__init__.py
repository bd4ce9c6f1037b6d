"""Pairs of organizations that may be one, and what people say of them."""
