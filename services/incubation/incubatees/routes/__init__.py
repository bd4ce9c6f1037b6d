"""The routes of incubatees."""
