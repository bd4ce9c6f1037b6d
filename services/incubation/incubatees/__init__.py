"""Incubatees: from the application to the follow-up, two tracks on one timeline (H2, H8, D15)."""
