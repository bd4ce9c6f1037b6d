"""Who said what of an organization, and what may overwrite what."""
