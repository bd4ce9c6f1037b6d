"""Clients of the services over HTTP, as a district system has them."""
